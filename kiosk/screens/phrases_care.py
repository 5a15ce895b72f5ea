"""Words of the lists a counter works through: birthdays, low balances, what ends, who sleeps."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

CARE: Final = Phrase("关怀名单", "Who to care for")
CARE_LINE: Final = Phrase("生日、余额低、快到期、要唤醒", "birthdays, low balances, what ends, who sleeps")
LISTS: Final = {
    "birthdays": Phrase("七天内生日", "Birthdays within seven days"),
    "low_balances": Phrase("余额低", "Low balances"),
    "expiring": Phrase("七天内到期", "Ending within seven days"),
    "to_wake_up": Phrase("要唤醒", "To wake up"),
}
COUNT: Final = Phrase("{list}  {count} 位", "{list}: {count}")
COUNT_MORE: Final = Phrase("{list}  不止 {count} 位", "{list}: more than {count}")
WAITING: Final = Phrase("待发消息 {count} 条", "{count} messages wait to be sent")
EMPTY: Final = Phrase("今天名单上没有人", "Nobody is on this list today")
TODAY: Final = Phrase("今天", "today")
IN_DAYS: Final = Phrase("{days} 天后", "in {days} days")
AWAY: Final = Phrase("{days} 天没来", "away {days} days")
ENDS: Final = Phrase("{name} x {amount}，{day} 到期", "{name} x {amount}, ends {day}")
ENDS_MONEY: Final = Phrase("赠金 {amount}，{day} 到期", "bonus {amount}, ends {day}")
POINTS: Final = Phrase("积分", "points")
LAST_VISIT: Final = Phrase("上次 {day}", "last here {day}")
OFFER: Final = Phrase("来了可领：{offer}", "to claim: {offer}")
BIRTHDAYS_KEY: Final = Phrase("生日", "Birthdays")
LOW_KEY: Final = Phrase("余额低", "Low")
ENDING_KEY: Final = Phrase("到期", "Ending")
WAKE_KEY: Final = Phrase("唤醒", "Wake up")
OPEN: Final = Phrase("打开会员", "Open")
