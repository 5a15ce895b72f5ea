"""Everything the daemon says to people, each thing once and in both languages: states, reasons to stop, errors."""

from __future__ import annotations

from typing import Final

from kiosk.config import BadSetting, ConfigMissing, ConfigUnreadable, UnknownSetting
from kiosk.i18n import Language, Phrase
from kiosk.model.errors import (
    CiphersMissing,
    KeyDoesNotFit,
    KeyMissing,
    OpenToOthers,
    SecretUnfit,
    StoreBroken,
    StoreBusy,
    StoreFull,
    StoreReadOnly,
)
from line.errors import CertificateRefused, KeyUnreadable, PageTooLarge, PageUnreadable, SignatureRefused
from syncd.errors import (
    AnotherBox,
    AnotherDaemon,
    AnswerUnreadable,
    BooksInUse,
    ItemUnfit,
    JournalUnfit,
    LineDown,
    NotConfirmed,
    NotEnrolled,
    OutOfStep,
    RecoveryBroken,
    Refused,
    SettingUnfit,
)

TITLE: Final = Phrase("总部连线", "Line to head office")
OTHER_LANGUAGE: Final = Phrase("English", "中文")
ONLINE: Final = Phrase("在线", "Online")
OFFLINE: Final = Phrase("离线:本店照常收银,可用本店额度", "Offline: the shop goes on with what is held here")
STOPPED: Final = Phrase("停用:此机不得动用储值,须连总部处理", "Stopped: this box may not touch stored value")
WAITING: Final = Phrase("已连上,总部要求等待", "Connected; head office asks to wait")
NOT_CONFIRMED_YET: Final = Phrase("已登记,等待总部确认指纹", "Enrolled; head office has yet to confirm the fingerprint")
ALONE: Final = Phrase("未接总部", "No head office")

LINE: Final = Phrase("状态", "State")
NEXT: Final = Phrase("下一步", "What to do")
CONTACT: Final = Phrase("上次联络", "Last contact")
PENDING: Final = Phrase("待传", "Waiting to be sent")
PENDING_IS: Final = Phrase("{entries} 笔 ￥{amount},自 {since}", "{entries} entries ¥{amount} since {since}")
NOTHING: Final = Phrase("无", "nothing")
NEVER: Final = Phrase("从未", "never")
UPWARD: Final = Phrase("流水:已入账 / 总部已收", "Journal: recorded / acknowledged")
DOWNWARD: Final = Phrase("下行位置(分片:序号)", "Positions of the downlink (shard: number)")
LIVES: Final = Phrase("本机代 / 总部代", "Epoch of box / of head office")
ERRORS: Final = Phrase("最近的问题", "What went wrong lately")
TIMES: Final = Phrase("连续 {times} 次", "{times} times in a row")

COMPARE: Final = Phrase(
    "{store} / {box}\n指纹 {fingerprint}\n请总部在屏幕上核对同一组数字并确认;此处等待中…",
    "{store} / {box}\nfingerprint {fingerprint}\nHead office compares these digits on its screen and confirms; waiting…",
)
ENROLLED: Final = Phrase("已接入总部;启动 syncd 即开始上传", "Enrolled; start syncd and everything is sent")
NAME_THE_SOCKET: Final = Phrase(
    '在柜台配置的 [kiosk] 中加入:daemon = "{socket}"', 'Add to [kiosk] in the counter\'s config: daemon = "{socket}"'
)
RECOVERED: Final = Phrase(
    "已从总部取回 {entries} 笔流水,以新的一代继续",
    "{entries} entries came back from head office; the box goes on in a new life",
)
OLD_BOOKS: Final = Phrase("旧账目保留在 {path}", "The old books are kept at {path}")
SET_ASIDE: Final = Phrase(
    "旧账目中总部没有的流水:{number}(凭小票补录)",
    "In the old books but not at head office: {number} (enter it anew from the slip)",
)
NO_DAEMON: Final = Phrase("syncd 没有运行", "syncd does not run")
MODES: Final[dict[str, Phrase]] = {
    "alone": ALONE,
    "going": Phrase("正常", "Going"),
    "stopped": STOPPED,
}
WAITS: Final = Phrase("待传 {entries} 笔 ￥{amount}", "{entries} entries ¥{amount} wait to be sent")

