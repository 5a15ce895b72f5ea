"""The messages between a box and head office as values, and their strict reading from plain JSON content.

Every message is a JSON object with `"format": 1`; whole numbers, text, booleans, lists and objects, never a float.
Source: `docs/protocol.md`, up, down, hello.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

from ledger.errors import WireUnreadable

FORMAT: Final = 1
NOBODY: Final = "*"
"""Till and cashier of an entry that the daemon writes: no person did it."""
_LARGEST: Final = 1 << 62
_LONGEST_LIST: Final = 10_000
Plain = dict[str, Any]
M = TypeVar("M")


class Verdict(StrEnum):
    """What head office makes of a hello."""

    GO = "go"
    ADOPT = "adopt"
    BEHIND = "behind"
    FORKED = "forked"
    FENCED = "fenced"
    CLOSED = "closed"
    PENDING = "pending"
    WAIT = "wait"


class ItemKind(StrEnum):
    """What a numbered item tells a box."""

    GRANT = "grant"
    RECALL = "recall"
    MEMBER = "member"
    CARD = "card"
    MERGE = "merge"
    PROGRAMME = "programme"
    BALANCE = "balance"


class GrantReason(StrEnum):
    """Why value came to a box."""

    ASK = "ask"
    HOME = "home"


class ReturnReason(StrEnum):
    """Why value went back to head office."""

    SWEEP = "sweep"
    RECALL = "recall"


@dataclass(frozen=True, slots=True)
class Hello:
    """A box says who it is and how far it is: last sequence and its hash (hex), and the cursor it has an answer for."""

    epoch: int
    ho_epoch: int
    sequence: int
    hash: str
    acknowledged: int


@dataclass(frozen=True, slots=True)
class HelloAnswer:
    """What head office holds of the journal, its own epoch, and what the box is to do."""

    ho_epoch: int
    acknowledged: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class MemberRecord:
    """A member's directory record as both sides keep it; dates and times as wire text."""

    member_id: str
    code: str
    registered: bool
    name: str
    phone: str | None
    birthday: str | None
    enrolled_at: str
    consent_terms_hash: str | None
    home_box: str
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class PageHeader:
    """The first line of a page: where it stands in the journal, directory changes, and what waits at the box (fen).

    `first` is the sequence of the first entry, also for a page without entries.
    """

    epoch: int
    ho_epoch: int
    first: int
    previous_hash: str
    last_hash: str
    members: tuple[MemberRecord, ...]
    members_through: int
    pending: int
    pending_minor: int


class PushVerdict(StrEnum):
    """How a page was taken."""

    TAKEN = "taken"
    SEND_FROM = "send_from"
    WAIT = "wait"
    HALT = "halt"
    ADOPT = "adopt"


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """Head office's answer after its own commit.

    `acknowledged` is the last sequence it holds; with SEND_FROM the next page starts behind it. `reason` is set with HALT.
    """

    verdict: PushVerdict
    acknowledged: int
    members_through: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    """Ask for the items after the positions, waiting at most so long for the first."""

    epoch: int
    ho_epoch: int
    positions: Mapping[str, int]
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class Item:
    """One numbered item of a shard's line to a box; `body` is the plain content of its kind."""

    shard: int
    number: int
    kind: ItemKind
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Items:
    """Items in order, of head office's epoch."""

    ho_epoch: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for a grant of at most so many fen; `ask_id` becomes the grant's id."""

    epoch: int
    ho_epoch: int
    ask_id: str
    member_id: str
    amount_minor: int
    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """What was granted, what other places were asked to give back, and the items up to the grant (fen)."""

    ho_epoch: int
    granted_minor: int
    recalled_minor: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Ask for a member by exactly one of code, phone and id."""

    epoch: int
    ho_epoch: int
    code: str | None
    phone: str | None
    member_id: str | None
    positions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """Whether somebody was found; who it is stands in the items."""

    ho_epoch: int
    found: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One lot in a grant: its terms, and how much of it moves (fen)."""

    lot_id: str
    paid_minor: int
    bonus_minor: int
    programme_version: str
    terms_hash: str
    principal_moved_minor: int
    bonus_moved_minor: int


