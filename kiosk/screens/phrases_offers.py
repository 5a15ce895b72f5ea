"""Words for why an offer applies or not (N6): one sentence per code of docs/rules/offers.md, and names of what they list."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

OFFERS: Final = {
    "bill.cut": Phrase("{name}：省 {off_minor}", "{name}: {off_minor} off"),
    "bill.earned": Phrase("实付 {base_minor}，得积分 {points}", "{base_minor} really paid earns {points} points"),
    "bill.gift": Phrase("{name}", "{name}"),
    "bill.points": Phrase("{points} 积分抵 {amount_minor}", "{points} points pay {amount_minor}"),
    "bill.points_possible": Phrase(
        "这一单最多可用 {most} 积分（不超过 {percent}%）", "This bill takes up to {most} points ({percent} % of it)"
    ),
    "recommend.bill": Phrase("这单 {bill_minor}，够付还有余", "Covers this {bill_minor} with some left"),
    "recommend.habit": Phrase(
        "平时一次约 {ticket_minor}，够来 {visits} 次", "About {ticket_minor} a visit: enough for {visits} visits"
    ),
    "top_up.rule": Phrase("{name}", "{name}"),
    "offer.asset": Phrase("要有 {asset} {needed} 份才行", "It takes {needed} of {asset}"),
    "offer.below_step": Phrase(
        "每满 {needed_minor} 才算（现在 {found_minor}）", "Each {needed_minor} counts (now {found_minor})"
    ),
    "offer.budget": Phrase(
        "本店预算 {budget_minor} 已用 {spent_minor}", "This store's budget of {budget_minor} is used: {spent_minor}"
    ),
    "offer.cap_day": Phrase("今天的 {cap} 份已送完", "Today's {cap} are given"),
    "offer.cap_in_all": Phrase("总共 {cap} 份已送完", "All {cap} are given"),
    "offer.cap_member": Phrase(
        "{per_days} 天内每人 {cap} 次，已用 {used} 次", "{cap} a member within {per_days} days, {used} used"
    ),
    "offer.ended": Phrase("{ends_on} 已结束", "It ended on {ends_on}"),
    "offer.excluded": Phrase("不能与 {by} 同享", "It does not go with {by}"),
    "offer.gives_nothing": Phrase("这次没有可送的", "There is nothing it gives here"),
    "offer.not_begun": Phrase("{starts_on} 才开始", "It begins on {starts_on}"),
    "offer.nothing_to_cut": Phrase("单上没有它能减的商品", "The bill has nothing it works on"),
    "offer.on_request": Phrase("要用时再选它", "Choose it to use it"),
    "offer.outdone": Phrase("{by} 更划算，同组只用一个", "{by} is better; one of them applies"),
    "offer.over_cap": Phrase("优惠合计不超过 {percent}%", "All offers together take at most {percent} % off"),
    "offer.refused": Phrase("这次选了不用", "It was refused this time"),
    "when.amount_from_minor": Phrase(
        "满 {needed_minor}（现在 {found_minor}）",
        "From {needed_minor} (now {found_minor})",
    ),
    "when.amount_to_minor": Phrase(
        "不超过 {needed_minor}（现在 {found_minor}）", "Up to {needed_minor} (now {found_minor})"
    ),
    "when.bill_times": Phrase(
        "充够这单 {times} 倍：{needed_minor}（现在 {found_minor}）",
        "{times} times this bill: {needed_minor} (now {found_minor})",
    ),
    "when.birthday_within_days": Phrase(
        "生日前 {needed} 天内（还有 {found} 天）", "{needed} days before the birthday ({found} left)"
    ),
    "when.code": Phrase("要出示活动码", "It takes the activity's code"),
    "when.dormant_days_from": Phrase("{needed} 天没来（现在 {found} 天）", "Away for {needed} days (now {found})"),
    "when.enrolled_days_to": Phrase(
        "入会 {needed} 天内（现在第 {found} 天）", "Within {needed} days of joining (now {found})"
    ),
    "when.festivals": Phrase("{needed} 当天（今天：{found}）", "On {needed} (today: {found})"),
    "when.goods": Phrase("买 {goods} 满 {needed} 件（现在 {found} 件）", "{needed} of {goods} (now {found})"),
    "when.holds": Phrase("要持有 {needed}", "Holding {needed}"),
    "when.hours": Phrase("{needed} 之间（现在 {found}）", "Between {needed} (now {found})"),
    "when.lacks": Phrase("没有 {needed} 的才行", "Without {needed}"),
    "when.member": Phrase("会员才有", "For members"),
    "when.month_days": Phrase("每月 {needed} 日（今天 {found} 日）", "On day {needed} of the month (today {found})"),
    "when.never_topped_up": Phrase("还没充过值的会员（已充 {found} 次）", "Never topped up (topped up {found} times)"),
    "when.quantity_from": Phrase("满 {needed} 件（现在 {found} 件）", "From {needed} pieces (now {found})"),
    "when.registered": Phrase("实名会员才有", "For registered members"),
    "when.share": Phrase("抽样 {needed}，这位会员在 {found}", "The share {needed}; this member is at {found}"),
    "when.stores": Phrase("{needed} 门店（这里是 {found}）", "In store {needed} (this is {found})"),
    "when.tags": Phrase("标签 {needed}", "Tagged {needed}"),
    "when.tenders": Phrase("用 {needed} 付", "Paid by {needed}"),
    "when.tiers": Phrase("{needed} 等级（现在：{found}）", "Tier {needed} (now: {found})"),
    "when.top_up_from": Phrase(
        "第 {needed} 次充值起（这是第 {found} 次）", "From top-up {needed} on (this is {found})"
    ),
    "when.top_up_to": Phrase("前 {needed} 次充值（这是第 {found} 次）", "The first {needed} top-ups (this is {found})"),
    "when.visit_from": Phrase("第 {needed} 次光临起（这是第 {found} 次）", "From visit {needed} on (this is {found})"),
    "when.visit_to": Phrase("前 {needed} 次光临（这是第 {found} 次）", "The first {needed} visits (this is {found})"),
    "when.weekdays": Phrase("{needed}（今天{found}）", "On {needed} (today {found})"),
    "when.wholly_stored": Phrase("全部用储值付", "Paid by stored value alone"),
    "when.without_tags": Phrase("没有标签 {needed} 的", "Not tagged {needed}"),
    "when.zodiacs": Phrase("属 {needed}（这位属 {found}）", "Born in the year of {needed} (this member: {found})"),
}
MONEY: Final = frozenset({"offer.below_step", "when.amount_from_minor", "when.amount_to_minor", "when.bill_times"})
"""Codes whose figures are fen though their names do not say so."""
NAMES: Final = {
    "new_year": Phrase("元旦", "new year"),
    "spring_festival": Phrase("春节", "spring festival"),
    "qingming": Phrase("清明", "qingming"),
    "labour_day": Phrase("劳动节", "labour day"),
    "dragon_boat": Phrase("端午", "dragon boat festival"),
    "mid_autumn": Phrase("中秋", "mid-autumn"),
    "national_day": Phrase("国庆", "national day"),
    "new_year_eve": Phrase("除夕", "lunar new year's eve"),
    "lantern": Phrase("元宵", "lantern festival"),
    "qixi": Phrase("七夕", "qixi"),
    "double_ninth": Phrase("重阳", "double ninth"),
    "laba": Phrase("腊八", "laba"),
    "winter_solstice": Phrase("冬至", "winter solstice"),
    "valentine": Phrase("情人节", "valentine's day"),
    "women_day": Phrase("妇女节", "women's day"),
    "children_day": Phrase("儿童节", "children's day"),
    "teachers_day": Phrase("教师节", "teachers' day"),
    "double_eleven": Phrase("双十一", "double eleven"),
    "double_twelve": Phrase("双十二", "double twelve"),
    "christmas": Phrase("圣诞", "christmas"),
    "xiaohan": Phrase("小寒", "xiaohan"),
    "dahan": Phrase("大寒", "dahan"),
    "lichun": Phrase("立春", "lichun"),
    "yushui": Phrase("雨水", "yushui"),
    "jingzhe": Phrase("惊蛰", "jingzhe"),
    "chunfen": Phrase("春分", "chunfen"),
    "guyu": Phrase("谷雨", "guyu"),
    "lixia": Phrase("立夏", "lixia"),
    "xiaoman": Phrase("小满", "xiaoman"),
    "mangzhong": Phrase("芒种", "mangzhong"),
    "xiazhi": Phrase("夏至", "xiazhi"),
    "xiaoshu": Phrase("小暑", "xiaoshu"),
    "dashu": Phrase("大暑", "dashu"),
    "liqiu": Phrase("立秋", "liqiu"),
    "chushu": Phrase("处暑", "chushu"),
    "bailu": Phrase("白露", "bailu"),
    "qiufen": Phrase("秋分", "qiufen"),
    "hanlu": Phrase("寒露", "hanlu"),
    "shuangjiang": Phrase("霜降", "shuangjiang"),
    "lidong": Phrase("立冬", "lidong"),
    "xiaoxue": Phrase("小雪", "xiaoxue"),
    "daxue": Phrase("大雪", "daxue"),
    "rat": Phrase("鼠", "rat"),
    "ox": Phrase("牛", "ox"),
    "tiger": Phrase("虎", "tiger"),
    "rabbit": Phrase("兔", "rabbit"),
    "dragon": Phrase("龙", "dragon"),
    "snake": Phrase("蛇", "snake"),
    "horse": Phrase("马", "horse"),
    "goat": Phrase("羊", "goat"),
    "monkey": Phrase("猴", "monkey"),
    "rooster": Phrase("鸡", "rooster"),
    "dog": Phrase("狗", "dog"),
    "pig": Phrase("猪", "pig"),
    "new": Phrase("新会员", "new"),
    "regular": Phrase("常客", "regular"),
    "loyal": Phrase("熟客", "loyal"),
    "low_balance": Phrase("余额低", "low balance"),
    "birthday_soon": Phrase("生日将近", "birthday soon"),
    "never_topped_up": Phrase("没充过值", "never topped up"),
    "high_value": Phrase("高消费", "high value"),
    "active": Phrase("活跃", "active"),
    "quiet": Phrase("少来", "quiet"),
    "asleep": Phrase("沉睡", "asleep"),
    "rfm_champion": Phrase("重要价值", "champion"),
    "rfm_loyal": Phrase("重要保持", "loyal customer"),
    "rfm_promising": Phrase("重要发展", "promising"),
    "rfm_at_risk": Phrase("重要挽留", "at risk"),
    "rfm_asleep": Phrase("沉睡价值", "asleep"),
}
"""Names that are ours: festivals, solar terms, zodiac animals, computed tags; those of a programme are its own."""
