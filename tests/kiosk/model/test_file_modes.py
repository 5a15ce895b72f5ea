"""Nobody else on the computer reads or changes the box's files, from their first byte on."""

from __future__ import annotations

import io
import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.config import load_config
from kiosk.model import file_modes
from kiosk.model.errors import OpenToOthers
from kiosk.model.file_modes import refuse_changeable, refuse_open_files
from kiosk.wiring import log_to_file, open_till
from tests.builders import BAKERY

ROOT = Path(__file__).parents[3]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.fixture
def loose() -> Iterator[None]:
    """A computer whose shells leave new files readable to everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def own_log() -> Iterator[None]:
    """The log of the program under test, taken away again behind it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        if handler not in before:
            handler.close()
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that others can come to: the tests' own lies behind a closed one."""
    really = file_modes._mode

    def mode(path: Path) -> int:
        return really(path) if path == tmp_path or tmp_path in path.parents else 0o755

    monkeypatch.setattr(file_modes, "_mode", mode)
    tmp_path.chmod(0o755)
    return tmp_path


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def set_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A box as `kiosk init` leaves it; returns its config."""
    config = folder / "kiosk.toml"
    typed(monkeypatch, "8642")
    words = ["init", str(BAKERY), "--box", "box-1", "--manager", "9001", "--name", "赵敏"]
    assert main(["--config", str(config), *words]) == 0
    return config


def others_bits(folder: Path) -> dict[str, str]:
    """Every file and folder below a folder with a bit for others, and its mode."""
    modes = {path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.rglob("*")}
    return {name: oct(mode) for name, mode in modes.items() if mode & 0o077}


@pytest.mark.usefixtures("loose")
def test_every_file_of_a_box_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = set_up(tmp_path / "shop", monkeypatch)
    assert main(["--config", str(config), "backup"]) == 0
    assert others_bits(tmp_path) == {}


@pytest.mark.usefixtures("loose", "own_log")
def test_a_till_that_runs_leaves_no_file_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(set_up(tmp_path / "shop", monkeypatch))
    till = open_till(config)
    logging.getLogger("till").info("first line")
    with closing(till.counter.store), till.counter.store.write():
        assert {"shop.db-wal", "shop.db-shm"} <= {path.name for path in config.database.parent.iterdir()}
        assert others_bits(tmp_path) == {}


@pytest.mark.parametrize(
    "name", ["shop.db", "shop.db-wal", "state", "state/kiosk.log", "state/pins.pepper", "backups/a.db"]
)
@pytest.mark.parametrize("bit", [0o040, 0o004, 0o002])
def test_a_file_that_others_reach_is_refused_with_its_cure(reachable: Path, name: str, bit: int) -> None:
    for folder in ("state", "backups"):
        (reachable / folder).mkdir(mode=0o700)
    path = reachable / name
    if not path.exists():
        path.touch(mode=0o600)
        path.parent.chmod(0o711)
    places = (reachable / "shop.db", reachable / "state", reachable / "backups")
    if path.parent == reachable:
        refuse_open_files(*places)
    path.chmod(stat.S_IMODE(path.stat().st_mode) | bit)
    with pytest.raises(OpenToOthers) as refused:
        refuse_open_files(*places)
    assert refused.value.folder in {str(path), str(path.parent)}


def test_a_file_below_a_closed_folder_is_out_of_reach(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "shop.db").touch(mode=0o644)
    refuse_open_files(tmp_path / "shop.db", tmp_path / "state", tmp_path / "backups")
    assert stat.S_IMODE((tmp_path / "shop.db").stat().st_mode) & 0o004


def test_settings_that_others_can_change_are_refused(reachable: Path) -> None:
    config = reachable / "kiosk.toml"
    config.touch()
    config.chmod(0o644)
    refuse_changeable(config)
    config.chmod(0o664)
    with pytest.raises(OpenToOthers):
        refuse_changeable(config)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_lays_files_for_its_user_alone(unit: Path) -> None:
    lines = unit.read_text().splitlines()
    assert "UMask=0077" in lines
    assert any(line.startswith("StateDirectory=") for line in lines) <= ("StateDirectoryMode=0700" in lines)


def test_the_mutant_that_looks_at_no_mode_is_caught(reachable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_modes, "_is_open", lambda _path: False)
    with pytest.raises(pytest.fail.Exception):
        test_a_file_that_others_reach_is_refused_with_its_cure(reachable, "shop.db", 0o004)


def fail(text: str) -> None:
    raise ValueError(text)


@pytest.mark.usefixtures("own_log")
def test_a_log_line_holds_no_phone_and_no_secret_not_even_in_a_traceback(tmp_path: Path) -> None:
    log_to_file(tmp_path / "kiosk.log")
    log = logging.getLogger("anywhere")
    try:
        fail("no member ＋86 １３８-1234-1234")
    except ValueError:
        log.exception("call %s at %s", "13812341234", {"phone": "138 1234 1234"})
    log.warning("read %s", "guitai-pepper-1 " + "0a" * 32)
    written = (tmp_path / "kiosk.log").read_text(encoding="utf-8")
    assert written.count("138****1234") == len(("message", "its second part", "source line", "raised"))
    assert "0a0a" not in written
