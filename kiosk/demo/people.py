"""Invented people for the demo shop; every name, phone and birthday comes out of a seeded generator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from kiosk.model.staff import Role
from kiosk.services.enrol import Enrolment
from kiosk.services.set_up import NewPerson

CASHIER: Final = NewPerson("1001", "王芳", Role.CASHIER, "2468")
SECOND_CASHIER: Final = NewPerson("1002", "陈晨", Role.CASHIER, "1357")
STORE_MANAGER: Final = NewPerson("9001", "赵敏", Role.MANAGER, "8642")
STAFF: Final = (CASHIER, SECOND_CASHIER, STORE_MANAGER)

_SURNAMES: Final = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶"
_GIVEN: Final = [
    "雪",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "军",
    "杰",
    "娟",
    "涛",
    "超",
    "明",
    "霞",
    "平",
    "刚",
    "桂英",
    "秀兰",
    "建华",
    "小红",
    "志强",
    "晓明",
    "文静",
    "雨欣",
    "子涵",
    "浩然",
    "梓萱",
    "宇轩",
    "佳怡",
    "思远",
    "一诺",
    "欣怡",
    "嘉豪",
    "俊杰",
    "雅婷",
    "梦瑶",
    "晨曦",
    "若溪",
    "诗涵",
    "天佑",
    "可馨",
    "建国",
    "海燕",
    "春梅",
    "国庆",
    "立新",
    "婉清",
    "书瑶",
    "亦凡",
    "景行",
]
_FIRST_BIRTHDAY: Final = date(1958, 1, 1)
_BIRTHDAY_DAYS: Final = 365 * 48


@dataclass(frozen=True, slots=True)
class Visitor:
    """An invented customer and how they behave: visits a week and a usual ticket in fen."""

    enrolment: Enrolment
    visits_per_week: int
    ticket_minor: int


def invent_visitors(random: Random, count: int) -> list[Visitor]:
    """Return that many customers, no two with the same phone."""
    phones: set[str] = set()
    while len(phones) < count:
        phones.add(f"1{random.choice('3589')}{random.randrange(10**9):09d}")
    return [_visitor(random, phone) for phone in sorted(phones, key=lambda phone: phone[::-1])]


def _visitor(random: Random, phone: str) -> Visitor:
    name = random.choice(_SURNAMES) + random.choice(_GIVEN)
    birthday = _FIRST_BIRTHDAY + timedelta(days=random.randrange(_BIRTHDAY_DAYS))
    told = birthday if random.random() < 0.7 else None
    ticket = random.choice((1200, 1800, 2600, 3200, 4800, 6800, 9600))
    return Visitor(Enrolment(name, phone, told, consented=True), random.choice((1, 1, 1, 2, 2, 3)), ticket)
