"""Check a sheet before anything is written: every cell, every row against the others and against who is here already (P29).

Source: docs/operations/moving-in.md. Problems are told in the sheet's own terms: row, column letter, header, what stands there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from kiosk.services import moving_cells as cells
from kiosk.services.counter import Counter
from kiosk.services.enrol import read_phone
from kiosk.services.errors import PhoneUnreadable
from kiosk.services.moving_cells import CellUnfit
from kiosk.services.moving_errors import MappingUnfit, SheetHasProblems
from kiosk.services.moving_mapping import Mapping, fit
from kiosk.services.moving_sheets import Line, Sheet, column_letter
from kiosk.services.opening import OldPass, OldPast, OpeningRow, Totals, totals_of
from kiosk.services.opening_errors import OpeningRowUnfit
from kiosk.services.opening_members import OldMember, brought_before, known_member

MOST_TOLD: Final = 1_000
"""So many problems are kept to be told; all are counted."""
_SUMS: Final = frozenset({"合计", "总计", "小计", "total", "sum", "grand total"})


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a row: its column's letter and header (empty for the row as a whole), what stands there, why."""

    row: int
    column: str
    header: str
    value: str
    reason: str


@dataclass
class Checked:
    """What a sheet holds: its totals, what is wrong, what was left out, what wants a look; all counted, the first told."""

    totals: Totals = field(default_factory=Totals)
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    warning_count: int = 0
    sums_left_out: list[int] = field(default_factory=list)

    def note(self, problem: Problem, *, warns: bool = False) -> None:
        """Count a problem, and keep it while there is room."""
        if warns:
            self.warning_count += 1
        else:
            self.problem_count += 1
        kept = self.warnings if warns else self.problems
        if len(kept) < MOST_TOLD:
            kept.append(problem)


class Reader:
    """Reads a sheet's rows by a mapping; raises what `fit` raises, and MappingUnfit for a pass the programme lacks."""

    def __init__(self, counter: Counter, sheet: Sheet, mapping: Mapping) -> None:
        """Take the sheet and its mapping."""
        fit(mapping, sheet)
        promises = counter.programme().promises
        for header, asset in mapping.passes.items():
            if promises.asset(asset) is None:
                raise MappingUnfit(f"passes.{header}", asset, "pass_unknown")
        self.counter, self.sheet, self.mapping = counter, sheet, mapping
        self.today: date = counter.now().astimezone(counter.zone).date()
        self.places = {column: mapping.place(sheet, column) for column in mapping.columns}
        self.passes = {asset: sheet.header.index(header) for header, asset in mapping.passes.items()}

    def rows(self, checked: Checked | None = None) -> Iterator[OpeningRow]:
        """Yield the rows that can be taken; what cannot is noted where somebody checks, and raised where somebody writes."""
        noted = checked or Checked()
        for line in self.sheet.rows():
            if self._is_sum(line):
                noted.sums_left_out.append(line.number)
                continue
            row = self._row(line, noted)
            if checked is None and noted.problem_count:
                first = noted.problems[0]
                raise SheetHasProblems(noted.problem_count, f"{first.row} {first.column} {first.reason}")
            if row is not None:
                yield row

    def _is_sum(self, line: Line) -> bool:
        first = next((cell for cell in line.cells if cell), "")
        return cells.plain(first).lower().rstrip(":").strip() in _SUMS

    def _cell(self, line: Line, place: int | None) -> str:
        return line.cells[place] if place is not None and place < len(line.cells) else ""

    def _row(self, line: Line, noted: Checked) -> OpeningRow | None:
        before = noted.problem_count
        in_fen = self.mapping.in_fen

        def read(column: str, reading: object, empty: object) -> object:
            place = self.places.get(column)
            return self._read(line, place, reading, empty, noted)

        amount = lambda text: cells.money(text, in_fen=in_fen)  # noqa: E731 - a reading as the others
        told = {
            column: read(column, amount, 0) for column in ("balance", "principal", "bonus", "past_spent", "past_topped")
        }
        counts = {column: read(column, cells.whole, 0) for column in ("points", "past_visits", "past_top_ups")}
        days = {c: read(c, lambda text: cells.day(text, self.today), None) for c in ("birthday", "joined", "last_seen")}
        who = self._who(line, noted, read, days)
        units = {asset: self._read(line, place, cells.whole, 0, noted) for asset, place in self.passes.items()}
        principal = self._principal(line, told, noted)
        if noted.problem_count > before:
            return None
        passes = tuple(OldPass(asset, int(str(count))) for asset, count in units.items() if count)
        row = OpeningRow(line.number, who, principal, _whole(told["bonus"]), _whole(counts["points"]), None, passes)
        return replace(row, past=_past(told, counts, days, self.today))

    def _read(self, line: Line, place: int | None, reading: object, empty: object, noted: Checked) -> object:
        text = self._cell(line, place)
        assert callable(reading), "a reading is a function"
        try:
            return reading(text) if place is not None else empty
        except CellUnfit as unfit:
            noted.note(self._problem(line, place, text, unfit.reason))
            return empty

    def _problem(self, line: Line, place: int | None, value: str, reason: str) -> Problem:
        if place is None:
            return Problem(line.number, "", "", value, reason)
        return Problem(line.number, column_letter(place), self.sheet.header[place], value[:40], reason)

    def _who(self, line: Line, noted: Checked, read: object, days: dict[str, object]) -> OldMember:
        assert callable(read), "handed in by the row"
        phone, number = read("phone", cells.phone, None), str(read("number", cells.number, ""))
        name, birthday, joined = str(read("name", cells.name, "")), days["birthday"], days["joined"]
        with suppress(PhoneUnreadable):
            read_phone(number)
            number = ""  # a phone is found as a phone, and never stands in the journal
        if not self._cell(line, self.places.get("phone")) and not self._cell(line, self.places.get("number")):
            noted.note(self._problem(line, None, name, "nobody"))
        if phone is not None and not name:
            noted.note(self._problem(line, self.places.get("name"), "", "name_missing"))
        assert phone is None or isinstance(phone, str), "as read"
        assert birthday is None or isinstance(birthday, date), "as read"
        assert joined is None or isinstance(joined, date), "as read"
        return OldMember(name if phone else "", phone, birthday if phone else None, number, joined)

    def _principal(self, line: Line, told: dict[str, object], noted: Checked) -> int:
        if not self.mapping.principal_in_balance:
            return _whole(told["principal"])
        principal = _whole(told["balance"]) - _whole(told["bonus"])
        if principal < 0:
            place = self.places.get("balance")
            noted.note(self._problem(line, place, self._cell(line, place), "bonus_over_balance"))
        return max(0, principal)


