"""The journals: chain, bytes, columns, lots, judgement, transfers and mirror of every box, streamed box by box.

A recovered life runs on from the closed one before it; a replaced one begins at sequence 1 behind its own genesis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from headoffice.audit.books import PAGE, Books, Doubt, Line, fail
from headoffice.errors import AuditFailed
from headoffice.lives import Life, LifeState, find
from headoffice.many import rows_in
from headoffice.standing import known_grants
from ledger.accounts import Instrument, PurseKey, purse_key
from ledger.clock import to_wire_time
from ledger.corrections import REVERSES
from ledger.entries import Entry, EntryKind, Lot
from ledger.errors import PageRefused, WireUnreadable
from ledger.protocol.judge import Effects, Standing, judge, needs_of
from ledger.protocol.moves import OPENS_LOTS
from ledger.wire import decode_entry, genesis_hash, read_entry, row_hash

_BEFORE_ALL: Final = -(1 << 62)
_ROWS: Final = (
    "SELECT sequence, previous_hash, hash, body, entry_id, kind, member_id, business_date, occurred_at, reverses"
    " FROM journal WHERE box = ? AND epoch = ? AND sequence > ? ORDER BY sequence LIMIT ?"
)
_NO_LIFE: Final = (
    "SELECT DISTINCT journal.box, journal.epoch FROM journal LEFT JOIN life ON life.box = journal.box"
    " AND life.epoch = journal.epoch WHERE life.box IS NULL LIMIT 1"
)
_LOTS: Final = (
    "SELECT lot_id, member_id, box, paid_minor, bonus_minor, programme_version, terms_hash, special, sold_at FROM lot"
    " WHERE shard = ? AND lot_id IN (*)"
)
_TRANSFERS: Final = (
    "SELECT sequence, line, shard, member_id, lot_id, instrument, amount_minor, grant_id FROM transfer"
    " WHERE box = ? AND epoch = ? AND sequence > ? AND sequence <= ? ORDER BY sequence, line"
)
_MOVED: Final = (
    "SELECT member_id, lot_id, instrument, sum(amount_minor) FROM release_move"
    " WHERE box = ? AND epoch = ? GROUP BY member_id, lot_id, instrument"
)
_MIRROR: Final = (
    "SELECT epoch, member_id, lot_id, instrument, amount_minor FROM mirror WHERE box = ? AND epoch >= ? AND epoch <= ?"
)
_CHANGES_HANDS: Final = frozenset({EntryKind.GRANTED, EntryKind.RETURNED, EntryKind.MERGED, EntryKind.GIFTED})
"""Kinds that issue nothing and spend nothing."""
_BLAMED: Final = {
    "no_such_grant": "grant_out",
    "grant_differs": "grant_out",
    "lot_unknown": "lot",
    "lot_figures": "lot",
    "grant_mixed": "grant_out",
    "no_such_merge": "merge",
}


@dataclass
class _Walk:
    """One journal through its lives: where it stands, what it folds to, how far the members' shards have it."""

    box: str
    store: str
    first_epoch: int
    head: int
    head_hash: bytes
    purse: dict[PurseKey, int] = field(default_factory=dict)


def walk_journals(books: Books) -> None:
    """Prove every journal and what stands beside it; raises AuditFailed at the first wrong row."""
    for table in ("journal", "mirror", "transfer", "step_position", "release_move"):
        for place in books.tx.rows(_NO_LIFE.replace("journal", table)):
            raise fail(table, place, "life")
    places = books.tx.rows("SELECT box, epoch FROM life ORDER BY box, epoch")
    walk: _Walk | None = None
    before: Life | None = None
    for position, (box, epoch) in enumerate(places):
        life = find(books.tx, box, epoch)
        if life is None:
            raise fail("life", (box, epoch), "box")
        if walk is None or before is None or not _goes_on(before, life):
            walk = _Walk(box, life.store, epoch, 0, genesis_hash(box, epoch))
        _walk_life(books, walk, life)
        following = find(books.tx, *places[position + 1]) if position + 1 < len(places) else None
        if following is None or not _goes_on(life, following):
            _check_mirror(books, walk, life)
        before = life


def _goes_on(before: Life, life: Life) -> bool:
    """Tell whether a life continues the journal of the one before it."""
    return (before.box, before.state) == (life.box, LifeState.CLOSED) and life.first_sequence > 1 and _opened(life)


def _opened(life: Life) -> bool:
    """Tell whether a life was ever let in: from then on it has adopted an epoch of head office."""
    return life.adopted_ho_epoch > 0


def _walk_life(books: Books, walk: _Walk, life: Life) -> None:
    if _opened(life) and life.first_sequence != walk.head + 1:
        raise fail("life", (life.box, life.epoch), "first_sequence")
    last_steps: dict[int, int] = {}
    after = _BEFORE_ALL
    while found := books.tx.rows(_ROWS, (life.box, life.epoch, after, PAGE)):
        entries = [_check_row(walk, life, row) for row in found]
        _check_lots(books, life, [entry for _, entry in entries])
        effects = _judged(books, walk, life, entries)
        _check_transfers(books, life, effects, (after, walk.head), last_steps)
        _count(books, entries)
        after = walk.head
    _no_transfers(books, life, after)
    _check_steps(books, life, last_steps)
    if _opened(life) and (life.head_sequence, life.head_hash) != (walk.head, walk.head_hash):
        raise fail("life", (life.box, life.epoch), "head")
    books.heads[life.box, life.epoch] = (walk.head, walk.head_hash)


