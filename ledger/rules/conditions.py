"""Conditions: does a rule's `When` hold on an occasion, with the figures it looked at and what would flip it (N6).

Pure. One small check a condition, each answers with a verdict; a condition that is not set has none. Page:
docs/rules/offers.md, conditions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import BasketLine, Occasion
from ledger.rules.promises import ALWAYS, Scope, Share, When
from ledger.rules.reasons import Reason

Value = str | int

UNKNOWN_MEMBER: Final = Reason("when.member")
"""Somebody without membership has no history: a first visit or a cap for each member is nothing they could prove."""


class Verdict(NamedTuple):
    """Whether one condition holds; the reason carries what was needed, what was found, and `missing` where it is a step."""

    holds: bool
    reason: Reason


class Scene(NamedTuple):
    """What every check looks at."""

    when: When
    occasion: Occasion
    member: MemberFacts


Check = Callable[[Scene], Iterator[Verdict]]
"""One condition, or a few that belong together: gives a verdict on each that is set."""


def verdicts(when: When, occasion: Occasion) -> tuple[Verdict, ...]:
    """Return one verdict for each condition that is set, in the order of `When`'s fields."""
    return judged(checks_of(when), when, occasion)


def judged(checks: Iterable[Check], when: When, occasion: Occasion) -> tuple[Verdict, ...]:
    """Return the verdicts of some checks: those of `checks_of`, which can be kept beside a rule."""
    member = occasion.member
    scene = Scene(when, occasion, member if member is not None else _nobody(occasion.on))
    return tuple([verdict for check in checks for verdict in check(scene)])


def checks_of(when: When) -> tuple[Check, ...]:
    """Return the checks of the conditions that are set."""
    return tuple(
        check for check, names in _CHECKS if any(getattr(when, name) != getattr(ALWAYS, name) for name in names)
    )


def holds(when: When, occasion: Occasion) -> bool:
    """Tell whether all conditions hold."""
    return all(verdict.holds for verdict in verdicts(when, occasion))


def _nobody(on: date) -> MemberFacts:
    """Return the facts of a customer without membership: nothing is known, nothing is held."""
    return MemberFacts(member_id="", registered=False, enrolled_on=on)


def share_place(salt: str, member_id: str) -> int:
    """Return a member's place from 0 to 99 in a split, the same on every box and for ever (no network, N9)."""
    digest = hashlib.sha256(f"{salt}\x00{member_id}".encode()).digest()
    return int.from_bytes(digest[:8]) % 100


def next_birthday(birthday: date, on: date) -> date:
    """Return the next birthday on or after a date; who was born on 29 February has it on 1 March in other years."""
    for year in (on.year, on.year + 1):
        try:
            falls = birthday.replace(year=year)
        except ValueError:
            falls = date(year, 3, 1)
        if falls >= on:
            return falls
    raise AssertionError("every year has a birthday")


def in_scope(line: BasketLine, scope: Scope | None) -> bool:
    """Tell whether a line belongs to a choice of goods; None is everything."""
    return scope is None or line.goods in scope.goods or line.category in scope.categories


def _said(code: str, *, holds: bool, **values: Value) -> Verdict:
    return Verdict(holds, Reason(f"when.{code}", tuple(values.items())))


def _at_least(code: str, needed: int, found: int) -> Verdict:
    return _said(code, holds=found >= needed, needed=needed, found=found, missing=max(0, needed - found))


def _at_most(code: str, needed: int, found: int) -> Verdict:
    """Judge an upper end that no step leads back under: nobody comes one time less."""
    return _said(code, holds=found <= needed, needed=needed, found=found)


def _one_of(code: str, wanted: frozenset[str], found: str) -> Verdict:
    return _said(code, holds=found in wanted, needed=_list(wanted), found=found)


