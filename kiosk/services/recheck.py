"""Recheck: weigh every top-up and payment again under the programme it was booked under, and compare what came of it.

The journal is replayed into books of its own beside the box's, entry by entry; before each one the same function that
quoted it is asked again (A32: none missed, none doubled). Source: `docs/rules/offers.md`, effects in the journal.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kiosk.model import journal, programmes, replay
from kiosk.model.journal import Recorded
from kiosk.model.store import Store
from kiosk.services import pay, top_up
from kiosk.services.counter import Counter
from kiosk.services.draws import as_drawn
from kiosk.services.errors import OffersDiffer
from kiosk.services.giving import Booked, book_gifts
from kiosk.services.occasions import Moment, choice_of
from ledger.accounts import Tender
from ledger.entries import Entry, EntryKind
from ledger.rules.occasion import BasketLine
from ledger.rules.offers import Given
from ledger.rules.pack import read_programme
from ledger.rules.programme import Programme
from ledger.wire import read_entry

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Rechecked:
    """How many entries came out the same again, and how many were left out: of people whose records were merged since."""

    entries: int
    left_out: int


@dataclass
class _Replay:
    """The books beside, a counter whose clock is the journal's, and what was counted so far."""

    counter: Counter
    old: Store
    known: dict[str, Programme] = field(default_factory=dict)
    same: int = 0
    left_out: int = 0

    def weigh(self, recorded: Recorded) -> None:
        """Weigh one entry again; raises OffersDiffer."""
        entry = recorded.entry
        if entry.kind not in {EntryKind.TOP_UP, EntryKind.SPEND}:
            return
        if not self._is_known(entry.member_id or ""):
            self.left_out += 1
            return
        again = _again(self.counter, self._programme(entry.programme_version), entry)
        if again != _booked(entry):
            raise OffersDiffer(recorded.entry_no, str(_booked(entry)), str(again))
        self.same += 1

    def _is_known(self, member_id: str) -> bool:
        row = self.counter.store.execute("SELECT 1 FROM member WHERE member_id = ?", (member_id,)).fetchone()
        merged = self.old.execute("SELECT 1 FROM member WHERE merged_into = ?", (member_id,)).fetchone()
        return row is not None and merged is None

    def _programme(self, version: str) -> Programme:
        if version not in self.known:
            stored = programmes.get(self.counter.store, version)
            assert stored is not None, "verify proves that every programme is kept"
            self.known[version] = read_programme(stored.content)
        return self.known[version]


def recheck(counter: Counter, progress: Callable[[int], None] | None = None) -> Rechecked:
    """Weigh every top-up and payment of this box again; raises OffersDiffer naming the first that comes out otherwise."""
    first = journal.page(counter.store, 0, 1)
    epoch = first[0].epoch if first else counter.store.identity.epoch
    with tempfile.TemporaryDirectory(prefix="recheck-", dir=counter.store.path.parent) as folder:
        fresh = replay.beside(counter.store, Path(folder) / "recheck.db", epoch)
        try:
            return _replayed(_Replay(replace(counter, store=fresh), counter.store), epoch, progress)
        finally:
            fresh.close()


def _replayed(again: _Replay, epoch: int, progress: Callable[[int], None] | None) -> Rechecked:
    after, fresh = 0, again.counter.store
    while rows := journal.page(again.old, after, _AT_ONCE):
        with fresh.write():
            for row in rows:
                recorded = Recorded(row, "0" * 64, read_entry(row.body))
                again.weigh(recorded)
                epoch = replay.step(fresh, epoch, row.epoch)
                journal.restore(fresh, row, recorded.entry, recorded.command_hash)
        after = rows[-1].sequence
        if progress is not None:
            progress(after)
    return Rechecked(again.same, again.left_out)


def _booked(entry: Entry) -> tuple[object, ...]:
    """Return what an entry says rules did: the facts of each effect, its lots, the price that was left to pay."""
    lots = tuple((lot.lot_id, *lot.terms[:3], lot.special) for lot in entry.lots)
    return entry.facts.get("rules", []), lots, entry.facts.get("paid_price_minor")


def _again(counter: Counter, programme: Programme, entry: Entry) -> tuple[object, ...]:
    moment = Moment(entry.business_date, entry.occurred_at)
    if entry.kind is EntryKind.TOP_UP:
        return _top_up_again(counter, programme, entry, moment)
    return _pay_again(counter, programme, entry, moment)


def _top_up_again(counter: Counter, programme: Programme, entry: Entry, moment: Moment) -> tuple[object, ...]:
    facts = entry.facts
    asked = top_up.TopUp(
        member_id=entry.member_id or "",
        paid_minor=facts["paid_minor"],
        tender=Tender(facts["tender"]),
        reference=None,
        expected_bonus_minor=0,
        bill_minor=facts.get("bill_minor", 0),
        choice=choice_of(facts),
    )
    offer = top_up.quote_at(counter, programme, asked, moment).offer
    gifts = _gifts(programme, entry, offer.given, parent=entry.entry_id)
    plain = (entry.entry_id, offer.paid_minor, offer.bonus_minor, programme.version, "")
    return list(gifts.rules), (plain, *_lots(gifts)), None


def _pay_again(counter: Counter, programme: Programme, entry: Entry, moment: Moment) -> tuple[object, ...]:
    facts = entry.facts
    lines = tuple(BasketLine(**line) for line in facts.get("lines", ()))
    bill = pay.Bill(entry.member_id or "", facts["list_price_minor"], facts["stored_minor"], lines, choice_of(facts))
    quote = pay.quote_at(counter, programme, bill, moment, withheld=facts.get("withheld") is True)
    gifts = _gifts(programme, entry, quote.bill.given)
    return [*pay.bill_facts(quote.bill), *gifts.rules], _lots(gifts), quote.bill.paid_price_minor


def _gifts(programme: Programme, entry: Entry, given: Iterable[Given], parent: str = "") -> Booked:
    drawn = as_drawn(programme, entry, given)
    return book_gifts(programme, entry.store, entry.entry_id, entry.member_id or "", drawn, parent=parent)


def _lots(gifts: Booked) -> tuple[tuple[object, ...], ...]:
    return tuple((lot.lot_id, *lot.terms[:3], lot.special) for lot in gifts.lots)
