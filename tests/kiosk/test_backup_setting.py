"""The config's [backup]: what it says, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import BackupConfig, BadSetting, UnknownSetting, read_config
from kiosk.services.set_up import CONFIG_TEMPLATE


def read(tmp_path: Path, *lines: str) -> BackupConfig:
    return read_config("\n".join(["[backup]", *lines]), tmp_path / "kiosk.toml").backup


def test_backups_lie_beside_the_books_unless_the_config_says_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path) == BackupConfig(tmp_path / "backups", None, 14, 8, 12, 2)
    assert read_config(CONFIG_TEMPLATE, tmp_path / "kiosk.toml").backup == read(tmp_path)


def test_the_second_medium_and_what_is_kept_are_the_shops_choice(tmp_path: Path) -> None:
    found = read(tmp_path, 'folder = "/srv/copies"', 'second = "/media/usb"', "keep_daily = 7", "warn_days = 1")
    assert (found.folder, found.second) == (Path("/srv/copies"), Path("/media/usb"))
    assert (found.keep_daily, found.keep_weekly, found.warn_days) == (7, 8, 1)


@pytest.mark.parametrize(
    "line",
    [
        "keep_daily = 0",
        "keep_weekly = -1",
        "warn_days = 1001",
        "keep_monthly = true",
        'keep_daily = "7"',
        'folder = ""',
    ],
)
def test_what_would_keep_nothing_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read(tmp_path, line)
    assert refused.value.key == f"backup.{line.partition(' ')[0]}"


def test_a_mistyped_key_is_named_with_its_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownSetting) as refused:
        read(tmp_path, "keep_dayly = 7")
    assert (refused.value.key, refused.value.nearest) == ("backup.keep_dayly", "backup.keep_daily")
