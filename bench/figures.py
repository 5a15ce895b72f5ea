"""Figures: what was measured, against what, and whether the aim was met; a row of the table in docs/performance.md each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bench.measure import Samples

_MICRO: Final = 1_000
_MILLI: Final = 1_000_000
_SHORT: Final = 10_000_000
"""Times below this many nanoseconds are told in microseconds."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: texts as they are read; `met` is None where nobody set an aim."""

    what: str
    measured: str
    against: str = "–"
    ratio: str = "–"
    aim: str = "–"
    met: bool | None = None

    @property
    def row(self) -> str:
        """The row as Markdown."""
        verdict = "" if self.met is None else "met" if self.met else "**missed**"
        return f"| {self.what} | {self.measured} | {self.against} | {self.ratio} | {self.aim} | {verdict} |"


def shown_time(nanoseconds: float) -> str:
    """Return a time as people read it: `997 µs`, `12.3 ms`, `2.1 s`."""
    if nanoseconds < _SHORT:
        return f"{nanoseconds / _MICRO:,.0f} µs"
    milliseconds = nanoseconds / _MILLI
    return f"{milliseconds:,.1f} ms" if milliseconds < _MICRO else f"{milliseconds / _MICRO:,.1f} s"


def of_peer(what: str, subject: Samples, peer: Samples, percent: int, most: float | None = None) -> Figure:
    """Return how many times its peer's time a subject takes at a percentile; `most` is the aim."""
    ours, theirs = subject.percentile(percent), peer.percentile(percent)
    ratio = ours / theirs
    aim, met = ("–", None) if most is None else (f"≤ {most:g}×", ratio <= most)
    against = f"{peer.name} {shown_time(theirs)}"
    return Figure(f"{what}, p{percent}", shown_time(ours), against, f"{ratio:.2f}×", aim, met)


def within(what: str, nanoseconds: float, most_ms: float, against: str = "–", ratio: str = "–") -> Figure:
    """Return a time that has a limit of its own, in milliseconds."""
    met = nanoseconds <= most_ms * _MILLI
    return Figure(what, shown_time(nanoseconds), against, ratio, f"≤ {most_ms:g} ms", met)


def show(figures: list[Figure]) -> None:
    """Print figures as the table's rows."""
    for figure in figures:
        print(figure.row)
