"""Words of a member's tags: what people decided, and what figures say with the figure that decided it."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

TAGS: Final = Phrase("标签", "Tags")
TITLE: Final = Phrase("标签", "Tags")
LINE: Final = Phrase("Enter 改；a 加一个标签；算出来的改不了", "Enter changes; a adds a tag; worked out ones stay")
ADD: Final = Phrase("加标签", "Add")
NEW_TAG: Final = Phrase("新标签", "New tag")
ON: Final = Phrase("是", "yes")
OFF: Final = Phrase("否", "no")
GIVEN: Final = Phrase("本店加的", "given here")
OFFERS_OK: Final = Phrase("愿意收优惠消息", "Wants to hear of offers")
OFFERS_OK_NOTE: Final = Phrase("没有说过愿意，就不发优惠", "without it no offer is sent")
NO_MESSAGES: Final = Phrase("什么消息都不收", "Wants no messages at all")
NO_MESSAGES_NOTE: Final = Phrase("余额、到期提醒也不发", "no reminders either")
FIXED: Final = Phrase("这是算出来的", "This one is worked out")
FIXED_NEXT: Final = Phrase("要改请改方案的门槛", "The programme's thresholds decide it")
CONFIRM_ADD: Final = Phrase("给 {who} 加标签：{tag}", "Tag {who}: {tag}")
CONFIRM_REMOVE: Final = Phrase("去掉 {who} 的标签：{tag}", "Take a tag from {who}: {tag}")
WHY: Final[dict[str, Phrase]] = {
    "new": Phrase("入会 {found} 天，{needed} 天内算新", "enrolled {found} days ago, new for {needed}"),
    "regular": Phrase("近来 {found} 次，满 {needed} 次", "{found} visits lately, from {needed}"),
    "loyal": Phrase("近来 {found} 次，满 {needed} 次", "{found} visits lately, from {needed}"),
    "low_balance": Phrase("余额 {found}，低于 {needed}", "{found} left, below {needed}"),
    "birthday_soon": Phrase("还有 {found} 天", "in {found} days"),
    "never_topped_up": Phrase("在这里没有充过值", "no top-up here yet"),
    "high_value": Phrase("一年消费 {found}，满 {needed}", "{found} spent in a year, from {needed}"),
    "active": Phrase("{found} 天前来过，{needed} 天内算活跃", "seen {found} days ago, below {needed}"),
    "quiet": Phrase("{found} 天前来过，满 {needed} 天", "seen {found} days ago, from {needed}"),
    "asleep": Phrase("{found} 天前来过，满 {needed} 天", "seen {found} days ago, from {needed}"),
    "rfm": Phrase("近度、频度、额度 {found}", "recency, frequency, money {found}"),
}
MONEY_TAGS: Final = frozenset({"low_balance", "high_value"})
"""Tags whose figures are fen."""
