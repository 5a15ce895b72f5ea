"""Sheets of another system: CSV (UTF-8 or GB18030) and XLSX as a stream of rows of text, in the sheet's own terms (P29).

Source: docs/operations/moving-in.md. A file is read row by row and may be read again from its beginning.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from kiosk.services.moving_errors import HeaderMissing, SheetUnreadable

_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_DELIMITERS: Final = (",", ";", "\t")
_BLOCK: Final = 1 << 16
_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file (the header is 1), and its cells as text without outer spaces."""

    number: int
    cells: tuple[str, ...]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a file: its name (empty for CSV), its header, and its encoding and delimiter where it has one."""

    path: Path
    name: str
    header: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""

    @property
    def header_hash(self) -> str:
        """The first sixteen hex digits of the header's SHA-256: another layout has another."""
        return hashlib.sha256("\x1f".join(self.header).encode()).hexdigest()[:16]

    def rows(self) -> Iterator[Line]:
        """Yield the rows behind the header, blank ones left out; raises SheetUnreadable."""
        lines = _xlsx(self.path, self.name) if not self.delimiter else _csv(self.path, self.encoding, self.delimiter)
        for number, cells in enumerate(lines, start=1):
            line = Line(number, cells)
            if number > 1 and not line.is_blank:
                yield line


def column_letter(place: int) -> str:
    """Return a column's letters as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters, left = "", place + 1
    while left:
        left, rest = divmod(left - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_sheet(path: Path, name: str = "") -> Sheet:
    """Return a sheet with its header; a workbook's first sheet unless one is named. Raises SheetUnreadable, HeaderMissing."""
    if not path.is_file():
        raise SheetUnreadable(str(path), "missing")
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return _open_xlsx(path, name)
    if suffix not in {".csv", ".txt", ".tsv"}:
        raise SheetUnreadable(str(path), "suffix", suffix)
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
    delimiter = max(_DELIMITERS, key=first.count)
    return _with_header(Sheet(path, "", (), encoding, delimiter), _csv(path, encoding, delimiter))


def _encoding(path: Path) -> str:
    """Return the first encoding that the whole file is in, read strictly."""
    for encoding in _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)("strict")
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetUnreadable(str(path), "encoding", ", ".join(_ENCODINGS))


def _with_header(sheet: Sheet, lines: Iterator[tuple[str, ...]]) -> Sheet:
    header = next(lines, ())
    while header and not header[-1]:
        header = header[:-1]
    if not any(header):
        raise HeaderMissing(str(sheet.path))
    return Sheet(sheet.path, sheet.name, header, sheet.encoding, sheet.delimiter)


def _csv(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    with path.open(encoding=encoding, newline="") as file:
        try:
            for cells in csv.reader(file, delimiter=delimiter, strict=True):
                yield tuple(cell.strip() for cell in cells)
        except csv.Error as unreadable:
            raise SheetUnreadable(str(path), "csv", str(unreadable)) from unreadable


def _open_xlsx(path: Path, name: str) -> Sheet:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.2 s that only a workbook costs
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415 - the same

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as unreadable:
        raise SheetUnreadable(str(path), "xlsx", str(unreadable)) from unreadable
    names = book.sheetnames
    book.close()
    if name and name not in names:
        raise SheetUnreadable(str(path), "sheet", "、".join(names))
    chosen = name or names[0]
    return _with_header(Sheet(path, chosen, ()), _xlsx(path, chosen))


def _xlsx(path: Path, name: str) -> Iterator[tuple[str, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.2 s that only a workbook costs

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for values in book[name].iter_rows(values_only=True):
            yield tuple(_text(value) for value in values)
    finally:
        book.close()


def _text(value: object) -> str:
    """Return a cell as a spreadsheet shows it: whole numbers without a point, others with the 15 digits it keeps."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    return str(value).strip()
