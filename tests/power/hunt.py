"""The hunt: so many images of a day's tape, each opened as a till would, and asked whether a fen is missing."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.model.errors import ModelError
from kiosk.model.store import Store
from kiosk.model.verify import verify
from tests.power.deeds import Row, rows_of
from tests.power.images import Image, image
from tests.power.recording import Tape

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it


@dataclass(frozen=True, slots=True)
class Fault:
    """An image that broke a promise: its seed makes it again."""

    seed: int
    at: int
    what: str


@dataclass
class Hunt:
    """What was found: images looked at, all different, and the faults."""

    images: int
    faults: list[Fault]

    @property
    def lost(self) -> list[Fault]:
        """Faults by which something people had been told of was gone."""
        return [fault for fault in self.faults if fault.what.startswith("lost")]


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Hand out a folder in memory where there is one: what is tested is the order of writes, not a disk's speed."""
    folder = Path(tempfile.mkdtemp(dir=_MEMORY if _MEMORY.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def hunt(tape: Tape, kept: list[Row], folder: Path, seeds: Iterable[int], images: int) -> Hunt:
    """Look at so many different images, in the order of their seeds."""
    found, seen = Hunt(0, []), set[bytes]()
    for seed in seeds:
        if found.images == images:
            break
        cut = image(tape, seed)
        mark = _mark(cut)
        if mark in seen:
            continue
        seen.add(mark)
        found.images += 1
        what = wrong_with(cut, kept, folder / str(seed))
        if what:
            found.faults.append(Fault(seed, cut.at, what))
    return found


def wrong_with(cut: Image, kept: list[Row], folder: Path) -> str:
    """Return which promise an image breaks, empty for none: it opens, it is whole, it holds all that people were told."""
    cut.lay(folder)
    try:
        store = Store.open(folder / "shop.db")
        try:
            verify(store)
            rows = rows_of(store)
        finally:
            store.close()
    except ModelError as error:
        return f"broken: {error}"
    finally:
        shutil.rmtree(folder)
    if len(rows) < cut.told:
        return f"lost: {cut.told} entries were told of, {len(rows)} are there"
    if rows != kept[: len(rows)]:
        place = next(place for place, row in enumerate(rows) if place >= len(kept) or row != kept[place])
        return f"half: entry {place + 1} is not what it was, or its slip is not with it"
    return ""


def _mark(cut: Image) -> bytes:
    told = hashlib.blake2b(str(cut.told).encode())
    for name in sorted(cut.files):
        told.update(name.encode() + len(cut.files[name]).to_bytes(8) + cut.files[name])
    return told.digest()
