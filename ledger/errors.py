"""The ledger's error tree: what the kernel refuses, with the figures as fields and never a sentence.

```
LedgerError
├── MoneyError
│   ├── AssetMismatch
│   ├── AmountUnreadable
│   └── AmountOutOfRange
├── CodeError
│   ├── CodeUnreadable
│   └── CodeCheckFailed
├── WireError
│   ├── WireUnreadable
│   ├── PageRefused
│   └── ChainBroken
├── ProgrammeError
│   ├── ProgrammeUnreadable
│   ├── UnknownKey
│   ├── MissingKey
│   ├── BadValue
│   ├── VoidClause
│   └── PromiseRefused
├── PurseOverdrawn
├── RuleRefused
│   ├── LimitExceeded
│   ├── AmountNotOnLadder
│   ├── NothingToPay
│   ├── BalanceTooSmall
│   ├── UnitsTooFew
│   ├── NotOnOffer
│   ├── SoldOut
│   ├── MemberLimitReached
│   └── PointsOverCap
└── CorrectionRefused
    ├── NotReversible
    ├── AlreadyReversed
    ├── ShiftClosedSince
    └── ValueAlreadySpent
```
The sentences, in Chinese and English, live with the screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


class LedgerError(Exception):
    """Anything the kernel refuses."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


class MoneyError(LedgerError):
    """An amount cannot be what it claims to be."""


@dataclass(eq=False)
class AssetMismatch(MoneyError):
    """Two amounts of different assets met in one sum."""

    left: str
    right: str


@dataclass(eq=False)
class AmountUnreadable(MoneyError):
    """A text is no amount: `reason` is one of `empty`, `not_a_number`, `too_many_decimals`, `negative`."""

    text: str
    reason: str
    scale: int


@dataclass(eq=False)
class AmountOutOfRange(MoneyError):
    """An amount is beyond what any shop can mean (minor units)."""

    minor: int
    ceiling_minor: int


class CodeError(LedgerError):
    """A member or card code cannot be accepted."""


@dataclass(eq=False)
class CodeUnreadable(CodeError):
    """A text is no code of ours: `reason` is one of `length`, `alphabet`, `prefix`."""

    text: str
    reason: str


@dataclass(eq=False)
class CodeCheckFailed(CodeError):
    """A code has the right form and the wrong check character: mistyped or misread."""

    text: str


class WireError(LedgerError):
    """Stored or received bytes are not what was written."""


@dataclass(eq=False)
class WireUnreadable(WireError):
    """Bytes do not decode to an entry: `reason` says which field."""

    reason: str


@dataclass(eq=False)
class PageRefused(WireError):
    """An entry of a page does not follow from what head office knows (`protocol/judge.py`).

    `reason` is one of `overdrawn`, `unfit`, `another_box`, `another_member`, `id_taken`, `reverses`, `reversed_before`,
    `not_the_mirror`, `opens_lot`, `lot_figures`, `lot_unknown`, `account`, `no_such_grant`, `grant_differs`, `no_such_merge`, `fork`,
    `unreadable`.
    """

    sequence: int
    reason: str
    detail: str


@dataclass(eq=False)
class ChainBroken(WireError):
    """A journal row does not follow from the one before it: `reason` is `sequence`, `previous` or `hash`."""

    epoch: int
    sequence: int
    reason: str


class ProgrammeError(LedgerError):
    """A programme file cannot be loaded."""


@dataclass(eq=False)
class ProgrammeUnreadable(ProgrammeError):
    """The file is neither TOML nor JSON; `detail` is the parser's own position and reason."""

    detail: str


@dataclass(eq=False)
class UnknownKey(ProgrammeError):
    """A key nobody knows, by its whole path; `nearest` is the path of the known key it resembles, or None."""

    key: str
    nearest: str | None


@dataclass(eq=False)
class MissingKey(ProgrammeError):
    """A key that every programme has is not there; `expected` names what it takes (`rules/reading.py`)."""

    key: str
    expected: str


