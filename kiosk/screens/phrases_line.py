"""Words of the line to head office: how it stands, what is asked for, what came of it."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

ONLINE: Final = Phrase("在线", "Online")
OFFLINE: Final = Phrase("离线", "Offline")
OFFLINE_UP_TO: Final = Phrase("离线（可用至 {amount}）", "Offline (up to {amount})")
LATE: Final = Phrase("待传 {count} 笔 ￥{amount} 自 {since}", "{count} unsent ￥{amount} since {since}")
STOPPED: Final = Phrase("停用（此机须连总部）", "STOPPED (needs head office)")

EVERYWHERE: Final = Phrase("各店合计", "All stores")
TOTAL: Final = Phrase("合计 {amount}，截至 {as_of}", "Total {amount} as of {as_of}")
UNMOVED: Final = Phrase("含并户待转 {amount}", "{amount} of it still merging")
ASKING: Final = Phrase("向总部调拨 {amount} ...", "Asking head office for {amount} ...")

LOOKING: Final = Phrase("本店没有 {text}，正在问总部", "{text} is not known here; asking head office")
LOOKING_WHY: Final = Phrase("最多等一两秒", "It takes a second or two at most")
LOOKING_NEXT: Final = Phrase("不用等也可以接着扫码或输入", "Scanning and typing go on meanwhile")

GRANTED: Final = Phrase(
    "总部调来 {granted}，可以全额从储值付", "{granted} came from head office; the balance covers it"
)
PARTLY: Final = Phrase(
    "总部只能调来 {granted}，余款另收？", "Only {granted} came from head office. Take the rest besides?"
)
PARTLY_RECALLED: Final = Phrase(
    "总部调来 {granted}；已请其他门店退回 {recalled}，稍后可用。余款另收？",
    "{granted} came; other stores were told to give back {recalled}, soon available. Take the rest besides?",
)
NONE: Final = Phrase("总部现在没有可调的，余款另收？", "Head office has nothing to bring here. Take the rest besides?")
NONE_RECALLED: Final = Phrase(
    "已请其他门店退回 {recalled}，稍后可用。余款另收？",
    "Other stores were told to give back {recalled}, soon available. Take the rest besides?",
)
AWAY: Final = Phrase(
    "此处离线可用 {here}；另有 {elsewhere} 在总部，余款收现金？",
    "Offline, {here} is available here; {elsewhere} more is at head office. Take the rest in cash?",
)
AWAY_UNKNOWN: Final = Phrase(
    "此处离线可用 {here}，余款收现金？", "Offline, {here} is available here. Take the rest in cash?"
)
CHECKING: Final = Phrase(
    "总部还没答复，正在查。余款另收，或按 Esc 稍后再试",
    "No answer yet; it is being checked. Take the rest besides, or Esc and try again",
)
UNSENT: Final = Phrase(
    "未上传 {count} 笔 ￥{amount}，自 {since}；日结要店长授权，报表会注明",
    "{count} entries ￥{amount} unsent since {since}; the manager approves, the report says so",
)
WHY_HERE: Final = Phrase("这里有 {here}，可以马上用", "{here} is here and can be used now")
WHY_ELSEWHERE: Final = Phrase(
    "别处有 {elsewhere}（总部或其他门店，截至 {as_of}）",
    "{elsewhere} is elsewhere (head office or other stores, as of {as_of})",
)
WHY_ASK: Final = Phrase(
    "不够时 Enter 先向总部调拨，连不上就另收余款",
    "Where it is short, Enter asks head office first, else takes the rest besides",
)
