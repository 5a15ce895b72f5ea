"""The box's one config file (TOML): which till, which database, which devices, which language.

An installer writes it once; `kiosk init` writes the first one. An unknown key is named with its nearest known one.

```
ConfigError
├── ConfigMissing
├── ConfigUnreadable
├── UnknownSetting
└── BadSetting
```
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class ConfigError(Exception):
    """The config file cannot be used."""

    def __str__(self) -> str:
        """Return the error's name and fields, for logs only."""
        shown = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({shown})"


@dataclass(eq=False)
class ConfigMissing(ConfigError):
    """There is no config file at this path."""

    path: str


@dataclass(eq=False)
class ConfigUnreadable(ConfigError):
    """The file is not TOML; `detail` is the parser's position and reason."""

    path: str
    detail: str


@dataclass(eq=False)
class UnknownSetting(ConfigError):
    """A key nobody knows; `nearest` is the known key it resembles, or None."""

    key: str
    nearest: str | None


@dataclass(eq=False)
class BadSetting(ConfigError):
    """A known key with a value it cannot take; `expected` names what it takes."""

    key: str
    value: str
    expected: str


@dataclass(frozen=True, slots=True)
class ScannerConfig:
    """`address`: `serial:/dev/kiosk/scanner`, `input:/dev/kiosk/wedge`, `virtual:` or `none:`.

    `wedge` tells scans that come through the keyboard by their speed; `wedge_prefix` is one character or empty.
    """

    address: str = "none:"
    baud: int = 9600
    wedge: bool = True
    wedge_prefix: str = ""


@dataclass(frozen=True, slots=True)
class PrinterConfig:
    """What `kiosk printer-probe` found out; `columns` is 32 (58 mm) or 48 (80 mm)."""

    address: str = "none:"
    columns: int = 32
    encoding: str = "gbk"
    qr: str = "native"
    font: str = "printer"
    confirm: str = "answer"
    cut: bool = True


@dataclass(frozen=True, slots=True)
class DisplayConfig:
    """The customer's display of two lines: `serial:/dev/kiosk/display`, `tcp:host:port`, `virtual:` or `none:`.

    Terminals that follow the till (`kiosk display`) need no setting. `encoding` is `ascii`, or `gb18030` for a display
    with a Chinese font.
    """

    line: str = "none:"
    baud: int = 9600
    encoding: str = "ascii"


@dataclass(frozen=True, slots=True)
class BackupConfig:
    """Where backups go: `folder` is made where it is missing, `second` lies on another medium and is not; None for none.

    The last of so many days, weeks and months is kept; `warn_days` without a good one are told at the counter.
    """

    folder: Path
    second: Path | None = None
    keep_daily: int = 14
    keep_weekly: int = 8
    keep_monthly: int = 12
    warn_days: int = 2


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the wiring needs; paths are absolute once loaded.

    `daemon` is the socket of the daemon that speaks with head office, None for a box that has none; `key_file` holds the key
    of encrypted books, None for plain ones.
    """

    database: Path
    state: Path
    till: str = "1"
    language: str = "zh"
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    key_file: Path | None = None
    training: bool = False
    daemon: Path | None = None
    scanner: ScannerConfig = ScannerConfig()
    printer: PrinterConfig = PrinterConfig()
    display: DisplayConfig = DisplayConfig()
    backup: BackupConfig = BackupConfig(Path("backups"))


KEY_VARIABLE: Final = "GUITAI_KEY_FILE"
"""Names the key's file where the config does not, as a unit does that hands the key over as a credential."""
_CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "kiosk.language": ("zh", "en"),
    "printer.columns": (32, 48),
    "printer.encoding": ("gbk", "gb18030"),
    "printer.qr": ("native", "image"),
    "printer.font": ("printer", "raster"),
    "printer.confirm": ("answer", "status", "written"),
    "display.encoding": ("ascii", "gb18030"),
}
_BACKUP_COUNTS: Final = {"keep_daily": 14, "keep_weekly": 8, "keep_monthly": 12, "warn_days": 2}
_LARGEST_COUNT: Final = 1000
_KIOSK_KEYS: Final = ("database", "state", "till", "language", "zone", "key_file", "training", "daemon")


