"""How the tests run everywhere: no time limits on a busy machine, and loud skips where a tool is missing."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs tmux where there is none; the summary says so."""
    if shutil.which("tmux"):
        return
    missing = pytest.mark.skip(reason="TMUX IS MISSING: apt-get install tmux")
    for item in items:
        if item.get_closest_marker("tmux"):
            item.add_marker(missing)
