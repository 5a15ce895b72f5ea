"""What the journal's own bytes say the tables beside it hold: the fold that `verify` compares them with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.model.cards import CardState
from kiosk.model.errors import VerifyFailed
from ledger.accounts import Instrument, PurseKey, purse_key
from ledger.clock import to_wire_time
from ledger.entries import Entry, EntryKind, Lot
from ledger.errors import PurseOverdrawn
from ledger.purses import apply_deltas, purse_deltas


@dataclass
class Derived:
    """A fold over the entries; each table by its key, the other columns in the order of `verify`'s statements.

    `told_cards` were issued elsewhere, or changed there: head office told of them, and this journal need not.
    """

    purse: dict[PurseKey, int] = field(default_factory=dict)
    lots: dict[str, tuple[int, Lot]] = field(default_factory=dict)
    holders: dict[str, set[str]] = field(default_factory=dict)
    persons: dict[str, str] = field(default_factory=dict)
    shifts: dict[str, list[object]] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    cards: dict[str, list[object]] = field(default_factory=dict)
    told_cards: frozenset[str] = frozenset()
    reversals: set[str] = field(default_factory=set)
    programmes: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)

    def take(self, entry: Entry, sequence: int) -> None:
        """Take the next entry in; raises VerifyFailed for one that no books can hold, whatever its hash."""
        try:
            deltas = purse_deltas(entry.postings)
            apply_deltas(self.purse, deltas)
            self._open_lots(entry, deltas, sequence)
            self._reverse(entry, sequence)
            fold = _FOLDS.get(entry.kind)
            if fold is not None:
                fold(self, entry)
        except PurseOverdrawn as overdrawn:
            raise VerifyFailed("journal", str(sequence), f"overdraws lot {overdrawn.lot_id}") from overdrawn
        except (KeyError, ValueError, TypeError) as unfit:
            reason = f"does not follow from what was before: {type(unfit).__name__} {unfit}"
            raise VerifyFailed("journal", str(sequence), reason) from unfit
        self.programmes.add(entry.programme_version)

    def _open_lots(self, entry: Entry, deltas: Mapping[PurseKey, int], sequence: int) -> None:
        for lot in entry.lots:
            known = self.lots.setdefault(lot.lot_id, (sequence, lot))
            again = known[0] != sequence and (entry.kind is not EntryKind.GRANTED or not lot.same_terms(known[1]))
            if again:
                raise VerifyFailed("journal", str(sequence), f"opens lot {lot.lot_id} again")
            self._hold(lot)
        if entry.kind is EntryKind.MERGED:
            self._are_one(entry.facts["from"], _named(entry.member_id))
        if entry.kind is EntryKind.GIFTED:
            self._give_on(entry)
        for key in deltas:
            if self._person(key.member_id) not in {self._person(held) for held in self.holders[key.lot_id]}:
                raise VerifyFailed("journal", str(sequence), f"moves lot {key.lot_id} of another member")
        self._check_assets(entry, sequence)

    def _hold(self, lot: Lot) -> None:
        """Note who holds a lot: money comes back by a grant to the same person alone, units may have been a gift."""
        holders = self.holders.setdefault(lot.lot_id, {lot.member_id})
        if lot.units:
            holders.add(lot.member_id)
        else:
            self._are_one(next(iter(holders)), lot.member_id)

    def _give_on(self, entry: Entry) -> None:
        """Note who holds a lot besides its buyer from now on; the two stay two persons."""
        for posting in entry.postings:
            given = purse_key(posting.credit)
            if given is None or given.instrument is not Instrument.UNITS:
                raise ValueError(posting.credit)
            self.holders[given.lot_id].add(given.member_id)

    def _check_assets(self, entry: Entry, sequence: int) -> None:
        """See that every member line is of its lot's own asset."""
        for posting in entry.postings:
            for key in map(purse_key, posting.accounts):
                if key is None:
                    continue
                lot = self.lots[key.lot_id][1]
                counts = (key.instrument is Instrument.UNITS) == (lot.units > 0)
                if posting.asset != lot.asset or not counts:
                    raise VerifyFailed("journal", str(sequence), f"moves {posting.asset} of lot {lot.lot_id}")

    def _are_one(self, member_id: str, other_id: str) -> None:
        """Note that two records are one person: a merge says so, and a grant that brings a lot back under another record."""
        person, other = self._person(member_id), self._person(other_id)
        if person != other:
            self.persons[person] = other

    def _person(self, member_id: str) -> str:
        """Return the one record that stands for a member here: a void gives back to whoever paid then."""
        while member_id in self.persons:
            member_id = self.persons[member_id]
        return member_id

    def _reverse(self, entry: Entry, sequence: int) -> None:
        if entry.reverses is None:
            return
        if entry.reverses in self.reversals:
            raise VerifyFailed("journal", str(sequence), f"reverses {entry.reverses} again")
        self.reversals.add(entry.reverses)

    def top_up(self, entry: Entry) -> None:
        """Fold a top-up: the terms it was sold under."""
        self.terms.add(entry.facts["terms_text_hash"])

    def open_shift(self, entry: Entry) -> None:
        """Fold a shift's opening."""
        shift = _named(entry.shift_id)
        if shift in self.shifts:
            raise ValueError(shift)
        opened_at, day = to_wire_time(entry.occurred_at), entry.business_date.isoformat()
        counts = [entry.facts["number"], entry.facts["float_minor"]]
        self.shifts[shift] = [entry.till, entry.cashier, day, opened_at, *counts, None, None]

    def close_shift(self, entry: Entry) -> None:
        """Fold a shift's closing."""
        shift = self.shifts[_named(entry.shift_id)]
        if shift[-1] is not None:
            raise ValueError(entry.shift_id)
        shift[-2:] = [to_wire_time(entry.occurred_at), entry.facts["counted_minor"]]

    def close_day(self, entry: Entry) -> None:
        """Fold a day's close."""
        day = entry.business_date.isoformat()
        if day in self.days:
            raise ValueError(day)
        self.days[day] = entry.entry_id

    def enrol(self, entry: Entry) -> None:
        """Fold an enrolment: the terms agreed to, and the card where one was handed over."""
        self.terms.add(entry.facts["terms_hash"])
        if not entry.facts["registered"]:
            self.issue_card(entry)

    def issue_card(self, entry: Entry) -> None:
        """Fold a new card."""
        code = entry.facts["card_code"]
        if code in self.cards:
            raise ValueError(code)
        self.cards[code] = [_named(entry.member_id), CardState.ACTIVE.value, to_wire_time(entry.occurred_at), None]

    def block_card(self, entry: Entry) -> None:
        """Fold a card's block."""
        self._card(entry.facts["card_code"])[1] = CardState.BLOCKED.value

    def unblock_card(self, entry: Entry) -> None:
        """Fold the end of a card's block."""
        self._card(entry.facts["card_code"])[1] = CardState.ACTIVE.value

    def replace_card(self, entry: Entry) -> None:
        """Fold a card's replacement by a new one."""
        old = self._card(entry.facts["replaces"])
        self.issue_card(entry)
        old[1], old[3] = CardState.REPLACED.value, entry.facts["card_code"]

    def _card(self, code: str) -> list[object]:
        """Return a card's columns to change; those of a card issued elsewhere are compared with nothing."""
        if code not in self.cards and code in self.told_cards:
            return [None] * 4
        return self.cards[code]


_FOLDS: Final[dict[EntryKind, Callable[[Derived, Entry], None]]] = {
    EntryKind.TOP_UP: Derived.top_up,
    EntryKind.SHIFT_OPENED: Derived.open_shift,
    EntryKind.SHIFT_CLOSED: Derived.close_shift,
    EntryKind.DAY_CLOSED: Derived.close_day,
    EntryKind.MEMBER_ENROLLED: Derived.enrol,
    EntryKind.CARD_ISSUED: Derived.issue_card,
    EntryKind.CARD_BLOCKED: Derived.block_card,
    EntryKind.CARD_UNBLOCKED: Derived.unblock_card,
    EntryKind.CARD_REPLACED: Derived.replace_card,
}


def _named(who: str | None) -> str:
    if who is None:
        raise ValueError(who)
    return who
