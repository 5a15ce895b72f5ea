"""A link may say its language, and it is kept; on both databases."""

from __future__ import annotations

import pytest

from tests.headoffice.pages.caller import caller
from tests.headoffice.pages.scene import AUDITOR, Scene

ENGLISH, CHINESE = '<html lang="en">', '<html lang="zh-CN">'


async def test_a_language_in_the_address_is_spoken_and_kept(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(AUDITOR)
        for path, expected in (("?lang=en", ENGLISH), ("", ENGLISH), ("?lang=zh", CHINESE), ("", CHINESE)):
            await visitor.get(f"/boxes{path}")
            assert expected in visitor.last


async def test_a_stranger_is_met_at_the_door_in_the_language_of_the_link(site: Scene) -> None:
    async with caller(site) as stranger:
        answer = await stranger.get("/boxes?lang=en")
        assert (answer.url.path, ENGLISH in stranger.last) == ("/sign-in", True)


@pytest.mark.parametrize("language", ["", "fr", "EN", "en;", "<script>"])
async def test_a_language_nobody_speaks_here_changes_nothing(site: Scene, language: str) -> None:
    async with caller(site) as stranger:
        await stranger.get("/sign-in?lang=en")
        answer = await stranger.get("/sign-in", params={"lang": language})
        assert (answer.status, ENGLISH in stranger.last) == (200, True)
