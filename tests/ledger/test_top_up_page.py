"""docs/rules/top-up.md, table by table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from ledger.accounts import Tender
from ledger.errors import AmountNotOnLadder, LedgerError, LimitExceeded
from ledger.money import format_minor
from ledger.rules.member_facts import MemberFacts
from ledger.rules.occasion import Event, Occasion
from ledger.rules.offers import Given
from ledger.rules.programme import Programme
from ledger.rules.promises import BonusGift, Caps, Promises, Rule, Span
from ledger.rules.topping import TopUpOffer, top_up_offer
from ledger.rules.topup import TopUpFacts, top_up_terms
from tests.ledger.programmes import NO_LIMITS, PAGE_LIMITS, programme, rung
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "top-up.md"


def _day(cell: str) -> date | None:
    return date.fromisoformat(cell) if cell else None


def page_programme(*, limited: bool) -> Programme:
    rungs = []
    for row in worked_rows(PAGE, "The ladder of these examples", 5):
        percent = int(row["bonus"][:-1]) if row["bonus"].endswith("%") else None
        bonus = None if percent is not None else fen(row["bonus"])
        rungs.append(rung(row["rung"], fen(row["pay"]), bonus, percent, _day(row["from"]), _day(row["to"])))
    return programme(tuple(rungs), minimum_minor=5_000, limits=PAGE_LIMITS if limited else NO_LIMITS)


@pytest.mark.parametrize(
    "row", worked_rows(PAGE, "What an amount earns", 11), ids=lambda row: f"{row['paid']} on {row['on']}"
)
def test_an_amount_earns_what_the_page_says(row: Row) -> None:
    facts = TopUpFacts(fen(row["paid"]), Tender.CASH, date.fromisoformat(row["on"]), 0, registered=True)
    terms = top_up_terms(page_programme(limited=False), facts)
    next_rung = [dict(reason.values) for reason in terms.reasons if reason.code == "top_up.next_rung"]
    said = "".join(
        f"{format_minor(int(r['missing_minor']))} more: {format_minor(int(r['bonus_minor']))}" for r in next_rung
    )
    assert (terms.rung_id or "", terms.bonus_minor, terms.credited_minor, said) == (
        row["rung"],
        fen(row["bonus"]),
        fen(row["credited"]),
        row["next rung"],
    )


@pytest.mark.parametrize(
    "row",
    worked_rows(PAGE, "What is refused, and how much would fit", 9),
    ids=lambda row: f"{row['paid']} {row['refusal']}",
)
def test_a_refusal_says_how_much_would_fit(row: Row) -> None:
    shop = page_programme(limited=True)

    def facts(paid_minor: int) -> TopUpFacts:
        balance, registered = fen(row["balance"]), row["member"] == "registered"
        return TopUpFacts(paid_minor, Tender(row["tender"]), date(2026, 11, 20), balance, registered)

    with pytest.raises(LedgerError) as refused:
        top_up_terms(shop, facts(fen(row["paid"])))
    error = refused.value
    name, _, limit = row["refusal"].partition(" ")
    assert type(error).__name__ == name
    if isinstance(error, LimitExceeded):
        assert (error.limit, error.ceiling_minor, error.room_minor) == (limit, fen(row["ceiling"]), fen(row["room"]))
        if error.room_minor:
            assert top_up_terms(shop, facts(error.room_minor)).paid_minor == error.room_minor
            with pytest.raises(LimitExceeded):
                top_up_terms(shop, facts(error.room_minor + 1))


def _bonus(cell: str) -> BonusGift:
    said = dict(part.split(" ") for part in cell.split(", "))
    span = Span(int(said.pop("after_days", "0")), int(said.pop("valid_days", "0")) or None)
    fixed, scope = fen(said.pop("fixed", "0")), said.pop("scope", "")
    return BonusGift(fixed, span=span, scope=scope, **{name: int(value) for name, value in said.items()})


def _lot(given: Given) -> str:
    assert given.special is not None
    parts = (("from", given.special.usable_from), ("to", given.special.expires_on), ("for", given.special.scope))
    return " ".join([format_minor(given.amount_minor), *(f"{word} {value}" for word, value in parts if value)])


def _offer(rule: Rule, paid_minor: int, on: date) -> TopUpOffer:
    shop = replace(page_programme(limited=False), promises=Promises(rules=(rule,)))
    facts = TopUpFacts(paid_minor, Tender.CASH, on, 0, registered=True)
    member = MemberFacts("member-1", registered=True, enrolled_on=on)
    return top_up_offer(shop, facts, Occasion(Event.TOP_UP, "xuhui", on, time(12), member, paid_minor))


@pytest.mark.parametrize("row", worked_rows(PAGE, "What rules add", 11), ids=lambda row: "/".join(row.values()))
def test_rules_add_what_the_page_says(row: Row) -> None:
    caps = Caps(budget_minor=fen(row["budget"]) if row["budget"] else None)
    rule = Rule("r", "r", Event.TOP_UP, (_bonus(row["rule gives"]),), caps=caps)
    offer = _offer(rule, fen(row["paid"]), date(2026, 11, 20))
    assert offer.bonus_minor == fen(row["with the principal"])
    assert ", ".join(_lot(each) for each in offer.given if each.special is not None) == row["in lots of its own"]


def test_the_page_names_every_reason_a_top_up_gives() -> None:
    named = {row["code"].strip("`") for row in worked_rows(PAGE, "Reasons", 5)}
    rule, given = Rule("r", "r", Event.TOP_UP, (BonusGift(fixed_minor=100),)), set()
    for paid_minor in (6_000, 30_000, 90_000):
        given |= {reason.code for reason in _offer(rule, paid_minor, date(2027, 2, 1)).reasons}
    assert given == named


def test_fixed_rungs_only_are_named_when_another_amount_is_asked_for() -> None:
    shop = programme((rung("r300", 30_000, 5_000), rung("r500", 50_000, 10_000)), any_amount=False, minimum_minor=0)
    with pytest.raises(AmountNotOnLadder) as refused:
        top_up_terms(shop, TopUpFacts(40_000, Tender.CASH, date(2026, 11, 20), 0, registered=True))
    assert (refused.value.rungs_minor, refused.value.minimum_minor) == ((30_000, 50_000), None)
