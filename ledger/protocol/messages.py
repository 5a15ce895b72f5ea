"""The messages between a box and head office as values, and their strict reading from plain JSON content.

Every message is a JSON object with `"format": 1`; whole numbers, text, booleans, lists and objects, never a float.
Source: `docs/protocol.md`, up, down, hello.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from ledger.money import CNY
from ledger.protocol.plain import FORMAT as FORMAT
from ledger.protocol.plain import body_of as body_of
from ledger.protocol.plain import from_plain as from_plain
from ledger.protocol.plain import read_value as read_value
from ledger.protocol.plain import to_plain as to_plain

NOBODY: Final = "*"
"""Till and cashier of an entry that the daemon writes: no person did it."""


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
    """Ask for a grant of at most so many fen, or units of another asset; `ask_id` becomes the grant's id.

    `usable_on` is the business date it is wanted for: only lots usable then are granted; any for an empty text.
    """

    epoch: int
    ho_epoch: int
    ask_id: str
    member_id: str
    amount_minor: int
    positions: Mapping[str, int]
    asset: str = CNY.code
    usable_on: str = ""


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """What was granted, what other places were asked to give back (fen, or units), and the items up to the grant."""

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
    """One lot in a grant: its terms, and how much of it moves: money in fen, or units of its asset."""

    lot_id: str
    paid_minor: int
    bonus_minor: int
    programme_version: str
    terms_hash: str
    special: str
    principal_moved_minor: int
    bonus_moved_minor: int
    units_moved: int


@dataclass(frozen=True, slots=True)
class Grant:
    """Value on its way to a box."""

    grant_id: str
    member_id: str
    reason: GrantReason
    lines: tuple[GrantLine, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """Head office asks for a member's value of an asset back: so much of it, or all of it for None (fen, or units)."""

    recall_id: str
    member_id: str
    amount_minor: int | None
    asset: str = CNY.code


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
    """A member's total of all places, as it was after this box's entry `sequence` (fen).

    `assets` are the units of every other asset in all places, by its name.
    """

    member_id: str
    total_minor: int
    sequence: int
    as_of: str
    assets: Mapping[str, int]


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
