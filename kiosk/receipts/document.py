"""A printable slip as values: worded once, at the time of sale, and stored as bytes in the print queue.

A receipt is evidence, so a document holds final strings: wording, formats and rules may change later without changing
what a reprint says. Amounts travel twice, as shown and in whole minor units (fen), so that sums can be proved.
`FORMAT` is the version in the bytes; every version ever written stays readable.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kiosk.receipts.errors import DocumentUnreadable, DocumentVersionUnknown

FORMAT: Final = 1
KNOWN_FORMATS: Final = (1,)
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class SlipKind(StrEnum):
    """What a slip is evidence of."""

    TOP_UP = "top_up"
    PAYMENT = "payment"
    VOID = "void"
    SHIFT_REPORT = "shift_report"
    DAY_REPORT = "day_report"
    CASH_MOVEMENT = "cash_movement"
    ENROLMENT = "enrolment"
    CARD = "card"
    OFFER = "offer"
    PROBE = "probe"


class Align(StrEnum):
    """Where a text stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class Emphasis(StrEnum):
    """How loud something is: plain, bold, or double width and height (`large`)."""

    PLAIN = "plain"
    BOLD = "bold"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Title:
    """A centred heading."""

    text: str
    emphasis: Emphasis = Emphasis.BOLD


@dataclass(frozen=True, slots=True)
class Text:
    """Running text, wrapped to the paper; a line feed begins a new line."""

    text: str
    align: Align = Align.LEFT
    emphasis: Emphasis = Emphasis.PLAIN


@dataclass(frozen=True, slots=True)
class KeyValue:
    """A label at the left edge and its value at the right edge; `indent` in columns."""

    label: str
    value: str
    emphasis: Emphasis = Emphasis.PLAIN
    indent: int = 0


@dataclass(frozen=True, slots=True)
class AmountLine:
    """One amount: its label, whole minor units (fen) and the figure as it is printed."""

    label: str
    minor: int
    shown: str


@dataclass(frozen=True, slots=True)
class Sum:
    """Aligned amounts that add up to the total under them, checked when made (P20: the customer can add it up)."""

    parts: tuple[AmountLine, ...]
    total: AmountLine
    emphasis: Emphasis = Emphasis.LARGE

    def __post_init__(self) -> None:
        """Assert the addition: a slip that does not sum is never made."""
        assert sum(part.minor for part in self.parts) == self.total.minor, "the lines of a slip sum to its total"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper; `heavy` for the two that frame what matters."""

    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """Empty lines."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class Marker:
    """A band across the paper that nobody overlooks: 补打 1, 培训, 已撤销; `note` in small under it."""

    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code of `content` with a caption under it."""

    content: str
    caption: str = ""


Block = Title | Text | KeyValue | Sum | Rule | Blank | Marker | Qr


@dataclass(frozen=True, slots=True)
class Document:
    """A slip: its kind, the language it was worded in (`zh` or `en`) and its blocks from top to bottom."""

    kind: SlipKind
    language: str
    blocks: tuple[Block, ...]

    def to_json(self) -> bytes:
        """Return the canonical bytes: the same document gives the same bytes for ever."""
        body = {
            "v": FORMAT,
            "kind": self.kind.value,
            "language": self.language,
            "blocks": [_plain(block) for block in self.blocks],
        }
        return _encode(body).encode()

    @classmethod
    def from_json(cls, stored: bytes) -> Document:
        """Return the document in stored bytes; raises DocumentVersionUnknown, DocumentUnreadable."""
        try:
            fields: dict[str, Any] = json.loads(stored)
            version = fields["v"]
        except (ValueError, KeyError, TypeError) as cause:
            raise DocumentUnreadable(f"{type(cause).__name__}: {cause}") from cause
        if version not in KNOWN_FORMATS or isinstance(version, bool):
            raise DocumentVersionUnknown(str(version), KNOWN_FORMATS)
        try:
            blocks = tuple(_READERS[block[0]](*block[1:]) for block in fields["blocks"])
            return cls(SlipKind(fields["kind"]), _text(fields["language"]), blocks)
        except (ValueError, KeyError, TypeError, IndexError, AssertionError) as cause:
            raise DocumentUnreadable(f"{type(cause).__name__}: {cause}") from cause


def _plain(block: Block) -> list[Any]:
    """Return a block as its tag and fields in order; the order is part of the format."""
    match block:
        case KeyValue(label, value, emphasis, indent):
            return ["key_value", label, value, emphasis.value, indent]
        case Text(text, align, emphasis):
            return ["text", text, align.value, emphasis.value]
        case Title(text, emphasis):
            return ["title", text, emphasis.value]
        case Sum(parts, total, emphasis):
            rows = [[part.label, part.minor, part.shown] for part in parts]
            return ["sum", rows, [total.label, total.minor, total.shown], emphasis.value]
        case Rule(heavy):
            return ["rule", heavy]
        case Blank(lines):
            return ["blank", lines]
        case Marker(text, note):
            return ["marker", text, note]
        case Qr(content, caption):
            return ["qr", content, caption]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text expected, not {value!r}")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"whole number expected, not {value!r}")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"true or false expected, not {value!r}")
    return value


def _amount(row: list[Any]) -> AmountLine:
    label, minor, shown = row
    return AmountLine(_text(label), _whole(minor), _text(shown))


def _read_sum(parts: list[Any], total: list[Any], emphasis: str) -> Sum:
    return Sum(tuple(_amount(part) for part in parts), _amount(total), Emphasis(emphasis))


_READERS: Final[dict[str, Callable[..., Block]]] = {
    "title": lambda text, emphasis: Title(_text(text), Emphasis(emphasis)),
    "text": lambda text, align, emphasis: Text(_text(text), Align(align), Emphasis(emphasis)),
    "key_value": lambda label, value, emphasis, indent: KeyValue(
        _text(label), _text(value), Emphasis(emphasis), _whole(indent)
    ),
    "sum": _read_sum,
    "rule": lambda heavy: Rule(_flag(heavy)),
    "blank": lambda lines: Blank(_whole(lines)),
    "marker": lambda text, note: Marker(_text(text), _text(note)),
    "qr": lambda content, caption: Qr(_text(content), _text(caption)),
}
