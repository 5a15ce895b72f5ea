"""Words of the shop floor around the counter: sign-in, shift, drawer, reports, lists, enrolment, cards, settings."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from ledger.entries import EntryKind

SIGN_IN: Final = Phrase("登录", "Sign in")
WHO: Final = Phrase("谁来收银？按数字选", "Who is at the counter? Press a number")
PIN: Final = Phrase("密码", "PIN")
PIN_OF: Final = Phrase("{name} 的密码", "PIN of {name}")
MANAGER: Final = Phrase("店长", "manager")
CASHIER: Final = Phrase("收银员", "cashier")
LOCKED: Final = Phrase("已锁屏", "Locked")
LOCKED_LINE: Final = Phrase("{name} 输入密码继续", "{name} types the PIN to go on")

APPROVAL: Final = Phrase("店长授权", "Approval")
NO_MANAGER: Final = Phrase("没有可以授权的人", "Nobody can approve")
NO_MANAGER_WHY: Final = Phrase("授权要另一位店长，不能是收银的人", "It takes another manager than the cashier")
NO_MANAGER_NEXT: Final = Phrase("按 Esc 不做", "Press Esc")
APPROVE: Final = Phrase("同意", "Approve")

OPEN_SHIFT: Final = Phrase("开班", "Open the shift")
OPEN_SHIFT_LINE: Final = Phrase("点一下钱箱里的备用金，输入金额", "Count the float in the drawer and type it")
FLOAT: Final = Phrase("备用金", "Float")
CONFIRM_OPEN: Final = Phrase("备用金 {amount}，收银台 {till} 开班", "Open till {till} with a float of {amount}")
SHIFT_TITLE: Final = Phrase("班次与钱箱", "Shift and drawer")
SHIFT_SINCE: Final = Phrase(
    "{cashier} 的班次 {number}，{opened} 开班", "Shift {number} of {cashier}, open since {opened}"
)

CASH_ITEMS: Final = {
    EntryKind.PAID_IN: Phrase("入款", "Paid in"),
    EntryKind.PAID_OUT: Phrase("出款", "Paid out"),
    EntryKind.DROP: Phrase("缴款到保险柜", "Drop to the safe"),
    EntryKind.NO_SALE: Phrase("开钱箱（无销售）", "Open the drawer (no sale)"),
}
CASH_LINES: Final = {
    EntryKind.PAID_IN: Phrase("放进钱箱的现金", "cash put into the drawer"),
    EntryKind.PAID_OUT: Phrase("从钱箱拿出的现金", "cash taken from the drawer"),
    EntryKind.DROP: Phrase("大额现金中途交出", "large cash moved out meanwhile"),
    EntryKind.NO_SALE: Phrase("换零钱、找错，要写事由", "for change; wants a reason"),
}
CASH_REASONS: Final = {
    EntryKind.PAID_IN: (Phrase("补零钱", "more change"), Phrase("补备用金", "more float")),
    EntryKind.PAID_OUT: (
        Phrase("买原料", "ingredients"),
        Phrase("买日用品", "supplies"),
        Phrase("付快递", "delivery fee"),
    ),
    EntryKind.DROP: (Phrase("缴存保险柜", "to the safe"), Phrase("交店长", "to the manager")),
    EntryKind.NO_SALE: (Phrase("换零钱", "making change"), Phrase("核对现金", "checking the cash")),
}
OTHER_REASON: Final = Phrase("其他，自己写", "Another, typed")
REASON: Final = Phrase("事由", "Reason")
REASON_HINT: Final = Phrase("写几个字说明用途", "A few words on what it is for")
CONFIRM_CASH: Final = {
    EntryKind.PAID_IN: Phrase("放进钱箱 {amount}：{reason}", "Put {amount} into the drawer: {reason}"),
    EntryKind.PAID_OUT: Phrase("从钱箱拿出 {amount}：{reason}", "Take {amount} from the drawer: {reason}"),
    EntryKind.DROP: Phrase("从钱箱缴出 {amount}：{reason}", "Drop {amount} from the drawer: {reason}"),
    EntryKind.NO_SALE: Phrase("打开钱箱，不收不付：{reason}", "Open the drawer, nothing moves: {reason}"),
}
AMOUNT: Final = Phrase("金额", "Amount")

X_REPORT: Final = Phrase("X 报表", "X report")
X_LINE: Final = Phrase("班中看数，不清零", "figures so far, nothing is closed")
CLOSE_SHIFT: Final = Phrase("交班", "Close the shift")
CLOSE_LINE: Final = Phrase("先点现金，再看应有", "count blind, then see what was expected")
DAY_CLOSE: Final = Phrase("日结", "Close the day")
DAY_LINE: Final = Phrase("所有班次交班后，结束营业日", "ends the business date after all shifts")
COUNT_TITLE: Final = Phrase("盲盘现金", "Blind count")
COUNT_LINE: Final = Phrase("数每种面额的张数，Enter 下一种", "Count the pieces of each kind, Enter for the next")
COUNTED: Final = Phrase("实点合计", "Counted")
CONFIRM_CLOSE: Final = Phrase("实点 {amount}，交班", "Counted {amount}; close the shift")
CONFIRM_CLOSE_LINE: Final = Phrase("入账后打印 Z 报表，班次不能再改", "The Z report is printed; the shift is final")
CONFIRM_DAY: Final = Phrase("结束营业日 {day}", "Close the business date {day}")
CONFIRM_DAY_LINE: Final = Phrase("此后的业务算下一个营业日", "What follows counts for the next day")
OVER: Final = Phrase("长款", "Over")
SHORT: Final = Phrase("短款", "Short")
EVEN: Final = Phrase("现金相符", "The cash is right")
SHIFT_CLOSED: Final = Phrase("已交班", "Shift closed")
DAY_CLOSED: Final = Phrase("已日结", "Day closed")
SHIFT_OPENED: Final = Phrase("已开班", "Shift open")

REPORT_TOP_UP: Final = Phrase("充值实收", "Topped up")
REPORT_BONUS: Final = Phrase("另赠送", "Bonus given")
REPORT_LIST: Final = Phrase("消费原价", "At list price")
REPORT_STORED: Final = Phrase("其中储值", "Paid by balance")
REPORT_TENDER: Final = Phrase("收到{tender}", "Taken, {tender}")
REPORT_VOID: Final = Phrase("撤销", "Voided")
REPORT_FLOAT: Final = Phrase("备用金", "Float")
REPORT_PAID_IN: Final = Phrase("入款", "Paid in")
REPORT_PAID_OUT: Final = Phrase("出款", "Paid out")
REPORT_DROP: Final = Phrase("缴款", "Drops")
REPORT_EXPECTED: Final = Phrase("应有现金", "Expected cash")
REPORT_COUNTED: Final = Phrase("实点现金", "Counted cash")
REPORT_NO_SALE: Final = Phrase("开钱箱", "No sale")
REPORT_ENROLLED: Final = Phrase("新会员", "New members")
REPORT_REFUSED: Final = Phrase("未获准的操作", "Refused attempts")
TIMES: Final = Phrase("{count} 次", "{count}")
REPORT_SENT: Final = Phrase("报表已交给打印机", "The report was sent to the printer")
REPORT_HIDDEN: Final = Phrase("交班前不显示应有现金，先点再看", "Expected cash shows after the blind count")

VOID_TITLE: Final = Phrase("撤销本班一笔", "Void an entry of this shift")
VOID_EMPTY: Final = Phrase("本班还没有可以撤销的业务", "Nothing to void in this shift")
CONFIRM_VOID: Final = Phrase("撤销{kind} {amount}", "Void the {kind} of {amount}")
CONFIRM_VOID_LINE: Final = Phrase(
    "单号 {entry_no}，原样冲回，付款按原方式退", "Entry {entry_no}, mirrored; the tender goes back"
)
VOIDED: Final = Phrase("已撤销", "Voided")
VOID: Final = Phrase("撤销", "Void")
CANNOT: Final = Phrase("不能撤销", "cannot be voided")
REPRINT_TITLE: Final = Phrase("补打小票", "Reprint a slip")
REPRINT_EMPTY: Final = Phrase("还没有打过小票", "No slip yet")
CONFIRM_REPRINT: Final = Phrase("补打{kind} {entry_no} 的小票", "Reprint the slip of {kind} {entry_no}")
CONFIRM_REPRINT_LINE: Final = Phrase("小票上下会标明「补打」", "The slip is marked as a reprint")
REPRINTED: Final = Phrase("补打第 {copy} 份", "Copy {copy} queued")

ENROL: Final = Phrase("办会员", "New member")
ENROL_PHONE: Final = Phrase("手机", "Phone")
ENROL_NAME: Final = Phrase("姓名", "Name")
ENROL_BIRTHDAY: Final = Phrase("生日", "Birthday")
ENROL_CONSENT: Final = Phrase("条款", "Terms")
ENROL_PHONE_HINT: Final = Phrase("11 位手机号", "11 digits")
ENROL_NAME_HINT: Final = Phrase("可用输入法", "name")
ENROL_BIRTHDAY_HINT: Final = Phrase("8 位，如 19900521，可不填", "8 digits, 19900521, optional")
CONSENT_NO: Final = Phrase("[  ]  本人同意储值条款（按空格）", "[ ] agrees to the stored-value terms (Space)")
CONSENT_YES: Final = Phrase("[同意]  本人同意储值条款", "[x] agrees to the stored-value terms")
AGREE: Final = Phrase("同意", "Agree")
REFERRED_BY: Final = Phrase("介绍人 {code}", "brought by {code}")
TERMS_VERSION: Final = Phrase(
    "条款 {version}，Enter 后打印一份给会员", "Terms {version}; the member gets a printed copy"
)
CONFIRM_ENROL: Final = Phrase("为 {name} {phone} 办理会员", "Enrol {name} {phone}")
CONFIRM_ENROL_LINE: Final = Phrase("会打印合同，请会员保存", "The contract is printed for the member to keep")
ENROLLED: Final = Phrase("已办理", "Enrolled")
WELCOME: Final = Phrase("会员 {code}，可以马上充值", "Member {code}, ready for a top-up")

CARDS_TITLE: Final = Phrase("会员卡", "Cards")
CARDS_EMPTY: Final = Phrase("还没有卡，会员码在手机上也能用", "No card; the member code works on a phone too")
CARD_STATES: Final = {
    "active": Phrase("在用", "active"),
    "blocked": Phrase("已挂失", "blocked"),
    "replaced": Phrase("已作废", "replaced"),
}
ISSUE: Final = Phrase("发新卡", "Issue")
BLOCK: Final = Phrase("挂失", "Block")
UNBLOCK: Final = Phrase("解挂", "Unblock")
REPLACE: Final = Phrase("补卡", "Replace")
SCAN_NEW_CARD: Final = Phrase("扫新卡，或按 Enter 由系统给卡号", "Scan the new card, or Enter for a new code")
NEW_CARD_MINTED: Final = Phrase("系统给卡号", "code by the system")
CONFIRM_ISSUE: Final = Phrase("给 {who} 发卡 {card}", "Give {who} the card {card}")
CONFIRM_BLOCK: Final = Phrase("挂失 {who} 的卡 {card}", "Block card {card} of {who}")
CONFIRM_UNBLOCK: Final = Phrase("解挂 {who} 的卡 {card}", "Unblock card {card} of {who}")
CONFIRM_REPLACE: Final = Phrase("用 {new} 换掉 {who} 的卡 {card}", "Replace card {card} of {who} by {new}")
CONFIRM_CARD_LINE: Final = Phrase("只改卡，余额不动", "The balance stays as it is")
CARD_DONE: Final = {
    EntryKind.CARD_ISSUED: Phrase("已发卡", "Card issued"),
    EntryKind.CARD_BLOCKED: Phrase("已挂失", "Card blocked"),
    EntryKind.CARD_UNBLOCKED: Phrase("已解挂", "Card unblocked"),
    EntryKind.CARD_REPLACED: Phrase("已补卡", "Card replaced"),
}
CARD_CODE: Final = Phrase("卡号 {code}", "Card {code}")
PICK_CARD: Final = Phrase("先选一张卡", "Choose a card first")
PICK_CARD_WHY: Final = Phrase("「{label}」要对着一张卡做", "{label} is done to a card")
PICK_CARD_NEXT: Final = Phrase("按数字或上下键选卡", "Press a number or the arrows")
CARD_NOT_SO: Final = Phrase("这张卡不能{label}", "This card: {label} is not possible")
CARD_NOT_SO_WHY: Final = Phrase("它现在是：{state}", "It is: {state}")
CARD_NOT_SO_NEXT: Final = Phrase("选别的卡，或按 n 发新卡", "Choose another card, or n issues one")
ANONYMOUS_TITLE: Final = Phrase("不记名卡", "Anonymous card")
GIFT_CARD: Final = Phrase("礼品卡", "Gift card")
GIFT_CARD_VALUE: Final = Phrase("礼品卡面值（不输入是空卡）", "Gift card value (none for an empty card)")
GIFT_CARD_SOLD: Final = Phrase("礼品卡已售出", "Gift card sold")
CONFIRM_GIFT_CARD: Final = Phrase(
    "收{tender} {paid}，卖礼品卡，卡内 {credited}", "Take {paid} {tender} for a gift card of {credited}"
)
ANONYMOUS_LINE: Final = Phrase(
    "扫一张新卡交给顾客，或按 Enter 由系统给卡号", "Scan a fresh card, or Enter for a new code"
)
CONFIRM_ANONYMOUS: Final = Phrase("发不记名卡 {card}", "Hand over the anonymous card {card}")

MORE: Final = Phrase("更多", "More")
TEST_PAGE: Final = Phrase("打印测试页", "Print a test page")
TEST_PAGE_LINE: Final = Phrase("看中文、对齐和切纸", "Chinese, alignment and cut")
PRINT_HELD: Final = Phrase("打印等着的小票", "Print the waiting slips")
DROP_HELD: Final = Phrase("丢弃等着的小票", "Drop the waiting slips")
HELD_LINE: Final = Phrase("{held} 张等您决定，共 {waiting} 张", "{held} wait for your word, {waiting} in all")
NO_HELD_LINE: Final = Phrase("没有等着的", "none waits")
DROP_LINE: Final = Phrase("以后仍可补打", "each can still be reprinted")
LANGUAGE: Final = Phrase("语言", "Language")
LANGUAGE_LINE: Final = Phrase("中文（在配置文件里改）", "English (set in the config file)")
DISPLAYS: Final = Phrase("客户屏 {count} 块", "Customer displays {count}")
NO_DISPLAYS: Final = Phrase("没有客户屏", "No customer display")
LINE_DISPLAY: Final = {
    "ready": Phrase("客显 就绪", "Line display ready"),
    "missing": Phrase("客显 没有接上", "Line display missing"),
    "reconnecting": Phrase("客显 断开", "Line display lost"),
}
PROGRAMME: Final = Phrase("方案", "Programme")
SIGN_OUT: Final = Phrase("换人登录", "Sign out")
SIGN_OUT_LINE: Final = Phrase("班次不会关", "the shift stays open")
LEAVE: Final = Phrase("退出程序", "Leave the program")
LEAVE_LINE: Final = Phrase("要店长密码", "takes the manager's PIN")
LEAVE_NEEDS: Final = Phrase("退出程序要店长", "Leaving takes a manager")
TEST_SENT: Final = Phrase("测试页已交给打印机", "The test page was sent")
TEST_SENT_WHY: Final = Phrase("几秒内应当打出来", "It should appear within seconds")
TEST_SENT_NEXT: Final = Phrase("没有出纸就看上面的打印机状态", "If not, look at the printer's state above")
DROPPED: Final = Phrase("丢弃了 {count} 张等着的小票", "{count} waiting slips were dropped")
DROPPED_WHY: Final = Phrase("钱早已入账，小票只是纸", "The money was recorded long ago")
DROPPED_NEXT: Final = Phrase("需要时按 F5 补打", "F5 reprints any of them")
RELEASED: Final = Phrase("正在打印等着的小票", "Printing the waiting slips")
RELEASED_NEXT: Final = Phrase("打完上面的「待打」会消失", "The header's count goes when they are done")
