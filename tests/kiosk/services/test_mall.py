"""The points mall: points, or points and money, for what the store has; the last one goes to one member."""

from __future__ import annotations

import multiprocessing
import secrets
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.model.store import Store
from kiosk.services import mall, void
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.errors import CashTooLittle, QuoteChanged, RestTenderMissing
from kiosk.services.offer_errors import NotInProgramme
from kiosk.services.tendering import Tendering
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.errors import MemberLimitReached, SoldOut, UnitsTooFew
from ledger.ids import IdMint
from ledger.rules.programme import ApprovedAct
from tests.builders import CASHIER, OTHER_CASHIER, HandClock, Shop, open_shop
from tests.kiosk.services.books import refusals, sound
from tests.kiosk.services.promising import balance, exchanges, give_points, held, promise

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter)
    shop.open_shift()
    return shop


def member_with(shop: Shop, points: int, name: str = "李雪", phone: str = "13812341234") -> Member:
    """A member who holds exactly so many points."""
    member = shop.enrol(name, phone)
    missing = points - held(shop, member).get("PTS", 0)
    assert missing > 0
    give_points(shop, member, missing)
    return member


def test_points_buy_goods_coupons_and_with_money_more(shop: Shop) -> None:
    member = member_with(shop, 200)
    before = held(shop, member)
    exchanges(shop, member, "cup", 50)
    exchanges(shop, member, "cake", 30)
    exchanges(shop, member, "bag", 20, 990)
    after = held(shop, member)
    assert (after["PTS"], after["COUPON:cake"]) == (100, before.get("COUPON:cake", 0) + 1)
    assert (balance(shop, "sales:xuhui"), balance(shop, "redeemed:xuhui", "PTS")) == (990, 100)
    assert sound(shop) == 0


def test_the_mall_shows_what_can_be_had_first_and_why_the_rest_cannot(shop: Shop) -> None:
    member = member_with(shop, 140)
    exchanges(shop, member, "cup", 50)
    exchanges(shop, member, "cake", 30)
    seen = [(o.item.item_id, o.left, type(o.refusal).__name__) for o in mall.offers(shop.counter, member.member_id)]
    assert seen == [("cake", None, "NoneType"), ("bag", None, "NoneType"), ("cup", 1, "MemberLimitReached")]


def test_each_member_has_a_limit_and_the_store_a_stock_which_a_void_gives_back(shop: Shop) -> None:
    first, second, third = (member_with(shop, 200, f"王{n}", f"1391234000{n}") for n in range(3))
    exchanges(shop, first, "cup", 50)
    with pytest.raises(MemberLimitReached):
        exchanges(shop, first, "cup", 50)
    taken = exchanges(shop, second, "cup", 50)
    with pytest.raises(SoldOut) as refused:
        exchanges(shop, third, "cup", 50)
    assert refused.value.left == 0
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), taken.recorded.entry.entry_id)
    assert held(shop, second)["PTS"] == 200
    exchanges(shop, third, "cup", 50)
    assert sound(shop) == 0


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        (("none", 1, 0, None), NotInProgramme),
        (("cup", 49, 0, None), QuoteChanged),
        (("bag", 20, 900, Tendering(Tender.CASH)), QuoteChanged),
        (("bag", 20, 990, None), RestTenderMissing),
        (("bag", 20, 990, Tendering(Tender.CASH, None, 989)), CashTooLittle),
    ],
)
def test_what_does_not_fit_is_refused(
    shop: Shop, asked: tuple[str, int, int, Tendering | None], error: type[Exception]
) -> None:
    member = member_with(shop, 200)
    with pytest.raises(error):
        mall.exchange(shop.counter, shop.act(), mall.Exchange(member.member_id, *asked))
    assert (refusals(shop)[-1][1], held(shop, member)["PTS"]) == (error.__name__, 200)


def test_too_few_points_are_refused_with_how_many_there_are(shop: Shop) -> None:
    member = shop.enrol()
    for _ in range(3):
        exchanges(shop, member, "cake", 30)
    with pytest.raises(UnitsTooFew) as refused:
        exchanges(shop, member, "cup", 50)
    assert (refused.value.asked, refused.value.available) == (50, 10)


def exchange_at_a_till(path: Path, place: tuple[str, str], member_id: str, line: Connection) -> None:
    """Be a till in a process of its own that goes for the mug when told to."""
    clock = HandClock()
    counter = Counter(
        Store.open(path),
        clock,
        IdMint(clock, secrets.token_bytes),
        secrets.token_bytes,
        place[0],
        ZoneInfo("Asia/Shanghai"),
    )
    promise(counter)
    line.send("ready")
    line.recv()
    try:
        mall.exchange(counter, Act(counter.mint(), place[1]), mall.Exchange(member_id, "cup", 50))
    except SoldOut as refused:
        line.send(f"sold out {refused.left}")
    else:
        line.send("had it")


def test_two_tills_race_for_the_last_one_and_one_of_them_gets_it(shop: Shop) -> None:
    shop.till("2").open_shift(cashier=OTHER_CASHIER)
    exchanges(shop, member_with(shop, 200, "早到", "13900000009"), "cup", 50)
    rivals = [member_with(shop, 200, f"客{n}", f"1390000000{n}") for n in range(2)]
    working = []
    for place, member in zip((("1", CASHIER), ("2", OTHER_CASHIER)), rivals, strict=True):
        here, there = SPAWN.Pipe()
        process = SPAWN.Process(target=exchange_at_a_till, args=(shop.path, place, member.member_id, there))
        process.start()
        working.append((process, here))
    assert [line.recv() for _, line in working] == ["ready", "ready"]
    for _, line in working:
        line.send("go")
    assert sorted(line.recv() for _, line in working) == ["had it", "sold out 0"]
    for process, _ in working:
        process.join()
    assert sorted(held(shop, member)["PTS"] for member in rivals) == [150, 200]
    assert sound(shop) == 0
