"""Opening balances: what members bring along from the system used before, in one import that can be taken back once (P29).

Every row becomes entries whose ids follow from the import's, so an import that was cut off goes on where it stopped and
doubles nothing. Page: docs/operations/moving-in.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time
from itertools import islice
from typing import Final

from kiosk.model import journal, programmes
from kiosk.model.errors import EntryConflict
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.opening_errors import BatchReverted, ControlTotalDiffers, OpeningRowUnfit
from kiosk.services.opening_members import OldMember, brought_before, enrolment, known_member
from kiosk.services.recording import Draft, plain, record, record_beside
from kiosk.services.sync_state import require_going
from ledger.accounts import Instrument, PurseKey, StoreAccount, member_account, store_account
from ledger.entries import EntryKind, Facts, Lot, Posting
from ledger.ids import EntryId, derived_id
from ledger.money import CEILING_MINOR, PTS
from ledger.rules.programme import Programme
from ledger.specials import Special
from ledger.wire import content_hash

OPENING_RULE: Final = "opening"
"""Named as the rule in lots that no rule gave: they were brought along."""
_AT_ONCE: Final = 200
"""Rows in one write transaction: a till waits for no more than a blink."""


@dataclass(frozen=True, slots=True)
class OldPass:
    """Visits, goods or other units of a declared asset still to be used, and what was paid for them (fen)."""

    asset: str
    units: int
    paid_minor: int = 0
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class OldPast:
    """What a member did in the system before, up to the day they were last seen there; amounts in fen."""

    on: date
    visits: int = 0
    spent_minor: int = 0
    top_ups: int = 0
    topped_minor: int = 0


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """One member's line: `row` is its number in the file, amounts in fen, points in whole points."""

    row: int
    member: OldMember
    principal_minor: int = 0
    bonus_minor: int = 0
    points: int = 0
    points_expire_on: date | None = None
    passes: tuple[OldPass, ...] = ()
    past: OldPast | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Control totals: rows of members, principal and bonus in fen, points, and units of passes."""

    members: int = 0
    principal_minor: int = 0
    bonus_minor: int = 0
    points: int = 0
    visits: int = 0

    def __add__(self, other: Totals) -> Totals:
        """Return both together."""
        pairs = zip(self._parts(), other._parts(), strict=True)
        return Totals(*(mine + theirs for mine, theirs in pairs))

    def _parts(self) -> tuple[int, ...]:
        return self.members, self.principal_minor, self.bonus_minor, self.points, self.visits


@dataclass(frozen=True, slots=True)
class Batch:
    """One import: its id minted before, the file it comes from, and the totals that were declared.

    `more` brings members more who were brought in before: another sheet of the same old system.
    """

    batch_id: EntryId
    file_name: str
    file_sha256: str
    declared: Totals
    more: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What an import brought: its totals, members who were new, and rows that were in already."""

    totals: Totals
    enrolled: int
    repeated: int


Rows = Callable[[], Iterable[OpeningRow]]
Progress = Callable[[int], None]


def totals_of(row: OpeningRow) -> Totals:
    """Return what one row adds to the control totals."""
    visits = sum(each.units for each in row.passes)
    return Totals(1, row.principal_minor, row.bonus_minor, row.points, visits)


def open_balances(counter: Counter, person: str, batch: Batch, rows: Rows, progress: Progress | None = None) -> Opened:
    """Bring balances in; `rows` is called twice: to add up, and to write. `progress` is told how many rows are in.

    Nothing is written unless the rows add up to what was declared. Raises ControlTotalDiffers, OpeningRowUnfit,
    BatchReverted, EntryConflict for a batch id or a row that came with other content, StoredValueStopped.
    """
    found = sum((totals_of(row) for row in rows()), Totals())
    compare(batch.declared, found)
    _begin(counter, person, batch)
    writer = _Writer(counter, person, batch)
    written = 0
    for some in _by(_AT_ONCE, rows()):
        with counter.store.write():
            require_going(counter)
            for row in some:
                writer.write(row)
        written += len(some)
        if progress is not None:
            progress(written)
    return Opened(found, writer.enrolled, writer.repeated)


def compare(declared: Totals, found: Totals) -> None:
    """See that rows sum to what was declared; raises ControlTotalDiffers with the first total that does not."""
    for item in fields(Totals):
        told, summed = getattr(declared, item.name), getattr(found, item.name)
        if told != summed:
            raise ControlTotalDiffers(item.name, told, summed)


def _begin(counter: Counter, person: str, batch: Batch) -> None:
    """Write the head of the import: once, and the same for every time it goes on."""
    if journal.reversal_of(counter.store, batch.batch_id) is not None:
        raise BatchReverted(batch.batch_id)

    def draft(programme: Programme, now: datetime) -> Draft:
        require_going(counter)
        programmes.add_terms(counter.store, programme.terms.text_hash, programme.terms.text)
        told: Facts = {"batch": batch.batch_id, "file": batch.file_name, "file_sha256": batch.file_sha256}
        if batch.more:
            told["more"] = True
        return Draft(counter.business_date(now), facts={**told, "declared": asdict(batch.declared)})

    record(counter, Act(batch.batch_id, person), EntryKind.OPENED, batch, draft)


