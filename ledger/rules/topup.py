"""Top-up: which rung an amount earns and what it would put on the member's balance; page docs/rules/top-up.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ledger.accounts import Tender
from ledger.errors import AmountNotOnLadder, LimitExceeded, NothingToPay
from ledger.money import format_minor, half_up
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
    _check_limits(programme.limits, facts, facts.paid_minor + bonus)
    return TopUpTerms(facts.paid_minor, bonus, rung.rung_id if rung else None, _reasons(rungs, rung, facts, bonus))


def _check_amount(ladder: Ladder, rungs: tuple[Rung, ...], paid_minor: int) -> None:
    on_rung = any(rung.pay_minor == paid_minor for rung in rungs)
    if not on_rung and (not ladder.any_amount or paid_minor < ladder.minimum_minor):
        raise AmountNotOnLadder(paid_minor, tuple(rung.pay_minor for rung in rungs))


def _check_limits(limits: Limits, facts: TopUpFacts, credited_minor: int) -> None:
    balance = limits.registered_balance if facts.registered else limits.anonymous_balance
    name = "registered_balance" if facts.registered else "anonymous_balance"
    _check_limit(balance, name, facts.balance_minor + credited_minor, facts.balance_minor)
    _check_limit(limits.single_top_up, "single_top_up", facts.paid_minor, 0)
    if facts.tender is Tender.CASH:
        _check_limit(limits.single_cash_top_up, "single_cash_top_up", facts.paid_minor, 0)


def _check_limit(limit: Limit | None, name: str, amount_minor: int, used_minor: int) -> None:
    if limit is not None and amount_minor > limit.ceiling_minor:
        room = max(0, limit.ceiling_minor - used_minor)
        raise LimitExceeded(name, amount_minor, limit.ceiling_minor, room, limit.article)


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
