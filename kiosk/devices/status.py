"""What a printer says of itself: ESC/POS status inquiries and the bytes that answer them.

DLE EOT n is answered at once, past everything queued. GS r 1 and GS ( H are queued with the job, so their answer says
that the printer came that far. Source: Epson, ESC/POS Command Reference, pages dle_eot, gs_lr, gs_lparen_ch_fn48, gs_la.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from kiosk.devices.ports import Fault, Paper, PrinterStatus

DRAWER_KICK: Final = bytes.fromhex("1b70003232")
"""ESC p on pin 2, 100 ms on and 100 ms off: the bytes most drawers open at."""

PAPER_INQUIRY: Final = bytes.fromhex("1d7201")
"""GS r 1: the paper sensors, answered in the order of the job."""

_PROCESS_ID: Final = bytes.fromhex("1d284806003030")
_BLOCK_START: Final = (0x37, 0x5F, 0x3D)
"""First bytes of answers that run up to a NUL: process id response, printer information."""

_LONGEST_BLOCK: Final = 80
_FLOW: Final = (0x11, 0x13)
"""XON and XOFF, which say how full a buffer is."""

_OVERTAKEN_OFTEN: Final = 16
"""After so many answers in between, the rest of an automatic status no longer comes: it was cut off, or was noise."""

_PAPER_ANSWERS: Final = (0x00, 0x03, 0x0C, 0x0F)
"""Answers to GS r 1: each sensor's two bits alike, all others clear, so that no printable character passes for one."""


def status_inquiry(subject: int) -> bytes:
    """Return DLE EOT for 1 printer, 2 offline cause, 3 error, 4 paper."""
    assert 1 <= subject <= 4, subject  # noqa: PLR2004 - the four subjects every printer knows
    return bytes((0x10, 0x04, subject))


def process_id_inquiry(process_id: bytes) -> bytes:
    """Return GS ( H, function 48: answered with these four printable bytes once the data before it is done."""
    assert len(process_id) == 4, process_id  # noqa: PLR2004 - the command takes four
    return _PROCESS_ID + process_id


class Said(Enum):
    """What kind of answer a printer gave."""

    STATUS = auto()
    PAPER = auto()
    BLOCK = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its byte for STATUS (DLE EOT) and PAPER (GS r), the bytes between header and NUL for BLOCK."""

    said: Said
    byte: int = 0
    block: bytes = b""


class AnswerReader:
    """Finds a printer's answers in the bytes that arrive from it, whatever noise stands between them.

    Blocks are looked for only where one was asked for: a `7` in the noise would else swallow what follows.
    """

    def __init__(self, *, with_blocks: bool = False) -> None:
        self.noise = 0
        """Bytes so far that no printer says."""

        self._with_blocks = with_blocks
        self._block: bytearray | None = None
        self._unasked_left = 0
        self._overtaken = 0

    def feed(self, arrived: bytes) -> list[Answer]:
        """Return the answers that `arrived` completes."""
        return [answer for byte in arrived if (answer := self._take(byte)) is not None]

    def rest(self) -> None:
        """Forget an unfinished block: the line fell silent.

        Of an automatic status the rest is still waited for: its bytes look like answers behind a job, and one such byte
        taken for an answer loses a slip, while an answer that is swallowed is only asked for again.
        """
        self._block = None

    def _take(self, byte: int) -> Answer | None:
        if self._unasked_left and byte & 0x90 == 0:
            self._unasked_left -= 1
            return None
        if self._block is not None and (byte == 0 or chr(byte).isprintable()):
            return self._take_in_block(byte)
        self._block = None
        if self._with_blocks and byte in _BLOCK_START:
            self._block = bytearray((byte,))
        elif is_status(byte):
            self._overtaken += 1
            if self._overtaken >= _OVERTAKEN_OFTEN:
                self._unasked_left = 0
            return Answer(Said.STATUS, byte)
        elif _is_unasked(byte):
            self._unasked_left, self._overtaken = 3, 0
        elif _is_paper(byte):
            return Answer(Said.PAPER, byte)
        elif byte not in _FLOW:
            self.noise += 1
        return None

    def _take_in_block(self, byte: int) -> Answer | None:
        assert self._block is not None
        if byte:
            self._block.append(byte)
            if len(self._block) > _LONGEST_BLOCK:
                self._block = None
            return None
        block, self._block = bytes(self._block), None
        return Answer(Said.BLOCK, block=block)


def is_status(byte: int) -> bool:
    """Tell whether a byte is an answer to DLE EOT: `0xx1xx10`."""
    return byte & 0x93 == 0x12  # noqa: PLR2004 - the fixed bits


def answers_process_id(answer: Answer, process_id: bytes) -> bool:
    """Tell whether an answer is the response to `process_id_inquiry` with this id."""
    return answer.said is Said.BLOCK and answer.block == b"\x37\x22" + process_id


def decode_status(printer: int | None, cause: int | None, error: int | None, paper: int | None) -> PrinterStatus:
    """Return the status that the answers to DLE EOT 1–4 make; None is a question that was not answered."""
    sees_no_paper = _has(cause, 0x20) or _has(paper, 0x60)
    return PrinterStatus(
        online=printer is not None and not _has(printer, 0x08),
        cover_open=_has(cause, 0x04),
        paper=Paper.OUT if sees_no_paper else Paper.NEAR_END if _has(paper, 0x0C) else Paper.OK,
        error=_fault(error, flagged=_has(cause, 0x40)),
        answered=printer is not None,
    )


def _fault(error: int | None, *, flagged: bool) -> Fault:
    if _has(error, 0x20):
        return Fault.UNRECOVERABLE
    if _has(error, 0x08):
        return Fault.CUTTER
    return Fault.RECOVERABLE if _has(error, 0x44) or flagged else Fault.NONE


def _has(answered: int | None, bits: int) -> bool:
    return answered is not None and bool(answered & bits)


def _is_unasked(byte: int) -> bool:
    """Tell whether a byte opens an automatic status (GS a, `0xx1xx00`, three more follow)."""
    return byte & 0x93 == 0x10  # noqa: PLR2004 - the fixed bits


def _is_paper(byte: int) -> bool:
    """Tell whether a byte can answer GS r 1."""
    return byte in _PAPER_ANSWERS
