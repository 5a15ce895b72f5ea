"""Reads ESC/POS bytes as a Chinese printer does, strictly: an unknown command or a wrong character is an error."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

_LENGTHS: Final = {
    b"\x1b@": 2,
    b"\x1c&": 2,
    b"\x1bE": 3,
    b"\x1ba": 3,
    b"\x1bd": 3,
    b"\x1bp": 5,
    b"\x1d!": 3,
    b"\x1dB": 3,
    b"\x1dV": 3,
}
CASH_DRAWER: Final = b"\x1bp\x0022"


@dataclass
class Paper:
    """What came out: lines of text (a large character counts twice), commands in order, native QR contents, pictures."""

    lines: list[str] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    commands: list[bytes] = field(default_factory=list)
    qr: list[str] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)


def read_paper(content: bytes, encoding: str = "gbk") -> Paper:
    """Return what a printer would put on paper; raises ValueError for bytes it would choke on."""
    paper, place, line, width, wide = Paper(), 0, bytearray(), 0, 1
    while place < len(content):
        lead = content[place]
        if lead in {0x1B, 0x1C, 0x1D}:
            command = _command(content, place)
            place += len(command)
            paper.commands.append(command)
            if command.startswith(b"\x1d!"):
                wide = (command[2] >> 4) + 1
            if command.startswith(b"\x1dv0"):
                paper.pictures.append((command[4] + 256 * command[5], command[6] + 256 * command[7]))
            if command.startswith(b"\x1d(k") and command[5:7] == b"1P":
                paper.qr.append(command[8:].decode("ascii"))
            continue
        if lead == 0x0A:
            paper.lines.append(line.decode(encoding))
            paper.widths.append(width)
            line, width, place = bytearray(), 0, place + 1
            continue
        size = _character_size(content, place)
        line += content[place : place + size]
        width += wide * min(size, 2)
        place += size
    if line:
        raise ValueError("the last line was never fed")
    return paper


def _character_size(content: bytes, place: int) -> int:
    if content[place] < 0x20:
        raise ValueError(f"control byte {content[place]:#x}")
    if content[place] < 0x80:
        return 1
    return 4 if 0x30 <= content[place + 1] <= 0x39 else 2


def _command(content: bytes, place: int) -> bytes:
    if content[place : place + 3] == b"\x1d(k":
        return content[place : place + 5 + content[place + 3] + 256 * content[place + 4]]
    if content[place : place + 3] == b"\x1dv0":
        row, rows = (content[at] + 256 * content[at + 1] for at in (place + 4, place + 6))
        return content[place : place + 8 + row * rows]
    length = _LENGTHS.get(content[place : place + 2])
    if length is None:
        raise ValueError(f"unknown command {content[place : place + 2]!r}")
    return content[place : place + length]
