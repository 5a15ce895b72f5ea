"""Issuing: what rules give without a payment, as one entry; shared by claims, opening packs and referrals."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.model import purses
from kiosk.model.members import Member
from kiosk.receipts.offer_slips import OfferTitle
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.draws import settle
from kiosk.services.giving import book_gifts, use_units
from kiosk.services.offer_slips import Told, offer
from kiosk.services.recording import Draft, plain
from ledger.entries import Facts, Posting
from ledger.lots import LotTake, spend_order, take_units
from ledger.purses import Holding
from ledger.rules.gifts import Claimable
from ledger.rules.programme import Programme
from ledger.rules.promises import Promises


@dataclass(frozen=True, slots=True)
class Issue:
    """What is issued to whom, on which business date, in which shift (None where none is open), with which facts.

    `noted` are effects that move nothing but are counted; `digits` a member's own for a draw.
    """

    member: Member
    claims: tuple[Claimable, ...]
    on: date
    shift_id: str | None
    facts: Facts
    noted: tuple[Facts, ...] = ()
    digits: str = ""


def issue_draft(counter: Counter, programme: Programme, act: Act, issue: Issue) -> Draft:
    """Return the draft of an entry that gives what rules give, and takes what they take for it; raises UnitsTooFew."""
    store, member_id = counter.store.identity.store, issue.member.member_id
    given = [gift for claim in issue.claims for gift in claim.given]
    settled = settle(counter, programme, act, member_id, given, issue.digits)
    gifts = book_gifts(programme, store, act.entry_id, member_id, settled.given)
    used = Tally[str]()
    for claim in issue.claims:
        if claim.rule.takes:
            used[claim.rule.takes] += claim.rule.takes_units
    told = Told(used=dict(used), left=tuple(used), given=settled.given)
    reasons = plain([reason for claim in issue.claims for reason in claim.reasons])
    return Draft(
        business_date=issue.on,
        postings=(*take_used(counter, programme.promises, member_id, used.items(), issue.on), *gifts.postings),
        lots=gifts.lots,
        member_id=member_id,
        shift_id=issue.shift_id,
        facts={**issue.facts, "rules": [*gifts.rules, *issue.noted], "quote_reasons": reasons} | settled.facts,
        slip=lambda recorded: offer(counter, OfferTitle.ISSUED, issue.member, told, recorded),
    )


def take_used(
    counter: Counter, promises: Promises, member_id: str, used: Iterable[tuple[str, int]], on: date
) -> tuple[Posting, ...]:
    """Return the postings that use up units a member holds here, what ends soonest first; raises UnitsTooFew."""
    wanted = tuple(used)
    if not wanted:
        return ()
    holdings = usable_units(counter, promises, member_id, on)
    takes: list[LotTake] = []
    for asset, units in wanted:
        takes += take_units(holdings, asset, units)
    return use_units(counter.store.identity.store, holdings, takes)


def usable_units(counter: Counter, promises: Promises, member_id: str, on: date) -> Sequence[Holding]:
    """Return what a member holds here beside money and can use on a date, in the order it is used."""
    held = [holding for holding in purses.holdings(counter.store, member_id) if holding.units]
    return spend_order(held, on, ("", *(scope.scope_id for scope in promises.scopes)))
