"""Check a programme's file without putting it in force: everything that speaks against it, each with its line; pure."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.programme_places import line_of
from ledger.errors import ProgrammeError
from ledger.rules.offers_check import contradictions
from ledger.rules.pack import parse_programme, read_programme
from ledger.rules.programme import Programme


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a file, and its line from 1; None where no line can be named."""

    line: int | None
    error: ProgrammeError


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked through: the programme where it may be put in force, else its faults."""

    programme: Programme | None
    faults: tuple[Fault, ...]


def check_programme(content: bytes) -> Checked:
    """Return what a file holds, or what is wrong with it.

    What cannot be read stops at the first fault; promises that contradict themselves are told all at once.
    """
    text = content.decode("utf-8-sig", errors="replace")
    try:
        programme = read_programme(content)
        errors: list[ProgrammeError] = list(contradictions(programme.promises))
        if not errors:
            parse_programme(content)
    except ProgrammeError as error:
        return Checked(None, (Fault(line_of(text, error), error),))
    faults = tuple(Fault(line_of(text, error), error) for error in errors)
    return Checked(None if faults else programme, tuple(sorted(faults, key=lambda fault: fault.line or 0)))
