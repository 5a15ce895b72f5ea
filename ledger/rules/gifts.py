"""Gifts: what a member can be given without buying anything, each rule with its gifts or its reasons; pure.

Page: docs/rules/gifts.md. A rule that takes an asset uses its units up; one that gives bonus gives it as a lot of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from ledger.money import half_up
from ledger.rules.bill import choose
from ledger.rules.occasion import Occasion
from ledger.rules.offers import Declined, Given, GivenKind, budget_left, plain_gifts, special_of, weigh
from ledger.rules.promises import BonusGift, Promises, Rule
from ledger.rules.reasons import Reason

CHECK_IN: Final = "check_in"
"""The group whose rules are check-ins: whoever claims one of them has come, and that is a visit (D2)."""


@dataclass(frozen=True, slots=True)
class Claimable:
    """A rule that gives now, what it gives, what it takes for it (`takes` is empty for nothing), and why it is open."""

    rule: Rule
    given: tuple[Given, ...]
    reasons: tuple[Reason, ...]

    @property
    def rule_id(self) -> str:
        """The rule's id."""
        return self.rule.rule_id

    @property
    def is_check_in(self) -> bool:
        """Whether taking it says that the member is here."""
        return self.rule.group == CHECK_IN


@dataclass(frozen=True, slots=True)
class Claims:
    """What an event gives now, in the order it is given, and what it does not, with reasons."""

    open: tuple[Claimable, ...]
    declined: tuple[Declined, ...]

    def one(self, rule_id: str) -> Claimable | None:
        """Return what a rule gives now, None where it gives nothing."""
        return next((claim for claim in self.open if claim.rule_id == rule_id), None)


def claims_now(promises: Promises, occasion: Occasion) -> Claims:
    """Return what the rules of an occasion's event give and what they do not (C5, D2, D3, F1, F2, F3, F6).

    What takes the same asset shares what is held of it: a rule that would find too little left is declined.
    """
    weighed = weigh(promises, occasion)
    standing, outdone = choose(promises, weighed.open)
    held = dict(occasion.member.held) if occasion.member is not None else {}
    opened, short = list[Claimable](), list[Declined]()
    for rule in standing:
        left = held.get(rule.takes, 0) - rule.takes_units
        if rule.takes and left < 0:
            lack = Reason("offer.asset", (("asset", rule.takes), ("needed", rule.takes_units)))
            short.append(Declined(rule.rule_id, rule.name, (lack,)))
            continue
        held[rule.takes] = left
        opened.append(Claimable(rule, tuple(gifts_of(rule, occasion)), weighed.held[rule.rule_id]))
    return Claims(tuple(opened), (*weighed.declined, *outdone, *short))


def gifts_of(rule: Rule, occasion: Occasion) -> Iterator[Given]:
    """Yield what a rule gives where nothing is paid for: its bonus within its budget, then units, handouts and draws.

    A percentage is of the occasion's amount. Without a principal beside it, bonus is always a lot of its own.
    """
    room = budget_left(rule, occasion)
    for effect in rule.gives:
        if isinstance(effect, BonusGift):
            minor = effect.fixed_minor + half_up(occasion.amount_minor * effect.percent, 100)
            minor = minor if room is None else min(room, minor)
            room = None if room is None else room - minor
            if minor:
                special = special_of(effect.span, occasion.on, rule.rule_id, scope=effect.scope)
                yield Given(rule.rule_id, rule.name, GivenKind.BONUS, amount_minor=minor, special=special)
    yield from plain_gifts(rule, occasion.on, occasion.amount_minor)


def in_order(claims: Claims, rule_ids: tuple[str, ...]) -> Claims:
    """Return only the claims of these rules, in the order they are given; none named means all."""
    chosen = tuple(claim for claim in claims.open if not rule_ids or claim.rule_id in rule_ids)
    return replace(claims, open=chosen)
