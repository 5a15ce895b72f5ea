"""What enrolment leaves in the box's state folder: the settings, the key, and head office's authority.

`syncd.toml` is written last: where it is, the box is enrolled. All three are for the box's own user alone.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from syncd.errors import NotEnrolled, SettingUnfit

_TEMPLATE: Final = """\
# The line to head office, written by `syncd enrol`; read when the daemon starts.
[syncd]
url = {url}  # head office, as this box reaches it
box = {box}  # who this box is there: `enrol` and `recover` set these three
store = {store}
epoch = {epoch}
status_port = {status_port}  # the status page: http://127.0.0.1:{status_port}/ on this box alone; 0 for none
"""
_STATUS_PORT: Final = 8780
_LARGEST_PORT: Final = 65_535


@dataclass(frozen=True, slots=True)
class Settings:
    """Where head office is, who this box is there, and the status page's port (0: no page)."""

    url: str
    box: str
    store: str
    epoch: int
    status_port: int = _STATUS_PORT


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The files of the daemon in the box's state folder."""

    folder: Path

    @property
    def settings(self) -> Path:
        """The settings."""
        return self.folder / "syncd.toml"

    @property
    def key(self) -> Path:
        """The key this box signs with."""
        return self.folder / "syncd.key"

    @property
    def next_key(self) -> Path:
        """The key of an enrolment that nobody confirmed yet."""
        return self.folder / "syncd-next.key"

    @property
    def authority(self) -> Path:
        """Head office's certificate authority (PEM), the only one this box trusts."""
        return self.folder / "head-office.pem"

    @property
    def socket(self) -> Path:
        """Where the counter finds the daemon unless the box's config says otherwise."""
        return self.folder / "syncd.sock"

    def load(self) -> Settings:
        """Return the settings; raises NotEnrolled, SettingUnfit."""
        try:
            table = tomllib.loads(self.settings.read_text(encoding="utf-8"))["syncd"]
        except FileNotFoundError as missing:
            raise NotEnrolled(str(self.settings)) from missing
        except (ValueError, KeyError) as unreadable:
            raise SettingUnfit(str(self.settings), "[syncd]") from unreadable
        kinds: dict[str, type] = {"url": str, "box": str, "store": str, "epoch": int, "status_port": int}
        for key in (*table, *kinds):
            if key not in kinds or type(table.get(key)) is not kinds[key]:
                raise SettingUnfit(str(self.settings), key)
        return self._checked(Settings(**table))

    def save(self, settings: Settings, authority: bytes) -> None:
        """Keep what enrolment found; the key that waited becomes the box's."""
        _write(self.authority, authority)
        self.next_key.replace(self.key)
        shown: dict[str, Any] = {name: json.dumps(getattr(settings, name)) for name in settings.__slots__}
        _write(self.settings, _TEMPLATE.format(**shown).encode())

    def _checked(self, settings: Settings) -> Settings:
        if not settings.url.startswith("https://"):
            raise SettingUnfit(str(self.settings), "url")
        if settings.epoch < 1:
            raise SettingUnfit(str(self.settings), "epoch")
        if not 0 <= settings.status_port <= _LARGEST_PORT:
            raise SettingUnfit(str(self.settings), "status_port")
        return settings


def _write(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
