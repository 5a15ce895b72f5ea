"""What a top-up brings beyond its rung: the rules' bonuses, points, coupons, gifts, draws; pure.

Page: docs/rules/top-up.md, offers. A bonus without conditions joins the lot of its principal; one that comes later, ends or
is limited to some goods is a lot of its own, so that the principal never has a condition.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.errors import LimitExceeded
from ledger.money import allot, half_up
from ledger.rules.bill import multipliers, points_given, times_percent
from ledger.rules.occasion import Event, Occasion
from ledger.rules.offers import (
    Declined,
    Given,
    GivenKind,
    budget_left,
    choose,
    gives_nothing,
    is_member,
    plain_gifts,
    special_of,
    weigh,
)
from ledger.rules.programme import Programme
from ledger.rules.promises import BonusGift, FreeOrder, Promises, Rule
from ledger.rules.reasons import Reason
from ledger.rules.topup import TopUpFacts, TopUpTerms, check_limits, sold_spans, top_up_terms
from ledger.specials import Special


@dataclass(frozen=True, slots=True)
class TopUpOffer:
    """A top-up as it is or would be: the rung's terms, and what the rules give beside them; amounts in fen.

    `given` holds every gift; a bonus among them without `special` is part of `bonus_minor`, which joins the principal.
    """

    terms: TopUpTerms
    given: tuple[Given, ...]
    declined: tuple[Declined, ...]
    reasons: tuple[Reason, ...]

    @property
    def paid_minor(self) -> int:
        """What is paid: the principal, in fen."""
        return self.terms.paid_minor

    @property
    def bonus_minor(self) -> int:
        """The bonus that joins the principal's lot: the rung's and the rules' without conditions, in fen."""
        return self.terms.bonus_minor + sum(gift.amount_minor for gift in self._bonuses() if gift.special is None)

    @property
    def conditioned_minor(self) -> int:
        """The bonus that stands in lots of its own, in fen."""
        return sum(gift.amount_minor for gift in self._bonuses() if gift.special is not None)

    def _bonuses(self) -> list[Given]:
        return [gift for gift in self.given if gift.kind is GivenKind.BONUS]

    @property
    def credited_minor(self) -> int:
        """Everything the top-up puts on the balance, now or later, in fen."""
        return self.paid_minor + self.bonus_minor + self.conditioned_minor


def top_up_offer(programme: Programme, facts: TopUpFacts, occasion: Occasion) -> TopUpOffer:
    """Return what a top-up gives with every rule; raises NothingToPay, AmountNotOnLadder, LimitExceeded."""
    try:
        offer = _offer(programme, facts, occasion)
    except LimitExceeded as met:
        room = most_to_pay_with_rules(programme, facts, occasion)
        raise replace(met, room_minor=room) from None
    check_limits(programme, facts, offer.credited_minor, lambda: most_to_pay_with_rules(programme, facts, occasion))
    return offer


def most_to_pay_with_rules(programme: Programme, facts: TopUpFacts, occasion: Occasion) -> int:
    """Return the most this member could pay now with every rule counted, in fen; 0 where nothing fits the limits."""
    most = 0
    for _, lowest, highest in sold_spans(programme.ladder, facts.business_date):
        low, high = lowest, highest
        while low <= high:
            middle = (low + high) // 2
            if _fits(programme, facts, occasion, middle):
                most, low = max(most, middle), middle + 1
            else:
                high = middle - 1
    return most


def _fits(programme: Programme, facts: TopUpFacts, occasion: Occasion, paid_minor: int) -> bool:
    paid = replace(facts, paid_minor=paid_minor)
    try:
        credited = _offer(programme, paid, replace(occasion, amount_minor=paid_minor)).credited_minor
    except LimitExceeded:
        return False
    return check_limits(programme, paid, credited, None)


