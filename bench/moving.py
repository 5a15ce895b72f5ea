"""Moving in: checking and importing a sheet of members, beside a bare csv.reader that inserts the same rows into SQLite.

Memory is the peak of a process of its own, for a small sheet and the whole one. Run: `python -m bench.moving [rows]`.
"""

from __future__ import annotations

import csv
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Final

import apsw

from bench.figures import Figure, show
from kiosk.services.moving_check import Reader, check
from kiosk.services.moving_mapping import propose
from kiosk.services.moving_sheets import open_sheet
from kiosk.services.opening import Batch, open_balances
from tests.builders import MANAGER, open_shop

_HEADER: Final = "姓名,手机号,卡号,储值余额,赠送金额,积分,开卡日期\n"
_KIB_A_MB: Final = 1024
_SMALL: Final = 1_000
MOST_MORE_MB: Final = 60
"""So much more memory a hundred times the rows may take: who stands there twice is looked for among all of them."""


def main(rows: int = 100_000) -> list[Figure]:
    """Measure, each in a process of its own."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as name:
        folder = Path(name)
        bare, _ = _in_process(_bare, folder / "bare", rows)
        tried, _ = _in_process(_try, folder / "tried", rows)
        brought, most = _in_process(_bring, folder / "brought", rows)
        _, least = _in_process(_bring, folder / "small", _SMALL)
    peer = f"csv.reader and bare inserts {rows / bare:,.0f} rows/s"
    more = most - least
    return [
        Figure(f"checking {rows:,} rows", f"{rows / tried:,.0f} rows/s", peer, f"{bare / tried:.0%}"),
        Figure(
            f"bringing {rows:,} rows in, checked before", f"{rows / brought:,.0f} rows/s", peer, f"{bare / brought:.0%}"
        ),
        Figure(
            f"memory for {rows:,} rows",
            f"{most:.0f} MB",
            f"for {_SMALL:,} rows {least:.0f} MB",
            f"+{more:.0f} MB",
            f"≤ +{MOST_MORE_MB} MB",
            more <= MOST_MORE_MB,
        ),
    ]


def _in_process(work: Callable[[Path], float], folder: Path, rows: int) -> tuple[float, float]:
    """Return the seconds work took on a sheet of so many rows, and the peak of its process in MB."""
    folder.mkdir()
    with (folder / "old.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(_HEADER)
        for number in range(rows):
            file.write(
                f"会员{number},138{number:08},N{number},{100 + number % 900}.50,10.50,{number % 500},2024-03-01\n"
            )
    made = multiprocessing.get_context("spawn")
    told: SimpleQueue[tuple[float, float]] = made.SimpleQueue()
    process = made.Process(target=_report, args=(work, folder, told))
    process.start()
    answer = told.get()
    process.join()
    return answer


def _report(work: Callable[[Path], float], folder: Path, told: SimpleQueue[tuple[float, float]]) -> None:
    took = work(folder)
    told.put((took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_A_MB))


def _bare(folder: Path) -> float:
    connection = apsw.Connection(str(folder / "bare.db"))
    connection.pragma("journal_mode", "wal")
    connection.execute("CREATE TABLE old (a, b, c, d, e, f, g)")
    began = time.perf_counter()
    with (folder / "old.csv").open(encoding="utf-8", newline="") as file, connection:
        for row in csv.reader(file):
            connection.execute("INSERT INTO old VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    return time.perf_counter() - began


def _reader(folder: Path) -> Reader:
    sheet = open_sheet(folder / "old.csv")
    return Reader(open_shop(folder).counter, sheet, propose(sheet)[0])


def _try(folder: Path) -> float:
    reader = _reader(folder)
    began = time.perf_counter()
    checked = check(reader)
    assert not checked.problem_count, checked.problems[:3]
    return time.perf_counter() - began


def _bring(folder: Path) -> float:
    reader = _reader(folder)
    began = time.perf_counter()
    declared = check(reader).totals
    batch = Batch(reader.counter.mint(), "old.csv", "ab" * 32, declared)
    opened = open_balances(reader.counter, MANAGER, batch, reader.rows)
    assert opened.totals == declared, "all of it came in"
    return time.perf_counter() - began


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
