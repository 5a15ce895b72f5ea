"""Words for what the programme brings to a bill and a member: reductions, points, coupons, tier, goods."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

POINTS_PAID: Final = Phrase("积分抵扣 {points}", "{points} points")
EARNED: Final = Phrase("获得积分", "Points earned")
GETS: Final = Phrase("获得 {name}", "Gets {name}")
OFF: Final = Phrase("优惠", "Off")
DUE: Final = Phrase("应付", "To pay")
POINTS: Final = Phrase("积分 {points}", "{points} points")
COUPONS: Final = Phrase("券 {count}", "{count} coupons")
VISITS: Final = Phrase("次卡 {count} 次", "{count} visits")
PENDING: Final = Phrase("以后可用 {amount}", "{amount} usable later")
NEXT_TIER: Final = Phrase("再{by} {missing} 升{tier}", "{missing} more {by} to {tier}")
BY_SPENT: Final = Phrase("消费", "spent")
BY_TOPPED: Final = Phrase("充值", "topped up")
BY_VISITS: Final = Phrase("来", "visits")
BASKET: Final = Phrase("商品", "Goods")
BASKET_HINT: Final = Phrase("数字 * 改件数，- 去末行", "n * pieces, - last off")
TYPED_LINE: Final = Phrase("其他", "Other")
GOODS_UNKNOWN: Final = Phrase("目录里没有条码 {text}", "No goods with the bar code {text}")
GOODS_UNKNOWN_WHY: Final = Phrase("本店方案的商品目录里没有它", "The programme's catalogue does not have it")
GOODS_UNKNOWN_NEXT: Final = Phrase(
    "直接输入金额，或请总部加入目录", "Type the amount, or have it added to the programme"
)
NO_POINTS_HERE: Final = Phrase("这一单用不上积分", "This bill takes no points")
NO_POINTS_HERE_WHY: Final = Phrase(
    "可用 {points} 分，方案规定的最低步长或上限还没到", "{points} usable; below the step or the cap"
)
NO_POINTS_HERE_NEXT: Final = Phrase("不输入金额按 F6 看积分和商城", "Press F6 without an amount for points and mall")
POINTS_TITLE: Final = Phrase("积分 {points}", "Points {points}")
POINTS_LATER: Final = Phrase("另有 {points} 分以后可用", "{points} more later")
POINTS_RULE: Final = Phrase(
    "{units} 分抵 {amount}，最多抵一单的 {percent}%", "{units} points pay {amount}, up to {percent} % of a bill"
)
MALL: Final = Phrase("积分商城", "Points mall")
MALL_LINE: Final = Phrase("{points} 分", "{points} points")
MALL_MONEY: Final = Phrase("加 {amount}", "and {amount}")
MALL_LEFT: Final = Phrase("剩 {left}", "{left} left")
CONFIRM_MALL: Final = Phrase("用 {points} 分换 {name}", "Take {points} points for {name}")
CONFIRM_MALL_MONEY: Final = Phrase(
    "用 {points} 分加{tender} {amount} 换 {name}", "Take {points} points and {amount} {tender} for {name}"
)
REDEEM: Final = Phrase("兑换", "Redeem")
BENEFITS_TITLE: Final = Phrase("卡券和权益", "Coupons and rights")
BENEFITS_EMPTY: Final = Phrase("没有可用的券、次卡或权益", "No coupons, visits or rights")
VALID_UNTIL: Final = Phrase("至 {day}", "until {day}")
VALID_FROM: Final = Phrase("{day} 起", "from {day}")
FACE: Final = Phrase("面值 {amount}", "worth {amount}")
SET_ASIDE: Final = Phrase("这单不用", "not on this bill")
CHOSEN: Final = Phrase("这单用", "on this bill")
CLAIMABLE: Final = Phrase("可领", "To claim")
CLAIM: Final = Phrase("领取", "Claim")
CONFIRM_CLAIM: Final = Phrase("领取 {name}", "Give {name}")
CARDS_KEY: Final = Phrase("实体卡", "Plastic cards")
OFFERS_DECLINED: Final = Phrase("没用上的，和原因", "Offers that do not, and why")
FLIP: Final = Phrase("{step}，差 {missing}", "{step}, {missing} short")
SELL: Final = Phrase("售卡", "Sell")
SELL_TITLE: Final = Phrase("可以卖的卡和券", "Passes and cards for sale")
SELL_EMPTY: Final = Phrase("方案里没有要卖的卡", "The programme sells none")
VALID_DAYS: Final = Phrase("{days} 天有效", "valid {days} days")
CONFIRM_SALE: Final = Phrase("收{tender} {amount}，卖 {name}", "Take {amount} {tender} for {name}")
USE: Final = Phrase("使用", "Use")
CONFIRM_USE: Final = Phrase("用掉一次 {name}", "Use one of {name}")
