"""An ESC/POS printer over any transport, which tells printed from handed over.

Bytes accepted are not paper. A job counts as printed only once the printer answers an inquiry that is queued behind the
job (`Confirm.ANSWER`); the weaker ways are there for printers that cannot, and the result says which it was. A job that
was handed over but not confirmed is remembered: it is waited for, not sent again, unless something shows that the
printer lost it. The rules stand in `docs/rules/devices.md`.
"""

from __future__ import annotations

import errno
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from secrets import randbelow
from threading import Lock
from time import monotonic
from typing import Final

from kiosk.devices.addresses import Inquiry
from kiosk.devices.errors import (
    PrinterClosed,
    PrinterError,
    PrinterForbidden,
    PrinterGarbled,
    PrinterInUse,
    PrinterSilent,
    PrinterUnplugged,
    PrinterUnreachable,
    WriteStalled,
)
from kiosk.devices.lines import LINE_ERRORS, Interrupt, Interrupted, Stalled
from kiosk.devices.patience import Patience
from kiosk.devices.ports import Confirm, Printed, PrinterStatus, trouble_of
from kiosk.devices.status import DRAWER_KICK
from kiosk.devices.talk import Babble, Talk
from kiosk.devices.transports import Transport

__all__ = ["EscposPrinter", "Patience"]

_IN_USE: Final = {errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK}
_FORBIDDEN: Final = {errno.EACCES, errno.EPERM}
_CLOSE_SECONDS: Final = 2.0
"""A name server that does not answer holds a call longer than a till that leaves can wait."""

_REMEMBERED: Final = 64


