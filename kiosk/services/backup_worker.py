"""The process that takes a backup: places on standard input, the outcome in the state folder, 0 for having noted one."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from kiosk.clock import SystemClock
from kiosk.model.backup_errors import BackupRunning
from kiosk.model.backup_rotation import Keep
from kiosk.model.store import Store
from kiosk.services.backup import Places, back_up

MODULE: Final = "kiosk.services.backup_worker"
_NICE: Final = 10


def told_places(database: Path, places: Places) -> dict[str, object]:
    """Return places as the process is told them."""
    keep = places.keep
    return {
        "database": str(database),
        "state": str(places.state),
        "folder": str(places.folder),
        "second": None if places.second is None else str(places.second),
        "keep": [keep.daily, keep.weekly, keep.monthly],
        "zone": str(places.zone),
        "warn_days": places.warn_days,
    }


def read_places(told: dict[str, Any]) -> tuple[Path, Places]:
    """Return the database and the places that were told."""
    places = Places(
        state=Path(told["state"]),
        folder=Path(told["folder"]),
        second=None if told["second"] is None else Path(told["second"]),
        keep=Keep(*told["keep"]),
        zone=ZoneInfo(told["zone"]),
        warn_days=told["warn_days"],
    )
    return Path(told["database"]), places


def main() -> int:
    """Take the backup that standard input asks for; another one under way will note its own outcome."""
    os.nice(_NICE)
    database, places = read_places(json.loads(sys.stdin.buffer.read()))
    with closing(Store.open(database)) as store:
        try:
            back_up(store, places, SystemClock().now())
        except BackupRunning:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
