"""`kiosk encrypt`: what is typed, what is read, and a box that goes on under the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from kiosk.__main__ import main
from kiosk.config import KEY_VARIABLE
from kiosk.model import cipher
from kiosk.model.backup_manifest import backups_in
from tests.builders import open_shop
from tests.kiosk.ciphers import needs_ciphers, secrets_in


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a plain box with a member, a key named in its config and not made yet."""
    before = cipher.key_file()
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    cipher.use(None)
    shop = open_shop(tmp_path)
    shop.open_shift()
    shop.top_up(shop.enrol("欧阳明日", "13812341234"))
    shop.counter.store.close()
    name_key(tmp_path, "books.key")
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    yield tmp_path
    cipher.use(before)


def name_key(folder: Path, key: str) -> None:
    line = f'key_file = "{key}"\n' if key else ""
    (folder / "kiosk.toml").write_text(f"[kiosk]\n{line}", encoding="utf-8")


def kiosk(folder: Path, *words: str) -> int:
    return main(["--config", str(folder / "kiosk.toml"), *words])


def test_without_a_named_key_nothing_is_done_and_the_line_to_write_is_said(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name_key(box, "")
    before = (box / "shop.db").read_bytes()
    assert kiosk(box, "encrypt") == 1
    assert 'First write key_file = "a file for the key" under [kiosk]' in capsys.readouterr().out
    assert (box / "shop.db").read_bytes() == before


def test_a_library_that_encrypts_nothing_is_refused_before_a_key_is_made(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in box.iterdir())
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(apsw, "mc_version", raising=False)
        for command in (["encrypt"], ["encrypt", "--new-key", str(box / "new.key")], ["encrypt", "--off"], ["verify"]):
            assert kiosk(box, *command) == 1
            assert "make encrypted" in capsys.readouterr().err
    assert sorted(path.name for path in box.iterdir()) == before


@needs_ciphers
def test_a_plain_box_goes_under_a_key_to_another_and_back(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kiosk(box, "verify") == 1
    assert "key" in capsys.readouterr().err
    assert kiosk(box, "encrypt") == 0
    assert "Keep a copy away from this computer now" in capsys.readouterr().out
    assert secrets_in(box / "shop.db") == set()
    assert kiosk(box, "verify") == 0

    assert kiosk(box, "encrypt", "--new-key", str(box / "new.key")) == 0
    assert f'Now write key_file = "{box / "new.key"}"' in capsys.readouterr().out
    assert kiosk(box, "verify") == 1
    assert "The key does not open the books" in capsys.readouterr().err
    name_key(box, "new.key")
    assert kiosk(box, "verify") == 0

    assert kiosk(box, "encrypt", "--off") == 0
    assert "Now take key_file out of" in capsys.readouterr().out
    name_key(box, "")
    assert kiosk(box, "verify") == 0
    assert "欧阳明日" in secrets_in(box / "shop.db")


@needs_ciphers
def test_backups_are_under_the_key_and_older_plain_ones_are_said(box: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name_key(box, "")
    assert kiosk(box, "backup") == 0
    name_key(box, "books.key")
    capsys.readouterr()
    assert kiosk(box, "encrypt") == 0
    assert "1 backups taken before stay as they were" in capsys.readouterr().out
    (box / "kept").mkdir()
    assert kiosk(box, "backup", "--to", str(box / "kept")) == 0
    kept, older = (backups_in(box / name, "box-1").newest for name in ("kept", "backups"))
    assert kept is not None
    assert older is not None
    assert secrets_in(kept.file) == set()
    assert kiosk(box, "backup", "--check", str(kept.file)) == 0
    capsys.readouterr()
    assert kiosk(box, "backup", "--check", str(older.file)) == 1
    assert kiosk(box, "restore", str(older.file), "--dry-run") == 1
    assert kiosk(box, "verify") == 0
