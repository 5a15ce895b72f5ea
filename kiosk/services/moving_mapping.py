"""The mapping: which column of another system's sheet is what, kept in a TOML file that the owner reads and edits (P29).

```toml
header = "3f2a…"            # of the sheet this was made for; another layout is noticed
sheet = "会员"               # of a workbook
unit = "yuan"               # or "fen"
principal = "balance"       # the balance column is principal and bonus together; leave out where there is a column of its own

[columns]                    # ours = the sheet's header
name = "姓名"
phone = "手机号"
balance = "储值余额"
bonus = "赠送金额"

[passes]                     # the sheet's header = the asset of the programme
"洗发次卡剩余" = "VISIT:wash"

[control]                    # from the old system's own report; compared to the fen
members = 1280
principal = "96420.50"
bonus = "8800.00"
points = 120300
visits = 412
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from kiosk.services.moving_cells import CellUnfit, money, whole
from kiosk.services.moving_errors import LayoutChanged, MappingUnfit, MappingUnreadable
from kiosk.services.moving_sheets import Sheet
from kiosk.services.opening import Totals
from ledger.specials import is_asset

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("姓名", "会员姓名", "客户姓名", "顾客姓名", "名字", "name", "member name"),
    "phone": ("手机号", "手机", "手机号码", "电话", "联系电话", "会员手机", "phone", "mobile"),
    "number": ("卡号", "会员卡号", "会员号", "会员编号", "卡编号", "card", "card no", "member no"),
    "birthday": ("生日", "出生日期", "会员生日", "birthday"),
    "joined": ("开卡日期", "办卡日期", "入会时间", "注册时间", "开卡时间", "joined", "created"),
    "balance": ("储值余额", "余额", "卡内余额", "账户余额", "总余额", "balance"),
    "principal": ("本金", "本金余额", "实充余额", "principal"),
    "bonus": ("赠送金额", "赠金", "赠送余额", "赠金余额", "bonus"),
    "points": ("积分", "剩余积分", "当前积分", "积分余额", "points"),
    "last_seen": ("最近消费", "最后消费时间", "最近到店", "上次消费时间", "last visit"),
    "past_visits": ("到店次数", "消费次数", "累计消费次数", "visits"),
    "past_spent": ("累计消费", "累计消费金额", "消费总额", "total spent"),
    "past_top_ups": ("充值次数", "累计充值次数", "top-ups"),
    "past_topped": ("累计充值", "累计充值金额", "充值总额", "total topped up"),
}
"""What a column is called, in the headers people's systems write."""
_TOP: Final = ("header", "sheet", "unit", "principal", "columns", "passes", "control")
_CONTROL: Final = ("members", "principal", "bonus", "points", "visits")


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which column is what: our names to headers, headers of passes to assets; `control` None where none is declared."""

    columns: Table[str, str]
    passes: Table[str, str] = field(default_factory=dict)
    header_hash: str = ""
    sheet: str = ""
    in_fen: bool = False
    principal_in_balance: bool = False
    control: Totals | None = None

    def place(self, sheet: Sheet, column: str) -> int | None:
        """Return where one of our columns stands in a sheet, None where it is not mapped."""
        header = self.columns.get(column)
        return None if header is None else sheet.header.index(header)


def propose(sheet: Sheet) -> tuple[Mapping, tuple[str, ...]]:
    """Return a mapping from what the headers are called, and the columns nobody knew; a name that fits twice is left out."""
    columns: dict[str, str] = {}
    for ours, names in SYNONYMS.items():
        fitting = [header for header in sheet.header if header.strip().lower() in names]
        if len(fitting) == 1:
            columns[ours] = fitting[0]
    joined = "balance" in columns and "principal" not in columns
    if "principal" in columns:
        columns.pop("balance", None)
    left = tuple(header for header in sheet.header if header and header not in columns.values())
    return Mapping(columns, {}, sheet.header_hash, sheet.name, principal_in_balance=joined), left


def to_toml(mapping: Mapping, left: tuple[str, ...]) -> str:
    """Return a mapping as the file the owner edits; columns nobody knew stand in comments."""
    lines = [f'header = "{mapping.header_hash}"']
    if mapping.sheet:
        lines.append(f"sheet = {_quoted(mapping.sheet)}")
    lines.append('unit = "yuan"')
    if mapping.principal_in_balance:
        lines.append('principal = "balance"')
    lines += ["", "[columns]", *(f"{ours} = {_quoted(header)}" for ours, header in mapping.columns.items())]
    lines += ["", "[passes]", *(f'# {_quoted(header)} = "VISIT:…"' for header in left)]
    lines += [
        "",
        "[control]",
        "# members = 0",
        '# principal = "0.00"',
        '# bonus = "0.00"',
        "# points = 0",
        "# visits = 0",
    ]
    return "\n".join(lines) + "\n"


def load_mapping(path: Path) -> Mapping:
    """Return the mapping in a file; raises MappingUnreadable, MappingUnfit."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise MappingUnreadable(str(path), str(unreadable)) from unreadable
    _known(told, _TOP, "")
    columns, passes = _texts(told, "columns"), _texts(told, "passes")
    _known(columns, tuple(SYNONYMS), "columns.")
    for header, asset in passes.items():
        if not is_asset(asset) or asset in {"CNY", "PTS"}:
            raise MappingUnfit(f"passes.{header}", asset, "value")
    unit, principal = str(told.get("unit", "yuan")), str(told.get("principal", "column"))
    if unit not in {"yuan", "fen"}:
        raise MappingUnfit("unit", unit, "value")
    if principal not in {"column", "balance"}:
        raise MappingUnfit("principal", principal, "value")
    joined = principal == "balance"
    if joined == ("principal" in columns) and (joined or "balance" in columns):
        raise MappingUnfit("principal", principal, "twice")
    if not {"phone", "number"} & columns.keys():
        raise MappingUnfit("columns.phone", "", "needed")
    control = told.get("control")
    return Mapping(
        columns,
        passes,
        str(told.get("header", "")),
        str(told.get("sheet", "")),
        unit == "fen",
        joined,
        _control(control) if control else None,
    )


