"""The page of the lottery, run: what a ticket wins, what a check finds; and that tickets fall evenly."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules.lottery import (
    CHAIN_LENGTH,
    Drawn,
    Odds,
    anchor_of,
    prize_of,
    read_drawn,
    seed_of,
    ticket_of,
    wrong_with,
)
from tests.ledger.worked import Row, worked_rows

PAGE = "lottery.md"
ODDS = (Odds("big", 5, left=True), Odds("small", 45, left=True), Odds("bread", 10, left=False))
SECRET = b"\x07" * 32
MIXED = "01JD0000000000000000000000"


def drawn(number: int = 1, digits: str = "88", secret: bytes = SECRET, mixed: str = MIXED) -> Drawn:
    seed = seed_of(secret, number)
    ticket = ticket_of(seed, mixed, digits, 100)
    place = ("wheel", "spin", anchor_of(secret), number, seed, mixed, digits)
    return Drawn(*place, 100, ODDS, ticket, prize_of(ODDS, ticket))


@pytest.mark.parametrize("row", worked_rows(PAGE, "What a ticket wins", 8), ids=lambda row: row["ticket"])
def test_a_ticket_wins_what_the_page_says(row: Row) -> None:
    assert prize_of(ODDS, int(row["ticket"])) == row["wins"]


@pytest.mark.parametrize("row", worked_rows(PAGE, "What a check finds", 7), ids=lambda row: row["what was changed"])
def test_a_check_finds_what_was_changed(row: Row) -> None:
    sound = drawn()
    changed = {
        "nothing": sound,
        "another seed": replace(sound, seed=seed_of(b"\x08" * 32, 1)),
        "another number": replace(sound, number=2),
        "other digits": replace(sound, digits="77"),
        "another ticket": replace(sound, ticket=(sound.ticket + 1) % 100),
        "a better prize": replace(sound, prize_id="big" if sound.prize_id != "big" else "small"),
        "more tickets than there are": replace(sound, odds=(*ODDS, Odds("x", 41, left=True))),
    }
    assert wrong_with(changed[row["what was changed"]]) == row["answer"]


def test_a_draw_reads_back_from_its_facts() -> None:
    assert read_drawn(drawn().facts()) == drawn()


@pytest.mark.parametrize("number", [1, 2, 500, CHAIN_LENGTH])
def test_every_number_of_a_chain_leads_to_its_anchor(number: int) -> None:
    assert wrong_with(drawn(number)) == ""


def test_tickets_fall_evenly() -> None:
    counts = [0] * 100
    for chain in range(10):
        secret = hashlib.sha256(b"chain %d" % chain).digest()
        seed = secret
        for number in range(CHAIN_LENGTH, 0, -1):
            counts[ticket_of(seed.hex(), f"entry {chain} {number}", "", 100)] += 1
            seed = hashlib.sha256(seed).digest()
    chi_square = sum((count - 100) ** 2 for count in counts) / 100
    assert 60 < chi_square < 140, "99 degrees of freedom: 0.1 % lies beyond 149"


@given(digits=st.text(max_size=12), number=st.integers(1, CHAIN_LENGTH), secret=st.binary(min_size=32, max_size=32))
def test_whatever_is_typed_the_draw_is_one_and_checks(digits: str, number: int, secret: bytes) -> None:
    once, again = drawn(number, digits, secret), drawn(number, digits, secret)
    assert once == again
    assert wrong_with(once) == ""
    assert 0 <= once.ticket < 100
