"""One printer on one open line: what it was asked, what it answered, and what it still owes.

An answer does not say to what. So questions about the status are asked one after the other, a late answer is waited for
before the next question, and answers that stand behind jobs are counted against the questions that stand there: an
answer that comes late is never taken for the next job's.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Final

from kiosk.devices.addresses import Inquiry
from kiosk.devices.lines import Line
from kiosk.devices.patience import Patience
from kiosk.devices.ports import PrinterStatus
from kiosk.devices.status import (
    PAPER_INQUIRY,
    Answer,
    AnswerReader,
    Said,
    answers_process_id,
    decode_status,
    process_id_inquiry,
    status_inquiry,
)

MOST_USELESS_BYTES: Final = 1024
"""In a second; a line that says more without saying anything is not listened to any longer."""

_USELESS_SECONDS: Final = 1.0


class Babble(Exception):
    """The line says more than a printer says."""


class Talk:
    """What is said with a printer between the opening of a line and its end.

    `asked` and `answered` count the inquiries behind jobs, `owed` those of an earlier line, whose answers may come over
    this one; `first_id` is the first number that one is named by.
    """

    def __init__(self, line: Line, inquiry: Inquiry, patience: Patience, first_id: int, owed: int = 0) -> None:
        self.line = line
        self.asked = owed if inquiry is Inquiry.PAPER else 0
        self.answered = 0
        self._inquiry = inquiry
        self._patience = patience
        self._next_id = first_id
        self._expected: set[bytes] = set()
        self._reader = AnswerReader(with_blocks=inquiry is Inquiry.PROCESS_ID)
        self._owed_subject = 0
        self._asked_at = self._heard_at = 0.0
        self._useless = 0
        self._useless_since = monotonic()

    # -- status

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself now; raises OSError, Interrupted, Stalled, Babble."""
        noise = self._reader.noise
        self.drain()
        answers: dict[int, int] = {}
        for subject in (1, 2, 4, 3):  # many printers leave out the third
            byte = self.ask(subject)
            if byte is None:
                break
            answers[subject] = byte
        status = decode_status(*(answers.get(subject) for subject in (1, 2, 3, 4)))
        if status.answered:
            return status
        waited_ms = round(self._patience.status * 1000)
        return replace(status, waited_ms=waited_ms, garbled=self._reader.noise > noise)

    def is_offline(self) -> bool:
        """Tell whether the printer says in passing that it cannot print; a busy one may say nothing."""
        byte = self.ask(1)
        return byte is not None and not decode_status(byte, None, None, None).online

    def ask(self, subject: int) -> int | None:
        """Return the answer to DLE EOT; None where none comes, or where the last look at it still waits for one."""
        if self._owed_subject == 1 and monotonic() - self._asked_at < self._patience.ask_again:
            return None
        self.line.write(status_inquiry(subject), self._patience.stall)
        self._owed_subject, self._asked_at = subject, monotonic()
        deadline = self._asked_at + self._patience.status
        while (left := deadline - monotonic()) > 0:
            for answer in self.hear(left):
                if answer.said is Said.STATUS:
                    return answer.byte
        return None

    def drain(self) -> None:
        """Take in what came unasked, and wait a moment for a status that is owed."""
        deadline = monotonic() + self._patience.status
        while True:
            left = deadline - monotonic() if self._owed_subject else 0.0
            arrived = self.line.read(max(0.0, left))
            if arrived:
                self._take_in(arrived)
            elif left <= 0 or monotonic() >= deadline:
                return

    # -- behind jobs

    def inquiry_behind(self) -> bytes:
        """Return the bytes that ask whether the printer came this far; they are counted as asked."""
        self.asked += 1
        if self._inquiry is Inquiry.PAPER:
            return PAPER_INQUIRY
        process_id = f"{self._next_id % 10_000:04d}".encode()
        self._next_id += 1
        self._expected.add(process_id)
        return process_id_inquiry(process_id)

    @property
    def owed(self) -> int:
        """How many answers behind jobs are still to come."""
        return self.asked - self.answered

    def forgive(self) -> None:
        """Wait no longer for answers behind jobs: the printer lost what they stood behind."""
        self.answered = self.asked
        self._expected.clear()

    def hear(self, seconds: float) -> list[Answer]:
        """Return the answers in what arrives first within so many seconds; what is owed is counted."""
        arrived = self.line.read(seconds)
        if arrived:
            return self._take_in(arrived)
        if monotonic() - self._heard_at >= self._patience.status:
            self._reader.rest()
        return []

    def _take_in(self, arrived: bytes) -> list[Answer]:
        self._heard_at = monotonic()
        answers = self._reader.feed(arrived)
        useless = len(arrived)
        for answer in answers:
            if answer.said is Said.STATUS:
                useless -= 1 if self._owed_subject else 0
                self._owed_subject = 0
            elif self.answered < self.asked and self._is_behind(answer):
                self.answered += 1
                useless -= 1
        self._weigh(useless)
        return answers

    def _is_behind(self, answer: Answer) -> bool:
        if self._inquiry is Inquiry.PAPER:
            return answer.said is Said.PAPER
        named = next((each for each in self._expected if answers_process_id(answer, each)), None)
        if named is not None:
            self._expected.remove(named)
        return named is not None

    def _weigh(self, useless: int) -> None:
        now = monotonic()
        if now - self._useless_since > _USELESS_SECONDS:
            self._useless, self._useless_since = 0, now
        self._useless += useless
        if self._useless > MOST_USELESS_BYTES:
            raise Babble
