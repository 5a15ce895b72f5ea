"""Surnames that are read otherwise than the character usually is, by the letters they begin with."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

INITIALS: Final = MappingProxyType({
    "单": "s", "曾": "z", "仇": "q", "区": "o", "查": "z", "解": "x", "朴": "p", "翟": "z", "覃": "q", "乐": "y",
    "盖": "g", "缪": "m", "冼": "x", "员": "y", "繁": "p", "折": "s", "种": "c", "秘": "b", "重": "c", "长": "z",
    "召": "s", "黑": "h", "沈": "s", "贾": "j", "洗": "x", "隗": "w", "车": "c", "阚": "k", "尉迟": "yc",
    "长孙": "zs", "单于": "cy", "澹台": "tt", "万俟": "mq",
})  # fmt: skip
_COMPOUND_LENGTH = 2


def surname_initials(name: str) -> tuple[str, str]:
    """Return (the letters a special surname begins with, the rest of the name); ("", name) for an ordinary one."""
    for length in (_COMPOUND_LENGTH, 1):
        letters = INITIALS.get(name[:length])
        if letters is not None:
            return letters, name[length:]
    return "", name
