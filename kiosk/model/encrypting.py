"""Changing the key of books, to and from none: a proved copy takes their place in one step, and the old file is emptied."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import apsw

from kiosk.model import cipher
from kiosk.model.backup import draft_of, forget
from kiosk.model.backup_errors import RestoreInUse
from kiosk.model.backup_files import make_file, sync_file, sync_folder
from kiosk.model.disk import disk_errors_named
from kiosk.model.errors import EncryptedAlready, KeyDoesNotFit, StoreMissing, VerifyFailed
from kiosk.model.store import Store, mapped_errors


def change_key(path: Path, before: Path | None, after: Path | None, prove: Callable[[Store], object]) -> None:
    """Put books that are under one key under another, None for plain; `prove` verifies the copy before it takes their place.

    Stopped at any moment, there are whole books, under the one or the other, and it can be begun again. What the disk keeps
    of files that were emptied is out of reach of any program. Afterwards this process opens books with `after`. Raises
    StoreMissing, EncryptedAlready, RestoreInUse, what `cipher.use` raises and what `prove` raises.
    """
    if not path.is_file():
        raise StoreMissing(str(path))
    cipher.refuse_without_ciphers()
    draft = draft_of(path)
    cipher.use(before)
    with disk_errors_named(path), _alone_with(path) as books, open(path, "r+b") as old:  # noqa: PTH123 - closed after the rename, not before
        forget(draft)
        make_file(draft)
        with cipher.opening_with(after):
            books.execute("VACUUM INTO ?", (cipher.uri_of(draft),))
            entries = books.execute("SELECT count(*) FROM journal").fetchall()[0][0]
            _prove(draft, entries, prove)
        draft.replace(path)
        sync_folder(path.parent)
        forget(draft)
        old.truncate(0)  # whoever waited with the old file open finds no books in it, and writes none
        os.fsync(old.fileno())
    cipher.use(after)


@contextmanager
def _alone_with(path: Path) -> Iterator[apsw.Connection]:
    """Yield a connection beside which nobody has the books open or can open them, their log folded in."""
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_URI
    with mapped_errors(path):
        books = apsw.Connection(str(path), flags=flags)
    with closing(books):
        books.set_busy_timeout(0)
        try:
            books.pragma("locking_mode", "exclusive")
            books.execute("BEGIN EXCLUSIVE; COMMIT")
            books.pragma("wal_checkpoint(truncate)")
            books.pragma("journal_mode", "delete")
            books.execute("BEGIN EXCLUSIVE; COMMIT")
        except (apsw.BusyError, apsw.LockedError) as held:
            raise RestoreInUse(str(path)) from held
        except apsw.NotADBError as unread:
            raise (KeyDoesNotFit if cipher.in_use() else EncryptedAlready)(str(path)) from unread
        with mapped_errors(path):
            yield books


def _prove(draft: Path, entries: object, prove: Callable[[Store], object]) -> None:
    with closing(Store.open(draft)) as copy:
        found = copy.execute("SELECT count(*) FROM journal").fetchall()[0][0]
        if found != entries:
            raise VerifyFailed("journal", str(found), f"{entries} entries in the books as they were")
        prove(copy)
    sync_file(draft)
