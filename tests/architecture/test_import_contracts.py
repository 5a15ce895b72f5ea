"""The import contracts of pyproject.toml hold, and each of them can be broken: a check that cannot fail is none."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.sources import PACKAGES, ROOT

OFFENCES: Final = {
    "packages": ("ledger/money.py", "import kiosk.config"),
    "headoffice": ("headoffice/__init__.py", "import kiosk.config"),
    "syncd": ("syncd/__init__.py", "import kiosk.services.top_up"),
    "kiosk-layers": ("kiosk/model/__init__.py", "import kiosk.services.top_up"),
    "ledger": ("ledger/money.py", "import wcwidth"),
    "database": ("kiosk/services/pay.py", "import peewee"),
    "terminal": ("kiosk/services/pay.py", "import textual.app"),
    "printer-library": ("kiosk/devices/__init__.py", "import escpos.printer"),
    "serial-library": ("kiosk/services/pay.py", "import serial"),
    "pins": ("kiosk/model/staff.py", "import argon2"),
    "screens": ("kiosk/screens/keys.py", "import kiosk.model.journal"),
    "server-database": ("headoffice/intake.py", "import psycopg"),
    "line": ("kiosk/uplink.py", "import cryptography"),
    "drivers": ("kiosk/services/pay.py", "import kiosk.devices.transports"),
}
"""A line that breaks each contract, and the file it is put into."""


def lint_imports(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """Check one contract in a copy of the packages."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo", "--contract", contract],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the four packages and their contracts, to do harm in."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_its_offence() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]} == set(OFFENCES)


@pytest.mark.parametrize("contract", OFFENCES)
def test_a_contract_breaks_when_its_rule_is_broken(tree: Path, contract: str) -> None:
    before = lint_imports(tree, contract)
    assert before.returncode == 0, before.stdout + before.stderr
    place, line = OFFENCES[contract]
    offender = tree / place
    offender.write_text(f"{offender.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    after = lint_imports(tree, contract)
    assert after.returncode == 1, after.stdout + after.stderr
    assert "1 broken" in after.stdout


def test_a_new_room_of_the_kiosk_needs_its_place_among_the_others(tree: Path) -> None:
    (tree / "kiosk" / "attic.py").touch()
    assert lint_imports(tree, "kiosk-layers").returncode == 1
