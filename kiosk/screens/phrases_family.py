"""Words for what a use case of families refuses."""

from __future__ import annotations

from typing import Final

from kiosk.screens.wording import Wording, wording
from kiosk.services import family_errors

WORDINGS: Final[dict[type[Exception], Wording]] = {
    family_errors.FamilyNotOffered: wording(
        ("方案没有家庭储值", "The programme has no families"),
        ("方案里没有开放家庭", "It does not offer them"),
        ("由本人储值和使用", "The member uses their own"),
    ),
    family_errors.FamilyFull: wording(
        ("家庭人数已满", "The family is full"),
        ("最多 {most_members} 人", "At most {most_members} people"),
        ("先移除一位，再添加", "Remove one, then add"),
    ),
    family_errors.InFamilyAlready: wording(
        ("这位会员已在家庭里", "This member is in a family already"),
        ("每人只属于一个家庭", "Everybody belongs to one family"),
        ("先从原家庭移除", "Remove them from that one first"),
    ),
    family_errors.NotInFamily: wording(
        ("这位会员不在此家庭", "This member is not in this family"),
        ("可能刚被移除", "They may have been removed"),
        ("重新打开会员再看", "Open the member again"),
    ),
    family_errors.FamilyLimitNegative: wording(
        ("家庭限额不能是负数", "A family's limit cannot be negative"),
        ("输入了 {limit_minor}", "{limit_minor} was asked for"),
        ("输入 0 不让用，留空不设限", "Type 0 for nothing, leave it empty for no limit"),
    ),
    family_errors.FamilyLimitReached: wording(
        ("超过家庭限额", "Above the family's limit"),
        ("还可用 {left_minor}，要用 {asked_minor}", "{left_minor} left, {asked_minor} asked"),
        ("减少储值部分，其余另付", "Use less of it, pay the rest otherwise"),
    ),
}
