"""Bringing what lies in other stores here: points, coupons and visits, asked once, with the outcomes of money."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import downlink
from kiosk.services import bring_here as service
from kiosk.services.bring_here import Help, Spread, bring_here, spread, spread_of
from kiosk.services.prepare_payment import prepare
from kiosk.services.values import Member
from ledger.money import PTS
from tests.builders import Shop, open_shop
from tests.kiosk.office import Office
from tests.kiosk.services.books import sound
from tests.kiosk.services.promising import exchanges, give_points, held, promise, uses
from tests.ledger.worked import Row, worked_rows

WASH, CAKE = "VISIT:wash", "COUPON:cake"


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    member = shop.enrol()
    give_points(shop, member, 20)
    return member


@pytest.fixture
def office(shop: Shop, member: Member) -> Office:
    """A head office that has ten visits and 200 points free, and two coupons in another store."""
    office = Office(shop).join()
    key = member.member_id
    office.units = {(key, WASH): 10, (key, PTS.code): 200}
    office.units_elsewhere = {(key, CAKE): 2}
    office.tell_total(key)
    return office


def test_what_lies_here_and_elsewhere_is_told_by_asset(shop: Shop, office: Office, member: Member) -> None:
    assert office.told
    points = held(shop, member)[PTS.code]
    assert spread(shop.counter, member.member_id) == (
        Spread(CAKE, "蛋糕券", 2, 2),
        Spread(PTS.code, "积分", points, 200),
        Spread(WASH, "洗护", 0, 10),
    )


def test_visits_come_here_and_are_used(shop: Shop, office: Office, member: Member) -> None:
    came = bring_here(shop.counter, office, member.member_id, WASH, 3)
    assert (came.help, came.asked, came.granted, came.spread) == (Help.GRANTED, 3, 3, Spread(WASH, "洗护", 3, 7))
    uses(shop, member, WASH, 3)
    assert (office.assets_asked, spread_of(shop.counter, member.member_id, WASH).elsewhere) == ([WASH], 7)
    assert sound(shop) == 0


def test_no_more_is_asked_for_than_lies_elsewhere(shop: Shop, office: Office, member: Member) -> None:
    came = bring_here(shop.counter, office, member.member_id, PTS.code, 10_000)
    assert (came.help, came.asked, came.spread.elsewhere) == (Help.GRANTED, 200, 0)
    assert bring_here(shop.counter, office, member.member_id, PTS.code, 1).help is Help.NOT_NEEDED
    exchanges(shop, member, "cup", 50)
    assert len(office.asked) == 1


def test_what_another_store_holds_is_recalled_and_comes_later(shop: Shop, office: Office, member: Member) -> None:
    came = bring_here(shop.counter, office, member.member_id, CAKE, 1)
    assert (came.help, came.granted, came.recalled, came.spread.elsewhere) == (Help.NONE, 0, 1, 2)
    key = (member.member_id, CAKE)
    office.units[key], office.units_elsewhere[key] = 1, 1
    came = bring_here(shop.counter, office, member.member_id, CAKE, 2)
    assert (came.help, came.granted, came.recalled) == (Help.PARTLY, 1, 1)


def test_without_the_line_nobody_is_asked_and_what_is_elsewhere_is_still_told(
    shop: Shop, office: Office, member: Member
) -> None:
    office.set_online(online=False)
    came = bring_here(shop.counter, office, member.member_id, WASH, 1)
    assert (came.help, came.spread.elsewhere, office.asked) == (Help.OFFLINE, 10, [])
    office.set_online(online=True)
    office.alive = False
    assert bring_here(shop.counter, office, member.member_id, WASH, 1).help is Help.OFFLINE


def test_an_unknown_outcome_is_asked_again_under_the_same_id(shop: Shop, office: Office, member: Member) -> None:
    office.answers = False
    assert bring_here(shop.counter, office, member.member_id, WASH, 1).help is Help.CHECKING
    office.answers = True
    assert bring_here(shop.counter, office, member.member_id, WASH, 1).help is Help.GRANTED
    first, second = office.asked
    assert first == second
    assert held(shop, member)[WASH] == 1


def test_the_same_number_of_another_asset_is_another_question(shop: Shop, office: Office, member: Member) -> None:
    office.answers = False
    for asset in (WASH, PTS.code):
        bring_here(shop.counter, office, member.member_id, asset, 5)
    office.free[member.member_id] = 5
    office.tell_total(member.member_id)
    prepare(shop.counter, office, member.member_id, 5)
    assert len({ask_id for ask_id, *_ in office.asked}) == 3


def test_a_stopped_box_brings_nothing_and_says_why(shop: Shop, office: Office, member: Member) -> None:
    office.stop("behind")
    came = bring_here(shop.counter, office, member.member_id, WASH, 1)
    assert (came.help, came.reason, office.asked) == (Help.STOPPED, "behind", [])


def test_a_shop_alone_has_everything_here(shop: Shop, member: Member) -> None:
    assert spread(shop.counter, member.member_id) == ()
    assert bring_here(shop.counter, Office(shop), member.member_id, PTS.code, 5).help is Help.NOT_NEEDED


def test_what_a_merged_record_holds_here_is_not_elsewhere(shop: Shop, office: Office, member: Member) -> None:
    stands = shop.enrol("李小雪", "13912341234")
    office.units = {(stands.member_id, WASH): 4}
    office.units_elsewhere = {}
    points = held(shop, member)[PTS.code] + held(shop, stands)[PTS.code]
    office.units[stands.member_id, PTS.code] = held(shop, member)[PTS.code]
    office.tell_total(stands.member_id)
    office.merge(member.member_id, stands.member_id, move=False)
    told = {each.asset: each for each in spread(shop.counter, member.member_id)}
    assert PTS.code not in told
    assert points > told[WASH].elsewhere == 4


@pytest.mark.parametrize(
    "row",
    worked_rows("many-stores.md", "Points, coupons and visits that are not here", 8),
    ids=lambda row: "/".join(row.values()),
)
def test_the_table_of_the_page(shop: Shop, row: Row) -> None:
    member = shop.enrol()
    office, key = Office(shop).join(), (member.member_id, WASH)
    if int(row["here"]):
        office.bring(member.member_id, int(row["here"]), asset=WASH)
    office.units, office.units_elsewhere = {key: int(row["free"])}, {key: int(row["other stores"])}
    office.tell_total(member.member_id)
    office.set_online(online=row["line"] != "down")
    office.answers = row["line"] != "silent"
    if row["line"] == "stopped":
        office.stop("behind")
    came = bring_here(shop.counter, office, member.member_id, WASH, int(row["wanted"]))
    told = (came.asked or "–", came.granted, came.recalled, came.help.value)
    assert tuple(map(str, told)) == (row["asked"], row["granted"], row["recalled"], row["outcome"])
    assert sound(shop) == 0


def forget_the_asset(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        service,
        "ask_id",
        lambda counter, member, units, _: next(
            (a.ask_id for a in downlink.open_asks(counter.store) if (a.member_id, a.amount_minor) == (member, units)),
            counter.mint(),
        ),
    )


def ask_anew_each_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "ask_id", lambda counter, *_: counter.mint())


def ask_though_stopped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "stopped_reason", lambda _: None)


def ask_though_away(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(service, "is_online", lambda _: True)


CAUGHT = (
    (forget_the_asset, test_the_same_number_of_another_asset_is_another_question),
    (ask_anew_each_time, test_an_unknown_outcome_is_asked_again_under_the_same_id),
    (ask_though_stopped, test_a_stopped_box_brings_nothing_and_says_why),
    (ask_though_away, test_without_the_line_nobody_is_asked_and_what_is_elsewhere_is_still_told),
)


@pytest.mark.parametrize(("mutant", "test"), CAUGHT, ids=lambda found: found.__name__)
def test_the_mutant_is_noticed(
    mutant: object, test: object, shop: Shop, office: Office, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(mutant)
    assert callable(test)
    mutant(monkeypatch)
    with pytest.raises((Exception, pytest.fail.Exception)):
        test(shop, office, member)
