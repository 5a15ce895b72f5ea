"""Slips of offers: one word per idea in both languages, and a draw whose slip is enough to check it."""

from __future__ import annotations

import re

from kiosk.receipts.offer_words import OFFER_WORDS
from kiosk.receipts.plain import to_text
from ledger.rules.lottery import link, ticket_of
from tests.kiosk.receipts import sample_offer_slips


def test_both_languages_have_the_same_words() -> None:
    assert OFFER_WORDS["zh"].keys() == OFFER_WORDS["en"].keys()
    assert all(OFFER_WORDS["en"][key].isascii() for key in OFFER_WORDS["en"])


def test_a_printed_draw_is_checked_with_nothing_but_the_paper() -> None:
    paper = to_text(sample_offer_slips.drawn("en"), 32)
    first, second, third, fourth = re.findall(r"^ *([0-9a-f]{32})$", paper, re.MULTILINE)
    (number,) = re.findall(r"Commitment (\d+)", paper)
    assert link(bytes.fromhex(third + fourth), int(number)).hex() == first + second
    (ticket, of, digits) = re.findall(r"Ticket +(\d+)/(\d+) (\w+)", paper)[0]
    (mixed,) = re.findall(r"Entry id\n *(\w{26})", paper)
    assert ticket_of(third + fourth, mixed, digits, int(of)) == int(ticket)


def test_a_friend_is_named_by_a_code_and_half_a_name() -> None:
    paper = to_text(sample_offer_slips.gift_given("zh"), 48)
    assert sample_offer_slips.FRIEND.name not in paper
    assert sample_offer_slips.FRIEND.phone not in paper