@dataclass
class _Writer:
    """Writes rows of one import, each once, inside the caller's write transaction."""

    counter: Counter
    person: str
    batch: Batch
    enrolled: int = 0
    repeated: int = 0

    def write(self, row: OpeningRow) -> None:
        """Write one row: the member where they are new, then what they own."""
        act = Act(derived_id(self.batch.batch_id, f"row {row.row}"), self.person)
        known = journal.find(self.counter.store, act.entry_id)
        if known is not None:
            if known.command_hash != content_hash([EntryKind.OPENED.value, self.person, plain(row)]):
                raise EntryConflict(act.entry_id)
            self.repeated += 1
            return
        member_id = self._member(row)
        record_beside(self.counter, act, EntryKind.OPENED, row, self._draft(row, act, member_id))

    def _member(self, row: OpeningRow) -> str:
        member = known_member(self.counter, row.member, row.row)
        if member is not None:
            if not self.batch.more and brought_before(self.counter, member.member_id):
                raise OpeningRowUnfit(row.row, "brought_before", member.code)
            return member.member_id
        act = Act(derived_id(self.batch.batch_id, f"member {row.row}"), self.person)
        joined = row.member.joined_on
        at = self.counter.now() if joined is None else datetime.combine(joined, time(12), self.counter.zone)
        draft = enrolment(self.counter, act, row.member, self.batch.batch_id, at)
        record_beside(self.counter, act, EntryKind.MEMBER_ENROLLED, row.member, draft, occurred_at=at)
        self.enrolled += 1
        return act.entry_id

    def _draft(self, row: OpeningRow, act: Act, member_id: str) -> Draft:
        programme, store = self.counter.programme(), self.counter.store.identity.store
        lots = tuple(_lots(programme, row, act.entry_id, member_id))
        facts: Facts = {"batch": self.batch.batch_id, "row": row.row, "terms_text_hash": programme.terms.text_hash}
        if row.member.old_number:
            facts["old_number"] = row.member.old_number
        if row.past is not None:
            facts["past"] = {**asdict(row.past), "on": row.past.on.isoformat()}
        return Draft(
            business_date=self.counter.business_date(self.counter.now()),
            postings=tuple(posting for lot in lots for posting in _postings(store, lot)),
            lots=lots,
            member_id=member_id,
            facts=facts,
        )


def _lots(programme: Programme, row: OpeningRow, entry_id: EntryId, member_id: str) -> Iterator[Lot]:
    """Yield what a row brings: money as one plain lot (a bonus alone as one of its own), points and passes behind it."""
    _check_amounts(programme, row)
    terms = content_hash([programme.version, programme.terms.text_hash, programme.spend_order.value, plain(row)])
    kept = (programme.version, terms)
    if row.principal_minor:
        yield Lot(entry_id, member_id, row.principal_minor, row.bonus_minor, *kept)
    specials = [(0, row.bonus_minor, Special(rule=OPENING_RULE))] if row.bonus_minor and not row.principal_minor else []
    if row.points:
        points = Special(PTS.code, row.points, expires_on=row.points_expire_on, rule=OPENING_RULE)
        specials.append((0, 0, points))
    for each in row.passes:
        visits = Special(each.asset, each.units, expires_on=each.expires_on, rule=OPENING_RULE)
        specials.append((each.paid_minor, 0, visits))
    for number, (paid_minor, bonus_minor, special) in enumerate(specials, start=1):
        yield Lot(f"{entry_id}.{number}", member_id, paid_minor, bonus_minor, *kept, special.text())


def _check_amounts(programme: Programme, row: OpeningRow) -> None:
    amounts = [row.principal_minor, row.bonus_minor, row.points]
    amounts += [figure for each in row.passes for figure in (each.units - 1, each.paid_minor)]
    for amount in amounts:
        if not 0 <= amount < CEILING_MINOR:
            raise OpeningRowUnfit(row.row, "amount", str(amount))
    for each in row.passes:
        if programme.promises.asset(each.asset) is None:
            raise OpeningRowUnfit(row.row, "pass_unknown", each.asset)


def _postings(store: str, lot: Lot) -> Iterator[Posting]:
    """Yield the postings that bring a lot; what was paid for a pass is owed until its visits are used."""
    opening = store_account(StoreAccount.OPENING, store)
    if lot.units:
        if lot.paid_minor:
            yield Posting(opening, store_account(StoreAccount.PRESOLD, store), lot.paid_minor)
        yield Posting(opening, _line(lot, Instrument.UNITS), lot.units, lot.asset)
        return
    if lot.paid_minor:
        yield Posting(opening, _line(lot, Instrument.PRINCIPAL), lot.paid_minor)
    if lot.bonus_minor:
        yield Posting(opening, _line(lot, Instrument.BONUS), lot.bonus_minor)


def _line(lot: Lot, instrument: Instrument) -> str:
    return member_account(PurseKey(lot.member_id, lot.lot_id, instrument))


def _by(count: int, rows: Iterable[OpeningRow]) -> Iterator[list[OpeningRow]]:
    left = iter(rows)
    while some := list(islice(left, count)):
        yield some
