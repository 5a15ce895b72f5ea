"""Shift: the one calculation behind X, Z and the day report, from the entries alone; page docs/rules/shift.md.

What was done and what was voided are kept apart and shown net: an entry that was voided counts in both. Money comes from
postings and never from what an entry says of itself; where both speak, they must agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from ledger.accounts import Instrument, Tender, purse_key, till_tender
from ledger.balances import fold_balances
from ledger.corrections import VOIDABLE, mirror
from ledger.entries import Entry, EntryKind
from ledger.ids import EntryId

_OFFER_KINDS: Final = frozenset({EntryKind.SOLD, EntryKind.ISSUED, EntryKind.REDEEMED, EntryKind.GIFTED})
"""Kinds that move units; a tender they take is the price of a pass, a card or goods of the points mall."""
CARD_KINDS: Final = (
    EntryKind.CARD_ISSUED,
    EntryKind.CARD_BLOCKED,
    EntryKind.CARD_UNBLOCKED,
    EntryKind.CARD_REPLACED,
)
"""Kinds that count as card work."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entries, and the fen they moved."""

    count: int = 0
    minor: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        if not other.count and not other.minor:
            return self
        return Tally(self.count + other.count, self.minor + other.minor)

    def __neg__(self) -> Tally:
        """Return the exact opposite, to be taken from another."""
        return Tally(-self.count, -self.minor)


Tenders = Mapping[Tender, Tally]
"""Each tender in its fixed order, also those that nobody used."""
_NO_TENDERS: Final[Tenders] = MappingProxyType(dict.fromkeys(Tender, Tally()))


def _no_tenders() -> Tenders:
    return _NO_TENDERS


def _both(left: Tenders, right: Tenders) -> Tenders:
    if right is _NO_TENDERS:  # most entries take no tender: a day of thousands is not added up three times over
        return left
    return {tender: tally + right[tender] for tender, tally in left.items()}


@dataclass(frozen=True, slots=True)
class Flows:
    """What a set of entries moved; amounts in fen.

    `top_up` is what was paid in (the principal), `top_up_bonus_minor` what was added. A bill's `spend` is its paid price:
    `spent_principal_minor + spent_bonus_minor + rest`. `sold` are passes, cards and goods of the points mall, by what was
    paid for them. Cash movements are counted with the cash they moved.
    """

    top_up: Tally = Tally()
    top_up_bonus_minor: int = 0
    top_up_tenders: Tenders = field(default_factory=_no_tenders)
    spend: Tally = Tally()
    list_price_minor: int = 0
    spent_principal_minor: int = 0
    spent_bonus_minor: int = 0
    rest_tenders: Tenders = field(default_factory=_no_tenders)
    sold: Tally = Tally()
    sold_tenders: Tenders = field(default_factory=_no_tenders)
    paid_in: Tally = Tally()
    paid_out: Tally = Tally()
    drop: Tally = Tally()

    @property
    def stored_minor(self) -> int:
        """Stored value used, principal and bonus together, in fen."""
        return self.spent_principal_minor + self.spent_bonus_minor

    @property
    def tenders(self) -> Tenders:
        """Top-ups, the rest of payments, and what was sold for later use together, by tender."""
        return _both(_both(self.top_up_tenders, self.rest_tenders), self.sold_tenders)

    @property
    def cash_minor(self) -> int:
        """What these entries put into the drawer (fen), below zero when they took more out."""
        taken = self.tenders[Tender.CASH].minor
        return taken + self.paid_in.minor - self.paid_out.minor - self.drop.minor

    @property
    def moved_minor(self) -> int:
        """Top-ups paid in, bills, sales and cash movements together, in fen: the size of what was done or voided."""
        moved = (self.top_up, self.spend, self.sold, self.paid_in, self.paid_out, self.drop)
        return sum(tally.minor for tally in moved)

    def __add__(self, other: Flows) -> Flows:
        """Return both together."""
        return Flows(
            top_up=self.top_up + other.top_up,
            top_up_bonus_minor=self.top_up_bonus_minor + other.top_up_bonus_minor,
            top_up_tenders=_both(self.top_up_tenders, other.top_up_tenders),
            spend=self.spend + other.spend,
            list_price_minor=self.list_price_minor + other.list_price_minor,
            spent_principal_minor=self.spent_principal_minor + other.spent_principal_minor,
            spent_bonus_minor=self.spent_bonus_minor + other.spent_bonus_minor,
            rest_tenders=_both(self.rest_tenders, other.rest_tenders),
            sold=self.sold + other.sold,
            sold_tenders=_both(self.sold_tenders, other.sold_tenders),
            paid_in=self.paid_in + other.paid_in,
            paid_out=self.paid_out + other.paid_out,
            drop=self.drop + other.drop,
        )

    def __neg__(self) -> Flows:
        """Return the exact opposite."""
        return Flows(
            top_up=-self.top_up,
            top_up_bonus_minor=-self.top_up_bonus_minor,
            top_up_tenders={tender: -tally for tender, tally in self.top_up_tenders.items()},
            spend=-self.spend,
            list_price_minor=-self.list_price_minor,
            spent_principal_minor=-self.spent_principal_minor,
            spent_bonus_minor=-self.spent_bonus_minor,
            rest_tenders={tender: -tally for tender, tally in self.rest_tenders.items()},
            sold=-self.sold,
            sold_tenders={tender: -tally for tender, tally in self.sold_tenders.items()},
            paid_in=-self.paid_in,
            paid_out=-self.paid_out,
            drop=-self.drop,
        )

    def __sub__(self, other: Flows) -> Flows:
        """Return what is left without the other."""
        return self + -other


