"""The real daemon and the real head office: enrolment by digits on two screens, the journal's way up, a recovery."""

from __future__ import annotations

import asyncio
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.model import journal, programmes, purses, uplink
from kiosk.model.store import Store
from kiosk.model.uplink import Mode
from kiosk.services.set_up import create_box
from line.packing import pack
from line.tls import issue_server, make_authority, pinned_context
from syncd.client import HeadOffice
from syncd.enrolment import confirmed, journal_fetcher, signer
from syncd.errors import AnotherBox, NotConfirmed, NotEnrolled, Refused, SettingUnfit
from syncd.recovery import recover
from syncd.settings import Settings, StateFolder
from tests.builders import BAKERY, PEOPLE, Shop, open_shop
from tests.syncd.chain import STORE, Chain, chain, enrol, enrolled_daemon, let_in
from tests.syncd.stand_in import Local


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with an open shift."""
    shop = open_shop(tmp_path / "box")
    shop.open_shift()
    return shop


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    """The box's state folder, empty."""
    (tmp_path / "box" / "state").mkdir(parents=True)
    return StateFolder(tmp_path / "box" / "state")


def bodies(shop: Shop) -> list[bytes]:
    """Every entry of the shop's journal."""
    return [row.body for row in journal.page(shop.counter.store, 0, 1_000)]


async def test_a_box_is_let_in_when_both_screens_show_the_same(tmp_path: Path, shop: Shop, folder: StateFolder) -> None:
    async with chain(tmp_path / "office") as office:
        shown = await enrol(office, folder, shop)
        settings = folder.load()
    assert (shown.box, shown.store) == ("box-1", STORE)
    assert settings == Settings(office.url, "box-1", STORE, 1)
    for path in (folder.settings, folder.key, folder.authority):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    standing = uplink.state(shop.counter.store)
    assert standing.mode is Mode.GOING
    assert standing.office_key == office.opened.key.public_bytes()


async def test_everything_recorded_before_and_after_enrolment_arrives(
    tmp_path: Path, shop: Shop, folder: StateFolder
) -> None:
    member = shop.enrol()
    async with chain(tmp_path / "office") as office:
        await enrol(office, folder, shop)
        async with enrolled_daemon(folder, shop.path) as near:
            await near.until(pending=0, online=True)
            await asyncio.to_thread(shop.top_up, member)
            await office.until_held(len(bodies(shop)))
            await near.until(pending=0)
        assert office.entries() == bodies(shop)


async def test_a_programme_that_head_office_signed_is_in_force(tmp_path: Path, shop: Shop, folder: StateFolder) -> None:
    newer = BAKERY.read_text(encoding="utf-8").replace('version = "2026.2"', 'version = "2026.3"')
    async with chain(tmp_path / "office") as office:
        await enrol(office, folder, shop)
        async with enrolled_daemon(folder, shop.path) as near:
            await near.until(online=True)
            office.opened.office.deeds.publish(newer.encode(), "owner")
            async with asyncio.timeout(20):
                while (found := programmes.current(shop.counter.store)) is None or found.version != "2026.3":  # noqa: ASYNC110 - a database has no event
                    await asyncio.sleep(0.02)
            assert (await near.state())["mode"] == "going"
    assert found.content == newer.encode()


async def test_value_topped_up_in_one_store_is_spent_in_another(
    tmp_path: Path, shop: Shop, folder: StateFolder
) -> None:
    other, there = another_shop(tmp_path / "other"), StateFolder(tmp_path / "other")
    member = shop.enrol(phone="13812341234")
    shop.top_up(member, 30_000)
    async with chain(tmp_path / "office") as office:
        await enrol(office, folder, shop)
        await enrol(office, there, other)
        async with enrolled_daemon(folder, shop.path) as here, enrolled_daemon(there, other.path) as near:
            await here.until(pending=0, online=True)
            await near.until(online=True)
            assert await near.post("/refresh", {"phone": "13812341234"}) == (200, {"outcome": "found"})
            granted = await granted_there(near, other, member.member_id, 20_000)
            await here.until(pending=0)
            await near.until(pending=0)
    assert granted == held(other, member.member_id) == 20_000
    assert held(shop, member.member_id) == 35_000 - 20_000


def another_shop(folder: Path) -> Shop:
    """A second box of the same store, with nobody in its directory."""
    box = open_shop(folder / "unused")
    path = folder / "shop.db"
    store = create_box(path, "box-2", BAKERY.read_bytes(), PEOPLE, box.clock.now())
    return Shop(replace(box.counter, store=store), box.clock, path)


async def granted_there(near: Local, shop: Shop, member_id: str, minor: int) -> int:
    """Ask for value, under a new id while head office waits for the other store to give it back."""
    got = 0
    async with asyncio.timeout(20):
        while got < minor:
            content = {"member_id": member_id, "amount_minor": minor - got, "budget_ms": 5_000}
            _, answer = await near.post("/grant", {"ask_id": shop.counter.mint(), **content})
            got += int(str(answer["granted_minor"]))
            await asyncio.sleep(0.01)
    return got


