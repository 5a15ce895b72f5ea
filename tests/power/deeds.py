"""A day at the counter over a disk that remembers: every way the counter writes, and who was told of what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.model import journal
from kiosk.model.store import Store
from kiosk.services import cash, pay, printing, reprint, shifts, top_up, void
from kiosk.services.close_day import close_day
from kiosk.services.goods import line_of
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from tests.builders import PROGRAMMES, Shop, open_shop
from tests.power.recording import Tape, Told, recorded


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the books keep it: its id, its hash, and the document of the slip that came with it, None for none."""

    entry_id: str
    row_hash: bytes
    slip: str | None


def rows_of(store: Store) -> list[Row]:
    """Return every entry of a store with its slip, in order."""
    slips = dict(store.rows("SELECT job_id, document FROM print_job"))
    found = store.rows("SELECT entry_id, hash FROM journal ORDER BY sequence")
    return [Row(entry_id, row_hash, slips.get(entry_id)) for entry_id, row_hash in found]


def day(folder: Path, **pragmas: int) -> tuple[Tape, list[Row]]:
    """Live through a day in a folder, on a disk that remembers; return its tape and what stood in the books at its end."""
    folder.mkdir(parents=True)
    shop = open_shop(folder, (PROGRAMMES / "bakery.toml").read_bytes())
    shop.counter.store.close()
    with recorded(folder, **pragmas) as tape:
        store = Store.open(shop.path)
        shop = replace(shop, counter=replace(shop.counter, store=store))
        tell(tape, store)
        for deed in (_morning, _sales, _corrections, _evening):
            deed(shop, tape)
        kept = rows_of(store)
        store.close()
    return tape, kept


def tell(tape: Tape, store: Store) -> None:
    """Note that people know by now what stands in the books."""
    tape.steps.append(Told(journal.head(store)[1]))


def _morning(shop: Shop, tape: Tape) -> None:
    shop.open_shift()
    tell(tape, shop.counter.store)
    for number in range(3):
        shop.enrol(f"李{number}", f"1381234000{number}")
        tell(tape, shop.counter.store)


def _sales(shop: Shop, tape: Tape) -> None:
    counter, store = shop.counter, shop.counter.store
    buyer = shop.enrol("王芳", "13912340000")
    tell(tape, store)
    for paid_minor in (30_000, 50_000):
        bonus = top_up.quote(counter, buyer.member_id, paid_minor).bonus_minor
        top_up.top_up(counter, shop.act(), top_up.TopUp(buyer.member_id, paid_minor, Tender.CASH, None, bonus))
        tell(tape, store)
    goods = counter.programme().promises.goods
    for first in range(6):
        lines = tuple(line_of(each) for each in goods[first : first + 2])
        price = sum(line.list_minor for line in lines)
        terms = pay.quote(counter, buyer.member_id, price, lines=lines)
        asked = pay.Payment(buyer.member_id, price, terms.terms.stored_minor, lines=lines)
        pay.pay(counter, shop.act(), replace(asked, expected_paid_minor=terms.bill.paid_price_minor))
        tell(tape, store)
        printing.drop_waiting(counter)
    store.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _corrections(shop: Shop, tape: Tape) -> None:
    counter, store = shop.counter, shop.counter.store
    spent = [each for each in reversed(journal.recent(store, 20)) if each.entry.kind is EntryKind.SPEND]
    void.void(counter, shop.approved(ApprovedAct.VOID), spent[-1].entry.entry_id)
    tell(tape, store)
    reprint.reprint(counter, shop.approved(ApprovedAct.REPRINT), spent[0].entry.entry_id)
    tell(tape, store)
    cash.move_cash(counter, shop.approved(ApprovedAct.PAID_OUT), EntryKind.PAID_OUT, 1_000, "买零钱")
    tell(tape, store)
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _evening(shop: Shop, tape: Tape) -> None:
    store = shop.counter.store
    shifts.close_shift(shop.counter, shop.act(), 129_000)
    tell(tape, store)
    close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    tell(tape, store)
