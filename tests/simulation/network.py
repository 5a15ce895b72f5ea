"""A network that loses, repeats, delays and reorders bytes, and can be cut to each box; it draws from the seed alone."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from tests.simulation.weather import Weather


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes on their way: from the life of a box that signed them to an endpoint, or the answer to request `asked`.

    `connection` is the connection of the box the request belongs to: an answer finds nobody once that is gone.
    """

    box: str
    epoch: int
    path: str
    content: bytes
    asked: int
    connection: int
    answers: bool


class Network:
    """Messages on their way, each with the step before which it does not arrive."""

    def __init__(self, rng: random.Random, weather: Weather, told: Counter[str]) -> None:
        self.weather = weather
        self._rng = rng
        self._told = told
        self._on_the_way: list[tuple[int, Message]] = []
        self._cut_until: dict[str, int] = {}

    def send(self, message: Message, step: int) -> None:
        """Put a message on its way, or lose it, or send it more than once."""
        if self._cut_until.get(message.box, 0) > step or self._rng.random() < self.weather.loss:
            self._told["answers lost" if message.answers else "requests lost"] += 1
            return
        self._on_the_way.append((step + self._delay(), message))
        if self._rng.random() < self.weather.twice:
            self._told["answers repeated" if message.answers else "requests repeated"] += 1
            self._on_the_way.append((step + self._delay(), message))

    def take(self, step: int) -> Message | None:
        """Return some message that has arrived by now, None where none has."""
        due = [place for place, (arrives, _) in enumerate(self._on_the_way) if arrives <= step]
        return self._on_the_way.pop(self._rng.choice(due))[1] if due else None

    def cut(self, box: str, until: int) -> None:
        """Cut the line to a box until a step."""
        self._cut_until[box] = until

    def heal(self) -> None:
        """Join every line, and let everything arrive that is on its way."""
        self.weather = self.weather.calm()
        self._cut_until.clear()
        self._on_the_way = [(0, message) for _, message in self._on_the_way]

    def is_cut(self, box: str, step: int) -> bool:
        """Tell whether the line to a box is cut now."""
        return self._cut_until.get(box, 0) > step

    def _delay(self) -> int:
        if self._rng.random() < self.weather.much_later:
            self._told["messages much later"] += 1
            return self._rng.randrange(20, 90)
        return self._rng.randrange(1, 8) if self._rng.random() < self.weather.late else 0
