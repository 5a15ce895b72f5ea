"""Surnames that are read otherwise than the character usually is; the readings of names, not of words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

READINGS: Final = MappingProxyType({
    "单": "shan", "曾": "zeng", "仇": "qiu", "区": "ou", "查": "zha", "解": "xie", "朴": "piao", "翟": "zhai",
    "覃": "qin", "乐": "yue", "任": "ren", "尉": "wei", "盖": "ge", "华": "hua", "纪": "ji", "缪": "miao",
    "宁": "ning", "瞿": "qu", "冼": "xian", "员": "yun", "繁": "po", "折": "she", "种": "chong", "秘": "bi",
    "重": "chong", "长": "zhang", "召": "shao", "黑": "he", "盛": "sheng", "石": "shi", "沈": "shen", "贾": "jia",
})  # fmt: skip
COMPOUND: Final = MappingProxyType({"尉迟": "yuchi", "长孙": "zhangsun", "澹台": "tantai", "万俟": "moqi"})


def reading_of_surname(name: str) -> tuple[str, str]:
    """Return (the letters a special surname begins with, the rest of the name); ("", name) for an ordinary one."""
    compound = COMPOUND.get(name[:2])
    if compound is not None:
        initials = {"尉迟": "yc", "长孙": "zs", "澹台": "tt", "万俟": "mq"}[name[:2]]
        return initials, name[2:]
    single = READINGS.get(name[:1])
    return ("", name) if single is None else (single, name[1:])
