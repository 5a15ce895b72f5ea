"""What happened, as plain values for a slip: the services fill these in, `slips` words them.

Amounts in fen, times aware; names and phones whole (the builder masks them). Source: `docs/rules/receipt.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.rules.programme import Shop


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What every slip of a store shares: the shop, its time zone, the language (`zh` or `en`) and training mode."""

    shop: Shop
    zone: tzinfo
    language: str = "zh"
    training: bool = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a slip is looked up: entry number (`1-000123`), first 8 hex digits of its hash, when, who, which till."""

    entry_no: str
    short_hash: str
    occurred_at: datetime
    cashier: str
    till: str
    approver: str | None = None


@dataclass(frozen=True, slots=True)
class SlipMember:
    """Whose slip it is: whole code (`M8F3K72QX`, printed as QR), name and phone as enrolled (empty when anonymous)."""

    code: str
    name: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class TermsReference:
    """The terms a slip refers to: their version and the SHA-256 of their text (64 hex digits)."""

    version: str
    text_hash: str


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What a member owns in all stores together (fen) after the entry, as head office knew the others at `as_of`."""

    total_minor: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """Entries that head office lacked when the day was closed: how many, the stored value they moved (fen), since when."""

    entries: int
    amount_minor: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Tendered:
    """Money that changed hands outside stored value: tender, amount in fen > 0, the outside reference if any."""

    tender: Tender
    amount_minor: int
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """What a rule, a coupon or points took off a bill: its printed name, and how much (fen, > 0)."""

    name: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What rules gave beside the figures of a slip: its name, units or bonus (fen), from when to when, a handout in words."""

    name: str
    units: int = 0
    amount_minor: int = 0
    usable_from: date | None = None
    expires_on: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class FamilyLeft:
    """What a person of a family may still use of the pot after a payment (fen, None without limit): all they are told of it."""

    left_minor: int | None


@dataclass(frozen=True, slots=True)
class TopUpSlip:
    """A top-up: `balance_before + tendered.amount + bonus = balance_after`; bonus for a later date stands in `brought`."""

    stamp: Stamp
    member: SlipMember
    terms: TermsReference
    tendered: Tendered
    bonus_minor: int
    balance_before_minor: int
    balance_after_minor: int
    everywhere: Everywhere | None = None
    brought: tuple[Brought, ...] = ()


@dataclass(frozen=True, slots=True)
class PaymentSlip:
    """A payment: `principal + bonus + rest = paid_price`; `balance_before − principal − bonus = balance_after`.

    `list_price − cuts = paid_price`. With `family` it is the receipt of a person who paid from another's pot, whose balance it
    does not tell.

    `cash_given_minor` is what the customer handed over when the rest is cash; the change follows from it.
    """

    stamp: Stamp
    member: SlipMember
    terms: TermsReference | None
    list_price_minor: int
    paid_price_minor: int
    principal_minor: int
    bonus_minor: int
    rest: Tendered | None
    cash_given_minor: int
    balance_before_minor: int
    balance_after_minor: int
    everywhere: Everywhere | None = None
    cuts: tuple[Cut, ...] = ()
    brought: tuple[Brought, ...] = ()
    family: FamilyLeft | None = None


@dataclass(frozen=True, slots=True)
class VoidSlip:
    """A void of a top-up or a spend: what goes back where.

    `handed_back` is the tender given back to the customer, None when none was taken. The member's purse moves by
    `principal_minor` and `bonus_minor`: below 0 for a voided top-up, above 0 for a voided spend.
    """

    stamp: Stamp
    member: SlipMember | None
    original_kind: EntryKind
    original_entry_no: str
    original_at: datetime
    handed_back: Tendered | None
    principal_minor: int
    bonus_minor: int
    balance_before_minor: int
    balance_after_minor: int
    everywhere: Everywhere | None = None


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """How much of one tender a period took in (fen, voids already off) and in how many entries."""

    tender: Tender
    amount_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class PeriodTotals:
    """What a shift or a day did, voids already off; amounts in fen.

    `top_up_minor` is what was paid in and `top_up_bonus_minor` what was added; `principal_spent + bonus_spent` is the
    stored value used; `rest` the other tenders of payments; `top_up_tenders` those of top-ups. `sold` is what was taken for
    passes, cards and goods of the points mall.
    """

    top_up_count: int
    top_up_minor: int
    top_up_bonus_minor: int
    top_up_tenders: tuple[TenderTotal, ...]
    spend_count: int
    list_price_minor: int
    paid_price_minor: int
    principal_spent_minor: int
    bonus_spent_minor: int
    rest_tenders: tuple[TenderTotal, ...]
    void_count: int
    void_minor: int
    enrolled_count: int
    refused_count: int
    reprint_count: int
    no_sale_count: int
    sold_count: int = 0
    sold_minor: int = 0
    sold_tenders: tuple[TenderTotal, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawerCash:
    """The drawer's cash, in fen: float + top-ups + payments + sales + paid in − paid out − drops = expected.

    Top-ups and payments are net of voids. `counted_minor` is None before the count.
    """

    float_minor: int
    top_up_minor: int
    payment_minor: int
    paid_in_minor: int
    paid_out_minor: int
    drop_minor: int
    expected_minor: int
    counted_minor: int | None = None
    sold_minor: int = 0


@dataclass(frozen=True, slots=True)
class ShiftSlip:
    """An X report (open shift, `stamp` None) or a Z report (closed shift, with the stamp of its closing entry)."""

    made_at: datetime
    till: str
    cashier: str
    number: int
    business_date: date
    opened_at: datetime
    closed_at: datetime | None
    totals: PeriodTotals
    drawer: DrawerCash
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One shift in the day's list; amounts in fen."""

    till: str
    number: int
    cashier: str
    counted_minor: int | None
    over_short_minor: int | None


@dataclass(frozen=True, slots=True)
class DaySlip:
    """The day over all tills of a box; `liability_minor` is what members hold here, None where it is not known."""

    made_at: datetime
    business_date: date
    totals: PeriodTotals
    shifts: tuple[ShiftLine, ...]
    entry_count: int
    liability_minor: int | None = None
    stamp: Stamp | None = None
    unsent: Unsent | None = None


@dataclass(frozen=True, slots=True)
class CashSlip:
    """Cash that moved without a sale; `amount_minor` is 0 for a no sale."""

    stamp: Stamp
    kind: EntryKind
    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class EnrolmentSlip:
    """A member's copy of the contract: the printed terms whole, refunds included (`docs/rules/receipt.md`)."""

    stamp: Stamp
    member: SlipMember
    terms: TermsReference
    terms_text: str
    card_code: str | None = None


@dataclass(frozen=True, slots=True)
class CardSlip:
    """A card issued, blocked, unblocked or replaced (激活/挂失/解挂/补卡); `old_card_code` where one was replaced."""

    stamp: Stamp
    member: SlipMember
    kind: EntryKind
    card_code: str
    old_card_code: str | None = None
