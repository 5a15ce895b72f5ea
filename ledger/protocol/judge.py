"""The judgement of a page: does each entry follow from what head office knows, and what does it move? Pure.

Head office knows a box only by its journal. A box may take value from a member where its purse holds it; it may give
value only with a cause: its own top-up, the mirror image of its own entry, a grant made to it, a merge that was ordered.
Source: `docs/protocol.md`, up, step 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from ledger.accounts import Instrument, PurseKey, StoreAccount, purse_key, store_account, till_tender
from ledger.corrections import VOIDABLE, mirror
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.errors import PageRefused, PurseOverdrawn
from ledger.ids import is_id
from ledger.purses import apply_deltas, purse_deltas
from ledger.wire import JournalRow, row_hash

_OWN_ACCOUNTS: Final = frozenset(StoreAccount) - {StoreAccount.TRANSFER}
_OPENS_LOTS: Final = frozenset({EntryKind.TOP_UP, EntryKind.GRANTED})


@dataclass(frozen=True, slots=True)
class KnownGrant:
    """A grant made to this life: what it moves (fen), and whether it has ended already."""

    lines: Mapping[PurseKey, int]
    ended: bool


@dataclass
class Standing:
    """What head office knows that a page can touch; `mirror` changes as the page is judged.

    `originals` are entries of this box that the page reverses, `used_ids` those of its entry ids that are taken,
    `merges` the merges ordered as {id: (from, into)}; `relearning` lets a grant pass that nobody here remembers.
    """

    box: str
    store: str
    mirror: dict[PurseKey, int]
    lots: Mapping[str, Lot] = field(default_factory=dict)
    originals: Mapping[str, Entry] = field(default_factory=dict)
    reversed_ids: frozenset[str] = frozenset()
    used_ids: frozenset[str] = frozenset()
    grants: Mapping[str, KnownGrant] = field(default_factory=dict)
    merges: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    relearning: bool = False


@dataclass(frozen=True, slots=True)
class Transfer:
    """Value that crossed between the box and head office: fen returned are positive, fen granted negative."""

    sequence: int
    line: int
    key: PurseKey
    amount_minor: int
    grant_id: str | None


@dataclass
class Effects:
    """What a page does: changes of the mirror, lots that are new, transfers in order, grants nobody remembered."""

    deltas: dict[PurseKey, int] = field(default_factory=dict)
    lots: list[Lot] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    forgotten_merges: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up before a page can be judged."""

    members: frozenset[str]
    lots: frozenset[str]
    originals: frozenset[str]
    grants: frozenset[str]
    merges: frozenset[str]
    ids: frozenset[str]


def chain_rows(epoch: int, first: int, previous_hash: bytes, bodies: Iterable[bytes]) -> list[JournalRow]:
    """Return the rows that bodies make behind a hash: what their hashes are, if they stand there."""
    rows, before = [], previous_hash
    for place, body in enumerate(bodies):
        own = row_hash(epoch, first + place, before, body)
        rows.append(JournalRow(epoch, first + place, before, own, body))
        before = own
    return rows


def needs_of(entries: Sequence[Entry]) -> Needs:
    """Return what head office must look up to judge these entries."""
    accounts = {account for entry in entries for posting in entry.postings for account in posting.accounts}
    return Needs(
        members=frozenset(account.split(":")[1] for account in accounts if account.startswith("member:")),
        lots=frozenset(lot.lot_id for entry in entries for lot in entry.lots),
        originals=frozenset(entry.reverses for entry in entries if entry.reverses is not None),
        grants=frozenset(entry.entry_id for entry in entries if entry.kind is EntryKind.GRANTED),
        merges=frozenset(str(e.facts.get("merge_id")) for e in entries if e.kind is EntryKind.MERGED),
        ids=frozenset(entry.entry_id for entry in entries),
    )


def judge(standing: Standing, rows: Sequence[tuple[int, Entry]]) -> Effects:
    """Return what entries (with their sequence numbers, in order) do; raises PageRefused at the first that may not be."""
    bench = _Bench(standing)
    for sequence, entry in rows:
        try:
            bench.take(sequence, entry)
        except PurseOverdrawn as overdrawn:
            raise PageRefused(sequence, "overdrawn", f"{overdrawn.member_id}/{overdrawn.lot_id}") from overdrawn
        except (ValueError, KeyError, TypeError, AssertionError) as unfit:
            raise PageRefused(sequence, "unfit", f"{type(unfit).__name__}: {unfit}") from unfit
    return bench.effects


