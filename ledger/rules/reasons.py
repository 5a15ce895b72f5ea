"""Reasons: why a rule came to its figure, as a code and its values; the screens word them in zh and en (N6, P8)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of an explanation: a code from the family's page in docs/rules/ and the values it used (text or fen)."""

    code: str
    values: tuple[tuple[str, str | int], ...] = ()
