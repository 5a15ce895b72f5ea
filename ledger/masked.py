"""Masking of free text: no full phone number in a refusal that is kept, nor in any log line (138****1234).

A mainland mobile number has eleven digits and begins 13 to 19 (Telecommunications numbering plan, MIIT 2017); people write it with
blanks, hyphens, +86 or full-width digits. What is longer and begins like one is masked too: a slip of the finger is no licence.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_GAPS: Final = r"[\s\-.\u2010-\u2015\uff0d]"
_ESCAPED_GAPS: Final = rf"(?:{_GAPS}|\+|%20|%2[dD]|\\xa0|\\u3000)"


def _phone(gaps: str) -> str:
    """Return the pattern of a number whose groups stand apart by at most two of these."""
    gap = rf"{gaps}{{0,2}}"
    return (
        rf"(?:(?:[+\uff0b]|[0\uff10]{{2}})?[8\uff18][6\uff16]{gap})?([1\uff11]{gap}[3-9\uff13-\uff19](?:{gap}\d){{9,}})"
    )


_BY_ITSELF: Final = re.compile(rf"(?<![\dA-Za-z]){_phone(_GAPS)}")
_ESCAPE_BEFORE: Final = r"(?<=%[0-9a-fA-F]{2})|(?<=\\x[0-9a-fA-F]{2})|(?<=\\u[0-9a-fA-F]{4})"
_ANYWHERE: Final = re.compile(rf"(?:(?<!\d)|{_ESCAPE_BEFORE}){_phone(_ESCAPED_GAPS)}")
"""In a log also behind an escape whose last digit is none of the number's, and with its blanks as an address has them."""
_SECRETS: Final = (
    re.compile(r"guitai-(?:pepper|books-key)-\d+\s+[0-9a-fA-F]+"),
    re.compile(r"x(?:'|%27)[0-9a-fA-F]{64}(?:'|%27)?"),
    re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"pepper:[0-9a-f]{8}:\$argon2id\$\S+|\$argon2id\$\S+"),
)
_ESCAPES: Final = re.compile(r"%20|%2[dD]|\\xa0|\\u3000")
_HEAD, _TAIL = 3, 4


def masked_phones(text: str) -> str:
    """Return a text in which each phone number that stands by itself shows its first three and last four digits only."""
    return _BY_ITSELF.sub(_masked, text)


def masked_log(text: str) -> str:
    """Return a log line, with its traceback, without phone numbers wherever they stand and without what opens anything."""
    for secret in _SECRETS:
        text = secret.sub("[secret]", text)
    return _ANYWHERE.sub(_masked, text)


def _masked(phone: re.Match[str]) -> str:
    bare = _ESCAPES.sub("", phone[1])
    digits = "".join(str(unicodedata.digit(character)) for character in bare if character.isdecimal())
    return f"{digits[:_HEAD]}****{digits[-_TAIL:]}"