def _offer(programme: Programme, facts: TopUpFacts, occasion: Occasion) -> TopUpOffer:
    promises, terms = programme.promises, top_up_terms(programme, facts)
    weighed = weigh(promises, occasion)
    gifts = {rule.rule_id: list(_gifts(rule, terms, occasion)) for rule in weighed.open}
    standing, outdone = choose(promises, weighed.open, worth=lambda rule: _worth(gifts[rule.rule_id]))
    points = _points(promises, standing, facts.paid_minor, occasion)
    given, empty, reasons = list[Given](), list[Declined](), [*terms.reasons]
    for rule in standing:
        gives = gifts[rule.rule_id] + (multipliers(rule) if points else [])
        given += gives
        if gives:
            said = Reason("top_up.rule", (("rule", rule.rule_id), ("name", rule.name)))
            reasons += [said, *weighed.held[rule.rule_id]]
        else:
            empty.append(gives_nothing(rule, facts.paid_minor))
    return TopUpOffer(terms, (*given, *points), (*weighed.declined, *outdone, *empty), tuple(reasons))


def _worth(gifts: list[Given]) -> int:
    return sum(gift.worth_minor for gift in gifts)


def _gifts(rule: Rule, terms: TopUpTerms, occasion: Occasion) -> Iterator[Given]:
    """Give what a rule gives, in the order of its effects; bonuses and free orders as far as its budget goes."""
    room = budget_left(rule, occasion)
    for effect in rule.gives:
        gifts: list[Given] = []
        if isinstance(effect, BonusGift):
            total = _bonus(effect, terms)
            gifts = list(_parts(rule, effect, total if room is None else min(room, total), occasion.on))
        elif isinstance(effect, FreeOrder):
            most = effect.most_minor if room is None else min(room, effect.most_minor)
            gifts = list(_free_order(rule, effect, min(occasion.bill_minor, most), occasion.on))
        room = None if room is None else room - _worth(gifts)
        yield from gifts
    yield from plain_gifts(rule, occasion.on, terms.paid_minor)


def _bonus(effect: BonusGift, terms: TopUpTerms) -> int:
    by_paid = half_up(terms.paid_minor * effect.percent, 100)
    return effect.fixed_minor + by_paid + half_up(terms.bonus_minor * effect.times_percent, 100)


def _parts(rule: Rule, effect: BonusGift, total_minor: int, on: date) -> Iterator[Given]:
    """Give a bonus whole, in monthly instalments from today on, or a part today and the rest from tomorrow on."""
    if not total_minor:
        return
    base = special_of(effect.span, on, rule.rule_id, scope=effect.scope)
    if effect.instalments > 1:
        for month, part in enumerate(allot(total_minor, [1] * effect.instalments)):
            yield from _part(rule, part, _begun(base, add_months(base.usable_from or on, month), on))
        return
    now = half_up(total_minor * effect.now_percent, 100)
    yield from _part(rule, now, base)
    yield from _part(rule, total_minor - now, _begun(base, (base.usable_from or on) + timedelta(days=1), on))


def _begun(base: Special, begins: date, on: date) -> Special:
    """Return conditions that begin on another date and last as long."""
    if begins <= on:
        return base
    moved = begins - (base.usable_from or on)
    ends = None if base.expires_on is None else base.expires_on + moved
    return replace(base, usable_from=begins, expires_on=ends)


def _part(rule: Rule, minor: int, special: Special) -> Iterator[Given]:
    if minor:
        free = special.usable_from is None and special.expires_on is None and not special.scope
        yield Given(rule.rule_id, rule.name, GivenKind.BONUS, amount_minor=minor, special=None if free else special)


def _free_order(rule: Rule, effect: FreeOrder, face_minor: int, on: date) -> Iterator[Given]:
    if face_minor:
        ends = on + timedelta(days=effect.valid_days - 1)
        asset = f"COUPON:{effect.coupon}"
        special = Special(asset=asset, units=1, expires_on=ends, rule=rule.rule_id, face_minor=face_minor)
        yield Given(rule.rule_id, rule.name, GivenKind.UNITS, units=1, special=special)


def _points(promises: Promises, standing: list[Rule], paid_minor: int, occasion: Occasion) -> list[Given]:
    policy = promises.points
    if policy is None or policy.on is not Event.TOP_UP or not is_member(occasion):
        return []
    points = paid_minor * policy.earn_units * times_percent(standing) // (100 * policy.earn_per_minor)
    return points_given(policy, points, occasion.on)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
