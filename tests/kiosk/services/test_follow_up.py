"""Opening packs and referrals: both sides, one level, once a friend, and back again when the purchase was a mistake."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.model import journal
from kiosk.services import enrol, follow_up, void
from kiosk.services.enrol import Enrolled, Enrolment
from kiosk.services.offer_errors import ClaimNotOpen, ReferrerUnfit
from kiosk.services.values import Member
from ledger.entries import EntryKind
from ledger.errors import CodeCheckFailed
from ledger.ids import derived_id
from ledger.rules.occasion import Event
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import Rule, UnitsGift, When
from tests.builders import CASHIER, Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import entries, rows, sound
from tests.kiosk.services.promising import PROMISES, claims, exchanges, held, promise


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


def brings(shop: Shop, referrer: Member, number: int = 1) -> Enrolled:
    asked = Enrolment(f"王朋{number}", f"1391234000{number}", None, consented=True, referrer_code=referrer.code)
    return enrol.enrol(shop.counter, shop.act(), asked)


def tops_up(shop: Shop, member: Member) -> None:
    done = shop.top_up(member)
    follow_up.follow_up(shop.counter, CASHIER, done.recorded)


def test_a_new_member_gets_the_pack_in_an_entry_the_enrolment_caused(shop: Shop) -> None:
    member = shop.enrol()
    enrolled, issued = entries(shop, EntryKind.MEMBER_ENROLLED)[0], entries(shop, EntryKind.ISSUED)[-1]
    assert held(shop, member) == {"COUPON:cake": 2, "PTS": 100}
    assert (issued.facts["cause"], issued.entry_id) == (enrolled.entry_id, derived_id(enrolled.entry_id, "opening"))
    assert sound(shop) == 0


def test_a_retry_and_a_crash_between_the_two_give_the_pack_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    act, asked = shop.act(), Enrolment("李雪", "13812341234", None, consented=True)
    with monkeypatch.context() as cut:
        cut.setattr(enrol, "follow_up", lambda *_: None)
        member = enrol.enrol(shop.counter, act, asked).member
    assert held(shop, member) == {}
    again = enrol.enrol(shop.counter, act, asked)
    assert (again.done.repeated, again.welcome is not None) == (True, True)
    assert enrol.enrol(shop.counter, act, asked).welcome is None
    assert held(shop, member) == {"COUPON:cake": 2, "PTS": 100}


def test_what_a_crash_left_undone_is_done_when_the_day_is_gone_through(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(enrol, "follow_up", lambda *_: None)
        member = shop.enrol()
    today = shop.counter.business_date(shop.clock.now())
    assert len(follow_up.follow_up_day(shop.counter, CASHIER, today)) == 1
    assert follow_up.follow_up_day(shop.counter, CASHIER, today) == ()
    assert held(shop, member)["PTS"] == 100


def test_both_sides_get_something_the_referrer_when_the_friend_first_buys(shop: Shop) -> None:
    referrer = shop.enrol()
    friend = brings(shop, referrer).member
    assert held(shop, friend)["PTS"] == 150
    assert held(shop, referrer)["PTS"] == 100
    tops_up(shop, friend)
    assert (held(shop, referrer)["PTS"], held(shop, referrer)["RIGHT:invited"]) == (180, 1)
    tops_up(shop, friend)
    assert held(shop, referrer)["PTS"] == 180
    assert sound(shop) == 2 * 35_000


def test_a_friends_friend_thanks_the_friend_and_nobody_above(shop: Shop) -> None:
    first = shop.enrol()
    second = brings(shop, first, 1).member
    third = brings(shop, second, 2).member
    tops_up(shop, third)
    assert (held(shop, first)["PTS"], held(shop, second)["PTS"]) == (100, 230)


def test_three_friends_make_one_free_and_the_three_are_used_up(shop: Shop) -> None:
    referrer = shop.enrol()
    for number in range(3):
        with pytest.raises(ClaimNotOpen):
            claims(shop, referrer, "three")
        tops_up(shop, brings(shop, referrer, number).member)
    claims(shop, referrer, "three")
    assert (held(shop, referrer).get("RIGHT:invited", 0), held(shop, referrer)["COUPON:cake"]) == (0, 3)
    with pytest.raises(ClaimNotOpen):
        claims(shop, referrer, "three")
    sound(shop)


def test_a_voided_first_purchase_takes_the_thanks_back_and_the_next_one_gives_them(shop: Shop) -> None:
    referrer = shop.enrol()
    friend = brings(shop, referrer).member
    done = shop.top_up(friend)
    follow_up.follow_up(shop.counter, CASHIER, done.recorded)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    assert held(shop, referrer)["PTS"] == 100
    assert follow_up.follow_up(shop.counter, CASHIER, done.recorded) is None
    tops_up(shop, friend)
    assert held(shop, referrer)["PTS"] == 180
    assert sound(shop) == 35_000


def test_thanks_that_were_used_stay_and_come_no_second_time(shop: Shop) -> None:
    referrer = shop.enrol()
    friend = brings(shop, referrer).member
    done = shop.top_up(friend)
    follow_up.follow_up(shop.counter, CASHIER, done.recorded)
    exchanges(shop, referrer, "cup", 50)
    exchanges(shop, referrer, "cake", 30)
    exchanges(shop, referrer, "cake", 30)
    exchanges(shop, referrer, "cake", 30)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), done.recorded.entry.entry_id)
    tops_up(shop, friend)
    assert held(shop, referrer)["PTS"] == 180 - 140
    sound(shop)


def test_a_small_first_purchase_may_be_too_small_and_the_next_one_counts(shop: Shop) -> None:
    big = Rule("thanks", "推荐礼", Event.REFERRAL, (UnitsGift("PTS", 80),), When(amount_from_minor=30_000))
    promise(shop.counter, replace(PROMISES, rules=(big,)))
    referrer = shop.enrol()
    friend = brings(shop, referrer).member
    small = shop.top_up(friend, 10_000)
    assert follow_up.follow_up(shop.counter, CASHIER, small.recorded) is None
    tops_up(shop, friend)
    assert held(shop, referrer) == {"PTS": 80}


def test_nobody_unfit_is_thanked(shop: Shop) -> None:
    nobody = enrol.enrol_anonymous(shop.counter, shop.act()).member
    before = rows(shop)["member"]
    for code, reason in (("13812349999", "unknown"), (nobody.code, "anonymous")):
        asked = Enrolment("王朋", "13912341234", None, consented=True, referrer_code=code)
        with pytest.raises(ReferrerUnfit) as refused:
            enrol.enrol(shop.counter, shop.act(), asked)
        assert refused.value.reason == reason
    wrong = nobody.code[:-1] + ("2" if nobody.code[-1] != "2" else "3")
    with pytest.raises(CodeCheckFailed):
        enrol.enrol(shop.counter, shop.act(), Enrolment("王", "13912341234", None, consented=True, referrer_code=wrong))
    assert rows(shop)["member"] == before


def test_a_stopped_box_owes_the_pack_until_it_goes_again(shop: Shop) -> None:
    office = Office(shop).join()
    office.stop("fork")
    member = shop.enrol()
    assert held(shop, member) == {}
    assert [recorded.entry.kind for recorded in journal.of_member(shop.counter.store, member.member_id)] == [
        EntryKind.MEMBER_ENROLLED
    ]
