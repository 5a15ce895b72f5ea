"""Words that customers read on their display; they are spoken to, not about."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from ledger.entries import EntryKind

WELCOME: Final = Phrase("欢迎光临", "Welcome")
CLOSED: Final = Phrase("此台暂停服务，请到其他收银台", "This till is closed, please use another")
ONE_MOMENT: Final = Phrase("请稍候", "One moment, please")
AWAY: Final = Phrase("收银台准备中", "The till is getting ready")
OUR_MEMBER: Final = Phrase("会员", "Member")
POSTER: Final = Phrase("充 {pay} 送 {bonus}", "Top up {pay}, get {bonus} more")
POSTER_PLAIN: Final = Phrase("充 {pay}", "Top up {pay}")
OFFER: Final = Phrase(
    "充 {pay} 送 {bonus}，付完本单余 {after}", "Top up {pay}, get {bonus} more: {after} left after this"
)
OFFER_PLAIN: Final = Phrase("充 {pay}，付完本单余 {after}", "Top up {pay}: {after} left after this")
BONUS: Final = Phrase("送 {bonus}", "{bonus} more")

BALANCE: Final = Phrase("余额", "Balance")
POINTS: Final = Phrase("积分", "Points")
COUPONS: Final = Phrase("券", "Coupons")
LIST_PRICE: Final = Phrase("本单", "Bill")
DUE: Final = Phrase("应付", "To pay")
STORED: Final = Phrase("余额支付", "From balance")
REST: Final = Phrase("还需付", "Still to pay")
AFTER: Final = Phrase("付后余额", "Balance after")
EARNED: Final = Phrase("得积分", "Points earned")
LADDER: Final = Phrase("充值优惠", "Top up and save")
PAY: Final = Phrase("充", "Pay")
BALANCE_THEN: Final = Phrase("充后余额", "Balance then")
ASKED: Final = Phrase("请付", "Please pay")
AMOUNT: Final = Phrase("金额", "Amount")
GIVEN: Final = Phrase("收您", "Received")
GIVEN_ON_TOP: Final = Phrase("另赠送", "Given on top")
CHANGE: Final = Phrase("找零", "Change")
THANKS: Final = Phrase("谢谢惠顾", "Thank you")
MORE: Final = Phrase("另有 {count} 项", "{count} more")

DONE_WORDS: Final = {
    EntryKind.TOP_UP: Phrase("充值成功", "Topped up"),
    EntryKind.SPEND: Phrase("支付成功", "Paid"),
    EntryKind.VOID: Phrase("已撤销", "Undone"),
    EntryKind.SOLD: Phrase("购买成功", "Bought"),
    EntryKind.MEMBER_ENROLLED: Phrase("欢迎加入", "Welcome to us"),
    EntryKind.REPRINTED: Phrase("小票已补打", "Receipt printed again"),
}
