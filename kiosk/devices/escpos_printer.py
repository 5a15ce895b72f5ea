"""An ESC/POS printer over any transport, which tells printed from handed over.

Bytes accepted are not paper. A job counts as printed only once the printer answers an inquiry that is queued behind the
job (`Confirm.ANSWER`); the weaker ways are there for printers that cannot, and the result says which it was. A job that
was handed over but not confirmed is remembered: it is waited for, not sent again, unless something shows that the
printer lost it. The rules stand in `docs/rules/devices.md`.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Final

from kiosk.devices.addresses import Inquiry
from kiosk.devices.errors import (
    CoverOpen,
    PaperOut,
    PrinterClosed,
    PrinterError,
    PrinterFault,
    PrinterForbidden,
    PrinterInUse,
    PrinterOffline,
    PrinterSilent,
    PrinterUnplugged,
    PrinterUnreachable,
    WriteStalled,
)
from kiosk.devices.lines import LINE_ERRORS, Interrupt, Interrupted, Line, Stalled
from kiosk.devices.ports import Confirm, Fault, Paper, Printed, PrinterStatus
from kiosk.devices.status import (
    DRAWER_KICK,
    PAPER_INQUIRY,
    Answer,
    AnswerReader,
    Said,
    answers_process_id,
    decode_status,
    process_id_inquiry,
    status_inquiry,
)
from kiosk.devices.transports import Transport

_IN_USE: Final = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}
_MOST_STALE_READS: Final = 64
"""A line that babbles without end is not drained but listened to."""

_FORBIDDEN: Final = {errno.EACCES, errno.EPERM}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a printer is waited for, in seconds.

    `status` for one status byte, `answer` for the answer behind a job (a long slip at 9600 baud takes ten), `stall`
    without a byte taken, `look` between two looks at the status while a job is out.
    """

    status: float = 0.5
    answer: float = 20.0
    stall: float = 5.0
    look: float = 1.0


@dataclass
class _Pending:
    """A job that was handed over on the open line and not confirmed yet."""

    job: str
    process_id: bytes
    answers: int = 0
    is_doubted: bool = False


