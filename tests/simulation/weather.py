"""The weather of one seed: how often the network, the machines and the people do each thing that can go wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Final


class Disaster(StrEnum):
    """What can happen to a machine, beside a network that loses, repeats and delays."""

    POWER_CUT = "power_cut"
    OFFICE_CRASH = "office_crash"
    CLOCK_JUMP = "clock_jump"
    PARTITION = "partition"
    OLD_IMAGE = "old_image"
    DESTROYED = "destroyed"
    ZOMBIE = "zombie"
    OFFICE_RESTORED = "office_restored"


KEEPS: Final = ("everything", "auto", "50.00", "0.00")
LIKELY: Final = {
    Disaster.POWER_CUT: 0.9,
    Disaster.OFFICE_CRASH: 0.8,
    Disaster.CLOCK_JUMP: 0.7,
    Disaster.PARTITION: 0.7,
    Disaster.OLD_IMAGE: 0.4,
    Disaster.DESTROYED: 0.35,
    Disaster.ZOMBIE: 0.35,
    Disaster.OFFICE_RESTORED: 0.4,
}
"""In how many seeds a disaster can happen at all."""


@dataclass(frozen=True)
class Weather:
    """Shares of messages (0 … 1) and chances a step; `disasters` says which may come, each at its chance a step."""

    loss: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    much_later: float = 0.0
    disasters: dict[Disaster, float] = field(default_factory=dict)
    act: float = 0.25
    daemon: float = 0.22
    people: float = 0.05
    assets: int = 50
    """How often a till does something with points, coupons and passes, beside payments at 45."""
    keep: str = ""
    """What a home store keeps of a member's value, nothing for one of `KEEPS`."""

    def calm(self) -> Weather:
        """Return the weather after all faults stopped."""
        return Weather()

    def __str__(self) -> str:
        """Return the weather in one line."""
        told = [f"{item.name} {getattr(self, item.name)}"[:16] for item in fields(self) if item.name != "disasters"]
        return ", ".join(told + [f"{kind.value} {chance:.3f}" for kind, chance in self.disasters.items()])


def draw_weather(rng: random.Random) -> Weather:
    """Return the weather of a seed: loss 0–30 %, repetition 0–40 %, delay, and some of the disasters."""
    may = {kind: rng.uniform(0.002, 0.012) for kind, likely in LIKELY.items() if rng.random() < likely}
    for prepared in {Disaster.OLD_IMAGE, Disaster.OFFICE_RESTORED} & may.keys():
        may[prepared] *= 3  # the first time a copy is made, the next it is put back
    return Weather(
        loss=rng.choice([0.0, rng.uniform(0, 0.3)]),
        twice=rng.choice([0.0, rng.uniform(0, 0.4)]),
        late=rng.uniform(0, 0.5),
        much_later=rng.uniform(0, 0.08),
        disasters=may,
    )
