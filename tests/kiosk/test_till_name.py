"""A till's name becomes part of its accounts' names, so the config refuses what would break them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import BadSetting, read_config


@pytest.mark.parametrize("name", ["1", "front", "bar-2", "TILL_16"])
def test_a_plain_name_is_taken(tmp_path: Path, name: str) -> None:
    assert read_config(f'[kiosk]\ntill = "{name}"\n', tmp_path / "kiosk.toml").till == name


@pytest.mark.parametrize("name", ["", "1:2", "前台", "a b", "x" * 17, "*"])
def test_a_name_that_no_account_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadSetting) as bad:
        read_config(f'[kiosk]\ntill = "{name}"\n', tmp_path / "kiosk.toml")
    assert (bad.value.key, bad.value.value) == ("kiosk.till", repr(name))
