"""Noticing that the journal grew: every write is seen, looked after for a while, and nobody is told once nobody watches."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from syncd.watch import watched


class Looks:
    """Counts how often somebody was told to look."""

    def __init__(self) -> None:
        """Begin with none."""
        self.times = 0
        self.told = asyncio.Event()

    def look(self) -> None:
        """Look once more."""
        self.times += 1
        self.told.set()

    async def until(self, times: int) -> None:
        """Wait for so many looks."""
        async with asyncio.timeout(20):
            while self.times < times:
                self.told.clear()
                await self.told.wait()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file beside the database, as SQLite's log is."""
    path = tmp_path / "shop.db-wal"
    path.write_bytes(b"")
    return path


def append(log: Path) -> None:
    """Write a frame at the log's end."""
    with log.open("ab") as file:
        file.write(b"frame")


async def test_a_write_is_looked_after_more_than_once_for_its_commit_comes_later(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("syncd.watch._LOOKS", (0.0, 0.01, 0.02))
    looks = Looks()
    with watched(log.parent, looks.look):
        append(log)
        await looks.until(3)
    assert looks.times >= 3


async def test_every_one_of_many_writes_is_seen(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncd.watch._LOOKS", (0.0,))
    looks = Looks()
    with watched(log.parent, looks.look):
        for _ in range(199):
            before = looks.times
            append(log)
            await looks.until(before + 1)
    assert looks.times >= 199


async def test_a_write_after_the_watch_ended_disturbs_nobody(log: Path) -> None:
    ended, lasting = Looks(), Looks()
    with watched(log.parent, lasting.look):
        with watched(log.parent, ended.look):
            pass
        append(log)
        await lasting.until(1)
    append(log)
    await asyncio.sleep(0)
    assert ended.times == 0
