"""Ids minted by the till before it acts: UUIDv7 (RFC 9562) written in 26 characters of Crockford base32.

Time-ordered, so that an index grows at its end; 128 bits, so that tills never meet; text, so that a person can read one out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final, NewType

from ledger.clock import Clock

EntryId = NewType("EntryId", str)

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH: Final = 26
_RANDOM_BITS: Final = 74
_VALUES: Final = {letter: value for value, letter in enumerate(CROCKFORD)}
_FORM: Final = re.compile(f"[0-7][{CROCKFORD}]{{{ID_LENGTH - 1}}}")
"""130 bits of letters for a number of 128: the first is at most 7."""

Entropy = Callable[[int], bytes]
"""Hands out that many unpredictable bytes (`secrets.token_bytes`)."""


def encode_id(number: int) -> str:
    """Return a 128-bit number as 26 characters whose text order is the number's order."""
    assert 0 <= number < 1 << 128, "an id has 128 bits"
    return "".join(CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def decode_id(text: str) -> int:
    """Return the 128-bit number of an id; raises ValueError for anything that `encode_id` does not write."""
    if not is_id(text):
        raise ValueError(text)
    number = 0
    for letter in text:
        number = number << 5 | _VALUES[letter]
    return number


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id."""
    return _FORM.fullmatch(text) is not None


def uuid7(milliseconds: int, random_bits: int) -> int:
    """Return the UUIDv7 of a Unix time in milliseconds and 74 random bits (RFC 9562 §5.7)."""
    assert 0 <= milliseconds < 1 << 48, "a UUIDv7 holds 48 bits of time"
    assert 0 <= random_bits < 1 << _RANDOM_BITS, "a UUIDv7 holds 74 random bits"
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low


def derived_id(cause: EntryId, purpose: str) -> EntryId:
    """Return the one id of what follows from an entry for a purpose, so that doing it twice is doing it once.

    It keeps the moment of its cause, so that it sorts beside it. Raises ValueError for a cause that is no id.
    """
    digest = hashlib.sha256(f"{cause}\x00{purpose}".encode()).digest()
    random_bits = int.from_bytes(digest[:10]) >> (80 - _RANDOM_BITS)
    return EntryId(encode_id(uuid7(decode_id(cause) >> 80, random_bits)))


class IdMint:
    """Mints ids that only ever grow within one process, also when the clock steps back (RFC 9562 §6.2)."""

    def __init__(self, clock: Clock, entropy: Entropy) -> None:
        """Take the clock and the source of randomness; both are handed in because the kernel has neither."""
        self._clock = clock
        self._entropy = entropy
        self._last = (0, 0)

    def mint(self) -> EntryId:
        """Return a fresh id, greater than every id this mint gave before."""
        milliseconds = int(self._clock.now().timestamp() * 1000)
        random_bits = int.from_bytes(self._entropy(10)) >> (80 - _RANDOM_BITS)
        last_milliseconds, last_bits = self._last
        if milliseconds <= last_milliseconds:
            milliseconds, random_bits = last_milliseconds, last_bits + 1
            if random_bits >> _RANDOM_BITS:
                milliseconds, random_bits = milliseconds + 1, 0
        self._last = (milliseconds, random_bits)
        return EntryId(encode_id(uuid7(milliseconds, random_bits)))
