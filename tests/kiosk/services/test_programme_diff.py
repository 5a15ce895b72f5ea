"""Comparing a programme with the one in force: what changes, and whom it touches."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.i18n import Language
from kiosk.model.standing import Holders, Outstanding
from kiosk.screens.phrases_diff import change_lines, touched_lines
from kiosk.services.programme_diff import Change, Kind, changes
from kiosk.services.programme_explain import names_in
from kiosk.services.programme_touched import TierMove, touched
from kiosk.services.set_up import load_programme
from ledger.rules.pack import parse_programme
from ledger.rules.programme import Programme
from tests.builders import PROGRAMMES, Shop, open_shop

BAKERY = (PROGRAMMES / "bakery.toml").read_text(encoding="utf-8")


def _changed(*steps: tuple[str, str], version: str = "2026.4") -> Programme:
    text = BAKERY.replace('version = "2026.3"', f'version = "{version}"')
    for was, becomes in steps:
        assert text.count(was) >= 1, was
        text = text.replace(was, becomes, 1)
    return parse_programme(text.encode())


def _told(found: tuple[Change, ...]) -> list[tuple[str, str, str]]:
    return [(change.kind.value, change.one.section, change.one.ident) for change in found]


def test_the_same_programme_under_another_version_changes_nothing() -> None:
    assert changes(parse_programme(BAKERY.encode()), _changed()) == ()


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('bonus = "50.00"', 'bonus = "60.00"', ("changed", "ladder.rungs", "r300")),
        ('price = "22.00"', 'price = "24.00"', ("changed", "goods", "latte")),
        ('cut = [{ off = "10.00" }]', 'cut = [{ off = "8.00" }]', ("changed", "assets", "COUPON:ten-off")),
        ('reach = "500.00"', 'reach = "400.00"', ("changed", "tiers", "silver")),
        ("points = 300", "points = 320", ("changed", "mall", "soy-milk")),
        ("weight = 200", "weight = 150", ("changed", "lotteries", "oven")),
        ('per_day = "200.00"', 'per_day = "300.00"', ("changed", "family", "family")),
        ("most_percent = 30", "most_percent = 20", ("changed", "points", "points")),
        ("most_off_percent = 60", "most_off_percent = 50", ("changed", "settings", "most_off_percent")),
        ('ceiling = "3000.00"', 'ceiling = "2000.00"', ("changed", "settings", "limits.single_top_up")),
        ("余额再少也可以退。", "余额再少也退。", ("changed", "settings", "terms")),
        ('take = "all"', 'take = "best"', ("changed", "groups", "goods")),
        ("[family]", "[tags]\nlow_balance = 80\n\n[family]", ("changed", "settings", "tags.low_balance")),
        (
            "[family]",
            "[tags]\nrecency_days = [5, 10, 20, 60]\n\n[family]",
            ("changed", "settings", "tags.recency_days"),
        ),
        ('home_keep = "everything"', 'home_keep = "auto"', ("changed", "settings", "purses.home_keep")),
        ('home_keep = "everything"', 'home_keep = "200.00"', ("changed", "settings", "purses.home_keep")),
        ('visiting_keep = "0.00"', 'visiting_keep = "30.00"', ("changed", "settings", "purses.visiting_keep")),
        ("most_off_percent = 60", 'most_off_percent = 60\nsalt = "mai"', ("changed", "settings", "salt")),
        ('goods = ["latte"]', 'goods = ["latte", "soy-milk"]', ("changed", "scopes", "coffee")),
        ('on = "top_up"\ngroup = "gift"', 'on = "top_up"', ("changed", "rules", "double-bonus-festival")),
    ],
)
def test_one_change_of_a_file_is_one_change_told(was: str, becomes: str, told: tuple[str, str, str]) -> None:
    assert _told(changes(parse_programme(BAKERY.encode()), _changed((was, becomes)))) == [told]


def test_a_rule_that_comes_is_told_in_full_and_one_that_goes_by_its_name() -> None:
    before, after = parse_programme(BAKERY.encode()), _changed(("weekdays = [3]", "weekdays = [4]"))
    renamed = _changed(('id = "double-wednesday"', 'id = "double-day"'))
    assert _told(changes(before, renamed)) == [
        ("added", "rules", "double-day"),
        ("removed", "rules", "double-wednesday"),
    ]
    (change,) = changes(before, after)
    lines = list(change_lines(change, Language.ZH, names_in(after)))
    assert lines == ["~ 改动 规则 double-wednesday 周三双倍积分", "    条件  周三 -> 周四"]
    added, removed = changes(before, renamed)
    assert "    得到  积分按 200% 算" in list(change_lines(added, Language.ZH, {}))
    assert list(change_lines(removed, Language.EN, {})) == ["- removed rule double-wednesday 周三双倍积分"]


def test_turning_a_change_round_turns_its_sides_round() -> None:
    before, after = parse_programme(BAKERY.encode()), _changed(('bonus = "50.00"', 'bonus = "60.00"'))
    (there,), (back,) = changes(before, after), changes(after, before)
    assert there.kind is back.kind is Kind.CHANGED
    assert [(one.before, one.after) for one in there.differences] == [(o.after, o.before) for o in back.differences]


def _shop(folder: Path) -> Shop:
    shop = open_shop(folder, BAKERY.encode())
    shop.open_shift()
    return shop


def _without_latte_pass() -> Programme:
    section = BAKERY[BAKERY.index("[[passes]]") : BAKERY.index("[[vouchers]]")]
    product = BAKERY[BAKERY.index('[[products]]\nid = "latte-10"') : BAKERY.index('[[products]]\nid = "mooncake"')]
    return _changed((section, ""), (product, ""))


def test_members_who_hold_lots_keep_their_terms_and_are_counted(tmp_path: Path) -> None:
    shop = _shop(tmp_path)
    for name in ("李雪", "王芳"):
        member = shop.enrol(name, phone=f"1381234{len(name)}{ord(name[0]) % 1000:03d}")
        shop.top_up(member, 10_000)
    who = touched(shop.counter, _changed())
    assert who.holders == (Holders("2026.3", 2, 21_000),)
    assert "2 members hold lots under 2026.3 (balance 210.00); they keep their terms" in list(
        touched_lines(who, Language.EN, {})
    )


def test_coupons_that_members_hold_may_not_go_away_unsaid(tmp_path: Path) -> None:
    shop = _shop(tmp_path)
    shop.enrol()
    gone = touched(shop.counter, parse_programme((PROGRAMMES / "plain.toml").read_bytes())).gone
    assert gone == (Outstanding("COUPON:ten-off", 1, 1), Outstanding("PTS", 1, 50))
    assert touched(shop.counter, _without_latte_pass()).gone == ()
    who = touched(shop.counter, parse_programme((PROGRAMMES / "plain.toml").read_bytes()))
    names = names_in(shop.counter.programme())
    assert "！1 位会员还有 1 份 满 50 减 10，新方案里没有它了" in list(touched_lines(who, Language.ZH, names))


def test_a_lower_threshold_moves_those_whom_it_reaches_and_nobody_else(tmp_path: Path) -> None:
    shop = _shop(tmp_path)
    spender, other = shop.enrol(), shop.enrol("王芳", phone="13900001111")
    shop.pay(spender, 45_000)
    shop.pay(other, 1_000)
    lower = _changed(('reach = "500.00"', 'reach = "400.00"'))
    assert touched(shop.counter, lower).moves == (TierMove("", "银麦", 1),)
    assert touched(shop.counter, _changed()).moves == ()
    assert "1 members go from no tier to 银麦" in list(touched_lines(touched(shop.counter, lower), Language.EN, {}))


def test_lots_of_two_versions_are_told_apart(tmp_path: Path) -> None:
    shop = _shop(tmp_path)
    member = shop.enrol()
    shop.top_up(member, 10_000)
    new = BAKERY.replace('version = "2026.3"', 'version = "2026.4"').encode()
    load_programme(shop.counter.store, new, shop.clock.now() + timedelta(minutes=1))
    shop.top_up(member, 10_000)
    versions = [
        (one.version, one.members, one.total_minor) for one in touched(shop.counter, _changed(version="9")).holders
    ]
    assert versions == [("2026.3", 1, 10_500), ("2026.4", 1, 10_500)]
