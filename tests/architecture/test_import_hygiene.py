"""What a process really loads: the daemon no terminal, the ledger's worker no network, the start nothing it can do without."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from tests.architecture.sources import ROOT

DEVICES: Final = ("textual", "escpos", "serial")
SERVICES: Final = ("textual", "escpos", "aiohttp")
PURE: Final = (*DEVICES, "aiohttp", "peewee", "apsw", "argon2", "PIL", "qrcode", "pypinyin", "wcwidth")
LOADS_NONE_OF: Final = {
    "ledger": PURE,
    "ledger.wire": PURE,
    "ledger.rules.pack": PURE,
    "syncd": DEVICES,
    "syncd.engine": (*DEVICES, "aiohttp", "cryptography", "pypinyin"),
    "syncd.commands": (*DEVICES, "rich", "PIL", "argon2", "pypinyin", "headoffice"),
    "headoffice": (*DEVICES, "kiosk"),
    "kiosk.config": (*DEVICES, "peewee", "apsw"),
    "kiosk.model": DEVICES,
    "kiosk.model.store": DEVICES,
    "kiosk.model.journal": DEVICES,
    "kiosk.services": SERVICES,
    "kiosk.services.top_up": SERVICES,
    "kiosk.services.pay": SERVICES,
    "kiosk.services.printing": SERVICES,
    "kiosk.receipts.slips": ("escpos", "PIL", "peewee"),
    "kiosk.screens.phrases": ("textual", "escpos", "aiohttp"),
    "kiosk.__main__": ("textual", "escpos", "serial", "aiohttp"),
    "kiosk.wiring": ("textual", "escpos", "aiohttp", "PIL"),
    "kiosk.display.app": ("peewee", "apsw", "escpos", "serial", "aiohttp", "PIL", "argon2"),
    "kiosk.app": ("escpos", "serial", "aiohttp", "PIL"),
}


def loaded_by(module: str, *suspects: str) -> list[str]:
    """Return which of these top-level modules a fresh interpreter holds after importing one."""
    question = (
        f"import sys, {module}; print(*sorted(set({suspects!r}) & {{name.partition('.')[0] for name in sys.modules}}))"
    )
    answer = subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.split()


@pytest.mark.parametrize("module", LOADS_NONE_OF)
def test_a_module_loads_nothing_it_does_not_need(module: str) -> None:
    assert loaded_by(module, *LOADS_NONE_OF[module]) == []


def test_a_loaded_library_is_noticed() -> None:
    assert loaded_by("textual.app", *DEVICES) == ["textual"]
