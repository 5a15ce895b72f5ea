"""What stands on each slip, in shop language; page docs/rules/receipt.md."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.receipts import slips
from kiosk.receipts.document import Document, KeyValue, Marker, Qr, Sum, Text
from kiosk.receipts.facts import PaymentSlip, Tendered, TopUpSlip
from kiosk.receipts.parts import masked_name, masked_phone, money
from kiosk.receipts.wording import KIND_TITLES, TENDER_WORDS, WORDS
from ledger.accounts import Tender
from tests.kiosk.receipts import sample_slips
from tests.kiosk.receipts.sample_slips import LATER, MEMBER, TERMS, TERMS_TEXT, ZONE, letterhead, stamp

amounts = st.integers(0, 10**9)


def sums_of(document: Document) -> list[list[int]]:
    """Return each addition on a slip: its parts, then its total."""
    found = [block for block in document.blocks if isinstance(block, Sum)]
    return [[*(part.minor for part in block.parts), block.total.minor] for block in found]


def rows_of(document: Document) -> dict[str, str]:
    """Return the labelled lines of a slip."""
    return {block.label: block.value for block in document.blocks if isinstance(block, KeyValue)}


def test_both_languages_word_the_same_things() -> None:
    assert WORDS["zh"].keys() == WORDS["en"].keys()
    assert all(WORDS[language][key] for language in WORDS for key in (*KIND_TITLES.values(), *TENDER_WORDS.values()))


def test_an_english_slip_has_no_chinese_but_the_shops_own() -> None:
    own = (sample_slips.SHOP.name, sample_slips.SHOP.branch, sample_slips.SHOP.address, sample_slips.SHOP.thanks)
    texts = str([build("en").blocks for build in sample_slips.ALL.values() if build is not sample_slips.sample])
    for text in (*own, "李*", "王芳", "陈晨", "赵敏", "换零钱", TERMS_TEXT.replace("\n", "\\n"), "￥"):
        texts = texts.replace(text, "")
    texts = texts.replace("买清洁用品:抹布、洗洁精、垃圾袋,小票附后", "")
    assert texts.isascii()


def test_a_top_up_adds_paid_and_bonus_to_the_balance() -> None:
    assert sums_of(sample_slips.top_up()) == [[13_600, 30_000, 5_000, 48_600]]


def test_a_payment_shows_price_parts_and_balance_as_additions() -> None:
    document = sample_slips.payment()
    assert sums_of(document) == [[12_000, -600, 11_400], [6_857, 1_143, 3_400, 11_400], [48_600, -8_000, 40_600]]
    assert rows_of(document)["找零"] == "16.00"


@given(principal=amounts, bonus=amounts, rest=amounts, discount=amounts, before=amounts)
def test_any_payment_that_adds_up_has_a_slip(principal: int, bonus: int, rest: int, discount: int, before: int) -> None:
    paid = principal + bonus + rest
    facts = PaymentSlip(
        stamp=stamp(1),
        member=MEMBER,
        terms=TERMS,
        list_price_minor=paid + discount,
        paid_price_minor=paid,
        principal_minor=principal,
        bonus_minor=bonus,
        rest=Tendered(Tender.ALIPAY, rest, "2026112022001") if rest else None,
        cash_given_minor=0,
        balance_before_minor=before + principal + bonus,
        balance_after_minor=before,
    )
    assert sums_of(slips.payment_slip(letterhead(), facts))[-1][-1] == before
    wrong = replace(facts, balance_after_minor=before + 1)
    with pytest.raises(AssertionError):
        slips.payment_slip(letterhead(), wrong)


def test_a_top_up_that_does_not_add_up_has_no_slip() -> None:
    facts = TopUpSlip(stamp(1), MEMBER, TERMS, Tendered(Tender.CASH, 30_000), 5_000, 0, 34_999)
    with pytest.raises(AssertionError, match="sum"):
        slips.top_up_slip(letterhead(), facts)


def test_a_void_mirrors_what_it_undoes() -> None:
    assert sums_of(sample_slips.void_top_up()) == [[48_600, -30_000, -5_000, 13_600]]
    assert sums_of(sample_slips.void_payment()) == [[35_800, 4_114, 686, 40_600]]
    rows = rows_of(sample_slips.void_top_up())
    assert rows["原单号"] == "1-000123"
    assert rows["退还 微信支付"] == "￥300.00"


def test_x_and_z_add_up_the_same_figures_and_only_the_counted_drawer_is_added_up() -> None:
    x, z = sums_of(sample_slips.x_report()), sums_of(sample_slips.z_report())
    assert x == z[:-2]
    assert z[-2:] == [[50_000, 60_000, 5_400, 10_000, -3_550, -80_000, 41_850], [41_350, -41_850, -500]]


def test_whoever_counts_does_not_read_on_paper_what_the_drawer_should_hold() -> None:
    x, z = sample_slips.x_report().to_json().decode(), sample_slips.z_report().to_json().decode()
    assert "418.50" in z
    assert "418.50" not in x
    assert "应有现金，交班点数后才显示" in x


@pytest.mark.parametrize("name", ["top_up_of_many_stores", "payment_of_many_stores"])
def test_a_slip_says_what_is_here_and_what_all_stores_hold_where_head_office_said_so(name: str) -> None:
    rows = rows_of(sample_slips.ALL[name]("zh"))
    assert rows["各店合计"] == ("￥686.00" if name.startswith("top") else "￥638.00")
    assert rows["截至"] == "2026-11-21 09:30:05"
    alone = rows_of(sample_slips.ALL[name.removesuffix("_of_many_stores").replace("payment", "stored_payment")]("zh"))
    assert "各店合计" not in alone


def test_a_day_closed_with_entries_unsent_says_so_on_its_report() -> None:
    rows = rows_of(sample_slips.day_report_unsent())
    assert (rows["未上传总部"], rows["其中储值变动"]) == ("12 笔", "￥1,286.00")
    assert "未上传总部" not in rows_of(sample_slips.day_report())


@pytest.mark.parametrize("name", ["top_up", "payment", "stored_payment", "void_top_up", "enrolment", "card_replaced"])
def test_a_customers_slip_hides_who_and_carries_the_code(name: str) -> None:
    document = sample_slips.ALL[name]("zh")
    assert rows_of(document)["会员"] == "李* 138****1234"
    assert [block.content for block in document.blocks if isinstance(block, Qr)] == ["M8F3K72QX"]
    assert "13800001234" not in document.to_json().decode()
    assert "李雪" not in document.to_json().decode()


@pytest.mark.parametrize("name", ["top_up", "payment", "stored_payment", "enrolment"])
def test_a_slip_that_moves_value_names_its_entry_and_its_terms(name: str) -> None:
    rows = rows_of(sample_slips.ALL[name]("zh"))
    assert rows["单号"].endswith("#a1b2c3d4")
    assert rows["条款"] == "2026-11 #9f8e7d6c"
    assert rows["投诉电话"] == "12315"


def test_the_contract_carries_the_whole_terms() -> None:
    texts = [block.text for block in sample_slips.enrolment().blocks if isinstance(block, Text)]
    assert TERMS_TEXT in texts


def test_a_reprint_says_so_above_and_below_and_changes_nothing_else() -> None:
    original = sample_slips.stored_payment()
    copy = slips.reprinted(original, 2, LATER, ZONE)
    band = Marker("补打 2", "2026-11-21 09:30:05")
    assert copy.blocks == (band, *original.blocks, band)
    assert slips.reprinted(sample_slips.payment("en"), 1, LATER, ZONE).blocks[0] == Marker(
        "REPRINT 1", "2026-11-21 09:30:05"
    )


def test_the_slip_of_a_voided_entry_says_so_above_and_below() -> None:
    bands = slips.voided(sample_slips.top_up(), "1-000126").blocks
    assert bands[0] == bands[-1] == Marker("已撤销", "1-000126")


def test_a_practice_slip_says_so_above_and_below() -> None:
    blocks = sample_slips.training().blocks
    assert blocks[0] == blocks[-1] == Marker("培训", "练习单据，不作凭证")


@pytest.mark.parametrize(
    ("name", "shown"), [("李雪", "李*"), ("欧阳小明", "欧***"), ("李", "李*"), ("Anna Smith", "A***"), (" ", "")]
)
def test_a_name_shows_its_first_character(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(("phone", "shown"), [("13800001234", "138****1234"), ("123456", "****3456"), ("", "")])
def test_a_phone_shows_head_and_tail(phone: str, shown: str) -> None:
    assert masked_phone(phone) == shown


@pytest.mark.parametrize(("minor", "shown"), [(123_450, "￥1,234.50"), (-5, "-￥0.05"), (0, "￥0.00")])
def test_money_carries_its_sign_once(minor: int, shown: str) -> None:
    assert money(minor) == shown
