"""Giving: what rules give becomes lots, postings and facts of the entry that caused it, so that it happens once or never.

Source: `docs/rules/offers.md`, effects in the journal (A32).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.accounts import Instrument, PurseKey, StoreAccount, member_account, store_account
from ledger.entries import Facts, Lot, Posting
from ledger.lots import LotTake
from ledger.purses import Holding
from ledger.rules.cuts import Reduction
from ledger.rules.offers import Given
from ledger.rules.programme import Programme
from ledger.wire import content_hash


@dataclass(frozen=True, slots=True)
class Booked:
    """What was given, as an entry carries it: postings, lots, and one fact for each effect."""

    postings: tuple[Posting, ...] = ()
    lots: tuple[Lot, ...] = ()
    rules: tuple[Facts, ...] = ()


def book_gifts(
    programme: Programme, store: str, entry_id: str, member_id: str, given: Iterable[Given], *, parent: str = ""
) -> Booked:
    """Return the lots and postings of what is given, numbered behind the entry's id; `parent` is the principal's lot."""
    lots, postings, rules = list[Lot](), list[Posting](), list[Facts]()
    for gift in given:
        rules.append(rule_fact(gift.rule_id, gift.kind.value, gift.worth_minor, gift.units, gift.words))
        if gift.special is None:
            continue
        special = replace(gift.special, parent=parent) if gift.amount_minor else gift.special
        text = special.text()
        terms_hash = content_hash([programme.version, programme.terms.text_hash, text])
        lot_id = f"{entry_id}.{len(lots) + 1}"
        lot = Lot(lot_id, member_id, 0, gift.amount_minor, programme.version, terms_hash, text)
        lots.append(lot)
        postings.append(_given(store, lot))
    return Booked(tuple(postings), tuple(lots), tuple(rules))


def _given(store: str, lot: Lot) -> Posting:
    """Return the posting that puts a conditioned bonus or units into the purse."""
    if lot.units:
        account = member_account(PurseKey(lot.member_id, lot.lot_id, Instrument.UNITS))
        return Posting(store_account(StoreAccount.ISSUED, store), account, lot.units, lot.asset)
    account = member_account(PurseKey(lot.member_id, lot.lot_id, Instrument.BONUS))
    return Posting(store_account(StoreAccount.PROMOTION, store), account, lot.bonus_minor)


def use_units(store: str, holdings: Sequence[Holding], takes: Iterable[LotTake]) -> tuple[Posting, ...]:
    """Return the postings that use up units of a member's lots."""
    lots = {holding.lot.lot_id: holding.lot for holding in holdings}
    redeemed = store_account(StoreAccount.REDEEMED, store)
    return tuple(
        Posting(member_account(key), redeemed, count, lots[take.lot_id].asset)
        for take in takes
        for key, count in take.lines(lots[take.lot_id].member_id).items()
    )


def cut_facts(reductions: Iterable[Reduction]) -> tuple[Facts, ...]:
    """Return the facts of price cuts: which rule took how much off, for which units."""
    return tuple(rule_fact(r.rule_id, "price_cut", r.amount_minor, r.units) for r in reductions)


def rule_fact(rule: str, effect: str, amount_minor: int, units: int, words: str = "") -> Facts:
    """Return one effect of one rule as an entry's facts hold it; fen and whole units."""
    fact: Facts = {"rule": rule, "effect": effect, "amount_minor": amount_minor, "units": units}
    return {**fact, "words": words} if words else fact
