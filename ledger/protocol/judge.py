"""The judgement of a page: does each entry follow from what head office knows, and what does it move? Pure.

Head office knows a box only by its journal. A box may take value from a member where its purse holds it; it may give
value only with a cause: a lot that its own entry opens, the mirror image of its own entry, a grant made to it, a merge that
was ordered, a gift from another member. Source: `docs/protocol.md`, up, step 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from ledger.accounts import Instrument, PurseKey, StoreAccount, purse_key, store_account, till_tender
from ledger.corrections import REVERSES, REVERSIBLE, mirror
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.errors import PageRefused, PurseOverdrawn
from ledger.ids import is_id
from ledger.money import CNY
from ledger.protocol.moves import ALLOWED, MOVES_SOMETHING, OPENS_LOTS, TILL, Side, lines_of, opens_rightly
from ledger.purses import apply_deltas, purse_deltas
from ledger.wire import JournalRow, row_hash

_OWN_ACCOUNTS: Final = frozenset(StoreAccount) - {StoreAccount.TRANSFER}
_CARRIES_LOTS: Final = OPENS_LOTS | {EntryKind.GRANTED}
_NAMED_LINE: Final = 4
"""A member's account has so many parts; one that has not is refused when it is judged."""


@dataclass(frozen=True, slots=True)
class KnownGrant:
    """A grant made to this life: what it moves (fen), and whether it has ended already."""

    lines: Mapping[PurseKey, int]
    ended: bool


