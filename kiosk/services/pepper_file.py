"""The file that holds a box's secret for PINs: one line a key, newest first, for its owner alone from the first byte."""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.services.pin_errors import PepperMissing, PepperUnfit
from kiosk.services.pins import SECRET_BYTES, Pepper

NAME: Final = "pins.pepper"
_LINE: Final = re.compile(r"guitai-pepper-1 ([0-9a-f]{64})")
_MOST_BYTES: Final = 10_000
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class PepperFile:
    """The place of the secret, in the state folder; nothing of it is held in memory between two PINs."""

    path: Path

    def read(self) -> Pepper | None:
        """Return the secrets, None where there is no file; raises PepperUnfit."""
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            return None
        except PermissionError as not_ours:
            raise PepperUnfit(str(self.path), "owner") from not_ours
        except OSError as no_file:
            raise PepperUnfit(str(self.path), "content") from no_file
        try:
            self._refuse_unfit(os.fstat(descriptor))
            return self._parsed(os.read(descriptor, _MOST_BYTES))
        finally:
            os.close(descriptor)

    def _refuse_unfit(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise PepperUnfit(str(self.path), "content")
        if status.st_uid not in {os.geteuid(), 0} and os.geteuid() != 0:
            raise PepperUnfit(str(self.path), "owner")
        if status.st_mode & _OTHERS:
            raise PepperUnfit(str(self.path), "mode")

    def _parsed(self, content: bytes) -> Pepper:
        lines = content.decode("ascii", errors="replace").splitlines()
        found = [_LINE.fullmatch(line) for line in lines]
        if not found or None in found:
            raise PepperUnfit(str(self.path), "content")
        return Pepper(tuple(bytes.fromhex(match[1]) for match in found if match is not None))

    def lay(self) -> Pepper:
        """Return the secrets, a new one where there is no file yet; raises PepperUnfit, OSError."""
        known = self.read()
        if known is not None:
            return known
        draft = self._draft(Pepper((secrets.token_bytes(SECRET_BYTES),)))
        try:
            os.link(draft, self.path)  # over no other: two tills that start at once end with one secret
            self._sync_folder()
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        laid = self.read()
        if laid is None:
            raise PepperMissing(str(self.path))
        return laid

    def rotate(self) -> Pepper:
        """Put a new secret before those there are and return them all; raises PepperUnfit, OSError."""
        known = self.lay()
        rotated = Pepper((secrets.token_bytes(SECRET_BYTES), *known.secrets))
        self._draft(rotated).replace(self.path)
        self._sync_folder()
        return rotated

    def _draft(self, pepper: Pepper) -> Path:
        """Write the secrets beside the file, on the disk, for the owner of the state folder."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.path.with_name(f".{self.path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            owner = self.path.parent.stat()
            if os.geteuid() == 0 and owner.st_uid != 0:
                os.fchown(descriptor, owner.st_uid, owner.st_gid)
            file.writelines(f"guitai-pepper-1 {secret.hex()}\n" for secret in pepper.secrets)
            file.flush()
            os.fsync(descriptor)
        return draft

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