class EscposPrinter:
    """A PrinterPort; calls from several threads wait for each other, `close` ends them."""

    def __init__(
        self,
        transport: Transport,
        confirm: Confirm = Confirm.ANSWER,
        inquiry: Inquiry = Inquiry.PAPER,
        patience: Patience | None = None,
    ) -> None:
        self._transport = transport
        self._confirm = confirm if transport.answers else Confirm.WRITTEN
        self._inquiry = inquiry
        self._patience = patience or Patience()
        self._turn = Lock()
        self._interrupt = Interrupt()
        self._line: Line | None = None
        self._reader = AnswerReader(with_blocks=inquiry is Inquiry.PROCESS_ID)
        self._pending: _Pending | None = None
        self._jobs = 0

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        """Print and return once it counts as printed; raises PrinterError, with `sent` if the job may still come."""
        job = job or sha256(payload).hexdigest()
        with self._turn, self._errors():
            if self._confirm is Confirm.WRITTEN:
                self._write_only(payload)
                return Printed(Confirm.WRITTEN)
            status = self._ready_status()
            held = self._pending is not None and self._pending.job == job
            self._refuse_unless_well(status, sent=held)
            if not self._settle_pending(job):
                self._confirm_sent(self._send(payload, job))
            return Printed(self._confirm)

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself; one that never answers is online while its line opens."""
        with self._turn, self._errors():
            if self._confirm is Confirm.WRITTEN:
                if self._transport.answers:
                    self._ready_line()
                return PrinterStatus(answered=False)
            return self._ready_status()

    def kick_drawer(self) -> None:
        """Open the drawer now; a printer that cannot print would open it later, so that is refused."""
        with self._turn, self._errors():
            if self._confirm is Confirm.WRITTEN:
                self._write_only(DRAWER_KICK)
                return
            self._refuse_unless_well(self._ready_status(), sent=False)
            self._write(DRAWER_KICK)

    def strongest_confirm(self) -> Confirm:
        """Return the strongest way in which this printer can confirm a job, for the installer; prints nothing."""
        with self._turn, self._errors():
            if not self._transport.answers or not self._ready_status().answered:
                return Confirm.WRITTEN
            probe = self._pending = _Pending("", b"test")
            self._write(self._behind(probe))
            self._wait_answered(probe, self._patience.status * 2)
            self._pending = None
            return Confirm.ANSWER if probe.answers else Confirm.STATUS

    def close(self) -> None:
        """Let go of the printer, from any thread, for good."""
        self._interrupt.set()
        with self._turn:
            self._drop_line()

    # -- status

    def _ready_status(self) -> PrinterStatus:
        """Ask on the open line, or on a fresh one where the printer hung up since."""
        line = self._ready_line()
        first = self._ask(line, 1)
        if first is None:
            if self._pending is None:
                self._drop_line()
            else:
                self._pending.is_doubted = True
            return decode_status(None, None, None, None)
        return decode_status(first, *(self._ask(line, subject) for subject in (2, 3, 4)))

    def _ask(self, line: Line, subject: int) -> int | None:
        self._reader.rest()
        line.write(status_inquiry(subject), self._patience.stall)
        deadline = monotonic() + self._patience.status
        while (left := deadline - monotonic()) > 0:
            for answer in self._hear(line, left):
                if answer.said is Said.STATUS:
                    return answer.byte
        return None

    def _hear(self, line: Line, seconds: float) -> list[Answer]:
        """Return the answers in what arrives first within so many seconds."""
        arrived = line.read(seconds)
        if not arrived:
            self._reader.rest()
        return self._take_in(arrived)

    def _take_in(self, arrived: bytes) -> list[Answer]:
        """Return the answers in what arrived; those that belong behind the pending job are counted for it."""
        answers = self._reader.feed(arrived)
        pending = self._pending
        if pending is not None:
            pending.answers += sum(self._is_behind(answer, pending) for answer in answers)
        return answers

    def _refuse_unless_well(self, status: PrinterStatus, *, sent: bool) -> None:
        """Raise what keeps the printer from printing; a job it still holds is in doubt from then on."""
        error = self._trouble(status, sent=sent)
        if error is None:
            return
        if self._pending is not None:
            self._pending.is_doubted = True
        raise error

    def _trouble(self, status: PrinterStatus, *, sent: bool) -> PrinterError | None:
        address = self._transport.address
        if not status.answered:
            return PrinterSilent(address, sent, waited_ms=round(self._patience.status * 1000))
        if status.cover_open:
            return CoverOpen(address, sent)
        if status.paper is Paper.OUT:
            return PaperOut(address, sent)
        if status.error is not Fault.NONE:
            return PrinterFault(address, sent, fault=status.error.value)
        return None if status.online else PrinterOffline(address, sent)

    # -- jobs

    def _send(self, payload: bytes, job: str) -> _Pending:
        self._jobs += 1
        pending = _Pending(job, f"{self._jobs % 10_000:04d}".encode())
        self._write(payload + (self._behind(pending) if self._confirm is Confirm.ANSWER else b""))
        self._pending = pending
        return pending

    def _confirm_sent(self, pending: _Pending) -> None:
        """Wait for what makes a job that was handed over count as printed; raises PrinterError with `sent`."""
        if self._confirm is Confirm.STATUS:
            self._refuse_unless_well(self._ready_status(), sent=True)
            pending.answers += 1
        else:
            self._wait_answered(pending, self._patience.answer)
            if not pending.answers:
                waited_ms = round(self._patience.answer * 1000)
                raise PrinterSilent(self._transport.address, sent=True, waited_ms=waited_ms)
        self._pending = None

    def _wait_answered(self, pending: _Pending, seconds: float) -> None:
        """Wait until the answer queued behind a job came; a fault ends the wait early with its error."""
        line = self._open_line()
        deadline = monotonic() + seconds
        look_at = monotonic() + self._patience.look
        while pending.answers == 0 and (left := deadline - monotonic()) > 0:
            self._hear(line, max(0.0, min(left, look_at - monotonic())))
            if pending.answers == 0 and monotonic() >= look_at:
                self._look(line)
                look_at = monotonic() + self._patience.look

    def _look(self, line: Line) -> None:
        """Look at the status while a job is out; a busy printer may stay silent, a stopped one says so."""
        byte = self._ask(line, 1)
        if byte is not None and not decode_status(byte, None, None, None).online:
            self._refuse_unless_well(self._ready_status(), sent=True)

    def _settle_pending(self, job: str) -> bool:
        """Return whether `job` was handed over before and has come out now; another job's fate is settled with it.

        The printer is known to be well here. A pending job that nothing casts doubt on is asked after once more and
        never sent twice; one in doubt (a fault or a silence came in between) is given up after a fruitless wait.
        """
        pending = self._pending
        if pending is None:
            return False
        if self._confirm is Confirm.ANSWER and not pending.answers and not pending.is_doubted:
            self._write(self._behind(pending))
        try:
            if not pending.answers:
                self._confirm_sent(pending)
        except PrinterSilent:
            if pending.job == job and not pending.is_doubted:
                raise
        self._pending = None
        return pending.answers > 0 and pending.job == job

    def _behind(self, pending: _Pending) -> bytes:
        return PAPER_INQUIRY if self._inquiry is Inquiry.PAPER else process_id_inquiry(pending.process_id)

    def _is_behind(self, answer: Answer, pending: _Pending) -> bool:
        if self._inquiry is Inquiry.PAPER:
            return answer.said is Said.PAPER
        return answers_process_id(answer, pending.process_id)

    # -- the line

    def _ready_line(self) -> Line:
        """Return a line the printer has not hung up on, empty of what came unasked."""
        if self._line is not None:
            try:
                self._drain(self._line)
            except LINE_ERRORS:
                self._drop_line()
        return self._open_line()

    def _drain(self, line: Line) -> None:
        self._reader.rest()
        for _ in range(_MOST_STALE_READS):
            arrived = line.read(0.0)
            if not arrived:
                return
            self._take_in(arrived)

    def _open_line(self) -> Line:
        if self._line is None:
            self._line = self._transport.open(self._interrupt)
            self._reader.rest()
        return self._line

    def _release(self) -> None:
        """Let go of a line that is not kept, unless an answer is still to come over it."""
        if self._transport.is_kept or self._pending is not None or self._line is None:
            return
        line, self._line = self._line, None
        line.finish()

    def _drop_line(self) -> None:
        """Let go of the line, and of a job whose answer can no longer come over it."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
        if self._pending is not None and not self._pending.answers:
            self._pending = None

    def _write(self, outgoing: bytes) -> None:
        try:
            self._open_line().write(outgoing, self._patience.stall)
        except Stalled as stalled:
            self._drop_line()
            raise WriteStalled(self._transport.address, written=stalled.written, total=len(outgoing)) from stalled

    def _write_only(self, payload: bytes) -> None:
        if self._transport.answers:
            self._ready_line()
        self._write(payload)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the line raises into the printer's own errors, and begin afresh after each."""
        try:
            yield
            self._release()
        except Interrupted as interrupted:
            self._drop_line()
            raise PrinterClosed(self._transport.address) from interrupted
        except Stalled as stalled:
            self._drop_line()
            raise WriteStalled(self._transport.address, written=stalled.written) from stalled
        except LINE_ERRORS as lost:
            sent = self._pending is not None
            self._drop_line()
            raise self._lost(lost, sent=sent) from lost

    def _lost(self, lost: BaseException, *, sent: bool) -> PrinterError:
        address = self._transport.address
        code = getattr(lost, "errno", None)
        if self._transport.is_network:
            return PrinterUnreachable(address, sent)
        if code in _IN_USE:
            return PrinterInUse(address, sent)
        return PrinterForbidden(address, sent) if code in _FORBIDDEN else PrinterUnplugged(address, sent)
