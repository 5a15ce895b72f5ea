"""Slips of what members own beside money, as a bakery would print them; part of the golden files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.receipts.document import Document
from kiosk.receipts.facts import Brought, Letterhead, SlipMember, Stamp, Tendered, TermsReference
from kiosk.receipts.offer_slips import Counted, DrawSlip, OfferSlip, OfferTitle, offer_slip
from ledger.accounts import Tender
from ledger.rules.lottery import Drawn, Odds, anchor_of, prize_of, seed_of, ticket_of
from ledger.rules.programme import Shop

MEMBER: Final = SlipMember("M8F3K72QX", "李雪", "13800001234")
FRIEND: Final = SlipMember("M4T7W92HC", "李明", "13900005678")
TERMS: Final = TermsReference("2026-11", "9f8e7d6c" * 8)
SHOP: Final = Shop(
    "SH01", "面包新语", "徐汇店", "上海市徐汇区漕溪北路88号", "021-6468 1234", "谢谢惠顾,明天见", "12315"
)
NOON: Final = datetime(2026, 11, 20, 6, 2, 11, tzinfo=UTC)
MIXED: Final = "01KAG3Q5Z8ZZZZZZZZZZZZZZZZ"
ENGLISH: Final = {
    "可颂十次卡": "Ten croissants",
    "可颂": "Croissant",
    "生日蛋糕券": "Birthday cake coupon",
    "饮品兑换卡": "Drink card",
    "拿铁": "Latte",
    "帆布袋": "Canvas bag",
    "积分 10": "10 points",
    "积分": "Points",
    "大奖": "Big prize",
    "幸运转盘": "Lucky wheel",
    "terms": "1. This card is good for ten croissants, for ever.\n2. What is left is refunded by its share of the price.",
}
TERMS_ZH: Final = "一、本卡可兑换可颂十个,长期有效。\n二、未使用部分可按实付金额比例退款。"


def letterhead(language: str) -> Letterhead:
    """Return the bakery's."""
    return Letterhead(SHOP, ZoneInfo("Asia/Shanghai"), language)


def stamp(sequence: int) -> Stamp:
    """Return where an entry of that noon stands."""
    return Stamp(f"1-{sequence:06d}", "3f9a1c07", NOON, "王芳", "T1")


def namer(language: str) -> Callable[[str], str]:
    """Return how a programme in a language calls its things."""
    if language == "en":
        return ENGLISH.__getitem__
    return lambda name: TERMS_ZH if name == "terms" else name


def pass_sold(language: str = "zh") -> Document:
    """Return a pass of ten that was paid in cash, with what came with it and its terms."""
    say = namer(language)
    facts = OfferSlip(
        OfferTitle.SOLD,
        stamp(141),
        MEMBER,
        what=say("可颂十次卡"),
        paid=Tendered(Tender.CASH, 19_800),
        cash_given_minor=20_000,
        brought=(Brought(say("可颂"), 10), Brought(say("生日蛋糕券"), 1, expires_on=date(2026, 12, 19))),
        left=(Counted(say("可颂"), 10),),
        terms=TERMS,
        terms_text=say("terms"),
    )
    return offer_slip(letterhead(language), facts)


def visit_used(language: str = "zh") -> Document:
    """Return one use of an exchange card."""
    say = namer(language)
    facts = OfferSlip(
        OfferTitle.REDEEMED,
        stamp(142),
        MEMBER,
        chosen=say("拿铁"),
        used=(Counted(say("饮品兑换卡"), 1),),
        left=(Counted(say("饮品兑换卡"), 2),),
    )
    return offer_slip(letterhead(language), facts)


def points_exchanged(language: str = "zh") -> Document:
    """Return points and money for a bag."""
    say = namer(language)
    facts = OfferSlip(
        OfferTitle.REDEEMED,
        stamp(143),
        MEMBER,
        what=say("帆布袋"),
        paid=Tendered(Tender.WECHAT, 990, "4200001234"),
        used=(Counted(say("积分"), 200),),
        left=(Counted(say("积分"), 1_280),),
        brought=(Brought(say("帆布袋"), words=say("帆布袋")),),
    )
    return offer_slip(letterhead(language), facts)


def gift_given(language: str = "zh") -> Document:
    """Return two visits that went to a friend; of the friend it says a masked name and a code."""
    say = namer(language)
    used, left = (Counted(say("可颂"), 2),), (Counted(say("可颂"), 7),)
    facts = OfferSlip(OfferTitle.GIFTED, stamp(144), MEMBER, used=used, left=left, other=FRIEND)
    return offer_slip(letterhead(language), facts)


def drawn(language: str = "zh") -> Document:
    """Return a draw with its prize and everything needed to check it."""
    say = namer(language)
    secret = b"\x07" * 32
    odds = (Odds("big", 5, left=False), Odds("small", 90, left=True))
    seed = seed_of(secret, 3)
    ticket = ticket_of(seed, MIXED, "8866", 100)
    place = ("wheel", "spin", anchor_of(secret), 3, seed, MIXED, "8866")
    result = Drawn(*place, 100, odds, ticket, prize_of(odds, ticket))
    wheel = DrawSlip(say("幸运转盘"), {"big": say("大奖"), "small": say("积分 10")}, result)
    brought = (Brought(say("积分"), 10),) if result.prize_id else ()
    facts = OfferSlip(OfferTitle.ISSUED, stamp(145), MEMBER, brought=brought, draws=(wheel,))
    return offer_slip(letterhead(language), facts)


OFFERS: Final[tuple[Callable[[str], Document], ...]] = (pass_sold, visit_used, points_exchanged, gift_given, drawn)
"""Each of them, by the name of its function."""
