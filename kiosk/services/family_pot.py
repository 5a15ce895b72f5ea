"""The pot at the counter: what a person of a family may use of it here now, and a bill paid from it within their limits.

Source: `docs/rules/family.md`. What the limits leave is the part from stored value; the rest takes another tender.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.model import family, journal, purses
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon
from kiosk.services.family import allowance, people_of
from kiosk.services.family_errors import NotInFamily
from kiosk.services.member_facts import records_of
from kiosk.services.occasions import NO_CHOICE, Choice
from kiosk.services.open_member import load_member
from kiosk.services.pay import PayQuote, quote
from kiosk.services.prepare_payment import Help, Prepared, prepare
from kiosk.services.shifts import business_today
from ledger.family import Limits
from ledger.rules.occasion import BasketLine

_LOOKED_AT = 400
"""So many of an owner's last entries are looked through for what was spent by whom."""


@dataclass(frozen=True, slots=True)
class Pot:
    """Whose pot a person may use, what lies in it here, and what their limits leave (fen, None without limit)."""

    person: Member
    owner: Member
    here_minor: int
    left_minor: int | None

    @property
    def usable_minor(self) -> int:
        """What the person can pay with here now, in fen."""
        return self.here_minor if self.left_minor is None else min(self.here_minor, self.left_minor)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person of a family: limits in force, what they spent today and this month, and what is left (fen)."""

    member: Member
    is_owner: bool
    limits: Limits
    spent_today_minor: int
    spent_month_minor: int

    @property
    def left_minor(self) -> int | None:
        """What their limits leave, in fen; None without limit and for the owner."""
        return None if self.is_owner else self.limits.left(self.spent_today_minor, self.spent_month_minor)


@dataclass(frozen=True, slots=True)
class PotSpend:
    """One payment from the pot: its entry, who paid, and the stored value it took (fen, 0 where it was voided)."""

    recorded: Recorded
    person: Member
    stored_minor: int


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A member's family: its owner (None for no family), its people, and who spent what, newest first.

    `most_members` is what the programme lets a family have, 0 where it offers none.
    """

    member: Member
    owner: Member | None
    people: tuple[PersonView, ...]
    spends: tuple[PotSpend, ...]
    most_members: int

    @property
    def is_owner(self) -> bool:
        """Whether the pot is this member's own."""
        return self.owner is not None and self.owner.member_id == self.member.member_id


def pot_of(counter: Counter, person_id: str) -> Pot | None:
    """Return the pot a person may use here; None for an owner and for who belongs to no family. Raises MemberUnknown."""
    allowed = allowance(counter, counter.programme(), person_id, business_today(counter))
    if allowed is None:
        return None
    on, holdings = business_today(counter), purses.holdings(counter.store, allowed.owner.member_id)
    here = sum(held.total_minor for held in holdings if held.total_minor and held.lot.conditions.usable(on))
    return Pot(load_member(counter, person_id), allowed.owner, here, allowed.left_minor)


def quote_from_pot(
    counter: Counter,
    person_id: str,
    list_price_minor: int,
    *,
    lines: tuple[BasketLine, ...] = (),
    choice: Choice = NO_CHOICE,
) -> PayQuote:
    """Return how a person's bill is paid from the pot; raises NotInFamily and what `pay.quote` raises."""
    pot = _pot(counter, person_id)
    owner_id = pot.owner.member_id
    offered = quote(counter, owner_id, list_price_minor, lines=lines, choice=choice)
    if pot.left_minor is None or offered.terms.stored_minor <= pot.left_minor:
        return offered
    return quote(counter, owner_id, list_price_minor, pot.left_minor, lines=lines, choice=choice)


def prepare_from_pot(
    counter: Counter,
    daemon: Daemon,
    person_id: str,
    list_price_minor: int,
    *,
    lines: tuple[BasketLine, ...] = (),
    choice: Choice = NO_CHOICE,
) -> Prepared:
    """Return how a person's bill would be paid from the pot, once head office has done what the limits make use of.

    Raises what `quote_from_pot` raises.
    """
    offered = quote_from_pot(counter, person_id, list_price_minor, lines=lines, choice=choice)
    pot = _pot(counter, person_id)
    bound = pot.left_minor is not None and offered.terms.stored_minor >= pot.left_minor
    if bound or not offered.terms.rest_minor:
        return Prepared(offered, Help.NOT_NEEDED)
    prepared = prepare(counter, daemon, pot.owner.member_id, list_price_minor, lines=lines, choice=choice)
    again = quote_from_pot(counter, person_id, list_price_minor, lines=lines, choice=choice)
    return replace(prepared, quote=again)


def family_view(counter: Counter, member_id: str, lines: int = 40) -> FamilyView:
    """Return a member's family as the counter shows it; raises MemberUnknown."""
    member, on, policy = load_member(counter, member_id), business_today(counter), counter.programme().promises.family
    most = policy.most_members if policy is not None else 0
    found = family.of_person(counter.store, records_of(counter, member))
    if found is None:
        return FamilyView(member, None, (), (), most)
    owner = load_member(counter, found.owner_id)
    general = Limits(policy.per_day_minor, policy.per_month_minor) if policy is not None else Limits()
    people = []
    for row, today, month in people_of(counter, owner.member_id, on):
        who = load_member(counter, row.person_id)
        is_owner = who.member_id == owner.member_id
        people.append(PersonView(who, is_owner, row.limits.within(general), today, month))
    people.sort(key=lambda person: not person.is_owner)
    return FamilyView(member, owner, tuple(people), _spends(counter, owner, lines), most)


def _spends(counter: Counter, owner: Member, lines: int) -> tuple[PotSpend, ...]:
    entries = [
        recorded
        for each in records_of(counter, owner)
        for recorded in journal.of_member(counter.store, each, limit=_LOOKED_AT)
        if recorded.entry.facts.get("person") and "stored_minor" in recorded.entry.facts
    ]
    entries.sort(key=lambda recorded: recorded.row.sequence, reverse=True)
    spends = []
    for recorded in entries[:lines]:
        facts = recorded.entry.facts
        voided = journal.reversal_of(counter.store, recorded.entry.entry_id) is not None
        spends.append(PotSpend(recorded, load_member(counter, facts["person"]), 0 if voided else facts["stored_minor"]))
    return tuple(spends)


def _pot(counter: Counter, person_id: str) -> Pot:
    pot = pot_of(counter, person_id)
    if pot is None:
        raise NotInFamily(person_id)
    return pot
