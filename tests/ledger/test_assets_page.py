"""docs/rules/assets.md, table by table."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.entries import EntryKind, Lot
from ledger.errors import UnitsTooFew
from ledger.lots import spend_order, take_units
from ledger.money import CNY
from ledger.protocol.moves import ALLOWED
from ledger.protocol.transfers import grant_order, held_of, take_of
from ledger.purses import Holding
from ledger.specials import PLAIN, Special, read_special
from tests.ledger.book import MEMBER, TERMS_HASH, VERSION
from tests.ledger.worked import Row, fen, worked_rows

PAGE = "assets.md"
DAY = date(2026, 11, 20)


def _ids(row: Row) -> str:
    return "/".join(row.values())


@pytest.mark.parametrize("row", worked_rows(PAGE, "Conditions", 8), ids=_ids)
def test_conditions_say_what_the_page_says(row: Row) -> None:
    special = read_special(row["special"])
    said = (special.asset, special.units, special.usable(DAY), special.lapsed(DAY))
    assert said == (row["asset"], int(row["units"]), row["usable"] == "yes", row["lapsed"] == "yes")
    assert special.text() == row["special"]


@pytest.mark.parametrize("text", [row["refused"] for row in worked_rows(PAGE, "Refused conditions", 10)])
def test_what_nobody_writes_is_no_condition(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_special(text)


def _lot(number: int, special: Special, paid: int = 0) -> Lot:
    return Lot(f"lot-{number:02d}", MEMBER, paid, 0, VERSION, TERMS_HASH, special.text())


def _last_day(word: str) -> date | None:
    return None if word == "–" else date.fromisoformat(f"2026-{word}")


@pytest.mark.parametrize("row", worked_rows(PAGE, "Which units go first", 7), ids=_ids)
def test_units_go_in_the_order_of_the_page(row: Row) -> None:
    holdings = []
    for number, cell in enumerate(row["lots"].split("; ")):
        units, ends = cell.split()
        lot = _lot(number, Special("PTS", int(units), expires_on=_last_day(ends)))
        holdings.append(Holding(lot, 0, 0, int(units)))
    usable = spend_order(holdings, DAY)
    if row["taken"] == "refused":
        with pytest.raises(UnitsTooFew):
            take_units(usable, "PTS", int(row["wanted"]))
        return
    taken = {take.lot_id: take.units for take in take_units(usable, "PTS", int(row["wanted"]))}
    assert [str(taken.get(one.lot.lot_id, 0)) for one in holdings] == row["taken"].split("; ")


def test_the_page_names_every_move_there_is() -> None:
    told = {(row["kind"], row["from"], row["to"]) for row in worked_rows(PAGE, "What each kind of entry moves", 29)}
    assert told == {(kind.value, *move) for kind, moves in ALLOWED.items() for move in moves}
    assert {kind for kind, moves in ALLOWED.items() if not moves} == {EntryKind.FAMILY_CHANGED, EntryKind.TAGGED}


def _held(number: int, cell: str) -> Holding:
    count, asset, *ends = cell.split()
    if asset == CNY.code:
        return Holding(_lot(number, PLAIN, fen(count)), fen(count), 0)
    special = Special(asset, int(count), expires_on=_last_day(ends[0]) if ends else None)
    return Holding(_lot(number, special), 0, 0, int(count))


@pytest.mark.parametrize("row", worked_rows(PAGE, "What a grant carries", 7), ids=_ids)
def test_a_grant_carries_what_the_page_says(row: Row) -> None:
    holdings = [_held(number, cell) for number, cell in enumerate(row["free"].split("; "))]
    count, asset = row["asked"].split()
    order = grant_order(holdings, asset, DAY)
    wanted = fen(count) if asset == CNY.code else int(count)
    by_lot = {holding.lot.lot_id: holding.lot for holding in order}
    granted = []
    for take in take_of(order, asset, min(wanted, held_of(order, asset))):
        ends = by_lot[take.lot_id].conditions.expires_on
        amount = f"{take.total_minor // 100}.{take.total_minor % 100:02d}" if asset == CNY.code else str(take.units)
        granted.append(f"{amount} {asset}" + (f" {ends:%m-%d}" if ends else ""))
    assert "; ".join(granted) == row["granted"].replace("nothing", "")
