"""Conditions that can never hold: of names nobody declared, of facts an event does not have, or against each other.

Page: docs/rules/promises.md, what is refused. `offers_check.py` puts the findings together.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from ledger.money import PTS
from ledger.rules.festival_names import FESTIVALS, ZODIACS
from ledger.rules.occasion import Event
from ledger.rules.promises import ALWAYS, Rule, When
from ledger.rules.rules_check import Findings, Known

REFERRED: Final = "referral"
"""The code of an enrolment that a friend brought about: no other comes with one."""

_ONLY_ON: Final[dict[str, frozenset[Event]]] = {
    "amount_from": frozenset(Event) - {Event.CLAIM, Event.ENROL},
    "amount_to": frozenset(Event) - {Event.CLAIM, Event.ENROL},
    "goods": frozenset({Event.PAY}),
    "categories": frozenset({Event.PAY}),
    "quantity_from": frozenset({Event.PAY}),
    "dormant_days_from": frozenset(Event) - {Event.ENROL},
    "tenders": frozenset({Event.TOP_UP}),
    "wholly_stored": frozenset({Event.PAY}),
    "bill_times": frozenset({Event.TOP_UP}),
    "code": frozenset({Event.CLAIM, Event.ENROL}),
}
"""The conditions that only some events know anything of; on the others they could never hold."""
_FIELDS: Final = {"amount_from": "amount_from_minor", "amount_to": "amount_to_minor"}
_LONGEST_LOOKED_THROUGH: Final = 400
"""Days of a period that are gone through one by one; a longer one has every weekday and every day of a month."""


def when_findings(known: Known, rule: Rule, where: str) -> Findings:
    """Yield what speaks against a rule's conditions."""
    when = rule.when
    if when == ALWAYS:
        return
    yield from _names(known, when, where)
    for name in (*_spans(when), *_against_each_other(rule, when)):
        yield where, "can_never_hold", name
    for name, events in _ONLY_ON.items():
        field = _FIELDS.get(name, name)
        if rule.event not in events and getattr(when, field) != getattr(ALWAYS, field):
            yield where, "condition_not_on_this_event", name


def _spans(when: When) -> list[str]:
    """Return the spans that end before they begin."""
    share = when.share
    spans = (
        ("amount_to", when.amount_from_minor, when.amount_to_minor),
        ("visit_to", when.visit_from, when.visit_to),
        ("top_up_to", when.top_up_from, when.top_up_to),
        ("share", share.low if share else None, share.high - 1 if share else None),
        ("enrolled_days_to", when.dormant_days_from, when.enrolled_days_to),
    )
    return [name for name, low, high in spans if low is not None and high is not None and low > high]


def _against_each_other(rule: Rule, when: When) -> list[str]:
    """Return the conditions that others of the same rule rule out."""
    both = (when.tags & when.without_tags) | (when.holds & when.lacks) | (when.lacks & {rule.takes})
    found = sorted(both)
    if when.never_topped_up and (when.top_up_from or 1) > 1:
        found.append("never_topped_up")
    if rule.event is Event.ENROL and when.code not in {"", REFERRED}:
        found.append("code")
    if not _has_a_day(rule, when):
        found.append("weekdays" if when.weekdays else "month_days")
    return found


def _has_a_day(rule: Rule, when: When) -> bool:
    """Tell whether any day of a rule's period is one of its weekdays and days of the month."""
    if not (when.weekdays or when.month_days) or rule.starts_on is None or rule.ends_on is None:
        return True
    length = (rule.ends_on - rule.starts_on).days + 1
    if not 0 < length <= _LONGEST_LOOKED_THROUGH:
        return True
    days = (rule.starts_on + timedelta(days=place) for place in range(length))
    return any(
        (not when.weekdays or day.isoweekday() in when.weekdays) and (not when.month_days or day.day in when.month_days)
        for day in days
    )


def _names(known: Known, when: When, where: str) -> Findings:
    """Yield the names that nobody declared."""
    unknown = (
        ("no_such_goods", when.goods - known.goods),
        ("no_such_category", when.categories - known.categories),
        ("no_such_tier", when.tiers - known.tiers),
        ("no_such_festival", when.festivals - FESTIVALS),
        ("no_such_zodiac", when.zodiacs.difference(ZODIACS)),
        ("no_such_asset", (when.holds | when.lacks) - known.assets.keys() - {PTS.code}),
    )
    for reason, names in unknown:
        for name in sorted(names):
            yield where, reason, name
