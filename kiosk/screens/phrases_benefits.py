"""Words for what the programme brings to a bill and a member: reductions, points, coupons, tier, goods."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

POINTS_PAID: Final = Phrase("积分抵扣 {points}", "{points} points")
EARNED: Final = Phrase("获得积分", "Points earned")
CONFIRM_NOTHING_DUE: Final = Phrase("这单不用付钱", "Nothing to pay")
GETS: Final = Phrase("获得 {name}", "Gets {name}")
GETS_POINTS: Final = Phrase("获得 {points} 积分", "Gets {points} points")
OF_WHICH_LATER: Final = Phrase("其中 {later} 以后可用", "{later} of it usable later")
HANDED: Final = Phrase("送", "Hand over")
DRAWN: Final = Phrase("{name} 抽中", "{name}: won")
DRAWN_NOTHING: Final = Phrase("没有中", "nothing")
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
BASKET_WAITS: Final = Phrase("等会员：扫会员码，或输入手机", "For the member: scan the code, or type the phone")
GOODS_TITLE: Final = Phrase("商品目录", "Goods")
GOODS_FIND: Final = Phrase("输入名称或拼音首字母，数字选", "Type a name or initials; digits choose")
GOODS_TYPED: Final = Phrase("查找 {text}", "Find {text}")
GOODS_NONE: Final = Phrase("没有叫「{text}」的商品，Backspace 改", "No goods named {text}; Backspace corrects")
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
NEVER_ENDS: Final = Phrase("不到期", "no end")
POINTS_LOTS: Final = Phrase("先到期的先用", "The soonest to end go first")
POINTS_LOTS_MORE: Final = Phrase("另有 {count} 笔，共 {points} 分", "{count} more, {points} points")
POINTS_ASK: Final = Phrase("这单用多少积分", "How many points for this bill")
POINTS_ASK_LINE: Final = Phrase(
    "有 {have} 分，这单最多用 {most}；{units} 分抵 {amount}", "{have} held, at most {most} here; {units} pay {amount}"
)
POINTS_PAY: Final = Phrase("用", "Use")
POINTS_PAY_NONE: Final = Phrase("这单不用积分", "No points on this bill")
POINTS_PAID_WORTH: Final = Phrase("用 {points} 分抵 {amount}", "{points} points pay {amount}")
POINTS_MOST: Final = Phrase("最多", "as many as it takes")
POINTS_NOT_SO_MANY: Final = Phrase("这单用不了 {typed} 分", "This bill does not take {typed} points")
POINTS_NOT_SO_MANY_WHY: Final = Phrase("最多 {most} 分，每 {units} 分一档", "At most {most}, in steps of {units}")
POINTS_NOT_SO_MANY_NEXT: Final = Phrase("改个数，或输入 0 不用", "Type another number, or 0 for none")
BENEFITS_LINE: Final = Phrase("Enter 用掉或领取，? 看条件和原因", "Enter uses or claims, ? says conditions and why")
BENEFITS_ON_BILL: Final = Phrase("Enter 选这单用不用", "Enter chooses whether it is used on this bill")
SCOPE: Final = Phrase("限 {scope}", "for {scope}")
RIGHT_HELD: Final = Phrase("持有就有效，不用另外核销", "It works by being held")
PICK_ANOTHER: Final = Phrase("按 ? 看原因，或选别的", "? says why; or choose another")
NEEDS_BILL: Final = Phrase(
    "Esc 返回，输入金额或扫商品，自动抵上", "Esc, type an amount or scan goods; it comes off by itself"
)
GIVE: Final = Phrase("转赠", "Give on")
NOT_GIVEN_ON: Final = Phrase(
    "方案没有让它转赠，或现在还不能用", "The programme does not let it be given on, or not yet"
)
SCAN_FRIEND: Final = Phrase("转赠 {name}：请扫朋友的会员码或卡", "{name}: scan the friend's member code or card")
SCAN_FRIEND_WHY: Final = Phrase("朋友要出示自己的码，不按姓名转", "A friend is known by their code, never by a name")
SCAN_FRIEND_NEXT: Final = Phrase("扫码后确认；Esc 返回", "Scan, then confirm; Esc goes back")
CONFIRM_GIFT: Final = Phrase("把 1 份 {name} 转给 {who}", "Give one {name} to {who}")
GIFT_LINE: Final = Phrase("有效期不变，转出后不能收回", "Its last day stays; once given it cannot be taken back")
CHOOSE_GOODS: Final = Phrase("换哪一样", "Which one")
COMES_WITH: Final = Phrase("送 {name} x {units}", "with {name} x {units}")
ACTIVITY_CODE: Final = Phrase("活动码", "Activity code")
SET_ASIDE: Final = Phrase("这单不用", "not on this bill")
CLAIMABLE: Final = Phrase("可领", "To claim")
CLAIM: Final = Phrase("领取", "Claim")
CONFIRM_CLAIM: Final = Phrase("领取 {name}", "Give {name}")
CARDS_KEY: Final = Phrase("实体卡", "Plastic cards")
SELL: Final = Phrase("售卡", "Sell")
SELL_TITLE: Final = Phrase("可以卖的卡和券", "Passes and cards for sale")
SELL_EMPTY: Final = Phrase("方案里没有要卖的卡", "The programme sells none")
VALID_DAYS: Final = Phrase("{days} 天有效", "valid {days} days")
CONFIRM_SALE: Final = Phrase("收{tender} {amount}，卖 {name}", "Take {amount} {tender} for {name}")
USE: Final = Phrase("使用", "Use")
CONFIRM_USE: Final = Phrase("用掉一次 {name}", "Use one of {name}")