@dataclass(frozen=True, slots=True)
class ShiftFigures:
    """The figures of one shift, or of several of a business date; amounts in fen.

    `done` is everything that happened, `voided` the part that was undone in the same shift; `net` is what stands.
    `counts` holds how many entries of each kind there were. The count and the over/short (> 0 too much, < 0 too little)
    are None while a shift of the set is open.
    """

    done: Flows
    voided: Flows
    counts: Mapping[EntryKind, int]
    float_minor: int
    expected_cash_minor: int
    counted_minor: int | None
    over_short_minor: int | None

    @property
    def net(self) -> Flows:
        """What stands after voids."""
        return self.done - self.voided

    @property
    def entries(self) -> int:
        """How many entries there were, of whatever kind."""
        return sum(self.counts.values())

    @property
    def void_count(self) -> int:
        """How many entries were voided."""
        return self.counts[EntryKind.VOID]

    @property
    def no_sale_count(self) -> int:
        """How often the drawer was opened without a sale."""
        return self.counts[EntryKind.NO_SALE]

    @property
    def refused_count(self) -> int:
        """How many attempts were refused."""
        return self.counts[EntryKind.REFUSED]

    @property
    def reprint_count(self) -> int:
        """How many slips were printed again."""
        return self.counts[EntryKind.REPRINTED]

    @property
    def enrolled_count(self) -> int:
        """How many members were enrolled, anonymous cards among them."""
        return self.counts[EntryKind.MEMBER_ENROLLED]

    @property
    def card_count(self) -> int:
        """How many cards were issued, blocked, unblocked or replaced."""
        return sum(self.counts[kind] for kind in CARD_KINDS)


def fold_shift(entries: Iterable[Entry]) -> ShiftFigures:
    """Return the figures of whole shifts from their entries, in the order they were recorded."""
    fold = ShiftFold()
    for entry in entries:
        fold.take(entry)
    return fold.figures()


