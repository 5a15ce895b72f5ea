"""A box stopped by its own past is not started again by a head office that knows nothing of what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.clock import SystemClock
from kiosk.config import read_config
from kiosk.model import journal, uplink
from kiosk.model.backup_marker import MARKER, OLDER, PAST_STOPS, Mark, stop, write_mark
from kiosk.model.uplink import Mode
from ledger.protocol.messages import HelloAnswer, Verdict
from syncd import commands
from syncd.daemon import make_engine
from syncd.engine import Engine
from tests.builders import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop that belongs to a head office."""
    opened = open_shop(tmp_path)
    with opened.counter.store.write():
        uplink.join(opened.counter.store, b"k" * 32)
    yield opened
    opened.counter.store.close()


@pytest.fixture
def engine(shop: Shop) -> Engine:
    """The daemon's side of it."""
    return make_engine(shop.counter.store, SystemClock(), ZoneInfo("Asia/Shanghai"))


def answer(verdict: Verdict) -> HelloAnswer:
    return HelloAnswer(0, 0, verdict)


@pytest.mark.parametrize("reason", sorted(PAST_STOPS))
def test_a_hello_does_not_start_what_the_past_stopped(shop: Shop, engine: Engine, reason: str) -> None:
    stop(shop.counter.store, reason)
    engine.take_hello(answer(Verdict.GO))
    assert uplink.state(shop.counter.store).mode is Mode.STOPPED
    engine.take_hello(answer(Verdict.BEHIND))
    assert uplink.state(shop.counter.store).stop_reason == reason, "no other reason hides it, which a hello could lift"


def test_a_hello_starts_what_another_hello_stopped(shop: Shop, engine: Engine) -> None:
    engine.take_hello(answer(Verdict.BEHIND))
    assert uplink.state(shop.counter.store).mode is Mode.STOPPED
    engine.take_hello(answer(Verdict.GO))
    assert uplink.state(shop.counter.store).mode is Mode.GOING


def test_the_daemon_gives_nothing_back_from_old_books(shop: Shop, tmp_path: Path) -> None:
    config = read_config("", tmp_path / "kiosk.toml")
    config.state.mkdir(exist_ok=True)
    epoch, sequence, head_hash = journal.head(shop.counter.store)
    ahead = Mark("box-1", epoch, sequence + 5, head_hash.hex(), "2026-11-20T06:02:11.123Z")
    write_mark(config.state / MARKER, ahead)
    commands._stop_old_books(config, shop.counter.store)
    assert uplink.state(shop.counter.store).stop_reason == OLDER
    assert make_engine(shop.counter.store, SystemClock(), config.zone).sweep() == 0
