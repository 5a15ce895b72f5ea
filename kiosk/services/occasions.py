"""Occasions: the facts of an event as the rules see them, gathered once for a quote and once more for its booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from kiosk.services.counter import Counter
from kiosk.services.festivals import festivals, zodiac
from kiosk.services.member_facts import member_facts, store_uses
from kiosk.services.shifts import business_today
from ledger.accounts import Tender
from ledger.entries import Facts
from ledger.purses import Holding
from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import BasketLine, Event, Occasion
from ledger.rules.offers import rules_of
from ledger.rules.programme import Programme
from ledger.rules.promises import Promises
from ledger.rules.tiers import tier_standing


@dataclass(frozen=True, slots=True)
class Choice:
    """What cashier and member chose beside the amount: rules asked for and refused, points to pay with, a code presented."""

    asked: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    points: int = 0
    code: str = ""


NO_CHOICE: Final = Choice()


def choice_facts(choice: Choice) -> Facts:
    """Return a choice as an entry's facts keep it; nothing for none, so that a plain act stays small."""
    if choice == NO_CHOICE:
        return {}
    said = {name: value for name, value in asdict(choice).items() if value}
    return {"choice": {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}} if said else {}


def choice_of(facts: Facts) -> Choice:
    """Return the choice an entry's facts keep."""
    said = facts.get("choice", {})
    names = (tuple(said.get("asked", ())), tuple(said.get("refused", ())))
    return Choice(*names, said.get("points", 0), said.get("code", ""))


@dataclass(frozen=True, slots=True)
class Scene:
    """What is being done: the amount (fen), the goods, the tender, a bill that waits (fen) and the choice."""

    amount_minor: int = 0
    basket: tuple[BasketLine, ...] = ()
    tender: Tender | None = None
    bill_minor: int = 0
    choice: Choice = NO_CHOICE


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is weighed: the business date it counts for, and the moment itself (aware)."""

    on: date
    at: datetime


def this_moment(counter: Counter) -> Moment:
    """Return when an act would be weighed now."""
    return Moment(business_today(counter), counter.now())


def occasion(
    counter: Counter,
    programme: Programme,
    event: Event,
    member_id: str,
    scene: Scene,
    moment: Moment,
    holdings: Sequence[Holding] | None = None,
) -> Occasion:
    """Return the facts of an event for a member; `holdings` are the member's lots where they were read already.

    A programme that promises nothing beyond its ladder costs no read of the past.
    """
    on, promises, choice = moment.on, programme.promises, scene.choice
    now = moment.at.astimezone(counter.zone)
    member = member_facts(counter, member_id, on, holdings) if needs_facts(promises) else None
    told = [rule for rule in rules_of(promises) if rule.event is event]
    capped = [rule.rule_id for rule in told if rule.caps.of_store]
    ever, today = store_uses(counter, capped, on) if capped else ({}, {})
    return Occasion(
        event=event,
        store=counter.store.identity.store,
        on=on,
        clock=now.time(),
        member=member,
        amount_minor=scene.amount_minor,
        basket=scene.basket,
        tender=scene.tender,
        bill_minor=scene.bill_minor,
        tier=tier_of(promises, member, on),
        festivals=festivals(on) if told else frozenset(),
        zodiac=zodiac(member.birthday) if member is not None and member.birthday is not None else "",
        code=choice.code,
        asked=frozenset(choice.asked),
        refused=frozenset(choice.refused),
        ever=ever,
        today=today,
    )


def needs_facts(promises: Promises) -> bool:
    """Tell whether anything a programme promises looks at the member's past."""
    return bool(promises.rules or promises.assets or promises.points or promises.tiers)


def tier_of(promises: Promises, member: MemberFacts | None, on: date) -> str:
    """Return the id of a member's tier on a date, empty below the first."""
    if member is None or not promises.tiers:
        return ""
    standing = tier_standing(promises.tiers, member, on)
    return standing.tier.tier_id if standing.tier is not None else ""