def fit(mapping: Mapping, sheet: Sheet) -> None:
    """See that a mapping is of a sheet; raises LayoutChanged, MappingUnfit."""
    if mapping.header_hash != sheet.header_hash:
        raise LayoutChanged(mapping.header_hash, sheet.header_hash)
    named = [*mapping.columns.items(), *((f"passes.{header}", header) for header in mapping.passes)]
    for key, header in named:
        if header not in sheet.header:
            raise MappingUnfit(key, header, "no_such_column")
        if sheet.header.count(header) > 1 or [told for _, told in named].count(header) > 1:
            raise MappingUnfit(key, header, "twice")


def _control(told: object) -> Totals:
    if not isinstance(told, dict):
        raise MappingUnfit("control", str(told), "value")
    _known(told, _CONTROL, "control.")
    figures = {}
    for name in _CONTROL:
        if name not in told:
            raise MappingUnfit(f"control.{name}", "", "needed")
        try:
            read = money if name in {"principal", "bonus"} else whole
            figures[name] = read(str(told[name]))
        except CellUnfit as unfit:
            raise MappingUnfit(f"control.{name}", str(told[name]), "value") from unfit
    return Totals(*figures.values())


def _known(table: Table[str, Any], keys: tuple[str, ...], prefix: str) -> None:
    for key in table:
        if key not in keys:
            raise MappingUnfit(prefix + key, "", "unknown_key")


def _texts(told: Table[str, Any], name: str) -> dict[str, str]:
    table = told.get(name, {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise MappingUnfit(name, str(table)[:60], "value")
    return table


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
