"""The manifest beside each backup: whose books it holds, up to which entry, and the hash that proves the file.

A backup is a file `guitai-BOX-STAMP.db` with `guitai-BOX-STAMP.json` beside it. The manifest is there first: a `.db`
without one is not ours, or somebody took its manifest away.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from kiosk.model.backup_errors import BackupDamaged, BackupUnknown
from ledger.clock import from_wire_time

FORMAT: Final = 1
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_NAMED: Final = re.compile(r"guitai-(?P<box>.+)-(?P<stamp>[0-9]{8}T[0-9]{6}Z)\.(?P<kind>db|json)")
_LARGEST: Final = 100_000
"""A manifest is a few hundred bytes; nothing larger is read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: the head of its journal, what its books owe (fen), and the file's size and SHA-256.

    `joined` tells whether the box belonged to a head office; `last_entry_at` is empty for a journal without entries.
    """

    box: str
    store: str
    epoch: int
    sequence: int
    hash: str
    joined: bool
    taken_at: str
    last_entry_at: str
    members: int
    total_minor: int
    schema: int
    size_bytes: int
    sha256: str
    format: int = FORMAT

    @property
    def head(self) -> tuple[int, int]:
        """Where the journal stands: epoch and sequence; a larger one is younger."""
        return self.epoch, self.sequence

    @property
    def taken(self) -> datetime:
        """When the backup was taken, aware UTC."""
        return from_wire_time(self.taken_at)

    def to_json(self) -> bytes:
        """Return the manifest as it is stored."""
        return (json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that has both its files, the right size, and a manifest of ours."""

    file: Path
    manifest: Manifest


def backup_name(box: str, at: datetime) -> str:
    """Return the file name of a backup of a box taken at an aware moment, to the second."""
    return f"guitai-{box}-{at.astimezone(UTC).strftime(_STAMP)}.db"


def manifest_of(file: Path) -> Path:
    """Return where the manifest of a backup lies."""
    return file.with_suffix(".json")


def read_manifest(file: Path) -> Manifest:
    """Return the manifest beside a backup; raises BackupUnknown for one that is missing or is not ours."""
    place = manifest_of(file)
    try:
        with place.open("rb") as opened:
            content = json.loads(opened.read(_LARGEST))
        return _manifest(content)
    except FileNotFoundError as missing:
        raise BackupUnknown(str(file), f"{place.name}: missing") from missing
    except (OSError, ValueError, KeyError, TypeError) as unfit:
        raise BackupUnknown(str(file), f"{place.name}: {type(unfit).__name__}") from unfit


def _manifest(content: dict[str, Any]) -> Manifest:
    if content["format"] != FORMAT:
        raise ValueError(content["format"])
    kinds: dict[str, type] = {"joined": bool, "epoch": int, "sequence": int, "members": int}
    kinds |= {"total_minor": int, "schema": int, "size_bytes": int, "format": int}
    for name in Manifest.__dataclass_fields__:
        if type(content[name]) is not kinds.get(name, str):
            raise TypeError(name)
    from_wire_time(content["taken_at"])
    return Manifest(**{name: content[name] for name in Manifest.__dataclass_fields__})


def read_backup(file: Path) -> Backup:
    """Return a backup whose file has the size its manifest says; raises BackupUnknown, BackupDamaged."""
    manifest = read_manifest(file)
    try:
        found = file.stat().st_size
    except OSError as missing:
        raise BackupUnknown(str(file), f"{file.name}: missing") from missing
    if found != manifest.size_bytes:
        raise BackupDamaged(str(file), f"{found} bytes, {manifest.size_bytes} expected")
    return Backup(file, manifest)


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies in a folder for one box: whole backups, oldest first, and files by our name that are none, with why."""

    backups: tuple[Backup, ...]
    others: tuple[tuple[Path, str], ...]

    @property
    def newest(self) -> Backup | None:
        """The backup taken last, None for none."""
        return self.backups[-1] if self.backups else None


def backups_in(folder: Path, box: str) -> Listed:
    """Return what lies in a folder for a box; a folder that is not there holds nothing. Raises OSError."""
    backups, others = list[Backup](), list[tuple[Path, str]]()
    for file in sorted(folder.glob("guitai-*.db")) if folder.is_dir() else ():
        named = _NAMED.fullmatch(file.name)
        if named is None or named["box"] != box:
            continue
        try:
            found = read_backup(file)
        except (BackupUnknown, BackupDamaged) as unfit:
            others.append((file, unfit.reason))
        else:
            if found.manifest.box == box:
                backups.append(found)
            else:
                others.append((file, f"of {found.manifest.box}"))
    return Listed(tuple(sorted(backups, key=_age)), tuple(others))


def leftovers_in(folder: Path, box: str) -> tuple[Path, ...]:
    """Return what a backup of this box that was cut off left in a folder: drafts, and manifests without their file."""
    draft = re.compile(rf"\.guitai-{re.escape(box)}-[0-9]{{8}}T[0-9]{{6}}Z\.(db|json)(\.[0-9]+)?\.part.*")
    drafts = [path for path in folder.glob(".guitai-*.part*") if draft.fullmatch(path.name)]
    alone = (place for place in folder.glob("guitai-*.json") if not place.with_suffix(".db").exists())
    return (*drafts, *(place for place in alone if _is_manifest_of(place, box)))


def _is_manifest_of(place: Path, box: str) -> bool:
    named = _NAMED.fullmatch(place.name)
    if named is None or named["box"] != box:
        return False
    try:
        return read_manifest(place.with_suffix(".db")).box == box
    except BackupUnknown:
        return False


def _age(backup: Backup) -> tuple[datetime, tuple[int, int], str]:
    return backup.manifest.taken, backup.manifest.head, backup.file.name
