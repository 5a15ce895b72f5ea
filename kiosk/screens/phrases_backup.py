"""Words of backups: what was taken, what was not and why, an old image that was noticed, a restore before and after."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from kiosk.model import backup_errors as errors
from kiosk.screens.wording import Cases, Wording, wording

_AGAIN: Final = (
    "处理后运行 kiosk backup，或等下次日结",
    "Mend it and run kiosk backup, or wait for the next day close",
)
_TAKE: Final = ("做日结，或运行 kiosk backup", "Close the day, or run kiosk backup")

OLD_BOOKS: Final = Phrase("停用（账本是旧的）", "STOPPED (old books)")
DONE: Final = Phrase("备份完成", "Backup done")
DONE_BOTH: Final = Phrase("备份完成，备份盘上也有一份", "Backup done, with a copy on the second medium")
DONE_WHY: Final = Phrase("{file}，已校验", "{file}, verified")
DONE_NEXT: Final = Phrase("可以关机", "The box can be switched off")
RUNNING: Final = Phrase("正在备份 ...", "Backing up ...")
RUNNING_WHY: Final = Phrase("日结已经入账", "The day is closed")
RUNNING_NEXT: Final = Phrase("可以接着做别的；关机前等它做完", "Go on with anything; wait for it before switching off")

_STOPPED: Final = ("此机停用储值：账本是旧的", "Stored value is stopped: these are old books")
_RESTORE: Final = (
    "店长运行 kiosk restore；有总部的用 syncd recover",
    "The manager runs kiosk restore; with a head office, syncd recover",
)
STOPPED: Final = {
    "older_image": wording(
        _STOPPED,
        ("这台机器已经记到更后面，现在的账本缺了一段", "This box went further once; a part of its journal is missing"),
        _RESTORE,
    ),
    "other_past": wording(
        _STOPPED,
        ("同一个序号下，账本和机器自己的记号不一样", "Under one number stands another entry than the box once noted"),
        _RESTORE,
    ),
    "past_unknown": wording(
        ("此机停用储值：账本的记号不见了", "Stored value is stopped: the marker of the past is gone"),
        ("不知道账本是不是最新的", "Nobody can say whether these books are the newest"),
        _RESTORE,
    ),
}
"""Why a box's own past stopped it, by the reason in its books."""

WORDINGS: Final[dict[type[Exception], Wording | Cases]] = {
    errors.BackupRunning: wording(
        ("备份未完成：另一个备份正在做", "No backup: another one is being taken"),
        ("同一时间只做一份（{folder}）", "Only one runs at a time ({folder})"),
        ("等它做完", "Wait for it"),
    ),
    errors.BackupFolderMissing: wording(
        ("备份未完成：找不到 {folder}", "No backup: {folder} is not there"),
        ("备份盘没有插好，或没有挂载", "The backup medium is not plugged in or not mounted"),
        ("插好备份盘，再运行 kiosk backup", "Plug it in and run kiosk backup"),
    ),
    errors.BackupFolderFull: wording(
        ("备份未完成：{folder} 满了", "No backup: {folder} is full"),
        ("要 {needed_bytes} 字节；没有留下半个文件", "{needed_bytes} bytes are needed; nothing half was left there"),
        ("清理备份盘，再运行 kiosk backup", "Free it and run kiosk backup"),
    ),
    errors.BackupFolderUnwritable: wording(
        ("备份未完成：{folder} 写不进去", "No backup: {folder} cannot be written"),
        ("系统说：{reason}", "The system says: {reason}"),
        _AGAIN,
    ),
    errors.BackupSameMedium: wording(
        ("第二份备份未完成：{folder} 不是另一块盘", "No second copy: {folder} is not another medium"),
        ("它和 {other} 在同一个盘上，盘坏了两份都没有", "It lies on the disk of {other}: one broken disk takes both"),
        ("挂上备份盘，或改配置 [backup] second", "Mount the medium, or change [backup] second in the config"),
    ),
    errors.BackupWrittenWrong: wording(
        ("备份未完成：写进去和读出来的不一样", "No backup: what was read back is not what was written"),
        ("{file} 没有留下；这块盘可能坏了", "{file} was not kept; the medium may be broken"),
        ("换一块备份盘", "Take another medium"),
    ),
    errors.BackupUnknown: wording(
        ("这个文件不是本店的备份", "This file is no backup of ours"),
        ("文件 {file}：{reason}", "{file}: {reason}"),
        ("用 kiosk backup --list 找一份", "Find one with kiosk backup --list"),
    ),
    errors.BackupDamaged: wording(
        ("这份备份坏了，不能用", "This backup is damaged and is not used"),
        ("{file}：{reason} 不对", "{file}: {reason} does not fit"),
        ("用更早的一份，或第二块盘上的", "Take an older one, or the one on the second medium"),
    ),
    errors.BackupDied: wording(
        ("备份未完成：备份程序中途停了", "No backup: the process that took it ended"),
        ("退出码 {exit_code}", "Its exit code was {exit_code}"),
        _AGAIN,
    ),
    errors.BackupTooOld: Cases(
        "taken_on",
        {
            "": wording(
                ("这台机器还没有备份", "This box has no backup yet"),
                ("盘坏了，账就没有了", "With its disk the books are gone"),
                _TAKE,
            )
        },
        wording(
            ("已经 {days} 天没有好的备份", "No good backup for {days} days"),
            ("上一份是 {taken_on} 的", "The last one is of {taken_on}"),
            _TAKE,
        ),
    ),
    errors.RestoreInUse: wording(
        ("账本正在使用，不能恢复", "The books are open; nothing was restored"),
        ("{path} 被收银台或 syncd 打开着", "A till or syncd has {path} open"),
        ("先退出所有收银台，停掉 syncd", "Leave every till and stop syncd first"),
    ),
    errors.RestoreOfAnotherBox: wording(
        ("这是另一台机器的备份", "This is the backup of another box"),
        ("备份属于 {found}，这里是 {expected}", "It is of {found}, this is {expected}"),
        ("换一份备份", "Take another one"),
    ),
    errors.RestoreNotConfirmed: wording(
        ("没有恢复，什么都没有改", "Nothing was restored, nothing was changed"),
        ("要原样输入机器名 {expected}", "The box's name {expected} was to be typed"),
        ("确定要恢复就再运行一次", "Run it again to restore"),
    ),
}
