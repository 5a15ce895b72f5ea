"""What is imported is asked for by name, and what is asked for is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from typing import Final

from tests.architecture.sources import PACKAGES, ROOMS, ROOT, Source, snippet, sources

DISTRIBUTIONS: Final = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "http_message_signatures": "http-message-signatures",
    "escpos": "python-escpos",
    "playhouse": "peewee",
    "serial": "pyserial",
}
"""Libraries whose import name is not the name they are installed by."""
UNSEEN: Final = {
    "python-escpos": "loaded by name, and late",
    "tzdata": "read by zoneinfo where the machine has no zone database",
}
"""Dependencies that no import statement shows, and why they are there."""


def third_parties(source: Source) -> set[str]:
    """The distributions that a file imports."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return {DISTRIBUTIONS.get(name, name) for name in found - sys.stdlib_module_names - set(ROOMS)}


def asked_for(*groups: list[str]) -> set[str]:
    """The names in lists of requirements."""
    return {re.split(r"[^\w.-]", wanted)[0].lower() for group in groups for wanted in group}


def test_every_import_is_asked_for_and_every_dependency_imported() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    dependencies = asked_for(
        settings["project"]["dependencies"], *settings["project"]["optional-dependencies"].values()
    )
    imported = set().union(*(third_parties(source) for source in sources(*PACKAGES)))
    assert imported == dependencies - set(UNSEEN)
    tested = set().union(*(third_parties(source) for source in sources("tests", "bench")))
    assert tested <= dependencies | asked_for(settings["dependency-groups"]["dev"])


def test_a_library_is_known_by_the_name_it_is_installed_by() -> None:
    assert third_parties(snippet("import os\nimport serial.tools\nfrom PIL import Image\nimport ledger")) == {
        "pyserial",
        "pillow",
    }
