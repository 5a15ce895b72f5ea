"""Worked tables of docs/rules/, read from the page itself so that page and code cannot drift apart."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from ledger.money import parse_amount

PAGES: Final = Path(__file__).parents[2] / "docs" / "rules"

Row = dict[str, str]


def worked_rows(page: str, heading: str, rows: int) -> list[Row]:
    """Return the rows of the first table under a heading; the caller says how many there are, so none gets lost."""
    lines = (PAGES / page).read_text(encoding="utf-8").splitlines()
    assert f"## {heading}" in lines, f"{page} has no section {heading!r}"
    section = lines[lines.index(f"## {heading}") + 1 :]
    tables: list[list[str]] = [[]]
    for line in section:
        if line.startswith("## "):
            break
        if line.startswith("|"):
            tables[-1].append(line)
        elif tables[-1]:
            tables.append([])
    head, _, *body = [_cells(line) for line in tables[0]]
    assert len(body) == rows, f"{page}, {heading}: {len(body)} rows"
    assert all(len(cells) == len(head) for cells in body), f"{page}, {heading}: ragged"
    return [dict(zip(head, cells, strict=True)) for cells in body]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def fen(cell: str) -> int:
    """Return an amount of a page in fen; a leading minus is allowed where a page shows a wrong amount."""
    return -parse_amount(cell[1:]) if cell.startswith("-") else parse_amount(cell)


def pair(cell: str) -> tuple[int, int]:
    """Return `300.00+50.00` as (principal, bonus) in fen."""
    principal, _, bonus = cell.partition("+")
    return fen(principal), fen(bonus)


def pairs(cell: str) -> list[tuple[int, int]]:
    """Return a list of pairs separated by comma and space; an empty cell has none."""
    return [pair(part) for part in cell.split(", ")] if cell else []
