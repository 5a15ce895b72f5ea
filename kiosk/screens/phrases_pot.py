"""Words of the family at the counter: whose pot, who may use how much of it, who used what."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

FAMILY: Final = Phrase("家庭", "Family")
POT_LINE: Final = Phrase("家庭：{who} 的储值，此处可用 {amount}", "Family: {who}'s stored value, {amount} here")
POT_LEFT: Final = Phrase("限额余 {left}", "{left} left of the limit")
POT_ON: Final = Phrase("这单用家庭储值", "this bill uses it")
USE_POT: Final = Phrase("家庭付", "Family's")
USE_OWN: Final = Phrase("自己付", "Own")
FROM_POT: Final = Phrase("{who} 用 {owner} 的家庭储值", "{who} uses {owner}'s stored value")
TITLE: Final = Phrase("家庭：{who} 的储值", "Family: {who}'s stored value")
TITLE_NONE: Final = Phrase("家庭", "Family")
LINE_OWNER: Final = Phrase(
    "{count} 人，最多 {most} 人；Enter 改限额，a 扫码加人，x 移除，d 解散",
    "{count} of at most {most}; Enter limits, a adds by scan, x takes out, d dissolves",
)
LINE_PERSON: Final = Phrase("只有 {who} 本人可以改", "only {who} can change it")
NONE_YET: Final = Phrase("还没有家庭。按 n 让家人共用这份储值", "No family yet. n lets others use this stored value")
NOT_OFFERED: Final = Phrase("方案没有开放家庭储值", "The programme offers no families")
OWNER: Final = Phrase("本人", "owner")
TODAY: Final = Phrase("今日 {spent}", "day {spent}")
MONTH: Final = Phrase("本月 {spent}", "month {spent}")
OF_LIMIT: Final = Phrase("{spent}/{limit}", "{spent}/{limit}")
LEFT: Final = Phrase("余 {left}", "{left} left")
UNLIMITED: Final = Phrase("不限", "no limit")
SPENDS: Final = Phrase("谁用了多少", "Who used what")
NO_SPENDS: Final = Phrase("家人还没有用过", "Nobody has used it yet")
VOIDED: Final = Phrase("已撤销", "voided")
FORM: Final = Phrase("开家庭", "Form")
ADD: Final = Phrase("加人", "Add")
TAKE_OUT: Final = Phrase("移除", "Take out")
DISSOLVE: Final = Phrase("解散", "Dissolve")
LIMITS: Final = Phrase("限额", "Limits")
SCAN_PERSON: Final = Phrase("扫家人的会员码或卡", "Scan their member code or card")
SCAN_PERSON_WHY: Final = Phrase("加入的人要在场", "Whoever joins has to be here")
SCAN_PERSON_NEXT: Final = Phrase("Esc 不加", "Esc leaves it")
NOT_OWNERS: Final = Phrase("只有储值本人可以改", "Only the owner changes a family")
NOT_OWNERS_WHY: Final = Phrase("这份储值是 {who} 的", "The stored value is {who}'s")
NOT_OWNERS_NEXT: Final = Phrase("请 {who} 出示会员码", "Ask {who} to show their code")
OWNER_STAYS: Final = Phrase("本人不受限额，也不能移除", "The owner has no limit and cannot be taken out")
OWNER_STAYS_WHY: Final = Phrase("储值是本人的", "It is their own stored value")
OWNER_STAYS_NEXT: Final = Phrase("要结束家庭，按 d 解散", "d dissolves the family")
CONFIRM_FORM: Final = Phrase("让家人共用 {who} 的储值", "Let others use {who}'s stored value")
CONFIRM_FORM_LINE: Final = Phrase("每人每天、每月的限额随后可设", "Limits for each person come next")
CONFIRM_ADD: Final = Phrase("{who} 加入 {owner} 的家庭", "{who} joins {owner}'s family")
CONFIRM_LIMITS: Final = Phrase("{who} 每天 {day}，每月 {month}", "{who}: {day} a day, {month} a month")
CONFIRM_TAKE_OUT: Final = Phrase("把 {who} 移出家庭", "Take {who} out of the family")
CONFIRM_DISSOLVE: Final = Phrase("解散 {who} 的家庭", "Dissolve {who}'s family")
LIMIT_DAY: Final = Phrase("每天最多", "A day at most")
LIMIT_MONTH: Final = Phrase("每月最多", "A month at most")
LIMIT_HINT: Final = Phrase("空着不限", "empty for no limit")
LIMITS_OF: Final = Phrase("{who} 的限额", "Limits of {who}")
