"""One entry of every kind as the wire carries it, the same in every run: what the golden files hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from ledger.accounts import Instrument, PurseKey, Tender, member_account
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.specials import Special
from ledger.wire import JournalRow, chain, check_chain, decode_entry, encode_entry
from tests.ledger.book import DAY, MEMBER, Book

FOLDER: Final = Path(__file__).parents[1] / "golden" / "wire"
CHAIN: Final = "chain.txt"
BOX: Final = "box-1"
EPOCH: Final = 1

_BARE: Final[tuple[tuple[EntryKind, Facts], ...]] = (
    (EntryKind.CARD_ISSUED, {"card_code": "K8F3K72QG"}),
    (EntryKind.CARD_BLOCKED, {"card_code": "K8F3K72QG"}),
    (EntryKind.CARD_UNBLOCKED, {"card_code": "K8F3K72QG"}),
    (EntryKind.CARD_REPLACED, {"card_code": "K2222222K", "replaces": "K8F3K72QG"}),
    (EntryKind.REPRINTED, {"original": "01M7Q5CQG3E008000000000003", "copy": 1}),
    (
        EntryKind.REFUSED,
        {
            "act": "top_up",
            "attempted_id": None,
            "error": "LimitExceeded",
            "fields": {"limit": "registered_balance", "amount_minor": 535_000, "article": "单用途商业预付卡管理办法"},
        },
    ),
)


def golden_entries() -> list[Entry]:
    """Return a short day with every kind of entry in it."""
    book = Book()
    book.open_shift(50_000)
    enrolled = {"member_code": "M8F3K72QH", "registered": True, "terms_hash": "ab" * 32}
    book.write(EntryKind.MEMBER_ENROLLED, (), enrolled, member_id=MEMBER)
    book.top_up(30_000, 5_000)
    wechat = book.top_up(50_000, 0, Tender.WECHAT)
    book.spend(12_345)
    book.void(wechat)
    book.spend(40_000, Tender.CASH)
    for kind, minor in (
        (EntryKind.PAID_IN, 5_000),
        (EntryKind.PAID_OUT, 1_850),
        (EntryKind.DROP, 30_000),
        (EntryKind.NO_SALE, 0),
    ):
        book.move_cash(kind, minor)
    for kind, facts in _BARE:
        book.write(kind, (), facts, member_id=None if kind is EntryKind.REFUSED else MEMBER)
    book.close_shift(70_000)
    book.write(EntryKind.DAY_CLOSED, (), {"shifts": 1, "entries": len(book.entries)})
    _cross_over(book)
    _give_and_use(book)
    return book.entries


def _cross_over(book: Book) -> None:
    """Write what the daemon writes: a grant arrives, part of it goes back, two records become one."""
    grant_id, far, twin = book.next_id(), "01M7Q5CQG3E00800000000FAR0", "01M7Q5CQG3E0080000000TWIN0"
    held = PurseKey(MEMBER, far, Instrument.PRINCIPAL)
    came = Posting("transfer:xuhui", member_account(held), 8_000)
    lot = Lot(far, MEMBER, 30_000, 0, "2026.1", "cd" * 32)
    told: Facts = {"grant_id": grant_id, "shard": 0, "reason": "ask"}
    book.write(EntryKind.GRANTED, (came,), told, lots=(lot,), member_id=MEMBER, this_id=grant_id)
    went = Posting(member_account(held), "transfer:xuhui", 3_000)
    book.write(EntryKind.RETURNED, (went,), {"reason": "sweep", "recall_id": None}, member_id=MEMBER)
    merged = Posting(member_account(held), member_account(PurseKey(twin, far, Instrument.PRINCIPAL)), 5_000)
    ordered: Facts = {"merge_id": "01M7Q5CQG3E0080000000MERGE", "from": MEMBER, "into": twin}
    book.write(EntryKind.MERGED, (merged,), ordered, member_id=twin)


def _give_and_use(book: Book) -> None:
    """Write what happens to points, passes and coupons: sold, given, used, given on, lapsed; and who belongs together."""
    friend, ends = "01M7Q5CQG3E0080000000FRIEND", date(2026, 12, 31)
    ten_visits = Special("VISIT:facial", 10, expires_on=date(2027, 11, 20), rule="pass10")
    visits = _open(
        book, EntryKind.SOLD, ten_visits, {"item": "pass10", "paid_minor": 98_000, "tender": "wechat"}, 98_000
    )
    points = _open(book, EntryKind.ISSUED, Special("PTS", 97, expires_on=DAY, rule="check-in"), {"cause": "check_in"})
    cake = Special("COUPON:cake", 2, date(2026, 11, 21), ends, "birthday", "birthday")
    coupons = _open(book, EntryKind.ISSUED, cake, {"cause": "birthday"})
    used = (Posting(_units(visits), "redeemed:xuhui", 1, visits.asset), Posting("presold:xuhui", "sales:xuhui", 9_800))
    book.write(EntryKind.REDEEMED, used, {"item": "facial", "left": 9}, member_id=MEMBER)
    given = (Posting(_units(coupons), _units(coupons, friend), 1, coupons.asset),)
    book.write(EntryKind.GIFTED, given, {"to": friend}, member_id=MEMBER)
    lapsed = (Posting(_units(points), "lapsed:xuhui", 97, points.asset),)
    book.write(EntryKind.LAPSED, lapsed, {"ended_on": DAY.isoformat()}, member_id=MEMBER)
    joined: Facts = {"family": "family-1", "joined": [friend], "left": [], "limit_minor": 20_000}
    book.write(EntryKind.FAMILY_CHANGED, (), joined, member_id=MEMBER)
    book.write(EntryKind.TAGGED, (), {"tag": "no-nuts", "set": True}, member_id=MEMBER)
    _bring_along(book)


def _bring_along(book: Book) -> None:
    """Write what a member had in the system before: money, a bonus and a pass that was paid for; then take it back."""
    entry_id = book.next_id()
    plain = Lot(entry_id, MEMBER, 20_000, 3_000, "2026.2", "ab" * 32)
    visits = Special("VISIT:facial", 4, rule="opening")
    passes = Lot(f"{entry_id}.1", MEMBER, 39_200, 0, "2026.2", "ab" * 32, visits.text())
    came = tuple(
        Posting("opening:xuhui", member_account(PurseKey(MEMBER, entry_id, part)), minor)
        for part, minor in ((Instrument.PRINCIPAL, 20_000), (Instrument.BONUS, 3_000))
    )
    owed = Posting("opening:xuhui", "presold:xuhui", 39_200)
    brought = Posting("opening:xuhui", _units(passes), 4, passes.asset)
    told: Facts = {"batch": "01M7Q5CQG3E0080000000BATCH", "row": 2, "old_number": "8000123"}
    postings = (*came, owed, brought)
    book.write(EntryKind.OPENED, postings, told, lots=(plain, passes), member_id=MEMBER, this_id=entry_id)
    undone = tuple(posting.mirrored() for posting in reversed(postings))
    batch: Facts = {"batch": "01M7Q5CQG3E0080000000BATCH"}
    book.write(EntryKind.OPENING_REVERTED, undone, batch, member_id=MEMBER, reverses=entry_id)
    image: Facts = {"image_epoch": 1, "image_sequence": 32, "image_hash": "cd" * 32, "file": "guitai-box-1.db"}
    gap: Facts = {"missing_first": 33, "missing_last": 40, "missing_minor": None, "reached_hash": "ef" * 32}
    book.write(EntryKind.RESTORED, (), image | gap)


def _open(book: Book, kind: EntryKind, special: Special, facts: Facts, paid_minor: int = 0) -> Lot:
    """Write an entry that gives one lot, paid for by WeChat where something was paid; return the lot."""
    entry_id = book.next_id()
    lot = Lot(f"{entry_id}.1", MEMBER, paid_minor, 0, "2026.2", "ab" * 32, special.text())
    paid = (Posting("till:1:wechat", "presold:xuhui", paid_minor),) if paid_minor else ()
    came = Posting("issued:xuhui", _units(lot), special.units, special.asset)
    book.write(kind, (*paid, came), facts, lots=(lot,), member_id=MEMBER, this_id=entry_id)
    return lot


def _units(lot: Lot, member_id: str = MEMBER) -> str:
    return member_account(PurseKey(member_id, lot.lot_id, Instrument.UNITS))


def golden_rows() -> list[JournalRow]:
    """Return the journal of that day."""
    rows: list[JournalRow] = []
    for sequence, entry in enumerate(golden_entries(), start=1):
        rows.append(chain(BOX, EPOCH, sequence, rows[-1].hash if rows else None, encode_entry(entry)))
    return rows


def golden_files() -> dict[str, bytes]:
    """Return what each golden file holds, by its name: the rows' bytes, and one line of hashes a row."""
    files, lines = {}, []
    for row, entry in zip(golden_rows(), golden_entries(), strict=True):
        name = f"{row.sequence:02d}-{entry.kind.value}.json"
        files[name] = row.body
        lines.append(f"{row.epoch} {row.sequence} {row.previous_hash.hex()} {row.hash.hex()} {name}\n")
    return {**files, CHAIN: "".join(lines).encode()}


def read_rows(files: dict[str, bytes]) -> list[JournalRow]:
    """Return the journal that golden files hold."""
    rows = []
    for line in files[CHAIN].decode().splitlines():
        epoch, sequence, previous_hash, own_hash, name = line.split(" ")
        place = (int(epoch), int(sequence))
        rows.append(JournalRow(*place, bytes.fromhex(previous_hash), bytes.fromhex(own_hash), files[name]))
    return rows


def faults(files: dict[str, bytes]) -> list[str]:
    """Return what is wrong with golden files: names that differ, contents that differ, a chain or an entry that fails."""
    expected = golden_files()
    found = [f"{name}: missing or left over" for name in sorted(set(files) ^ set(expected))]
    found += [f"{name}: changed" for name in sorted(set(files) & set(expected)) if files[name] != expected[name]]
    if found:
        return found
    rows = read_rows(files)
    assert check_chain(rows, BOX, EPOCH) == len(expected) - 1
    decoded = [decode_entry(row.body) for row in rows]
    return [entry.entry_id for entry, made in zip(decoded, golden_entries(), strict=True) if entry != made]


def write_golden_files() -> None:
    """Write the golden files anew; a changed one means a new wire format number and a line in the changelog."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in golden_files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    write_golden_files()
