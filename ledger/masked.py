"""Masking of free text: no full phone number in a refusal that is kept, nor in any log line (138****1234).

A mainland mobile number has eleven digits and begins 13 to 19 (Telecommunications numbering plan, MIIT 2017); people write it with
blanks, hyphens, +86 or full-width digits. What is longer and begins like one is masked too: a slip of the finger is no licence.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_GAP: Final = r"[\s\-.\u2010-\u2015\uff0d]{0,2}"
_PHONE: Final = (
    rf"(?:(?:[+\uff0b]|[0\uff10]{{2}})?[8\uff18][6\uff16]{_GAP})?([1\uff11]{_GAP}[3-9\uff13-\uff19](?:{_GAP}\d){{9,}})"
)
_BY_ITSELF: Final = re.compile(rf"(?<![\dA-Za-z]){_PHONE}")
_ANYWHERE: Final = re.compile(rf"(?<!\d){_PHONE}")
_SECRETS: Final = (
    re.compile(r"guitai-pepper-\d+\s+[0-9a-fA-F]+"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"pepper:[0-9a-f]{8}:\$argon2id\$\S+|\$argon2id\$\S+"),
)
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
    digits = "".join(str(unicodedata.digit(character)) for character in phone[1] if character.isdecimal())
    return f"{digits[:_HEAD]}****{digits[-_TAIL:]}"
