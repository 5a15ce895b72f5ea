"""The deeds that pages call: `headoffice.deeds.Deeds` does them, each one transaction with its line in the trail."""

from __future__ import annotations

from typing import Protocol


class Deeds(Protocol):
    """What people do at head office; every method raises HeadOfficeError where it does not fit."""

    def new_code(self, box: str, store: str, purpose: str, person: str) -> str:
        """Return a single-use code that lets a box in: `new`, `replace` or `recover`."""
        ...

    def confirm_box(self, box: str, epoch: int, person: str) -> None:
        """Let a waiting life speak: its fingerprint is the one on the box's own screen."""
        ...

    def fence(self, box: str, person: str) -> int:
        """Declare a box's latest life dead; return its epoch."""
        ...

    def propose_release(self, box: str, person: str, epoch: int | None = None) -> None:
        """Propose that a dead life's suspense goes to free."""
        ...

    def confirm_release(self, box: str, person: str, epoch: int | None = None) -> int:
        """Release what somebody else proposed; return it in fen."""
        ...

    def settle(self, box: str, quarantine_id: str, person: str) -> None:
        """Apply a quarantined page of a fenced life to its suspense."""
        ...

    def dismiss(self, box: str, quarantine_id: str, person: str) -> None:
        """Note that people have seen a quarantined page and settled it otherwise."""
        ...

    def publish(self, content: bytes, person: str) -> str:
        """Sign a programme's file (TOML, UTF-8) and send it to every box of its store; return its version."""
        ...

    def merge(self, from_member: str, into_member: str, person: str) -> None:
        """Let one record stand for another everywhere."""
        ...
