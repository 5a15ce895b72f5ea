"""Laws of programme files: what loads is what was written, and what does not fit says where."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import strategies as st

from ledger.errors import BadValue, ProgrammeError, UnknownKey, VoidClause
from ledger.money import format_minor
from ledger.rules.clauses import check_clauses
from ledger.rules.pack import KNOWN_PATHS, parse_programme
from ledger.rules.topup import valid_rungs
from tests.ledger.law import law
from tests.ledger.programmes import SMALLEST_FILE

START: Final = date(2027, 1, 1)
DAYS: Final = tuple(START + timedelta(days=offset) for offset in range(-1, 7))
DAY: Final = st.none() | st.sampled_from(DAYS[1:-1])
DRAWN: Final = st.lists(st.tuples(st.sampled_from(["100", "200"]), DAY, DAY), min_size=2, max_size=3)
Drawn = list[tuple[str, date | None, date | None]]
BARE: Final = SMALLEST_FILE.replace(
    SMALLEST_FILE[SMALLEST_FILE.index("[[ladder.rungs]]") : SMALLEST_FILE.index("[limits]")], ""
)


def _file(drawn: Drawn) -> bytes:
    lines = []
    for place, (pay, starts, ends) in enumerate(drawn):
        lines += ["[[ladder.rungs]]", f'id = "r{place}"', f'pay = "{pay}"', 'bonus = "1.00"']
        lines += [f"{key} = {on}" for key, on in (("starts_on", starts), ("ends_on", ends)) if on]
    return BARE.replace("[limits]", "\n".join([*lines, "[limits]"])).encode()


@law(
    {"drawn": [("200", None, None), ("100", None, None), ("200", None, None)]},
    {"drawn": [("200", None, None), ("100", None, None)]},
    {"drawn": [("100", None, None), ("200", None, None)]},
    {"drawn": [("100", None, DAYS[3]), ("100", DAYS[3], None)]},
    {"drawn": [("100", None, DAYS[3]), ("100", DAYS[4], None)]},
    {"drawn": [("100", DAYS[4], DAYS[3])]},
    drawn=DRAWN,
)
def a_ladder_loads_exactly_if_no_day_offers_two_bonuses_for_one_amount(drawn: Drawn) -> None:
    turned = any(starts and ends and ends < starts for _, starts, ends in drawn)
    offered = [[pay for pay, starts, ends in drawn if (starts or on) <= on <= (ends or on)] for on in DAYS]
    ambiguous = any(len(set(pays)) < len(pays) for pays in offered)
    try:
        ladder = parse_programme(_file(drawn)).ladder
    except BadValue as refused:
        fits = False
        assert refused.expected in {"no_overlapping_period", "end_after_start"}  # noqa: PT017 - which refusal is the point
    else:
        fits = True
        assert [rung.pay_minor for rung in ladder.rungs] == sorted(int(pay) * 100 for pay, _, _ in drawn)
        for on, pays in zip(DAYS, offered, strict=True):
            assert len(valid_rungs(ladder, on)) == len(pays)
    assert fits == (not turned and not ambiguous)


@law({"minor": 1}, minor=st.integers(1, 10**9))
def an_amount_in_the_file_is_the_amount_in_the_programme(minor: int) -> None:
    for written in (f'"{format_minor(minor)}"', f'"{minor // 100}.{minor % 100:02d}"', str(minor)):
        fen = minor * 100 if written == str(minor) else minor
        content = SMALLEST_FILE.replace('pay = "300.00"', f"pay = {written}").replace('bonus = "50.00"', "bonus = 0")
        assert parse_programme(content.encode()).ladder.rungs[0].pay_minor == fen


@law({"number": 300.5}, {"number": 300.0}, number=st.floats(0, 10**6))
def an_amount_without_quotes_and_with_a_point_is_refused(number: float) -> None:
    for key, written in (("pay", '"300.00"'), ("bonus", '"50.00"'), ("minimum", '"50.00"'), ("void", '"0.00"')):
        with pytest.raises(BadValue) as refused:
            parse_programme(SMALLEST_FILE.replace(f"{key} = {written}", f"{key} = {number!r}").encode())
        assert refused.value.expected == "quoted_amount"


@law({"pay": 100, "bonus": 999}, {"pay": 100, "bonus": 1_000}, pay=st.integers(1, 10**6), bonus=st.integers(0, 10**7))
def a_bonus_of_ten_times_what_is_paid_is_a_slip_of_the_point(pay: int, bonus: int) -> None:
    content = SMALLEST_FILE.replace('pay = "300.00"', f'pay = "{format_minor(pay)}"')
    content = content.replace('bonus = "50.00"', f'bonus = "{format_minor(bonus)}"')
    if bonus < 10 * pay:
        assert parse_programme(content.encode()).ladder.rungs[0].bonus_minor == bonus
        return
    with pytest.raises(BadValue):
        parse_programme(content.encode())


LINES: Final = [line for line in SMALLEST_FILE.splitlines() if " = " in line]


@law({"line": 'version = "1"', "place": 0}, line=st.sampled_from(LINES), place=st.integers(0, 30))
def a_key_with_a_letter_missing_is_named_with_the_key_it_was_meant_to_be(line: str, place: int) -> None:
    key, _, value = line.partition(" = ")
    mistyped = key[: place % len(key)] + key[place % len(key) + 1 :]
    if not mistyped:
        return
    with pytest.raises(UnknownKey) as refused:
        parse_programme(SMALLEST_FILE.replace(line, f"{mistyped} = {value}", 1).encode())
    unknown = refused.value
    assert unknown.key.rpartition(".")[2] == mistyped
    if len(key) > 2:
        assert unknown.nearest is not None
        assert unknown.nearest.rpartition(".")[2] == key
        assert unknown.nearest.replace("[1]", "") in KNOWN_PATHS


VOID: Final = ("概不退款", "余额不退", "遗失不补", "不得转让", "解释权", "过期作废")
FILLERS: Final = st.sampled_from(["您可以随时查询余额。", "赠金先用完。\n\n", "欢迎光临;", "一、总则\n"])


@law(
    {"words": "概不退款", "between": "", "before": ["您可以随时查询余额。"], "after": []},
    words=st.sampled_from(VOID),
    between=st.text(" \t\u3000\u200b、,·-\uff0c\u201c", max_size=2),
    before=st.lists(FILLERS, max_size=3),
    after=st.lists(FILLERS, max_size=2),
)
def a_void_clause_is_found_wherever_it_stands_and_however_it_is_spaced(
    words: str, between: str, before: list[str], after: list[str]
) -> None:
    text = "".join([*before, between.join(words), "。", *after])
    with pytest.raises(VoidClause) as refused:
        check_clauses(text)
    assert refused.value.clause in text
    with pytest.raises(VoidClause):
        parse_programme(SMALLEST_FILE.replace("本金随时可退。", text).encode())


@law(fillers=st.lists(FILLERS, max_size=8))
def harmless_words_are_let_through_in_any_order(fillers: list[str]) -> None:
    check_clauses("".join(fillers))
    assert fillers is not None


@law({"place": 152, "byte": 128}, place=st.integers(0, 10**4), byte=st.integers(0, 255))
def a_changed_byte_is_another_programme_or_none(place: int, byte: int) -> None:
    sound = SMALLEST_FILE.encode()
    changed = bytearray(sound)
    changed[place % len(changed)] = byte
    try:
        programme = parse_programme(bytes(changed))
    except ProgrammeError:
        return
    assert programme.hash == hashlib.sha256(changed).hexdigest()
    assert (programme.hash == parse_programme(sound).hash) == (bytes(changed) == sound)
