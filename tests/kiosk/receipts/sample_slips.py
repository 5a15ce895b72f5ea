"""One slip of every kind, as a bakery in Shanghai would print it; the golden files are made of these."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.receipts import reports, slips
from kiosk.receipts.document import Document
from kiosk.receipts.facts import (
    CardSlip,
    CashSlip,
    DaySlip,
    DrawerCash,
    EnrolmentSlip,
    Everywhere,
    Letterhead,
    PaymentSlip,
    PeriodTotals,
    ShiftLine,
    ShiftSlip,
    SlipMember,
    Stamp,
    Tendered,
    TenderTotal,
    TermsReference,
    TopUpSlip,
    Unsent,
    VoidSlip,
)
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.rules.programme import Shop
from tests.kiosk.receipts.sample_offer_slips import OFFERS

ZONE: Final = ZoneInfo("Asia/Shanghai")
NOON: Final = datetime(2026, 11, 20, 6, 2, 11, tzinfo=UTC)
LATER: Final = datetime(2026, 11, 21, 1, 30, 5, tzinfo=UTC)
SHOP: Final = Shop(
    store="SH01",
    name="面包新语",
    branch="徐汇店",
    address="上海市徐汇区漕溪北路88号",
    phone="021-6468 1234",
    thanks="谢谢惠顾,明天见",
    complaint_phone="12315",
)
MEMBER: Final = SlipMember("M8F3K72QX", "李雪", "13800001234")
TERMS: Final = TermsReference("2026-11", "9f8e7d6c" * 8)
TERMS_TEXT: Final = """一、本储值仅限本店及同名门店购买商品,本金长期有效,不设期限。
二、充值所付为本金,店家所赠为赠金;每次消费按充值时本金与赠金的比例同时使用。
三、退款:付款之日起七日内未消费的,本金全额退还。其后退款按「实付本金-已消费商品原价」计算,原路退回,不收手续费,十五日内办结。
四、会员码或卡遗失,凭登记手机号挂失、补办,余额不变。
五、风险提示:请按需充值,妥善保管会员码与小票。"""
TOTALS: Final = PeriodTotals(
    top_up_count=5,
    top_up_minor=140_000,
    top_up_bonus_minor=22_000,
    top_up_tenders=(
        TenderTotal(Tender.CASH, 60_000, 2),
        TenderTotal(Tender.WECHAT, 50_000, 2),
        TenderTotal(Tender.ALIPAY, 30_000, 1),
    ),
    spend_count=31,
    list_price_minor=118_650,
    paid_price_minor=118_650,
    principal_spent_minor=97_071,
    bonus_spent_minor=16_179,
    rest_tenders=(TenderTotal(Tender.CASH, 5_400, 4),),
    void_count=1,
    void_minor=30_000,
    enrolled_count=3,
    refused_count=2,
    reprint_count=1,
    no_sale_count=1,
)
DRAWER: Final = DrawerCash(
    float_minor=50_000,
    top_up_minor=60_000,
    payment_minor=5_400,
    paid_in_minor=10_000,
    paid_out_minor=3_550,
    drop_minor=80_000,
    expected_minor=41_850,
)


def letterhead(language: str = "zh", *, training: bool = False) -> Letterhead:
    """Return the bakery's letterhead."""
    return Letterhead(SHOP, ZONE, language, training)


def stamp(number: int, approver: str | None = None) -> Stamp:
    """Return the stamp of the n-th entry."""
    return Stamp(f"1-{number:06d}", "a1b2c3d4", NOON, "王芳", "T1", approver)


def top_up(language: str = "zh") -> Document:
    """Return a top-up of 300 by WeChat with a bonus of 50."""
    paid = Tendered(Tender.WECHAT, 30_000, "4200002311202611206")
    return slips.top_up_slip(letterhead(language), TopUpSlip(stamp(123), MEMBER, TERMS, paid, 5_000, 13_600, 48_600))


def payment(language: str = "zh") -> Document:
    """Return a payment of 114.00 with a discount, from stored value and cash with change."""
    cash = Tendered(Tender.CASH, 3_400)
    facts = PaymentSlip(stamp(124), MEMBER, TERMS, 12_000, 11_400, 6_857, 1_143, cash, 5_000, 48_600, 40_600)
    return slips.payment_slip(letterhead(language), facts)


def stored_payment(language: str = "zh") -> Document:
    """Return the plainest payment: everything from stored value."""
    facts = PaymentSlip(stamp(125), MEMBER, TERMS, 4_800, 4_800, 4_114, 686, None, 0, 40_600, 35_800)
    return slips.payment_slip(letterhead(language), facts)


def void_top_up(language: str = "zh") -> Document:
    """Return the void of the top-up, approved by the manager."""
    facts = VoidSlip(
        stamp=stamp(126, "9001"),
        member=MEMBER,
        original_kind=EntryKind.TOP_UP,
        original_entry_no="1-000123",
        original_at=NOON,
        handed_back=Tendered(Tender.WECHAT, 30_000, "4200002311202611206"),
        principal_minor=-30_000,
        bonus_minor=-5_000,
        balance_before_minor=48_600,
        balance_after_minor=13_600,
    )
    return slips.void_slip(letterhead(language), facts)


