"""PINs: a keyed hash under a secret outside the database, then argon2id; compared in a worker thread.

A PIN of four digits is one of 10,000: whoever copies the database tries them all in minutes, however slow the hash. With
HMAC-SHA256 under 32 secret bytes in front (NIST SP 800-63B, 3.1.1.2) the database alone tells nothing. argon2id is RFC 9106's,
at the 19 MiB and two passes that OWASP advises. What is kept: `pepper:<key id>:<argon2id>`; without the first two parts it is
a PIN kept before there was a secret. Source: `docs/decisions/0028-a-pepper-outside-the-database.md`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kiosk.services.errors import PinUnfit

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SHORTEST, _LONGEST = 4, 12
_MARK: Final = "pepper:"
SECRET_BYTES: Final = 32


class PepperLacking(Exception):
    """A PIN was kept under a secret that is not at hand; its caller knows whose PIN and which file."""


@dataclass(frozen=True, slots=True)
class Pepper:
    """The secrets of a box, newest first: new PINs are kept under the first, the others are known until nobody uses them."""

    secrets: tuple[bytes, ...] = field(repr=False)

    @property
    def current(self) -> str:
        """The id of the secret that new PINs are kept under."""
        return key_id(self.secrets[0])

    def named(self, wanted: str) -> bytes:
        """Return the secret with an id; raises PepperLacking."""
        for secret in self.secrets:
            if key_id(secret) == wanted:
                return secret
        raise PepperLacking(wanted)


def key_id(secret: bytes) -> str:
    """Return the short name of a secret, which tells nothing of it."""
    return hashlib.sha256(b"guitai pepper id\0" + secret).hexdigest()[:8]


def hash_pin(pin: str, pepper: Pepper | None = None) -> str:
    """Return the hash of a PIN of 4 to 12 digits that are not all the same; raises PinUnfit."""
    if not pin.isascii() or not pin.isdigit():
        raise PinUnfit("digits")
    if not _SHORTEST <= len(pin) <= _LONGEST:
        raise PinUnfit("length")
    if len(set(pin)) == 1:
        raise PinUnfit("same_digit")
    if pepper is None:
        return _HASHER.hash(pin)
    return f"{_MARK}{pepper.current}:{_HASHER.hash(_keyed(pepper.secrets[0], pin))}"


def pin_matches(pin_hash: str, pin: str, pepper: Pepper | None = None) -> bool:
    """Tell whether a PIN is the one behind a hash (about 30 ms, on purpose); raises PepperLacking."""
    key, bare = _parts(pin_hash)
    if key is not None:
        if pepper is None:
            raise PepperLacking(key)
        pin = _keyed(pepper.named(key), pin)
    try:
        return _HASHER.verify(bare, pin)
    except VerifyMismatchError:
        return False


def is_peppered(pin_hash: str) -> bool:
    """Tell whether a PIN was kept under a secret."""
    return pin_hash.startswith(_MARK)


def is_out_of_date(pin_hash: str, pepper: Pepper | None) -> bool:
    """Tell whether a PIN should be kept anew: under no secret yet, or under an older one."""
    return pepper is not None and _parts(pin_hash)[0] != pepper.current


def _keyed(secret: bytes, pin: str) -> str:
    return hmac.new(secret, pin.encode(), hashlib.sha256).hexdigest()


def _parts(pin_hash: str) -> tuple[str | None, str]:
    if not is_peppered(pin_hash):
        return None, pin_hash
    key, _, bare = pin_hash.removeprefix(_MARK).partition(":")
    return key, bare
