"""Merges: what each moved from one record's free value to the other's can have been free then.

Steps and ends carry no order of their own against a merge; only what one box returned came in the order of its journal.
So every sum of beginnings is possible, and no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Final

from headoffice.audit.books import Books, fail
from headoffice.many import rows_in
from headoffice.standing import read_lines

_MANY: Final = 10_000
"""Possibilities beyond which any amount is taken for possible."""
_MERGES: Final = "SELECT merge_id, shard_from, shard_into, from_member, into_member FROM merge ORDER BY merge_id"
_RETURNS: Final = (
    "SELECT box, epoch, sequence, line, member_id, lot_id, instrument, amount_minor FROM transfer"
    " WHERE grant_id IS NULL AND member_id IN (*)"
)
_RELEASES: Final = (
    "SELECT box, epoch, cause, held_as, lot_id, instrument, amount_minor FROM (SELECT release_move.*,"
    " coalesce(grant_out.member_id, release_move.member_id) AS held_as FROM release_move"
    " LEFT JOIN grant_out ON grant_out.grant_id = release_move.cause) AS freed WHERE held_as IN (*)"
)
_GRANTS: Final = (
    "SELECT grant_out.grant_id, grant_out.member_id, grant_out.lines, grant_end.how FROM grant_out LEFT JOIN grant_end"
    " ON grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id WHERE grant_out.member_id IN (*)"
)
Held = tuple[str, str]
"""Lot and instrument."""
Stories = dict[Held, dict[object, list[int]]]
"""What came to free and left it (fen), in order for each source it came from."""


def check_merges(books: Books) -> None:
    """Prove that the directory says of every record what the merges say; raises AuditFailed."""
    for merge_id, shard_from, shard_into, source, target in books.tx.rows(_MERGES):
        if (shard_from, shard_into) != (books.shard(source), books.shard(target)):
            raise fail("merge", (merge_id,), "shard")
    sql = "SELECT member_id, merged_into FROM member WHERE merged_into IS NOT NULL"
    said: dict[str, str] = dict(books.tx.rows(sql))
    for member_id in sorted(said.keys() | books.merged_into.keys()):
        if said.get(member_id) != books.merged_into.get(member_id):
            raise fail("member", (member_id,), "merged_into")


def check_merge_moves(books: Books) -> None:
    """Prove that each merge moved what can have been free of its record then; raises AuditFailed."""
    moved: dict[str, dict[Held, int]] = defaultdict(dict)
    sql = "SELECT merge_id, lot_id, instrument, amount_minor FROM merge_move ORDER BY merge_id, lot_id, instrument"
    for merge_id, lot_id, instrument, minor in books.tx.rows(sql):
        moved[merge_id][lot_id, instrument] = minor
    stories, before = _stories(books), _merged_before(books)
    for merge_id, _, _, source, _ in books.tx.rows(_MERGES):
        mine, told = moved.pop(merge_id, {}), defaultdict[Held, list[list[int]]](list)
        for record in before(source):
            for held, sources in stories.get(record, {}).items():
                told[held] += sources.values()
        for held in sorted(told.keys() | mine.keys()):
            if not _possible(mine.get(held, 0), told.get(held, [])):
                raise fail("merge_move", (merge_id, *held), "amount")
    for stray in moved:
        raise fail("merge_move", (stray,), "no merge")


def _merged_before(books: Books) -> Callable[[str], list[str]]:
    """Return the function that names a record and all that were merged into it."""
    children: dict[str, list[str]] = defaultdict(list)
    for source, target in books.merged_into.items():
        children[target].append(source)

    def before(record: str) -> list[str]:
        return [record, *(other for source in children.get(record, ()) for other in before(source))]

    return before


def _stories(books: Books) -> dict[str, Stories]:
    """Return what came to free of every merged record and left it."""
    tx, merged = books.tx, list(books.merged_into)
    stories: dict[str, Stories] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for box, _, _, _, member_id, *held, minor in sorted(rows_in(tx, _RETURNS, (), merged)):
        stories[member_id][held[0], held[1]]["box", box].append(minor)
    for box, epoch, cause, member_id, *held, minor in rows_in(tx, _RELEASES, (), merged):
        stories[member_id][held[0], held[1]]["release", box, epoch, cause].append(minor)
    for grant_id, member_id, text, how in rows_in(tx, _GRANTS, (), merged):
        for key, minor in read_lines(member_id, text).items():
            back = [minor] if how in {"taken_back", "released"} else []
            stories[member_id][key.lot_id, key.instrument.value]["grant", grant_id] += [-minor, *back]
    return stories


def _possible(minor: int, stories: list[list[int]]) -> bool:
    """Tell whether an amount (fen) is a sum of beginnings of the stories."""
    sums = {0}
    for story in stories:
        heads = {sum(story[:length]) for length in range(len(story) + 1)}
        sums = {before + head for before in sums for head in heads}
        if len(sums) > _MANY:
            return minor >= 0
    return minor in sums
