"""The five trades' programmes: each loads, sells lawfully, and promises what its trade lives on."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from ledger.rules.occasion import Event
from ledger.rules.pack import parse_programme
from ledger.rules.programme import Programme
from ledger.rules.promises import BonusGift, FreeOrder, PointsTimes, UnitsGift
from ledger.rules.tag_policy import DEFAULT_TAGS

PROGRAMMES: Final = Path(__file__).parents[2] / "kiosk" / "demo" / "programmes"
TRADES: Final = ("bakery", "beauty", "fitness", "retail", "catering")


def _of(trade: str) -> Programme:
    return parse_programme((PROGRAMMES / f"{trade}.toml").read_bytes())


def _bonuses(programme: Programme) -> list[BonusGift]:
    return [effect for rule in programme.promises.rules for effect in rule.gives if isinstance(effect, BonusGift)]


@pytest.mark.parametrize("trade", TRADES)
def test_a_trades_programme_loads_and_says_how_a_refund_is_reckoned(trade: str) -> None:
    programme = _of(trade)
    for needed in (
        "7 日内",
        "应退等于实付减去已支付金额乘以实付再除以实付与赠金之和",
        "15 日内退清",
        "12315",
        "30 天公告",
    ):
        assert needed in programme.terms.text
    assert programme.terms.text.encode("gbk"), "a slip printer can print it"
    assert programme.limits.registered_balance is not None
    assert programme.limits.registered_balance.ceiling_minor == 500_000


@pytest.mark.parametrize("trade", TRADES)
def test_a_trades_example_of_a_refund_is_right_to_the_fen(trade: str) -> None:
    text = _of(trade).terms.text
    line = next(line for line in text.splitlines() if line.startswith("例："))
    figures = [int(part.replace(".", "")) for part in _amounts(line)]
    paid, bonus, used, formula_a, formula_b = figures
    assert formula_a == paid - (used * paid * 2 + paid + bonus) // (2 * (paid + bonus))
    assert formula_b == paid - used


def _amounts(line: str) -> list[str]:
    words = "".join(sign if sign.isdigit() or sign == "." else " " for sign in line)
    return [word for word in words.split() if "." in word]


@pytest.mark.parametrize("trade", TRADES)
def test_terms_speak_of_a_last_day_where_a_bonus_has_one(trade: str) -> None:
    programme = _of(trade)
    if any(bonus.span.valid_days for bonus in _bonuses(programme)):
        assert "有效" in programme.terms.text
        assert "印有日期" in programme.terms.text
    if any(bonus.instalments > 1 for bonus in _bonuses(programme)):
        assert "未到账的赠金" in programme.terms.text


def test_the_five_trades_differ_in_version_words_and_rules() -> None:
    programmes = [_of(trade) for trade in TRADES]
    assert len({programme.version for programme in programmes}) == len(TRADES)
    assert len({programme.shop.name for programme in programmes}) == len(TRADES)
    names = [{rule.name for rule in programme.promises.rules} for programme in programmes]
    assert not any(one & other for place, one in enumerate(names) for other in names[:place])


def test_beauty_sells_courses_releases_bonus_by_the_month_and_thanks_who_brings_friends() -> None:
    beauty = _of("beauty")
    assert {"VISIT:facial-10", "VISIT:lifting-6"} <= {product.asset for product in beauty.promises.products}
    assert any(bonus.instalments == 6 for bonus in _bonuses(beauty))
    assert any(rule.event is Event.REFERRAL for rule in beauty.promises.rules)
    assert any(rule.takes == "RIGHT:invited" and rule.takes_units == 3 for rule in beauty.promises.rules)
    assert any(rule.when.birthday_within_days is not None for rule in beauty.promises.rules)


def test_fitness_sells_membership_checks_members_in_and_holds_gifts_back() -> None:
    fitness = _of("fitness")
    assert {"RIGHT:year", "VISIT:class-20"} <= {product.asset for product in fitness.promises.products}
    assert any(rule.group == "check_in" for rule in fitness.promises.rules)
    assert any(bonus.span.after_days and bonus.scope for bonus in _bonuses(fitness))
    assert fitness.promises.points is not None
    assert fitness.promises.points.pending_days == 7


def test_retail_has_tiers_by_spend_a_mall_with_stock_and_cash_double_days_and_a_split() -> None:
    retail = _of("retail")
    assert [tier.measure for tier in retail.promises.tiers] == ["spent"] * 3
    assert any(item.price_minor and item.stock for item in retail.promises.mall)
    assert sum(isinstance(effect, PointsTimes) for rule in retail.promises.rules for effect in rule.gives) >= 3
    shares = [rule.when.share for rule in retail.promises.rules if rule.when.share]
    assert [(share.low, share.high) for share in shares] == [(0, 45), (45, 90)]
    assert len({share.salt for share in shares}) == 1
    assert {product.asset for product in retail.promises.products} >= {"GOODS:fruit-box", "GOODS:rice"}


def test_catering_has_hours_a_member_day_a_bonus_in_two_parts_free_orders_and_families() -> None:
    catering = _of("catering")
    rules = catering.promises.rules
    assert any(bonus.now_percent == 85 for bonus in _bonuses(catering))
    assert any(rule.when.hours for rule in rules)
    assert any(rule.when.month_days == {8, 18, 28} for rule in rules)
    assert any(isinstance(effect, FreeOrder) for rule in rules for effect in rule.gives)
    assert sorted(rule.when.dormant_days_from for rule in rules if rule.when.dormant_days_from) == [30, 90]
    assert catering.promises.family is not None


def test_trades_with_a_rhythm_of_their_own_count_their_members_by_it() -> None:
    tags = {trade: _of(trade).promises.tags for trade in TRADES}
    assert (tags["fitness"].quiet_from_days, tags["fitness"].asleep_from_days) == (14, 45)
    assert (tags["beauty"].quiet_from_days, tags["beauty"].low_balance_minor) == (45, 20_000)
    assert tags["bakery"] == DEFAULT_TAGS


@pytest.mark.parametrize("trade", TRADES)
def test_every_asset_a_trade_declares_can_be_got(trade: str) -> None:
    promises = _of(trade).promises
    given = {effect.asset for rule in promises.rules for effect in rule.gives if isinstance(effect, UnitsGift)}
    given |= {f"COUPON:{e.coupon}" for rule in promises.rules for e in rule.gives if isinstance(e, FreeOrder)}
    given |= {product.asset for product in promises.products} | {item.asset for item in promises.mall}
    given |= {extra.asset for product in promises.products for extra in product.extras}
    given |= {p.gives.asset for one in promises.lotteries for p in one.prizes if isinstance(p.gives, UnitsGift)}
    if trade != "bakery":
        assert {kind.asset for kind in promises.assets} <= given
    assert given
