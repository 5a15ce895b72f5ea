"""Words of bringing points, coupons, visits and rights of other stores here."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

SPREAD: Final = Phrase("此处 {here}，其他门店 {elsewhere}", "{here} here, {elsewhere} elsewhere")
POINTS_SPREAD: Final = Phrase("积分 此处 {here}，其他门店 {elsewhere}", "Points {here} here, {elsewhere} elsewhere")
UNITS: Final = Phrase("{name} x {units}", "{name} x {units}")
POINTS: Final = Phrase("{units} 积分", "{units} points")
BRING: Final = Phrase("调来", "Bring here")
BRING_AND_USE: Final = Phrase("选中就调来一份再用", "Brings one here, then uses it")
BRING_AND_HOLD: Final = Phrase("选中就调来本店", "Brings it here")
BRING_POINTS: Final = Phrase("缺 {missing} 分，选中就从其他门店调来", "{missing} short; brings them here")

ASKING: Final = Phrase("向总部调拨 {what} ...", "Asking head office for {what} ...")
ASKING_WHY: Final = Phrase("最多等一秒", "It takes a second at most")
ASKING_NEXT: Final = Phrase("不用等也可以按别的键", "Other keys work meanwhile")
GRANTED: Final = Phrase("{what} 到本店了", "{what} came here")
GRANTED_NEXT: Final = Phrase("现在就可以用", "It can be used now")
PARTLY: Final = Phrase("只调来 {granted}，要的是 {what}", "Only {granted} of {what} came")
PARTLY_NEXT: Final = Phrase("先用到店的，其余稍后再调", "Use what came, ask for the rest later")
NONE: Final = Phrase("{what} 现在调不来", "{what} cannot come now")
RECALLED_WHY: Final = Phrase(
    "在其他门店那里，已请退回 {recalled}", "Another store holds it and was told to give {recalled} back"
)
NONE_WHY: Final = Phrase("总部手里没有可调的", "Head office has none to bring here")
NONE_NEXT: Final = Phrase("过一会儿再调，这次先不用", "Ask again in a while; go on without it")
CHECKING: Final = Phrase("总部还没答复：{what}", "No answer yet: {what}")
CHECKING_WHY: Final = Phrase("问过一次就只算一次，不会调两份", "Asked once is brought once")
CHECKING_NEXT: Final = Phrase("再按一次看结果，或这次先不用", "Press again to look, or go on without it")
OFFLINE: Final = Phrase("离线，{what} 调不来", "Offline, {what} cannot come")
OFFLINE_NEXT: Final = Phrase("此处的照常用，其余等连上总部", "What is here works; the rest waits for the line")
NOT_NEEDED: Final = Phrase("其他门店没有 {name} 了", "No {name} is left in other stores")
NOT_NEEDED_NEXT: Final = Phrase("用此处的，或选别的", "Use what is here, or choose another")
