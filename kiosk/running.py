"""A mark that a counter runs: where it stands at the start, the last run ended by a power cut or a kill and not by leaving."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.model.disk import disk_errors_named


@dataclass(frozen=True, slots=True)
class RunningMark:
    """A till's mark in the box's state folder."""

    state: Path
    till: str

    @property
    def place(self) -> Path:
        """Where the mark stands."""
        return self.state / f"running-{self.till}"

    def begin(self) -> bool:
        """Set the mark, so that it outlives a power cut, and tell whether the last run left its own behind.

        Raises StoreFull, StoreReadOnly, StoreBroken.
        """
        with disk_errors_named(self.place):
            self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
            was_cut_off = self.place.exists()
            self.place.touch(mode=0o600)
            folder = os.open(self.state, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return was_cut_off

    def end(self) -> None:
        """Take the mark away: this run was left as it should be; on a disk that refuses, the next start looks once more."""
        with suppress(OSError):
            self.place.unlink(missing_ok=True)