@dataclass(frozen=True, slots=True)
class Grant:
    """Value on its way to a box."""

    grant_id: str
    member_id: str
    reason: GrantReason
    lines: tuple[GrantLine, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """Head office asks for a member's value back: so much of it, or all of it for None (fen)."""

    recall_id: str
    member_id: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class CardRecord:
    """A card as head office knows it; `state` is active, blocked or replaced."""

    code: str
    member_id: str
    state: str
    issued_at: str
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class Merge:
    """Two records of one person become one: what `from_member` holds here goes over to `into_member`."""

    merge_id: str
    from_member: str
    into_member: str


@dataclass(frozen=True, slots=True)
class ProgrammePack:
    """A programme version: its file as text, its hash and head office's signature over it (hex)."""

    version: str
    hash: str
    content: str
    activated_at: str
    signature: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A member's total of all places, as it was after this box's entry `sequence` (fen)."""

    member_id: str
    total_minor: int
    sequence: int
    as_of: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """A box asks to be let in with a single-use code; the key is raw Ed25519, hex; `box` is its chosen name."""

    code: str
    public_key: str


@dataclass(frozen=True, slots=True)
class EnrolAnswer:
    """Who the box is now; `confirmed` turns true once a person compared the fingerprints.

    `first` and `previous_hash` say where its journal begins or goes on; `office_key` signs programmes (hex).
    """

    box: str
    store: str
    epoch: int
    ho_epoch: int
    first: int
    previous_hash: str
    office_key: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class JournalAsk:
    """A box that is recovered asks for its own journal after a sequence number; the answer is a page."""

    epoch: int
    after: int


ITEM_BODIES: Final[Mapping[ItemKind, type[Any]]] = types.MappingProxyType(
    {
        ItemKind.GRANT: Grant,
        ItemKind.RECALL: Recall,
        ItemKind.MEMBER: MemberRecord,
        ItemKind.CARD: CardRecord,
        ItemKind.MERGE: Merge,
        ItemKind.PROGRAMME: ProgrammePack,
        ItemKind.BALANCE: Balance,
    }
)


def to_plain(message: Any) -> Plain:
    """Return a message as plain content, with its format number."""
    return {"format": FORMAT, **_plain_fields(message)}


def body_of(value: Any) -> Plain:
    """Return an item's body as plain content: a message of `ITEM_BODIES` without a format number of its own."""
    return _plain_fields(value)


def from_plain(kind: type[M], content: object) -> M:
    """Return the message in plain content; raises WireUnreadable naming the field that does not fit."""
    if not isinstance(content, dict) or content.get("format") != FORMAT or content["format"] is True:
        raise WireUnreadable("format")
    return read_value(kind, {key: value for key, value in content.items() if key != "format"})


def read_value(kind: type[M], content: object) -> M:
    """Return a value of a message's kind from plain content without a format; raises WireUnreadable."""
    value: M = _read(kind, content, kind.__name__)
    return value


def _plain_fields(value: Any) -> Plain:
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, content: object, path: str) -> Any:
    if get_origin(kind) in {types.UnionType, Union}:
        return _read_optional(kind, content, path)
    if get_origin(kind) is tuple:
        return _read_list(get_args(kind)[0], content, path)
    if get_origin(kind) is Mapping:
        return _read_map(get_args(kind)[1], content, path)
    if is_dataclass(kind):
        return _read_object(kind, content, path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _read_choice(kind, content, path)
    if kind is Any:
        return content
    if type(content) is not kind or (isinstance(content, int) and abs(content) >= _LARGEST):
        raise WireUnreadable(path)
    return content


def _read_optional(kind: Any, content: object, path: str) -> Any:
    (inner,) = (part for part in get_args(kind) if part is not type(None))
    return None if content is None else _read(inner, content, path)


def _read_list(kind: Any, content: object, path: str) -> Any:
    if not isinstance(content, list) or len(content) > _LONGEST_LIST:
        raise WireUnreadable(path)
    return tuple(_read(kind, part, f"{path}[{place}]") for place, part in enumerate(content))


def _read_map(kind: Any, content: object, path: str) -> Any:
    if not isinstance(content, dict) or len(content) > _LONGEST_LIST:
        raise WireUnreadable(path)
    return {key: _read(kind, part, f"{path}.{key}") for key, part in content.items()}


def _read_choice(kind: type[StrEnum], content: object, path: str) -> StrEnum:
    try:
        return kind(str(content))
    except ValueError as unknown:
        raise WireUnreadable(path) from unknown


def _read_object(kind: Any, content: object, path: str) -> Any:
    hints = _hints(kind)
    if not isinstance(content, dict) or set(content) != set(hints):
        raise WireUnreadable(path)
    return kind(**{name: _read(hint, content[name], f"{path}.{name}") for name, hint in hints.items()})
