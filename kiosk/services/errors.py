"""What a use case refuses, with the figures as fields; the screens word each in Chinese and English.

```
ServiceError
├── SignInRefused
│   ├── UnknownStaff
│   ├── WrongPin
│   ├── StaffLocked
│   └── PinUnfit
├── ApprovalRefused
│   ├── ApprovalNeeded
│   ├── ApproverNotManager
│   ├── ApproverIsCashier
│   ├── ApprovalForOtherAct
│   └── ApprovalForOtherContent
├── ShiftRefused
│   ├── NoOpenShift
│   ├── ShiftAlreadyOpen
│   ├── ShiftOfAnother
│   ├── ShiftsStillOpen
│   └── DayNotBegun
├── MemberRefused
│   ├── MemberUnknown
│   ├── NameMissing
│   ├── PhoneUnreadable
│   ├── BirthdayUnreadable
│   ├── ConsentMissing
│   ├── TagUnfit
│   ├── TagIsComputed
│   └── TagsUnchanged
├── CardRefused
│   ├── CardUnknown
│   ├── CardIsBlocked
│   ├── CardNotBlocked
│   ├── CardWasReplaced
│   └── CardTaken
├── TenderRefused
│   ├── RestTenderMissing
│   ├── CashTooLittle
│   ├── DrawerTooEmpty
│   └── ReasonMissing
├── LineRefused
│   ├── StoredValueStopped
│   └── EntriesUnsent
├── QuoteChanged
├── OffersDiffer
├── EntryUnknown
├── NothingToReprint
├── ProgrammeNotBegun
└── ProgrammeMissing
```
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


class ServiceError(Exception):
    """Anything a use case refuses."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        fields = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({fields})"


class SignInRefused(ServiceError):
    """A person could not be let in."""


@dataclass(eq=False)
class UnknownStaff(SignInRefused):
    """No active person has this number."""

    staff_id: str


@dataclass(eq=False)
class WrongPin(SignInRefused):
    """The PIN does not match; `attempts_left` tries remain before the lock-out."""

    staff_id: str
    attempts_left: int


@dataclass(eq=False)
class StaffLocked(SignInRefused):
    """Too many wrong PINs; nobody signs in under this number before `until` (aware UTC)."""

    staff_id: str
    until: datetime


@dataclass(eq=False)
class PinUnfit(SignInRefused):
    """A new PIN is not 4 to 12 digits, or all its digits are the same."""

    reason: str


class ApprovalRefused(ServiceError):
    """A second person's approval is missing or does not count."""


@dataclass(eq=False)
class ApprovalNeeded(ApprovalRefused):
    """The programme wants a second person for this act of this amount (fen); `content` is the hash of what was asked."""

    act: str
    amount_minor: int
    content: str = ""


@dataclass(eq=False)
class ApproverNotManager(ApprovalRefused):
    """The approving person is no manager."""

    staff_id: str


@dataclass(eq=False)
class ApproverIsCashier(ApprovalRefused):
    """Nobody approves an act of their own."""

    staff_id: str


@dataclass(eq=False)
class ApprovalForOtherAct(ApprovalRefused):
    """An approval was given for one act and offered for another."""

    approved_act: str
    act: str


@dataclass(eq=False)
class ApprovalForOtherContent(ApprovalRefused):
    """What was approved is not what is asked now: another amount, member, card or anything else."""

    act: str


class ShiftRefused(ServiceError):
    """The shift is not in the state the act needs."""


@dataclass(eq=False)
class NoOpenShift(ShiftRefused):
    """No shift is open on this till."""

    till: str


@dataclass(eq=False)
class ShiftAlreadyOpen(ShiftRefused):
    """This till has an open shift already."""

    till: str
    cashier: str
    opened_at: datetime


@dataclass(eq=False)
class ShiftOfAnother(ShiftRefused):
    """The open shift on this till is another cashier's."""

    till: str
    cashier: str


@dataclass(eq=False)
class ShiftsStillOpen(ShiftRefused):
    """The day cannot close while these tills have open shifts."""

    business_date: date
    tills: tuple[str, ...]


@dataclass(eq=False)
class DayNotBegun(ShiftRefused):
    """This business date is still to come; by the clock it is `today`."""

    business_date: date
    today: date


