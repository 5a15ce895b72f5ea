"""Files that hold a box's secrets: for their owner alone from the first byte, no link followed, one secret a line."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.model.backup_files import sync_folder
from kiosk.model.errors import SecretUnfit

SECRET_BYTES: Final = 32
_MOST_BYTES: Final = 10_000
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class SecretFile:
    """A file of secrets of 32 bytes; `form` is the word before each, which says what they are for."""

    path: Path
    form: str

    def read(self) -> tuple[bytes, ...] | None:
        """Return the secrets, None where there is no file; raises SecretUnfit."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except PermissionError as not_ours:
            raise SecretUnfit(str(self.path), "owner") from not_ours
        except OSError as no_file:
            raise SecretUnfit(str(self.path), "content") from no_file
        try:
            self._refuse_unfit(os.fstat(descriptor))
            return self._parsed(os.read(descriptor, _MOST_BYTES))
        finally:
            os.close(descriptor)

    def lay(self) -> tuple[bytes, ...]:
        """Return the secrets, a new one where there is no file yet; raises SecretUnfit, OSError."""
        known = self.read()
        if known is not None:
            return known
        draft = self._draft([secrets.token_bytes(SECRET_BYTES)])
        try:
            os.link(draft, self.path)  # over no other: two programs that start at once end with one secret
            sync_folder(self.path.parent)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        laid = self.read()
        if laid is None:
            raise SecretUnfit(str(self.path), "content")
        return laid

    def replace(self, content: Sequence[bytes]) -> None:
        """Put other secrets in the place of those there are, whole or not at all; raises OSError."""
        self._draft(content).replace(self.path)
        sync_folder(self.path.parent)

    def _refuse_unfit(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise SecretUnfit(str(self.path), "content")
        if status.st_uid not in {os.geteuid(), 0} and os.geteuid() != 0:
            raise SecretUnfit(str(self.path), "owner")
        if status.st_mode & _OTHERS:
            raise SecretUnfit(str(self.path), "mode")

    def _parsed(self, content: bytes) -> tuple[bytes, ...]:
        line = re.compile(rf"{re.escape(self.form)} ([0-9a-f]{{64}})")
        found = [line.fullmatch(each) for each in content.decode("ascii", errors="replace").splitlines()]
        if not found or None in found:
            raise SecretUnfit(str(self.path), "content")
        return tuple(bytes.fromhex(match[1]) for match in found if match is not None)

    def _draft(self, content: Sequence[bytes]) -> Path:
        """Write the secrets beside the file, on the disk, for the owner of the folder."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            owner = self.path.parent.stat()
            if os.geteuid() == 0 and owner.st_uid != 0:
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
            file.writelines(f"{self.form} {secret.hex()}\n" for secret in content)
            file.flush()
            os.fsync(descriptor)
        return draft
