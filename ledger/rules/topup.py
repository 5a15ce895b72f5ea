"""Top-up: which rung an amount earns and what it would put on the member's balance; page docs/rules/top-up.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from ledger.accounts import Tender
from ledger.errors import AmountNotOnLadder, LimitExceeded, NothingToPay
from ledger.money import CEILING_MINOR, format_minor, half_up
from ledger.rules.programme import Ladder, Limit, Limits, Programme, Rung
from ledger.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class TopUpFacts:
    """What the rule needs of the world: amounts in fen, `balance_minor` the member's total before."""

    paid_minor: int
    tender: Tender
    business_date: date
    balance_minor: int
    registered: bool


@dataclass(frozen=True, slots=True)
class TopUpTerms:
    """What a top-up gives: principal = paid, bonus by the rung, both in fen, and why."""

    paid_minor: int
    bonus_minor: int
    rung_id: str | None
    reasons: tuple[Reason, ...]

    @property
    def credited_minor(self) -> int:
        """Principal and bonus together, in fen."""
        return self.paid_minor + self.bonus_minor


def valid_rungs(ladder: Ladder, on: date) -> tuple[Rung, ...]:
    """Return the rungs on offer on a business date, lowest first."""
    return tuple(
        rung
        for rung in ladder.rungs
        if (rung.starts_on is None or rung.starts_on <= on) and (rung.ends_on is None or on <= rung.ends_on)
    )


def rung_bonus(rung: Rung, paid_minor: int) -> int:
    """Return the bonus of a rung in fen: fixed, or the percentage of what is paid, half up."""
    if rung.bonus_minor is not None:
        return rung.bonus_minor
    return half_up(paid_minor * (rung.bonus_percent or 0), 100)


def top_up_terms(programme: Programme, facts: TopUpFacts) -> TopUpTerms:
    """Return what a top-up gives; raises NothingToPay, AmountNotOnLadder, LimitExceeded."""
    if facts.paid_minor <= 0:
        raise NothingToPay(facts.paid_minor)
    rungs = valid_rungs(programme.ladder, facts.business_date)
    _check_amount(programme.ladder, rungs, facts.paid_minor)
    rung = max((r for r in rungs if r.pay_minor <= facts.paid_minor), key=lambda r: r.pay_minor, default=None)
    bonus = rung_bonus(rung, facts.paid_minor) if rung else 0
    check_limits(programme, facts, facts.paid_minor + bonus, lambda: most_to_pay(programme, facts))
    return TopUpTerms(facts.paid_minor, bonus, rung.rung_id if rung else None, _reasons(rungs, rung, facts, bonus))


def _check_amount(ladder: Ladder, rungs: tuple[Rung, ...], paid_minor: int) -> None:
    on_rung = any(rung.pay_minor == paid_minor for rung in rungs)
    if not on_rung and (not ladder.any_amount or paid_minor < ladder.minimum_minor):
        minimum = ladder.minimum_minor if ladder.any_amount else None
        raise AmountNotOnLadder(paid_minor, tuple(rung.pay_minor for rung in rungs), minimum)


def most_to_pay(programme: Programme, facts: TopUpFacts) -> int:
    """Return the most that this member could pay for a top-up now, in fen; 0 when nothing fits the limits."""
    _, balance = _balance_limit(programme.limits, facts)
    room = (CEILING_MINOR if balance is None else balance.ceiling_minor) - facts.balance_minor
    ceiling = min((limit.ceiling_minor for limit in _paid_limits(programme.limits, facts).values()), default=room)
    most = 0
    for rung, lowest, highest in sold_spans(programme.ladder, facts.business_date):
        fits = min(highest, ceiling, _paid_for_credit(rung, room))
        if fits >= lowest:
            most = max(most, fits)
    return most


def sold_spans(ladder: Ladder, on: date) -> Iterator[tuple[Rung | None, int, int]]:
    """Give the amounts on sale: each rung's own, and where any amount is sold the spans that earn the same rung."""
    rungs = valid_rungs(ladder, on)
    for rung in rungs:
        yield rung, rung.pay_minor, rung.pay_minor
    if ladder.any_amount:
        ends = [rung.pay_minor - 1 for rung in rungs] + [CEILING_MINOR - 1]
        yield None, ladder.minimum_minor, ends[0]
        for rung, end in zip(rungs, ends[1:], strict=True):
            yield rung, max(rung.pay_minor, ladder.minimum_minor), end


def _paid_for_credit(rung: Rung | None, credited_minor: int) -> int:
    """Return the most that can be paid on a rung so that it and its bonus stay within a credit, in fen."""
    if rung is None:
        return credited_minor
    if rung.bonus_minor is not None:
        return credited_minor - rung.bonus_minor
    return (200 * credited_minor + 99) // (200 + 2 * (rung.bonus_percent or 0))


def _balance_limit(limits: Limits, facts: TopUpFacts) -> tuple[str, Limit | None]:
    if facts.registered:
        return "registered_balance", limits.registered_balance
    return "anonymous_balance", limits.anonymous_balance


def _paid_limits(limits: Limits, facts: TopUpFacts) -> dict[str, Limit]:
    cash = limits.single_cash_top_up if facts.tender is Tender.CASH else None
    named = {"single_top_up": limits.single_top_up, "single_cash_top_up": cash}
    return {name: limit for name, limit in named.items() if limit is not None}


def check_limits(programme: Programme, facts: TopUpFacts, credited_minor: int, most: Callable[[], int] | None) -> bool:
    """Tell whether a top-up and what it credits (fen) keep every limit.

    With `most`, which says the most that could be paid, a limit that is met is an error: raises LimitExceeded.
    """
    name, balance = _balance_limit(programme.limits, facts)
    met = [] if balance is None else [(name, balance, facts.balance_minor + credited_minor)]
    met += [(name, limit, facts.paid_minor) for name, limit in _paid_limits(programme.limits, facts).items()]
    for name, limit, amount_minor in met:
        if amount_minor > limit.ceiling_minor:
            if most is None:
                return False
            raise LimitExceeded(name, amount_minor, limit.ceiling_minor, most(), limit.article)
    return True


def _reasons(rungs: tuple[Rung, ...], rung: Rung | None, facts: TopUpFacts, bonus: int) -> tuple[Reason, ...]:
    reasons = []
    if rung is None:
        reasons.append(Reason("top_up.no_rung", (("paid_minor", facts.paid_minor),)))
    elif rung.bonus_minor is not None:
        values = (("rung_minor", rung.pay_minor), ("bonus_minor", bonus))
        reasons.append(Reason("top_up.fixed_bonus", values))
    else:
        percent = (("rung_minor", rung.pay_minor), ("percent", rung.bonus_percent or 0), ("bonus_minor", bonus))
        reasons.append(Reason("top_up.percent_bonus", percent))
    above = [r for r in rungs if r.pay_minor > facts.paid_minor]
    if above:
        step = above[0].pay_minor - facts.paid_minor
        next_values = (("missing_minor", step), ("bonus_minor", rung_bonus(above[0], above[0].pay_minor)))
        reasons.append(Reason("top_up.next_rung", next_values))
    return tuple(reasons)


def rung_label(rung: Rung) -> str:
    """Return a rung as its file writes it: `300.00+50.00` or `300.00+10%`."""
    bonus = f"{rung.bonus_percent}%" if rung.bonus_minor is None else format_minor(rung.bonus_minor)
    return f"{format_minor(rung.pay_minor)}+{bonus}"
