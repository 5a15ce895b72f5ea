"""Books kept by the model alone: entries as a service would write them, on a real database."""

from __future__ import annotations

import secrets
import shutil
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Final

from kiosk.model import journal, programmes
from kiosk.model.journal import Recorded
from kiosk.model.store import BoxIdentity, Store
from ledger.accounts import Instrument, PurseKey, StoreAccount, Tender, member_account, store_account, till_account
from ledger.corrections import mirror
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.errors import PurseOverdrawn
from ledger.ids import EntryId, IdMint
from ledger.wire import content_hash

IDENTITY: Final = BoxIdentity("box-1", "xuhui")
MOMENT: Final = datetime(2026, 11, 20, 6, 2, 11, 123_000, tzinfo=UTC)
DAY: Final = date(2026, 11, 20)
COMMAND: Final = content_hash("a command")
PROGRAMME, TERMS = b"version = '2026-11'", "本金可退,赠送金不可退。"
TERMS_HASH: Final = sha256(TERMS.encode()).hexdigest()


class Noon:
    """A clock that stands still."""

    def now(self) -> datetime:
        """Return the one moment there is."""
        return MOMENT


_MINT: Final = IdMint(Noon(), secrets.token_bytes)


def fresh_id() -> EntryId:
    """Mint an id."""
    return _MINT.mint()


@dataclass
class Books:
    """A box's database; every entry is written in a write transaction of its own."""

    path: Path
    store: Store
    lots: dict[str, Lot] = field(default_factory=dict)

    def entry(self, kind: EntryKind, *postings: Posting, **more: object) -> Entry:
        """Return an entry of till 1 that is not written yet."""
        plain = Entry(
            entry_id=fresh_id(),
            kind=kind,
            store="xuhui",
            box="box-1",
            till="1",
            cashier="1001",
            occurred_at=MOMENT,
            recorded_at=MOMENT,
            business_date=DAY,
            programme_version="2026-11",
            postings=postings,
        )
        return replace(plain, **more)  # type: ignore[arg-type]  # each field by its own name

    def write(self, entry: Entry, command_hash: str = COMMAND) -> Recorded:
        """Append an entry."""
        with self.store.write():
            return journal.append(self.store, entry, command_hash)

    def note(self, **more: object) -> Recorded:
        """Append an entry that moves nothing."""
        return self.write(self.entry(EntryKind.NO_SALE, **more))

    def top_up(self, member_id: str, lot_id: str, paid: int = 10_000, bonus: int = 2_000) -> Recorded:
        """Sell a lot for cash."""
        return self.write(self.sold(member_id, lot_id, paid, bonus))

    def sold(self, member_id: str, lot_id: str, paid: int, bonus: int) -> Entry:
        """Return a top-up in cash that is not written yet."""
        lot = Lot(lot_id, member_id, paid, bonus, "2026-11", "t" * 64)
        facts: Facts = {"paid_minor": paid, "terms_text_hash": TERMS_HASH}
        postings = [posted(member_id, lot_id, paid)]
        if bonus:
            postings.append(given(member_id, lot_id, bonus))
        return self.entry(EntryKind.TOP_UP, *postings, lots=(lot,), member_id=member_id, facts=facts)

    def spend(self, member_id: str, lot_id: str, principal: int, bonus: int = 0, **more: object) -> Recorded:
        """Take from a lot."""
        sales = store_account(StoreAccount.SALES, "xuhui")
        taken = ((Instrument.PRINCIPAL, principal), (Instrument.BONUS, bonus))
        postings = [
            Posting(member_account(PurseKey(member_id, lot_id, instrument)), sales, minor)
            for instrument, minor in taken
            if minor
        ]
        return self.write(self.entry(EntryKind.SPEND, *postings, member_id=member_id, **more))

    def granted(self, member_id: str, lot: Lot, principal: int, bonus: int = 0, **more: object) -> Recorded:
        """Take a grant of a lot from head office."""
        return self.write(self.grant(member_id, lot, principal, bonus, **more))

    def grant(self, member_id: str, lot: Lot, principal: int, bonus: int = 0, **more: object) -> Entry:
        """Return a grant that is not written yet."""
        postings = moved(TRANSFER, member_id, lot.lot_id, principal, bonus)
        lots, facts = (replace(lot, member_id=member_id),), {"shard": 0, "reason": "ask"}
        return self.entry(
            EntryKind.GRANTED, *postings, member_id=member_id, lots=lots, facts=facts, till="*", cashier="*", **more
        )

    def returned(self, member_id: str, lot_id: str, principal: int, bonus: int = 0) -> Recorded:
        """Give value back to head office."""
        postings = (posting.mirrored() for posting in moved(TRANSFER, member_id, lot_id, principal, bonus))
        facts: Facts = {"reason": "sweep", "recall_id": None}
        return self.write(self.entry(EntryKind.RETURNED, *postings, member_id=member_id, facts=facts))

    def merged(self, from_member: str, into_member: str) -> Recorded:
        """Move everything a record holds here to another."""
        postings = [
            Posting(
                member_account(PurseKey(from_member, lot, Instrument(instrument))),
                member_account(PurseKey(into_member, lot, Instrument(instrument))),
                minor,
            )
            for (member, lot, instrument), minor in self.purse().items()
            if member == from_member and minor
        ]
        facts: Facts = {"merge_id": fresh_id(), "from": from_member, "into": into_member}
        return self.write(self.entry(EntryKind.MERGED, *postings, member_id=into_member, facts=facts))

    def void(self, original: Recorded, **more: object) -> Recorded:
        """Reverse an entry."""
        entry = original.entry
        return self.write(
            self.entry(EntryKind.VOID, *mirror(entry), member_id=entry.member_id, reverses=entry.entry_id, **more)
        )

    def purse(self) -> dict[tuple[str, str, str], int]:
        """Return every purse line there is."""
        found = self.store.rows("SELECT member_id, lot_id, instrument, amount_minor FROM purse")
        return {(member, lot, instrument): minor for member, lot, instrument, minor in found}


