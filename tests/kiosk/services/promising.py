"""A shop whose programme promises more: rules, products, a points mall and a lottery, said in a line."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.model import purses
from kiosk.services import claim, mall, redeem, sell
from kiosk.services.acts import Done
from kiosk.services.counter import Counter
from kiosk.services.member_facts import held_units
from kiosk.services.tendering import Tendering
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.rules.gifts import CHECK_IN
from ledger.rules.occasion import Event
from ledger.rules.promises import (
    AssetKind,
    Caps,
    Draw,
    Handout,
    Lottery,
    MallItem,
    PriceCut,
    Prize,
    Product,
    Promises,
    Rule,
    Scope,
    Span,
    UnitsGift,
    When,
)
from tests.builders import Shop

ONCE: Final = Caps(per_member=1)
DAILY: Final = Caps(per_member=1, per_days=1)
CHECKS_IN: Final = Rule("check-in", "签到", Event.CLAIM, (UnitsGift("PTS", 5),), caps=DAILY, group=CHECK_IN)
BIRTHDAY: Final = Rule(
    "birthday",
    "生日礼",
    Event.CLAIM,
    (UnitsGift("COUPON:cake", 1, span=Span(valid_days=30)),),
    When(birthday_within_days=3),
    Caps(per_member=1, per_days=300),
)
SHARED: Final = Rule("shared", "分享有礼", Event.CLAIM, (UnitsGift("PTS", 20),), When(code="SHARE"), ONCE)
SPUN: Final = Rule("spin", "转盘", Event.CLAIM, (Draw("wheel"),), caps=Caps(per_member=3))
THREE: Final = Rule(
    "three",
    "邀三送一",
    Event.CLAIM,
    (UnitsGift("COUPON:cake", 1), Handout("可颂一个")),
    takes="RIGHT:invited",
    takes_units=3,
)
PACK: Final = Rule("pack", "开卡礼包", Event.ENROL, (UnitsGift("COUPON:cake", 2), UnitsGift("PTS", 100)))
FRIEND: Final = Rule("friend", "受邀礼", Event.ENROL, (UnitsGift("PTS", 50),), When(code="referral"))
THANKS: Final = Rule("thanks", "推荐礼", Event.REFERRAL, (UnitsGift("PTS", 80), UnitsGift("RIGHT:invited", 1)))
WHEEL: Final = Lottery(
    "wheel",
    "幸运转盘",
    100,
    (
        Prize("big", "大奖", 5, UnitsGift("COUPON:cake", 1), stock=2),
        Prize("small", "小奖", 45, UnitsGift("PTS", 10)),
        Prize("bread", "面包", 10, Handout("面包一个"), stock=1),
    ),
)
PROMISES: Final = Promises(
    rules=(CHECKS_IN, BIRTHDAY, SHARED, SPUN, THREE, PACK, FRIEND, THANKS),
    scopes=(Scope("drinks", "饮品", goods=frozenset({"latte", "tea"})),),
    assets=(
        AssetKind("PTS", "积分", giftable=True),
        AssetKind("COUPON:cake", "蛋糕券", giftable=True),
        AssetKind("VISIT:wash", "洗护", giftable=True),
        AssetKind("GOODS:moon", "月饼"),
        AssetKind(
            "EXCHANGE:drink",
            "饮品兑换卡",
            Rule("use.drink", "饮品", Event.PAY, (PriceCut(percent_off=100, scope="drinks"),), takes="EXCHANGE:drink"),
        ),
        AssetKind("RIGHT:vip", "权益卡"),
        AssetKind("RIGHT:invited", "邀请"),
    ),
    products=(
        Product("wash10", "洗护十次", "VISIT:wash", 10, 99_999, extras=(UnitsGift("COUPON:cake", 1),)),
        Product("moon", "月饼券", "GOODS:moon", 1, 16_800, Span(valid_days=60)),
        Product("drinks3", "饮品三杯", "EXCHANGE:drink", 3, 5_000),
        Product("vip", "月度权益卡", "RIGHT:vip", 1, 3_000, Span(valid_days=30)),
        Product("dear", "年卡", "VISIT:wash", 400, 600_000),
    ),
    mall=(
        MallItem("cup", "马克杯", 50, stock=2, per_member=1),
        MallItem("cake", "蛋糕券", 30, asset="COUPON:cake", units=1, span=Span(valid_days=10)),
        MallItem("bag", "帆布袋", 20, price_minor=990),
    ),
    lotteries=(WHEEL,),
)


def promise(counter: Counter, promises: Promises = PROMISES) -> None:
    """Let a counter's programme promise more from now on."""
    programme = counter.programme()
    counter._programmes[programme.hash] = replace(programme, promises=promises)


def held(shop: Shop, member: Member) -> dict[str, int]:
    """What a member holds beside money and can use today."""
    return held_units(
        purses.holdings(shop.counter.store, member.member_id), shop.counter.business_date(shop.clock.now())
    )


def claims(shop: Shop, member: Member, *rule_ids: str, code: str = "", digits: str = "") -> Done:
    """Claim at the counter."""
    return claim.claim(shop.counter, shop.act(), claim.Claim(member.member_id, rule_ids, code, digits))


def sells(
    shop: Shop, member: Member, product_id: str = "wash10", price_minor: int = 99_999, tender: Tender = Tender.WECHAT
) -> Done:
    """Sell a product at its price."""
    asked = sell.Sale(member.member_id, product_id, price_minor, Tendering(tender))
    return sell.sell(shop.counter, shop.act(), asked)


def uses(shop: Shop, member: Member, asset: str = "VISIT:wash", units: int = 1, goods: str = "") -> Done:
    """Use up units at the counter."""
    return redeem.redeem(shop.counter, shop.act(), redeem.Use(member.member_id, asset, units, goods))


def exchanges(shop: Shop, member: Member, item_id: str, points: int, price_minor: int = 0) -> Done:
    """Exchange points for an item of the mall, the price in cash."""
    tendering = Tendering(Tender.CASH, None, price_minor) if price_minor else None
    asked = mall.Exchange(member.member_id, item_id, points, price_minor, tendering)
    return mall.exchange(shop.counter, shop.act(), asked)


def give_points(shop: Shop, member: Member, points: int) -> Done:
    """Give a member so many points, as a rule would."""
    promises = shop.counter.programme().promises
    rule = Rule("gift", "积分", Event.CLAIM, (UnitsGift("PTS", points),))
    promise(shop.counter, replace(promises, rules=(*promises.rules, rule)))
    done = claims(shop, member, "gift")
    promise(shop.counter, promises)
    return done


def balance(shop: Shop, account: str, asset: str = "CNY") -> int:
    """What an account was credited in all, less what it was debited."""
    sql = "SELECT coalesce(sum(CASE WHEN credit = ?1 THEN amount_minor ELSE 0 END - CASE WHEN debit = ?1"
    sql += " THEN amount_minor ELSE 0 END), 0) FROM posting WHERE asset = ?2"
    found: int = shop.counter.store.execute(sql, (account, asset)).fetchone()[0]
    return found
