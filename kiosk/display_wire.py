"""What the till tells a customer display: one state at a time, each a line of JSON that stands alone.

A state holds amounts in fen and words in the customer's language; it never holds a phone, nor more than a masked name
(`李*`). A display shows the newest line it has read and nothing else, so a line may be lost without harm. Source:
`docs/customer-display.md`.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from kiosk.i18n import Language

VERSION: Final = 1
LONGEST_LINE: Final = 32 * 1024
"""Bytes of the longest line a display reads; the till's are a few hundred."""


@dataclass
class UnreadableLine(Exception):
    """A line that is no state of this version; `reason` is a word for logs."""

    reason: str


@dataclass(frozen=True, slots=True)
class Idle:
    """Nobody is served; `posters` are the programme's lines, one a rung of the ladder."""

    shop: str = ""
    thanks: str = ""
    posters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemberShown:
    """A member stands at the counter; `points` and `coupons` are None where the programme has none."""

    name: str
    tier: str
    balance_minor: int
    points: int | None = None
    coupons: int | None = None


@dataclass(frozen=True, slots=True)
class Reduction:
    """What comes off a bill: its name, and fen."""

    label: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class BillShown:
    """A bill as it would be paid: `due_minor` is what is left of the list price, split into stored value and the rest."""

    name: str
    list_price_minor: int
    reductions: tuple[Reduction, ...]
    due_minor: int
    stored_minor: int
    rest_minor: int
    balance_after_minor: int
    points: int = 0
    offer: str = ""


@dataclass(frozen=True, slots=True)
class RungShown:
    """A rung: what is paid and what the balance is afterwards, in fen, and in words what it gives."""

    pay_minor: int
    gives: str
    balance_after_minor: int


@dataclass(frozen=True, slots=True)
class LadderShown:
    """The rungs on offer; `marked` is the place of the one that is talked about, None for none."""

    name: str
    rungs: tuple[RungShown, ...]
    marked: int | None

    def __post_init__(self) -> None:
        """Refuse a mark beyond the rungs."""
        if self.marked is not None and not 0 <= self.marked < len(self.rungs):
            raise ValueError(self.marked)


@dataclass(frozen=True, slots=True)
class AskTender:
    """Money is asked for; `given_minor` is the cash counted so far, 0 for none or for another tender."""

    what: str
    amount_minor: int
    tender: str
    given_minor: int = 0
    change_minor: int = 0


@dataclass(frozen=True, slots=True)
class DoneShown:
    """It is durable; `balance_after_minor` is None where the act has no balance, `bonus_minor` what was given on top."""

    what: str
    amount_minor: int | None
    balance_after_minor: int | None = None
    points: int = 0
    change_minor: int = 0
    bonus_minor: int = 0


@dataclass(frozen=True, slots=True)
class Stopped:
    """This till serves nobody now, in words."""

    shop: str
    words: str


Shown = Idle | MemberShown | BillShown | LadderShown | AskTender | DoneShown | Stopped

_NAMES: Final[dict[str, type[Shown]]] = {
    "idle": Idle,
    "member": MemberShown,
    "bill": BillShown,
    "ladder": LadderShown,
    "tender": AskTender,
    "done": DoneShown,
    "stopped": Stopped,
}
_NAME_OF: Final = {kind: name for name, kind in _NAMES.items()}
T = TypeVar("T")


def socket_of(state: Path, till: str) -> Path:
    """Return where a till listens for its displays; each till of a box has a place of its own."""
    return state / f"display-{till}.sock"


def to_line(shown: Shown, language: Language) -> bytes:
    """Return a state as one line of JSON with its newline."""
    line = {"v": VERSION, "language": language.value, "shown": _NAME_OF[type(shown)], **asdict(shown)}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_line(line: bytes) -> tuple[Shown, Language]:
    """Return the state in a line and the language of its words; raises UnreadableLine."""
    try:
        read = json.loads(line)
    except (ValueError, RecursionError) as unreadable:
        raise UnreadableLine("json") from unreadable
    if not isinstance(read, dict) or read.pop("v", None) != VERSION:
        raise UnreadableLine("version")
    kind, language = _NAMES.get(str(read.pop("shown", ""))), read.pop("language", None)
    if kind is None or language not in list(Language):
        raise UnreadableLine("kind")
    return _read(kind, read), Language(language)


def _read(kind: type[T], read: object) -> T:
    """Return a dataclass from its JSON object; what an older till does not send keeps its default."""
    if not isinstance(read, dict):
        raise UnreadableLine(kind.__name__)
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)} & read.keys()  # type: ignore[arg-type] # every kind is a dataclass
    try:
        return kind(**{name: _value(hints[name], read[name]) for name in known})
    except (TypeError, ValueError) as unfit:
        raise UnreadableLine(kind.__name__) from unfit


def _value(wanted: Any, value: object) -> object:
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise UnreadableLine("list")
        return tuple(_value(get_args(wanted)[0], each) for each in value)
    if is_dataclass(wanted) and isinstance(wanted, type):
        return _read(wanted, value)
    if type(value) not in (get_args(wanted) or (wanted,)):
        raise UnreadableLine("type")
    return value
