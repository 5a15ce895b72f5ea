"""A byte changed in the closed file itself: it does not open and says why, verify names it, or nothing that is kept changed.

Some bytes of every page in CI, one in sixty-four of all with `make tampering`.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

import apsw
import pytest

from kiosk.i18n import Language
from kiosk.model import cipher
from kiosk.model.errors import ModelError
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.screens.phrases import word
from tests.kiosk.model.every_kind import every_kind
from tests.ledger.worked import worked_rows

EVERY: Final = 64 if os.environ.get("GUITAI_TAMPER") == "all" else 1021
"""One byte in so many is changed; a prime walks over the page from page to page."""
PROVED: Final = {
    row["table"]: row["columns"].split(", ") for row in worked_rows("journal.md", "What verify proves", 22)
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every_kind(tmp_path_factory.mktemp("every kind"))


def kept(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything that verify proves, read past the program."""
    raw = apsw.Connection(str(path))
    found: dict[str, list[tuple[object, ...]]] = {}
    for table, columns in PROVED.items():
        blobs = ", ".join(f"CAST({column} AS BLOB)" for column in columns)
        found[table] = sorted(raw.execute(f"SELECT {blobs} FROM {table}").fetchall(), key=repr)
    raw.close()
    return found


def answer(path: Path) -> str:
    """What the program says of a file: `sound`, or the name of a worded refusal."""
    try:
        store = Store.open(path)
        try:
            verify(store)
        finally:
            store.close()
    except ModelError as refused:
        return type(refused).__name__ if word(refused, Language.ZH).next_step else "without a word"
    return "sound"


def flipped(book: Path, folder: Path, place: int) -> Path:
    """A copy of the book with one bit of one byte changed."""
    path = Path(shutil.copy(book, folder / "flipped.db"))
    for rest in folder.glob("flipped.db-*"):
        rest.unlink()
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 1 << place % 8]))
    return path


def test_a_byte_changed_in_the_file_is_refused_named_or_nothing_kept_changed(book: Path, tmp_path: Path) -> None:
    sound, told = kept(book), dict.fromkeys(("sound", "VerifyFailed"), 0)
    for place in range(0, book.stat().st_size, EVERY):
        path = flipped(book, tmp_path, place)
        said = answer(path)
        told[said] = told.get(said, 0) + 1
        assert said != "sound" or kept(path) == sound, f"byte {place} changed what is kept, and nobody noticed"
    assert told["VerifyFailed"] > 0
    assert cipher.in_use() or told["sound"] > 0, told  # under a key every byte of every page is proved by its MAC


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER box_no_delete; DELETE FROM box",
        "DROP TRIGGER box_next_life; UPDATE box SET store = CAST(x'66ff' AS TEXT)",
        "UPDATE schema_migration SET name = CAST(x'66ff' AS TEXT) WHERE id = 1",
        "UPDATE schema_migration SET name = x'66ff' WHERE id = 1",
    ],
)
def test_a_file_that_does_not_say_whose_it_is_is_broken(book: Path, tmp_path: Path, statement: str) -> None:
    path = Path(shutil.copy(book, tmp_path))
    raw = apsw.Connection(str(path))
    raw.execute(statement)
    raw.close()
    assert answer(path) == "StoreBroken"
