"""The file that holds a box's secret for PINs: one line a key, newest first, for its owner alone from the first byte."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.model.errors import SecretUnfit
from kiosk.model.secret_file import SECRET_BYTES, SecretFile
from kiosk.services.pin_errors import PepperUnfit
from kiosk.services.pins import Pepper

NAME: Final = "pins.pepper"
_FORM: Final = "guitai-pepper-1"


@dataclass(frozen=True, slots=True)
class PepperFile:
    """The place of the secret, in the state folder; nothing of it is held in memory between two PINs."""

    path: Path

    def read(self) -> Pepper | None:
        """Return the secrets, None where there is no file; raises PepperUnfit."""
        try:
            found = self._file.read()
        except SecretUnfit as unfit:
            raise PepperUnfit(unfit.path, unfit.reason) from unfit
        return None if found is None else Pepper(found)

    def lay(self) -> Pepper:
        """Return the secrets, a new one where there is no file yet; raises PepperUnfit, OSError."""
        try:
            return Pepper(self._file.lay())
        except SecretUnfit as unfit:
            raise PepperUnfit(unfit.path, unfit.reason) from unfit

    def rotate(self) -> Pepper:
        """Put a new secret before those there are and return them all; raises PepperUnfit, OSError."""
        rotated = Pepper((secrets.token_bytes(SECRET_BYTES), *self.lay().secrets))
        self._file.replace(rotated.secrets)
        return rotated

    @property
    def _file(self) -> SecretFile:
        return SecretFile(self.path, _FORM)
