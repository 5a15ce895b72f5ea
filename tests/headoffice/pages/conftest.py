"""Head office's pages for tests: open over TLS, with a chain behind them, and a real browser before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, async_playwright

from headoffice.store.database import Database, create_database
from tests.headoffice.chain import Chain
from tests.headoffice.conftest import BORN, SHARDS
from tests.headoffice.pages.scene import Scene, opened, tell

CHROMIUM: Final = Path("/usr/bin/chromium")
FLAGS: Final = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Iterator[Scene]:
    """Tell the story of a chain in each kind of database."""
    with Chain(database, tmp_path / "chain") as chain:
        yield tell(chain)


@pytest.fixture
async def site(scene: Scene, tmp_path: Path) -> AsyncIterator[Scene]:
    """Open the pages of the story, over each kind of database."""
    async with opened(scene, tmp_path / "tls") as open_scene:
        yield open_scene


@pytest.fixture
async def shop_window(tmp_path: Path) -> AsyncIterator[Scene]:
    """Open the pages of the story over SQLite: what a browser shows does not hang on the database."""
    database = create_database(f"sqlite:///{tmp_path / 'window.db'}", BORN, SHARDS)
    with Chain(database, tmp_path / "chain") as chain:
        async with opened(tell(chain), tmp_path / "tls") as open_scene:
            yield open_scene
    database.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Start a real Chromium."""
    if not CHROMIUM.exists():
        pytest.skip(
            "Chromium is not installed here, and nobody looked at head office's pages: apt-get install chromium"
        )
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        await started.close()