@lru_cache(maxsize=4096)
def _list(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


def _amounts(s: Scene) -> Iterator[Verdict]:
    matching = s.occasion.amount_minor
    if s.when.goods or s.when.categories:
        matching = sum(line.list_minor for line in s.occasion.basket if _wanted(s.when, line))
    if s.when.amount_from_minor is not None:
        yield _at_least("amount_from_minor", s.when.amount_from_minor, matching)
    most = s.when.amount_to_minor
    if most is not None:
        missing = max(0, matching - most)
        yield _said("amount_to_minor", holds=matching <= most, needed=most, found=matching, missing=missing)


def _wanted(when: When, line: BasketLine) -> bool:
    return line.goods in when.goods or line.category in when.categories


def _goods(s: Scene) -> Iterator[Verdict]:
    when = s.when
    if when.goods or when.categories:
        found = sum(line.quantity for line in s.occasion.basket if _wanted(when, line))
        wanted = _list(when.goods | when.categories)
        needed = when.quantity_from or 1
        missing = max(0, needed - found)
        yield _said("goods", holds=found >= needed, needed=needed, found=found, missing=missing, goods=wanted)
    elif when.quantity_from is not None:
        yield _at_least("quantity_from", when.quantity_from, sum(line.quantity for line in s.occasion.basket))


def _places(s: Scene) -> Iterator[Verdict]:
    if s.when.stores:
        yield _one_of("stores", s.when.stores, s.occasion.store)


def _days(s: Scene) -> Iterator[Verdict]:
    when, on = s.when, s.occasion.on
    if when.weekdays:
        wanted = " ".join(str(day) for day in sorted(when.weekdays))
        found = on.isoweekday()
        wait = min((day - found) % 7 for day in when.weekdays)
        yield _said("weekdays", holds=found in when.weekdays, needed=wanted, found=found, missing=wait)
    if when.month_days:
        wanted = " ".join(str(day) for day in sorted(when.month_days))
        yield _said("month_days", holds=on.day in when.month_days, needed=wanted, found=on.day)
    if when.festivals:
        today = when.festivals & s.occasion.festivals
        yield _said("festivals", holds=bool(today), needed=_list(when.festivals), found=_list(today))


def _hours(s: Scene) -> Iterator[Verdict]:
    if s.when.hours:
        clock = s.occasion.clock
        within = any(_between(first, clock, last) for first, last in s.when.hours)
        wanted = ", ".join(f"{first:%H:%M}-{last:%H:%M}" for first, last in s.when.hours)
        yield _said("hours", holds=within, needed=wanted, found=f"{clock:%H:%M}")


def _between(first: time, clock: time, last: time) -> bool:
    """Tell whether a time of day lies in a span, its end left out; one that ends before it begins goes past midnight."""
    if first <= last:
        return first <= clock < last
    return clock >= first or clock < last


def _standing(s: Scene) -> Iterator[Verdict]:
    when, member = s.when, s.member
    if when.tiers:
        yield _one_of("tiers", when.tiers, s.occasion.tier)
    if when.registered:
        yield _said("registered", holds=member.registered)
    if when.tags:
        found = when.tags & member.tags
        yield _said("tags", holds=bool(found), needed=_list(when.tags), found=_list(found))
    if when.without_tags:
        found = when.without_tags & member.tags
        yield _said("without_tags", holds=not found, needed=_list(when.without_tags), found=_list(found))
    if when.holds:
        missing = frozenset(asset for asset in when.holds if not member.held.get(asset, 0))
        yield _said("holds", holds=not missing, needed=_list(when.holds), lacking=_list(missing))
    if when.lacks:
        held = frozenset(asset for asset in when.lacks if member.held.get(asset, 0))
        yield _said("lacks", holds=not held, needed=_list(when.lacks), found=_list(held))


def _history(s: Scene) -> Iterator[Verdict]:
    when, member = s.when, s.member
    if not member.member_id:
        yield Verdict(holds=False, reason=UNKNOWN_MEMBER)
        return
    visit, top_up = member.visits + 1, member.top_ups + 1
    if when.visit_from is not None:
        yield _at_least("visit_from", when.visit_from, visit)
    if when.visit_to is not None:
        yield _at_most("visit_to", when.visit_to, visit)
    if when.top_up_from is not None:
        yield _at_least("top_up_from", when.top_up_from, top_up)
    if when.top_up_to is not None:
        yield _at_most("top_up_to", when.top_up_to, top_up)
    if when.never_topped_up:
        yield _said("never_topped_up", holds=member.top_ups == 0, found=member.top_ups)


def _history_days(s: Scene) -> Iterator[Verdict]:
    when, member, on = s.when, s.member, s.occasion.on
    if not member.member_id:
        yield Verdict(holds=False, reason=UNKNOWN_MEMBER)
        return
    if when.dormant_days_from is not None and member.last_visit_on is None:
        yield _said("dormant_days_from", holds=False, needed=when.dormant_days_from, found="")
    elif when.dormant_days_from is not None and member.last_visit_on is not None:
        yield _at_least("dormant_days_from", when.dormant_days_from, (on - member.last_visit_on).days)
    if when.enrolled_days_to is not None:
        yield _at_most("enrolled_days_to", when.enrolled_days_to, (on - member.enrolled_on).days)


def _birth(s: Scene) -> Iterator[Verdict]:
    within = s.when.birthday_within_days
    if within is not None:
        if s.member.birthday is None:
            yield _said("birthday_within_days", holds=False, needed=within, found="")
        else:
            falls = next_birthday(s.member.birthday, s.occasion.on)
            away = (falls - s.occasion.on).days
            missing = max(0, away - within)
            yield _said("birthday_within_days", holds=away <= within, needed=within, found=away, missing=missing)
    if s.when.zodiacs:
        yield _one_of("zodiacs", s.when.zodiacs, s.occasion.zodiac)


def _tenders(s: Scene) -> Iterator[Verdict]:
    tender = s.occasion.tender
    if s.when.tenders:
        wanted = frozenset([one.value for one in s.when.tenders])
        yield _one_of("tenders", wanted, tender.value if tender else "")
    if s.when.wholly_stored:
        yield _said("wholly_stored", holds=s.occasion.wholly_stored)
    if s.when.bill_times is not None:
        bill = s.occasion.bill_minor
        needed = s.when.bill_times * bill
        enough = bill > 0 and s.occasion.amount_minor >= needed
        missing = max(0, needed - s.occasion.amount_minor)
        values = {"needed": needed, "found": s.occasion.amount_minor, "missing": missing, "times": s.when.bill_times}
        yield _said("bill_times", holds=enough, **values)


def _shares(s: Scene) -> Iterator[Verdict]:
    share: Share | None = s.when.share
    if share is not None:
        place = share_place(share.salt, s.member.member_id)
        inside = bool(s.member.member_id) and share.low <= place < share.high
        yield _said("share", holds=inside, needed=f"{share.low}-{share.high}", found=place)
    if s.when.code:
        yield _said("code", holds=s.occasion.code == s.when.code, found=s.occasion.code)


_CHECKS: Final[tuple[tuple[Check, tuple[str, ...]], ...]] = (
    (_amounts, ("amount_from_minor", "amount_to_minor")),
    (_goods, ("goods", "categories", "quantity_from")),
    (_places, ("stores",)),
    (_days, ("weekdays", "month_days", "festivals")),
    (_hours, ("hours",)),
    (_standing, ("tiers", "tags", "without_tags", "holds", "lacks", "registered")),
    (_history, ("visit_from", "visit_to", "top_up_from", "top_up_to", "never_topped_up")),
    (_history_days, ("dormant_days_from", "enrolled_days_to")),
    (_birth, ("birthday_within_days", "zodiacs")),
    (_tenders, ("tenders", "wholly_stored", "bill_times")),
    (_shares, ("share", "code")),
)
"""Each check with the fields it looks at; a test holds that no field is left out."""


def since_of(per_days: int | None, on: date) -> date | None:
    """Return the first date of a cap's window that ends on a date; None for ever."""
    return None if per_days is None else on - timedelta(days=per_days - 1)