def _check_row(walk: _Walk, life: Life, row: Sequence[Any]) -> tuple[int, Entry]:
    """Prove that a row follows the one before it and that its columns say what its bytes say."""
    sequence, previous, own, body, *columns = row
    key = (life.box, life.epoch, sequence)
    if sequence != walk.head + 1:
        raise fail("journal", key, "sequence")
    if bytes(previous) != walk.head_hash:
        raise fail("journal", key, "previous_hash")
    if bytes(own) != row_hash(life.epoch, sequence, walk.head_hash, bytes(body)):
        raise fail("journal", key, "hash")
    try:
        entry = decode_entry(bytes(body))
    except WireUnreadable as unreadable:
        raise fail("journal", key, f"unreadable: {unreadable.reason[:80]}") from unreadable
    said = (entry.entry_id, entry.kind.value, entry.member_id, entry.business_date.isoformat())
    if (*said, to_wire_time(entry.occurred_at), entry.reverses) != tuple(columns):
        raise fail("journal", key, "columns")
    walk.head, walk.head_hash = sequence, bytes(own)
    return sequence, entry


def _check_lots(books: Books, life: Life, entries: list[Entry]) -> None:
    """Prove that every lot these entries sold stands in the shard of who bought it, under the same terms."""
    sold: dict[int, dict[str, tuple[object, ...]]] = defaultdict(dict)
    for entry in entries:
        if entry.kind in OPENS_LOTS:
            for lot in entry.lots:
                row = (lot.lot_id, lot.member_id, life.box, *lot.terms, to_wire_time(entry.occurred_at))
                sold[books.shard(lot.member_id)][lot.lot_id] = row
    for shard, lots in sold.items():
        kept: dict[str, set[tuple[object, ...]]] = defaultdict(set)
        for row in rows_in(books.tx, _LOTS, (shard,), lots):
            kept[row[0]].add(tuple(row))
        for lot_id, expected in lots.items():
            if expected not in kept[lot_id]:
                raise fail("lot", (shard, lot_id), "columns" if kept[lot_id] else "missing")
        books.lots += len(lots)


def _judged(books: Books, walk: _Walk, life: Life, entries: list[tuple[int, Entry]]) -> Effects:
    """Judge a page again, by the rules it was taken under; the walk's purse is its mirror."""
    try:
        return judge(_standing(books, walk, life, [entry for _, entry in entries]), entries)
    except PageRefused as refused:
        table = _BLAMED.get(refused.reason, "journal")
        key = (life.box, life.epoch, refused.sequence) if table == "journal" else (refused.detail,)
        raise fail(table, key, refused.reason) from refused


def _standing(books: Books, walk: _Walk, life: Life, entries: list[Entry]) -> Standing:
    tx, needs = books.tx, needs_of(entries)
    sold = {lot.lot_id for entry in entries if entry.kind in OPENS_LOTS for lot in entry.lots}
    lots: dict[str, Lot] = {}
    for shard in sorted({books.shard(member_id) for member_id in needs.members}):
        for row in rows_in(tx, _LOTS, (shard,), needs.lots - sold):
            lots[row[0]] = _lot(shard, row)
    bodies = "SELECT body FROM journal WHERE box = ? AND entry_id IN (*)"
    originals = [read_entry(bytes(body)) for (body,) in rows_in(tx, bodies, (life.box,), needs.originals)]
    try:
        grants = known_grants(tx, life, needs.grants)
    except (ValueError, TypeError) as unreadable:
        raise fail("grant_out", (life.box, life.epoch), "lines") from unreadable
    return Standing(
        box=walk.box,
        store=walk.store,
        mirror=walk.purse,
        lots=lots,
        originals={entry.entry_id: entry for entry in originals},
        grants={grant_id: type(grant)(grant.lines, ended=False) for grant_id, grant in grants.items()},
        merges=_merges(books, entries),
    )


def _lot(shard: int, row: Sequence[Any]) -> Lot:
    """Return the lot a row says; raises AuditFailed for one that nobody can have sold."""
    lot_id, member_id, _, *terms, _ = row
    try:
        return Lot(lot_id, member_id, *terms)
    except (ValueError, AssertionError) as unfit:
        raise fail("lot", (shard, lot_id), "columns") from unfit


def _merges(books: Books, entries: list[Entry]) -> dict[str, tuple[str, str]]:
    """Return the merges these entries name, of records that stand for another at head office too."""
    named = [entry.facts for entry in entries if entry.kind is EntryKind.MERGED]
    return {
        str(facts["merge_id"]): (str(facts["from"]), str(facts["into"]))
        for facts in named
        if facts.get("from") in books.merged_into and "merge_id" in facts and "into" in facts
    }


