"""Words of the frame around every screen: header, device states, key labels, and why a key is dimmed."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from ledger.accounts import Tender
from ledger.entries import EntryKind

PRODUCT: Final = Phrase("收银柜台", "Counter")
SHIFT_NUMBER: Final = Phrase("班次 {number}", "Shift {number}")
NO_SHIFT: Final = Phrase("未开班", "No shift")
DEMO: Final = Phrase("演示", "DEMO")
TRAINING: Final = Phrase("练习", "TRAINING")
WAITING_SLIPS: Final = Phrase("待打 {count}", "{count} to print")
WORKING: Final = Phrase("正在入账 ...", "Recording ...")

PRINTER: Final = {
    "ready": Phrase("打印机 就绪", "Printer ready"),
    "paper_low": Phrase("打印机 纸将尽", "Paper low"),
    "paper_out": Phrase("打印机 缺纸", "No paper"),
    "cover_open": Phrase("打印机 盖未合", "Cover open"),
    "offline": Phrase("打印机 断开", "Printer off"),
    "fault": Phrase("打印机 故障", "Printer fault"),
    "busy": Phrase("打印机 忙", "Printer busy"),
    "none": Phrase("无打印机", "No printer"),
}
SCANNER: Final = {
    "ready": Phrase("扫码枪 就绪", "Scanner ready"),
    "keyboard": Phrase("扫码枪 键盘", "Scanner keys"),
    "offline": Phrase("扫码枪 断开", "Scanner off"),
    "flooding": Phrase("扫码枪 乱扫", "Scanner floods"),
    "none": Phrase("无扫码枪", "No scanner"),
}

HELP: Final = Phrase("帮助", "Help")
MEMBER: Final = Phrase("会员", "Member")
NEW_MEMBER: Final = Phrase("新会员", "New member")
MEMBER_RECORD: Final = Phrase("资料", "Record")
TOP_UP: Final = Phrase("充值", "Top up")
PAY: Final = Phrase("收款", "Pay")
REPRINT: Final = Phrase("补打", "Reprint")
POINTS: Final = Phrase("积分", "Points")
CARDS: Final = Phrase("卡券", "Cards")
VOID: Final = Phrase("撤销", "Void")
SHIFT: Final = Phrase("班次", "Shift")
MORE: Final = Phrase("更多", "More")
LOCK: Final = Phrase("锁屏", "Lock")
BACK: Final = Phrase("返回", "Back")
LEAVE_IT: Final = Phrase("不做", "Don't")
WHY: Final = Phrase("为什么", "Why")
CHOOSE: Final = Phrase("选定", "Choose")
NEXT: Final = Phrase("下一步", "Next")
RECORD: Final = Phrase("入账", "Do it")
SEARCH: Final = Phrase("查找", "Find")
SIGN_IN: Final = Phrase("登录", "Sign in")
UNLOCK: Final = Phrase("解锁", "Unlock")
OTHER_PERSON: Final = Phrase("换人", "Someone else")
RESTART: Final = Phrase("重新启动", "Restart")
OPEN: Final = Phrase("开班", "Open")
PRINT: Final = Phrase("打印", "Print")
DONE: Final = Phrase("完成", "Done")
ERASE: Final = Phrase("清除", "Clear")

KEY_NEEDS_MEMBER: Final = Phrase("「{label}」要先找到会员", "{label} needs a member first")
KEY_NEEDS_MEMBER_NEXT: Final = Phrase(
    "扫会员码，或输入手机、后四位、姓名首字母", "Scan a member code, or type phone, last four or initials"
)
KEY_NEEDS_SHIFT: Final = Phrase("「{label}」要先开班", "{label} needs an open shift")
KEY_NEEDS_SHIFT_WHY: Final = Phrase("收银台 {till} 现在没有打开的班次", "Till {till} has no open shift")
KEY_NEEDS_SHIFT_NEXT: Final = Phrase("按 F9 开班，点好备用金", "Press F9 and count the float")
KEY_OTHER_SHIFT: Final = Phrase("「{label}」只能由开班的人做", "{label} belongs to whoever opened the shift")
KEY_OTHER_SHIFT_WHY: Final = Phrase("收银台 {till} 的班次是 {cashier} 的", "The shift on till {till} is {cashier}'s")
KEY_OTHER_SHIFT_NEXT: Final = Phrase(
    "请 {cashier} 登录，或按 F9 代为交班", "{cashier} signs in, or F9 closes the shift"
)
KEY_NOT_HERE_WHY: Final = Phrase("这里正在：{screen}", "You are at: {screen}")
NO_POINTS: Final = Phrase("「积分」现在用不上", "Points are not in use")
NO_POINTS_WHY: Final = Phrase("本店方案里没有积分", "This shop's programme has no points")
NO_POINTS_NEXT: Final = Phrase("储值、收款照常", "Top-up and payment work as usual")
SLIPS_HELD: Final = Phrase("有 {held} 张小票等您决定", "{held} slips wait for your word")
SLIPS_HELD_WHY: Final = Phrase("打印机停过，这些小票已经过时", "The printer was away and they are old by now")
SLIPS_HELD_NEXT: Final = Phrase("按 F10 打印或丢弃，收款不受影响", "F10 prints or drops them; payments go on")
BUSY: Final = Phrase("上一笔正在入账", "The last act is being recorded")
BUSY_WHY: Final = Phrase("入账一笔一笔做，不会重复", "Acts are recorded one at a time, never twice")
BUSY_NEXT: Final = Phrase("稍等片刻", "One moment")
SCAN_NOT_NOW: Final = Phrase("现在不能扫码：{code}", "Not now: {code}")
SCAN_NOT_NOW_WHY: Final = Phrase("正在等您确认这一笔", "This act waits for your answer")
SCAN_NOT_NOW_NEXT: Final = Phrase("先按 Enter 入账或 Esc 不做，再扫", "Enter or Esc first, then scan again")
SCAN_SIGN_IN: Final = Phrase("请先登录再扫码", "Sign in before scanning")
SCAN_SIGN_IN_WHY: Final = Phrase("没有人登录", "Nobody is signed in")
CANNOT_LEAVE: Final = Phrase("这里不能退出程序", "The counter cannot be left here")
CANNOT_LEAVE_WHY: Final = Phrase("退出要店长的密码", "Leaving takes the manager's PIN")
CANNOT_LEAVE_NEXT: Final = Phrase("按 F10，再选「退出程序」", "Press F10, then Leave")

TENDERS: Final = {
    Tender.CASH: Phrase("现金", "cash"),
    Tender.WECHAT: Phrase("微信", "WeChat"),
    Tender.ALIPAY: Phrase("支付宝", "Alipay"),
    Tender.BANK_CARD: Phrase("银行卡", "card"),
}
TENDER_KEYS: Final = {"c": Tender.CASH, "w": Tender.WECHAT, "a": Tender.ALIPAY, "k": Tender.BANK_CARD}

KINDS: Final = {
    EntryKind.TOP_UP: Phrase("充值", "Top-up"),
    EntryKind.SPEND: Phrase("消费", "Payment"),
    EntryKind.VOID: Phrase("撤销", "Void"),
    EntryKind.SHIFT_OPENED: Phrase("开班", "Shift opened"),
    EntryKind.SHIFT_CLOSED: Phrase("交班", "Shift closed"),
    EntryKind.PAID_IN: Phrase("入款", "Paid in"),
    EntryKind.PAID_OUT: Phrase("出款", "Paid out"),
    EntryKind.DROP: Phrase("缴款", "Drop"),
    EntryKind.NO_SALE: Phrase("开钱箱", "No sale"),
    EntryKind.DAY_CLOSED: Phrase("日结", "Day closed"),
    EntryKind.MEMBER_ENROLLED: Phrase("办会员", "Enrolled"),
    EntryKind.CARD_ISSUED: Phrase("发卡", "Card issued"),
    EntryKind.CARD_BLOCKED: Phrase("挂失", "Card blocked"),
    EntryKind.CARD_UNBLOCKED: Phrase("解挂", "Card unblocked"),
    EntryKind.CARD_REPLACED: Phrase("补卡", "Card replaced"),
    EntryKind.REPRINTED: Phrase("补打", "Reprint"),
    EntryKind.REFUSED: Phrase("未获准", "Refused"),
    EntryKind.GRANTED: Phrase("调入", "Granted"),
    EntryKind.RETURNED: Phrase("退回总部", "Returned"),
    EntryKind.MERGED: Phrase("并户", "Merged"),
    EntryKind.SOLD: Phrase("售卡", "Sale"),
    EntryKind.ISSUED: Phrase("领取", "Gift"),
    EntryKind.REDEEMED: Phrase("兑换", "Redemption"),
    EntryKind.LAPSED: Phrase("到期", "Lapsed"),
    EntryKind.GIFTED: Phrase("转赠", "Given on"),
    EntryKind.FAMILY_CHANGED: Phrase("家庭", "Family"),
    EntryKind.TAGGED: Phrase("标签", "Tags"),
    EntryKind.OPENED: Phrase("旧余额转入", "Opening balance"),
    EntryKind.OPENING_REVERTED: Phrase("转入撤回", "Opening reverted"),
    EntryKind.RESTORED: Phrase("账本恢复", "Restored"),
}
ACTS: Final = {
    "void": Phrase("撤销", "void"),
    "paid_in": Phrase("入款", "paid in"),
    "paid_out": Phrase("出款", "paid out"),
    "drop": Phrase("缴款", "drop"),
    "no_sale": Phrase("开钱箱", "no sale"),
    "reprint": Phrase("补打", "reprint"),
    "card_unblock": Phrase("解挂", "card unblock"),
    "card_issue": Phrase("给有余额的会员发卡", "a card for a member with a balance"),
    "card_replace": Phrase("补卡", "card replacement"),
    "spend_without_code": Phrase("无码收款", "payment without code"),
    "gift": Phrase("转赠", "gift"),
    "day_close": Phrase("日结", "day close"),
    "day_close_unsent": Phrase("有未上传时日结", "day close with entries unsent"),
}
