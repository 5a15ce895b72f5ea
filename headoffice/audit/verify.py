"""`headoffice verify`: everything head office keeps about value, recomputed from the bytes of the journals.

| table | follows from |
|---|---|
| journal | its own bytes and hash chain, each entry judged again |
| lot, transfer, step_position | the entries of the journals |
| grant_out, grant_end | the items that told the boxes, the entries that applied them, releases |
| mirror | fold of the journal − release_move |
| release_move | what a dead life's journal folds to; the grant that it made room for |
| free | returned − granted + taken back + released, merged records standing for each other |
| merge_move | what can have been free of the merged record |
| downlink, downlink_head | gapless numbers |

And the whole, of money and of units: free + mirrors + in flight = issued − spent. Source: `docs/protocol.md`, places.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from headoffice import lives
from headoffice.audit.books import Books, money
from headoffice.audit.countersign import Signer, check_countersigned, countersign
from headoffice.audit.grants import check_downlink, check_grants
from headoffice.audit.journals import settle_doubts, walk_journals
from headoffice.audit.merging import check_merge_moves, check_merges
from headoffice.audit.places import check_free, check_lots, check_releases
from headoffice.errors import AuditFailed
from headoffice.store.database import Database, Tx
from ledger.accounts import Instrument


@dataclass(frozen=True, slots=True)
class Verified:
    """What was proved: lives, entries and lots, where value lies (fen), and how many heads were newly countersigned.

    `in_stores_minor` and `suspense_minor` are the mirrors of living and of dead boxes.
    """

    lives: int
    entries: int
    lots: int
    issued_minor: int
    spent_minor: int
    free_minor: int
    in_stores_minor: int
    suspense_minor: int
    in_flight_minor: int
    countersigned: int


def verify(database: Database, key: Signer | None = None, at: datetime | None = None) -> Verified:
    """Prove head office's books and return the sums; with a key, countersign each open life's head (at an aware moment).

    Raises AuditFailed naming the first wrong row.
    """
    with database.read() as tx:
        books = _read_books(tx)
        open_lives = {(box, epoch) for box, epoch, _ in lives.living(tx)}
    signed = 0
    if key is not None:
        heads = {life: head for life, head in books.heads.items() if life in open_lives and head[0]}
        signed = countersign(database, key, heads, at or datetime.now(UTC))
    mirrored, suspense = money(books.mirrored), money(books.suspense)
    return Verified(
        lives=len(books.heads),
        entries=books.rows,
        lots=books.lots,
        issued_minor=money(books.issued),
        spent_minor=money(books.spent),
        free_minor=money(books.free),
        in_stores_minor=mirrored - suspense,
        suspense_minor=suspense,
        in_flight_minor=money(books.in_flight),
        countersigned=signed,
    )


def _read_books(tx: Tx) -> Books:
    """Prove everything in one read of the database; the journals come first, for all else leans on them."""
    merges = dict(tx.rows("SELECT from_member, into_member FROM merge ORDER BY merge_id"))
    books = Books(tx, lives.office_state(tx), merges)
    walk_journals(books)
    check_lots(books)
    check_downlink(books)
    check_grants(books)
    check_merges(books)
    check_releases(books)
    _sum_free(books)
    settle_doubts(books)
    check_merge_moves(books)
    check_free(books)
    _check_places(books)
    check_countersigned(books)
    return books


def _sum_free(books: Books) -> None:
    for instrument, minor in books.tx.rows("SELECT instrument, sum(amount_minor) FROM free GROUP BY instrument"):
        books.free[instrument] += int(minor)


def _check_places(books: Books) -> None:
    """Prove that every unit is in one place: free + mirrors + in flight = issued − spent, per instrument."""
    for name in Instrument:
        places = books.free[name] + books.mirrored[name] + books.in_flight[name]
        if places != books.issued[name] - books.spent[name]:
            raise AuditFailed("free", name.value, "places")
