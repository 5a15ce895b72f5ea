"""Redeem: use up a visit, a voucher or an exchange card without a bill; what was paid for it becomes a sale (B3, B4, B6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.model import purses
from kiosk.receipts.offer_slips import OfferTitle
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.giving import use_units
from kiosk.services.issuing import usable_units
from kiosk.services.offer_errors import NotForUse, NotInProgramme, NotOnItsList
from kiosk.services.offer_slips import Told, offer
from kiosk.services.open_member import load_member
from kiosk.services.presence import PRESENT, Presence, require_presence
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from ledger.accounts import StoreAccount, store_account
from ledger.entries import EntryKind, Posting
from ledger.lots import LotTake, take_units
from ledger.purses import Holding
from ledger.rules.passes import share_of_use
from ledger.rules.programme import Programme
from ledger.rules.promises import AssetKind, Goods, PriceCut, Promises

_USED_UP = ("VISIT:", "GOODS:", "EXCHANGE:")


@dataclass(frozen=True, slots=True)
class Use:
    """Ask to use units of an asset a member owns; `goods` is what was chosen for an exchange card (a goods id)."""

    member_id: str
    asset: str
    units: int = 1
    goods: str = ""
    presence: Presence = PRESENT


def choices(counter: Counter, asset: str) -> tuple[Goods, ...]:
    """Return the goods of the catalogue that an exchange card or voucher is for; none where it names none."""
    promises = counter.programme().promises
    kind = promises.asset(asset)
    wanted = frozenset[str]() if kind is None else _goods_of(promises, kind)
    return tuple(goods for goods in promises.goods if goods.goods_id in wanted)


def redeem(counter: Counter, act: Act, asked: Use) -> Done:
    """Use up units, what ends soonest first, and queue the slip with what is left.

    Raises NotInProgramme, NotForUse, NotOnItsList, UnitsTooFew, MemberUnknown, ApprovalNeeded, StoredValueStopped,
    CardIsBlocked, CardWasReplaced, NoOpenShift, ShiftOfAnother.
    """
    assert asked.units > 0, "something is used"

    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        _check(programme.promises, asked)
        member = load_member(counter, asked.member_id)
        holdings = usable_units(counter, programme.promises, member.member_id, shift.business_date)
        takes = take_units(holdings, asked.asset, asked.units)
        earned = earned_by(counter, holdings, takes)
        require_presence(counter, programme, act, asked.presence, earned)
        store = counter.store.identity.store
        told = Told(chosen=_name(programme.promises, asked.goods), used={asked.asset: asked.units}, left=(asked.asset,))
        return Draft(
            business_date=shift.business_date,
            postings=(*use_units(store, holdings, takes), *presold_to_sales(store, earned)),
            member_id=member.member_id,
            shift_id=shift.shift_id,
            facts={
                "asset": asked.asset,
                "units": asked.units,
                "goods": asked.goods,
                "amount_minor": earned,
                "via": asked.presence.via.value,
            },
            slip=lambda recorded: offer(counter, OfferTitle.REDEEMED, member, told, recorded),
        )

    return record(counter, act, EntryKind.REDEEMED, asked, draft)


def earned_by(counter: Counter, holdings: Sequence[Holding], takes: Sequence[LotTake]) -> int:
    """Return what using up units earns of the prices they were sold for, in fen; nothing for what was given."""
    lots = {holding.lot.lot_id: holding.lot for holding in holdings}
    return sum(
        share_of_use(lots[take.lot_id], purses.units_of_lot(counter.store, take.lot_id), take.units)
        for take in takes
        if lots[take.lot_id].paid_minor
    )


def presold_to_sales(store: str, earned_minor: int) -> tuple[Posting, ...]:
    """Return the posting that turns money taken beforehand into a sale."""
    if not earned_minor:
        return ()
    before, now = (store_account(account, store) for account in (StoreAccount.PRESOLD, StoreAccount.SALES))
    return (Posting(before, now, earned_minor),)


def _check(promises: Promises, asked: Use) -> None:
    kind = promises.asset(asked.asset)
    if kind is None:
        raise NotInProgramme(asked.asset)
    if not asked.asset.startswith(_USED_UP):
        raise NotForUse(asked.asset)
    wanted = _goods_of(promises, kind)
    must_choose = asked.asset.startswith("EXCHANGE:") and wanted
    if (must_choose or asked.goods) and asked.goods not in wanted:
        raise NotOnItsList(asked.asset, asked.goods)


def _goods_of(promises: Promises, kind: AssetKind) -> frozenset[str]:
    """Return the ids of the goods an asset covers: those its scope names, and those of its categories."""
    scopes = [] if kind.covers is None else [cut.scope for cut in kind.covers.gives if isinstance(cut, PriceCut)]
    found = set[str]()
    for scope_id in scopes:
        scope = promises.scope(scope_id)
        if scope is not None:
            found |= scope.goods | {g.goods_id for g in promises.goods if g.category in scope.categories}
    return frozenset(found)


def _name(promises: Promises, goods_id: str) -> str:
    return next((goods.name for goods in promises.goods if goods.goods_id == goods_id), goods_id)
