"""A mark that a counter runs: where it stands at the start, the last run ended by a power cut or a kill and not by leaving."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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
        """Set the mark; tell whether the last run left its own behind. Raises OSError where the folder takes no file."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        was_cut_off = self.place.exists()
        self.place.touch(mode=0o600)
        return was_cut_off

    def end(self) -> None:
        """Take the mark away: this run was left as it should be."""
        self.place.unlink(missing_ok=True)