def held(shop: Shop, member_id: str) -> int:
    """What a shop holds of somebody (fen)."""
    return sum(holding.total_minor for holding in purses.holdings(shop.counter.store, member_id))


async def test_nobody_confirmed_so_nothing_is_kept_and_the_code_still_serves(
    tmp_path: Path, shop: Shop, folder: StateFolder
) -> None:
    async with chain(tmp_path / "office") as office:
        code = office.opened.office.deeds.new_code("box-1", STORE, "new", "owner")
        with pytest.raises(NotConfirmed):
            await confirmed(
                folder,
                office.url,
                code,
                shop.counter.store.identity,
                lambda _: None,
                poll_seconds=0.01,
                patience_seconds=0,
            )
        with pytest.raises(NotEnrolled):
            folder.load()
        assert uplink.state(shop.counter.store).mode is Mode.ALONE
        enrolled, _ = await let_in(office, folder, shop, code)
    assert enrolled.answer.confirmed


async def test_a_code_for_another_box_is_refused(tmp_path: Path, shop: Shop, folder: StateFolder) -> None:
    async with chain(tmp_path / "office") as office:
        code = office.opened.office.deeds.new_code("box-2", STORE, "new", "owner")
        with pytest.raises(AnotherBox):
            await let_in(office, folder, shop, code)
    assert not folder.settings.exists()


async def test_a_wrong_code_is_refused(tmp_path: Path, shop: Shop, folder: StateFolder) -> None:
    async with chain(tmp_path / "office") as office:
        with pytest.raises(Refused) as refused:
            await let_in(office, folder, shop, "AAAA-BBBB-CCCC")
    assert refused.value.status == 403


async def test_somebody_in_between_shows_other_digits(tmp_path: Path, shop: Shop, folder: StateFolder) -> None:
    async with chain(tmp_path / "office") as office:
        shown = await enrol(office, folder, shop)
        authority = office.opened.settings.tls / "authority.pem"
        before = office.opened.fingerprint_of("box-1", 1)
        make_authority(tmp_path / "between", "Guitai")
        issue_server(tmp_path / "between", ("localhost",))
        shutil.copy(tmp_path / "between" / "authority.pem", authority)
        between = office.opened.fingerprint_of("box-1", 1)
    assert shown.fingerprint == before
    assert shown.fingerprint != between


async def test_an_old_image_stops_and_comes_back_with_its_journal(
    tmp_path: Path, shop: Shop, folder: StateFolder
) -> None:
    member = shop.enrol()
    image = tmp_path / "image.db"
    async with chain(tmp_path / "office") as office:
        await enrol(office, folder, shop)
        shop.counter.store.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(shop.path, image)
        shop.top_up(member)
        written = bodies(shop)
        async with enrolled_daemon(folder, shop.path) as near:
            await near.until(pending=0, online=True)
        put_back(image, shop)
        async with enrolled_daemon(folder, shop.path) as near:
            assert (await near.until(mode="stopped"))["stop_reason"] == "behind"
        await recovered(office, folder, shop)
        assert folder.load().epoch == 2
        store = Store.open(shop.path)
        assert [row.body for row in journal.page(store, 0, 100)] == written
        async with enrolled_daemon(folder, shop.path) as near:
            await near.until(mode="going", pending=0, online=True)
        store.close()


def put_back(image: Path, shop: Shop) -> None:
    """Put an old image in the place of the books."""
    shop.counter.store.close()
    for suffix in ("-wal", "-shm"):
        shop.path.with_name(shop.path.name + suffix).unlink(missing_ok=True)
    shutil.copy(image, shop.path)


async def recovered(office: Chain, folder: StateFolder, shop: Shop) -> None:
    """Recover the box as the command does."""
    code = office.opened.office.deeds.new_code("box-1", STORE, "recover", "owner")
    enrolled, _ = await let_in(office, folder, shop, code, epoch=2)
    line = HeadOffice(office.url, signer(enrolled.key, "box-1", 2), pack, pinned_context(enrolled.authority))
    fetch = journal_fetcher(line, 2, asyncio.get_running_loop())
    try:
        await asyncio.to_thread(recover, shop.path, enrolled.answer, fetch)
    finally:
        await line.close()
    folder.save(Settings(office.url, "box-1", STORE, 2), enrolled.authority)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("epoch = 1", "epoch = 0", "epoch"),
        ("epoch = 1", 'epoch = "1"', "epoch"),
        ("epoch = 1", "", "epoch"),
        ("https://", "http://", "url"),
        ("status_port = 8780", "status_port = 70000", "status_port"),
        ("epoch = 1", "epoch = 1\nspeed = 2", "speed"),
        ("[syncd]", "[sync]", "[syncd]"),
    ],
)
def test_a_setting_that_does_not_fit_is_named(folder: StateFolder, old: str, new: str, key: str) -> None:
    folder.next_key.write_bytes(b"key")
    folder.save(Settings("https://office.example:8443", "box-1", STORE, 1), b"authority")
    folder.settings.write_text(folder.settings.read_text().replace(old, new, 1))
    with pytest.raises(SettingUnfit) as unfit:
        folder.load()
    assert unfit.value.key == key
