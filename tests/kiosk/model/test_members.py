"""The member directory: every way of searching finds, and each is answered by an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.model import members
from kiosk.model.errors import PhoneTaken
from tests.builders import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    opened.enrol("张三", "13800001111")
    opened.enrol("张少华", "13900001111")
    opened.enrol("单雄信", "13700002222")
    opened.enrol("Anna Li", "13600003333")
    return opened


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("13800001111", ["张三"]),
        ("1111", ["张三", "张少华"]),
        ("138000", ["张三"]),
        ("zs", ["张三", "张少华"]),
        ("ZSH", ["张少华"]),
        ("sxx", ["单雄信"]),
        ("张", ["张三", "张少华"]),
        ("张三", ["张三"]),
        ("anna", ["Anna Li"]),
        ("Anna L", ["Anna Li"]),
        ("9999", []),
        ("李", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ("", []),
    ],
)
def test_what_a_cashier_types_finds_who_it_means(shop: Shop, typed: str, found: list[str]) -> None:
    assert sorted(member.name for member in members.search(shop.counter.store, typed)) == sorted(found)


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张三", "zs"),
        ("单雄信", "sxx"),
        ("曾国藩", "zgf"),
        ("尉迟恭", "ycg"),
        ("欧阳娜娜", "oynn"),
        ("李Tony", "ltony"),
    ],
)
def test_a_name_is_read_as_names_are_read(name: str, initials: str) -> None:
    assert members.initials_of(name) == initials


def test_two_members_never_share_a_phone(shop: Shop) -> None:
    with pytest.raises(PhoneTaken) as refused:
        shop.enrol("李四", "13800001111")
    holder = members.by_phone(shop.counter.store, "13800001111")
    assert holder is not None
    assert refused.value.member_code == holder.code
    assert members.count(shop.counter.store) == 4
