"""Follow-up: what an entry brings that is an entry of its own — the opening pack, the referrer's thanks (F1, F2, F3).

Each has one id that follows from its cause, so doing it twice gives once; what a crash left undone is done by the next
follow-up of the same day, at the latest when the day closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from kiosk.model import journal, members, purses
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.giving import rule_fact
from kiosk.services.issuing import Issue, issue_draft
from kiosk.services.member_facts import member_facts, referrer_of
from kiosk.services.occasions import Choice, Moment, Scene, occasion
from kiosk.services.open_member import load_member
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import business_today, current
from kiosk.services.sync_state import stopped_reason
from ledger.corrections import check_void, mirror
from ledger.entries import Entry, EntryKind, Facts
from ledger.errors import CorrectionRefused
from ledger.ids import EntryId, derived_id
from ledger.purses import purse_deltas
from ledger.rules.gifts import Claimable, claims_now
from ledger.rules.occasion import Event
from ledger.rules.programme import Programme
from ledger.rules.when_check import REFERRED

OPENING: Final = "opening"
REFERRAL: Final = "referral"
_PURCHASES: Final = frozenset({EntryKind.TOP_UP, EntryKind.SPEND, EntryKind.SOLD})
_CAUSES: Final = _PURCHASES | {EntryKind.MEMBER_ENROLLED}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Ask for what follows from an entry for a purpose: `opening` or `referral`."""

    cause: str
    purpose: str


@dataclass(frozen=True, slots=True)
class _Due:
    """What is due: to whom, why, for which event."""

    member: Member
    purpose: str
    event: Event
    friend: str = ""
    amount_minor: int = 0


def follow_up(counter: Counter, cashier: str, recorded: Recorded) -> Done | None:
    """Give what an entry brings beside itself, and queue its slip; None where it brings nothing, or did so before.

    A stopped box gives nothing now; what is due stays due.
    """
    entry = recorded.entry
    due = _due(counter, entry)
    if due is None or stopped_reason(counter) is not None:
        return None
    gift_id = derived_id(entry.entry_id, due.purpose)
    if journal.find(counter.store, gift_id) is not None or journal.reversal_of(counter.store, entry.entry_id):
        return None
    if not _open(counter, counter.programme(), due, counter.now()):
        return None

    def draft(programme: Programme, now: datetime) -> Draft:
        shift, facts = current(counter), {"cause": entry.entry_id, "purpose": due.purpose}
        noted: tuple[Facts, ...] = ()
        if due.friend:
            facts["friend"] = due.friend
            noted = (rule_fact(referral_rule(due.friend), REFERRAL, 0, 0),)
        claims = _open(counter, programme, due, now)
        on, shift_id = business_today(counter), shift.shift_id if shift is not None else None
        return issue_draft(counter, programme, act, Issue(due.member, claims, on, shift_id, facts, noted))

    act = Act(gift_id, cashier)
    return record(counter, act, EntryKind.ISSUED, FollowUp(entry.entry_id, due.purpose), draft)


def follow_up_day(counter: Counter, cashier: str, business_date: date) -> tuple[Done, ...]:
    """Give what the entries of a business date should have brought and did not."""
    promises = counter.programme().promises
    if not any(rule.event in {Event.ENROL, Event.REFERRAL} for rule in promises.rules):
        return ()
    causes = list(journal.of_business_date(counter.store, business_date, _CAUSES))
    given = (follow_up(counter, cashier, recorded) for recorded in causes)
    return tuple(done for done in given if done is not None)


def referral_rule(friend_id: str) -> str:
    """Return the name under which it is counted that somebody was thanked for bringing a friend: once, ever."""
    return f"referral.{friend_id}"


def undo_of(counter: Counter, original: Entry, shift_id: str) -> Iterator[Entry]:
    """Yield what followed from an entry and goes back with it when it is voided; what was used since stays given."""
    for purpose in (OPENING, REFERRAL):
        found = journal.find(counter.store, derived_id(original.entry_id, purpose))
        if found is not None and _may_go_back(counter, found.entry, shift_id):
            yield found.entry


def undo_draft(given: Entry, undoing: EntryId) -> Draft:
    """Return the draft of the void of what followed from an entry that is voided by `undoing`."""
    return Draft(
        business_date=given.business_date,
        postings=mirror(given),
        member_id=given.member_id,
        shift_id=given.shift_id,
        reverses=given.entry_id,
        facts={"voided_kind": given.kind.value, "amount_minor": 0, "cause": undoing},
    )


def _may_go_back(counter: Counter, given: Entry, shift_id: str) -> bool:
    touched = {key.member_id for key in purse_deltas(given.postings)}
    purse = {key: held for who in touched for key, held in purses.lines(counter.store, who).items()}
    reversal_id = journal.reversal_of(counter.store, given.entry_id)
    try:
        check_void(given, reversal_id=reversal_id, open_shift_id=shift_id, purse=purse)
    except CorrectionRefused:
        return False
    return True


def _due(counter: Counter, entry: Entry) -> _Due | None:
    if entry.member_id is None or entry.reverses is not None:
        return None
    if entry.kind is EntryKind.MEMBER_ENROLLED:
        return _Due(load_member(counter, entry.member_id), OPENING, Event.ENROL)
    rules = counter.programme_of(entry.programme_version).promises.rules
    if entry.kind not in _PURCHASES or not any(rule.event is Event.REFERRAL for rule in rules):
        return None
    friend = load_member(counter, entry.member_id)
    referrer = referrer_of(counter, friend)
    thanked = None if referrer is None else members.get(counter.store, referrer)
    if thanked is None:
        return None
    thanked = members.standing(counter.store, thanked)
    facts = member_facts(counter, thanked.member_id, entry.business_date)
    if thanked.member_id == friend.member_id or facts.used(referral_rule(friend.member_id)).uses:
        return None
    return _Due(thanked, REFERRAL, Event.REFERRAL, friend.member_id, _paid(entry.facts))


def _paid(facts: Facts) -> int:
    """Return what a top-up, a bill or a pass cost, in fen."""
    said = (facts[name] for name in ("paid_minor", "paid_price_minor", "amount_minor") if name in facts)
    return int(next(said, 0))


def _open(counter: Counter, programme: Programme, due: _Due, now: datetime) -> tuple[Claimable, ...]:
    code = ""
    if due.purpose == OPENING and member_facts(counter, due.member.member_id, business_today(counter)).referred_by:
        code = REFERRED
    scene = Scene(due.amount_minor, choice=Choice(code=code))
    moment = Moment(business_today(counter), now)
    seen = occasion(counter, programme, due.event, due.member.member_id, scene, moment)
    return claims_now(programme.promises, seen).open
