"""Gift: a member gives points, coupons or visits to another; every lot keeps its terms and its last day (P28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.model.members import Member
from kiosk.receipts.offer_slips import OfferTitle
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.find_member import MemberFound, find
from kiosk.services.issuing import usable_units
from kiosk.services.offer_errors import GiftToSelf, NotGiftable
from kiosk.services.offer_slips import Told, offer
from kiosk.services.open_member import load_member
from kiosk.services.presence import PRESENT, Presence, require_presence
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from ledger.accounts import Instrument, PurseKey, member_account
from ledger.entries import EntryKind, Posting
from ledger.errors import CodeUnreadable
from ledger.lots import take_units
from ledger.rules.programme import ApprovedAct, Programme
from ledger.rules.promises import Promises


@dataclass(frozen=True, slots=True)
class Gift:
    """Ask to give units of an asset from a member, who is here, to the one whose member code or card was scanned."""

    member_id: str
    into_code: str
    asset: str
    units: int = 1
    presence: Presence = PRESENT


def give(counter: Counter, act: Act, asked: Gift) -> Done:
    """Give units to another member, what ends soonest first, and queue the giver's slip.

    Raises NotGiftable, GiftToSelf, UnitsTooFew, MemberUnknown, CodeUnreadable, CodeCheckFailed, CardUnknown,
    CardIsBlocked, CardWasReplaced, ApprovalNeeded, StoredValueStopped, NoOpenShift, ShiftOfAnother.
    """
    assert asked.units > 0, "something is given"

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        giver, receiver = load_member(counter, asked.member_id), receiver_of(counter, asked.into_code)
        _check(programme.promises, asked, giver, receiver)
        require_presence(counter, programme, act, asked.presence)
        require_approval(programme, act, ApprovedAct.GIFT, _worth(programme.promises, asked))
        holdings = usable_units(counter, programme.promises, giver.member_id, shift.business_date)
        takes = take_units(holdings, asked.asset, asked.units)
        moved = tuple(
            Posting(_line(giver, take.lot_id), _line(receiver, take.lot_id), take.units, asked.asset) for take in takes
        )
        told = Told(used={asked.asset: asked.units}, left=(asked.asset,), other=receiver)
        return Draft(
            business_date=shift.business_date,
            postings=moved,
            member_id=giver.member_id,
            shift_id=shift.shift_id,
            facts={
                "from": giver.member_id,
                "into": receiver.member_id,
                "asset": asked.asset,
                "units": asked.units,
                "via": asked.presence.via.value,
            },
            slip=lambda recorded: offer(counter, OfferTitle.GIFTED, giver, told, recorded),
        )

    return record(counter, act, EntryKind.GIFTED, asked, draft)


def receiver_of(counter: Counter, code: str) -> Member:
    """Return the member a scanned code or card stands for: nobody is chosen from a list of names.

    Raises CodeUnreadable for anything else, and what reading a code or card raises.
    """
    found = find(counter, code)
    if not isinstance(found, MemberFound) or found.via.value == "search":
        raise CodeUnreadable(code, "alphabet")
    return found.member


def _check(promises: Promises, asked: Gift, giver: Member, receiver: Member) -> None:
    if giver.member_id == receiver.member_id:
        raise GiftToSelf(giver.member_id)
    kind = promises.asset(asked.asset)
    if kind is None or not kind.giftable:
        raise NotGiftable(asked.asset)


def _worth(promises: Promises, asked: Gift) -> int:
    """Return what a gift is worth for an approval, in fen: points by what they pay, anything else nothing."""
    policy = promises.points
    if asked.asset != "PTS" or policy is None or not policy.burn_units:
        return 0
    return asked.units * policy.burn_minor // policy.burn_units


def _line(member: Member, lot_id: str) -> str:
    return member_account(PurseKey(member.member_id, lot_id, Instrument.UNITS))
