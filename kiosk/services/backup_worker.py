"""The process that takes a backup: places on standard input, the outcome on standard output."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from kiosk.clock import SystemClock
from kiosk.model import cipher
from kiosk.model.backup_rotation import Keep
from kiosk.model.errors import ModelError
from kiosk.model.store import Store
from kiosk.services.backup import Outcome, Places, back_up, told_outcome

MODULE: Final = "kiosk.services.backup_worker"
_NICE: Final = 10


def told_places(database: Path, places: Places) -> dict[str, object]:
    """Return places as the process is told them."""
    keep = places.keep
    return {
        "database": str(database),
        "key_file": None if cipher.key_file() is None else str(cipher.key_file()),
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
    """Take the backup that standard input asks for and tell what came of it."""
    os.nice(_NICE)
    told = json.loads(sys.stdin.buffer.read())
    database, places = read_places(told)
    now = SystemClock().now()
    try:
        cipher.use(None if told["key_file"] is None else Path(told["key_file"]))
        with closing(Store.open(database)) as store:
            outcome = back_up(store, places, now)
    except ModelError as failed:
        outcome = Outcome(now, failure=failed)
    sys.stdout.buffer.write(told_outcome(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
