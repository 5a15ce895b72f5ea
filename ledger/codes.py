"""Member and card codes: short enough to read out, safe against one slip of the tongue or one misread character.

A code is a kind letter, seven random characters and a check character, from 31 characters without look-alikes
(no 0/O, 1/I/L). 31 is prime, so a weighted sum modulo 31 with distinct weights catches every single wrong
character and every swap of two characters. The kind letter is part of the sum: a card never passes as a member.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.errors import CodeCheckFailed, CodeUnreadable
from ledger.ids import Entropy

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 9
_PAYLOAD_LENGTH: Final = 7
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_SEPARATORS: Final = str.maketrans("", "", "- ")


class CodeKind(StrEnum):
    """What a scanned code of ours stands for, by its first letter (P21)."""

    MEMBER = "M"
    CARD = "K"
    COUPON = "Q"


@dataclass(frozen=True, slots=True)
class Code:
    """A code whose check character holds."""

    kind: CodeKind
    text: str

    @property
    def shown(self) -> str:
        """The code as people read it, without the kind letter: `8F3K-72QX`."""
        return f"{self.text[1:5]}-{self.text[5:]}"


def check_character(body: str) -> str:
    """Return the check character of a kind letter and payload; weights 1…8 modulo 31."""
    total = sum(weight * _VALUES[letter] for weight, letter in enumerate(body, start=1))
    return ALPHABET[total % len(ALPHABET)]


def make_code(kind: CodeKind, entropy: Entropy) -> Code:
    """Return a fresh random code of a kind (31⁷ ≈ 2.7 × 10¹⁰ of each)."""
    number = int.from_bytes(entropy(16))
    payload = []
    for _ in range(_PAYLOAD_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        payload.append(ALPHABET[place])
    body = kind.value + "".join(payload)
    return Code(kind, body + check_character(body))


def looks_like_code(text: str) -> bool:
    """Tell whether a text has the form of a code, right or mistyped, so that it is not searched as a name."""
    plain = text.translate(_SEPARATORS).upper()
    if len(plain) != CODE_LENGTH or not plain.isascii() or plain[0] not in {kind.value for kind in CodeKind}:
        return False
    letters_only = not any(letter.isdigit() for letter in plain)
    ours = all(letter in _VALUES for letter in plain) and check_character(plain[:-1]) == plain[-1]
    return ours or not letters_only


def read_code(text: str) -> Code:
    """Return the code in a scanned or typed text; case, dashes, spaces and a left-out kind letter are forgiven.

    Raises CodeUnreadable, CodeCheckFailed.
    """
    plain = text.translate(_SEPARATORS).upper()
    if len(plain) not in {CODE_LENGTH, CODE_LENGTH - 1}:
        raise CodeUnreadable(text, "length")
    if any(letter not in _VALUES for letter in plain):
        raise CodeUnreadable(text, "alphabet")
    if len(plain) == CODE_LENGTH - 1:
        return _with_kind(text, plain)
    try:
        kind = CodeKind(plain[0])
    except ValueError as unknown_prefix:
        raise CodeUnreadable(text, "prefix") from unknown_prefix
    if check_character(plain[:-1]) != plain[-1]:
        raise CodeCheckFailed(text)
    return Code(kind, plain)


def _with_kind(text: str, shown: str) -> Code:
    """Put back the kind letter that people leave out: the check character holds for one kind at most."""
    for kind in CodeKind:
        if check_character(kind.value + shown[:-1]) == shown[-1]:
            return Code(kind, kind.value + shown)
    raise CodeCheckFailed(text)
