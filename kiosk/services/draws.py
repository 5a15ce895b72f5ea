"""Draws: what a rule gives as one draw of a lottery becomes its prize, in the entry that caused it (A14, N16).

Source: `docs/rules/lottery.md`. A commitment is in the journal before anything is drawn from it; a draw that was voided
comes again with the same ticket, so that nobody draws twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.model import journal, lottery, members
from kiosk.model.lottery import Chain, VoidedDraw
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.member_facts import store_uses
from kiosk.services.offer_errors import NotInProgramme
from kiosk.services.shifts import business_today
from ledger.entries import Entry, EntryKind, Facts
from ledger.rules.lottery import (
    CHAIN_LENGTH,
    SECRET_BYTES,
    Drawn,
    anchor_of,
    odds_of,
    prize_given,
    prize_of,
    prize_rule,
    seed_of,
    ticket_of,
)
from ledger.rules.offers import Given, GivenKind
from ledger.rules.programme import Programme
from ledger.rules.promises import Lottery
from ledger.wire import content_hash

_LOW: Final = 100
"""With fewer draws left than this, the next commitment is made."""
_MOST_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Settled:
    """What is given with every draw drawn: the prizes beside the draws, and the draws for the entry's facts."""

    given: tuple[Given, ...]
    draws: tuple[Drawn, ...]

    @property
    def facts(self) -> Facts:
        """What the entry's facts say of the draws; nothing for none."""
        return {"draws": [drawn.facts() for drawn in self.draws]} if self.draws else {}


def settle(
    counter: Counter, programme: Programme, act: Act, member_id: str, given: Iterable[Given], digits: str = ""
) -> Settled:
    """Draw every draw among what is given, inside the write transaction of the entry that will carry it.

    `digits` are the member's own, if they typed any. Raises NotInProgramme for a lottery nobody declared.
    """
    gifts, drawer = list[Given](), _Drawer(counter, act, member_id, digits[:_MOST_DIGITS])
    for gift in given:
        gifts.append(gift)
        if gift.kind is GivenKind.DRAW:
            prize = drawer.draw(_lottery(programme, gift.words), gift.rule_id)
            gifts += [] if prize is None else [prize]
    return Settled(tuple(gifts), tuple(drawer.draws))


def commit_ahead(counter: Counter, cashier: str) -> None:
    """Commit to the next draws while the last ones are not used up, where the programme has a lottery at all.

    Called when a shift opens, so that a commitment is old before anything hangs on it.
    """
    if not counter.programme().promises.lotteries:
        return
    with counter.store.write():
        chain = lottery.newest_chain(counter.store)
        if chain is None or CHAIN_LENGTH - chain.used < _LOW:
            _commit(counter, cashier)


class _Drawer:
    """The draws of one entry: each with a number of its own, and prizes counted as they go."""

    def __init__(self, counter: Counter, act: Act, member_id: str, digits: str) -> None:
        self.counter, self.act, self.member_id, self.digits = counter, act, member_id, digits
        self.draws: list[Drawn] = []

    def draw(self, played: Lottery, rule_id: str) -> Given | None:
        """Draw once and return what it won, None for nothing."""
        on = business_today(self.counter)
        odds = odds_of(played, self._gone(played))
        base = self._again(played.lottery_id) or self._next()
        again = base.mixed != ""
        mixed, digits = (base.mixed, base.digits) if again else (self.act.entry_id, self.digits)
        ticket = ticket_of(base.seed, mixed, digits, played.of)
        prize_id = prize_of(odds, ticket)
        place = (played.lottery_id, rule_id, base.anchor, base.number, base.seed, mixed, digits)
        self.draws.append(Drawn(*place, played.of, odds, ticket, prize_id, again))
        prize = next((prize for prize in played.prizes if prize.prize_id == prize_id), None)
        return None if prize is None else prize_given(played, prize, on)

    def _gone(self, played: Lottery) -> dict[str, int]:
        """Return how often each prize was won in this store so far, this entry's own draws among them."""
        names = {prize_rule(played.lottery_id, prize.prize_id): prize.prize_id for prize in played.prizes}
        ever, _ = store_uses(self.counter, tuple(names), business_today(self.counter))
        gone = {prize_id: ever[name].uses if name in ever else 0 for name, prize_id in names.items()}
        for drawn in self.draws:
            if drawn.lottery_id == played.lottery_id and drawn.prize_id:
                gone[drawn.prize_id] += 1
        return gone

    def _again(self, lottery_id: str) -> VoidedDraw | None:
        store = self.counter.store
        everyone = (self.member_id, *members.merged_ids(store, self.member_id))
        used = {(drawn.anchor, drawn.number) for drawn in self.draws}
        voided = lottery.voided_draws(store, everyone, lottery_id)
        return next((draw for draw in voided if (draw.anchor, draw.number) not in used), None)

    def _next(self) -> VoidedDraw:
        """Return the next number of the newest commitment, as a draw that nobody drew."""
        chain = lottery.newest_chain(self.counter.store)
        if chain is None or self._used(chain) >= CHAIN_LENGTH:
            _commit(self.counter, self.act.cashier)
            chain = lottery.newest_chain(self.counter.store)
        assert chain is not None, "a commitment was just made"
        number = self._used(chain) + 1
        return VoidedDraw(chain.anchor, number, seed_of(chain.secret, number), "", "")

    def _used(self, chain: Chain) -> int:
        return chain.used + sum(drawn.anchor == chain.anchor and not drawn.again for drawn in self.draws)


def _commit(counter: Counter, cashier: str) -> None:
    """Journal a commitment and keep its secret, inside the write transaction."""
    identity, now = counter.store.identity, counter.now()
    secret = counter.entropy(SECRET_BYTES)
    anchor = anchor_of(secret)
    entry = Entry(
        entry_id=counter.mint(),
        kind=EntryKind.ISSUED,
        store=identity.store,
        box=identity.box,
        till=counter.till,
        cashier=cashier,
        occurred_at=now,
        recorded_at=now,
        business_date=business_today(counter),
        programme_version=counter.programme().version,
        facts={"lottery_chain": {"anchor": anchor, "length": CHAIN_LENGTH}},
    )
    sequence = journal.append(counter.store, entry, content_hash(entry.facts)).row.sequence
    lottery.keep_chain(counter.store, anchor, secret, sequence)


def _lottery(programme: Programme, lottery_id: str) -> Lottery:
    found = next((each for each in programme.promises.lotteries if each.lottery_id == lottery_id), None)
    if found is None:
        raise NotInProgramme(lottery_id)
    return found