_OLDER: Final = Phrase(
    "本机账目比它自己到过的地方旧，没传的流水不见了。关闭柜台，运行 python -m syncd recover --code 恢复码。",
    "The books here are older than this box's own past, and what was not sent is gone. Close the counter and run: "
    "python -m syncd recover --code CODE.",
)
NEXT_STEPS: Final[dict[str, Phrase]] = {
    "older_image": _OLDER,
    "other_past": _OLDER,
    "past_unknown": _OLDER,
    "behind": Phrase(
        "本机账目比总部旧(多半是恢复了旧备份)。关闭柜台,向总部索取恢复码,运行 python -m syncd recover --code 恢复码。",
        "The books here are older than head office's, likely an old image. Close the counter, ask head office for a "
        "recovery code and run: python -m syncd recover --code CODE.",
    ),
    "forked": Phrase(
        "同一序号下有两笔不同的流水。不要删除任何文件;请总部在“隔离”页查看并决定是否恢复。",
        "Two different entries stand under one number. Delete nothing; head office looks at its quarantine page and "
        "decides whether this box is recovered.",
    ),
    "fenced": Phrase(
        "总部已宣告此机停用。若此机仍在营业,请立即致电总部,未传的流水由两人核对后处理。",
        "Head office declared this box dead. If it is in use, call head office now: two people settle what was not sent.",
    ),
    "closed": Phrase(
        "这份账目已由另一次恢复接续。停用此机,向总部确认哪一台在用。",
        "These books live on elsewhere after a recovery. Take this box out of use and ask head office which one goes on.",
    ),
    "older_head_office": Phrase(
        "连到的总部比本机所知的旧(总部可能从备份恢复)。请总部运行 headoffice restored。",
        "The head office that answered is older than this box knows, perhaps restored from a backup. Head office runs: "
        "headoffice restored.",
    ),
    "item_unfit": Phrase(
        "总部发来的内容无法应用(见下方原因)。请把原因告诉总部。",
        "Something head office sent cannot be applied (see the reason below). Tell head office the reason.",
    ),
}
"""What to do when the box was stopped, by the reason's first word."""
QUARANTINED: Final = Phrase(
    "总部不能接受本机的一笔流水,已隔离(原因 {reason})。不要删除任何文件;请总部在“隔离”页处理。",
    "Head office could not accept an entry of this box and put it in quarantine (reason {reason}). Delete nothing; head "
    "office settles it on its quarantine page.",
)
OFFLINE_NEXT: Final = Phrase(
    "检查网线、路由器和总部网址;恢复后会自动补传。",
    "Check cable, router and head office's address; everything waiting is sent by itself once the line is back.",
)
PENDING_NEXT: Final = Phrase(
    "请总部在“门店与主机”页确认指纹。", "Ask head office to confirm the fingerprint on its page of stores and boxes."
)
WAIT_NEXT: Final = Phrase(
    "总部正在从备份恢复,完成后自动继续。", "Head office is being restored from a backup; this goes on by itself."
)