@dataclass
class _Pending:
    """A job that was handed over on the open line and not confirmed yet.

    It came out once the printer has answered `due` inquiries on that line, of which `asks` stand behind the job itself.
    """

    job: str
    due: int
    asks: int = 1
    is_doubted: bool = False
    was_silent: bool = False


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
        self._talk: Talk | None = None
        self._pending: _Pending | None = None
        self._owed = 0
        """Answers behind jobs that an earlier line still owed when it was lost; a print server may pass them on."""

        self._handed = ""
        """The job of which bytes went out and that is neither confirmed nor given up."""

        self._out: deque[str] = deque(maxlen=_REMEMBERED)

    def print_job(self, payload: bytes, job: str = "") -> Printed:
        """Print and return once it counts as printed; raises PrinterError, with `sent` if it may be on paper."""
        name = job or sha256(payload).hexdigest()
        with self._turn:
            try:
                with self._errors():
                    if not (job and self._is_out(job)):
                        self._print(payload, name)
            except PrinterError as failed:
                failed.sent = self._handed == name
                raise
            if job and job not in self._out:
                self._out.append(job)
            return Printed(self._confirm)

    def came_out(self, job: str) -> bool:
        """Tell whether a named job that failed before is known to have come out since; asks the printer nothing."""
        with self._turn:
            return self._is_out(job)

    def give_up(self, job: str) -> None:
        """Take a person's word that a named job did not come out: the next call for it sends it again."""
        with self._turn:
            self._look_answered()
            if self._pending is not None and self._pending.job == job:
                self._abandon(self._pending, is_lost=True)

    def status(self) -> PrinterStatus:
        """Return what the printer says of itself; one that never answers is online while its line opens."""
        with self._turn, self._errors():
            if self._confirm is Confirm.WRITTEN:
                if self._transport.answers:
                    self._ready_talk()
                return PrinterStatus(answered=False)
            return self._ready_status()

    def kick_drawer(self) -> None:
        """Open the drawer now; a printer that cannot print would open it later, so that is refused."""
        with self._turn, self._errors():
            if self._confirm is not Confirm.WRITTEN:
                self._refuse_unless_well(self._ready_status())
            self._write(DRAWER_KICK)

    def strongest_confirm(self) -> Confirm:
        """Return the strongest way in which this printer can confirm a job, for the installer; prints nothing."""
        with self._turn, self._errors():
            if not self._transport.answers or not self._ready_status().answered:
                return Confirm.WRITTEN
            talk = self._open_talk()
            self._write(talk.inquiry_behind())
            deadline = monotonic() + self._patience.status * 2
            while talk.answered < talk.asked and (left := deadline - monotonic()) > 0:
                talk.hear(left)
            answers = talk.answered == talk.asked
            talk.forgive()
            return Confirm.ANSWER if answers else Confirm.STATUS

    def close(self) -> None:
        """Let go of the printer, from any thread, for good; what is handed over and in no doubt still goes out."""
        self._interrupt.set()
        if self._turn.acquire(timeout=_CLOSE_SECONDS):
            try:
                self._drop_talk(gently=True)
            finally:
                self._turn.release()

    # -- status

    def _ready_status(self) -> PrinterStatus:
        """Ask on the open line, or on a fresh one where the printer hung up since."""
        return self._status_on(self._ready_talk())

    def _status_on(self, talk: Talk) -> PrinterStatus:
        status = talk.status()
        if not status.answered:
            if self._pending is None:
                self._drop_talk()
            else:
                self._pending.is_doubted = self._pending.was_silent = True
        return status

    def _refuse_unless_well(self, status: PrinterStatus) -> None:
        """Raise what keeps the printer from printing; a job it still holds is in doubt from then on."""
        error = trouble_of(status, self._transport.address)
        if error is None:
            return
        if self._pending is not None:
            self._pending.is_doubted = True
        raise error

    # -- jobs

    def _print(self, payload: bytes, job: str) -> None:
        if self._confirm is Confirm.WRITTEN:
            if self._transport.answers:
                self._ready_talk()
            self._hand_over(payload, job)
            self._drain_out()
            self._handed = ""
            return
        self._refuse_unless_well(self._ready_status())
        if not self._settle_pending(job):
            talk = self._open_talk()
            self._await_owed(talk)
            behind = talk.inquiry_behind() if self._confirm is Confirm.ANSWER else b""
            self._hand_over(payload + behind, job)
            self._pending = _Pending(job, talk.asked)
            self._confirm_sent(self._pending)

    def _await_owed(self, talk: Talk) -> None:
        """Give answers of a line that was lost a while to come, lest one be taken for the next job's."""
        deadline = monotonic() + self._patience.answer / 4
        while self._owed and talk.owed and (left := deadline - monotonic()) > 0:
            talk.hear(left)
        if self._owed:
            talk.forgive()
        self._owed = 0

    def _hand_over(self, outgoing: bytes, job: str) -> None:
        """Write a job, and know from its first byte on that it may be on paper."""
        line = self._open_talk().line
        line.taken = 0
        try:
            self._write(outgoing)
        finally:
            if line.taken:
                self._handed = job

    def _confirm_sent(self, pending: _Pending) -> None:
        """Wait for what makes a job that was handed over count as printed; raises PrinterError."""
        if self._confirm is Confirm.STATUS:
            self._refuse_unless_well(self._status_on(self._open_talk()))
        else:
            self._wait_answered(pending)
            if not self._is_answered(pending):
                raise PrinterSilent(self._transport.address, waited_ms=round(self._patience.answer * 1000))
        self._came_out(pending)

    def _wait_answered(self, pending: _Pending) -> None:
        """Wait until the inquiries behind a job are answered; a fault ends the wait early with its error.

        Where a job was asked after twice and one answer came, the other stood right beside it: it comes soon or never.
        """
        talk = self._open_talk()
        deadline = monotonic() + self._patience.answer
        look_at = monotonic() + self._patience.look
        while not self._is_answered(pending) and (now := monotonic()) < deadline:
            talk.hear(max(0.0, min(deadline, look_at) - now))
            if pending.asks > 1 and talk.answered == pending.due - 1:
                deadline = min(deadline, now + self._patience.look)
            if monotonic() >= look_at and not self._is_answered(pending):
                if talk.is_offline():
                    self._refuse_unless_well(self._status_on(talk))
                look_at = monotonic() + self._patience.look

    def _settle_pending(self, job: str) -> bool:
        """Return whether `job` was handed over before and has come out now; another job's fate is settled with it.

        The printer is known to be well here. A pending job that nothing casts doubt on is asked after once more and
        not sent twice; one in doubt (a fault, a silence, an answer that is missing) is given up after a fruitless wait.
        """
        pending = self._pending
        if pending is None:
            return False
        self._look_answered()
        if self._pending is not None:
            self._ask_after(pending)
        if self._pending is None:
            return pending.job == job
        if pending.asks > 1 and self._open_talk().answered == pending.due - 1:
            pending.is_doubted = True
        if pending.job == job and not pending.is_doubted:
            raise PrinterSilent(self._transport.address, waited_ms=round(self._patience.answer * 1000))
        self._abandon(pending, is_lost=pending.is_doubted)
        return False

    def _ask_after(self, pending: _Pending) -> None:
        """Wait for a job that was handed over before, having asked once more where nothing speaks against it."""
        if self._confirm is Confirm.STATUS:
            if not pending.was_silent:  # it was there all the time: what it had not printed it prints now
                self._came_out(pending)
            return
        if pending.asks == 1 and not pending.is_doubted:
            talk = self._open_talk()
            self._write(talk.inquiry_behind())
            pending.asks, pending.due = 2, talk.asked
        self._wait_answered(pending)
        if self._is_answered(pending):
            self._came_out(pending)

    def _is_answered(self, pending: _Pending) -> bool:
        talk = self._talk
        return self._confirm is Confirm.ANSWER and talk is not None and talk.answered >= pending.due

    def _look_answered(self) -> None:
        """Take the pending job as out if the answers behind it were heard meanwhile."""
        if self._pending is not None and self._is_answered(self._pending):
            self._came_out(self._pending)

    def _is_out(self, job: str) -> bool:
        self._look_answered()
        return job in self._out

    def _came_out(self, pending: _Pending) -> None:
        self._out.append(pending.job)
        self._pending, self._handed = None, ""

    def _abandon(self, pending: _Pending, *, is_lost: bool) -> None:
        """Wait for a job no longer; answers that may still come for it are counted for no other."""
        assert pending is self._pending
        if is_lost and self._talk is not None:
            self._talk.forgive()
        self._pending = None

    # -- the line

    def _ready_talk(self) -> Talk:
        """Return a line the printer has not hung up on, empty of what came unasked."""
        if self._talk is not None:
            try:
                self._talk.drain()
            except (*LINE_ERRORS, Babble):
                self._drop_talk()
        return self._open_talk()

    def _open_talk(self) -> Talk:
        if self._talk is None:
            line = self._transport.open(self._interrupt)
            self._talk = Talk(line, self._inquiry, self._patience, randbelow(10_000), self._owed)
        return self._talk

    def _release(self) -> None:
        """Let go of a line that is not kept, unless an answer is still to come over it."""
        if self._transport.is_kept or self._pending is not None or self._talk is None:
            return
        talk, self._talk = self._talk, None
        self._owed = talk.owed
        talk.line.finish()

    def _drop_talk(self, *, gently: bool = False) -> None:
        """Let go of the line, and of a job whose answer can no longer come over it.

        Of a job in doubt the kernel forgets what it has not sent, unless this till leaves: it will be sent again.
        """
        self._look_answered()
        self._pending = None
        talk, self._talk = self._talk, None
        if talk is not None:
            self._owed = talk.owed
            talk.line.close(gently=gently or not self._handed)

    def _write(self, outgoing: bytes) -> None:
        line = self._open_talk().line
        try:
            line.write(outgoing, self._patience.stall)
        except Stalled as stalled:
            self._drop_talk()
            raise WriteStalled(self._transport.address, written=stalled.written, total=len(outgoing)) from stalled

    def _drain_out(self) -> None:
        """Wait until the kernel has passed a job on: what it only keeps was handed to nobody."""
        line = self._open_talk().line
        total = line.taken
        try:
            line.drain(self._patience.stall)
        except Stalled as stalled:
            self._drop_talk()
            raise WriteStalled(self._transport.address, written=stalled.written, total=total) from stalled

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn what the line raises into the printer's own errors, and begin afresh after each."""
        try:
            yield
            self._release()
        except Interrupted as interrupted:
            self._drop_talk(gently=True)
            raise PrinterClosed(self._transport.address) from interrupted
        except Stalled as stalled:
            self._drop_talk()
            raise WriteStalled(self._transport.address, written=stalled.written) from stalled
        except Babble as babble:
            self._drop_talk()
            raise PrinterGarbled(self._transport.address) from babble
        except LINE_ERRORS as lost:
            self._drop_talk()
            raise self._lost(lost) from lost

    def _lost(self, lost: BaseException) -> PrinterError:
        address = self._transport.address
        code = getattr(lost, "errno", None)
        if self._transport.is_network:
            return PrinterUnreachable(address)
        if code in _IN_USE:
            return PrinterInUse(address)
        return PrinterForbidden(address) if code in _FORBIDDEN else PrinterUnplugged(address)