def void_payment(language: str = "zh") -> Document:
    """Return the void of a payment from stored value alone."""
    facts = VoidSlip(stamp(127, "9001"), MEMBER, EntryKind.SPEND, "1-000125", NOON, None, 4_114, 686, 35_800, 40_600)
    return slips.void_slip(letterhead(language), facts)


def x_report(language: str = "zh") -> Document:
    """Return the X report of an open shift."""
    return reports.shift_slip(
        letterhead(language),
        ShiftSlip(NOON, "T1", "王芳", 2, date(2026, 11, 20), NOON, None, TOTALS, DRAWER),
    )


def z_report(language: str = "zh") -> Document:
    """Return the Z report of a shift that is 5.00 short."""
    drawer = DrawerCash(50_000, 60_000, 5_400, 10_000, 3_550, 80_000, 41_850, counted_minor=41_350)
    return reports.shift_slip(
        letterhead(language),
        ShiftSlip(LATER, "T1", "王芳", 2, date(2026, 11, 20), NOON, LATER, TOTALS, drawer, stamp(130)),
    )


def day_report(language: str = "zh") -> Document:
    """Return the day close over two tills."""
    lines = (
        ShiftLine("T1", 1, "陈晨", 50_000, 0),
        ShiftLine("T1", 2, "王芳", 41_350, -500),
        ShiftLine("T2", 1, "赵敏", None, None),
    )
    facts = DaySlip(LATER, date(2026, 11, 20), TOTALS, lines, 47, 12_345_678, stamp(131, "9001"))
    return reports.day_slip(letterhead(language), facts)


def paid_out(language: str = "zh") -> Document:
    """Return cash taken out for an errand."""
    facts = CashSlip(stamp(128), EntryKind.PAID_OUT, 3_550, "买清洁用品:抹布、洗洁精、垃圾袋,小票附后")
    return reports.cash_slip(letterhead(language), facts)


def no_sale(language: str = "zh") -> Document:
    """Return a drawer opened for change."""
    return reports.cash_slip(letterhead(language), CashSlip(stamp(129), EntryKind.NO_SALE, 0, "换零钱"))


def top_up_of_many_stores(language: str = "zh") -> Document:
    """Return a top-up of a member who holds value in other stores too."""
    paid, everywhere = Tendered(Tender.WECHAT, 30_000, "4200002311202611206"), Everywhere(68_600, LATER)
    facts = TopUpSlip(stamp(133), MEMBER, TERMS, paid, 5_000, 13_600, 48_600, everywhere)
    return slips.top_up_slip(letterhead(language), facts)


def payment_of_many_stores(language: str = "zh") -> Document:
    """Return the plainest payment of a member who holds value in other stores too."""
    facts = PaymentSlip(
        stamp(134), MEMBER, TERMS, 4_800, 4_800, 4_114, 686, None, 0, 40_600, 35_800, Everywhere(63_800, LATER)
    )
    return slips.payment_slip(letterhead(language), facts)


def day_report_unsent(language: str = "zh") -> Document:
    """Return the day close of a box that head office has not heard everything of."""
    lines = (ShiftLine("T1", 2, "王芳", 41_350, -500),)
    facts = DaySlip(
        LATER, date(2026, 11, 20), TOTALS, lines, 47, 12_345_678, stamp(135, "9001"), Unsent(12, 128_600, NOON)
    )
    return reports.day_slip(letterhead(language), facts)


def enrolment(language: str = "zh") -> Document:
    """Return the member's copy of the contract."""
    return slips.enrolment_slip(letterhead(language), EnrolmentSlip(stamp(120), MEMBER, TERMS, TERMS_TEXT, "K5T8WM2HC"))


def card_replaced(language: str = "zh") -> Document:
    """Return a card replaced after its loss."""
    facts = CardSlip(stamp(132, "9001"), MEMBER, EntryKind.CARD_REPLACED, "K7Y9QW3ND", "K5T8WM2HC")
    return slips.card_slip(letterhead(language), facts)


def reprint(language: str = "zh") -> Document:
    """Return the second reprint of the plainest payment."""
    return slips.reprinted(stored_payment(language), 2, LATER, ZONE)


def training(language: str = "zh") -> Document:
    """Return a practice top-up of an anonymous card."""
    paid = Tendered(Tender.CASH, 10_000)
    facts = TopUpSlip(stamp(7), SlipMember("M8F3K72QX"), TERMS, paid, 0, 0, 10_000)
    return slips.top_up_slip(letterhead(language, training=True), facts)


def sample(language: str = "zh") -> Document:
    """Return the test page."""
    return reports.sample_slip(letterhead(language), NOON)


ALL: Final[dict[str, Callable[[str], Document]]] = {
    build.__name__: build
    for build in (
        top_up,
        payment,
        stored_payment,
        void_top_up,
        void_payment,
        x_report,
        z_report,
        day_report,
        paid_out,
        no_sale,
        enrolment,
        card_replaced,
        reprint,
        training,
        sample,
        top_up_of_many_stores,
        payment_of_many_stores,
        day_report_unsent,
        *OFFERS,
    )
}
"""Every slip by name; each builds itself in `zh` or `en`."""
