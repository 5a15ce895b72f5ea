"""Offers: which rules answer to an occasion, which do not and why, and what each gives; pure.

Page: docs/rules/offers.md. A rule is open when it is in force, its conditions hold, its caps have room, the asset it takes
is there and nobody refused it. What is open is stacked by its groups where it works on a bill (`bill.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from ledger.rules.conditions import Verdict, since_of, verdicts
from ledger.rules.member_facts import RuleUse
from ledger.rules.occasion import Occasion
from ledger.rules.promises import Caps, Draw, Effect, Handout, Promises, Rule, Span, UnitsGift
from ledger.rules.reasons import Reason
from ledger.specials import Special


class GivenKind(StrEnum):
    """What an effect came to, as an entry's facts and the slips name it."""

    BONUS = "bonus"
    PRICE_CUT = "price_cut"
    UNITS = "units"
    POINTS = "points"
    HANDOUT = "handout"
    DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Given:
    """One thing a rule gives: bonus in fen, or units of an asset, under `special` conditions; a handout in words.

    `special` is None where nothing is put into the purse, and for a bonus that joins the lot of its principal.
    """

    rule_id: str
    name: str
    kind: GivenKind
    amount_minor: int = 0
    units: int = 0
    special: Special | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """A rule that gives nothing now, and every reason for it; `flip` is the nearest change that would make it apply."""

    rule_id: str
    name: str
    reasons: tuple[Reason, ...]
    flip: Reason | None = None


@dataclass
class Weighed:
    """The rules of an event sorted by whether they are open; `verdicts` says of each open one which conditions held."""

    open: list[Rule] = field(default_factory=list)
    declined: list[Declined] = field(default_factory=list)
    held: dict[str, tuple[Reason, ...]] = field(default_factory=dict)


def rules_of(promises: Promises) -> tuple[Rule, ...]:
    """Return all rules: those written as rules, and what each declared asset does when it is used."""
    return promises.rules + tuple(kind.covers for kind in promises.assets if kind.covers is not None)


def weigh(promises: Promises, occasion: Occasion) -> Weighed:
    """Sort the rules of an occasion's event into those that are open and those that are not, with reasons."""
    weighed = Weighed()
    for rule in rules_of(promises):
        if rule.event is not occasion.event:
            continue
        against, found = _against(rule, occasion)
        if against:
            weighed.declined.append(Declined(rule.rule_id, rule.name, against, _flip(found, against)))
        else:
            weighed.open.append(rule)
            weighed.held[rule.rule_id] = tuple(verdict.reason for verdict in found)
    return weighed


def _against(rule: Rule, occasion: Occasion) -> tuple[tuple[Reason, ...], tuple[Verdict, ...]]:
    """Return what speaks against a rule, and the verdicts on its conditions."""
    early = _not_in_force(rule, occasion.on)
    if early is not None:
        return (early,), ()
    if rule.takes and not _held(rule, occasion):
        return (Reason("offer.asset", (("asset", rule.takes), ("needed", rule.takes_units))),), ()
    if rule.rule_id in occasion.refused:
        return (Reason("offer.refused"),), ()
    if rule.on_request and rule.rule_id not in occasion.asked:
        return (Reason("offer.on_request"),), ()
    found = verdicts(rule.when, occasion)
    failed = tuple(verdict.reason for verdict in found if not verdict.holds)
    return failed + _full(rule, occasion), found


def _not_in_force(rule: Rule, on: date) -> Reason | None:
    if rule.starts_on is not None and on < rule.starts_on:
        return Reason("offer.not_begun", (("starts_on", rule.starts_on.isoformat()),))
    if rule.ends_on is not None and on > rule.ends_on:
        return Reason("offer.ended", (("ends_on", rule.ends_on.isoformat()),))
    return None


def _held(rule: Rule, occasion: Occasion) -> bool:
    return occasion.member is not None and occasion.member.held.get(rule.takes, 0) >= rule.takes_units


def _flip(found: tuple[Verdict, ...], against: tuple[Reason, ...]) -> Reason | None:
    """Return the nearest change that would flip a refusal: the only condition that fails, where a step meets it."""
    failed = [verdict.reason for verdict in found if not verdict.holds]
    if len(failed) != 1 or len(against) != 1:
        return None
    return failed[0] if dict(failed[0].values).get("missing") else None


