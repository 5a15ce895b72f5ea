"""Tags at the counter, by keys: two switches, the shop's own words, and what figures say with the figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.screens import phrases_offers, phrases_tags
from kiosk.screens.tags import TagPanel, TagsScreen
from kiosk.services.tag_member import NO_MESSAGES, OFFERS_OK, tags_of
from kiosk.services.values import Member
from ledger.rules.tags import COMPUTED
from tests.kiosk.screens.offering import shop_with_offers
from tests.kiosk.screens.standing import Stand, stand
from tests.kiosk.screens.test_pictures import GOLDEN, WALKS, Album

TAGS = GOLDEN / "tags"


async def open_tags(counter: Stand) -> Member:
    """Open the tags of a member who topped up little."""
    member = counter.shop.enrol()
    counter.shop.top_up(member, 10_000)
    counter.shop.pay(member, 9_000)
    await reopen(counter, member)
    return member


async def reopen(counter: Stand, member: Member) -> None:
    await counter.scan(member.code)
    await counter.press("f2", "t")


@pytest.mark.parametrize(("language", "size"), WALKS, ids=str)
async def test_tags_look_as_they_did(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    kind = f"{language}.{size[0]}"
    async with stand(tmp_path, shop=shop_with_offers(tmp_path, language), size=size) as counter:
        album = Album(counter, kind, TAGS)
        member = await open_tags(counter)
        album.take("tags")
        await counter.press("1")
        album.take("offers-confirm")
        await counter.press("escape", "a")
        await counter.type_in("爱甜")
        album.take("new-tag")
        await counter.press("enter", "enter")
        await reopen(counter, member)
        await counter.press("5")
        album.take("worked-out")
    assert album.changed == []
    assert {path.name for path in TAGS.glob(f"*.{kind}.txt")} == album.taken, "a picture of a state that is no more"


async def test_switches_and_own_words_are_given_and_taken_by_keys(tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        member = await open_tags(counter)

        def held() -> tuple[str, ...]:
            return tags_of(counter.shop.counter, member.member_id).manual

        await counter.press("1", "enter")
        assert held() == (OFFERS_OK,)
        await reopen(counter, member)
        await counter.press("2", "enter")
        assert held() == (NO_MESSAGES, OFFERS_OK)
        await reopen(counter, member)
        await counter.press("a")
        await counter.type_in("tea")
        await counter.press("enter", "enter")
        assert "tea" in held()
        await reopen(counter, member)
        await counter.press("3", "enter")
        assert "tea" not in held()
        await reopen(counter, member)
        await counter.press("1", "enter")
        assert held() == (NO_MESSAGES,)


@pytest.mark.parametrize("word", ["loyal", "13812341234"])
async def test_a_word_that_is_no_tag_stays_with_its_field(word: str, tmp_path: Path) -> None:
    async with stand(tmp_path, shop=shop_with_offers(tmp_path)) as counter:
        await open_tags(counter)
        await counter.press("a")
        await counter.type_in(word)
        await counter.press("enter")
        counter.screen(TagPanel)
        assert counter.refusal
        await counter.press("escape")
        counter.screen(TagsScreen)


def test_every_computed_tag_has_a_name_and_says_why() -> None:
    for tag in COMPUTED:
        assert tag in phrases_offers.NAMES
        assert ("rfm" if tag.startswith("rfm_") else tag) in phrases_tags.WHY
