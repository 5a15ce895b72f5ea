"""The devices room stays light: a shop loads what it has plugged in."""

from __future__ import annotations

import json
import subprocess
import sys

ROOM = """
import json, sys
import kiosk.devices.escpos_printer, kiosk.devices.serial_scanner, kiosk.devices.virtual, kiosk.devices.wedge
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def test_the_room_loads_no_driver_library_database_or_screen() -> None:
    done = subprocess.run([sys.executable, "-c", ROOM], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"escpos", "peewee", "playhouse", "apsw", "textual", "serial", "PIL", "asyncio"}
