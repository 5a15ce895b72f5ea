"""docs/rules/offers.md, table by table."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from ledger.money import format_minor
from ledger.rules.bill import BillTerms, Purse, bill_terms
from ledger.rules.conditions import holds, share_place, verdicts
from ledger.rules.member_facts import RuleUse
from ledger.rules.occasion import Event, Occasion
from ledger.rules.offers import Declined, claims
from ledger.rules.promises import Promises, Rule, UnitsGift, When
from tests.ledger import offer_words
from tests.ledger.bills import BAKERY, DRINKS, ON, cut, paying
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "offers.md"
RULES: Final = Path(__file__).parents[2] / "ledger" / "rules"
CONDITIONS: Final = (
    ("amount", 9),
    ("goods", 5),
    ("place and time", 11),
    ("who it is", 12),
    ("history", 14),
    ("birthday and zodiac", 7),
    ("tender, code, share", 10),
)


def _rows(heading: str, count: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", worked_rows(PAGE, heading, count), ids=lambda row: "/".join(row.values()))


@pytest.mark.parametrize(
    "row",
    [row for name, count in CONDITIONS for row in worked_rows(PAGE, f"Conditions: {name}", count)],
    ids=lambda row: f"{row['condition']}/{row['occasion']}",
)
def test_a_condition_holds_or_says_what_is_missing(row: Row) -> None:
    when, occasion = offer_words.when(row["condition"]), offer_words.occasion(row["occasion"])
    assert holds(when, occasion) == (row["holds"] == "yes")
    failed = [dict(verdict.reason.values) for verdict in verdicts(when, occasion) if not verdict.holds]
    missing = [values["missing"] for values in failed if values.get("missing")]
    wanted = fen(row["missing"]) if "." in row["missing"] else int(row["missing"] or 0)
    assert missing == ([wanted] if wanted else [])


@_rows("A member's place in a split", 3)
def test_a_place_in_a_split_is_the_same_on_every_box(row: Row) -> None:
    assert share_place(row["salt"], row["member"]) == int(row["place"])


def _sum(uses: tuple[RuleUse, ...]) -> dict[str, RuleUse]:
    return {"tenth": RuleUse("tenth", ON, len(uses), sum(use.amount_minor for use in uses))}


@_rows("Caps and budgets", 10)
def test_a_cap_stops_a_rule_and_a_budget_trims_it(row: Row) -> None:
    uses = offer_words.uses(row["given so far"], "tenth")
    seen = paying(*offer_words.basket("coffee 30.00"))
    assert seen.member is not None
    today = tuple(use for use in uses if use.on == ON)
    seen = replace(seen, member=replace(seen.member, uses=uses), ever=_sum(uses), today=_sum(today))
    bill = bill_terms(
        Promises(rules=(cut("tenth", percent_off=10, caps=offer_words.caps(row["caps"])),)), seen, Purse()
    )
    assert bill.off_minor == fen(row["off"])
    assert ", ".join(reason.code for each in bill.declined for reason in each.reasons) == row["refusal"]


def _given(bill: BillTerms) -> str:
    return ", ".join(f"{each.rule_id} {format_minor(each.amount_minor)}" for each in bill.reductions)


def _why(declined: tuple[Declined, ...]) -> str:
    return ", ".join(f"{each.rule_id} {each.reasons[0].code.removeprefix('offer.')}" for each in declined)


@_rows("Stacking", 13)
def test_offers_stack_by_their_groups(row: Row) -> None:
    promises = Promises(
        rules=offer_words.rules(row["rules"]), groups=offer_words.groups(row["groups"]), scopes=(DRINKS, BAKERY)
    )
    bill = bill_terms(promises, paying(*offer_words.basket(row["basket"])), Purse())
    assert (_given(bill), _why(bill.declined)) == (row["given"], row["declined"])


@_rows("The most that may come off a bill", 3)
def test_no_more_comes_off_than_allowed(row: Row) -> None:
    promises = Promises(rules=offer_words.rules(row["rules"]), most_off_percent=int(row["most percent"]))
    bill = bill_terms(promises, paying(*offer_words.basket(row["basket"])), Purse())
    assert (_given(bill), _why(bill.declined)) == (row["given"], row["declined"])


def _gift(words: str, place: int) -> Rule:
    found = re.fullmatch(r"(\w+): ([0-9]+)×([\w:]+)(?: per ([0-9.]+))?(?: \[(\w+)\])?", words)
    assert found is not None, words
    gift = UnitsGift(found[3], int(found[2]), per_minor=fen(found[4]) if found[4] else 0)
    return Rule(found[1], found[1], Event.ENROL, (gift,), group=found[5] or "", priority=-place)


@_rows("Claims", 3)
def test_an_enrolment_gives_what_is_open(row: Row) -> None:
    rules = tuple(_gift(words, place) for place, words in enumerate(row["rules"].split("; ")))
    seen: Occasion = replace(paying(), event=Event.ENROL)
    given, declined = claims(Promises(rules=rules, groups=offer_words.groups("g best")), seen)
    assert ", ".join(f"{each.rule_id} {each.units}" for each in given) == row["given"]
    assert _why(declined) == row["declined"]


def test_the_page_names_every_reason_an_offer_gives() -> None:
    sources = "".join((RULES / name).read_text(encoding="utf-8") for name in ("offers.py", "cuts.py", "conditions.py"))
    written = set(re.findall(r'"((?:offer|when)\.[a-z_]+)"', sources)) | {"offer.cap_in_all", "offer.cap_day"}
    conditions = {f"when.{name}" for name in When.__dataclass_fields__}
    assert {row["code"].strip("`") for row in worked_rows(PAGE, "Reasons", 16)} == written - conditions
