"""Family: people spend from their owner's purse, each within limits per day and month (A28, N17).

Source: `docs/rules/family.md`. The owner's code or card is presented, else a second person agrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from kiosk.model import family
from kiosk.model.family import FamilyMember
from kiosk.model.members import Member
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.family_errors import (
    FamilyFull,
    FamilyLimitNegative,
    FamilyLimitReached,
    FamilyNotOffered,
    InFamilyAlready,
    NotInFamily,
)
from kiosk.services.gift import receiver_of
from kiosk.services.member_facts import records_of
from kiosk.services.open_member import load_member
from kiosk.services.presence import PRESENT, Presence, require_presence
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from ledger.entries import EntryKind
from ledger.family import NO_LIMITS, FamilyAction, Limits
from ledger.rules.programme import Programme
from ledger.rules.promises import Promises


@dataclass(frozen=True, slots=True)
class Change:
    """Ask to change the family of an owner, who is here.

    `person_code` is the code or card of the person who joins, scanned; `person_id` the one whose limits change or who
    leaves. `limits` are the person's own (fen); those of the programme hold beside them.
    """

    action: FamilyAction
    owner_id: str
    person_code: str = ""
    person_id: str = ""
    limits: Limits = NO_LIMITS
    presence: Presence = PRESENT


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whose pot a person may use, and how much of it their limits leave now (fen, None without limit)."""

    owner: Member
    person_id: str
    left_minor: int | None


def change(counter: Counter, act: Act, asked: Change) -> Done:
    """Form, widen, limit, leave or dissolve a family.

    Raises FamilyNotOffered, FamilyFull, InFamilyAlready, NotInFamily, FamilyLimitNegative, MemberUnknown, what reading a
    code raises, ApprovalNeeded, StoredValueStopped, CardIsBlocked, CardWasReplaced, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, _: datetime) -> Draft:
        _require_limits(asked.limits)
        shift, owner = own_shift(counter, act.cashier), load_member(counter, asked.owner_id)
        require_presence(counter, programme, act, asked.presence)
        about = _about(counter, programme.promises, asked, owner)
        return Draft(
            business_date=shift.business_date,
            member_id=owner.member_id,
            shift_id=shift.shift_id,
            facts={
                "action": asked.action.value,
                "family": about.owner_id,
                "person": about.person_id,
                "per_day_minor": asked.limits.per_day_minor,
                "per_month_minor": asked.limits.per_month_minor,
                "via": asked.presence.via.value,
            }
            | ({"also": list(about.also)} if about.also else {}),
        )

    return record(counter, act, EntryKind.FAMILY_CHANGED, asked, draft)


@dataclass(frozen=True, slots=True)
class _About:
    """Whose row of which family a change writes, and the rows of merged records it sets free beside it."""

    owner_id: str
    person_id: str
    also: tuple[str, ...] = ()


def _about(counter: Counter, promises: Promises, asked: Change, owner: Member) -> _About:
    """Return whom a change is about, or refuse it."""
    if asked.action is FamilyAction.FORMED:
        _require_free(counter, promises, owner)
        return _About(owner.member_id, owner.member_id)
    own = _membership(counter, owner)
    if own is None or load_member(counter, own.owner_id).member_id != owner.member_id:
        raise NotInFamily(owner.member_id)
    if asked.action is FamilyAction.DISSOLVED:
        return _About(own.owner_id, owner.member_id, _elsewhere(counter, owner, own.owner_id))
    if asked.action is FamilyAction.JOINED:
        person = receiver_of(counter, asked.person_code)
        most = _require_free(counter, promises, person)
        if len(_people(counter, owner)) >= most:
            raise FamilyFull(most)
        return _About(own.owner_id, person.member_id)
    rows = family.rows_of_person(counter.store, records_of(counter, load_member(counter, asked.person_id)))
    if not rows or rows[0] not in _people(counter, owner) or rows[0].person_id == own.person_id:
        raise NotInFamily(asked.person_id)
    return _About(own.owner_id, rows[0].person_id, tuple(row.person_id for row in rows[1:]))


def _elsewhere(counter: Counter, owner: Member, kept_under: str) -> tuple[str, ...]:
    """Return the records that lose their family with an owner's, without being kept under it: each a trace of a merge."""
    pots = family.members_of(counter.store, records_of(counter, owner))
    everybody = (load_member(counter, row.person_id) for row in pots)
    rows = (row for who in everybody for row in family.rows_of_person(counter.store, records_of(counter, who)))
    return tuple(sorted({row.person_id for row in rows if row.owner_id != kept_under}))


def _require_limits(limits: Limits) -> None:
    for limit in (limits.per_day_minor, limits.per_month_minor):
        if limit is not None and limit < 0:
            raise FamilyLimitNegative(limit)


def _require_free(counter: Counter, promises: Promises, person: Member) -> int:
    """Refuse who belongs to a family; return how many people the programme lets one have."""
    if promises.family is None:
        raise FamilyNotOffered(person.member_id)
    if _membership(counter, person) is not None:
        raise InFamilyAlready(person.member_id)
    return promises.family.most_members


def _membership(counter: Counter, person: Member) -> FamilyMember | None:
    """Return the one family a person belongs to, by whichever of their records."""
    return family.of_person(counter.store, records_of(counter, person))


def _people(counter: Counter, owner: Member) -> tuple[FamilyMember, ...]:
    """Return the row of each person of an owner's family: one a person, and none of who counts elsewhere by a merge."""
    rows = family.members_of(counter.store, records_of(counter, owner))
    return tuple(row for row in rows if row == _membership(counter, load_member(counter, row.person_id)))


def allowance(counter: Counter, programme: Programme, person_id: str, on: date) -> Allowance | None:
    """Return whose pot a person may use on a business date; None for an owner and for who belongs to no family.

    Raises MemberUnknown.
    """
    person = load_member(counter, person_id)
    records = records_of(counter, person)
    found = family.of_person(counter.store, records)
    if found is None or found.owner_id in records:
        return None
    policy = programme.promises.family
    limits = found.limits
    if policy is not None:
        limits = limits.within(Limits(policy.per_day_minor, policy.per_month_minor))
    left = limits.left(*family.spent(counter.store, records, on))
    return Allowance(load_member(counter, found.owner_id), person.member_id, left)


def check_person(
    counter: Counter, programme: Programme, person_id: str, owner_id: str, stored_minor: int, on: date
) -> str:
    """Refuse a person who may not take so much (fen) of an owner's pot; return the id their spending is kept under.

    Called inside the write transaction. Raises NotInFamily, FamilyLimitReached, MemberUnknown.
    """
    allowed = allowance(counter, programme, person_id, on)
    if allowed is None or allowed.owner.member_id != owner_id:
        raise NotInFamily(person_id)
    if allowed.left_minor is not None and stored_minor > allowed.left_minor:
        raise FamilyLimitReached(person_id, stored_minor, allowed.left_minor)
    return allowed.person_id


def people_of(counter: Counter, owner_id: str, on: date) -> tuple[tuple[FamilyMember, int, int], ...]:
    """Return each person of an owner's family with what they spent of the pot on a date and in its month (fen).

    Each is named by the record that stands for them now.
    """
    told = []
    for row in _people(counter, load_member(counter, owner_id)):
        person = load_member(counter, row.person_id)
        spent = family.spent(counter.store, records_of(counter, person), on)
        told.append((replace(row, person_id=person.member_id), *spent))
    return tuple(told)
