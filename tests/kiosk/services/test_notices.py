"""Notices: who agreed hears it once, who did not hears nothing, and no notice holds a phone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.model import notices as outbox
from kiosk.model.errors import StoreBroken
from kiosk.model.members import Member
from kiosk.model.notices import Channel, Notice, NoticeState
from kiosk.services import close_day, enrol, shifts
from kiosk.services.notices import Outcome, Template, Wish, queue, queue_today, sent, take_due
from kiosk.services.tag_member import NO_MESSAGES, OFFERS_OK, Tagging, tag_member
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop
from tests.ledger.worked import Row, worked_rows


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


def today(shop: Shop) -> date:
    return shop.counter.business_date(shop.counter.now())


def agree(shop: Shop, member: Member, *tags: str) -> None:
    tag_member(shop.counter, shop.act(), Tagging(member.member_id, tags))


def wish(shop: Shop, member_id: str, template: Template = Template.EXPIRING, **more: object) -> Wish:
    asked = {"period": "2026-12", "due_on": today(shop), "values": {"amount": 30}, **more}
    return Wish(member_id, template, **asked)  # type: ignore[arg-type]  # each field by its own name


def of(shop: Shop, member: Member) -> list[Notice]:
    return outbox.of_member(shop.counter.store, member.member_id)


def test_a_notice_is_queued_once_however_often_it_is_asked_for(shop: Shop) -> None:
    member = shop.enrol()
    assert queue(shop.counter, wish(shop, member.member_id)) is Outcome.QUEUED
    assert queue(shop.counter, wish(shop, member.member_id, values={"amount": 31})) is Outcome.ALREADY
    assert queue(shop.counter, wish(shop, member.member_id, period="2027-01")) is Outcome.QUEUED
    assert [notice.values for notice in of(shop, member)] == [{"amount": 30}, {"amount": 30}]


def test_a_record_merged_into_another_hears_nothing_twice(shop: Shop) -> None:
    gone, into = shop.enrol(), shop.enrol("王芳", "13912341234")
    assert queue(shop.counter, wish(shop, gone.member_id)) is Outcome.QUEUED
    with shop.counter.store.write():
        shop.counter.store.change(
            "UPDATE member SET merged_into = ? WHERE member_id = ?", (into.member_id, gone.member_id)
        )
    assert queue(shop.counter, wish(shop, into.member_id)) is Outcome.ALREADY
    assert queue(shop.counter, wish(shop, gone.member_id)) is Outcome.ALREADY


@pytest.mark.parametrize("template", Template)
def test_an_offer_needs_a_consent_of_its_own_and_silence_is_kept(shop: Shop, template: Template) -> None:
    member = shop.enrol()
    expected = Outcome.NO_CONSENT if template.offers else Outcome.QUEUED
    assert queue(shop.counter, wish(shop, member.member_id, template)) is expected
    agree(shop, member, OFFERS_OK)
    again = Outcome.QUEUED if template.offers else Outcome.ALREADY
    assert queue(shop.counter, wish(shop, member.member_id, template)) is again
    agree(shop, member, NO_MESSAGES)
    assert queue(shop.counter, wish(shop, member.member_id, template, period="2027")) is Outcome.NO_CONSENT


def test_the_holder_of_an_anonymous_card_and_a_channel_without_address_get_nothing(shop: Shop) -> None:
    anonymous = enrol.enrol_anonymous(shop.counter, shop.act()).member
    assert queue(shop.counter, wish(shop, anonymous.member_id)) is Outcome.NO_CONSENT
    member = shop.enrol()
    asked = wish(shop, member.member_id, channel=Channel.WECOM)
    assert queue(shop.counter, asked) is Outcome.NO_ADDRESS


def test_a_notice_never_holds_a_phone(shop: Shop) -> None:
    member = shop.enrol()
    with pytest.raises(AssertionError, match="no phone"):
        queue(shop.counter, wish(shop, member.member_id, values={"call": f"tel:{member.phone}"}))
    assert of(shop, member) == []
    agree(shop, member, OFFERS_OK)
    queue_today(shop.counter, today(shop))
    text = repr(shop.counter.store.rows("SELECT * FROM notice"))
    assert str(member.phone) not in text


def test_consent_taken_back_before_a_notice_is_due_is_respected(shop: Shop) -> None:
    keeps, takes_back = shop.enrol(), shop.enrol("王芳", "13912341234")
    for member in (keeps, takes_back):
        queue(shop.counter, wish(shop, member.member_id, due_on=today(shop) + timedelta(days=5)))
    agree(shop, takes_back, NO_MESSAGES)
    assert take_due(shop.counter, today(shop)) == ()
    (ready,) = take_due(shop.counter, today(shop) + timedelta(days=5))
    assert ready.member_id == keeps.member_id
    assert [notice.state for notice in of(shop, takes_back)] == [NoticeState.DROPPED]
    assert sent(shop.counter, ready.number)
    assert not sent(shop.counter, ready.number)
    assert take_due(shop.counter, today(shop) + timedelta(days=9)) == ()


def test_the_day_s_lists_are_gone_through_twice_and_heard_once(shop: Shop) -> None:
    on = today(shop)
    born = shop.enrol("寿星", "13800000001", date(1990, on.month, on.day) + timedelta(days=9))
    poor, asleep = shop.enrol("余少", "13800000002"), shop.enrol("久睡", "13800000003")
    for member in (born, poor, asleep):
        agree(shop, member, OFFERS_OK)
    for member in (poor, asleep):
        shop.top_up(member)
    shop.pay(poor, 31_000)
    first = queue_today(shop.counter, on)
    assert first == {Outcome.QUEUED: 2}
    (notice,) = of(shop, born)
    assert (notice.template, notice.period, notice.due_on) == ("birthday", f"{on:%Y}", on + timedelta(days=4))
    assert of(shop, poor)[0].values == {"balance_minor": 4_000}
    assert queue_today(shop.counter, on) == {Outcome.ALREADY: 2}
    later = on + timedelta(days=95)
    assert Outcome.QUEUED in queue_today(shop.counter, later)
    assert [notice.template for notice in of(shop, asleep)] == ["wake_up"]


def test_what_a_notice_says_cannot_be_changed_nor_can_it_be_taken_out(shop: Shop) -> None:
    member = shop.enrol()
    queue(shop.counter, wish(shop, member.member_id))
    store = shop.counter.store
    for statement in ("UPDATE notice SET values_json = '{}'", "DELETE FROM notice"):
        with pytest.raises(StoreBroken), store.write():
            store.change(statement)
    assert of(shop, member)[0].values == {"amount": 30}


@pytest.mark.parametrize("row", worked_rows("activity.md", "Notices", 4), ids=lambda row: row["template"])
def test_the_page_says_which_notices_carry_an_offer(row: Row) -> None:
    assert Template(row["template"]).offers == (row["carries an offer"] == "yes")
    assert len(list(Template)) == 4


def test_closing_the_day_queues_what_members_should_hear_once(shop: Shop) -> None:
    member = shop.enrol(birthday=today(shop).replace(year=1990) + timedelta(days=4))
    agree(shop, member, OFFERS_OK)
    shifts.close_shift(shop.counter, shop.act(), 50_000)
    close_day.close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    queued = of(shop, member)
    assert [notice.template for notice in queued] == [Template.BIRTHDAY]
    assert Outcome.QUEUED not in queue_today(shop.counter, today(shop))
    assert of(shop, member) == queued
