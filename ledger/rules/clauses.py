"""Clauses that are void by law wherever a shop prints them, and the article that voids each.

Sources: 法释〔2025〕4号 Art. 9; 北京市单用途预付卡管理条例 Art. 15; 单用途商业预付卡管理办法（试行） on named cards.
The list finds the usual wordings, spaced or punctuated as one likes; it is a net, not a lawyer.
Page: docs/rules/programme.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from ledger.errors import VoidClause

SUPREME_COURT_9: Final = "法释〔2025〕4号 第九条"
BEIJING_15: Final = "北京市单用途预付卡管理条例 第十五条"
NAMED_CARD: Final = "单用途商业预付卡管理办法（试行）：记名卡不得设有效期"

_ENDS: Final = "。;!?；！？"
_SOFT: Final = re.compile(r"[\s\u200b\u200c\u200d\ufeff、,，.．:：·・\-－—_~～*'\"“”‘’「」『』()（）《》【】/|]")
"""What may stand between the characters of a clause without parting it."""
_SENTENCE: Final = re.compile(rf"[{_ENDS}]|\n\s*\n")
_GIFTS: Final = "赠送|赠金|赠品|赠予|积分|优惠券|代金券"
_DELIVERED: Final = "已消费|已使用|已兑付|已享用|工本费"
_PRINCIPAL: Final = re.compile("本金|余额|储值|实储|充值|预付|卡内|记名卡")
_JOINED: Final = re.compile("^.{0,6}(和|与|及|、|以及|连同)")
_OF_THE_GIFT: Final = re.compile("(?:赠送|赠予|已消费|已使用)的?(?:余额|储值|本金|充值)?")


@dataclass(frozen=True, slots=True)
class _Clause:
    article: str
    pattern: re.Pattern[str]
    spared: re.Pattern[str] | None


def _clause(article: str, pattern: str, spared: str | None = None) -> _Clause:
    return _Clause(article, re.compile(pattern), re.compile(spared) if spared else None)


_NO_REFUND: Final = (
    "概不退|恕不退|不予退|不可退|不能退|不得退|不再退|一律不退|一经售出不退|售出不退|售后不退|余额不退|本金不退|储值不退|"
    "充值不退|不退款|不退卡|不退还|不退现|不退钱|不退不换|不接受退|不支持退|谢绝退|无法退款"
)
_NO_REPLACEMENT: Final = (
    "不补办|不予补办|不能补办|不可补办|概不补|恕不补|遗失不补|丢失不补|挂失不补|不予挂失|不能挂失|不挂失"
)
_NO_TRANSFER: Final = "不得转让|不可转让|不能转让|不予转让|禁止转让|严禁转让|谢绝转让|不允许转让|不得转赠"
_SHOP: Final = "(?:本店|商家|商户|门店|我店|我们|本公司|经营者|公司|本品牌)"
_AT_WILL: Final = "(?:单方|随时|不经通知|无需通知|不另行通知|无须通知|不通知)"
_CHANGE: Final = "(?:调整|变更|修改|更改|提高|改动)"
_PROMISED: Final = "(?:价格|种类|质量|数量|条款|规则|章程|细则|协议|合同|范围)"
_UNILATERALLY: Final = f"(?:{_AT_WILL}.{{0,10}}{_CHANGE}|{_CHANGE}.{{0,16}}{_AT_WILL})"


@cache
def _clauses() -> tuple[_Clause, ...]:
    """Compile the patterns once and only where a text is weighed: a till that starts has no use for them."""
    return (
        _clause(SUPREME_COURT_9, _NO_REFUND, f"{_GIFTS}|{_DELIVERED}"),
        _clause(SUPREME_COURT_9, _NO_REPLACEMENT, "不记名|匿名"),
        _clause(SUPREME_COURT_9, _NO_TRANSFER, _GIFTS),
        _clause(SUPREME_COURT_9, f"{_SHOP}(?=.*{_PROMISED}).{{0,10}}(?:有权|可|保留).{{0,10}}{_UNILATERALLY}"),
        _clause(BEIJING_15, "解释权"),
        _clause(NAMED_CARD, "(?<!不)(?<!不会)(?:过期|到期|逾期)[^不]{0,8}?(?:作废|清零|失效|归零|归本店)", _GIFTS),
    )


def check_clauses(text: str) -> None:
    """Refuse a text that holds a void clause; raises VoidClause with the words found and the article."""
    for sentence in _SENTENCE.split(text):
        plain = _SOFT.sub("", sentence)
        for clause in _clauses():
            for found in clause.pattern.finditer(plain):
                places = [place for place, character in enumerate(sentence) if not _SOFT.match(character)]
                first, last = places[found.start()], places[found.end() - 1]
                if not _is_spared(clause, sentence[:first]):
                    raise VoidClause(sentence[first : last + 1], clause.article)


def _is_spared(clause: _Clause, before: str) -> bool:
    """Tell whether the clause speaks of what may be so limited: gifts, goods already delivered, anonymous cards.

    The subject is the last one named before the clause; a gift joined to the principal (本金和赠金…) spares nothing.
    """
    if clause.spared is None:
        return False
    spared = [match.start() for match in clause.spared.finditer(before)]
    if not spared:
        return False
    principal = [match.end() for match in _PRINCIPAL.finditer(before) if "不记名" not in before[: match.end()][-4:]]
    if not principal:
        return True
    if principal[-1] > spared[-1]:
        return _of_the_gift(before[spared[-1] : principal[-1]])
    return _JOINED.match(before[principal[-1] : spared[-1] + 1]) is None


def _of_the_gift(words: str) -> bool:
    """Tell whether the principal's word only completes the gift's: 赠送余额, 赠送的储值, 已消费的储值."""
    return _OF_THE_GIFT.fullmatch(words) is not None
