"""Paying more than is here: head office is asked once, within a budget, and only when that can help."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model.verify import verify
from kiosk.services import cards, pay, top_up
from kiosk.services.errors import ApprovalNeeded
from kiosk.services.open_member import open_member
from kiosk.services.prepare_payment import Help, missing, prepare
from ledger.accounts import Tender
from ledger.errors import LimitExceeded
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office

HERE = 10_500
"""What a top-up of 100.00 leaves here."""


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


@pytest.fixture
def office(shop: Shop) -> Office:
    shop.top_up(shop.enrol(), 10_000)
    return Office(shop).join()


def member_id(office: Office) -> str:
    return str(office.shop.counter.store.execute("SELECT member_id FROM member").fetchone()[0])


def owns(office: Office, free: int = 0, elsewhere: int = 0) -> str:
    """Let the one member own this much in other places, and the box know."""
    who = member_id(office)
    office.free[who], office.elsewhere[who] = free, elsewhere
    office.tell_total(who)
    return who


def test_a_bill_the_purse_covers_asks_nobody(office: Office) -> None:
    who = owns(office, free=20_000)
    prepared = prepare(office.shop.counter, office, who, HERE)
    assert (prepared.help, prepared.quote.terms.rest_minor, office.asked) == (Help.NOT_NEEDED, 0, [])


def test_what_is_missing_comes_and_the_bill_is_paid_from_stored_value(office: Office) -> None:
    who, counter = owns(office, free=20_000), office.shop.counter
    assert missing(counter, who, 13_900) == 3_400
    prepared = prepare(counter, office, who, 13_900)
    assert (prepared.help, prepared.missing_minor, prepared.granted_minor) == (Help.GRANTED, 3_400, 3_400)
    assert (prepared.quote.terms.stored_minor, prepared.quote.terms.rest_minor) == (13_900, 0)
    assert prepared.elsewhere_minor == 16_600
    pay.pay(counter, office.shop.act(), pay.Payment(who, 13_900, 13_900))
    view = open_member(counter, who)
    assert (view.here_minor, view.total_minor) == (0, 16_600)
    assert verify(counter.store).total_minor == 0


def test_what_comes_only_in_part_leaves_a_rest_and_says_what_was_recalled(office: Office) -> None:
    who = owns(office, free=1_000, elsewhere=19_000)
    prepared = prepare(office.shop.counter, office, who, 13_900)
    assert prepared.help is Help.PARTLY
    assert (prepared.granted_minor, prepared.recalled_minor) == (1_000, 2_400)
    assert prepared.quote.terms.rest_minor == 2_400


def test_what_is_all_in_another_store_is_recalled_and_not_here_yet(office: Office) -> None:
    who = owns(office, elsewhere=19_000)
    prepared = prepare(office.shop.counter, office, who, 13_900)
    assert (prepared.help, prepared.recalled_minor, prepared.quote.terms.rest_minor) == (Help.NONE, 3_400, 3_400)


def test_without_the_line_the_rest_is_taken_otherwise_and_the_total_is_still_named(office: Office) -> None:
    who = owns(office, free=20_000)
    office.set_online(online=False)
    assert missing(office.shop.counter, who, 13_900) == 0
    prepared = prepare(office.shop.counter, office, who, 13_900)
    assert (prepared.help, prepared.elsewhere_minor, office.asked) == (Help.OFFLINE, 20_000, [])
    assert prepared.quote.terms.rest_minor == 3_400
    member = open_member(office.shop.counter, who).member
    assert office.shop.pay(member, 13_900).done.recorded.entry.facts["rest_minor"] == 3_400


def test_a_daemon_that_died_is_the_line_being_down(office: Office) -> None:
    who = owns(office, free=20_000)
    office.alive = False
    prepared = prepare(office.shop.counter, office, who, 13_900)
    assert (prepared.help, prepared.quote.terms.rest_minor) == (Help.OFFLINE, 3_400)


def test_an_unknown_outcome_is_asked_again_under_the_same_id(office: Office) -> None:
    who = owns(office, free=20_000)
    office.answers = False
    assert prepare(office.shop.counter, office, who, 13_900).help is Help.CHECKING
    office.answers = True
    assert prepare(office.shop.counter, office, who, 13_900).help is Help.GRANTED
    assert prepare(office.shop.counter, office, who, 13_900).help is Help.NOT_NEEDED
    first, second = office.asked
    assert first == second


def test_a_question_about_another_amount_is_another_question(office: Office) -> None:
    who = owns(office, free=20_000)
    office.answers = False
    for bill in (13_900, 14_000):
        prepare(office.shop.counter, office, who, bill)
    first, second = office.asked
    assert first[0] != second[0]


def test_where_the_total_says_that_everything_is_here_nobody_is_asked(office: Office) -> None:
    who = owns(office)
    prepared = prepare(office.shop.counter, office, who, 13_900)
    assert (prepared.help, office.asked) == (Help.NOT_NEEDED, [])


def test_where_the_total_is_not_known_head_office_is_asked_if_it_can_be(office: Office) -> None:
    who = member_id(office)
    assert prepare(office.shop.counter, office, who, 13_900).help is Help.NONE
    office.set_online(online=False)
    assert prepare(office.shop.counter, office, who, 13_900).help is Help.NOT_NEEDED
    assert len(office.asked) == 1


def test_a_stopped_box_offers_no_stored_value_and_says_why(office: Office) -> None:
    who = owns(office, free=20_000)
    office.stop("behind")
    prepared = prepare(office.shop.counter, office, who, 5_000)
    assert (prepared.help, prepared.reason) == (Help.STOPPED, "behind")
    assert (prepared.quote.terms.stored_minor, prepared.quote.terms.rest_minor) == (0, 5_000)


def test_a_shop_alone_never_asks(shop: Shop) -> None:
    member = shop.enrol()
    office = Office(shop)
    prepared = prepare(shop.counter, office, member.member_id, 5_000)
    assert (prepared.help, prepared.quote.terms.rest_minor, office.asked) == (Help.NOT_NEEDED, 5_000, [])
    assert shop.top_up(member, tender=Tender.ALIPAY).recorded.row.sequence > 0


def test_the_total_is_the_snapshot_with_what_happened_here_since(office: Office) -> None:
    who, shop = owns(office, free=20_000), office.shop
    known_at = shop.clock.now()
    shop.clock.forward(minutes=5)
    shop.pay(open_member(shop.counter, who).member, 4_800)
    view = open_member(shop.counter, who)
    assert (view.here_minor, view.total_minor, view.as_of) == (5_700, 25_700, known_at)
    assert open_member(shop.counter, shop.enrol("张", "13912345678").member_id).as_of is None


def test_a_limit_counts_what_lies_in_other_stores(office: Office) -> None:
    who, shop = owns(office, free=480_000), office.shop
    member = open_member(shop.counter, who).member
    with pytest.raises(LimitExceeded) as refused:
        shop.top_up(member, 30_000)
    assert (refused.value.limit, refused.value.room_minor) == ("registered_balance", 9_500)
    offers = {offer.rung.pay_minor: offer for offer in top_up.ladder(shop.counter, who).offers}
    assert isinstance(offers[30_000].refusal, LimitExceeded)
    assert (offers[10_000].balance_after_minor, offers[30_000].balance_after_minor) == (21_000, 45_500)


def test_a_card_for_somebody_rich_elsewhere_is_approved(office: Office) -> None:
    shop = office.shop
    member = shop.enrol("张", "13912345678")
    assert cards.issue_card(shop.counter, shop.act(), member.member_id).card.member_id == member.member_id
    office.free[member.member_id] = 100
    office.tell_total(member.member_id)
    with pytest.raises(ApprovalNeeded) as needed:
        cards.issue_card(shop.counter, shop.act(), member.member_id)
    assert needed.value.amount_minor == 100