def load_config(path: Path) -> Config:
    """Return the config in a file; raises ConfigMissing, ConfigUnreadable, UnknownSetting, BadSetting."""
    try:
        return read_config(path.read_text(encoding="utf-8"), path)
    except FileNotFoundError as missing:
        raise ConfigMissing(str(path)) from missing


def read_config(text: str, path: Path) -> Config:
    """Return the config in a text; relative paths in it start at the folder of `path`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as unreadable:
        raise ConfigUnreadable(str(path), str(unreadable)) from unreadable
    _known(tables, ("kiosk", "scanner", "printer", "display", "backup"), "")
    top = _table(tables, "kiosk", _KIOSK_KEYS)
    folder, daemon = path.parent, _string(top, "kiosk", "daemon", "")
    key_file = _string(top, "kiosk", "key_file", os.environ.get(KEY_VARIABLE, ""))
    return Config(
        database=folder / _string(top, "kiosk", "database", "shop.db"),
        state=folder / _string(top, "kiosk", "state", "state"),
        till=_till(_string(top, "kiosk", "till", "1")),
        language=_string(top, "kiosk", "language", "zh"),
        zone=_zone(_string(top, "kiosk", "zone", "Asia/Shanghai")),
        training=bool(_typed(top, "kiosk", "training", bool, default=False)),
        daemon=folder / daemon if daemon else None,
        key_file=folder / key_file if key_file else None,
        scanner=ScannerConfig(**_device(tables, "scanner", ScannerConfig)),
        printer=PrinterConfig(**_device(tables, "printer", PrinterConfig)),
        display=DisplayConfig(**_device(tables, "display", DisplayConfig)),
        backup=_backup(tables, folder),
    )


def _backup(tables: dict[str, Any], folder: Path) -> BackupConfig:
    table = _table(tables, "backup", ("folder", "second", *_BACKUP_COUNTS))
    first, second = _string(table, "backup", "folder", "backups"), _string(table, "backup", "second", "")
    if not first:
        raise BadSetting("backup.folder", repr(first), "str")
    counts = {name: _count(table, name, default) for name, default in _BACKUP_COUNTS.items()}
    return BackupConfig(folder / first, folder / second if second else None, **counts)


def _count(table: dict[str, Any], key: str, default: int) -> int:
    found = _typed(table, "backup", key, int, default=default)
    assert isinstance(found, int), "checked above"
    if not 1 <= found <= _LARGEST_COUNT:
        raise BadSetting(f"backup.{key}", repr(found), f"1-{_LARGEST_COUNT}")
    return found


def _table(tables: dict[str, Any], name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    table = tables.get(name, {})
    if not isinstance(table, dict):
        raise BadSetting(name, str(table), f"[{name}]")
    _known(table, keys, f"{name}.")
    return table


def _known(table: dict[str, Any], keys: tuple[str, ...], prefix: str) -> None:
    for key in table:
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            raise UnknownSetting(prefix + key, prefix + near[0] if near else None)


def _device(
    tables: dict[str, Any], name: str, kind: type[ScannerConfig | PrinterConfig | DisplayConfig]
) -> dict[str, Any]:
    defaults = {item.name: item.default for item in fields(kind)}
    table = _table(tables, name, tuple(defaults))
    return {key: _typed(table, name, key, type(default), default=default) for key, default in defaults.items()}


def _string(table: dict[str, Any], name: str, key: str, default: str) -> str:
    return str(_typed(table, name, key, str, default=default))


def _typed(table: dict[str, Any], name: str, key: str, kind: type, *, default: object) -> object:
    value, where = table.get(key, default), f"{name}.{key}"
    if type(value) is not kind:
        raise BadSetting(where, repr(value), kind.__name__)
    if where in _CHOICES and value not in _CHOICES[where]:
        raise BadSetting(where, repr(value), " | ".join(str(choice) for choice in _CHOICES[where]))
    return value


def _till(name: str) -> str:
    """Return a till's name, which is part of its accounts' names."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,16}", name) is None:
        raise BadSetting("kiosk.till", repr(name), "A-Z a-z 0-9 _ - (1-16)")
    return name


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise BadSetting("kiosk.zone", name, "Asia/Shanghai") from unknown
