"""Weeks of shop life for the demo, every entry of it made by the real services under a clock that is wound forward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Final

from kiosk.demo.people import CASHIER, SECOND_CASHIER, STORE_MANAGER, Visitor, invent_visitors
from kiosk.demo.visits import Hands
from kiosk.model.staff import Role
from kiosk.services import cash, close_day, enrol, printing, shifts, void
from kiosk.services.acts import Act, Approval
from kiosk.services.counter import Counter
from kiosk.services.errors import ApprovalNeeded
from ledger.entries import EntryKind
from ledger.ids import IdMint
from ledger.rules.programme import ApprovedAct

FLOAT_MINOR: Final = 50_000
_OPENS, _CLOSES = time(7, 30), time(21, 30)


class WoundClock:
    """A clock that shows what it was wound to; the demo's past needs one, the till never."""

    def __init__(self, start: datetime) -> None:
        """Start at an aware moment."""
        self.moment = start

    def now(self) -> datetime:
        """Return the moment shown."""
        return self.moment

    def forward(self, step: timedelta) -> None:
        """Move on."""
        self.moment += step


@dataclass
class _Life:
    counter: Counter
    clock: WoundClock
    random: Random
    members: list[tuple[str, Visitor]]
    newcomers: list[Visitor]

    def act(self, cashier: str) -> Act:
        self.clock.forward(timedelta(seconds=self.random.randrange(20, 120)))
        return Act(self.counter.mint(), cashier)


def live_through(
    counter: Counter, until: datetime, *, days: int, visitors: int, seed: int, progress: Callable[[int, int], None]
) -> None:
    """Let the shop live `days` business days that end the day before `until`; the same seed gives the same shop."""
    random = Random(seed)  # noqa: S311 - invents customers, guards nothing
    first_day = until.astimezone(counter.zone).date() - timedelta(days=days)
    clock = WoundClock(datetime.combine(first_day, _OPENS, counter.zone).astimezone(UTC))
    past = replace(counter, clock=clock, ids=IdMint(clock, counter.entropy))
    life = _Life(past, clock, random, [], invent_visitors(random, visitors))
    for number in range(days):
        clock.moment = datetime.combine(first_day + timedelta(days=number), _OPENS, counter.zone).astimezone(UTC)
        _live_a_day(life, CASHIER.staff_id if number % 2 else SECOND_CASHIER.staff_id, days - number)
        printing.drop_waiting(past)
        progress(number + 1, days)


def _live_a_day(life: _Life, cashier: str, days_left: int) -> None:
    counter, random = life.counter, life.random
    closes = datetime.combine(life.clock.moment.astimezone(counter.zone).date(), _CLOSES, counter.zone)
    shifts.open_shift(counter, life.act(cashier), FLOAT_MINOR)
    for _ in range(min(len(life.newcomers), 1 + len(life.newcomers) // days_left)):
        visitor = life.newcomers.pop()
        enrolled = enrol.enrol(counter, life.act(cashier), visitor.enrolment)
        life.members.append((enrolled.member.member_id, visitor))
        Hands(counter, random, lambda: life.act(cashier)).top_up(enrolled.member.member_id)
    visits = [entry for entry in life.members if random.randrange(7) < entry[1].visits_per_week]
    random.shuffle(visits)
    for member_id, visitor in visits:
        if life.clock.moment < closes:
            _visit(life, cashier, member_id, visitor)
    _count_and_close(life, cashier)


def _visit(life: _Life, cashier: str, member_id: str, visitor: Visitor) -> None:
    random, hands = life.random, Hands(life.counter, life.random, lambda: life.act(cashier))
    ticket = max(300, visitor.ticket_minor * random.randrange(60, 160) // 100 // 50 * 50)
    paid = hands.shop(member_id, ticket)
    if random.random() < 0.01:
        _void(life, cashier, paid)
    else:
        hands.ask_for_more(member_id)


def _void(life: _Life, cashier: str, entry_id: str) -> None:
    _approved(life.act(cashier), lambda act: void.void(life.counter, act, entry_id))


def _approved(act: Act, deed: Callable[[Act], object]) -> None:
    """Do something; where a second person must agree to it, the manager does."""
    assert STORE_MANAGER.role is Role.MANAGER, "the demo's approver may approve"
    try:
        deed(act)
    except ApprovalNeeded as needed:
        deed(
            replace(
                act, approval=Approval(STORE_MANAGER.staff_id, ApprovedAct(needed.act), act.entry_id, needed.content)
            )
        )


def _count_and_close(life: _Life, cashier: str) -> None:
    counter = life.counter
    shift = shifts.own_shift(counter, cashier)
    expected = shifts.shift_figures(counter, shift).expected_cash_minor
    if expected > 4 * FLOAT_MINOR:
        cash.move_cash(counter, life.act(cashier), EntryKind.DROP, expected - FLOAT_MINOR, "缴存保险柜")
        expected = FLOAT_MINOR
    counted = expected + life.random.choice((0, 0, 0, 0, 0, 0, 100, -100, -50))
    shifts.close_shift(counter, life.act(cashier), max(0, counted))
    _approved(life.act(cashier), lambda act: close_day.close_day(counter, act))
