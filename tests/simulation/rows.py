"""Journal rows as the simulator's own model reads them: from the bytes, by nothing of the programme's own folding."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

K = TypeVar("K")
Line = tuple[str, str, str]
"""A member, a lot and an instrument."""
Part = tuple[str, str]
"""A lot and an instrument, whoever holds it."""
_OUTSIDE: Final = frozenset({"till", "sales", "promotion", "issued", "redeemed", "lapsed", "presold"})
_UNITS_SIDES: Final = frozenset({"issued", "redeemed", "lapsed", "transfer", "member"})
_OWN: Final = _OUTSIDE | {"float", "safe", "paid_in", "paid_out", "over_short"}


class Broken(AssertionError):
    """An invariant does not hold: its number and what was found."""

    def __init__(self, invariant: str, found: str) -> None:
        super().__init__(f"{invariant}: {found}")
        self.invariant = invariant


@dataclass(frozen=True)
class Row:
    """What one entry does by its postings (fen): to purse lines, what was sold or spent, what crossed to or from free."""

    epoch: int
    sequence: int
    previous: bytes
    hash: bytes
    entry_id: str
    kind: str
    member: str
    lines: tuple[tuple[Line, int], ...]
    made: tuple[tuple[Part, int], ...]
    crossed: tuple[tuple[Part, int], ...]
    units: tuple[tuple[tuple[str, str], int], ...] = ()
    """What it did to a member's units of an asset, whatever the lot."""


@lru_cache(maxsize=200_000)
def read_row(epoch: int, sequence: int, previous: bytes, own_hash: bytes, body: bytes) -> Row:
    """Return what the bytes of a journal row say; raises Broken where an entry does not balance (I1)."""
    entry = json.loads(body)
    lines: dict[Line, int] = {}
    made: dict[Part, int] = {}
    crossed: dict[Part, int] = {}
    units: dict[tuple[str, str], int] = {}
    for debit, credit, asset, minor in entry["postings"]:
        sides = {debit.split(":")[0], credit.split(":")[0]}
        of_units = _of_units(debit, credit, sides)
        if not (isinstance(minor, int) and minor > 0 and debit != credit and (asset != "CNY") == of_units):
            raise Broken("I1", f"{entry['id']} posts {debit} {credit} {asset} {minor}")
        for account, signed in ((debit, -minor), (credit, minor)):
            place, *name = account.split(":")
            if place == "member":
                member, lot, instrument = name
                _add(lines, (member, lot, instrument), signed)
                if of_units:
                    _add(units, (member, asset), signed)
                if sides & _OUTSIDE:
                    _add(made, (lot, instrument), signed)
                elif "transfer" in sides:
                    _add(crossed, (lot, instrument), signed)
                elif sides != {"member"}:
                    raise Broken("I1", f"{entry['id']} moves {debit} to {credit}")
            elif place not in _OWN | {"transfer"}:
                raise Broken("I1", f"{entry['id']} names {account}")
    figures = (tuple(lines.items()), tuple(made.items()), tuple(crossed.items()), tuple(units.items()))
    place = (epoch, sequence, previous, own_hash)
    return Row(*place, entry["id"], entry["kind"], entry["member"] or "", *figures)


def _of_units(debit: str, credit: str, sides: set[str]) -> bool:
    """Tell whether a posting moves units: they come and go by accounts of their own alone (I1)."""
    lines = [account for account in (debit, credit) if account.startswith("member:")]
    units = [line for line in lines if line.endswith(":units")]
    if units and (units != lines or not sides <= _UNITS_SIDES):
        raise Broken("I1", f"units come from {debit} and go to {credit}")
    return bool(units)


def _add(sums: dict[K, int], key: K, minor: int) -> None:
    sums[key] = sums.get(key, 0) + minor


def fold_lines(rows: Iterable[Row]) -> dict[Line, int]:
    """Return what a purse holds after these rows, lines of nothing left out; raises Broken below zero at any step (I3)."""
    held: dict[Line, int] = {}
    for row in rows:
        for line, minor in row.lines:
            held[line] = held.get(line, 0) + minor
            if held[line] < 0:
                raise Broken("I3", f"{line} falls to {held[line]} at {row.sequence} {row.kind}")
    return {line: minor for line, minor in held.items() if minor}


def fold_parts(parts: Iterable[tuple[Part, int]]) -> dict[Part, int]:
    """Return sums by lot and instrument, zero left out."""
    sums: dict[Part, int] = {}
    for part, minor in parts:
        sums[part] = sums.get(part, 0) + minor
    return {part: minor for part, minor in sums.items() if minor}
