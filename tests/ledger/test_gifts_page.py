"""The page of gifts, run: what a member can claim; and two rules never use the same units."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from ledger.rules.gifts import claims_now, in_order
from ledger.rules.member_facts import MemberFacts, RuleUse
from ledger.rules.occasion import Event, Occasion
from ledger.rules.offers import GivenKind
from ledger.rules.promises import BonusGift, Caps, Promises, Rule, UnitsGift, When
from tests.ledger.worked import Row, worked_rows

TODAY = date(2026, 11, 20)
THREE = Rule("three", "邀三", Event.CLAIM, (UnitsGift("COUPON:cake", 1),), takes="RIGHT:invited", takes_units=3)
RULES = (
    Rule(
        "check-in", "签到", Event.CLAIM, (UnitsGift("PTS", 5),), caps=Caps(per_member=1, per_days=1), group="check_in"
    ),
    Rule("birthday", "生日", Event.CLAIM, (UnitsGift("COUPON:cake", 1),), When(birthday_within_days=3)),
    Rule("shared", "分享", Event.CLAIM, (UnitsGift("PTS", 20),), When(code="SHARE"), Caps(per_member=1)),
    THREE,
)


def seen(row: Row) -> Occasion:
    member = MemberFacts(
        member_id="m",
        registered=True,
        enrolled_on=date(2026, 1, 1),
        birthday=date.fromisoformat(row["birthday"]) if row["birthday"] else None,
        uses=(RuleUse("check-in", TODAY, int(row["check-ins today"])),),
        held={"RIGHT:invited": int(row["invitations"])},
    )
    return Occasion(Event.CLAIM, "xuhui", TODAY, time(12), member, code=row["code"])


@pytest.mark.parametrize("row", worked_rows("gifts.md", "What is open", 7), ids=lambda row: "/".join(row.values()))
def test_a_member_can_claim_what_the_page_says_and_has_a_reason_for_the_rest(row: Row) -> None:
    claims = claims_now(Promises(rules=RULES), seen(row))
    assert ", ".join(claim.rule_id for claim in claims.open) == row["open"]
    assert {claim.rule_id for claim in claims.open} | {each.rule_id for each in claims.declined} == {
        rule.rule_id for rule in RULES
    }
    assert all(each.reasons for each in claims.declined)
    assert [claim.is_check_in for claim in claims.open] == [claim.rule_id == "check-in" for claim in claims.open]


@pytest.mark.parametrize(("held", "opened"), [(2, []), (3, ["one"]), (5, ["one"]), (6, ["one", "two"])])
def test_two_rules_never_take_the_same_units(held: int, opened: list[str]) -> None:
    pair = tuple(replace(THREE, rule_id=rule_id) for rule_id in ("one", "two"))
    member = MemberFacts("m", registered=True, enrolled_on=TODAY, held={"RIGHT:invited": held})
    claims = claims_now(Promises(rules=pair), Occasion(Event.CLAIM, "xuhui", TODAY, time(12), member))
    assert [claim.rule_id for claim in claims.open] == opened
    assert claims.one("three") is None


@pytest.mark.parametrize(("budget", "minor"), [(None, 700), (500, 500), (700, 700)])
def test_a_bonus_without_a_top_up_is_a_lot_of_its_own_within_its_budget(budget: int | None, minor: int) -> None:
    rule = Rule("cash", "礼金", Event.CLAIM, (BonusGift(fixed_minor=700),), caps=Caps(budget_minor=budget))
    member = MemberFacts("m", registered=True, enrolled_on=TODAY)
    claims = claims_now(Promises(rules=(rule,)), Occasion(Event.CLAIM, "xuhui", TODAY, time(12), member))
    (given,) = in_order(claims, ("cash",)).open[0].given
    assert (given.kind, given.amount_minor, given.special is not None) == (GivenKind.BONUS, minor, True)
