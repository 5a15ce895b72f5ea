"""A chain of real shops over each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headoffice.store.database import Database
from tests.headoffice.chain import Chain


@pytest.fixture
def chain(database: Database, tmp_path: Path) -> Iterator[Chain]:
    with Chain(database, tmp_path / "chain") as opened:
        yield opened
