"""What a power cut leaves: synced bytes for certain, and of those behind the last sync whatever the disk got round to.

At any step of a tape the cut may come. Of each file's unsynced steps a disk may have done all, none, a beginning, or any of them in
any order; a write may be torn between its sectors of 512 bytes; a file that was never synced may not be there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from tests.power.recording import Cut, Deleted, Step, Synced, Tape, Told, Wrote

SECTOR: Final = 512
Content = bytearray


@dataclass(frozen=True, slots=True)
class Image:
    """The files a cut left, how many entries people had been told of by then, and how to make it again."""

    files: dict[str, bytes]
    told: int
    at: int
    seed: int

    def lay(self, folder: Path) -> None:
        """Write the files into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (folder / name).write_bytes(content)


def image(tape: Tape, seed: int) -> Image:
    """Return the image a seed stands for: where the power is cut, and what the disk did before."""
    random = Random(seed)
    at = random.randrange(len(tape.steps) + 1)
    safe: dict[str, Content] = {name: Content(content) for name, content in tape.began.items()}
    pending: dict[str, list[Step]] = {}
    told = 0
    for step in tape.steps[:at]:
        if isinstance(step, Told):
            told = step.entries
        elif isinstance(step, Synced):
            safe[step.file] = _done(safe.get(step.file), pending.pop(step.file, []))
        elif isinstance(step, Deleted):
            pending.pop(step.file, None)
            safe.pop(step.file, None)
        else:
            pending.setdefault(step.file, []).append(step)
    for name, steps in pending.items():
        kept = _got_round_to(steps, random)
        if name in safe or (kept and random.random() < 0.9):
            safe[name] = _done(safe.get(name), kept)
    files = {name: bytes(content) for name, content in safe.items() if name}
    return Image(files, told, at, seed)


def _got_round_to(steps: list[Step], random: Random) -> list[Step]:
    """Return which of a file's unsynced steps the disk did, in the order it did them."""
    way = random.randrange(5)
    if way == 0:
        return []
    if way == 1:
        return list(steps)
    if way == 2:
        return _torn(steps[: random.randrange(len(steps) + 1)], random)
    some = [step for step in steps if random.random() < 0.7]
    if way == 4:
        random.shuffle(some)
    return _torn(some, random)


def _torn(steps: list[Step], random: Random) -> list[Step]:
    """Tear one write between its sectors, now and then."""
    places = [place for place, step in enumerate(steps) if isinstance(step, Wrote) and len(step.content) > SECTOR]
    if not places or random.random() < 0.4:
        return steps
    place = random.choice(places)
    whole = steps[place]
    assert isinstance(whole, Wrote), "it was picked so"
    sectors = range(0, len(whole.content), SECTOR)
    kept = [start for start in sectors if random.random() < 0.5]
    pieces = [Wrote(whole.file, whole.offset + start, whole.content[start : start + SECTOR]) for start in kept]
    return [*steps[:place], *pieces, *steps[place + 1 :]]


def _done(content: Content | None, steps: list[Step]) -> Content:
    """Return a file after steps."""
    after = Content(content or b"")
    for step in steps:
        if isinstance(step, Wrote):
            end = step.offset + len(step.content)
            if end > len(after):
                after.extend(bytes(end - len(after)))
            after[step.offset : end] = step.content
        elif isinstance(step, Cut):
            del after[step.size :]
            after.extend(bytes(max(0, step.size - len(after))))
    return after
