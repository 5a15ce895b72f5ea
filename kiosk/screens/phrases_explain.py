"""Words of `kiosk programme explain`: every condition, effect, cap and way of stacking as a part of a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from kiosk.i18n import Language, Phrase, weekday
from kiosk.screens.phrases_frame import TENDERS
from kiosk.screens.phrases_offers import NAMES
from ledger.money import format_minor
from ledger.rules.reasons import Reason

HEADINGS: Final[Mapping[str, Phrase]] = {
    "when": Phrase("何时", "when"),
    "who": Phrase("条件", "who"),
    "takes": Phrase("用掉", "uses up"),
    "gives": Phrase("得到", "gives"),
    "caps": Phrase("上限", "caps"),
    "stacking": Phrase("叠加", "stacking"),
    "ways": Phrase("另外", "besides"),
    "script": Phrase("话术", "script"),
    "name": Phrase("名称", "name"),
    "says": Phrase("内容", "says"),
}
SECTIONS: Final[Mapping[str, Phrase]] = {
    "ladder.rungs": Phrase("档位", "rung"),
    "rules": Phrase("规则", "rule"),
    "assets": Phrase("券和卡", "coupon or card"),
    "points": Phrase("积分", "points"),
    "tiers": Phrase("等级", "tier"),
    "products": Phrase("卖的卡券", "product"),
    "mall": Phrase("积分商城", "points mall"),
    "lotteries": Phrase("抽奖", "lottery"),
    "family": Phrase("家庭", "family"),
    "goods": Phrase("商品", "goods"),
    "scopes": Phrase("商品范围", "scope"),
    "groups": Phrase("叠加组", "group"),
    "settings": Phrase("设置", "setting"),
}
WORDS: Final[Mapping[str, Phrase]] = {
    "text": Phrase("{text}", "{text}"),
    "on.top_up": Phrase("充值时", "on a top-up"),
    "on.pay": Phrase("付款时", "on a payment"),
    "on.enrol": Phrase("入会时", "on enrolment"),
    "on.claim": Phrase("到柜台领取", "asked for at the counter"),
    "on.referral": Phrase("带来的朋友首次消费或充值时", "when a friend they brought first buys"),
    "on.sale": Phrase("买卡券时", "when a pass or card is sold"),
    "from": Phrase("自 {day} 起", "from {day}"),
    "to": Phrase("到 {day} 为止", "until {day}"),
    "if.anyone": Phrase("没有条件", "no conditions"),
    "if.amount_from_minor": Phrase("满 {minor}", "from {minor}"),
    "if.amount_to_minor": Phrase("不超过 {minor}", "up to {minor}"),
    "if.goods": Phrase("买了 {names} 之一", "buying any of {names}"),
    "if.categories": Phrase("买了分类 {names} 的商品", "buying goods of {names}"),
    "if.quantity_from": Phrase("满 {n} 件", "from {n} pieces"),
    "if.stores": Phrase("在门店 {names}", "in store {names}"),
    "if.weekdays": Phrase("{names}", "on {names}"),
    "if.month_days": Phrase("每月 {names} 日", "on day {names} of the month"),
    "if.hours": Phrase("{names} 之间", "between {names}"),
    "if.festivals": Phrase("{names} 当天", "on {names}"),
    "if.tiers": Phrase("等级是 {names}", "of tier {names}"),
    "if.tags": Phrase("有标签 {names} 之一", "tagged any of {names}"),
    "if.without_tags": Phrase("没有标签 {names}", "not tagged {names}"),
    "if.holds": Phrase("持有 {names}", "holding {names}"),
    "if.lacks": Phrase("没有 {names}", "without {names}"),
    "if.registered": Phrase("实名会员", "registered members"),
    "if.visit_from": Phrase("第 {n} 次光临起", "from visit {n} on"),
    "if.visit_to": Phrase("到第 {n} 次光临为止", "up to visit {n}"),
    "if.top_up_from": Phrase("第 {n} 次充值起", "from top-up {n} on"),
    "if.top_up_to": Phrase("到第 {n} 次充值为止", "up to top-up {n}"),
    "if.never_topped_up": Phrase("还没充过值", "never topped up"),
    "if.dormant_days_from": Phrase("{n} 天没来", "away for {n} days"),
    "if.enrolled_days_to": Phrase("入会 {n} 天内", "within {n} days of joining"),
    "if.birthday_within_days": Phrase("生日当天或前 {n} 天内", "on the birthday or within {n} days before"),
    "if.birthday": Phrase("生日当天", "on the birthday"),
    "if.zodiacs": Phrase("属 {names}", "born in the year of {names}"),
    "if.tenders": Phrase("用 {names} 付", "paid by {names}"),
    "if.wholly_stored": Phrase("全部用储值付", "paid by stored value alone"),
    "if.bill_times": Phrase("充够这单的 {n} 倍", "topping up {n} times the bill"),
    "if.share": Phrase("会员中的一部分（抽样 {low} 到 {high}，满 100）", "a share of members ({low} to {high} of 100)"),
    "if.code": Phrase("出示活动码 {names}", "showing the code {names}"),
    "takes": Phrase("{names} {units} 份", "{units} of {names}"),
    "rung.fixed": Phrase("充 {pay_minor} 送 {bonus_minor}", "pay {pay_minor}, get {bonus_minor} more"),
    "rung.percent": Phrase("充 {pay_minor} 起送 {percent}%", "from {pay_minor}, get {percent} % more"),
    "bonus.fixed": Phrase("赠金 {minor}", "a bonus of {minor}"),
    "bonus.percent": Phrase("赠金为实付的 {percent}%", "a bonus of {percent} % of what is paid"),
    "bonus.times": Phrase("再送档位赠金的 {percent}%", "{percent} % of the rung's bonus once more"),
    "bonus.instalments": Phrase("分 {n} 个月到账，首月当场", "in {n} months, the first at once"),
    "bonus.now": Phrase("{percent}% 当场到账，其余次日起可用", "{percent} % at once, the rest from the next day"),
    "cut.free": Phrase("免费", "free"),
    "cut.percent": Phrase("减 {percent}%", "{percent} % off"),
    "cut.off": Phrase("减 {minor}", "{minor} off"),
    "cut.step": Phrase("每满 {per_minor} 减 {minor}", "{minor} off for every {per_minor}"),
    "cut.price": Phrase("每件 {minor}", "{minor} each"),
    "cut.face": Phrase("抵掉券面金额", "the coupon's own amount off"),
    "cut.units_most": Phrase("最多 {n} 件", "at most {n} pieces"),
    "cut.most": Phrase("最多减 {minor}", "at most {minor} off"),
    "gives.units": Phrase("{names} {units} 份", "{units} of {names}"),
    "gives.per": Phrase("每实付 {minor} 给一次", "for every {minor} really paid"),
    "gives.points_times": Phrase("积分按 {percent}% 算", "points at {percent} %"),
    "gives.free_order": Phrase(
        "等着付的这单免费，最高 {most_minor}（发 {names}，{valid_days} 天内有效）",
        "the bill that waits is free, up to {most_minor} (as {names}, valid {valid_days} days)",
    ),
    "gives.handout": Phrase("当面给：{text}", "handed over: {text}"),
    "gives.draw": Phrase("抽 {names} 一次", "one draw of {names}"),
    "scope": Phrase("只用于 {names}", "for {names} alone"),
    "after_days": Phrase("{n} 天后起可用", "usable after {n} days"),
    "valid_days": Phrase("有效 {n} 天", "valid {n} days"),
    "cap.per_member": Phrase("每人 {n} 次", "{n} a member"),
    "cap.per_days": Phrase("每人 {days} 天内 {n} 次", "{n} a member within {days} days"),
    "cap.per_day": Phrase("本店每天 {n} 次", "{n} a day in this store"),
    "cap.in_all": Phrase("本店共 {n} 次", "{n} in all in this store"),
    "cap.budget": Phrase("本店预算 {minor}", "this store's budget {minor}"),
    "cap.stock": Phrase("本店共 {n} 份", "{n} in this store"),
    "stack.in": Phrase("在叠加组 {names}", "in the group {names}"),
    "stack.free": Phrase("可与任何优惠同享", "goes with everything"),
    "stack.only": Phrase("组里只有它", "alone in its group"),
    "stack.best": Phrase("与 {names} 只取最好的一个", "the best one of it and {names}"),
    "stack.all": Phrase("可与同组的 {names} 同享", "together with {names} of its group"),
    "stack.excludes": Phrase("不与 {names} 同享", "not together with {names}"),
    "stack.priority": Phrase("同样好时先用，先后 {n}", "first among equals, priority {n}"),
    "stack.on_request": Phrase("收银员点选才用", "only when the cashier asks for it"),
    "asset.right": Phrase("一种资格，持有即可", "a right that is only held"),
    "asset.giftable": Phrase("可以转赠", "may be given to another member"),
    "asset.stays": Phrase("退款时不收回", "stays when a purchase is refunded"),
    "points.earn": Phrase("每实付 {minor} 得 {units} 分", "{units} for every {minor} really paid"),
    "points.burn": Phrase(
        "{units} 分抵 {minor}，最多抵一单的 {percent}%", "{units} pay {minor}, at most {percent} % of a bill"
    ),
    "tier.topped": Phrase("{days} 天内充值满 {minor}", "{minor} topped up within {days} days"),
    "tier.spent": Phrase("{days} 天内消费满 {minor}", "{minor} spent within {days} days"),
    "tier.visits": Phrase("{days} 天内光临 {n} 次", "{n} visits within {days} days"),
    "tier.keep_minor": Phrase("保留 {days} 天，到时满 {minor} 续期", "held {days} days, then kept from {minor} on"),
    "tier.keep_n": Phrase("保留 {days} 天，到时满 {n} 次续期", "held {days} days, then kept from {n} visits on"),
    "costs": Phrase("售价 {minor}", "costs {minor}"),
    "costs.points": Phrase("{units} 积分", "{units} points"),
    "costs.and": Phrase("另付 {minor}", "and {minor}"),
    "lottery.prize": Phrase("{text}：{of} 签里 {n} 签", "{text}: {n} of {of} draws"),
    "goods.price": Phrase("标价 {minor}", "list price {minor}"),
    "goods.of": Phrase("分类 {names}，积分 {percent}%", "of {names}, points {percent} %"),
    "goods.barcode": Phrase("条码 {text}", "barcode {text}"),
    "covers": Phrase("包含 {names}", "covers {names}"),
    "group.best": Phrase("只取最好的一个", "the best one alone"),
    "group.all": Phrase("都用", "all of them"),
    "percent": Phrase("{percent}%", "{percent} %"),
    "amount": Phrase("{minor}", "{minor}"),
    "family.members": Phrase("最多 {n} 人", "at most {n} people"),
    "family.per_day": Phrase("每人每天 {minor}", "{minor} a person a day"),
    "family.per_month": Phrase("每人每月 {minor}", "{minor} a person a month"),
}
FRAME: Final[Mapping[str, Phrase]] = {
    "fits": Phrase(
        "方案 {version} 可以施行（自 {starts_on} 起）：{rungs} 个档位，{rules} 条规则，{goods} 种商品，{assets} 种券和卡",
        "Programme {version} would load (from {starts_on}): {rungs} rungs, {rules} rules, {goods} goods, "
        "{assets} kinds of coupons and cards",
    ),
    "faults": Phrase("共 {count} 处要改，方案没有生效", "{count} to correct; nothing was put in force"),
    "no_such_id": Phrase(
        "方案里没有「{ident}」；不写代号就全部讲一遍", "The programme has no {ident}; without an id everything is told"
    ),
}
_MONDAY: Final = date(2024, 1, 1)
_POINTS: Final = Phrase("积分", "points")


def word_part(reason: Reason, language: Language, names: Mapping[str, str]) -> str:
    """Return one part of a sentence; `names` are the programme's own, by id. Raises KeyError for a code without words."""
    values = {name: _shown(name, value, language, names) for name, value in reason.values}
    return WORDS[reason.code].said(language, **values)


def word_parts(parts: Sequence[Reason], language: Language, names: Mapping[str, str]) -> str:
    """Return the parts of a sentence, joined."""
    return ("；" if language is Language.ZH else "; ").join(word_part(part, language, names) for part in parts)


def _shown(name: str, value: str | int, language: Language, names: Mapping[str, str]) -> str:
    if name.endswith("minor") and isinstance(value, int):
        return format_minor(value)
    if name != "names" or not isinstance(value, str):
        return str(value)
    between = "、" if language is Language.ZH else ", "
    return between.join(names.get(part) or _ours(part, language) for part in value.split(", "))


def _ours(part: str, language: Language) -> str:
    if part == "PTS":
        return _POINTS.said(language)
    kind, _, rest = part.partition(":")
    if kind == "weekday":
        return weekday(_MONDAY + timedelta(days=int(rest) - 1), language)
    if kind == "group":
        return rest
    tender = next((phrase for tender, phrase in TENDERS.items() if tender.value == part), None)
    phrase = tender or NAMES.get(part)
    return phrase.said(language) if phrase else part
