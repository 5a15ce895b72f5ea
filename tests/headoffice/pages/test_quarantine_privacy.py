"""A refused page tells nobody but an owner whose phone stands in it; on both databases."""

from __future__ import annotations

import pytest

from tests.headoffice.pages.caller import caller
from tests.headoffice.pages.scene import AUDITOR, OPERATOR, OWNER, Scene

PHONE, MASKED = "13455556666", "134****6666"


@pytest.mark.parametrize(("name", "whole"), [(OWNER, True), (OPERATOR, False), (AUDITOR, False)])
async def test_only_an_owner_reads_a_whole_phone_in_a_refused_page(site: Scene, name: str, *, whole: bool) -> None:
    dead = site.chain.boxes["pudong-1"]
    dead.enrol("郑一", PHONE)
    site.chain.sync(dead)
    found = site.one("SELECT id FROM quarantine WHERE header LIKE ?", f"%{PHONE}%")
    assert found is not None
    async with caller(site) as visitor:
        await visitor.sign_in(name)
        answer = await visitor.get(f"/quarantine/pudong-1/{found[0]}")
    assert answer.status == 200
    assert "郑一" in visitor.last
    assert (PHONE in visitor.last, MASKED in visitor.last) == (whole, not whole)
