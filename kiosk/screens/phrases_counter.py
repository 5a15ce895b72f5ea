"""Words of the counter: home, member, top-up, payment, confirm and result."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

HOME: Final = Phrase("首页", "Home")
FIND_PROMPT: Final = Phrase(
    "扫会员码，或输入手机、后四位、姓名首字母", "Scan a member code, or type phone, last four, initials"
)
TODAY: Final = Phrase("今日 {day} {weekday}", "Today {day} {weekday}")
TODAY_TOP_UP: Final = Phrase("充值实收", "Topped up")
TODAY_SPEND: Final = Phrase("储值消费", "Paid by balance")
TODAY_ENROLLED: Final = Phrase("新会员", "New members")
TODAY_LIABILITY: Final = Phrase("会员余额合计", "Held for members")
TODAY_COUNT: Final = Phrase("{count} 笔", "x {count}")
TODAY_BONUS: Final = Phrase("另赠送", "Bonus given")
TAKEN: Final = Phrase("收到", "Taken")
RECENT: Final = Phrase("最近", "Latest")
NO_ENTRIES: Final = Phrase("今天还没有业务", "Nothing yet today")
BALANCE_AFTER: Final = Phrase("余额 {amount}", "then {amount}")

NOTHING_FOUND: Final = {
    "member_code": (
        Phrase("没有会员 {text}", "No member {text}"),
        Phrase("码是对的，但本店没有这位会员", "The code is right, but no member here has it"),
        Phrase("问手机号再查，或按 F2 办新会员", "Search by phone, or F2 enrols"),
    ),
    "coupon": (
        Phrase("券 {text} 现在用不上", "Coupon {text} is not in use"),
        Phrase("本店方案里没有券", "This shop's programme has no coupons"),
        Phrase("请先扫会员码", "Scan the member code first"),
    ),
    "goods": (
        Phrase("目录里没有条码 {text}", "No goods with the bar code {text}"),
        Phrase("本店方案的商品目录里没有它", "The programme's catalogue does not have it"),
        Phrase("请扫会员码，再输入金额", "Scan the member code, then type the amount"),
    ),
    "phone": (
        Phrase("手机 {text} 还不是会员", "Phone {text} is no member yet"),
        Phrase("本店没有登记过这个手机", "Nobody here is enrolled with it"),
        Phrase("按 F2 用这个手机办会员", "Press F2 to enrol this phone"),
    ),
    "digits": (
        Phrase("没有人的手机或卡以 {text} 结尾", "No phone ends in {text}"),
        Phrase("可以输入整个手机号，或后四位", "Type the whole phone, or its last four"),
        Phrase("再问一次，或按 F2 办新会员", "Ask again, or F2 enrols"),
    ),
    "name": (
        Phrase("没有找到「{text}」", "Nobody found for {text}"),
        Phrase("可以输入姓名、姓名首字母或手机", "Type a name, its pinyin initials or the phone"),
        Phrase("再问一次，或按 F2 办新会员", "Ask again, or F2 enrols"),
    ),
}

CANDIDATES: Final = Phrase("选会员", "Choose a member")
CANDIDATES_FOR: Final = Phrase("「{text}」有 {count} 位", "{count} members for {text}")
CANDIDATES_MORE: Final = Phrase(
    "「{text}」不止 {count} 位，多输几个字会少些", "More than {count} for {text}; type more"
)
ANONYMOUS: Final = Phrase("不记名", "Anonymous")

MEMBER: Final = Phrase("会员", "Member")
MEMBER_CODE: Final = Phrase("会员 {code}", "Member {code}")
BIRTHDAY_TODAY: Final = Phrase("今天生日", "Birthday today")
BIRTHDAY_SOON: Final = Phrase("生日 {days} 天后", "Birthday in {days} days")
HERE: Final = Phrase("此处可用", "Available here")
BILL: Final = Phrase("收款金额", "Amount to pay")
TYPE_AMOUNT: Final = Phrase("直接输入金额就是收款", "Type an amount to take a payment")
STORED_PART: Final = Phrase("储值支付", "From balance")
PRINCIPAL: Final = Phrase("本金", "Principal")
BONUS: Final = Phrase("赠金", "Bonus")
REST_PART: Final = Phrase("另收", "Take besides")
AFTER: Final = Phrase("支付后余额", "Balance after")
OFFER: Final = Phrase("充 {pay} 送 {bonus}", "{pay} + bonus {bonus}")
OFFER_AFTER: Final = Phrase("充后付完这单余 {after}", "{after} left after this bill")
OFFER_KEY: Final = Phrase("F3 充值", "F3 top up")
NOT_BY_CODE: Final = Phrase("没有扫码，按方案储值付款要店长授权", "Found without a code: the manager approves payment")
LAST_ENTRIES: Final = Phrase("最近往来", "Last entries")
NO_MEMBER_ENTRIES: Final = Phrase("还没有往来", "No entries yet")
LOTS: Final = Phrase("储值明细", "Top-ups held")
NO_LOTS: Final = Phrase("没有余额", "Nothing held")
LOT_LINE: Final = Phrase("充 {paid} 送 {bonus}", "{paid} + {bonus}")
RECORD_TITLE: Final = Phrase("会员资料", "Member record")
BIRTHDAY: Final = Phrase("生日", "Birthday")
ENROLLED_ON: Final = Phrase("办理", "Enrolled")
CARDS: Final = Phrase("卡", "Cards")
NONE: Final = Phrase("无", "none")

TOP_UP: Final = Phrase("充值", "Top up")
LADDER: Final = Phrase("充值档位", "Rungs")
RUNG: Final = Phrase("充 {pay}", "{pay}")
RUNG_BONUS: Final = Phrase("送 {bonus}", "+ {bonus}")
RUNG_AFTER: Final = Phrase("充后 {after}", "then {after}")
RUNG_FITS: Final = Phrase("正合适", "fits")
RUNG_AFTER_BILL: Final = Phrase("付完余 {after}", "{after} after the bill")
OTHER_AMOUNT: Final = Phrase("其他金额（{minimum} 起）", "Another amount (from {minimum})")
TOP_UP_AMOUNT: Final = Phrase("充值金额", "Top-up amount")
QUOTE_LINE: Final = Phrase("送 {bonus}，到账 {credited}", "Bonus {bonus}, {credited} credited")
AFTER_TOP_UP: Final = Phrase("充后余额", "Balance then")

CONFIRM_TOP_UP: Final = Phrase(
    "收{tender} {paid}，到账 {credited}（赠 {bonus}）", "Take {paid} {tender}, credit {credited} (bonus {bonus})"
)
CONFIRM_TOP_UP_PLAIN: Final = Phrase("收{tender} {paid}，到账 {credited}", "Take {paid} {tender}, credit {credited}")
CONFIRM_PAY: Final = Phrase("从储值扣 {stored}", "Take {stored} from the balance")
CONFIRM_PAY_REST: Final = Phrase(
    "从储值扣 {stored}，另收{tender} {rest}", "Take {stored} from the balance and {rest} {tender}"
)
CONFIRM_REST_ONLY: Final = Phrase("收{tender} {rest}，储值不动", "Take {rest} {tender}, balance untouched")
FOR_MEMBER: Final = Phrase("{who}，之后余额 {after}", "{who}, balance then {after}")
CASH_GIVEN: Final = Phrase("客付", "Cash given")
EXACT: Final = Phrase("正好", "exact")
CHANGE: Final = Phrase("找零", "Change")
REFERENCE: Final = Phrase("参考号（可不填）", "Reference (optional)")
REFERENCE_SEEN: Final = Phrase("参考号 {reference} 用过了", "Reference {reference} was used before")
REFERENCE_SEEN_WHY: Final = Phrase("{at} 的 {entry_no} 用的就是它", "{entry_no} of {at} has it")
REFERENCE_SEEN_NEXT: Final = Phrase(
    "核对客人的付款；确实是另一笔，再按 Enter", "Check the payment; if it is another one, press Enter again"
)
TENDERS: Final = Phrase("c 现金  w 微信  a 支付宝  k 银行卡", "c cash  w WeChat  a Alipay  k card")

RECORDED: Final = Phrase("已入账", "Recorded")
RECORDED_ALREADY: Final = Phrase("已入账（这是第一次的结果）", "Recorded already (this is the first answer)")
BALANCE: Final = Phrase("余额", "Balance")
ENTRY: Final = Phrase("单号 {entry_no}  #{short_hash}", "Entry {entry_no}  #{short_hash}")
NEXT_SCAN: Final = Phrase("可以扫下一位", "Ready for the next scan")
GO_ON_PAYING: Final = Phrase("接着收款 {amount}", "go on to pay {amount}")
WHY_TITLE: Final = Phrase("为什么是这个数", "Why this figure")
CUT_OFF: Final = Phrase("上次没有正常退出，账本完好", "The counter was cut off; the books are whole")
CUT_OFF_SLIP: Final = Phrase(
    "上次没有正常退出：已入账，小票未确认", "The counter was cut off: recorded, slip not confirmed"
)
CUT_OFF_LAST: Final = Phrase("最后一笔：{act}，单号 {entry_no}", "Last act: {act}, number {entry_no}")
CUT_OFF_GO_ON: Final = Phrase("不在这里的没有入账，可以重做", "What is not there was not recorded; do it again")
CUT_OFF_REPRINT: Final = Phrase("F5 补打；不在这里的没有入账", "F5 prints it again; what is not there was not recorded")
