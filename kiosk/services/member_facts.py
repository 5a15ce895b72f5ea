"""Member facts: everything the rules may know of a member, loaded in a few indexed reads; and what the store gave so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from kiosk.model import activity, journal, members, purses
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.open_member import load_member
from ledger.entries import EntryKind
from ledger.purses import Holding
from ledger.rules.member_facts import MemberFacts, RuleUse
from ledger.rules.tags import computed_tags

DAYS_BACK: Final = 400
"""So many days are told one by one, today's included; what was before is in the sums of all time."""
_REFERRERS_KEPT: Final = 4096
"""So many members' referrers are remembered at most."""


def member_facts(counter: Counter, member_id: str, on: date, holdings: Sequence[Holding] | None = None) -> MemberFacts:
    """Return what the rules may know of a member on a business date; raises MemberUnknown.

    Its tags are those people gave and those the figures give under the programme in force. Records that were merged into
    the member count together. `held` is what is usable here on that date, `balance_minor` all money here; `holdings` are
    the standing member's lots where they were read in the same snapshot.
    """
    facts = figures_of(counter, load_member(counter, member_id), on, holdings)
    return replace(facts, tags=facts.tags | computed_tags(facts, on, counter.programme().promises.tags))


def figures_of(counter: Counter, member: Member, on: date, holdings: Sequence[Holding] | None = None) -> MemberFacts:
    """Return the same with the manual tags alone: what computed tags are computed from."""
    store, everyone = counter.store, records_of(counter, member)
    since = on - timedelta(days=DAYS_BACK - 1)
    past = activity.totals(store, everyone)
    if holdings is None:
        holdings = purses.holdings(store, member.member_id)
    return MemberFacts(
        member_id=member.member_id,
        registered=member.registered,
        enrolled_on=enrolled_on(counter, member),
        birthday=member.birthday,
        tags=activity.tags(store, everyone),
        days=activity.days(store, everyone, since),
        visits=past.visits,
        top_ups=past.top_ups,
        spent_minor=past.spent_minor,
        topped_minor=past.topped_minor,
        last_visit_on=past.last_visit_on,
        uses=activity.uses(store, everyone, since),
        held=held_units(holdings, on),
        balance_minor=sum(holding.total_minor for holding in holdings),
        referred_by=referrer_of(counter, member),
    )


def records_of(counter: Counter, member: Member) -> tuple[str, ...]:
    """Return the ids of all records of a person, the standing one first."""
    return (member.member_id, *members.merged_ids(counter.store, member.member_id))


def store_uses(counter: Counter, rule_ids: Sequence[str], on: date) -> tuple[dict[str, RuleUse], dict[str, RuleUse]]:
    """Return what this store gave by rule: in all up to a business date, and on that date."""
    return activity.rule_totals(counter.store, rule_ids, on)


def held_units(holdings: Sequence[Holding], on: date) -> dict[str, int]:
    """Return the units of each asset that lots hold and that can be used on a date."""
    held: dict[str, int] = {}
    for holding in holdings:
        if holding.units and holding.lot.conditions.usable(on):
            held[holding.lot.asset] = held.get(holding.lot.asset, 0) + holding.units
    return held


def enrolled_on(counter: Counter, member: Member) -> date:
    """Return the day a member enrolled, by the store's own clock."""
    return member.enrolled_at.astimezone(counter.zone).date()


def referrer_of(counter: Counter, member: Member) -> str | None:
    """Return who brought a member, as the entry that enrolled them here says."""
    known = counter.referrers
    if member.member_id in known:
        return known[member.member_id]
    first = journal.first_of_member(counter.store, member.member_id)
    if first is None:
        return None
    enrolled_here = first.entry.kind is EntryKind.MEMBER_ENROLLED
    referrer: str | None = first.entry.facts.get("referred_by") if enrolled_here else None
    if len(known) >= _REFERRERS_KEPT:
        known.clear()
    if not counter.store.writing:
        known[member.member_id] = referrer
    return referrer
