"""Draws: what a rule gives as one draw of a lottery becomes its prize, in the entry that caused it (A14, N16).

Source: `docs/rules/lottery.md`. A commitment is in the journal before anything is drawn from it; a draw that was voided
comes again with the same ticket, so that nobody draws twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.model import lottery, members
from kiosk.model.lottery import Chain, VoidedDraw
from kiosk.services.acts import Act
from kiosk.services.commitments import commit
from kiosk.services.counter import Counter
from kiosk.services.member_facts import store_uses
from kiosk.services.offer_errors import NotInProgramme
from kiosk.services.shifts import business_today
from ledger.entries import Entry, Facts
from ledger.rules.lottery import (
    CHAIN_LENGTH,
    Drawn,
    odds_of,
    prize_of,
    read_drawn,
    seed_of,
    ticket_of,
    winnings,
    won_rule,
)
from ledger.rules.offers import Given, GivenKind
from ledger.rules.programme import Programme
from ledger.rules.promises import Lottery

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
            gifts += drawer.draw(_lottery(programme, gift.words), gift.rule_id)
    return Settled(tuple(gifts), tuple(drawer.draws))


def as_drawn(programme: Programme, entry: Entry, given: Iterable[Given]) -> tuple[Given, ...]:
    """Return what is given with the prizes an entry says were drawn: for whoever weighs it again, who draws nothing."""
    told, gifts = iter(lottery.draws_of(entry)), list[Given]()
    for gift in given:
        gifts.append(gift)
        drawn = read_drawn(next(told)) if gift.kind is GivenKind.DRAW else None
        if drawn is not None:
            gifts += winnings(_lottery(programme, drawn.lottery_id), drawn.prize_id, entry.business_date)
    return tuple(gifts)


class _Drawer:
    """The draws of one entry: each with a number of its own, and prizes counted as they go."""

    def __init__(self, counter: Counter, act: Act, member_id: str, digits: str) -> None:
        self.counter, self.act, self.member_id, self.digits = counter, act, member_id, digits
        self.draws: list[Drawn] = []

    def draw(self, played: Lottery, rule_id: str) -> tuple[Given, ...]:
        """Draw once and return what it won."""
        on = business_today(self.counter)
        odds = odds_of(played, self._gone(played))
        base = self._again(played.lottery_id) or self._next()
        again = base.mixed != ""
        mixed, digits = (base.mixed, base.digits) if again else (self.act.entry_id, self.digits)
        ticket = ticket_of(base.seed, mixed, digits, played.of)
        prize_id = prize_of(odds, ticket)
        place = (played.lottery_id, rule_id, base.anchor, base.number, base.seed, mixed, digits)
        self.draws.append(Drawn(*place, played.of, odds, ticket, prize_id, again))
        return winnings(played, prize_id, on)

    def _gone(self, played: Lottery) -> dict[str, int]:
        """Return how often each prize was won in this store so far, this entry's own draws among them."""
        names = {won_rule(played.lottery_id, prize.prize_id): prize.prize_id for prize in played.prizes}
        ever, _ = store_uses(self.counter, tuple(names), business_today(self.counter))
        gone = {prize_id: ever[name].units if name in ever else 0 for name, prize_id in names.items()}
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
            commit(self.counter, self.act.cashier, business_today(self.counter))
            chain = lottery.newest_chain(self.counter.store)
        assert chain is not None, "a commitment was just made"
        number = self._used(chain) + 1
        return VoidedDraw(chain.anchor, number, seed_of(chain.secret, number), "", "")

    def _used(self, chain: Chain) -> int:
        return chain.used + sum(drawn.anchor == chain.anchor and not drawn.again for drawn in self.draws)


def _lottery(programme: Programme, lottery_id: str) -> Lottery:
    found = next((each for each in programme.promises.lotteries if each.lottery_id == lottery_id), None)
    if found is None:
        raise NotInProgramme(lottery_id)
    return found