class _Bench:
    """One page's judgement: what the earlier entries of the page did counts for the later ones."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        # a page names each account several times: it is read once
        self.purse_key, self.till_tender = cache(purse_key), cache(till_tender)
        self.own = frozenset(store_account(own, standing.store) for own in _OWN_ACCOUNTS)
        self.effects = Effects()
        self.lots = dict(standing.lots)
        self.originals = dict(standing.originals)
        self.reversed_ids = set(standing.reversed_ids)
        self.ids = set(standing.used_ids)
        self.ended = {grant_id for grant_id, grant in standing.grants.items() if grant.ended}

    def take(self, sequence: int, entry: Entry) -> None:
        """Judge one entry and count what it does."""
        self._check_identity(sequence, entry)
        rule = _RULES.get(entry.kind, _Bench.moves_no_stored_value)
        rule(self, sequence, entry)
        deltas = purse_deltas(entry.postings, self.purse_key)
        apply_deltas(self.standing.mirror, deltas)
        moved = self.effects.deltas
        for key, delta in deltas.items():
            moved[key] = moved.get(key, 0) + delta
        if entry.kind in VOIDABLE:
            self.originals[entry.entry_id] = entry

    def _check_identity(self, sequence: int, entry: Entry) -> None:
        if (entry.box, entry.store) != (self.standing.box, self.standing.store):
            raise PageRefused(sequence, "another_box", f"{entry.store}/{entry.box}")
        if not is_id(entry.entry_id) or entry.entry_id in self.ids:
            raise PageRefused(sequence, "id_taken", entry.entry_id[:40])
        self.ids.add(entry.entry_id)
        if (entry.reverses is not None) != (entry.kind is EntryKind.VOID):
            raise PageRefused(sequence, "reverses", entry.kind.value)
        if entry.lots and entry.kind not in _OPENS_LOTS:
            raise PageRefused(sequence, "opens_lot", entry.kind.value)

    def moves_no_stored_value(self, sequence: int, entry: Entry) -> None:
        """Judge an entry that may touch nothing but its own till and store."""
        for posting in entry.postings:
            for account in posting.accounts:
                self._check_own(sequence, entry, account)

    def _check_own(self, sequence: int, entry: Entry, account: str) -> None:
        """Refuse an account that is neither of this entry's till nor of this box's store."""
        till = self.till_tender(account)
        if till is not None:
            if till[0] != entry.till:
                raise PageRefused(sequence, "account", account[:80])
            return
        if account not in self.own:
            raise PageRefused(sequence, "account", account[:80])

    def top_up(self, sequence: int, entry: Entry) -> None:
        """Judge a top-up: one lot of its own, paid in full and with its own bonus."""
        if len(entry.lots) != 1 or entry.lots[0].lot_id in self.lots or entry.lots[0].lot_id != entry.entry_id:
            raise PageRefused(sequence, "opens_lot", entry.entry_id)
        lot, given = entry.lots[0], {Instrument.PRINCIPAL: 0, Instrument.BONUS: 0}
        promotion = store_account(StoreAccount.PROMOTION, self.standing.store)
        for posting in entry.postings:
            key = self.purse_key(posting.credit)
            if key is None or (key.member_id, key.lot_id) != (entry.member_id, lot.lot_id):
                raise PageRefused(sequence, "account", posting.credit[:80])
            self._check_own(sequence, entry, posting.debit)
            if (posting.debit == promotion) != (key.instrument is Instrument.BONUS):
                raise PageRefused(sequence, "account", posting.debit[:80])
            given[key.instrument] += posting.amount_minor
        if (given[Instrument.PRINCIPAL], given[Instrument.BONUS]) != (lot.paid_minor, lot.bonus_minor):
            raise PageRefused(sequence, "lot_figures", lot.lot_id)
        self.lots[lot.lot_id] = lot
        self.effects.lots.append(lot)

    def spend(self, sequence: int, entry: Entry) -> None:
        """Judge a payment: from its own member to its own store."""
        sales = store_account(StoreAccount.SALES, self.standing.store)
        for posting in entry.postings:
            if posting.credit != sales:
                raise PageRefused(sequence, "account", posting.credit[:80])
            key = self.purse_key(posting.debit)
            if key is None:
                self._check_own(sequence, entry, posting.debit)
            elif key.member_id != entry.member_id:
                raise PageRefused(sequence, "another_member", key.member_id)

    def void(self, sequence: int, entry: Entry) -> None:
        """Judge a void: the mirror image of an entry of this box, for the first time."""
        original = self.originals.get(entry.reverses or "")
        if original is None or original.kind not in VOIDABLE or original.till != entry.till:
            raise PageRefused(sequence, "reverses", str(entry.reverses))
        if entry.reverses in self.reversed_ids:
            raise PageRefused(sequence, "reversed_before", str(entry.reverses))
        if mirror(original) != entry.postings or original.member_id != entry.member_id:
            raise PageRefused(sequence, "not_the_mirror", str(entry.reverses))
        self.reversed_ids.add(str(entry.reverses))

    def granted(self, sequence: int, entry: Entry) -> None:
        """Judge a grant's arrival: made to this life, not ended, exactly what was granted."""
        account = store_account(StoreAccount.TRANSFER, self.standing.store)
        if any(posting.debit != account for posting in entry.postings):
            raise PageRefused(sequence, "account", entry.entry_id)
        moved = purse_deltas(entry.postings, self.purse_key)
        grant = self.standing.grants.get(entry.entry_id)
        if grant is None and not self.standing.relearning:
            raise PageRefused(sequence, "no_such_grant", entry.entry_id)
        if entry.entry_id in self.ended or (grant is not None and dict(grant.lines) != moved):
            raise PageRefused(sequence, "grant_differs", entry.entry_id)
        self.ended.add(entry.entry_id)
        if grant is None:
            self.effects.forgotten.append(entry.entry_id)
        carried = {lot.lot_id for lot in entry.lots}
        if {key.lot_id for key in moved} != carried or {key.member_id for key in moved} != {entry.member_id}:
            raise PageRefused(sequence, "grant_differs", entry.entry_id)
        for lot in entry.lots:
            known = self.lots.get(lot.lot_id)
            if known is None:
                raise PageRefused(sequence, "lot_unknown", lot.lot_id)
            if not lot.same_terms(known):
                raise PageRefused(sequence, "lot_figures", lot.lot_id)
        self._cross(sequence, entry, sign=-1, grant_id=entry.entry_id)

    def returned(self, sequence: int, entry: Entry) -> None:
        """Judge value given back."""
        account = store_account(StoreAccount.TRANSFER, self.standing.store)
        for posting in entry.postings:
            key = self.purse_key(posting.debit)
            if posting.credit != account or key is None or key.member_id != entry.member_id:
                raise PageRefused(sequence, "account", posting.debit[:80])
        self._cross(sequence, entry, sign=1, grant_id=None)

    def _cross(self, sequence: int, entry: Entry, *, sign: int, grant_id: str | None) -> None:
        for line, posting in enumerate(entry.postings):
            key = self.purse_key(posting.debit if sign > 0 else posting.credit)
            assert key is not None, "checked by the caller"
            self.effects.transfers.append(Transfer(sequence, line, key, sign * posting.amount_minor, grant_id))

    def merged(self, sequence: int, entry: Entry) -> None:
        """Judge a merge: ordered, and every line to the same line."""
        merge_id = str(entry.facts.get("merge_id"))
        ordered = self.standing.merges.get(merge_id)
        if ordered is None and self.standing.relearning:
            ordered = (str(entry.facts["from"]), str(entry.facts["into"]))
            self.effects.forgotten_merges[merge_id] = ordered
        if ordered is None or entry.member_id != ordered[1]:
            raise PageRefused(sequence, "no_such_merge", merge_id[:40])
        for posting in entry.postings:
            if not _same_line(posting, *ordered):
                raise PageRefused(sequence, "account", posting.debit[:80])


def _same_line(posting: Posting, from_member: str, into_member: str) -> bool:
    """Tell whether a posting moves one line of one member to the same line of another."""
    source, target = purse_key(posting.debit), purse_key(posting.credit)
    if source is None or target is None:
        return False
    kept = (source.lot_id, source.instrument) == (target.lot_id, target.instrument)
    return kept and (source.member_id, target.member_id) == (from_member, into_member)


_RULES: Final = {
    EntryKind.TOP_UP: _Bench.top_up,
    EntryKind.SPEND: _Bench.spend,
    EntryKind.VOID: _Bench.void,
    EntryKind.GRANTED: _Bench.granted,
    EntryKind.RETURNED: _Bench.returned,
    EntryKind.MERGED: _Bench.merged,
}