def check(reader: Reader, *, more: bool = False) -> Checked:
    """Return what a sheet holds and everything that is wrong with it; writes nothing.

    `more` lets members through who were brought in before.
    """
    checked = Checked()
    phones: dict[str, int] = {}
    numbers: dict[str, int] = {}
    for row in reader.rows(checked):
        before = checked.problem_count
        _twice(row, row.member.phone, phones, "phone_twice", checked)
        _twice(row, row.member.old_number or None, numbers, "number_twice", checked)
        try:
            known = known_member(reader.counter, row.member, row.row)
        except OpeningRowUnfit as unfit:
            checked.note(Problem(row.row, "", "", unfit.value, unfit.reason))
        else:
            if known is not None and not more and brought_before(reader.counter, known.member_id):
                checked.note(Problem(row.row, "", "", known.code, "brought_before"))
        if checked.problem_count == before:
            checked.totals += totals_of(row)
        _warn_of_limits(reader.counter, row, checked)
    return checked


def _twice(row: OpeningRow, key: str | None, seen: dict[str, int], reason: str, checked: Checked) -> None:
    if key is None:
        return
    first = seen.setdefault(key, row.row)
    if first != row.row:
        checked.note(Problem(row.row, "", "", str(first), reason))


def _warn_of_limits(counter: Counter, row: OpeningRow, checked: Checked) -> None:
    """Say where a balance is above what the law lets a card hold: it comes in all the same, for it is the member's."""
    limits, held = counter.programme().limits, row.principal_minor + row.bonus_minor
    limit = limits.registered_balance if row.member.registered else limits.anonymous_balance
    if limit is not None and held > limit.ceiling_minor:
        checked.note(Problem(row.row, "", "", str(held), "above_limit"), warns=True)


def _past(told: dict[str, object], counts: dict[str, object], days: dict[str, object], today: date) -> OldPast | None:
    figures = (
        _whole(counts["past_visits"]),
        _whole(told["past_spent"]),
        _whole(counts["past_top_ups"]),
        _whole(told["past_topped"]),
    )
    if not any(figures):
        return None
    seen = days["last_seen"]
    assert seen is None or isinstance(seen, date), "as read"
    return OldPast(seen or today, *figures)


def _whole(figure: object) -> int:
    assert isinstance(figure, int), "as read"
    return figure