def _check_transfers(
    books: Books, life: Life, effects: Effects, span: tuple[int, int], last_steps: dict[int, int]
) -> None:
    """Prove that the steps kept for a span of the journal are the ones its entries make."""
    made = [
        (
            *(step.sequence, step.line, books.shard(step.key.member_id), step.key.member_id, step.key.lot_id),
            *(step.key.instrument.value, step.amount_minor, step.grant_id),
        )
        for step in effects.transfers
    ]
    kept = books.tx.rows(_TRANSFERS, (life.box, life.epoch, *span))
    for row in made:
        last_steps[row[2]] = row[0]
    if [tuple(row) for row in kept] != made:
        rows = zip(made + [None] * len(kept), kept + [None] * len(made), strict=False)
        wrong = next(row or other for row, other in rows if row is None or other is None or row != tuple(other))
        assert wrong is not None, "two lists that differ differ somewhere"
        raise fail("transfer", (life.box, life.epoch, *wrong[:2]), "columns")


def _no_transfers(books: Books, life: Life, after: int) -> None:
    for row in books.tx.rows(_TRANSFERS, (life.box, life.epoch, after, 1 << 62)):
        raise fail("transfer", (life.box, life.epoch, *row[:2]), "no entry")


def _check_steps(books: Books, life: Life, last_steps: dict[int, int]) -> None:
    """Prove that every shard has applied all steps of a life: in one database they lie in the same transaction."""
    sql = "SELECT shard, sequence FROM step_position WHERE box = ? AND epoch = ? ORDER BY shard"
    kept: dict[int, int] = dict(books.tx.rows(sql, (life.box, life.epoch)))
    for shard in sorted(kept.keys() | last_steps.keys()):
        if kept.get(shard) != last_steps.get(shard):
            raise fail("step_position", (shard, life.box, life.epoch), "sequence")


def _count(books: Books, entries: list[tuple[int, Entry]]) -> None:
    """Count what was issued and spent, and who was given what; a void takes back what its original did."""
    books.rows += len(entries)
    for _, entry in entries:
        if entry.kind in _CHANGES_HANDS:
            for posting in entry.postings if entry.kind is EntryKind.GIFTED else ():
                _note_gift(books, posting.credit)
            continue
        sign = -1 if entry.kind in REVERSES else 1
        for posting in entry.postings:
            told = posting if sign > 0 else posting.mirrored()
            given, taken = purse_key(told.credit), purse_key(told.debit)
            if given is not None and taken is None:
                books.issued[given.instrument.value] += sign * told.amount_minor
            elif taken is not None and given is None:
                books.spent[taken.instrument.value] += sign * told.amount_minor


def _note_gift(books: Books, account: str) -> None:
    given = purse_key(account)
    if given is not None:
        books.gifts.setdefault(given.lot_id, set()).add(given.member_id)


def _check_mirror(books: Books, walk: _Walk, last: Life) -> None:
    """Prove a journal's mirror: what it folds to, less what was released; a doubt is settled by the sum of all places."""
    moved: dict[Line, int] = {
        (member_id, lot_id, instrument): int(minor)
        for member_id, lot_id, instrument, minor in books.tx.rows(_MOVED, (last.box, last.epoch))
    }
    kept: dict[Line, int] = {}
    dead = last.state in {LifeState.FENCED, LifeState.RELEASED}
    for epoch, *rest, minor in books.tx.rows(_MIRROR, (walk.box, walk.first_epoch, last.epoch)):
        key: Line = (rest[0], rest[1], rest[2])
        touched = key[2] in set(Instrument) and PurseKey(key[0], key[1], Instrument(key[2])) in walk.purse
        if epoch != last.epoch or not touched:
            raise fail("mirror", (walk.box, epoch, *key), "no entry")
        kept[key] = minor
        books.mirrored[key[2]] += minor
        books.suspense[key[2]] += minor * dead
    folded = {(key.member_id, key.lot_id, key.instrument.value): minor for key, minor in walk.purse.items()}
    for key in sorted(folded.keys() | moved.keys()):
        if folded.get(key, 0) - moved.get(key, 0) != kept.get(key, 0):
            emptied = last.state is LifeState.RELEASED and not kept.get(key, 0)
            if emptied or key not in folded:
                raise fail("release_move", (walk.box, last.epoch, *key), "amount")
            books.doubts.append(Doubt(walk.box, last.epoch, key, key in moved))
            return


def settle_doubts(books: Books) -> None:
    """Name the wrong row behind the first mirror that did not fit; raises AuditFailed."""
    for doubt in books.doubts:
        places = books.free + books.mirrored + books.in_flight
        whole = all(places[name] == books.issued[name] - books.spent[name] for name in set(Instrument))
        table = "release_move" if doubt.released and whole else "mirror"
        raise AuditFailed(table, "/".join((doubt.box, str(doubt.epoch), *doubt.line)), "amount")
