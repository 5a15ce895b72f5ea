"""Words for what the store database, the receipts room and the config file refuse."""

from __future__ import annotations

from typing import Final

from kiosk import config
from kiosk.model import errors
from kiosk.receipts import errors as receipts
from kiosk.screens.wording import Cases, Wording, wording

_CALL: Final = ("请店长联系维护人员", "The manager calls support")
_FILE: Final = ("改好配置文件再启动", "Correct the config file and start again")

FINAL: Final = (errors.StoreBroken,)
"""After these the program ends, reopens the books and looks the act up (protocol, disasters)."""

_KEY_UNFIT: Final = ("密钥文件不能用", "The file of the key cannot be used")

WORDINGS: Final[dict[type[Exception], Wording | Cases]] = {
    errors.SqliteTooOld: wording(
        ("数据库程序太旧，不能收银", "The database program is too old"),
        ("现在是 {found}，会损坏账本，要 {needed}", "{found} can damage the books; {needed} is needed"),
        ("请维护人员重新安装", "Support installs it again"),
    ),
    errors.SchemaUnknown: wording(
        ("账本是另一个版本写的", "The books were written by another version"),
        ("账本版本 {found}，本程序认识到 {known}", "They are at {found}, this program knows {known}"),
        ("请维护人员升级程序", "Support updates the program"),
    ),
    errors.StoreMissing: wording(
        ("找不到账本", "The books are not there"),
        ("{path} 不存在", "{path} does not exist"),
        ("检查配置，或新建门店", "Check the config, or set the shop up"),
    ),
    errors.StoreExists: wording(
        ("这里已经有账本", "There are books already"),
        ("{path} 不会被覆盖", "{path} is never overwritten"),
        ("换一个路径", "Choose another path"),
    ),
    errors.StoreForeign: wording(
        ("这个文件不是账本", "This file is no book of ours"),
        (
            "{path} 是别的程序的，或已加密而配置里没有 key_file",
            "{path} is another program's, or encrypted while the config names no key_file",
        ),
        ("检查配置里的路径", "Check the path in the config"),
    ),
    errors.SecretUnfit: Cases(
        "reason",
        {
            "mode": wording(
                _KEY_UNFIT,
                ("别人也读得到 {path}", "Others can read {path}"),
                ("让安装的人运行 chmod 600 {path}", "Whoever installs runs: chmod 600 {path}"),
            ),
            "owner": wording(
                _KEY_UNFIT,
                ("{path} 不归柜台的用户", "{path} is not the counter's own"),
                ("让安装的人运行 chown kiosk: {path}", "Whoever installs runs: chown kiosk: {path}"),
            ),
        },
        wording(
            _KEY_UNFIT,
            ("{path} 里的内容不是密钥", "What stands in {path} is no key"),
            ("把它的副本放回", "Put its copy back"),
        ),
    ),
    errors.CiphersMissing: wording(
        (
            "配置要求账本加密，但没有装加密程序",
            "The config names a key, and the library that encrypts is not installed",
        ),
        (
            "现在的 SQLite {found} 会写成明文，所以不打开",
            "SQLite {found} would write plain books, so nothing was opened",
        ),
        ("请维护人员运行 make encrypted", "Support runs make encrypted"),
    ),
    errors.KeyMissing: wording(
        ("账本的密钥文件不在", "The key of the books is not there"),
        ("{path} 不存在，没有它谁也打不开账本", "{path} does not exist; without it nobody opens the books"),
        (
            "放回密钥文件的副本；还没有加密就运行 kiosk encrypt",
            "Put the copy back; where nothing is encrypted yet, run kiosk encrypt",
        ),
    ),
    errors.KeyDoesNotFit: wording(
        ("密钥打不开账本", "The key does not open the books"),
        ("{path} 用的是别的密钥，或还没有加密", "{path} has another key, or is not encrypted yet"),
        (
            "放回原来的密钥文件；还没有加密就运行 kiosk encrypt",
            "Put the right key back; if never encrypted, run kiosk encrypt",
        ),
    ),
    errors.EncryptedAlready: wording(
        ("没有可以加密的明文账本", "There are no plain books to encrypt"),
        ("{path} 没有密钥读不出来", "{path} cannot be read without a key"),
        ("已经加密就在配置里写 key_file", "If it is encrypted, name key_file in the config"),
    ),
    errors.StoreBusy: wording(
        ("账本正忙，没有入账", "The books are busy; nothing was recorded"),
        ("另一个收银台占用超过 {waited_ms} 毫秒", "Another till held them longer than {waited_ms} ms"),
        ("再按一次 Enter，不会重复入账", "Press Enter again; it is never recorded twice"),
    ),
    errors.StoreFull: wording(
        ("磁盘满了，没有入账", "The disk is full; nothing was recorded"),
        ("{path} 写不下了", "{path} has no room"),
        ("先停止收款，请维护人员清理磁盘", "Take no payments; support frees the disk"),
    ),
    errors.StoreReadOnly: wording(
        ("账本写不进去，没有入账", "The books cannot be written; nothing was recorded"),
        ("{path} 是只读的", "{path} is read-only"),
        _CALL,
    ),
    errors.StoreBroken: wording(
        ("磁盘出错，这一笔要核对", "The disk failed; this act must be checked"),
        ("数据库说：{detail}", "The database says: {detail}"),
        (
            "按 Enter 重新启动，先查最近往来，再决定要不要重做",
            "Enter restarts; look at the last entries before repeating",
        ),
    ),
    errors.EntryConflict: wording(
        ("这个单号已经是另一笔", "This id is another entry already"),
        ("{entry_id} 的内容不同", "{entry_id} has other content"),
        ("按 Esc，重新做一次", "Press Esc and begin again"),
    ),
    errors.ProgrammeClash: wording(
        ("方案 {version} 已经有了", "Programme {version} is there already"),
        ("内容改了就要换版本号", "A changed programme needs a new version"),
        ("改版本号后再载入", "Give it a new version and load it"),
    ),
    errors.LotDiffers: wording(
        ("总部发来的储值条款对不上", "Head office sent a top-up under other terms"),
        ("这一笔 {lot_id} 在本机另有记载", "Lot {lot_id} is written here otherwise"),
        _CALL,
    ),
    errors.VerifyFailed: wording(
        ("账本对不上", "The books do not agree"),
        ("{table} 的 {row}：{reason}", "{table} {row}: {reason}"),
        ("先停止收款，请店长联系维护人员", "Take no payments; the manager calls support"),
    ),
    errors.StaffTaken: wording(
        ("{staff_id} 号已经有人", "Number {staff_id} is taken"),
        ("一个号只给一个人", "A number belongs to one person"),
        ("换一个号", "Choose another number"),
    ),
    errors.DayClosedAlready: wording(
        ("{business_date} 已经日结", "{business_date} is closed already"),
        ("日结只做一次", "A day is closed once"),
        ("按 Esc 返回，看日报", "Press Esc and look at the day report"),
    ),
    errors.PhoneTaken: wording(
        ("手机 {phone} 已经是会员", "Phone {phone} is a member already"),
        ("会员 {member_code} 用的就是它", "Member {member_code} has it"),
        ("按 Esc 返回，输入手机查找", "Press Esc and search by phone"),
    ),
    receipts.DocumentUnreadable: wording(
        ("存的小票读不出来", "A stored slip cannot be read"),
        ("读到这里停下：{reason}", "Reading stopped at: {reason}"),
        _CALL,
    ),
    receipts.DocumentVersionUnknown: wording(
        ("小票是另一个版本写的", "The slip was written by another version"),
        ("版本 {found}，本程序认识 {known}", "It is {found}, this program knows {known}"),
        ("请维护人员升级程序", "Support updates the program"),
    ),
    receipts.NoChineseFont: wording(
        ("没有中文字体，画不出小票", "No Chinese font to draw the slip with"),
        ("找过：{searched}", "Looked at: {searched}"),
        ("安装 fonts-wqy-zenhei", "Install fonts-wqy-zenhei"),
    ),
    config.ConfigMissing: wording(
        ("找不到配置文件", "The config file is not there"), ("{path} 不存在", "{path} does not exist"), _FILE
    ),
    config.ConfigUnreadable: wording(
        ("配置文件读不了", "The config file cannot be read"),
        ("{path} 里写错了：{detail}", "In {path}: {detail}"),
        _FILE,
    ),
    config.UnknownSetting: wording(
        ("配置里的「{key}」没人认识", "Nobody knows 「{key}」 in the config"),
        ("最像的是：{nearest}", "The nearest is: {nearest}"),
        _FILE,
    ),
    config.BadSetting: wording(
        ("配置里「{key}」的值 {value} 不对", "「{key}」 in the config cannot be {value}"),
        ("应当是：{expected}", "It takes: {expected}"),
        _FILE,
    ),
}
