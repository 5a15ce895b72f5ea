"""What the pages read: where all value lies, how boxes stand, who is found; on both databases."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from headoffice.audit.verify import verify
from headoffice.doors.waiting import Waiting
from headoffice.lives import LifeState
from headoffice.pages import queries, queries_boxes, queries_entries, queries_members
from headoffice.pages.figures import KEPT_TIMES, QUICK_SECONDS, Figures
from headoffice.pages.queries import Standing, standing
from headoffice.pages.queries_members import Place
from headoffice.pages.rendering import entry_number, masked_phone, shown_code
from ledger.clock import to_wire_time
from tests.builders import BAKERY
from tests.headoffice.chain import BOSS
from tests.headoffice.pages.caller import caller
from tests.headoffice.pages.scene import AUDITOR, OWNER, Scene


def found(scene: Scene, text: str) -> list[str]:
    """The names found by a text."""
    with scene.database.read() as tx:
        return [row.name for row in queries_members.find(tx, text)]


def test_the_places_sum_to_what_verify_proves(scene: Scene) -> None:
    proved = verify(scene.database)
    with scene.database.read() as tx:
        places, states = queries.places(tx, scene.chain.clock.now()), queries.states(tx)
    dead = {life for life, state in states.items() if state is LifeState.FENCED}
    assert places.free.total_minor == proved.free_minor
    assert queries.summed(split for life, split in places.held.items() if life in dead).total_minor == (
        proved.suspense_minor
    )
    assert queries.summed(places.held.values()).total_minor == proved.in_stores_minor + proved.suspense_minor
    assert queries.summed(places.granted.values()).total_minor == proved.in_flight_minor
    everything = queries.summed([places.free, places.returning, *places.held.values(), *places.granted.values()])
    assert everything.total_minor == proved.issued_minor - proved.spent_minor


def test_a_grant_that_was_not_fetched_is_in_flight(scene: Scene) -> None:
    chain, snow = scene.chain, scene.members["snow"]
    jingan, xuhui = chain.boxes["jingan-1"], chain.boxes["xuhui-1"]
    chain.ask(jingan, snow, 5_000)
    chain.sync(xuhui)
    asked = jingan.engine.ask(jingan.counter.mint(), snow.member_id, 4_000)
    chain.office.ask("jingan-1", 1, asked)
    with scene.database.read() as tx:
        places = queries.places(tx, scene.chain.clock.now())
        at_box = queries.places_of(tx, "jingan-1", scene.chain.clock.now())
        whole = queries_members.whole(tx, snow.member_id)
    assert places.granted["jingan-1", 1].total_minor == 4_000
    assert at_box.granted["jingan-1", 1].total_minor == 4_000
    assert at_box.held == {key: split for key, split in places.held.items() if key[0] == "jingan-1"}
    assert whole is not None
    assert whole.places[Place("flight", "jingan-1")].total_minor == 4_000


def test_every_lot_of_a_member_says_where_it_lies(scene: Scene) -> None:
    with scene.database.read() as tx:
        whole = queries_members.whole(tx, scene.members["snow"].member_id)
        lost = queries_members.whole(tx, scene.members["lost"].member_id)
        nobody = queries_members.whole(tx, "nobody")
    assert whole is not None
    assert [(lot.paid_minor, lot.bonus_minor, lot.left.total_minor) for lot in whole.lots] == [
        (30_000, 5_000, 18_300),
        (100_000, 24_000, 124_000),
    ]
    assert {place: split.total_minor for place, split in whole.places.items()} == {
        Place("box", "jingan-1"): 1_200,
        Place("box", "xuhui-1"): 141_100,
    }
    assert lost is not None
    assert list(lost.places) == [Place("suspense", "pudong-1")]
    assert nobody is None


def test_a_merged_member_has_the_value_and_entries_of_both_records(scene: Scene) -> None:
    snow, grey = scene.members["snow"].member_id, scene.members["grey"].member_id
    with scene.database.read() as tx:
        apart = [queries_members.whole(tx, member) for member in (snow, grey)]
    before = sum(split.total_minor for whole in apart if whole for split in whole.places.values())
    scene.chain.office.deeds.merge(grey, snow, BOSS)
    for settled in (False, True):
        if settled:
            scene.chain.settle()
        with scene.database.read() as tx:
            whole = queries_members.whole(tx, snow)
            assert whole is not None
            entries, _ = queries_entries.entries_of(tx, whole.records, 1, 100)
        assert sum(split.total_minor for split in whole.places.values()) == before
        assert {grey, snow} <= {entry.member_id for entry in entries}


def test_members_are_found_by_code_phone_last_four_and_name(scene: Scene) -> None:
    snow = scene.members["snow"]
    assert found(scene, snow.code) == ["李雪"]
    assert found(scene, shown_code(snow.code).lower()) == ["李雪"]
    assert found(scene, "138 1234-1234") == ["李雪", "李小雪"]
    assert found(scene, "5678") == ["周 Grey"]
    assert sorted(found(scene, "李")) == ["李小雪", "李雪"]
    assert found(scene, "Grey") == ["周 Grey"]
    assert found(scene, "无此人") == []
    assert len(found(scene, "")) == len(scene.members)


@pytest.mark.parametrize("text", ["%", "_", "\\", "%%", "' OR 1=1 --", "?", "zz\x00", "\U0010ffff", "x" * 64])
async def test_what_is_searched_is_text_and_nothing_else(site: Scene, text: str) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(AUDITOR)
        answer = await visitor.get("/members", params={"q": text})
        assert answer.status == 200
        assert "没有找到" in visitor.last


def test_a_box_is_late_then_offline_and_stopped_whatever_its_line_says(scene: Scene) -> None:
    now = scene.chain.clock.now()
    for minutes, expected in ((0, "online"), (2, "online"), (3, "late"), (30, "late"), (31, "offline")):
        heard_at = to_wire_time(now - timedelta(minutes=minutes))
        assert standing(LifeState.OPEN, heard_at, now) is Standing(expected)
    assert standing(LifeState.OPEN, None, now) is Standing.OFFLINE
    assert standing(LifeState.FENCED, to_wire_time(now), now) is Standing.FENCED


async def test_a_quiet_box_with_its_line_open_is_online(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(OWNER)
        await visitor.get("/boxes?state=offline")
        assert "jingan-1</a>" in visitor.last
        site.silence.update({"jingan-1": 0.0, "pudong-1": 0.0})
        await visitor.get("/boxes?state=online")
        assert "jingan-1</a>" in visitor.last
        await visitor.get("/boxes?state=fenced")
        assert "pudong-1</a>" in visitor.last


async def test_the_door_knows_how_long_a_box_has_not_waited() -> None:
    waiting = Waiting()
    assert waiting.silence("xuhui-1") is None
    event = waiting.listen("xuhui-1")
    assert waiting.silence("xuhui-1") == 0
    waiting.leave("xuhui-1", event)
    await asyncio.sleep(0)
    silence = waiting.silence("xuhui-1")
    assert silence is not None
    assert silence >= 0


def test_what_waits_in_quarantine_is_told_from_what_was_ended(scene: Scene) -> None:
    with scene.database.read() as tx:
        waiting = queries_boxes.quarantined(tx)
        assert queries_boxes.quarantined(tx, box="xuhui-1") == []
    assert [(page.box, page.reason) for page in waiting] == [("pudong-1", "fenced")]
    scene.chain.office.deeds.dismiss("pudong-1", waiting[0].id, BOSS)
    with scene.database.read() as tx:
        assert queries_boxes.quarantined(tx) == []
        assert [page.how for page in queries_boxes.quarantined(tx, ended=True)] == ["dismissed"]


def test_a_page_of_anything_can_be_read() -> None:
    lines = queries_entries.page_lines(b'{"v":1}\n\xff\xfe<b>\n{"a":' + b"[" * 50_000)
    assert [line.entry for line in lines] == [None, None, None]
    assert "<b>" in lines[1].text
    assert queries_entries.page_lines(b"") == []


def test_entries_are_paged_newest_first(scene: Scene) -> None:
    snow = scene.members["snow"].member_id
    with scene.database.read() as tx:
        everything, more = queries_entries.entries_of(tx, [snow], 1, 100)
        first, older = queries_entries.entries_of(tx, [snow], 1, 4)
        second, _ = queries_entries.entries_of(tx, [snow], 2, 4)
    assert (len(everything), more, older) == (9, False, True)
    assert [row.entry_id for row in first + second] == [row.entry_id for row in everything[:8]]
    assert [row.occurred_at for row in everything] == sorted((row.occurred_at for row in everything), reverse=True)
    assert entry_number(1, 42) == "1-000042"


async def test_clearing_is_shown_and_taken_away_as_a_file(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(AUDITOR)
        await visitor.get("/clearing")
        assert "75.42" in visitor.last
        answer = await visitor.get("/clearing.csv", params={"from": "2026-11-01", "to": "2026-11-30"})
        assert answer.headers["Content-Type"].startswith("text/csv")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "xuhui,jingan,75.42,12.58,1" in visitor.last
        await visitor.get("/clearing", params={"from": "2020-01-01", "to": "2020-01-31"})
        assert "没有储值消费" in visitor.last
        assert (await visitor.get("/clearing", params={"from": "nonsense", "to": "9999-99-99"})).status == 200


async def test_a_signed_programme_is_listed_with_its_text(site: Scene) -> None:
    version = site.chain.office.deeds.publish(BAKERY.read_bytes(), BOSS)
    async with caller(site) as visitor:
        await visitor.sign_in(AUDITOR)
        await visitor.get("/programmes")
        assert version in visitor.last
        assert (await visitor.get(f"/programmes/{version}")).status == 200
        assert "徐汇店" in visitor.last


async def test_a_store_is_called_what_its_sign_says_and_the_trail_says_who_did_it(site: Scene) -> None:
    async with caller(site) as visitor:
        await visitor.sign_in(OWNER)
        await visitor.get("/stores")
        await visitor.post("/stores/xuhui/name", name="徐家汇旗舰店")
        assert "徐家汇旗舰店" in visitor.last
        await visitor.post("/stores/nowhere/name", name="x")
        assert "没有这一项" in visitor.last
    row = site.one("SELECT person_id, detail FROM act WHERE what = 'name_store'")
    assert row is not None
    assert (row[0], json.loads(str(row[1]))) == (OWNER, {"store": "xuhui", "name": "徐家汇旗舰店"})


def test_figures_that_take_long_are_kept_for_twenty_times_as_long(scene: Scene) -> None:
    ticks = [0.0]

    def timer() -> float:
        ticks[0] += pace
        return ticks[0]

    now = scene.chain.clock.now()
    pace = QUICK_SECONDS / 10
    quick = Figures(scene.database, timer)
    assert quick.places(now) is not quick.places(now)
    pace = QUICK_SECONDS * 2
    slow = Figures(scene.database, timer)
    first = slow.places(now)
    assert [slow.places(now) is first for _ in range(KEPT_TIMES - 2)] == [True] * (KEPT_TIMES - 2)
    ticks[0] += KEPT_TIMES * pace
    assert slow.places(now) is not first


@pytest.mark.parametrize(
    ("phone", "masked"), [("13812341234", "138****1234"), ("12345", "****2345"), ("123", "***"), (None, "")]
)
def test_a_phone_is_masked(phone: str | None, masked: str) -> None:
    assert masked_phone(phone) == masked
