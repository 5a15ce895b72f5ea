"""A family at the counter, by keys: formed, widened by scan, limited; its people pay from the pot within their limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model.verify import verify
from kiosk.screens.family import FamilyScreen, LimitsPanel
from kiosk.screens.member import MemberScreen
from kiosk.screens.result import ResultScreen
from kiosk.services.daemon import NoDaemon
from kiosk.services.family_errors import NotInFamily
from kiosk.services.family_pot import family_view, pot_of, prepare_from_pot, quote_from_pot
from kiosk.services.values import Member
from ledger.entries import EntryKind
from tests.builders import Shop
from tests.kiosk.screens.offering import booked, shop_with_offers
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album
from tests.kiosk.services.books import entries

FAMILY = GOLDEN / "family"


def people(shop: Shop) -> tuple[Member, Member]:
    """An owner with 500.00 and a child with nothing."""
    owner, child = shop.enrol(), shop.enrol("李小雪", "13912341234")
    shop.top_up(owner, 50_000)
    return owner, child


async def form(counter: Stand, owner: Member, child: Member, album: Album | None = None) -> None:
    """Form a family and let the child join with 30.00 a day and 400.00 a month."""

    def take(name: str) -> None:
        if album is not None:
            album.take(name)

    await counter.scan(owner.code)
    await counter.press("f2", "j")
    take("none")
    await counter.press("n")
    take("form-confirm")
    await counter.press("enter")
    await counter.scan(owner.code)
    await counter.press("f2", "j", "a")
    take("add")
    await counter.scan(child.code)
    take("add-confirm")
    await counter.press("enter")
    await counter.scan(owner.code)
    await counter.press("f2", "j", "2")
    counter.screen(LimitsPanel)
    await counter.type_in("30")
    await counter.press("enter")
    await counter.type_in("400")
    take("limits")
    await counter.press("enter")
    take("limits-confirm")
    await counter.press("enter")
    take("limits-result")


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_families_look_as_they_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind = f"{language}.{size[0]}"
    async with stand(tmp_path, shop=shop_with_offers(tmp_path, language), size=size) as counter:
        album = Album(counter, kind, FAMILY)
        owner, child = people(counter.shop)
        await form(counter, owner, child, album)
        await counter.scan(child.code)
        album.take("person")
        await counter.type_in("45")
        album.take("person-bill")
        await counter.press("enter")
        album.take("person-confirm")
        await counter.press("enter")
        album.take("person-result")
        await counter.scan(child.code)
        await counter.press("f2", "j")
        album.take("seen-by-person")
        await counter.press("x")
        album.take("not-owners")
        await counter.scan(owner.code)
        await counter.press("f2", "j")
        album.take("family")
        await counter.press("1")
        album.take("owner-stays")
        await counter.press("down", "x")
        album.take("take-out-confirm")
        await counter.press("escape", "d")
        album.take("dissolve-confirm")
    assert album.changed == []
    assert {path.name for path in FAMILY.glob(f"*.{kind}.txt")} == album.taken, "a picture of a state that is no more"


async def test_who_has_nothing_of_their_own_pays_from_the_pot_with_two_keys(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        owner, child = people(counter.shop)
        await form(counter, owner, child)
        await counter.scan(child.code)
        before = len(counter.pressed)
        await counter.type_in("12")
        await counter.press("enter", "enter")
        assert len(counter.pressed) - before == len("12") + 2
        entry = booked(counter)
        assert (entry.kind, entry.member_id, entry.facts["person"]) == (
            EntryKind.SPEND,
            owner.member_id,
            child.member_id,
        )
        verify(counter.shop.counter.store)


async def test_beyond_the_limit_the_rest_takes_another_tender(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        owner, child = people(counter.shop)
        await form(counter, owner, child)
        await counter.scan(child.code)
        await counter.type_in("45")
        await counter.press("enter", "enter")
        facts = booked(counter).facts
        assert (facts["stored_minor"], facts["rest_minor"] > 0, facts["rest_tender"]) == (3_000, True, "cash")
        pot = pot_of(counter.shop.counter, child.member_id)
        assert pot is not None
        assert (pot.left_minor, pot.usable_minor) == (0, 0)


async def test_one_key_changes_between_the_pot_and_the_own_purse(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        owner, child = people(counter.shop)
        counter.shop.top_up(child, 10_000)
        await form(counter, owner, child)
        await counter.scan(child.code)
        assert not counter.screen(MemberScreen).uses_pot, "who has something of their own uses it first"
        await counter.type_in("10")
        await counter.press("j", "enter", "enter")
        assert booked(counter).member_id == owner.member_id
        await counter.scan(child.code)
        await counter.type_in("10")
        await counter.press("j", "j", "enter", "enter")
        entry = booked(counter)
        assert (entry.member_id, entry.facts.get("person")) == (child.member_id, None)


async def test_the_owner_takes_a_person_out_and_dissolves_the_family(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        owner, child = people(counter.shop)
        await form(counter, owner, child)
        await counter.scan(owner.code)
        await counter.press("f2", "j", "down", "x", "enter")
        counter.screen(ResultScreen)
        assert pot_of(counter.shop.counter, child.member_id) is None
        await counter.scan(owner.code)
        await counter.press("f2", "j", "d", "enter")
        assert family_view(counter.shop.counter, owner.member_id).owner is None
        told = [entry.facts["action"] for entry in entries(counter.shop, EntryKind.FAMILY_CHANGED)]
        assert told == ["formed", "joined", "limits", "left", "dissolved"]


async def test_what_is_no_amount_stays_with_its_field(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        owner, child = people(counter.shop)
        await form(counter, owner, child)
        await counter.scan(owner.code)
        await counter.press("f2", "j", "2")
        await counter.type_in("1x")
        await counter.press("enter")
        assert counter.screen(LimitsPanel).query_one("#day").has_focus
        assert counter.refusal
        await counter.press("escape")
        counter.screen(FamilyScreen)


async def test_a_scan_means_a_member_where_nobody_is_added(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        owner, child = people(counter.shop)
        await form(counter, owner, child)
        await counter.scan(owner.code)
        await counter.press("f2", "j")
        await counter.scan(child.code)
        assert counter.screen(MemberScreen).member_id == child.member_id
        assert family_view(counter.shop.counter, owner.member_id).people[1].member.member_id == child.member_id


def test_a_stranger_has_no_pot(tmp_path: Path) -> None:
    shop = shop_with_offers(tmp_path)
    shop.open_shift()
    stranger = shop.enrol()
    for asking in (
        lambda: quote_from_pot(shop.counter, stranger.member_id, 100),
        lambda: prepare_from_pot(shop.counter, NoDaemon(), stranger.member_id, 100),
    ):
        with pytest.raises(NotInFamily):
            asking()
    assert family_view(shop.counter, stranger.member_id).owner is None
