"""Where a head office lives: one folder with its settings, keys and certificates, and a database beside or elsewhere.

`headoffice.toml`, every key: `database` (`sqlite:///…` or `postgresql://…`), `host`, `boxes_port`, `pages_port`,
`names` (the server's names and addresses in its certificate), `claim_days`.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from headoffice.errors import SettingsMissing, SettingUnfit

_FILE: Final = "headoffice.toml"
_TEMPLATE: Final = """\
# The head office of one chain. Keys and certificates lie beside this file; keep a copy of the folder in a safe place.
database = {database}   # sqlite:///path (embedded) or postgresql://guitai_app@host/guitai
host = {host}           # the address it listens at
boxes_port = {boxes_port}        # store boxes: TLS and signed requests
pages_port = {pages_port}        # people: pages over TLS
names = {names}   # what boxes and browsers call this machine: in its certificate
claim_days = {claim_days}            # how long customers can show receipts of a dead box before its value is released
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `headoffice.toml` says; `home` is its folder."""

    home: Path
    database: str
    host: str = "0.0.0.0"  # noqa: S104 - a head office is there to be reached
    boxes_port: int = 8443
    pages_port: int = 8444
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    claim_days: int = 7

    @property
    def signing_key(self) -> Path:
        """The key that signs programmes and chain heads."""
        return self.home / "office.key"

    @property
    def tls(self) -> Path:
        """The folder of the authority and the server's certificate."""
        return self.home / "tls"


def load_settings(home: Path) -> Settings:
    """Return a head office's settings; raises SettingsMissing, SettingUnfit."""
    path = home / _FILE
    try:
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise SettingsMissing(str(path)) from missing
    except tomllib.TOMLDecodeError as unreadable:
        raise SettingUnfit(str(path), str(unreadable)) from unreadable
    known = {"database": str, "host": str, "boxes_port": int, "pages_port": int, "names": list, "claim_days": int}
    for key, value in found.items():
        if type(value) is not known.get(key):
            raise SettingUnfit(key, repr(value))
    if "database" not in found:
        raise SettingUnfit("database", "")
    names = tuple(str(name) for name in found.pop("names", ("localhost", "127.0.0.1")))
    return Settings(home=home, names=names, **found)


def write_settings(settings: Settings) -> Path:
    """Write the settings of a new head office; raises SettingUnfit where there is one already."""
    path = settings.home / _FILE
    if path.exists():
        raise SettingUnfit(str(path), "exists")
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = _TEMPLATE.format(
        database=json.dumps(settings.database),
        host=json.dumps(settings.host),
        boxes_port=settings.boxes_port,
        pages_port=settings.pages_port,
        names=json.dumps(list(settings.names)),
        claim_days=settings.claim_days,
    )
    path.write_text(content, encoding="utf-8")
    return path
