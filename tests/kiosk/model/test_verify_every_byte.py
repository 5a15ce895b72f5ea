"""Tampering: whatever byte of whatever row is changed, gone, there twice or elsewhere, verify fails and names the row.

Every row and every column that `docs/rules/journal.md` calls proved, a byte and a cut of each; all bytes: `make tampering`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

from kiosk.model import guards, seals, verify
from kiosk.model.errors import VerifyFailed
from kiosk.model.family import Families
from kiosk.model.lottery import Draws
from kiosk.model.old_numbers import OldNumbers
from kiosk.model.past import Past
from ledger.entries import EntryKind
from tests.kiosk.model.every_kind import every_kind
from tests.kiosk.model.tampering import KEYS, Bench, Change, others
from tests.ledger.worked import worked_rows

EVERY: Final = os.environ.get("GUITAI_TAMPER") == "all"
PROVED: Final = {
    row["table"]: row["columns"].split(", ") for row in worked_rows("journal.md", "What verify proves", 22)
}
MAY_GO: Final = {"lottery_chain": "the secret is this box's alone: without it no draw can be checked, and none is lost"}
"""Tables of which a row may be deleted unnoticed, and why."""
CHAINED: Final = {"journal", "seal"}
"""Where a row that is gone shows at the row after it."""
ELSEWHERE: Final = {"box": {"journal"}, "member": {"card"}, "seal": {"journal", "print_job"}, "journal": {"posting"}}
"""Where else the first row that a change breaks may stand: another box's name at its first entry, a seal at what it seals."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return every_kind(tmp_path_factory.mktemp("every kind"))


@pytest.fixture
def bench(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr(guards, "check", lambda _: None)
    bench = Bench(Path(shutil.copy(book, tmp_path)))
    yield bench
    bench.store.close()


def unnoticed(bench: Bench, table: str, *changes: Change) -> str | None:
    """What is wrong with verify's answer to some changes; None where it names a changed row, or the first it breaks."""
    failed, keys = bench.answer(*changes)
    if failed is None:
        return f"{table} {sorted(keys)}: {[change.how for change in changes]} was not noticed"
    row = failed.row.replace("None", "")
    named = row in keys
    if table in CHAINED:
        named = named or row in {str(change.row + step) for change in changes for step in (0, 1)}
    if table == "posting":
        named = row.split("/")[0] in {key.split("/")[0] for key in keys}
    if (failed.table == table and named) or failed.table in ELSEWHERE.get(table, set()):
        return None
    return f"{table} {sorted(keys)}: {[change.how for change in changes]} was taken for {failed}"


def changed_cells(bench: Bench, table: str, *, every: bool = EVERY) -> list[str]:
    """Change every value of a table's proved columns; return what verify did not name."""
    changes = (change for cell in bench.cells({table: PROVED[table]}) for change in others(cell, every))
    return [told for change in changes if (told := unnoticed(bench, table, change))]


def test_the_book_holds_every_kind_of_entry_and_a_row_of_every_table(bench: Bench) -> None:
    assert {kind for (kind,) in bench.store.rows("SELECT DISTINCT kind FROM journal")} == set(EntryKind)
    assert [table for table in PROVED if not bench.numbers(table)] == []
    assert set(PROVED) <= set(KEYS)


def test_the_book_is_sound_even_without_a_single_constraint(bench: Bench) -> None:
    assert verify.verify(bench.store).rows == len(bench.numbers("journal"))


@pytest.mark.parametrize("table", PROVED)
def test_a_changed_byte_of_any_row_is_named(bench: Bench, table: str) -> None:
    assert changed_cells(bench, table) == []


@pytest.mark.parametrize("table", [table for table in PROVED if table not in {*MAY_GO, "box"}])
def test_a_deleted_row_is_named(bench: Bench, table: str) -> None:
    wrong = [unnoticed(bench, table, Change(table, row, how="gone")) for row in bench.numbers(table)]
    assert [told for told in wrong if told] == []


@pytest.mark.parametrize("table", [table for table in PROVED if table != "box"])
def test_a_row_that_stands_twice_is_named(bench: Bench, table: str) -> None:
    wrong = [unnoticed(bench, table, Change(table, row, again=True, how="twice")) for row in bench.numbers(table)]
    assert [told for told in wrong if told] == []


@pytest.mark.parametrize("table", [table for table in PROVED if table not in {"box", "lottery_chain"}])
def test_rows_that_changed_places_are_named(bench: Bench, table: str) -> None:
    wrong = []
    columns = [column for column in PROVED[table] if column not in KEYS[table]]
    for one, two in pairwise(bench.numbers(table)):
        first, second = (contents(bench, table, row, columns) for row in (one, two))
        if first == second:
            continue
        swapped = (Change(table, one, second, how="swapped"), Change(table, two, first, how="swapped"))
        wrong.append(unnoticed(bench, table, *swapped))
    assert [told for told in wrong if told] == []


def contents(
    bench: Bench, table: str, row: int, columns: list[str]
) -> tuple[tuple[str, int | str | bytes | None], ...]:
    """What a row holds beside its key."""
    if not columns:
        return ()
    values = bench.store.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE rowid = {row}")[0]
    return tuple(zip(columns, values, strict=True))


def skip(patch: pytest.MonkeyPatch, place: object, name: str) -> None:
    patch.setattr(place, name, lambda *_: None)


MUTANTS: Final[dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]]] = {
    "seals are not compared": ("print_job", lambda patch: skip(patch, seals, "compare")),
    "commands are not sealed": (
        "journal",
        lambda patch: patch.setattr(seals, "seal_of_entry", lambda previous, *_: previous),
    ),
    "postings are not compared": ("posting", lambda patch: skip(patch, verify, "_check_postings")),
    "purses are not compared": ("purse", lambda patch: skip(patch, verify, "_compare_purses")),
    "lots are not compared": ("lot", lambda patch: skip(patch, verify, "_compare_lots")),
    "the past is not compared": ("rule_use", lambda patch: skip(patch, Past, "compare")),
    "draws are not compared": ("lottery_draw", lambda patch: skip(patch, Draws, "compare")),
    "families are not compared": ("family_spend", lambda patch: skip(patch, Families, "compare")),
    "old numbers are not compared": ("old_number", lambda patch: skip(patch, OldNumbers, "compare")),
    "members are not compared": ("member", lambda patch: skip(patch, verify, "_check_member")),
    "texts are not compared": ("terms", lambda patch: skip(patch, verify, "_check_texts")),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_check_that_is_left_out_is_missed(bench: Bench, monkeypatch: pytest.MonkeyPatch, mutant: str) -> None:
    table, leave_out = MUTANTS[mutant]
    leave_out(monkeypatch)
    cells = (cell for cell in bench.cells({table: PROVED[table]}))
    changes = (change for cell in cells for change in others(cell, every=False))
    assert any(bench_answer is None or isinstance(bench_answer, Exception) for bench_answer in answers(bench, changes))


def answers(bench: Bench, changes: Iterator[Change]) -> Iterator[VerifyFailed | None]:
    for change in changes:
        yield bench.answer(change)[0]
