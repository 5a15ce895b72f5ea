"""Whom a new programme touches: who keeps what under older terms, what can no longer be used, whose tier would move (N8)."""

from __future__ import annotations

from collections import Counter as Tally
from dataclasses import dataclass
from datetime import date

from kiosk.model import standing
from kiosk.model.standing import Holders, Outstanding
from kiosk.services.counter import Counter
from kiosk.services.member_facts import figures_of
from kiosk.services.open_member import load_member
from ledger.money import PTS
from ledger.rules.programme import Programme
from ledger.rules.promises import Promises, Tier
from ledger.rules.tiers import tier_standing


@dataclass(frozen=True, slots=True)
class TierMove:
    """How many members would go from one tier to another; the names, empty below the first."""

    before: str
    after: str
    members: int


@dataclass(frozen=True, slots=True)
class Touched:
    """Who holds lots under which version; what is held of assets that go away; whose tier moves."""

    holders: tuple[Holders, ...]
    gone: tuple[Outstanding, ...]
    moves: tuple[TierMove, ...]


def touched(counter: Counter, after: Programme) -> Touched:
    """Return whom a programme would touch if it came into force now; raises ProgrammeMissing."""
    store, on = counter.store, counter.business_date(counter.now())
    gone = tuple(held for held in standing.outstanding(store) if not _declared(after.promises, held.asset))
    return Touched(standing.holders(store), gone, _moves(counter, after.promises.tiers, on))


def _declared(promises: Promises, asset: str) -> bool:
    return promises.points is not None if asset == PTS.code else promises.asset(asset) is not None


def _moves(counter: Counter, tiers: tuple[Tier, ...], on: date) -> tuple[TierMove, ...]:
    before = counter.programme().promises.tiers
    if before == tiers:
        return ()
    moves = Tally[tuple[str, str]]()
    for member_id in standing.member_ids(counter.store):
        facts = figures_of(counter, load_member(counter, member_id), on)
        old, new = tier_standing(before, facts, on).tier, tier_standing(tiers, facts, on).tier
        if (old and old.tier_id) != (new and new.tier_id):
            moves[old.name if old else "", new.name if new else ""] += 1
    return tuple(TierMove(old, new, count) for (old, new), count in sorted(moves.items()))
