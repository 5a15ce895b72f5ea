"""Bring here: points, coupons, visits and rights that a member holds in other stores, asked of head office once.

Source: `docs/protocol.md`, places. The outcomes are those of money (`prepare_payment`); counts are whole units.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.model import downlink, members, purses, snapshots
from kiosk.model.snapshots import ShownTotal
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon, GrantAnswer, GrantOutcome
from kiosk.services.offer_names import names_of
from kiosk.services.open_member import load_member
from kiosk.services.shifts import business_today
from kiosk.services.sync_state import is_online, stopped_reason
from ledger.money import CNY, PTS
from ledger.rules.bill import BillTerms, points_cap


class Help(StrEnum):
    """What head office could do where less is here than is needed."""

    NOT_NEEDED = "not_needed"
    GRANTED = "granted"
    PARTLY = "partly"
    NONE = "none"
    CHECKING = "checking"
    OFFLINE = "offline"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Spread:
    """Where the units of an asset lie: usable here today, and in other places as far as this box knows."""

    asset: str
    name: str
    here: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of asking for units; `spread` is how they lie afterwards.

    `asked` were asked for, `granted` came, `recalled` other stores were told to give back. `reason` says why a box stopped.
    """

    help: Help
    spread: Spread
    asked: int = 0
    granted: int = 0
    recalled: int = 0
    reason: str | None = None


def spread(counter: Counter, member_id: str) -> tuple[Spread, ...]:
    """Return every asset beside money of which a member holds units in other stores; raises MemberUnknown."""
    member_id = load_member(counter, member_id).member_id
    known = _known(counter, member_id)
    found = [] if known is None else [spread_of(counter, member_id, asset) for asset in known.assets]
    return tuple(each for each in found if each.elsewhere)


def spread_of(counter: Counter, member_id: str, asset: str) -> Spread:
    """Return where a member's units of one asset lie; raises MemberUnknown."""
    member_id = load_member(counter, member_id).member_id
    merged, on, known = members.merged_ids(counter.store, member_id), business_today(counter), None
    usable = in_all = 0
    for record in (member_id, *merged):
        for holding in purses.holdings(counter.store, record):
            if holding.lot.asset == asset:
                in_all += holding.units
                usable += holding.units if record == member_id and holding.lot.conditions.usable(on) else 0
    known = _known(counter, member_id)
    total = 0 if known is None else known.assets.get(asset, 0)
    name = names_of(counter).get(asset, asset.partition(":")[2] or asset)
    return Spread(asset, name, usable, max(0, total - in_all))


@dataclass(frozen=True, slots=True)
class BillPoints:
    """Points for a bill: how many of those here pay it, how many more it would take that lie elsewhere."""

    here: int
    lacking: int
    spread: Spread


def points_for_bill(counter: Counter, member_id: str, bill: BillTerms) -> BillPoints:
    """Return the points a bill takes, in whole steps of the programme; raises MemberUnknown."""
    policy, lie = counter.programme().promises.points, spread_of(counter, member_id, PTS.code)
    cap = points_cap(policy, None, bill.paid_price_minor + bill.points.amount_minor)
    step = policy.burn_units if policy is not None and cap else 1
    here, within_reach = (min(cap, held // step * step) for held in (lie.here, lie.here + lie.elsewhere))
    return BillPoints(here, max(0, within_reach - lie.here) if within_reach > here else 0, lie)


def bring_here(counter: Counter, daemon: Daemon, member_id: str, asset: str, units: int) -> Brought:
    """Ask head office for units of an asset that lie elsewhere, no more than do; belongs on a thread of its own.

    An ask without an answer is asked again under its own id, by the daemon and by a second key alike. Raises
    MemberUnknown.
    """
    assert asset != CNY.code, "money is brought for a bill"
    member_id = load_member(counter, member_id).member_id
    before = spread_of(counter, member_id, asset)
    reason = stopped_reason(counter)
    if reason is not None:
        return Brought(Help.STOPPED, before, reason=reason)
    asked = min(units, before.elsewhere)
    if asked <= 0:
        return Brought(Help.NOT_NEEDED, before)
    answer = GrantAnswer(GrantOutcome.OFFLINE)
    if is_online(counter):
        answer = daemon.grant(ask_id(counter, member_id, asked, asset), member_id, asked, asset)
    after = spread_of(counter, member_id, asset)
    return Brought(Help(answer.outcome.value), after, asked, answer.granted_minor, answer.recalled_minor)


def ask_id(counter: Counter, member_id: str, amount_minor: int, asset: str = CNY.code) -> str:
    """Return the id of the same question where it is open still, else a fresh one."""
    for asked in downlink.open_asks(counter.store):
        if (asked.member_id, asked.amount_minor, asked.asset) == (member_id, amount_minor, asset):
            return asked.ask_id
    return counter.mint()


def _known(counter: Counter, member_id: str) -> ShownTotal | None:
    """Return what head office said a member has in all places, with what happened here since."""
    return snapshots.shown_total(counter.store, member_id, members.merged_ids(counter.store, member_id))
