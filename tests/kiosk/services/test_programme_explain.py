"""Explaining a programme: every rule in sentences, in both languages, and nothing left out."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from datetime import time
from typing import Any, Final

import pytest

from kiosk.i18n import Language
from kiosk.screens.phrases_explain import HEADINGS, SECTIONS, WORDS, word_parts
from kiosk.services import programme_diff, programme_explain
from kiosk.services.programme_explain import Explained, explain, names_in
from ledger.accounts import Tender
from ledger.rules.pack import parse_programme
from ledger.rules.programme import Programme
from ledger.rules.promises import Share, When
from tests.builders import PROGRAMMES

FILES: Final = sorted(path.stem for path in PROGRAMMES.glob("*.toml"))


def _of(trade: str) -> Programme:
    return parse_programme((PROGRAMMES / f"{trade}.toml").read_bytes())


def _said(programme: Programme, one: Explained, language: Language = Language.ZH) -> dict[str, str]:
    return {heading: word_parts(parts, language, names_in(programme)) for heading, parts in one.parts}


def _rule(trade: str, ident: str, language: Language = Language.ZH) -> dict[str, str]:
    programme = _of(trade)
    (one,) = explain(programme, ident)
    return _said(programme, one, language)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("trade", FILES)
def test_everything_a_trade_offers_is_told_in_both_languages(trade: str, language: Language) -> None:
    programme, promises = _of(trade), _of(trade).promises
    told = explain(programme)
    for one in told:
        said = _said(programme, one, language)
        assert said
        assert all(text.strip() and "{" not in text and "scope:" not in text for text in said.values())
        assert SECTIONS[one.section].said(language)
        assert all(heading in HEADINGS for heading in said)
    assert [one.ident for one in told if one.section == "rules"] == [rule.rule_id for rule in promises.rules]
    declared = (promises.assets, promises.tiers, promises.products, promises.mall, promises.lotteries)
    assert len(told) >= len(programme.ladder.rungs) + len(promises.rules) + sum(map(len, declared))


@pytest.mark.parametrize("trade", FILES)
def test_a_rule_says_when_it_applies_what_it_gives_and_how_it_stacks(trade: str) -> None:
    programme = _of(trade)
    for one in explain(programme):
        if one.section == "rules":
            assert {"when", "who", "gives", "stacking"} <= set(_said(programme, one))


def test_a_bonus_by_the_month_is_told_with_its_cap_and_its_rival() -> None:
    said = _rule("beauty", "monthly-bonus")
    assert said["when"] == "充值时"
    assert said["who"] == "满 2,000.00；实名会员"
    assert said["gives"] == "赠金 240.00；分 6 个月到账，首月当场"
    assert said["caps"] == "每人 365 天内 2 次"
    assert said["stacking"] == "与 首次充值加送 30，只用于护理 只取最好的一个"
    assert _rule("beauty", "monthly-bonus", Language.EN)["caps"] == "2 a member within 365 days"


def test_a_member_day_is_told_with_its_days_and_its_scope() -> None:
    said = _rule("catering", "member-day")
    assert said["who"] == "每月 8、18、28 日；全部用储值付"
    assert said["gives"] == "减 12%；只用于 菜品（不含酒水）"


def test_hours_weekdays_and_festivals_are_told_as_people_say_them() -> None:
    assert _rule("beauty", "weekday-care")["who"].startswith("周一、周二、周三、周四、周五；10:00-12:00 之间")
    assert _rule("retail", "triple-eleven")["who"] == "双十一 当天"
    assert _rule("retail", "birthday-points", Language.EN)["who"].endswith("on the birthday")


def test_what_a_rule_uses_up_is_told() -> None:
    assert _rule("beauty", "invite-three")["takes"] == "邀请记录 3 份"


def test_groups_that_do_not_go_together_are_told_from_both_sides() -> None:
    assert "不与 每满 100 减 5、满 80 减 3 同享" in _rule("retail", "gold-price")["stacking"]
    assert "金卡 97 折" in _rule("retail", "step-a")["stacking"].partition("不与")[2]


def test_a_coupon_is_told_by_its_asset_and_an_id_that_is_not_there_by_nothing() -> None:
    assert _rule("bakery", "COUPON:cake-20")["gives"] == "减 20%；只用于 蛋糕；最多减 50.00"
    assert explain(_of("bakery"), "nix") == ()


SET: Final[dict[str, Any]] = {
    "hours": ((time(7), time(9)),),
    "share": Share("s", 0, 50),
    "tenders": frozenset({Tender.CASH}),
    "code": "X",
}


@pytest.mark.parametrize("condition", [one.name for one in fields(When)])
def test_every_condition_a_rule_can_have_has_words(condition: str) -> None:
    plain = getattr(When(), condition)
    value = SET.get(condition, True if plain is False else frozenset({1}) if isinstance(plain, frozenset) else 3)
    (reason,) = tuple(programme_explain._conditions(When(**{condition: value})))
    for language in Language:
        said = word_parts((reason,), language, {})
        assert said
        assert said != word_parts(tuple(programme_explain._conditions(When())), language, {})


def test_every_code_has_words_and_no_words_are_idle() -> None:
    source = inspect.getsource(programme_explain) + inspect.getsource(programme_diff)
    written = set(re.findall(r'Reason\(\s*"([a-z_.]+)"', source))
    assert written <= set(WORDS)
    made = {"on.", "if.", "tier.", "group."}
    assert {code for code in WORDS if not code.startswith(tuple(made))} == {
        code for code in written if not code.startswith(tuple(made))
    }