class MemberRefused(ServiceError):
    """A member cannot be enrolled or found."""


@dataclass(eq=False)
class MemberUnknown(MemberRefused):
    """No member has this id on this box."""

    member_id: str


@dataclass(eq=False)
class NameMissing(MemberRefused):
    """A registered member has a name."""

    name: str


@dataclass(eq=False)
class PhoneUnreadable(MemberRefused):
    """This is no mainland mobile number: 11 digits, beginning 13 to 19."""

    phone: str


@dataclass(eq=False)
class BirthdayUnreadable(MemberRefused):
    """This is no day a living person was born on."""

    birthday: str


@dataclass(eq=False)
class ConsentMissing(MemberRefused):
    """The member has not agreed to the printed terms."""

    terms_version: str


@dataclass(eq=False)
class TagUnfit(MemberRefused):
    """A tag is one word of at most 24 letters, and holds no number that could be a person's."""

    tag: str


@dataclass(eq=False)
class TagIsComputed(MemberRefused):
    """Figures give this tag; a person neither gives nor takes it."""

    tag: str


@dataclass(eq=False)
class TagsUnchanged(MemberRefused):
    """The member has these tags already, and none of those to be taken away."""

    member_id: str


class CardRefused(ServiceError):
    """A card cannot do what was asked."""


@dataclass(eq=False)
class CardUnknown(CardRefused):
    """No such card was issued here."""

    card_code: str


@dataclass(eq=False)
class CardIsBlocked(CardRefused):
    """The card was reported lost."""

    card_code: str
    member_id: str


@dataclass(eq=False)
class CardNotBlocked(CardRefused):
    """Only a blocked card is unblocked."""

    card_code: str


@dataclass(eq=False)
class CardWasReplaced(CardRefused):
    """The card was replaced by a newer one and is dead."""

    card_code: str
    replaced_by: str


@dataclass(eq=False)
class CardTaken(CardRefused):
    """The card to issue belongs to a member already."""

    card_code: str


class TenderRefused(ServiceError):
    """Money on the counter does not fit the act."""


@dataclass(eq=False)
class RestTenderMissing(TenderRefused):
    """The stored value does not cover the bill and nobody said how the rest (fen) is paid."""

    rest_minor: int


@dataclass(eq=False)
class CashTooLittle(TenderRefused):
    """The cash given is less than what is due (fen)."""

    due_minor: int
    tendered_minor: int


@dataclass(eq=False)
class DrawerTooEmpty(TenderRefused):
    """More cash would leave the drawer than it holds (fen)."""

    asked_minor: int
    held_minor: int


@dataclass(eq=False)
class ReasonMissing(TenderRefused):
    """Cash that moves without a sale needs a reason in words."""

    kind: str


class LineRefused(ServiceError):
    """What stands between this box and head office forbids it."""


@dataclass(eq=False)
class StoredValueStopped(LineRefused):
    """This box may not move stored value until people have settled it with head office; `reason` is a verdict's code."""

    reason: str


@dataclass(eq=False)
class EntriesUnsent(LineRefused):
    """Head office lacks entries of this box: how many, the stored value they moved (fen), since when (aware UTC)."""

    entries: int
    unsent_minor: int
    since: datetime


@dataclass(eq=False)
class QuoteChanged(ServiceError):
    """The terms are no longer those that were shown; amounts in fen."""

    shown_minor: int
    now_minor: int


@dataclass(eq=False)
class OffersDiffer(ServiceError):
    """An entry weighed again under its own programme comes out otherwise than it was booked."""

    entry_no: str
    booked: str
    again: str


@dataclass(eq=False)
class EntryUnknown(ServiceError):
    """No entry has this id on this box."""

    entry_id: str


@dataclass(eq=False)
class NothingToReprint(ServiceError):
    """The entry printed no slip."""

    entry_id: str


@dataclass(eq=False)
class ProgrammeNotBegun(ServiceError):
    """A programme whose first day is still to come would grant its bonuses too early."""

    version: str
    starts_on: date


@dataclass(eq=False)
class ProgrammeMissing(ServiceError):
    """No programme is loaded, so nothing can be sold under terms."""

    store: str
