"""PINs: kept as argon2id (RFC 9106, at the 19 MiB and two passes that OWASP advises), compared in a worker thread."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kiosk.services.errors import PinUnfit

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SHORTEST, _LONGEST = 4, 12


def hash_pin(pin: str) -> str:
    """Return the argon2id hash of a PIN of 4 to 12 digits that are not all the same; raises PinUnfit."""
    if not pin.isascii() or not pin.isdigit():
        raise PinUnfit("digits")
    if not _SHORTEST <= len(pin) <= _LONGEST:
        raise PinUnfit("length")
    if len(set(pin)) == 1:
        raise PinUnfit("same_digit")
    return _HASHER.hash(pin)


def pin_matches(pin_hash: str, pin: str) -> bool:
    """Tell whether a PIN is the one behind a hash (about 30 ms, on purpose)."""
    try:
        return _HASHER.verify(pin_hash, pin)
    except VerifyMismatchError:
        return False
