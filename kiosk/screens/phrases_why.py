"""Words for why and why not (N6): headings, the nearest change that would flip a refusal, and conditions nothing is known for."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

HEADED: Final = Phrase("{name}：{why}", "{name}: {why}")
BECAUSE: Final = Phrase("因为 {why}", "because: {why}")
NEARLY: Final = Phrase("差一点就有", "Nearly there")
DECLINED: Final = Phrase("没用上的，和原因", "Offers that do not, and why")
NOT_HELD: Final = Phrase("手上没有的：{names}", "Not held: {names}")
STEP: Final = Phrase("{name}：{step}。{why}", "{name}: {step}. {why}")
REFUSED_RUNGS: Final = Phrase("现在充不了的档位", "Rungs that cannot be taken now")
TIER: Final = Phrase("等级", "Tier")
TIER_HELD: Final = Phrase("现在是 {tier}，到 {until}", "{tier} until {until}")
TIER_NONE: Final = Phrase("现在没有等级", "No tier now")
TIER_NEXT: Final = Phrase(
    "{tier}：{days} 天内{by} {needed}，现在 {found}，再{by} {missing}",
    "{tier}: {needed} {by} within {days} days; now {found}, {missing} to go",
)
TIER_BENEFITS: Final = Phrase("{tier} 有：{benefits}", "{tier} brings: {benefits}")
HELD: Final = Phrase("持有的", "What is held")
HELD_FREE: Final = Phrase("没有条件", "without conditions")
HELD_UNITS: Final = Phrase("{name} x {units}：{why}", "{name} x {units}: {why}")
HELD_CUTS: Final = Phrase("这单省 {amount}", "{amount} off this bill")
HELD_OTHER: Final = Phrase("这单用另一张，省 {amount}", "another one takes {amount} off")
CLAIMS: Final = Phrase("现在可领的，和原因", "What can be claimed now, and why")
POINTS_GOT: Final = Phrase("积分怎么来", "How points are earned")
POINTS_USED: Final = Phrase("积分怎么用", "How points are used")
POINTS_NO_USE: Final = Phrase("方案里积分不抵账单，只在商城用", "Points pay no bill here; the mall takes them")
POINTS_PAY: Final = Phrase(
    "每实付 {per} 得 {units} 分，赠金付的部分不得", "{units} for each {per} really paid; bonus earns none"
)
POINTS_TOP_UP: Final = Phrase("每充 {per} 得 {units} 分", "{units} for each {per} topped up")
POINTS_LIVE: Final = Phrase("得到后 {days} 天有效", "They live {days} days")
POINTS_WAIT: Final = Phrase("得到后 {days} 天才能用", "They can be used after {days} days")
POINTS_NOT_HAD: Final = Phrase("商城里现在换不了的", "What the mall cannot give now")
POINTS_MISSING: Final = Phrase("再攒 {missing} 分就能换", "{missing} more points are enough")
NEARER: Final = {
    "offer.below_step": Phrase("再付 {missing} 就有", "{missing} more to pay brings it"),
    "when.amount_from_minor": Phrase("再买 {missing} 就可用", "{missing} more on the bill is enough"),
    "when.amount_to_minor": Phrase("少买 {missing} 就可用", "{missing} less is enough"),
    "when.bill_times": Phrase("再充 {missing} 就有", "{missing} more topped up brings it"),
    "when.birthday_within_days": Phrase("再过 {missing} 天就有", "in {missing} days"),
    "when.dormant_days_from": Phrase("再过 {missing} 天不来就有", "after {missing} more days away"),
    "when.goods": Phrase("再加 {missing} 件 {goods} 就可用", "{missing} more of {goods} is enough"),
    "when.quantity_from": Phrase("再加 {missing} 件就可用", "{missing} more pieces are enough"),
    "when.top_up_from": Phrase("再充 {missing} 次就有", "{missing} more top-ups bring it"),
    "when.visit_from": Phrase("再来 {missing} 次就有", "{missing} more visits bring it"),
    "when.weekdays": Phrase("再过 {missing} 天就有", "in {missing} days"),
}
"""The step that would make an offer apply, by the code of what stands in its way."""
NEARER_TOP_UP: Final = {"when.amount_from_minor": Phrase("再充 {missing} 就有", "{missing} more topped up brings it")}
"""The same on a top-up, where the amount is what is topped up."""
FOR_EVER: Final = Phrase("每人 {cap} 次，已用 {used} 次", "{cap} a member, {used} used")
"""A cap for each member that no number of days ends."""
UNKNOWN: Final = {
    "when.birthday_within_days": Phrase(
        "生日前 {needed} 天内（没有登记生日）", "{needed} days before the birthday (no birthday on record)"
    ),
    "when.dormant_days_from": Phrase("{needed} 天没来（还没来过）", "Away for {needed} days (never came yet)"),
    "when.festivals": Phrase("{needed} 当天（今天不是）", "On {needed} (not today)"),
    "when.tenders": Phrase("用 {needed} 付", "Paid by {needed}"),
    "when.tiers": Phrase("{needed} 等级（现在没有等级）", "Tier {needed} (no tier now)"),
    "when.zodiacs": Phrase("属 {needed}（没有登记生日）", "Born in the year of {needed} (no birthday on record)"),
}
"""Conditions where nothing was found: what is said then."""