def open_books(folder: Path) -> Books:
    """Create a box in a folder."""
    path = folder / "shop.db"
    store = Store.create(path, IDENTITY)
    with store.write():
        programmes.add(store, "2026-11", sha256(PROGRAMME).hexdigest(), PROGRAMME, MOMENT)
        programmes.add_terms(store, TERMS_HASH, TERMS)
    return Books(path, store)


def copy_books(original: Path, folder: Path) -> Path:
    """Copy a closed database, which is one file."""
    assert not original.with_name(original.name + "-wal").exists(), "closed books are one file"
    return Path(shutil.copy(original, folder / original.name))


TRANSFER: Final = store_account(StoreAccount.TRANSFER, "xuhui")


def moved(account: str, member_id: str, lot_id: str, principal: int, bonus: int) -> tuple[Posting, ...]:
    """Value of a lot from an account into a member's purse."""
    parts = ((Instrument.PRINCIPAL, principal), (Instrument.BONUS, bonus))
    keyed = ((PurseKey(member_id, lot_id, instrument), minor) for instrument, minor in parts if minor)
    return tuple(Posting(account, member_account(key), minor) for key, minor in keyed)


def posted(member_id: str, lot_id: str, minor: int) -> Posting:
    """Cash into principal."""
    key = PurseKey(member_id, lot_id, Instrument.PRINCIPAL)
    return Posting(till_account("1", Tender.CASH), member_account(key), minor)


def given(member_id: str, lot_id: str, minor: int) -> Posting:
    """Promotion into bonus."""
    key = PurseKey(member_id, lot_id, Instrument.BONUS)
    return Posting(store_account(StoreAccount.PROMOTION, "xuhui"), member_account(key), minor)


def write_many(path: Path, till: str, count: int, ready: Barrier) -> None:
    """Be a till in a process of its own: append entries as fast as the box takes them."""
    books = Books(path, Store.open(path))
    ready.wait()
    for number in range(count):
        books.note(till=till, facts={"number": number})
    books.store.close()


def spend_all(path: Path, member_id: str, lot_id: str, minor: int, ready: Barrier) -> None:
    """Be a till that spends one member's value until the purse refuses; its exit code says how often it paid."""
    books, paid = Books(path, Store.open(path)), 0
    ready.wait()
    while True:
        try:
            books.spend(member_id, lot_id, minor)
        except PurseOverdrawn:
            break
        paid += 1
    books.store.close()
    sys.exit(paid)


def open_and_tell(path: Path) -> int:
    """Open a box in a process of its own and say which schema it has then."""
    store = Store.open(path)
    version: int = store.execute("PRAGMA user_version").fetchone()[0]
    store.close()
    return version
