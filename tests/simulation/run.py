"""One seed from its opening to the last check, and many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.disk import working_folder
from tests.simulation.drain import drain
from tests.simulation.rows import Broken
from tests.simulation.weather import Weather
from tests.simulation.world import World

EVENTS = 150


@dataclass
class Outcome:
    """What came of a seed: how many events were asked for and how many it took, what befell it, and what broke, None for nothing."""

    seed: int
    asked: int
    events: int
    trace_hash: str
    told: Counter[str] = field(default_factory=Counter)
    broken: Broken | None = None

    @property
    def replay(self) -> str:
        """The command that shows this seed again."""
        return f"python -m tests.simulation --seed {self.seed} --events {self.asked}"


def run(
    seed: int, events: int = EVENTS, weather: Weather | None = None, tell: Callable[[str], None] | None = None
) -> Outcome:
    """Run one seed; an invariant that breaks is in the outcome, anything else is a fault of the programme and raised."""
    with working_folder() as folder:
        world = World(seed, Path(folder), weather, tell)
        broken = None
        try:
            while world.step < events:
                world.advance()
            world.told["rounds to drain"] += drain(world)
        except Broken as found:
            broken = found
        finally:
            for box in world.boxes:
                box.stop()
            world.office.close()
        for lineage in world.books.lineages:
            world.told.update({f"entries {kind}": times for kind, times in lineage.kinds.items()})
        return Outcome(seed, events, world.step, world.trace_hash, world.told, broken)
