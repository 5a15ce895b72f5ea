"""Lottery: commit, draw, reveal, without a network; anybody can check a draw from its entry alone; pure.

Page: docs/rules/lottery.md (A14, N16). The box commits to a chain of hashes by its last link, the anchor, in an entry of
its own; draw number n reveals the n-th link before the anchor, so that no seed can be chosen after the fact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.entries import Facts
from ledger.rules.offers import Given, GivenKind, special_of
from ledger.rules.promises import Handout, Lottery, Prize

CHAIN_LENGTH: Final = 1_000
"""So many draws hang on one commitment."""
SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Odds:
    """A prize's part of the draws: `weight` of all tickets win it; `left` tells whether there was one to win."""

    prize_id: str
    weight: int
    left: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One draw with everything needed to check it; `mixed` is the id of the entry that first drew this number.

    `again` tells that an earlier draw of the number was voided: the same ticket comes again, whatever is typed.
    """

    lottery_id: str
    rule_id: str
    anchor: str
    number: int
    seed: str
    mixed: str
    digits: str
    of: int
    odds: tuple[Odds, ...]
    ticket: int
    prize_id: str
    again: bool = False

    def facts(self) -> Facts:
        """Return the draw as an entry's facts hold it."""
        return {
            "lottery": self.lottery_id,
            "rule": self.rule_id,
            "anchor": self.anchor,
            "number": self.number,
            "seed": self.seed,
            "mixed": self.mixed,
            "digits": self.digits,
            "of": self.of,
            "odds": [[odd.prize_id, odd.weight, odd.left] for odd in self.odds],
            "ticket": self.ticket,
            "prize": self.prize_id,
            "again": self.again,
        }


def read_drawn(told: Facts) -> Drawn:
    """Return a draw from an entry's facts; raises KeyError, ValueError or TypeError for facts that are none."""
    odds = tuple(Odds(str(prize), int(weight), bool(left)) for prize, weight, left in told["odds"])
    return Drawn(
        lottery_id=str(told["lottery"]),
        rule_id=str(told["rule"]),
        anchor=str(told["anchor"]),
        number=int(told["number"]),
        seed=str(told["seed"]),
        mixed=str(told["mixed"]),
        digits=str(told["digits"]),
        of=int(told["of"]),
        odds=odds,
        ticket=int(told["ticket"]),
        prize_id=str(told["prize"]),
        again=told["again"] is True,
    )


def link(secret: bytes, steps: int) -> bytes:
    """Return what a secret becomes after so many hashes (SHA-256)."""
    for _ in range(steps):
        secret = hashlib.sha256(secret).digest()
    return secret


def anchor_of(secret: bytes, length: int = CHAIN_LENGTH) -> str:
    """Return the commitment to a secret, 64 hex digits."""
    return link(secret, length).hex()


def seed_of(secret: bytes, number: int, length: int = CHAIN_LENGTH) -> str:
    """Return the seed that draw `number` (from 1) reveals, 64 hex digits."""
    assert 1 <= number <= length, "a chain has so many draws and no more"
    return link(secret, length - number).hex()


def ticket_of(seed: str, mixed: str, digits: str, of: int) -> int:
    """Return the ticket from 0 to `of` − 1: the seed, the entry that first drew it and the member's own digits, hashed."""
    digest = hashlib.sha256(f"{seed}\x00{mixed}\x00{digits}".encode()).digest()
    return int.from_bytes(digest) % of


def prize_of(odds: tuple[Odds, ...], ticket: int) -> str:
    """Return the prize a ticket wins, empty for none: the prizes hold the tickets from 0 up, each as many as its weight.

    A ticket of a prize that is gone wins nothing; it moves to no other, so that a ticket means the same all day.
    """
    begins = 0
    for odd in odds:
        if begins <= ticket < begins + odd.weight:
            return odd.prize_id if odd.left else ""
        begins += odd.weight
    return ""


def odds_of(lottery: Lottery, gone: Mapping[str, int]) -> tuple[Odds, ...]:
    """Return a lottery's odds, with what is left; `gone` is how often each prize was won so far in this store."""
    return tuple(
        Odds(prize.prize_id, prize.weight, prize.stock is None or gone.get(prize.prize_id, 0) < prize.stock)
        for prize in lottery.prizes
    )


def prize_rule(lottery_id: str, prize_id: str) -> str:
    """Return the rule that gave what a prize gives, as its lot and the facts name it."""
    return f"{lottery_id}.{prize_id}"


def won_rule(lottery_id: str, prize_id: str) -> str:
    """Return the name under which each win is counted as one unit: several in one entry count each."""
    return f"won.{prize_rule(lottery_id, prize_id)}"


def winnings(lottery: Lottery, prize_id: str, on: date) -> tuple[Given, ...]:
    """Return what winning a prize gives on a date: the win itself, as one unit that is counted, then the prize."""
    prize = next((prize for prize in lottery.prizes if prize.prize_id == prize_id), None)
    if prize is None:
        return ()
    won = Given(won_rule(lottery.lottery_id, prize_id), prize.name, GivenKind.DRAW, units=1)
    given = _prize_given(lottery, prize, on)
    return (won,) if given is None else (won, given)


def _prize_given(lottery: Lottery, prize: Prize, on: date) -> Given | None:
    rule_id, gives = prize_rule(lottery.lottery_id, prize.prize_id), prize.gives
    if gives is None:
        return None
    if isinstance(gives, Handout):
        return Given(rule_id, prize.name, GivenKind.HANDOUT, words=gives.text)
    special = special_of(gives.span, on, rule_id, asset=gives.asset, units=gives.units)
    kind = GivenKind.POINTS if gives.asset == "PTS" else GivenKind.UNITS
    return Given(rule_id, prize.name, kind, units=gives.units, special=special)


def wrong_with(drawn: Drawn) -> str:
    """Return what is wrong with a draw by its own figures, empty for nothing: `seed`, `ticket`, `odds` or `prize`."""
    return next(_wrongs(drawn), "")


def _wrongs(drawn: Drawn) -> Iterator[str]:
    if not 1 <= drawn.number <= CHAIN_LENGTH or _anchor_from(drawn) != drawn.anchor:
        yield "seed"
    if drawn.of < 1 or any(odd.weight < 0 for odd in drawn.odds) or sum(odd.weight for odd in drawn.odds) > drawn.of:
        yield "odds"
    elif ticket_of(drawn.seed, drawn.mixed, drawn.digits, drawn.of) != drawn.ticket:
        yield "ticket"
    if prize_of(drawn.odds, drawn.ticket) != drawn.prize_id:
        yield "prize"


def _anchor_from(drawn: Drawn) -> str:
    try:
        return link(bytes.fromhex(drawn.seed), drawn.number).hex()
    except ValueError:
        return ""
