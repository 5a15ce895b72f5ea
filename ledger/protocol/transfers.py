"""The postings of value that crosses between head office and a box, and of a merge; pure.

Source: `docs/protocol.md`, entries that move value between a box and head office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ledger.accounts import PurseKey, StoreAccount, member_account, store_account
from ledger.entries import Lot, Posting
from ledger.lots import LotTake, take_oldest_first, take_units
from ledger.money import CNY
from ledger.protocol.messages import Grant, GrantLine
from ledger.purses import Holding


def granted_postings(store: str, grant: Grant) -> tuple[Posting, ...]:
    """Return the postings by which a grant enters a purse."""
    account = store_account(StoreAccount.TRANSFER, store)
    assets = {lot.lot_id: lot.asset for lot in granted_lots(grant)}
    return tuple(
        Posting(account, member_account(key), count, assets[key.lot_id]) for key, count in grant_lines(grant).items()
    )


def grant_lines(grant: Grant) -> dict[PurseKey, int]:
    """Return what a grant moves, by purse line (fen, or units); lines of nothing are left out."""
    lines: dict[PurseKey, int] = {}
    for line in grant.lines:
        take = LotTake(line.lot_id, line.principal_moved_minor, line.bonus_moved_minor, line.units_moved)
        lines.update(take.lines(grant.member_id))
    return lines


def granted_lots(grant: Grant) -> tuple[Lot, ...]:
    """Return the lots a grant carries, under the terms they were sold."""
    return tuple(
        Lot(
            line.lot_id,
            grant.member_id,
            line.paid_minor,
            line.bonus_minor,
            line.programme_version,
            line.terms_hash,
            line.special,
        )
        for line in grant.lines
    )


def grant_line(holding: Holding, take: LotTake) -> GrantLine:
    """Return what a grant takes of one lot."""
    return GrantLine(holding.lot.lot_id, *holding.lot.terms, take.principal_minor, take.bonus_minor, take.units)


def of_asset(holdings: Sequence[Holding], asset: str) -> tuple[Holding, ...]:
    """Return the holdings of one asset: money is never taken where units are meant, nor units where money is."""
    return tuple(holding for holding in holdings if holding.lot.asset == asset)


def held_of(holdings: Sequence[Holding], asset: str) -> int:
    """Return how much of an asset is held: fen, or units."""
    own = of_asset(holdings, asset)
    return sum(holding.total_minor if asset == CNY.code else holding.units for holding in own)


def take_of(holdings: Sequence[Holding], asset: str, amount: int) -> tuple[LotTake, ...]:
    """Take so much of one asset (fen, or units) in the order given; raises BalanceTooSmall, UnitsTooFew."""
    own = of_asset(holdings, asset)
    return take_oldest_first(own, amount) if asset == CNY.code else take_units(own, asset, amount)


def grant_order(holdings: Sequence[Holding], asset: str, on: date | None) -> tuple[Holding, ...]:
    """Return the holdings of an asset a grant takes from: those usable on a day, soonest-expiring first, then oldest.

    What may be used for anything goes before what is for some goods only. Without a day all are usable.
    """
    usable = [one for one in of_asset(holdings, asset) if on is None or one.lot.conditions.usable(on)]
    return tuple(sorted(usable, key=lambda one: (bool(one.lot.conditions.scope), *_ends(one))))


def _ends(holding: Holding) -> tuple[date, str]:
    return holding.lot.conditions.expires_on or date.max, holding.lot.lot_id


def returned_postings(
    store: str, holdings: Sequence[Holding], amount: int | None, asset: str = CNY.code
) -> tuple[Posting, ...]:
    """Return the postings that give back so much of an asset (fen, or units), all for None; none for nothing held.

    Money goes oldest lot first, units soonest-expiring first.
    """
    own = of_asset(holdings, asset) if asset == CNY.code else grant_order(holdings, asset, None)
    held = held_of(own, asset)
    wanted = held if amount is None else min(amount, held)
    account, postings = store_account(StoreAccount.TRANSFER, store), []
    owners = {holding.lot.lot_id: holding.lot.member_id for holding in own}
    for take in take_of(own, asset, wanted) if wanted > 0 else ():
        postings += [
            Posting(member_account(key), account, count, asset)
            for key, count in take.lines(owners[take.lot_id]).items()
        ]
    return tuple(postings)


def merged_postings(lines: Mapping[PurseKey, int], into_member: str, assets: Mapping[str, str]) -> tuple[Posting, ...]:
    """Return the postings that move every line held to the same line of another member; `assets` by lot, money left out."""
    return tuple(
        Posting(
            member_account(key),
            member_account(PurseKey(into_member, key.lot_id, key.instrument)),
            minor,
            assets.get(key.lot_id, CNY.code),
        )
        for key, minor in sorted(lines.items(), key=lambda line: (line[0].lot_id, line[0].instrument))
        if minor
    )
