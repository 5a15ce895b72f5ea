"""What head office knows that a page can touch, loaded once before the page is judged."""

from __future__ import annotations

import json

from headoffice.lives import Life, OfficeState
from headoffice.many import rows_in
from headoffice.store.database import Tx
from ledger.accounts import Instrument, PurseKey
from ledger.entries import Lot
from ledger.protocol.judge import KnownGrant, Needs, Standing
from ledger.protocol.shards import shard_of
from ledger.wire import read_entry

_MIRROR = (
    "SELECT member_id, lot_id, instrument, amount_minor FROM mirror WHERE box = ? AND epoch = ? AND member_id IN (*)"
)
_LOTS = (
    "SELECT lot_id, member_id, paid_minor, bonus_minor, programme_version, terms_hash, special FROM lot"
    " WHERE shard IN ({shards}) AND lot_id IN (*)"
)
_GRANTS = (
    "SELECT grant_out.grant_id, grant_out.member_id, grant_out.lines, grant_end.how FROM grant_out"
    " LEFT JOIN grant_end ON grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id"
    " WHERE grant_out.box = ? AND grant_out.epoch = ? AND grant_out.grant_id IN (*)"
)


def load_standing(tx: Tx, life: Life, office: OfficeState, needs: Needs) -> Standing:
    """Return what head office knows of the members, lots, entries, grants and merges that a page names."""
    mirror = {
        PurseKey(member_id, lot_id, Instrument(instrument)): minor
        for member_id, lot_id, instrument, minor in rows_in(tx, _MIRROR, (life.box, life.epoch), needs.members)
    }
    originals = rows_in(tx, "SELECT body FROM journal WHERE box = ? AND entry_id IN (*)", (life.box,), needs.originals)
    reversed_ = rows_in(
        tx, "SELECT reverses FROM journal WHERE box = ? AND reverses IN (*)", (life.box,), needs.originals
    )
    used = rows_in(tx, "SELECT entry_id FROM journal WHERE box = ? AND entry_id IN (*)", (life.box,), needs.ids)
    ordered = rows_in(
        tx, "SELECT merge_id, from_member, into_member FROM merge WHERE merge_id IN (*)", (), needs.merges
    )
    return Standing(
        box=life.box,
        store=life.store,
        mirror=mirror,
        lots=_lots(tx, office, needs, everywhere=life.relearning),
        originals={entry.entry_id: entry for entry in (read_entry(bytes(body)) for (body,) in originals)},
        reversed_ids=frozenset(row[0] for row in reversed_),
        used_ids=frozenset(row[0] for row in used),
        grants=known_grants(tx, life, needs.grants),
        merges={merge_id: (source, target) for merge_id, source, target in ordered},
        relearning=life.relearning,
    )


def known_grants(tx: Tx, life: Life, grant_ids: frozenset[str]) -> dict[str, KnownGrant]:
    """Return the grants of these ids that were made to this life."""
    return {
        grant_id: KnownGrant(read_lines(member_id, lines), how is not None)
        for grant_id, member_id, lines, how in rows_in(tx, _GRANTS, (life.box, life.epoch), grant_ids)
    }


def read_lines(member_id: str, lines: str) -> dict[PurseKey, int]:
    """Return a grant's lines as they are kept: what it moves by purse line (fen, or units)."""
    return {PurseKey(member_id, lot, Instrument(instrument)): minor for lot, instrument, minor in json.loads(lines)}


def write_lines(lines: dict[PurseKey, int]) -> str:
    """Return a grant's lines as they are kept."""
    return json.dumps([[key.lot_id, key.instrument.value, minor] for key, minor in lines.items()])


def _lots(tx: Tx, office: OfficeState, needs: Needs, *, everywhere: bool) -> dict[str, Lot]:
    """Return the known lots: those of the members named, and any other under an id the page would open.

    A head office that relearns looks in every shard: the gift that made a lot this member's may come later.
    """
    named = {shard_of(member_id, office.shards) for member_id in needs.members}
    shards = sorted(range(office.shards) if everywhere and named else named)
    if not shards:
        return {}
    sql = _LOTS.format(shards=", ".join(map(str, shards)))
    return {lot_id: Lot(lot_id, *rest) for lot_id, *rest in rows_in(tx, sql, (), needs.lots)}
