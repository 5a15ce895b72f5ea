"""Export: members and entries into CSV or XLSX, row by row, with no text a spreadsheet would take for a formula (P16).

The members' file can be brought in again by `kiosk import`. Source: docs/operations/moving-in.md.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

from kiosk.model import journal, members, purses
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.masking import masked_phone
from kiosk.services.member_facts import records_of
from kiosk.services.moving_cells import unformula
from kiosk.services.moving_errors import ExportRefused
from kiosk.services.open_member import MemberLine, line_of
from ledger.entries import EntryKind
from ledger.money import CNY, PTS
from ledger.purses import purse_deltas

Cell = str | int | Decimal | None
Write = Callable[[Sequence[Cell]], None]
_PAGE: Final = 500
_MEMBER_COLUMNS: Final = ("姓名", "手机号", "会员号", "生日", "开卡日期", "储值余额", "赠送金额", "积分")
_ENTRY_COLUMNS: Final = (
    "单号",
    "时间",
    "营业日",
    "类型",
    "收银台",
    "收银员",
    "会员号",
    "本金变动",
    "赠金变动",
    "数量变动",
    "编号",
)


@contextmanager
def table(path: Path, *, gb18030: bool = False) -> Iterator[Write]:
    """Hand out a way to write rows into a file that is there whole or not at all; raises ExportRefused."""
    if path.suffix.lower() not in {".csv", ".xlsx"}:
        raise ExportRefused(str(path), "suffix")
    if path.exists():
        raise ExportRefused(str(path), "exists")
    part = path.with_name(f".{path.name}.part")
    try:
        with _xlsx(part) if path.suffix.lower() == ".xlsx" else _csv(part, gb18030=gb18030) as write:
            yield write
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _csv(path: Path, *, gb18030: bool) -> Iterator[Write]:
    with path.open("x", encoding="gb18030" if gb18030 else "utf-8-sig", newline="") as file:
        writer = csv.writer(file)

        def write(row: Sequence[Cell]) -> None:
            writer.writerow([unformula(cell) if isinstance(cell, str) else _figure(cell) for cell in row])

        yield write


def _figure(cell: Cell) -> str:
    return "" if cell is None else str(cell)


@contextmanager
def _xlsx(path: Path) -> Iterator[Write]:
    from openpyxl import Workbook  # noqa: PLC0415 - 0.2 s that only a workbook costs
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - the same

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Guitai")

    def write(row: Sequence[Cell]) -> None:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=value)  # type: ignore[arg-type]  # decimals are written exactly; its stubs lack them
            if isinstance(value, str):
                # a text stays a text, whatever it begins with
                setattr(cell, "data_type", "s")  # noqa: B010 - openpyxl's own name for it
            elif isinstance(value, Decimal):
                cell.number_format = "0.00"
            cells.append(cell)
        sheet.append(cells)

    yield write
    book.save(path)
    book.close()


def yuan(minor: int) -> Decimal:
    """Return fen as yuan with two decimals, exact."""
    return Decimal(minor).scaleb(-CNY.scale)


def write_members(counter: Counter, write: Write, *, whole_phones: bool) -> int:
    """Write every member who stands for themselves, with what they own here; return how many."""
    assets = _pass_assets(counter)
    write((*_MEMBER_COLUMNS, *assets))
    done, after = 0, ""
    while page := members.page(counter.store, after, _PAGE):
        for member in page:
            write(_member(counter, member, assets, whole_phones=whole_phones))
        done, after = done + len(page), page[-1].member_id
    return done


def _pass_assets(counter: Counter) -> tuple[str, ...]:
    """Return the assets other than money and points that anybody holds here, in the order of their names."""
    found = counter.store.rows("SELECT DISTINCT asset FROM posting ORDER BY asset")
    return tuple(asset for (asset,) in found if asset not in {CNY.code, PTS.code})


def _member(counter: Counter, member: Member, assets: Sequence[str], *, whole_phones: bool) -> Sequence[Cell]:
    principal = bonus = 0
    units: dict[str, int] = {}
    for record in records_of(counter, member):
        for held in purses.holdings(counter.store, record):
            principal, bonus = principal + held.principal_minor, bonus + held.bonus_minor
            if held.units:
                units[held.lot.asset] = units.get(held.lot.asset, 0) + held.units
    phone = member.phone or ""
    joined = member.enrolled_at.astimezone(counter.zone).date().isoformat()
    return (
        *(member.name, phone if whole_phones else masked_phone(phone), member.code),
        *(member.birthday.isoformat() if member.birthday else "", joined),
        *(yuan(principal + bonus), yuan(bonus), units.get(PTS.code, 0)),
        *(units.get(asset, 0) for asset in assets),
    )


def write_entries(counter: Counter, write: Write, kinds: Mapping[EntryKind, str]) -> int:
    """Write every entry of this box in order, `kinds` named as given; return how many. Nobody's name stands in one."""
    write(_ENTRY_COLUMNS)
    done = 0
    while page := journal.after(counter.store, done, _PAGE):
        for recorded in page:
            write(_entry(counter, line_of(recorded), kinds))
        done = page[-1].row.sequence
    return done


def _entry(counter: Counter, line: MemberLine, kinds: Mapping[EntryKind, str]) -> Sequence[Cell]:
    entry = line.recorded.entry
    member = members.get(counter.store, entry.member_id) if entry.member_id else None
    units = {posting.asset: 0 for posting in entry.postings if posting.asset != CNY.code}
    for posting in entry.postings:
        if posting.asset != CNY.code:
            moved = purse_deltas((posting,))
            units[posting.asset] += sum(moved.values())
    told = " ".join(f"{asset} {count:+d}" for asset, count in units.items() if count)
    return (
        *(line.recorded.entry_no, entry.occurred_at.astimezone(counter.zone).strftime("%Y-%m-%d %H:%M:%S")),
        *(entry.business_date.isoformat(), kinds[entry.kind], entry.till, entry.cashier),
        *(member.code if member else "", yuan(line.principal_delta_minor), yuan(line.bonus_delta_minor)),
        *(told, entry.entry_id),
    )
