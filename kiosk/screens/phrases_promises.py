"""Words for what a programme may not promise: each reason of `ledger/rules/offers_check.py` once, in both languages."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from kiosk.screens.wording import Cases, Wording, wording

_CHANGE: Final = ("改好这一处再检查一次", "Correct this place and check again")

REASONS: Final[dict[str, Phrase]] = {
    "twice": Phrase("代号 {detail} 用了两次", "the id {detail} is used twice"),
    "gives_nothing": Phrase("什么也没给", "it gives nothing"),
    "ends_before_it_starts": Phrase("结束日 {detail} 早于开始日", "it ends on {detail}, before it starts"),
    "no_such_group": Phrase("没有叠加组 {detail}", "there is no group {detail}"),
    "no_such_scope": Phrase("没有商品范围 {detail}", "there is no scope {detail}"),
    "no_such_goods": Phrase("商品目录里没有 {detail}", "the catalogue has no goods {detail}"),
    "no_such_category": Phrase("没有商品属于分类 {detail}", "no goods are of category {detail}"),
    "no_such_tier": Phrase("没有等级 {detail}", "there is no tier {detail}"),
    "no_such_festival": Phrase("没有节日 {detail}", "there is no festival {detail}"),
    "no_such_zodiac": Phrase("没有生肖 {detail}", "there is no zodiac animal {detail}"),
    "no_such_asset": Phrase("没有声明过 {detail} 这种券或卡", "{detail} is not declared"),
    "no_such_lottery": Phrase("没有抽奖 {detail}", "there is no lottery {detail}"),
    "no_points_policy": Phrase(
        "没有 [points]，不能给积分或用积分", "there is no [points], so points cannot be given or used"
    ),
    "cap_out_of_reach": Phrase(
        "{detail} 比总数还大，永远用不到", "{detail} is above what there is in all; nobody could meet it"
    ),
    "budget_of_nothing": Phrase(
        "budget 只算钱：赠金、减价、免单；券、积分、礼品请用 in_all 限数量",
        "budget counts money alone: bonus, cuts, free orders; cap coupons, points and gifts by in_all",
    ),
    "face_of_no_bill": Phrase(
        "{detail} 的面额只有免单（free_order）会写，这样发出去不值钱",
        "only a free_order writes an amount on {detail}; given so it would be worth nothing",
    ),
    "price_of_everything": Phrase(
        "price 要和 scope 一起写，不然整单每样都卖这个价", "price needs a scope, else everything on the bill costs it"
    ),
    "instalments_not_alike": Phrase(
        "金额分 {detail} 个月分不匀，每月要一样多",
        "the amount does not part into {detail} months alike; every month is to bring the same",
    ),
    "days_without_cap": Phrase("写了 per_days，却没写 per_member", "per_days is written without per_member"),
    "not_on_this_event": Phrase("这个时机给不了：{detail}", "this event cannot give it: {detail}"),
    "condition_not_on_this_event": Phrase("这个时机没有条件 {detail}", "this event knows no condition {detail}"),
    "can_never_hold": Phrase("条件 {detail} 永远不会成立", "the condition {detail} can never hold"),
    "one_way_to_cut": Phrase(
        "减价只能选一种写法（percent_off、off、price、face），现在有 {detail} 种",
        "a cut is one of percent_off, off, price and face; here are {detail}",
    ),
    "price_of_some_units": Phrase("price 和 units_most 不能一起写", "price and units_most do not go together"),
    "per_without_off": Phrase("写了 per，却没写 off", "per is written without off"),
    "more_off_than_spent": Phrase(
        "每满减的比花的还多（分）：{detail}", "it takes more off than is spent (fen): {detail}"
    ),
    "face_without_coupon": Phrase("face 只能用在券上", "face belongs to a coupon"),
    "bonus_of_nothing": Phrase(
        "赠金要写 amount、percent 或 times_percent", "a bonus is an amount, percent or times_percent"
    ),
    "instalments_or_parts": Phrase(
        "instalments 和 now_percent 不能一起写", "instalments and now_percent do not go together"
    ),
    "coupon_without_face": Phrase(
        "券 {detail} 没有 face，装不下免单金额", "the coupon {detail} has no face for the amount"
    ),
    "excludes_itself": Phrase("组 {detail} 排斥了自己", "the group {detail} excludes itself"),
    "stored_value_is_never_given_so": Phrase(
        "储值不能这样给：本金只来自充值，赠金写在 bonus 里（法律红线）",
        "stored value is not given so: principal comes from top-ups, bonus is written as bonus (a line never crossed)",
    ),
    "points_and_stored_value_are_never_sold": Phrase(
        "积分和储值不能当商品卖（法律红线）",
        "points and stored value are never sold as a product (a line never crossed)",
    ),
    "points_are_never_cashed_out": Phrase(
        "积分不能换成储值或现金（法律红线）", "points are never turned into money (a line never crossed)"
    ),
    "units_of_an_asset": Phrase("asset 和 units 要一起写", "asset and units are written together"),
    "burn_worth_and_most_percent": Phrase(
        "积分抵扣要写全 burn、worth、most_percent", "paying by points needs burn, worth and most_percent together"
    ),
    "lowest_first": Phrase(
        "等级要从低到高排，门槛要高过 {detail}", "tiers go from the lowest up; this one must be above {detail}"
    ),
    "odds_above_all": Phrase("中奖数加起来超过总数：{detail}", "the odds add up to more than all draws: {detail}"),
}


def _case(reason: Phrase) -> Wording:
    return Wording(
        Phrase("方案里「{where}」有问题", "The programme does not hold at {where}"),
        reason,
        Phrase(*_CHANGE),
    )


PROMISES: Final = Cases(
    "reason",
    {name: _case(phrase) for name, phrase in REASONS.items()},
    wording(
        ("方案里「{where}」有问题", "The programme does not hold at {where}"),
        ("原因代号 {reason}：{detail}", "Reason {reason}: {detail}"),
        _CHANGE,
    ),
)