@dataclass
class Standing:
    """What head office knows that a page can touch; `mirror` changes as the page is judged.

    `lots` are those the page moves or would open, as far as they are known.
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
    """Value that crossed between the box and head office: returned is positive, granted negative (fen, or units)."""

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
    lines = [account.split(":") for account in accounts if account.startswith("member:")]
    moved = {line[2] for line in lines if len(line) == _NAMED_LINE}
    return Needs(
        members=frozenset(line[1] for line in lines),
        lots=frozenset({lot.lot_id for entry in entries for lot in entry.lots} | moved),
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
        self.own: dict[str, Side] = {store_account(own, standing.store): own.value for own in _OWN_ACCOUNTS}
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
        self._check_assets(sequence, entry)
        deltas = purse_deltas(entry.postings, self.purse_key)
        apply_deltas(self.standing.mirror, deltas)
        moved = self.effects.deltas
        for key, delta in deltas.items():
            moved[key] = moved.get(key, 0) + delta
        if entry.kind in REVERSIBLE:
            self.originals[entry.entry_id] = entry

    def _check_identity(self, sequence: int, entry: Entry) -> None:
        if (entry.box, entry.store) != (self.standing.box, self.standing.store):
            raise PageRefused(sequence, "another_box", f"{entry.store}/{entry.box}")
        if not is_id(entry.entry_id) or entry.entry_id in self.ids:
            raise PageRefused(sequence, "id_taken", entry.entry_id[:40])
        self.ids.add(entry.entry_id)
        if (entry.reverses is not None) != (entry.kind in REVERSES):
            raise PageRefused(sequence, "reverses", entry.kind.value)
        if entry.lots and entry.kind not in _CARRIES_LOTS:
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

    def _side(self, sequence: int, entry: Entry, account: str) -> Side:
        """Return what an account is; raises PageRefused for one that is neither a member's nor this entry's own."""
        key = self.purse_key(account)
        if key is not None:
            return key.instrument.value
        self._check_own(sequence, entry, account)
        return self.own.get(account, TILL)

    def _check_assets(self, sequence: int, entry: Entry) -> None:
        """See that a member's lines are of their lots' own assets, and everything else is money."""
        for posting in entry.postings:
            keys = [key for key in map(self.purse_key, posting.accounts) if key is not None]
            if not keys and posting.asset != CNY.code:
                raise PageRefused(sequence, "asset", posting.asset[:80])
            for key in keys:
                lot = self.lots.get(key.lot_id)
                if lot is None:
                    raise PageRefused(sequence, "lot_unknown", key.lot_id)
                if posting.asset != lot.asset or (key.instrument is Instrument.UNITS) != (lot.units > 0):
                    raise PageRefused(sequence, "asset", f"{posting.asset[:80]} {key.lot_id}")

    def moves_as_told(self, sequence: int, entry: Entry) -> None:
        """Judge an entry by what its kind may move: takes from its own member, gives into lots it opens itself."""
        allowed, moves = ALLOWED[entry.kind], set()
        for posting in entry.postings:
            move = (self._side(sequence, entry, posting.debit), self._side(sequence, entry, posting.credit))
            if move not in allowed:
                raise PageRefused(sequence, "account", f"{posting.debit[:80]} {posting.credit[:80]}")
            taken = self.purse_key(posting.debit)
            if taken is not None and taken.member_id != entry.member_id:
                raise PageRefused(sequence, "another_member", taken.member_id)
            moves.add(move)
        if entry.kind in MOVES_SOMETHING and MOVES_SOMETHING[entry.kind] not in moves:
            raise PageRefused(sequence, "moves_nothing", entry.kind.value)

    def opens(self, sequence: int, entry: Entry) -> None:
        """Judge an entry that gives lots: each its own, and given to the fen and the unit what it says."""
        self.moves_as_told(sequence, entry)
        promised: dict[PurseKey, int] = {}
        for place, lot in enumerate(entry.lots):
            if lot.lot_id in self.lots or not opens_rightly(entry, lot, place):
                raise PageRefused(sequence, "opens_lot", lot.lot_id[:40])
            self.lots[lot.lot_id] = lot
            promised |= lines_of(lot)
        given: dict[PurseKey, int] = {}
        for posting in entry.postings:
            key = self.purse_key(posting.credit)
            if key is not None:
                given[key] = given.get(key, 0) + posting.amount_minor
        opened = {(lot.member_id, lot.lot_id) for lot in entry.lots}
        for key in given.keys() - promised.keys():
            if key[:2] not in opened:
                raise PageRefused(sequence, "account", f"{key.member_id}/{key.lot_id}"[:80])
        if given != promised:
            wrong = next(key for key in [*promised, *given] if given.get(key) != promised.get(key))
            raise PageRefused(sequence, "lot_figures", wrong.lot_id)
        self.effects.lots += entry.lots

    def top_up(self, sequence: int, entry: Entry) -> None:
        """Judge a top-up: one plain lot of its own, paid in full, and whatever was given with it."""
        if not entry.lots:
            raise PageRefused(sequence, "opens_lot", entry.entry_id)
        self.opens(sequence, entry)

    def issued(self, sequence: int, entry: Entry) -> None:
        """Judge what was given without payment; a handout or a promise of draws opens no lot and moves nothing."""
        if not entry.lots and any(self.purse_key(posting.credit) is not None for posting in entry.postings):
            raise PageRefused(sequence, "opens_lot", entry.entry_id)
        self.opens(sequence, entry)

    def sold(self, sequence: int, entry: Entry) -> None:
        """Judge what was sold for a tender: its lots say together what was paid."""
        if not entry.lots:
            raise PageRefused(sequence, "opens_lot", entry.entry_id)
        self.opens(sequence, entry)
        paid = sum(posting.amount_minor for posting in entry.postings if self.till_tender(posting.debit) is not None)
        if not paid or paid != sum(lot.paid_minor for lot in entry.lots):
            raise PageRefused(sequence, "lot_figures", entry.entry_id)

    def opened(self, sequence: int, entry: Entry) -> None:
        """Judge what a member brought along: what was paid for passes is still owed; the head of an import moves nothing."""
        self.issued(sequence, entry)
        owed = sum(p.amount_minor for p in entry.postings if self.own.get(p.credit) == StoreAccount.PRESOLD.value)
        if owed != sum(lot.paid_minor for lot in entry.lots if lot.units):
            raise PageRefused(sequence, "lot_figures", entry.entry_id)

    def lapsed(self, sequence: int, entry: Entry) -> None:
        """Judge what lapsed: lots that say when they end, and not before."""
        self.moves_as_told(sequence, entry)
        for key in (self.purse_key(posting.debit) for posting in entry.postings):
            lot = None if key is None else self.lots.get(key.lot_id)
            ends = None if lot is None else lot.conditions.expires_on
            if lot is not None and (ends is None or ends > entry.business_date):
                raise PageRefused(sequence, "not_lapsed", lot.lot_id)

    def gifted(self, sequence: int, entry: Entry) -> None:
        """Judge a gift: units go from one line of its member to the same line of another member."""
        self.moves_as_told(sequence, entry)
        for posting in entry.postings:
            given, taken = self.purse_key(posting.debit), self.purse_key(posting.credit)
            assert given is not None, "units on both sides"
            assert taken is not None, "units on both sides"
            if given.lot_id != taken.lot_id or given.member_id == taken.member_id:
                raise PageRefused(sequence, "account", posting.credit[:80])

    def reversal(self, sequence: int, entry: Entry) -> None:
        """Judge a reversal: the mirror image of an entry of this box, for the first time; a void is of the same till."""
        original = self.originals.get(entry.reverses or "")
        if original is None or original.kind not in REVERSES[entry.kind]:
            raise PageRefused(sequence, "reverses", str(entry.reverses))
        if entry.kind is EntryKind.VOID and original.till != entry.till:
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
        if len({lot.asset for lot in entry.lots}) > 1:
            raise PageRefused(sequence, "grant_mixed", entry.entry_id)
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
    EntryKind.SPEND: _Bench.opens,
    EntryKind.SOLD: _Bench.sold,
    EntryKind.ISSUED: _Bench.issued,
    EntryKind.OPENED: _Bench.opened,
    EntryKind.REDEEMED: _Bench.opens,
    EntryKind.LAPSED: _Bench.lapsed,
    EntryKind.GIFTED: _Bench.gifted,
    EntryKind.FAMILY_CHANGED: _Bench.moves_as_told,
    EntryKind.TAGGED: _Bench.moves_as_told,
    EntryKind.VOID: _Bench.reversal,
    EntryKind.OPENING_REVERTED: _Bench.reversal,
    EntryKind.GRANTED: _Bench.granted,
    EntryKind.RETURNED: _Bench.returned,
    EntryKind.MERGED: _Bench.merged,
}