@dataclass(eq=False)
class BadValue(ProgrammeError):
    """A known key with a value it cannot take; `expected` names what it takes (`rules/reading.py`)."""

    key: str
    value: str
    expected: str


@dataclass(eq=False)
class VoidClause(ProgrammeError):
    """The terms hold a clause that is void by law (法释〔2025〕4号 Art. 9; Beijing Art. 15)."""

    clause: str
    article: str


@dataclass(eq=False)
class PromiseRefused(ProgrammeError):
    """A programme promises what contradicts itself or may not be promised: where, which reason, and the detail.

    The reasons are listed in docs/rules/promises.md, what is refused.
    """

    where: str
    reason: str
    detail: str


@dataclass(eq=False)
class PurseOverdrawn(LedgerError):
    """A fold would make a purse line negative (I3 of the protocol)."""

    member_id: str
    lot_id: str
    instrument: str
    held_minor: int
    asked_minor: int


class RuleRefused(LedgerError):
    """A rule says no; the fields say why and what would be accepted."""


@dataclass(eq=False)
class LimitExceeded(RuleRefused):
    """An amount is past a limit: `limit` names it, `article` its source.

    `amount_minor` is what met the limit (for a balance limit the balance it would have made); `room_minor` is the most
    this member could pay for a top-up now, in fen, 0 for nothing.
    """

    limit: str
    amount_minor: int
    ceiling_minor: int
    room_minor: int
    article: str


@dataclass(eq=False)
class AmountNotOnLadder(RuleRefused):
    """The amount is no rung, and no other amount is sold, or only from `minimum_minor` (fen) up; None for none."""

    amount_minor: int
    rungs_minor: tuple[int, ...]
    minimum_minor: int | None = None


@dataclass(eq=False)
class NothingToPay(RuleRefused):
    """An amount of zero or less was asked for."""

    amount_minor: int


@dataclass(eq=False)
class BalanceTooSmall(RuleRefused):
    """The purse here holds less than the stored-value part asked for."""

    asked_minor: int
    available_minor: int
    missing_minor: int


@dataclass(eq=False)
class UnitsTooFew(RuleRefused):
    """Fewer units of an asset (points, visits, coupons …) are usable here than were asked for."""

    asset: str
    asked: int
    available: int


@dataclass(eq=False)
class NotOnOffer(RuleRefused):
    """Something of the points mall is not offered today; it is from `starts_on` to `ends_on`, None for open."""

    item_id: str
    name: str
    starts_on: date | None
    ends_on: date | None


@dataclass(eq=False)
class SoldOut(RuleRefused):
    """This store has fewer of something than were asked for."""

    item_id: str
    name: str
    left: int


@dataclass(eq=False)
class MemberLimitReached(RuleRefused):
    """A member had as many of something as each member may have."""

    item_id: str
    name: str
    per_member: int
    taken: int


@dataclass(eq=False)
class PointsOverCap(RuleRefused):
    """More points were offered for a bill than the programme lets pay for it; `most` is how many it takes."""

    asked: int
    most: int
    percent: int


class CorrectionRefused(LedgerError):
    """A void or reversal cannot be made."""


@dataclass(eq=False)
class NotReversible(CorrectionRefused):
    """Entries of this kind are never voided."""

    entry_id: str
    kind: str


@dataclass(eq=False)
class AlreadyReversed(CorrectionRefused):
    """The entry has its one reversal already."""

    entry_id: str
    reversal_id: str


@dataclass(eq=False)
class ShiftClosedSince(CorrectionRefused):
    """A void belongs to the shift of the original; afterwards it is a refund."""

    entry_id: str
    shift_id: str
    open_shift_id: str


@dataclass(eq=False)
class ValueAlreadySpent(CorrectionRefused):
    """The top-up to void has been spent from since."""

    entry_id: str
    topped_up_minor: int
    remaining_minor: int
