"""Books under a key: nothing of them can be read without it, and nothing is ever written plain by mistake.

What needs a SQLite that encrypts runs in `make test-encrypted`, which lays one; the refusals run everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from kiosk.i18n import Language
from kiosk.model import cipher, encrypting
from kiosk.model.backup_errors import RestoreInUse
from kiosk.model.encrypting import change_key
from kiosk.model.errors import (
    CiphersMissing,
    EncryptedAlready,
    KeyDoesNotFit,
    KeyMissing,
    ModelError,
    SecretUnfit,
    StoreForeign,
    VerifyFailed,
)
from kiosk.model.store import Store
from kiosk.model.verify import verify
from kiosk.screens.phrases import word
from tests.builders import open_shop
from tests.kiosk.ciphers import needs_ciphers, secrets_in

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _own_key() -> Iterator[None]:
    """Leave the process with the key it had."""
    before = cipher.key_file()
    yield
    cipher.use(before)


def a_key(folder: Path, name: str = "books.key") -> Path:
    file = folder / name
    cipher.lay_key(file)
    return file


def encrypt(path: Path, key: Path) -> None:
    change_key(path, None, key, verify)


def plain_shop(folder: Path) -> Path:
    """Books of a shop with a member, plain; nobody has them open."""
    cipher.use(None)
    folder.mkdir(exist_ok=True)
    shop = open_shop(folder)
    shop.open_shift()
    shop.top_up(shop.enrol("欧阳明日", "13812341234"))
    shop.counter.store.close()
    return folder / "shop.db"


def rows_of(path: Path) -> tuple[int, int]:
    with closing(Store.open(path)) as store:
        proved = verify(store)
    return proved.rows, proved.total_minor


# refusals everywhere


def test_a_library_that_would_pass_over_the_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(apsw, "mc_version", raising=False)
    for deed in (cipher.use, cipher.lay_key):
        with pytest.raises(CiphersMissing) as refused:
            deed(tmp_path / "books.key")
        assert "make encrypted" in word(refused.value, Language.ZH).next_step
    assert list(tmp_path.iterdir()) == []


def test_the_mutant_that_trusts_any_library_writes_plain_books_and_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(apsw, "mc_version", raising=False)
    monkeypatch.setattr(cipher, "refuse_without_ciphers", lambda: None)
    with pytest.raises((pytest.fail.Exception, KeyMissing)):
        test_a_library_that_would_pass_over_the_key_is_refused(tmp_path, monkeypatch)


def test_without_a_key_books_are_plain(tmp_path: Path) -> None:
    path = plain_shop(tmp_path / "shop")
    assert "欧阳明日" in secrets_in(path)


# with ciphers


@needs_ciphers
def test_a_key_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing) as refused:
        cipher.use(tmp_path / "books.key")
    assert refused.value.path == str(tmp_path / "books.key")


@needs_ciphers
@pytest.mark.parametrize(("mode", "content"), [(0o644, None), (0o600, "guitai-pepper-1 " + "0" * 64), (0o600, "")])
def test_a_key_that_others_read_or_of_another_form_is_refused(tmp_path: Path, mode: int, content: str | None) -> None:
    file = a_key(tmp_path)
    if content is not None:
        file.write_text(content)
    file.chmod(mode)
    with pytest.raises(SecretUnfit):
        cipher.use(file)


@needs_ciphers
def test_nothing_that_a_box_writes_can_be_read_without_the_key(tmp_path: Path) -> None:
    cipher.use(a_key(tmp_path))
    (tmp_path / "shop").mkdir()
    shop = open_shop(tmp_path / "shop")
    shop.open_shift()
    shop.top_up(shop.enrol("欧阳明日", "13812341234"))
    files = [path for path in (tmp_path / "shop").iterdir() if path.stat().st_size]
    assert {path.name for path in files} >= {"shop.db", "shop.db-wal"}
    assert {path.name: secrets_in(path) for path in files if not path.name.endswith("-shm")} == {
        path.name: set() for path in files if not path.name.endswith("-shm")
    }
    shop.counter.store.close()


@needs_ciphers
def test_another_key_and_no_key_open_nothing_and_change_nothing(tmp_path: Path) -> None:
    right = a_key(tmp_path)
    path = plain_shop(tmp_path / "shop")
    encrypt(path, right)
    before = path.read_bytes()
    cipher.use(a_key(tmp_path, "other.key"))
    with pytest.raises(KeyDoesNotFit):
        Store.open(path)
    cipher.use(None)
    with pytest.raises(StoreForeign):
        Store.open(path)
    assert path.read_bytes() == before
    cipher.use(right)
    assert rows_of(path)[0] > 0


@needs_ciphers
def test_plain_books_are_not_opened_with_a_key_but_encrypted_first(tmp_path: Path) -> None:
    path = plain_shop(tmp_path / "shop")
    expected, key = rows_of(path), a_key(tmp_path)
    cipher.use(key)
    with pytest.raises(KeyDoesNotFit) as refused:
        Store.open(path)
    assert "kiosk encrypt" in word(refused.value, Language.ZH).next_step
    encrypt(path, key)
    assert rows_of(path) == expected
    assert secrets_in(path) == set()
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert [other.name for other in path.parent.iterdir() if other.name.startswith(".")] == []


@needs_ciphers
def test_encrypted_books_are_not_encrypted_again(tmp_path: Path) -> None:
    path = plain_shop(tmp_path / "shop")
    key = a_key(tmp_path)
    encrypt(path, key)
    before = path.read_bytes()
    with pytest.raises(EncryptedAlready):
        encrypt(path, key)
    assert path.read_bytes() == before


@needs_ciphers
def test_books_that_a_till_has_open_are_left_alone(tmp_path: Path) -> None:
    path = plain_shop(tmp_path / "shop")
    idle = "from pathlib import Path; from kiosk.model.store import Store; import sys;"
    idle += "till = Store.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    plain = {name: value for name, value in os.environ.items() if name != "GUITAI_KEY_FILE"}
    command = [sys.executable, "-c", idle, str(path)]
    with subprocess.Popen(command, cwd=ROOT, env=plain, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as till:
        assert till.stdout is not None
        assert till.stdout.readline() == b"open\n"
        with pytest.raises(RestoreInUse):
            encrypt(path, a_key(tmp_path))
        till.communicate()
    cipher.use(None)
    assert rows_of(path)[0] > 0


@needs_ciphers
def test_a_copy_that_does_not_prove_itself_takes_nobodys_place(tmp_path: Path) -> None:
    path = plain_shop(tmp_path / "shop")
    before = rows_of(path)

    def refuse(_: Store) -> None:
        raise VerifyFailed("purse", "1", "broken")

    with pytest.raises(VerifyFailed):
        change_key(path, None, a_key(tmp_path), refuse)
    cipher.use(None)
    assert rows_of(path) == before


@needs_ciphers
def test_another_key_takes_the_place_of_the_first_and_none_of_both(tmp_path: Path) -> None:
    path = plain_shop(tmp_path / "shop")
    expected, first, second = rows_of(path), a_key(tmp_path), a_key(tmp_path, "second.key")
    encrypt(path, first)
    with pytest.raises(KeyDoesNotFit):
        change_key(path, second, first, verify)
    change_key(path, first, second, verify)
    assert rows_of(path) == expected
    assert secrets_in(path) == set()
    cipher.use(first)
    with pytest.raises(KeyDoesNotFit):
        Store.open(path)
    change_key(path, second, None, verify)
    assert (rows_of(path), cipher.in_use()) == (expected, False)
    assert "欧阳明日" in secrets_in(path)


class Killed(BaseException):
    """The process is gone at this moment."""


@needs_ciphers
@pytest.mark.parametrize("step", ["make_file", "_prove", "sync_folder", "forget"])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_there_are_whole_books_and_it_can_be_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    path, key = plain_shop(tmp_path / "shop"), a_key(tmp_path)
    expected = rows_of(path)
    really, calls = getattr(encrypting, step), []

    def dies(*arguments: object) -> None:
        calls.append(step)
        if after:
            really(*arguments)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(encrypting, step, dies)
        encrypt(path, key)
    assert calls
    left = Path(shutil.copytree(path.parent, tmp_path / "left")) / "shop.db"
    try:
        cipher.use(key)
        assert rows_of(left) == expected
    except KeyDoesNotFit:
        cipher.use(None)
        assert rows_of(left) == expected
        encrypt(left, key)
        assert rows_of(left) == expected


@needs_ciphers
def test_the_key_stands_in_no_error_of_the_database(tmp_path: Path) -> None:
    file = a_key(tmp_path)
    key = file.read_text().split()[1]
    cipher.use(file)
    path = plain_shop(tmp_path / "shop")
    cipher.use(file)
    with pytest.raises(ModelError) as refused:
        Store.open(path)
    said = "".join(str(each) for each in (refused.value, refused.value.__cause__, refused.value.__context__))
    assert key not in said
