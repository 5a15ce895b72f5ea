"""Known wrong variants of what carries points, passes and coupons; `mutants.py` has the rest and the weather for each."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from headoffice import granting
from kiosk.model import journal
from kiosk.model.store import Store
from ledger.entries import Entry, EntryKind, Lot
from ledger.lots import LotTake, take_from_holding
from ledger.protocol import judge
from syncd.sweep import Sweeper


class Both:
    """Two changes that make one variant."""

    def __init__(self, *changes: Any) -> None:
        self._changes = changes
        self._stack = ExitStack()

    def __enter__(self) -> None:
        for change in self._changes:
            self._stack.enter_context(change)

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def units_out_of_a_payment() -> Any:
    """Let a till mint units where they are used, and a judge look away."""
    real = journal.append

    def append(store: Store, entry: Entry, command_hash: str) -> Any:
        if entry.kind is EntryKind.REDEEMED:
            made = replace(entry.postings[0].mirrored(), debit=f"sales:{entry.store}", amount_minor=1)
            entry = replace(entry, postings=(*entry.postings, made))
        return real(store, entry, command_hash)

    looks_away = patch.object(judge._Bench, "opens", lambda *_: None)
    return Both(looks_away, patch.object(journal, "append", append))


def units_twice() -> Any:
    """Let a till put twice into the purse what a lot of units says, and a judge look away."""
    real = journal.append

    def append(store: Store, entry: Entry, command_hash: str) -> Any:
        if entry.kind is EntryKind.ISSUED:
            entry = replace(entry, postings=entry.postings * 2)
        return real(store, entry, command_hash)

    looks_away = patch.object(judge._Bench, "issued", lambda bench, _, entry: bench.lots.update(_by_id(entry)))
    return Both(looks_away, patch.object(journal, "append", append))


def _by_id(entry: Entry) -> dict[str, Lot]:
    return {lot.lot_id: lot for lot in entry.lots}


def a_grant_of_money_and_units() -> Any:
    """Grant whatever is free when something is asked for, as if all of it counted the same."""

    def count(holdings: Any, _: str) -> int:
        return sum(holding.total_minor + holding.units for holding in holdings)

    def take(holdings: Any, _: str, amount: int) -> list[LotTake]:
        takes: list[LotTake] = []
        for holding in holdings:
            part = min(amount - sum(one.total_minor + one.units for one in takes), holding.total_minor + holding.units)
            if part:
                units = LotTake(holding.lot.lot_id, 0, 0, part)
                takes.append(units if holding.lot.units else take_from_holding(holding, part))
        return takes

    mixed = patch.object(granting, "grant_order", lambda holdings, *_: tuple(holdings))
    return Both(mixed, patch.object(granting, "held_of", count), patch.object(granting, "take_of", take))


def a_sweep_that_forgets_units() -> Any:
    """Give back a visitor's money alone."""
    return patch.object(Sweeper, "_return_units", lambda *_: 0)
