"""Claim: what a member can have now without buying anything — check-in, birthday, tier, wake-up, code (C5, D2, D3, F6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.issuing import Issue, issue_draft
from kiosk.services.occasions import Choice, Moment, Scene, occasion, this_moment
from kiosk.services.offer_errors import ClaimNotOpen, NothingToClaim
from kiosk.services.open_member import load_member
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from kiosk.services.sync_state import require_going
from ledger.entries import EntryKind, Facts
from ledger.rules.gifts import Claimable, Claims, claims_now
from ledger.rules.occasion import Event
from ledger.rules.programme import Programme


@dataclass(frozen=True, slots=True)
class Claim:
    """Ask for what rules give: those named, in one entry, or all that are open for none named.

    `code` is what was typed or scanned for an activity, `digits` the member's own for a draw.
    """

    member_id: str
    rule_ids: tuple[str, ...] = ()
    code: str = ""
    digits: str = ""


def claimable(counter: Counter, member_id: str, code: str = "") -> Claims:
    """Return what a member can claim now and what not, each with its reasons; raises MemberUnknown."""
    programme = counter.programme()
    wanted = tuple(rule.rule_id for rule in programme.promises.rules if rule.event is Event.CLAIM)
    return _claims(counter, programme, Claim(member_id, wanted, code), this_moment(counter))


def claim(counter: Counter, act: Act, asked: Claim) -> Done:
    """Give what was asked for, each once by its caps, and queue the slip; a check-in counts as a visit.

    Raises ClaimNotOpen, NothingToClaim, MemberUnknown, UnitsTooFew, StoredValueStopped, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        require_going(counter)
        member = load_member(counter, asked.member_id)
        chosen = _chosen(_claims(counter, programme, asked, Moment(shift.business_date, now)), asked)
        facts: Facts = {"claims": [each.rule_id for each in chosen], "code": asked.code}
        if any(each.is_check_in for each in chosen):
            facts["check_in"] = True
        issue = Issue(member, chosen, shift.business_date, shift.shift_id, facts, digits=asked.digits)
        return issue_draft(counter, programme, act, issue)

    return record(counter, act, EntryKind.ISSUED, asked, draft)


def _claims(counter: Counter, programme: Programme, asked: Claim, moment: Moment) -> Claims:
    """Return the claims of an occasion in which everything was asked for: claiming is asking."""
    member = load_member(counter, asked.member_id)
    everything = tuple(rule.rule_id for rule in programme.promises.rules if rule.event is Event.CLAIM)
    scene = Scene(choice=Choice(asked=asked.rule_ids or everything, code=asked.code))
    return claims_now(programme.promises, occasion(counter, programme, Event.CLAIM, member.member_id, scene, moment))


def _chosen(claims: Claims, asked: Claim) -> tuple[Claimable, ...]:
    if not asked.rule_ids:
        if not claims.open:
            raise NothingToClaim(asked.member_id)
        return claims.open
    chosen = []
    for rule_id in dict.fromkeys(asked.rule_ids):
        found = claims.one(rule_id)
        if found is None:
            declined = next((each for each in claims.declined if each.rule_id == rule_id), None)
            name = declined.name if declined is not None else rule_id
            raise ClaimNotOpen(rule_id, name, declined.reasons[0].code if declined is not None else "offer.unknown")
        chosen.append(found)
    return tuple(chosen)
