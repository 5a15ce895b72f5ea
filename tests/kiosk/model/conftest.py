"""Books for the tests of the model: created once, copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.model.store import Store
from tests.kiosk.model.books import Books, copy_books, open_books


@pytest.fixture(scope="session")
def empty_box(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A created box, closed."""
    books = open_books(tmp_path_factory.mktemp("empty"))
    books.store.close()
    return books.path


@pytest.fixture
def books(empty_box: Path, tmp_path: Path) -> Iterator[Books]:
    """Empty books, open."""
    path = copy_books(empty_box, tmp_path)
    opened = Books(path, Store.open(path))
    yield opened
    opened.store.close()
