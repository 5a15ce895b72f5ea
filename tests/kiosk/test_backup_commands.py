"""`kiosk backup` and `kiosk restore`: what is typed, and what is read."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.model import journal
from kiosk.model.backup_manifest import backups_in
from kiosk.model.store import Store
from tests.builders import MANAGER, PIN, Shop, open_shop

LANGUAGE = ["--language", "en"]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with one member topped up, its books closed."""
    opened = open_shop(tmp_path)
    opened.clock.moment = datetime.now(UTC).replace(microsecond=0)
    opened.open_shift()
    opened.top_up(opened.enrol())
    opened.counter.store.close()
    (tmp_path / "kiosk.toml").write_text("[kiosk]\n", encoding="utf-8")
    return opened


@pytest.fixture
def config(shop: Shop) -> list[str]:
    """The words that name the shop's config."""
    return ["--config", str(shop.path.with_name("kiosk.toml"))]


def only_backup(shop: Shop) -> Path:
    newest = backups_in(shop.path.with_name("backups"), "box-1").newest
    assert newest is not None
    return newest.file


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def head(shop: Shop) -> tuple[int, int]:
    with closing(Store.open(shop.path)) as store:
        return journal.head(store)[:2]


def test_a_backup_is_taken_listed_and_checked(
    shop: Shop, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*config, "backup", *LANGUAGE]) == 0
    file = only_backup(shop)
    assert capsys.readouterr().out.startswith(f"Backup done {file}: up to 1-3, ￥350.00 owed")
    assert main([*config, "backup", "--list", *LANGUAGE]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[0] == f"{file.parent}: 1 backups"
    assert listed[1].split()[0] == file.name
    assert listed[1].endswith("1-3  1 members  ￥350.00")
    assert main([*config, "backup", "--check", str(file), *LANGUAGE]) == 0
    assert "3 entries up to 1-3, 1 members, ￥350.00 owed" in capsys.readouterr().out


def test_no_backup_and_a_damaged_one_are_said(
    shop: Shop, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*config, "backup", "--list", *LANGUAGE]) == 1
    assert main([*config, "backup"]) == 0
    file = only_backup(shop)
    file.write_bytes(file.read_bytes()[:-4096])
    capsys.readouterr()
    assert main([*config, "backup", "--list", *LANGUAGE]) == 1
    assert "not usable" in capsys.readouterr().out
    assert main([*config, "backup", "--check", str(file), *LANGUAGE]) == 1
    assert capsys.readouterr().err.startswith("This backup is damaged and is not used\n")


def test_a_second_medium_that_is_away_is_said_and_the_exit_code_says_it_too(
    shop: Shop, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    shop.path.with_name("kiosk.toml").write_text('[backup]\nsecond = "usb"\n', encoding="utf-8")
    assert main([*config, "backup", *LANGUAGE]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[0] == f"Second copy missing. No backup: {shop.path.with_name('usb')} is not there"
    assert said[-1] == "The first copy stands; only the second is missing"
    assert only_backup(shop).exists()


def test_a_dry_run_says_what_would_be_lost_and_changes_nothing(
    shop: Shop, config: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    main([*config, "backup"])
    again = replace(shop, counter=replace(shop.counter, store=Store.open(shop.path)))
    again.enrol("张三", "13900001111")
    again.counter.store.close()
    before = shop.path.read_bytes()
    capsys.readouterr()
    assert main([*config, "restore", str(only_backup(shop)), "--dry-run", *LANGUAGE]) == 0
    said = capsys.readouterr().out
    assert "Entries that will be missing: 4 to 4, at least 1, ￥0.00 of stored value moved" in said
    assert "epoch 2" in said
    assert (shop.path.read_bytes(), head(shop)) == (before, (1, 4))
    assert not list(shop.path.parent.glob(".shop.db*"))


def test_a_restore_asks_for_the_name_and_a_managers_pin(
    shop: Shop, config: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main([*config, "backup"])
    capsys.readouterr()
    typed(monkeypatch, "box-1", MANAGER, PIN)
    assert main([*config, "restore", str(only_backup(shop)), *LANGUAGE]) == 0
    assert "Restored, epoch 2" in capsys.readouterr().out
    assert head(shop) == (2, 4)
    assert main([*config, "verify"]) == 0
    assert len(list(shop.path.parent.glob("shop.db.before-*"))) == 1


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["yes"], "Nothing was restored"),
        (["box-1", MANAGER, "1357"], "Wrong PIN"),
        (["box-1", "1001", PIN], "1001"),
        ([], "Nothing was restored"),
    ],
)
def test_a_restore_without_the_name_or_the_manager_changes_nothing(
    shop: Shop,
    config: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    lines: list[str],
    said: str,
) -> None:
    main([*config, "backup"])
    capsys.readouterr()
    typed(monkeypatch, *lines)
    assert main([*config, "restore", str(only_backup(shop)), *LANGUAGE]) == 1
    assert said.lower() in capsys.readouterr().err.lower()
    assert head(shop)[0] == 1
    assert not list(shop.path.parent.glob("*.before-*"))
    assert not list(shop.path.parent.glob(".shop.db*"))


def test_a_box_with_a_head_office_is_told_to_recover(
    shop: Shop, config: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main([*config, "backup"])
    (shop.path.parent / "state" / "syncd.toml").write_text("", encoding="utf-8")
    capsys.readouterr()
    typed(monkeypatch, "box-1", MANAGER, PIN)
    assert main([*config, "restore", str(only_backup(shop)), *LANGUAGE]) == 0
    assert "python -m syncd recover" in capsys.readouterr().out
    assert head(shop) == (1, 3)


def test_the_books_that_are_here_go_on_in_a_later_epoch(
    shop: Shop, config: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, "box-1", MANAGER, PIN)
    assert main([*config, "restore", "--present", *LANGUAGE]) == 0
    assert head(shop) == (2, 4)


def test_kill_9_of_a_real_backup_leaves_the_last_one_good(shop: Shop, config: list[str]) -> None:
    assert main([*config, "backup"]) == 0
    first = only_backup(shop)
    command = [sys.executable, "-m", "kiosk", *config, "backup"]
    with subprocess.Popen(command, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as process:
        draft = None
        while process.poll() is None and draft is None:
            draft = next(first.parent.glob(".*.part"), None)
        process.send_signal(signal.SIGKILL)
    assert main([*config, "backup", "--check", str(first)]) == 0
    assert main([*config, "backup"]) == 0
    assert not list(first.parent.glob(".*"))


def test_a_new_computer_without_the_secret_for_pins_takes_the_backup_and_asks_for_a_new_pin(
    shop: Shop, config: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "1357")
    assert main([*config, "staff", "9002", "周岚", "--role", "manager"]) == 0
    assert main([*config, "backup"]) == 0
    backup = only_backup(shop)
    for file in shop.path.parent.glob("shop.db*"):
        file.unlink()
    for file in (shop.path.parent / "state").iterdir():
        file.unlink()
    typed(monkeypatch, "box-1")
    assert main([*config, "restore", str(backup), "--manager", "9002", *LANGUAGE]) == 0
    assert "kiosk staff 9002 --reset" in capsys.readouterr().out
    typed(monkeypatch, "9753")
    assert main([*config, "staff", "9002", "--reset"]) == 0
    typed(monkeypatch, "box-1", "1357")
    assert main([*config, "restore", str(backup), "--manager", "9002", *LANGUAGE]) == 1
    assert "Wrong PIN" in capsys.readouterr().err
