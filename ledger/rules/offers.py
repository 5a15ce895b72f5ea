"""Offers: which rules answer to an occasion, which do not and why, and what each gives; pure.

Page: docs/rules/offers.md. A rule is open when it is in force, its conditions hold, its caps have room, the asset it takes
is there and nobody refused it. What is open is stacked by its groups where it works on a bill (`bill.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

from ledger.rules.conditions import UNKNOWN_MEMBER, Verdict, judged, since_of
from ledger.rules.member_facts import RuleUse
from ledger.rules.occasion import Occasion
from ledger.rules.plan import Planned, plan_of
from ledger.rules.plan import rules_of as rules_of
from ledger.rules.promises import Draw, Effect, Group, Handout, Promises, Rule, Span, Take, UnitsGift
from ledger.rules.reasons import Reason
from ledger.specials import Special

NOTHING_TO_CUT: Final = Reason("offer.nothing_to_cut")


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

    @property
    def worth_minor(self) -> int:
        """What it counts against a budget, in fen: the bonus, or the face of a free order's coupon."""
        return self.amount_minor or (self.special.face_minor if self.special is not None else 0)


@dataclass(frozen=True, slots=True)
class Declined:
    """A rule that gives nothing now, and every reason for it; `flip` is the nearest change that would make it apply."""

    rule_id: str
    name: str
    reasons: tuple[Reason, ...]
    flip: Reason | None = None


@dataclass
class Weighed:
    """The rules of an event sorted by whether they are open.

    `held` says of each open one which conditions held; `told` has every rule, with why it is declined or None.
    """

    open: list[Rule] = field(default_factory=list)
    declined: list[Declined] = field(default_factory=list)
    held: dict[str, tuple[Reason, ...]] = field(default_factory=dict)
    told: dict[str, Declined | None] = field(default_factory=dict)


def weigh(promises: Promises, occasion: Occasion, before: Weighed | None = None) -> Weighed:
    """Sort the rules of an occasion's event into those that are open and those that are not, with reasons.

    `before` is the same occasion weighed where stored value alone pays, or where it does not: only the rules that ask for
    that are weighed anew.
    """
    weighed, uses = Weighed(), _uses_by_rule(occasion)
    for planned in plan_of(promises).rules[occasion.event]:
        rule = planned.rule
        if before is None or rule.when.wholly_stored:
            declined = _weigh_one(planned, occasion, uses, weighed)
        else:
            declined = before.told[rule.rule_id]
            weighed.held[rule.rule_id] = before.held[rule.rule_id]
        weighed.told[rule.rule_id] = declined
        if declined is None:
            weighed.open.append(rule)
        else:
            weighed.declined.append(declined)
    return weighed


def _weigh_one(planned: Planned, occasion: Occasion, uses: Uses, weighed: Weighed) -> Declined | None:
    """Weigh one rule; its conditions that hold are told where it is open."""
    rule = planned.rule
    against, found = _against(planned, occasion, uses)
    weighed.held[rule.rule_id] = () if against else tuple([verdict.reason for verdict in found])
    return Declined(rule.rule_id, rule.name, against, _flip(planned, occasion, uses, against)) if against else None


Uses = Mapping[str, Sequence[RuleUse]]
"""What each rule gave a member."""


def _uses_by_rule(occasion: Occasion) -> Uses:
    """Return what each rule gave the member of an occasion."""
    found: dict[str, list[RuleUse]] = {}
    for use in occasion.member.uses if occasion.member is not None else ():
        found.setdefault(use.rule, []).append(use)
    return found


def _against(planned: Planned, occasion: Occasion, uses: Uses) -> tuple[tuple[Reason, ...], Sequence[Verdict]]:
    """Return what speaks against a rule, and the verdicts on its conditions."""
    closed = _closed(planned, occasion)
    if closed is not None:
        return (closed,), ()
    found = judged(planned.checks, planned.rule.when, occasion)
    failed = tuple([verdict.reason for verdict in found if not verdict.holds])
    return (failed + tuple(_caps_used(planned.rule, occasion, uses)) if planned.capped else failed), found


def _closed(planned: Planned, occasion: Occasion) -> Reason | None:
    """Return why a rule is not asked about its conditions at all; None where it is."""
    rule = planned.rule
    early = _not_in_force(rule, occasion.on)
    if early is not None:
        return early
    if planned.idle:
        return NOTHING_TO_CUT
    if planned.for_members and not is_member(occasion):
        return UNKNOWN_MEMBER
    if rule.takes and not _held(rule, occasion):
        return Reason("offer.asset", (("asset", rule.takes), ("needed", rule.takes_units)))
    if rule.rule_id in occasion.refused:
        return Reason("offer.refused")
    if rule.on_request and rule.rule_id not in occasion.asked:
        return Reason("offer.on_request")
    return None


def is_member(occasion: Occasion) -> bool:
    """Tell whether it is known whose occasion this is: only a member has a purse to put things into."""
    return occasion.member is not None and bool(occasion.member.member_id)


def _not_in_force(rule: Rule, on: date) -> Reason | None:
    if rule.starts_on is not None and on < rule.starts_on:
        return Reason("offer.not_begun", (("starts_on", rule.starts_on.isoformat()),))
    if rule.ends_on is not None and on > rule.ends_on:
        return Reason("offer.ended", (("ends_on", rule.ends_on.isoformat()),))
    return None


def _held(rule: Rule, occasion: Occasion) -> bool:
    return occasion.member is not None and occasion.member.held.get(rule.takes, 0) >= rule.takes_units


_WAITS: Final = frozenset({"when.weekdays", "when.birthday_within_days", "when.dormant_days_from"})
"""The conditions whose step is a number of days to wait."""


