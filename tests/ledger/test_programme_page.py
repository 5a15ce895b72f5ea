"""docs/rules/programme.md, table by table, and the demo programme."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from ledger.errors import LedgerError, ProgrammeUnreadable, VoidClause
from ledger.rules.pack import LARGEST_FILE, parse_programme
from ledger.rules.pack_fields import LIMITS, OWN_PATHS
from ledger.rules.programme import ApprovedAct, Programme, PursePolicy
from ledger.rules.reading import Expected
from tests.ledger.programmes import SMALLEST_FILE, said
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "programme.md"
BAKERY = Path(__file__).parents[2] / "kiosk" / "demo" / "programmes" / "plain.toml"


def _answer(content: str) -> str:
    try:
        parse_programme(content.encode())
    except LedgerError as error:
        return said(error)
    return "loads"


def _with_terms(text: str) -> bytes:
    return SMALLEST_FILE.replace("本金随时可退。", text).encode()


def test_the_page_lists_every_key_a_programme_has_beside_its_promises() -> None:
    assert {row["key"] for row in worked_rows(PAGE, "Keys", 50)} == set(OWN_PATHS)


def test_a_key_the_page_calls_needed_is_missed_and_another_is_not() -> None:
    always = {row["key"].rpartition(".")[2] for row in worked_rows(PAGE, "Keys", 50) if row["needed"] == "yes"}
    tables = {"shop", "ladder", "sign_in", "terms"}
    for line in SMALLEST_FILE.splitlines():
        key, equals, _ = line.partition(" = ")
        if equals and key not in {"bonus", "minimum"}:
            missing = "MissingKey" in _answer(SMALLEST_FILE.replace(f"{line}\n", "", 1))
            assert missing == (key in always - tables), key


@pytest.mark.parametrize(
    "row", worked_rows(PAGE, "What is refused", 34), ids=lambda row: f"{row['line']} -> {row['becomes']}"
)
def test_a_programme_that_does_not_fit_is_refused_with_the_place(row: Row) -> None:
    assert SMALLEST_FILE.count(f"{row['line']}\n") == 1
    becomes = row["becomes"].replace("; ", "\n")
    assert _answer(SMALLEST_FILE.replace(row["line"], becomes, 1)) == " ".join(row["refused as"].split(" "))


@pytest.mark.parametrize("row", worked_rows(PAGE, "Rungs side by side", 7), ids=lambda row: "/".join(row.values()))
def test_two_rungs_never_offer_different_bonuses_for_one_amount_on_one_day(row: Row) -> None:
    lines = ["[[ladder.rungs]]", f'id = "{row["id"]}"', f'pay = "{row["pay"]}"', 'bonus = "9.00"']
    lines += [f"{key} = {row[column]}" for key, column in (("starts_on", "from"), ("ends_on", "to")) if row[column]]
    assert _answer(SMALLEST_FILE.replace("[limits]", "\n".join([*lines, "", "[limits]"]))) == row["answer"]


@pytest.mark.parametrize("row", worked_rows(PAGE, "Void clauses", 16), ids=lambda row: row["words"])
def test_terms_with_a_void_clause_do_not_load(row: Row) -> None:
    with pytest.raises(VoidClause) as refused:
        parse_programme(_with_terms(f"一、总则。{row['words']}"))
    assert refused.value.article == row["refused by"]
    assert refused.value.clause in row["words"]


@pytest.mark.parametrize("row", worked_rows(PAGE, "Clauses that stand", 14), ids=lambda row: row["words"])
def test_terms_that_the_law_leaves_to_the_shop_do_load(row: Row) -> None:
    assert parse_programme(_with_terms(f"一、总则。{row['words']}")).terms.text.endswith(row["words"])


@pytest.mark.parametrize("hidden", ["\u200b", "\u3000", "\n", "·"])
def test_a_void_clause_is_found_with_anything_between_its_characters(hidden: str) -> None:
    with pytest.raises(VoidClause):
        parse_programme(_with_terms(hidden.join("概不退款")))


def test_a_void_clause_on_the_last_line_of_the_slip_or_in_the_cashiers_line_does_not_load_either() -> None:
    with pytest.raises(VoidClause):
        parse_programme(SMALLEST_FILE.replace("[ladder]", 'thanks = "最终解释权归本店"\n[ladder]').encode())
    with pytest.raises(VoidClause):
        parse_programme(SMALLEST_FILE.replace('id = "r300"', 'id = "r300"\nscript = "充值后概不退款哦"').encode())


def test_the_page_explains_every_expectation() -> None:
    rows = worked_rows(PAGE, "What `expected` says", 26)
    assert [row["expected"] for row in rows] == [expected.value for expected in Expected]


def test_without_any_amount_at_least_one_rung_is_needed() -> None:
    head, rest = SMALLEST_FILE.split("[[ladder.rungs]]")
    bare = head.replace("any_amount = true", "any_amount = false") + rest[rest.index("[limits]") :]
    assert _answer(bare) == "BadValue ladder.rungs = , at_least_one_rung"
    assert _answer(bare.replace("any_amount = false", "any_amount = true")) == "loads"


def test_the_ladder_is_sorted_however_it_was_written() -> None:
    lower = '[[ladder.rungs]]\nid = "r100"\npay = 100\nbonus_percent = 5\n\n[limits]'
    programme = parse_programme(SMALLEST_FILE.replace("[limits]", lower).encode())
    assert [rung.pay_minor for rung in programme.ladder.rungs] == [10_000, 30_000]
    assert programme.ladder.rungs[0].bonus_percent == 5


@pytest.mark.parametrize(
    "content",
    [b"\xcf\xc9", b"[" * 5_000, b"#" * (LARGEST_FILE + 1), b"a = 1\na = 2", b"version = "],
    ids=["gbk", "nested", "too large", "twice", "cut off"],
)
def test_a_file_that_is_no_programme_is_unreadable(content: bytes) -> None:
    with pytest.raises(ProgrammeUnreadable):
        parse_programme(content)


def test_a_file_saved_with_a_byte_order_mark_loads_and_keeps_its_own_hash() -> None:
    content = b"\xef\xbb\xbf" + SMALLEST_FILE.encode()
    assert parse_programme(content).hash == hashlib.sha256(content).hexdigest()


def _bakery() -> Programme:
    return parse_programme(BAKERY.read_bytes())


def test_the_demo_bakery_loads_with_every_key_in_use() -> None:
    bakery = _bakery()
    assert (bakery.shop.store, bakery.shop.name, bakery.shop.branch) == ("xuhui", "麦香里", "徐汇店")
    assert [rung.pay_minor for rung in bakery.ladder.rungs] == [10_000, 30_000, 50_000, 88_800, 100_000]
    assert all(rung.script for rung in bakery.ladder.rungs)
    assert bakery.ladder.rungs[3].starts_on == date(2027, 1, 25)
    assert {field.key for field in LIMITS} >= {"registered_balance", "anonymous_balance"}
    assert bakery.limits.registered_balance is not None
    assert bakery.limits.registered_balance.ceiling_minor == fen("5,000.00")
    assert bakery.limits.anonymous_balance is not None
    assert bakery.limits.anonymous_balance.ceiling_minor == fen("1,000.00")


def test_the_demo_terms_can_be_printed_and_carry_the_refund_arithmetic() -> None:
    text = _bakery().terms.text
    assert text.encode("gbk")
    for worked in ("214.29", "200.00", "15 日内退清", "12315", "30 天公告", "挂失", "手续费"):
        assert worked in text
    assert _bakery().terms.text_hash == hashlib.sha256(text.encode()).hexdigest()


def test_an_act_needs_approval_from_its_amount_up_and_others_never() -> None:
    approvals = parse_programme(
        SMALLEST_FILE.replace('void = "0.00"', 'void = "0.00"\npaid_out = "50.00"').encode()
    ).approvals
    assert approvals.needed(ApprovedAct.VOID)
    assert not approvals.needed(ApprovedAct.PAID_OUT, 4_999)
    assert approvals.needed(ApprovedAct.PAID_OUT, 5_000)
    assert not approvals.needed(ApprovedAct.DROP, 10**9)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", PursePolicy(None, home_keep_auto=False, visiting_keep_minor=0)),
        ('home_keep = "everything"', PursePolicy(None)),
        ('home_keep = "auto"\nvisiting_keep = "30.00"', PursePolicy(home_keep_auto=True, visiting_keep_minor=3_000)),
        ('home_keep = "200.00"', PursePolicy(20_000)),
        ("home_keep = 0", PursePolicy(0)),
    ],
)
def test_what_a_store_keeps_of_a_members_value_is_the_programmes_choice(written: str, kept: PursePolicy) -> None:
    content = SMALLEST_FILE.replace("[terms]", f"[purses]\n{written}\n[terms]") if written else SMALLEST_FILE
    assert parse_programme(content.encode()).purses == kept


def test_closing_the_day_with_entries_unsent_is_approved_unless_the_programme_says_otherwise() -> None:
    silent = parse_programme(SMALLEST_FILE.encode()).approvals
    assert silent.needed(ApprovedAct.DAY_CLOSE_UNSENT)
    some = SMALLEST_FILE.replace('void = "0.00"', 'void = "0.00"\nday_close_unsent = "100.00"')
    approvals = parse_programme(some.encode()).approvals
    assert not approvals.needed(ApprovedAct.DAY_CLOSE_UNSENT, 9_999)
    assert approvals.needed(ApprovedAct.DAY_CLOSE_UNSENT, 10_000)
