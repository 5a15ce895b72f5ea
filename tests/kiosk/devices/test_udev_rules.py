"""The device rules are rules that udev can read, and make the names the counter is configured with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

RULES = Path(__file__).resolve().parents[3] / "deploy" / "systemd" / "70-kiosk.rules"
MATCHES = {"SUBSYSTEM", "KERNEL", "ATTR", "ATTRS", "ENV"}
ASSIGNMENTS = {"SYMLINK", "GROUP", "MODE", "ENV", "OPTIONS"}
PART = re.compile(r'(?P<key>[A-Z]+)(?:\{(?P<name>\w+)\})?(?P<operator>==|\+=|=)"(?P<value>[^"]*)"')


def rules() -> list[str]:
    return [line for line in RULES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize("rule", rules())
def test_each_rule_matches_first_and_assigns_then(rule: str) -> None:
    parts = [PART.fullmatch(part) for part in rule.split(", ")]
    assert all(parts), rule
    kinds = ["match" if part["operator"] == "==" else "assign" for part in parts if part]
    assert kinds == sorted(kinds, reverse=True)
    for part in filter(None, parts):
        assert part["key"] in (MATCHES if part["operator"] == "==" else ASSIGNMENTS), part[0]


def test_one_rule_reads_one_device_and_not_its_parents_mixed() -> None:
    for rule in rules():
        assert not ("ATTRS{bInterfaceClass}" in rule and "ATTRS{idVendor}" in rule), "udev matches one parent at a time"


@pytest.mark.parametrize("name", ["kiosk/scanner", "kiosk/wedge", "kiosk/printer", "kiosk/printer-serial"])
def test_every_stable_name_is_made(name: str) -> None:
    assert any(name in value.split() for rule in rules() for value in re.findall(r'SYMLINK\+="([^"]*)"', rule))


def test_modem_manager_and_the_desktop_keep_off() -> None:
    text = RULES.read_text(encoding="utf-8")
    assert 'ENV{ID_MM_DEVICE_IGNORE}="1"' in text
    assert 'ENV{LIBINPUT_IGNORE_DEVICE}="1"' in text
