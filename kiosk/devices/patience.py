"""How long a printer is waited for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a printer is waited for, in seconds.

    `status` for one status byte, `answer` for the answer behind a job (a long slip at 9600 baud takes ten), `stall`
    without a byte taken, `look` between two looks at the status while a job is out, `ask_again` after a look that was not
    answered: a printer that takes a byte a second never comes to the end if every look at it adds three.
    """

    status: float = 0.5
    answer: float = 20.0
    stall: float = 5.0
    look: float = 1.0
    ask_again: float = 5.0
