"""The acts of a counter, each ready to be done under an id of its own, as often as it takes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kiosk.model.store import Store
from kiosk.services import pay, reprint, shifts, top_up, void
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from ledger.accounts import Tender
from ledger.ids import EntryId
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop

Deed = Callable[[Counter, Act], object]


@dataclass(frozen=True)
class Bench:
    """A shop in the middle of its day, its books closed, and the acts that can be done next."""

    folder: Path
    shop: Shop
    deeds: dict[str, tuple[Act, Deed]]

    def copy(self, into: Path) -> Path:
        """Lay its books into another folder; return their place there."""
        into.mkdir()
        return Path(shutil.copy(self.shop.path, into))

    def do(self, name: str, path: Path, tell: Callable[[], object] = bool) -> None:
        """Do an act on the books at a place, tell that it is done, close; a repetition gets the first answer."""
        store = Store.open(path)
        try:
            act, deed = self.deeds[name]
            deed(replace(self.shop.counter, store=store), act)
            tell()
        finally:
            store.close()

    def entry_id(self, name: str) -> EntryId:
        """Return the id of an act's entry."""
        return self.deeds[name][0].entry_id


ACTS: Final = ("top_up", "pay", "void", "reprint", "shift_close")


def bench(folder: Path) -> Bench:
    """Return a shop with a member, a top-up and two payments in it, and an act of each kind that is due."""
    shop = open_shop(folder)
    shop.open_shift()
    member = shop.enrol()
    shop.top_up(member)
    paid, printed = shop.pay(member, 500), shop.pay(member, 700)
    bonus = top_up.quote(shop.counter, member.member_id, 30_000).bonus_minor
    refill = top_up.TopUp(member.member_id, 30_000, Tender.CASH, None, bonus)
    payment = pay.Payment(member.member_id, 1_200, 1_200)
    undone, again = paid.done.recorded.entry.entry_id, printed.done.recorded.entry.entry_id
    shop.counter.store.close()
    deeds: dict[str, tuple[Act, Deed]] = {
        "top_up": (shop.act(), lambda counter, act: top_up.top_up(counter, act, refill)),
        "pay": (shop.act(), lambda counter, act: pay.pay(counter, act, payment)),
        "void": (shop.approved(ApprovedAct.VOID), lambda counter, act: void.void(counter, act, undone)),
        "reprint": (shop.approved(ApprovedAct.REPRINT), lambda counter, act: reprint.reprint(counter, act, again)),
        "shift_close": (shop.act(), lambda counter, act: shifts.close_shift(counter, act, 80_000)),
    }
    return Bench(folder, shop, deeds)