class ShiftFold:
    """Adds up whole shifts, entry by entry in the order they were recorded; its figures can be asked at any moment.

    A void is only ever of the same shift, so its original was taken before.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._done, self._voided = Flows(), Flows()
        self._originals: dict[EntryId, Entry] = {}
        self._counts: Counter[EntryKind] = Counter()
        self._closings: list[Entry] = []
        self._float_minor = 0
        self._cash_minor = 0

    def take(self, entry: Entry) -> None:
        """Add one entry."""
        self._counts[entry.kind] += 1
        if entry.kind in VOIDABLE:
            self._originals[entry.entry_id] = entry
            self._done += flows_of(entry)
        elif entry.kind is EntryKind.VOID:
            self._voided += flows_of(_original(entry, self._originals))
        if entry.kind is EntryKind.SHIFT_CLOSED:
            self._closings.append(entry)
            return
        cash = _cash_in(entry)
        self._cash_minor += cash
        if entry.kind is EntryKind.SHIFT_OPENED:
            self._float_minor += cash

    def figures(self) -> ShiftFigures:
        """Return the figures of everything taken so far."""
        expected = self._float_minor + (self._done - self._voided).cash_minor
        assert expected == self._cash_minor, "the drawer's lines and its postings agree"
        counted, over_short = None, None
        if self._closings and len(self._closings) == self._counts[EntryKind.SHIFT_OPENED]:
            counted, over_short = _counted(self._closings, expected)
        every_kind = {kind: self._counts[kind] for kind in EntryKind}
        return ShiftFigures(self._done, self._voided, every_kind, self._float_minor, expected, counted, over_short)


def flows_of(entry: Entry) -> Flows:
    """Return what one entry of a voidable kind moved."""
    if entry.kind is EntryKind.TOP_UP:
        return _top_up_flows(entry)
    if entry.kind is EntryKind.SPEND:
        return _spend_flows(entry)
    if entry.kind in _OFFER_KINDS:
        return _sold_flows(entry)
    moved = Tally(1, abs(_cash_in(entry)))
    if entry.kind is EntryKind.PAID_IN:
        return Flows(paid_in=moved)
    if entry.kind is EntryKind.PAID_OUT:
        return Flows(paid_out=moved)
    assert entry.kind is EntryKind.DROP, "only voidable kinds move anything between float and count"
    return Flows(drop=moved)


def _top_up_flows(entry: Entry) -> Flows:
    principal, bonus, tenders = _moved_values(entry)
    taken = sum(tally.minor for tally in tenders.values())
    assert taken == principal, "a top-up's principal is what was paid in"
    return Flows(top_up=Tally(1, taken), top_up_bonus_minor=bonus, top_up_tenders=tenders)


def _spend_flows(entry: Entry) -> Flows:
    principal, bonus, tenders = _moved_values(entry)
    rest = sum(tally.minor for tally in tenders.values())
    paid_price = rest - principal - bonus
    assert paid_price == entry.facts["paid_price_minor"], "a payment's parts sum to its paid price"
    return Flows(
        spend=Tally(1, paid_price),
        list_price_minor=entry.facts["list_price_minor"],
        spent_principal_minor=-principal,
        spent_bonus_minor=-bonus,
        rest_tenders=tenders,
    )


def _sold_flows(entry: Entry) -> Flows:
    """Return what was paid for units; an entry that took no tender only moved units."""
    tenders = _moved_values(entry)[2]
    paid = sum(tally.minor for tally in tenders.values())
    return Flows(sold=Tally(1, paid), sold_tenders=tenders) if paid else Flows()


def _moved_values(entry: Entry) -> tuple[int, int, Tenders]:
    """Return what an entry added to principal and to bonus (below zero: took), and what tenders it took in."""
    owed = dict.fromkeys(Instrument, 0)
    taken = dict.fromkeys(Tender, 0)
    for (account, _), debits_less_credits in fold_balances(entry.postings).items():
        key, tender = purse_key(account), till_tender(account)
        if key is not None:
            owed[key.instrument] -= debits_less_credits
        if tender is not None:
            taken[tender[1]] += debits_less_credits
    tenders = {tender: Tally(1, minor) if minor else Tally() for tender, minor in taken.items()}
    return owed[Instrument.PRINCIPAL], owed[Instrument.BONUS], tenders if any(taken.values()) else _NO_TENDERS


def _original(void: Entry, originals: Mapping[EntryId, Entry]) -> Entry:
    original = None if void.reverses is None else originals.get(void.reverses)
    assert original is not None, "a void belongs to the shift of its original"
    assert void.postings == mirror(original), "a void mirrors its original"
    return original


def _cash_in(entry: Entry) -> int:
    """Return what an entry put into drawers, in fen; below zero when it took out."""
    cash = 0
    for (account, _), debits_less_credits in fold_balances(entry.postings).items():
        tender = till_tender(account)
        if tender is not None and tender[1] is Tender.CASH:
            cash += debits_less_credits
    return cash


def _counted(closings: list[Entry], expected: int) -> tuple[int, int]:
    counted = sum(closing.facts["counted_minor"] for closing in closings)
    over_short = sum(closing.facts["over_short_minor"] for closing in closings)
    assert expected + over_short == counted, "over/short is the count less what was expected"
    assert sum(_cash_in(closing) for closing in closings) == -expected, "a closed till is empty"
    return counted, over_short
