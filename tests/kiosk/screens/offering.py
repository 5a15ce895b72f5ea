"""A counter under the bakery's whole programme: its shop, its goods, a member with value who comes to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from kiosk.screens.member import MemberScreen
from kiosk.screens.result import ResultScreen
from kiosk.services.values import Member
from ledger.entries import Entry
from ledger.ids import IdMint
from tests.builders import PROGRAMMES, Shop, open_shop
from tests.kiosk.screens.standing import Stand

CROISSANT, CAKE, LATTE = "6901000000015", "6901000000046", "6901000000060"


def shop_with_offers(folder: Path, language: str = "zh") -> Shop:
    """A shop under the bakery's whole programme, whose codes and ids are the same every day."""
    shop = open_shop(folder, (PROGRAMMES / "bakery.toml").read_bytes(), language=language)
    random = Random(20261123)
    ids = IdMint(shop.clock, random.randbytes)
    return replace(shop, counter=replace(shop.counter, entropy=random.randbytes, ids=ids))


async def come(counter: Stand, *codes: str, topped_up: int = 50_000) -> Member:
    """Enrol a member with value, open them and scan goods."""
    member = counter.shop.enrol()
    if topped_up:
        counter.shop.top_up(member, topped_up)
    await counter.scan(member.code)
    for code in codes:
        await counter.scan(code)
    return member


def bill(counter: Stand) -> tuple[int, int]:
    """The list price and the price to pay of the bill on the screen."""
    shown = counter.screen(MemberScreen).bill
    assert shown is not None
    return shown.quote.bill.list_price_minor, shown.quote.bill.paid_price_minor


async def with_points(counter: Stand) -> Member:
    """A member who earned points by a payment of 200.00, on the screen again."""
    member = await come(counter)
    await counter.type_in("200")
    await counter.press("enter", "enter")
    await counter.scan(member.code)
    return member


def booked(counter: Stand) -> Entry:
    """The entry of the act whose result stands."""
    done = counter.screen(ResultScreen).outcome.done
    assert done is not None
    return done.recorded.entry
