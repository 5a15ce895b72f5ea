"""What happens at the tills: people who walk between stores, enrol, top up, pay, change their minds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final
from unittest.mock import ANY

from kiosk.model import journal, members, purses, snapshots
from kiosk.model.errors import ModelError, StoreBroken
from kiosk.model.members import Member
from kiosk.services import close_day, enrol, pay, shifts, top_up, void
from kiosk.services.acts import Act, Approval, Done
from kiosk.services.errors import ServiceError
from ledger.accounts import Tender
from ledger.errors import LedgerError
from ledger.rules.programme import ApprovedAct
from ledger.specials import read_special
from tests.builders import CASHIER, MANAGER
from tests.simulation.assets import Assets
from tests.simulation.box import SimulatedBox
from tests.simulation.rows import fold_lines

if TYPE_CHECKING:
    from tests.simulation.world import World

REFUSED: Final = (ServiceError, LedgerError, ModelError)
"""What a cashier may be told; anything else is a fault of the programme."""
BUDGET: Final = 40
"""Steps for which a cashier waits for head office."""


@dataclass
class Person:
    """Somebody with a phone, who is at home nowhere and everywhere; `codes` are what their cards say."""

    name: str
    phone: str
    codes: list[str] = field(default_factory=list)


@dataclass
class Bill:
    """A payment that waits for a grant at a till: of whom, how much (fen), and until which step."""

    box: SimulatedBox
    member_id: str
    price_minor: int
    ask_id: str
    until: int
    again: int = 2


class Tills:
    """Every till of every store, and whoever stands before them."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world = world
        self._rng = rng
        self.people = [Person(f"李{letter}", f"1381234{place:04d}") for place, letter in enumerate("甲乙丙丁")]
        self.bills: list[Bill] = []
        self._assets = Assets(self, rng)

    def open_till(self, box: SimulatedBox) -> None:
        """Begin a shift with a full drawer."""
        self._do(box, "open", lambda act: shifts.open_shift(box.counter, act, 500_000))

    def act(self, box: SimulatedBox) -> None:
        """Do one thing at a till."""
        deeds: tuple[tuple[Callable[[SimulatedBox, Person], object], int], ...] = (
            (self._top_up, 30),
            (self._pay, 45),
            (self._assets.act, self._world.weather.assets),
            (self._void, 8),
            (self.meet, 8),
            (self._close_day, 3),
        )
        if shifts.current(box.counter) is None:
            self.open_till(box)
            return
        chosen = self._rng.choices([deed for deed, _ in deeds], [weight for _, weight in deeds])[0]
        chosen(box, self._rng.choice(self.people))

    def settle_bills(self) -> None:
        """Take the payments whose answer has come, and those for which nobody waits any longer."""
        for bill in list(self.bills):
            if not bill.box.running or bill.box not in self._world.boxes:
                self.bills.remove(bill)
                continue
            answer = bill.box.store.rows("SELECT granted_minor FROM ask WHERE ask_id = ?", (bill.ask_id,))
            granted = answer[0][0] if answer else None
            if granted == 0 and bill.again and bill.until > self._world.step and bill.box.connected:
                self._ask_again(bill)
            elif granted is not None or bill.until <= self._world.step:
                self.bills.remove(bill)
                self._world.told["asks answered in time" if granted else "asks given up"] += 1
                with self._world.machine(bill.box):
                    self._take_payment(bill.box, bill.member_id, bill.price_minor)

    def _ask_again(self, bill: Bill) -> None:
        """Ask anew for what other stores were told to give back: the customer waits a little longer."""
        if self._rng.random() < 0.15:
            missing = bill.price_minor - self.here(bill.box, bill.member_id)
            bill.again -= 1
            bill.ask_id = bill.box.counter.mint()
            if missing > 0:
                self._world.books.asked[bill.ask_id] = missing
                bill.box.ask("ask", bill.box.engine.ask(bill.ask_id, bill.member_id, missing), self._world.step)

    def find(self, box: SimulatedBox, person: Person) -> Member | None:
        found = members.by_phone(box.store, person.phone)
        for code in person.codes:
            found = found or members.by_code(box.store, code)
        return None if found is None else members.standing(box.store, found)

    def meet(self, box: SimulatedBox, person: Person) -> Member | None:
        """Return the member as this box knows them; a stranger is looked up, or enrolled where nobody knows better."""
        member = self.find(box, person)
        if member is not None or box.stopped:
            return member
        if box.connected and self._rng.random() < 0.7 and person.codes:
            lookup = {"code": self._rng.choice(person.codes)} if self._rng.random() < 0.5 else {"phone": person.phone}
            box.ask("lookup", box.engine.lookup(**lookup), self._world.step)
            self._world.note(f"{box} looks up {person.name}")
            return None
        if person.codes and self._rng.random() < 0.6:
            return None
        enrolment = enrol.Enrolment(person.name, person.phone, None, consented=True)
        done = self._do(box, f"enrol {person.name}", lambda act: enrol.enrol(box.counter, act, enrolment).done)
        member = self.find(box, person)
        if done is not None and member is not None:
            person.codes.append(member.code)
        return member

    def _top_up(self, box: SimulatedBox, person: Person) -> None:
        member = self.meet(box, person)
        if member is None or box.stopped:
            return
        paid, tender = self._rng.choice((5_000, 10_000, 30_000, 50_000)), self._rng.choice((Tender.CASH, Tender.WECHAT))

        def deed(act: Act) -> Done:
            bonus = top_up.quote(box.counter, member.member_id, paid, tender).terms.bonus_minor
            return top_up.top_up(box.counter, act, top_up.TopUp(member.member_id, paid, tender, None, bonus))

        self._do(box, f"top up {person.name} {paid}", deed)

    def _pay(self, box: SimulatedBox, person: Person) -> None:
        member = self.meet(box, person)
        if member is None:
            return
        price = self._rng.randrange(100, self._rng.choice((10_000, 30_000, 90_000)))
        here = self.here(box, member.member_id)
        if here < price and not box.stopped and box.connected:
            shown = snapshots.shown_total(box.store, member.member_id)
            if shown is None or shown.total_minor > here or self._rng.random() < 0.8:
                self._ask(box, member.member_id, price, price - here)
                return
        self._take_payment(box, member.member_id, price)

    def here(self, box: SimulatedBox, member_id: str) -> int:
        """Return what a member can spend at a box now, in fen."""
        return sum(holding.total_minor for holding in purses.holdings(box.store, member_id))

    def owned(self, person: Person) -> dict[str, int]:
        """Return what a person has in every place that can be spent or asked for, by asset: fen, or units."""
        office = self._world.office
        records = {row[0] for row in office.rows("SELECT member_id FROM member WHERE name = ?", (person.name,))}
        specials = dict(office.rows("SELECT lot_id, special FROM lot"))
        there = [lineage for lineage in self._world.books.lineages if lineage.living and not lineage.dead]
        held = [(line, minor) for lineage in there for line, minor in fold_lines(lineage.disk).items()]
        held += [
            ((m, lot, ""), minor) for m, lot, minor in office.rows("SELECT member_id, lot_id, amount_minor FROM free")
        ]
        owned = Counter[str]()
        for (member, lot, _), minor in held:
            owned[read_special(specials[lot]).asset] += minor if member in records else 0
        return {asset: minor for asset, minor in owned.items() if minor}

    def ask_for(self, box: SimulatedBox, member_id: str, count: int, asset: str) -> None:
        """Ask for units that are elsewhere; nobody waits for them, who comes back finds them."""
        ask_id = box.counter.mint()
        self._world.books.asked[ask_id] = count
        self._world.books.asked_units.add(ask_id)
        box.ask("ask", box.engine.ask(ask_id, member_id, count, asset), self._world.step)
        self._world.note(f"{box} asks for {count} {asset} of {member_id[-4:]}")

    def said_yes(self, box: SimulatedBox, entry_id: str, name: str) -> None:
        """Note what a till said yes to."""
        self._world.acknowledged(box, entry_id)
        self._world.note(f"{box} {name} {journal.head(box.store)[1]}")

    def _ask(self, box: SimulatedBox, member_id: str, price: int, missing: int) -> None:
        ask_id = box.counter.mint()
        self._world.books.asked[ask_id] = missing
        box.ask("ask", box.engine.ask(ask_id, member_id, missing), self._world.step)
        self.bills.append(Bill(box, member_id, price, ask_id, self._world.step + BUDGET))
        self._world.note(f"{box} asks for {missing} of {member_id[-4:]}")

    def _take_payment(self, box: SimulatedBox, member_id: str, price: int) -> None:
        if shifts.current(box.counter) is None:
            return
        stored = 0 if box.stopped else min(price, self.here(box, member_id))
        rest = Tender.CASH if price - stored else None
        asked = pay.Payment(member_id, price, stored, rest, None, price - stored)
        self._do(box, f"pay {price} stored {stored}", lambda act: pay.pay(box.counter, act, asked).done)

    def _void(self, box: SimulatedBox, _: Person) -> None:
        choices = [choice for choice in void.voidable(box.counter) if choice.refusal is None]
        if not choices or box.stopped:
            return
        original = self._rng.choice(choices).recorded.entry.entry_id
        self._do(box, "void", lambda act: void.void(box.counter, act, original), ApprovedAct.VOID)

    def _close_day(self, box: SimulatedBox, _: Person) -> None:
        shift = shifts.current(box.counter)
        assert shift is not None, "an act needs an open till"
        counted = shifts.drawer_cash(box.counter, shift)
        closed = self._do(box, "close shift", lambda act: shifts.close_shift(box.counter, act, counted).done)
        if closed is not None:
            self._do(box, "close day", lambda act: close_day.close_day(box.counter, act).done, ApprovedAct.DAY_CLOSE)

    def _do(
        self, box: SimulatedBox, name: str, deed: Callable[[Act], Done], approved: ApprovedAct | None = None
    ) -> Done | None:
        """Do an act at a till; what it said yes to is noted, a refusal changes nothing."""
        act = Act(box.counter.mint(), CASHIER)
        if approved is not None:
            act = replace(act, approval=Approval(MANAGER, approved, act.entry_id, ANY))
        try:
            done = deed(act)
        except StoreBroken:
            raise
        except REFUSED as refusal:
            self._world.note(f"{box} {name}: {type(refusal).__name__}")
            return None
        self._world.acknowledged(box, act.entry_id)
        self._world.note(f"{box} {name} {journal.head(box.store)[1]}")
        return done