_WORDS: Final[dict[type[Exception], Phrase]] = {
    ItemUnfit: Phrase(
        "总部内容无法应用:{kind} 第 {number} 条({reason})", "Item unfit: {kind} number {number} ({reason})"
    ),
    BooksInUse: Phrase(
        "账目正在使用:先关闭柜台和 syncd,再恢复({path})",
        "The books are open: close the counter and syncd first ({path})",
    ),
    RecoveryBroken: Phrase(
        "总部发来的流水拼不成完整账目({reason}),未作任何改动",
        "What head office sent makes no whole journal ({reason}); nothing changed",
    ),
    OutOfStep: Phrase("与总部的位置不一致,重新对齐({where})", "The two ends were out of step and greet anew ({where})"),
    LineDown: Phrase("连不上总部({reason})", "Head office does not answer ({reason})"),
    Refused: Phrase("总部拒绝:{status} {code}", "Head office refused: {status} {code}"),
    AnswerUnreadable: Phrase("总部的回答读不懂({reason})", "Head office's answer cannot be read ({reason})"),
    NotEnrolled: Phrase(
        "此机尚未接入总部({path});先运行 python -m syncd enrol 网址 --code 登记码",
        "This box is not enrolled ({path}); first run: python -m syncd enrol URL --code CODE",
    ),
    SettingUnfit: Phrase("设置不能用:{path} 的 {key}", "A setting cannot be used: {key} in {path}"),
    AnotherDaemon: Phrase("已有一个 syncd 在运行({path})", "Another syncd is running ({path})"),
    AnotherBox: Phrase(
        "登记码属于 {expected},而此机是 {found};请总部为此机另发",
        "The code is for {expected}, this box is {found}: ask for another",
    ),
    JournalUnfit: Phrase(
        "总部要求账目自第 {first} 笔接续;请改用 recover",
        "Head office expects a journal that goes on at {first}: use recover",
    ),
    NotConfirmed: Phrase(
        "{waited_seconds} 秒内无人确认指纹,未保存;可用同一登记码重试",
        "Nobody confirmed the fingerprint within {waited_seconds} s; nothing was stored; the same code can be tried again",
    ),
    ConfigMissing: Phrase("没有配置文件 {path};先运行 kiosk init", "No config file {path}: run kiosk init first"),
    ConfigUnreadable: Phrase("配置文件读不懂:{path}({detail})", "The config file cannot be read: {path} ({detail})"),
    UnknownSetting: Phrase("配置里有不认识的项:{key}", "The config has an unknown key: {key}"),
    BadSetting: Phrase("配置项 {key} 不能是 {value},应为 {expected}", "{key} cannot be {value}; it takes {expected}"),
    SignatureRefused: Phrase("签名不对({reason})", "The signature is wrong ({reason})"),
    PageTooLarge: Phrase("内容过大(上限 {limit} 字节)", "Too large (limit {limit} bytes)"),
    PageUnreadable: Phrase("内容解不开({reason})", "Cannot be unpacked ({reason})"),
    CertificateRefused: Phrase(
        "总部出示的证书不能用({reason})", "The certificate head office shows cannot be used ({reason})"
    ),
    KeyUnreadable: Phrase("密钥文件不能用:{path}({reason})", "The key file cannot be used: {path} ({reason})"),
    OpenToOthers: Phrase(
        "本机其他用户能读取或改动 {path};先运行 chmod -R go= {folder}",
        "Other users of this computer can read or change {path}: first run chmod -R go= {folder}",
    ),
    SecretUnfit: Phrase(
        "密钥文件不能用:{path}({reason});应归运行 syncd 的用户,权限 0600",
        "The key cannot be used: {path} ({reason}); it belongs to the user syncd runs as, mode 0600",
    ),
    CiphersMissing: Phrase(
        "配置要求账本加密,而 SQLite {found} 不会加密;先运行 make encrypted",
        "The config names a key, and SQLite {found} encrypts nothing: first run make encrypted",
    ),
    KeyMissing: Phrase("账本的密钥文件不在:{path};放回副本", "The key of the books is not there: put {path} back"),
    KeyDoesNotFit: Phrase(
        "密钥打不开 {path}:是别的密钥,或还没有加密(kiosk encrypt)",
        "The key does not open {path}: it has another key, or is not encrypted yet (kiosk encrypt)",
    ),
    StoreBusy: Phrase("数据库忙,稍后再试", "The database is busy; it is tried again"),
    StoreFull: Phrase("磁盘已满({path}),请清理", "The disk is full ({path}): make room"),
    StoreReadOnly: Phrase("数据库不可写({path})", "The database cannot be written ({path})"),
    StoreBroken: Phrase("数据库出错({detail}),请运行 kiosk verify", "The database failed ({detail}): run kiosk verify"),
}
_ANYTHING: Final = Phrase("出错:{error}", "Failed: {error}")


def word(error: Exception, language: Language) -> str:
    """Return an error in a line for people; one of another room is named as its log names it."""
    phrase = _WORDS.get(type(error))
    return _ANYTHING.said(language, error=error) if phrase is None else phrase.said(language, **vars(error))


def next_step(stop_reason: str, language: Language) -> str:
    """Return what people do about a stop."""
    known = NEXT_STEPS.get(stop_reason.partition(":")[0])
    return QUARANTINED.said(language, reason=stop_reason) if known is None else known.said(language)
