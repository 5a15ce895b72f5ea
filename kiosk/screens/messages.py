"""What is said between devices, ledger worker, widgets and screens."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


@dataclass(eq=False)
class CodeScanned(Message):
    """A scanner read a code."""

    text: str


@dataclass(eq=False)
class ScannerChanged(Message):
    """The scanner is in another state (a word of `device_states`), and why if it is not well."""

    state: str
    error: Exception | None = None


@dataclass(eq=False)
class PrinterChanged(Message):
    """The printer or its queue is in another state; `held` of the `waiting` slips wait for a person's word."""

    state: str
    waiting: int = 0
    held: int = 0
    error: Exception | None = None


@dataclass(eq=False)
class SlipDrawn(Message):
    """The virtual printer drew a slip."""

    lines: tuple[str, ...]


@dataclass(eq=False)
class MinutePassed(Message):
    """The clock shows another minute."""


@dataclass(eq=False)
class EntryRecorded(Message):
    """The ledger worker did what it was asked; `result` is the use case's answer."""

    result: object


@dataclass(eq=False)
class ActFailed(Message):
    """The ledger worker was refused; nothing was recorded but the refusal."""

    error: Exception


@dataclass(eq=False)
class ScreenKey(Message):
    """A key that means something to the whole screen; it travels up behind what was typed before it."""

    key: str
