"""Time as it is handed in: the kernel reads no clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final, Protocol

_FORM: Final = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):\d\d:\d\d\.\d{3}Z", re.ASCII)


class Clock(Protocol):
    """Whoever knows the time; the box hands in the real one, tests a fixed one."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...


def business_date(moment: datetime, zone: tzinfo, day_ends: time) -> date:
    """Return the day a moment counts for: before the store's cut-off it is still yesterday (`GLOSSARY.md`)."""
    assert moment.tzinfo is not None, "moments are aware"
    local = moment.astimezone(zone)
    before_cut_off = local.time().replace(tzinfo=None) < day_ends
    return local.date() - timedelta(days=1) if before_cut_off else local.date()


def to_wire_time(moment: datetime) -> str:
    """Return an aware moment as UTC milliseconds in ISO 8601 (`2026-11-20T06:02:11.123Z`), which sorts as text."""
    assert moment.tzinfo is not None, "moments are aware"
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_wire_time(text: str) -> datetime:
    """Return the aware UTC moment of a wire time, which is written in one way only; raises ValueError."""
    if _FORM.fullmatch(text) is None:
        raise ValueError(text)
    return datetime.fromisoformat(text)
