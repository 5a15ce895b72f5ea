"""Posters: what a customer display says while nobody is served — the shop's thanks and the rungs on offer (A19)."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.counter import Counter
from kiosk.services.shifts import business_today
from ledger.rules.topup import rung_bonus, valid_rungs


@dataclass(frozen=True, slots=True)
class Poster:
    """A rung as anybody may read it: what is paid and the bonus of the rung alone, in fen."""

    pay_minor: int
    bonus_minor: int


@dataclass(frozen=True, slots=True)
class Posters:
    """The shop's thank-you line and today's rungs, lowest first."""

    thanks: str = ""
    rungs: tuple[Poster, ...] = ()


def posters(counter: Counter) -> Posters:
    """Return what the programme in force says to everybody today."""
    programme = counter.programme()
    rungs = valid_rungs(programme.ladder, business_today(counter))
    return Posters(
        programme.shop.thanks, tuple(Poster(each.pay_minor, rung_bonus(each, each.pay_minor)) for each in rungs)
    )
