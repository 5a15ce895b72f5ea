"""Recommendation: the rung that fits the bill and the member's habit (A2, A17), with its reason; pure.

Page: docs/rules/recommend.md. A member with a habit is offered value for about five of their usual tickets, never for fewer
than three nor more than ten; anybody else the lowest rung worth at least twice the bill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.rules.member_facts import DayFigures
from ledger.rules.reasons import Reason

FEWEST, WANTED, MOST = 3, 5, 10
"""How many usual tickets a recommended rung pays for."""
HABIT_VISITS: Final = 3
"""From so many visits on a member has a habit."""
_DAYS_OF_HABIT: Final = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rung that can be recommended: its place, what is paid, and what it credits with every bonus (fen)."""

    place: int
    pay_minor: int
    credited_minor: int


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The place of the rung that fits, and why."""

    place: int
    reason: Reason


def usual_ticket(days: Sequence[DayFigures]) -> int | None:
    """Return the median of what a visit cost on the last twelve days with visits (fen), None without a habit."""
    visited = [day for day in days if day.visits][-_DAYS_OF_HABIT:]
    if sum(day.visits for day in visited) < HABIT_VISITS:
        return None
    tickets = sorted(day.spent_minor // day.visits for day in visited if day.spent_minor)
    return tickets[(len(tickets) - 1) // 2] if tickets else None


def recommend(choices: Sequence[Candidate], bill_minor: int, days: Sequence[DayFigures]) -> Recommendation | None:
    """Return the rung that fits a bill (fen, 0 for none) and a habit; `choices` lowest first, those that can be taken.

    None where there is neither a bill nor a habit, or nothing that covers the bill.
    """
    covering = [choice for choice in choices if choice.credited_minor >= bill_minor]
    if not covering:
        return None
    ticket = usual_ticket(days)
    if ticket:
        fitting = [c for c in covering if FEWEST * ticket <= c.credited_minor <= MOST * ticket]
        if fitting:
            best = min(fitting, key=lambda c: (abs(c.credited_minor - WANTED * ticket), c.pay_minor))
            visits = best.credited_minor // ticket
            return Recommendation(best.place, Reason("recommend.habit", (("ticket_minor", ticket), ("visits", visits))))
    if bill_minor <= 0:
        return None
    twice = next((c for c in covering if c.pay_minor >= 2 * bill_minor), covering[-1])
    return Recommendation(twice.place, Reason("recommend.bill", (("bill_minor", bill_minor),)))
