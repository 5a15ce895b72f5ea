"""Builders: a real shop in a temporary folder, said in a line; only the clock is replaced."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from unittest.mock import ANY
from zoneinfo import ZoneInfo

from kiosk.model.members import Member
from kiosk.model.staff import Role
from kiosk.services import enrol, pay, shifts, top_up
from kiosk.services.acts import Act, Approval, Done
from kiosk.services.counter import Counter
from kiosk.services.find_member import Via
from kiosk.services.set_up import NewPerson, create_box
from ledger.accounts import Tender
from ledger.ids import IdMint
from ledger.rules.programme import ApprovedAct

CASHIER: Final = "1001"
OTHER_CASHIER: Final = "1002"
MANAGER: Final = "9001"
PIN: Final = "2468"
OPENING: Final = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
PROGRAMMES: Final = Path(__file__).parent.parent / "kiosk" / "demo" / "programmes"
BAKERY: Final = PROGRAMMES / "plain.toml"
PEOPLE: Final = (
    NewPerson(CASHIER, "王芳", Role.CASHIER, PIN),
    NewPerson(OTHER_CASHIER, "陈晨", Role.CASHIER, PIN),
    NewPerson(MANAGER, "赵敏", Role.MANAGER, PIN),
)


class HandClock:
    """A clock that stands still until it is moved by hand."""

    def __init__(self, moment: datetime = OPENING) -> None:
        """Start at an aware moment."""
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment shown."""
        return self.moment

    def forward(self, **step: int) -> None:
        """Move on by hours, minutes, days, …"""
        self.moment += timedelta(**step)


@dataclass
class Shop:
    """A bakery with one till, staff whose PIN is 2468, and a clock in the test's hand."""

    counter: Counter
    clock: HandClock
    path: Path

    def act(self, cashier: str = CASHIER) -> Act:
        """Return a fresh act of a cashier."""
        return Act(self.counter.mint(), cashier)

    def approved(self, approved_act: ApprovedAct, cashier: str = CASHIER) -> Act:
        """Return a fresh act that the manager approved."""
        act = self.act(cashier)
        return replace(act, approval=Approval(MANAGER, approved_act, act.entry_id, ANY))

    def open_shift(self, float_minor: int = 50_000, cashier: str = CASHIER) -> Done:
        """Open the till with a float in fen."""
        return shifts.open_shift(self.counter, self.act(cashier), float_minor)

    def enrol(self, name: str = "李雪", phone: str = "13812341234", birthday: date | None = None) -> Member:
        """Enrol a member who agreed to the terms."""
        enrolment = enrol.Enrolment(name, phone, birthday, consented=True)
        return enrol.enrol(self.counter, self.act(), enrolment).member

    def top_up(self, member: Member, paid_minor: int = 30_000, tender: Tender = Tender.CASH) -> Done:
        """Top a member up as quoted."""
        bonus = top_up.quote(self.counter, member.member_id, paid_minor, tender).bonus_minor
        asked = top_up.TopUp(member.member_id, paid_minor, tender, None, bonus)
        return top_up.top_up(self.counter, self.act(), asked)

    def pay(self, member: Member, price_minor: int, *, via: Via = Via.MEMBER_CODE) -> pay.Paid:
        """Take a payment: stored value first, the rest in exact cash."""
        quote = pay.quote(self.counter, member.member_id, price_minor)
        terms, due = quote.terms, quote.bill.paid_price_minor
        asked = pay.Payment(member.member_id, price_minor, terms.stored_minor, Tender.CASH, None, terms.rest_minor, via)
        return pay.pay(self.counter, self.act(), replace(asked, expected_paid_minor=due))

    def till(self, name: str) -> Shop:
        """Return the same shop seen from another till."""
        return replace(self, counter=replace(self.counter, till=name))


def open_shop(folder: Path, programme: bytes | None = None, *, language: str = "zh") -> Shop:
    """Create a shop in a folder, its till closed and its members none."""
    clock, path = HandClock(), folder / "shop.db"
    store = create_box(path, "box-1", programme or BAKERY.read_bytes(), PEOPLE, clock.now())
    counter = Counter(
        store=store,
        clock=clock,
        ids=IdMint(clock, secrets.token_bytes),
        entropy=secrets.token_bytes,
        till="1",
        zone=ZoneInfo("Asia/Shanghai"),
        language=language,
    )
    return Shop(counter, clock, path)