def _full(rule: Rule, occasion: Occasion) -> tuple[Reason, ...]:
    """Return the caps that are used up."""
    return tuple(_caps_used(rule, rule.caps, occasion))


def _caps_used(rule: Rule, caps: Caps, occasion: Occasion) -> Iterable[Reason]:
    if caps.per_member is not None:
        member = occasion.member
        since = since_of(caps.per_days, occasion.on)
        used = member.used(rule.rule_id, since).uses if member is not None else 0
        if used >= caps.per_member:
            yield Reason(
                "offer.cap_member", (("cap", caps.per_member), ("used", used), ("per_days", caps.per_days or 0))
            )
    for code, cap, told in (("cap_in_all", caps.in_all, occasion.ever), ("cap_day", caps.per_day, occasion.today)):
        used = _told(told, rule.rule_id, occasion.on).uses
        if cap is not None and used >= cap:
            yield Reason(f"offer.{code}", (("cap", cap), ("used", used)))
    spent = _told(occasion.ever, rule.rule_id, occasion.on).amount_minor
    if caps.budget_minor is not None and spent >= caps.budget_minor:
        yield Reason("offer.budget", (("budget_minor", caps.budget_minor), ("spent_minor", spent)))


def budget_left(rule: Rule, occasion: Occasion) -> int | None:
    """Return what is left of a rule's budget in fen, None where it has none: no effect gives more than that."""
    if rule.caps.budget_minor is None:
        return None
    return max(0, rule.caps.budget_minor - _told(occasion.ever, rule.rule_id, occasion.on).amount_minor)


def _told(uses: Mapping[str, RuleUse], rule_id: str, on: date) -> RuleUse:
    return uses.get(rule_id) or RuleUse(rule_id, on)


def special_of(
    span: Span, on: date, rule_id: str, *, asset: str = "CNY", units: int = 0, scope: str = "", face_minor: int = 0
) -> Special:
    """Return the conditions of something given on a date: `after_days` later, for `valid_days`, both counted in days."""
    begins = on + timedelta(days=span.after_days)
    return Special(
        asset=asset,
        units=units,
        usable_from=begins if span.after_days else None,
        expires_on=None if span.valid_days is None else begins + timedelta(days=span.valid_days - 1),
        scope=scope,
        rule=rule_id,
        face_minor=face_minor,
    )


def units_given(rule: Rule, gift: UnitsGift, on: date, base_minor: int) -> Given | None:
    """Return the units a gift comes to for what was really paid (fen); None for no whole unit."""
    units = gift.units * (base_minor // gift.per_minor) if gift.per_minor else gift.units
    if not units:
        return None
    special = special_of(gift.span, on, rule.rule_id, asset=gift.asset, units=units)
    kind = GivenKind.POINTS if gift.asset == "PTS" else GivenKind.UNITS
    return Given(rule.rule_id, rule.name, kind, units=units, special=special)


def plain_gifts(rule: Rule, on: date, base_minor: int) -> list[Given]:
    """Return the gifts of a rule that need no bill and no ladder: units, handouts, and draws (their lottery in `words`)."""
    given = []
    for effect in rule.gives:
        gift = _plain(rule, effect, on, base_minor)
        if gift is not None:
            given.append(gift)
    return given


def _plain(rule: Rule, effect: Effect, on: date, base_minor: int) -> Given | None:
    if isinstance(effect, UnitsGift):
        return units_given(rule, effect, on, base_minor)
    if isinstance(effect, Handout):
        return Given(rule.rule_id, rule.name, GivenKind.HANDOUT, words=effect.text)
    if isinstance(effect, Draw):
        return Given(rule.rule_id, rule.name, GivenKind.DRAW, words=effect.lottery)
    return None


def claims(promises: Promises, occasion: Occasion) -> tuple[tuple[Given, ...], tuple[Declined, ...]]:
    """Return what a claim, an enrolment or a referral gives now, and what it does not (C5, D2, D3, F1, F2, F6)."""
    weighed = weigh(promises, occasion)
    given = [gift for rule in weighed.open for gift in plain_gifts(rule, occasion.on, occasion.amount_minor)]
    return tuple(given), tuple(weighed.declined)