_UNDONE: Final[Mapping[str, tuple[str, ...]]] = {
    "when.goods": ("amount_to_minor",),
    "when.quantity_from": ("amount_to_minor",),
    "when.bill_times": ("amount_to_minor",),
    "when.amount_to_minor": ("bill_times",),
    "when.visit_from": ("dormant_days_from",),
    "when.top_up_from": ("dormant_days_from",),
}
"""The conditions a step might undo: more goods cost more, who pays less pays fewer times, who comes stays away less."""


def _flip(planned: Planned, occasion: Occasion, uses: Uses, against: tuple[Reason, ...]) -> Reason | None:
    """Return the nearest change that would flip a refusal: the only thing that fails, where a step meets it."""
    missing = dict(against[0].values).get("missing") if len(against) == 1 else None
    if not isinstance(missing, int) or not missing:
        return None
    code, when = against[0].code, planned.rule.when
    if code in _WAITS:
        later = replace(occasion, on=occasion.on + timedelta(days=missing), festivals=frozenset())
        return None if _against(planned, later, uses)[0] else against[0]
    if any(getattr(when, name) is not None for name in _UNDONE.get(code, ())):
        return None
    return against[0]


def _caps_used(rule: Rule, occasion: Occasion, uses: Uses) -> Iterable[Reason]:
    """Give the caps that are used up; nobody can keep a cap for each member whom nobody knows."""
    caps, on = rule.caps, occasion.on
    if caps.per_member is not None and not is_member(occasion):
        yield UNKNOWN_MEMBER
    elif caps.per_member is not None:
        since = since_of(caps.per_days, on)
        used = sum(use.uses for use in uses.get(rule.rule_id, ()) if since is None or since <= use.on)
        if used >= caps.per_member:
            values = (("cap", caps.per_member), ("used", used), ("per_days", caps.per_days or 0))
            yield Reason("offer.cap_member", values)
    if caps.in_all is not None and (used := _told(occasion.ever, rule.rule_id, on).uses) >= caps.in_all:
        yield Reason("offer.cap_in_all", (("cap", caps.in_all), ("used", used)))
    if caps.per_day is not None and (used := _told(occasion.today, rule.rule_id, on).uses) >= caps.per_day:
        yield Reason("offer.cap_day", (("cap", caps.per_day), ("used", used)))
    if caps.budget_minor is not None and not budget_left(rule, occasion):
        spent = _told(occasion.ever, rule.rule_id, on).amount_minor
        yield Reason("offer.budget", (("budget_minor", caps.budget_minor), ("spent_minor", spent)))


def budget_left(rule: Rule, occasion: Occasion) -> int | None:
    """Return what is left of a rule's budget in fen, None where it has none: no effect gives more than that."""
    if rule.caps.budget_minor is None:
        return None
    return max(0, rule.caps.budget_minor - _told(occasion.ever, rule.rule_id, occasion.on).amount_minor)


def _told(uses: Mapping[str, RuleUse], rule_id: str, on: date) -> RuleUse:
    return uses.get(rule_id) or RuleUse(rule_id, on)


@lru_cache(maxsize=4096)
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


def choose(
    promises: Promises,
    rules: Sequence[Rule],
    standing: Sequence[Rule] = (),
    worth: Callable[[Rule], int] = lambda _: 0,
) -> tuple[list[Rule], tuple[Declined, ...]]:
    """Return the rules of gifts that stack: all, but one of a group that takes the best, and none an applied group excludes.

    The first is the one of most `worth` (fen), among equals by priority, then by id.
    """
    groups = {group.group_id: group for group in promises.groups}
    chosen, outdone = list(standing), list[Declined]()
    for rule in sorted(rules, key=lambda rule: (-worth(rule), -rule.priority, rule.rule_id)):
        group = groups.get(rule.group)
        by = next((other for other in chosen if group is not None and _clash(group, groups.get(other.group))), None)
        if by is None:
            chosen.append(rule)
        else:
            outdone.append(Declined(rule.rule_id, rule.name, (Reason("offer.outdone", (("by", by.name),)),)))
    return chosen, tuple(outdone)


def _clash(group: Group, other: Group | None) -> bool:
    if other is None:
        return False
    if group.group_id == other.group_id:
        return group.take is Take.BEST
    return other.group_id in group.excludes or group.group_id in other.excludes


def gives_nothing(rule: Rule, base_minor: int) -> Declined:
    """Return why an open rule comes to nothing: where it gives for every so much really paid, what is missing (fen)."""
    steps = [effect.per_minor for effect in rule.gives if isinstance(effect, UnitsGift) and effect.per_minor]
    if not steps:
        return Declined(rule.rule_id, rule.name, (Reason("offer.gives_nothing"),))
    values = (("needed", min(steps)), ("found", base_minor), ("missing", max(0, min(steps) - base_minor)))
    return Declined(rule.rule_id, rule.name, (Reason("offer.below_step", values),))


def claims(promises: Promises, occasion: Occasion) -> tuple[tuple[Given, ...], tuple[Declined, ...]]:
    """Return what a claim, an enrolment or a referral gives now, and what it does not (C5, D2, D3, F1, F2, F6)."""
    weighed = weigh(promises, occasion)
    standing, outdone = choose(promises, weighed.open)
    given, empty = list[Given](), list[Declined]()
    for rule in standing:
        gifts = plain_gifts(rule, occasion.on, occasion.amount_minor)
        given += gifts
        if not gifts:
            empty.append(gives_nothing(rule, occasion.amount_minor))
    return tuple(given), (*weighed.declined, *outdone, *empty)
