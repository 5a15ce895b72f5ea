"""Words of backups: what was taken, what was not and why, an old image that was noticed, a restore before and after."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from kiosk.i18n import Language, Phrase, moment_text
from kiosk.model import backup_errors as errors
from kiosk.screens.wording import Cases, Wording, wording
from ledger.clock import from_wire_time
from ledger.money import format_minor

if TYPE_CHECKING:
    from kiosk.services.backup_restore import Figures, Plan

_AGAIN: Final = (
    "处理后运行 kiosk backup，或等下次日结",
    "Mend it and run kiosk backup, or wait for the next day close",
)
_TAKE: Final = ("做日结，或运行 kiosk backup", "Close the day, or run kiosk backup")

OLD_BOOKS: Final = Phrase("停用（账本是旧的）", "STOPPED (old books)")
SECOND: Final = Phrase("第二份{what}", "Second copy missing. {what}")
BACKUP: Final = Phrase("备份", "Backup")
RUNNING: Final = Phrase("正在备份 ...", "running ...")
DONE: Final = Phrase("备份完成 {at}", "done {at}")
DONE_BOTH: Final = Phrase("备份完成 {at}（两份）", "done {at} (two copies)")
HALF_DONE: Final = Phrase("第一份完成，第二份未完成", "first copy done, second not")
NOT_DONE: Final = Phrase("未完成", "NOT done")

TAKEN: Final = Phrase(
    "备份完成 {file}：{epoch}-{sequence} 为止，欠会员 ￥{total}，{bytes} 字节，已校验",
    "Backup done {file}: up to {epoch}-{sequence}, ￥{total} owed, {bytes} bytes, verified",
)
ROTATED: Final = Phrase("按规则删去旧备份 {name}", "Rotated out: {name}")
FIRST_STANDS: Final = Phrase("第一份是好的，只差第二份", "The first copy stands; only the second is missing")
LISTED: Final = Phrase("{folder}：{count} 份", "{folder}: {count} backups")
LINE: Final = Phrase(
    "{name}  {taken}  {epoch}-{sequence}  {members} 位会员  ￥{total}",
    "{name}  {taken}  {epoch}-{sequence}  {members} members  ￥{total}",
)
NOT_WHOLE: Final = Phrase("{name}  不能用：{reason}", "{name}  not usable: {reason}")
CHECKED: Final = Phrase(
    "这份备份是好的 {file}：{rows} 笔流水，到 {epoch}-{sequence}，{members} 位会员，欠 ￥{total}",
    "This backup is good {file}: {rows} entries up to {epoch}-{sequence}, {members} members, ￥{total} owed",
)
IMAGE: Final = Phrase("要恢复成", "Books to be restored")
PRESENT: Final = Phrase("现在的账本", "Books that are here")
FIGURES: Final = Phrase(
    "{which}：{epoch}-{sequence}，最后一笔 {last}，{members} 位会员，欠 ￥{total}",
    "{which}: {epoch}-{sequence}, last entry {last}, {members} members, ￥{total} owed",
)
NO_PRESENT: Final = Phrase("现在的账本：没有，或者读不出来", "Books that are here: none, or none that can be read")
REACHED: Final = Phrase(
    "这台机器到过：{epoch}-{sequence}（{noted} 记下）", "This box once reached: {epoch}-{sequence} (noted {noted})"
)
MISSING: Final = Phrase(
    "会不见的流水：第 {first} 到 {last} 笔，至少 {count} 笔，{amount}",
    "Entries that will be missing: {first} to {last}, at least {count}, {amount}",
)
MISSING_LIFE: Final = Phrase(
    "会不见的流水：到 {epoch}-{sequence} 为止，笔数不明",
    "Entries that will be missing: up to {epoch}-{sequence}, unknown how many",
)
AMOUNT: Final = Phrase("储值变动合计 ￥{amount}", "￥{amount} of stored value moved")
AMOUNT_UNKNOWN: Final = Phrase("金额不明", "amounts unknown")
NOTHING_MISSING: Final = Phrase(
    "没有已知的缺失；最后一次记号之后的仍可能不见",
    "Nothing is known to be missing; what came after the last note may be",
)
GOES_ON: Final = Phrase(
    "恢复后进入第 {epoch} 代账；旧账本不删，移到一旁", "The books live on in epoch {epoch}; the old ones are kept aside"
)
STAYS: Final = Phrase(
    "这台机器有总部：恢复后仍停用储值，直到 syncd recover",
    "This box has a head office: stored value stays stopped until syncd recover",
)
DRY_RUN: Final = Phrase("只看不做，什么都没有改", "A dry run: nothing was changed")
TYPE_NAME: Final = Phrase("确认恢复，请输入机器名 {box}：", "To restore, type the box's name {box}:")
MANAGER: Final = Phrase("店长工号：", "Manager's number:")
PIN: Final = Phrase("店长 PIN：", "Manager's PIN:")
SET_PINS: Final = Phrase(
    "这台电脑没有密码密钥，请重设密码：kiosk staff {number} --reset",
    "This computer has no secret for PINs; set them anew: kiosk staff {number} --reset",
)
ASIDE: Final = Phrase("旧账本在 {path}", "The old books are kept at {path}")
RESTORED: Final = Phrase(
    "恢复完成，第 {epoch} 代。请对照小票补登缺失的流水",
    "Restored, epoch {epoch}. Enter what is missing again from its receipts",
)
RECOVER_NOW: Final = Phrase(
    "账本已放好，储值仍停用：向总部要恢复码，运行 python -m syncd recover --code 恢复码",
    "The books are in place, stored value stays stopped: get a code and run python -m syncd recover --code CODE",
)

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
        ("备份未完成：{folder} 不是另一块盘", "No backup: {folder} is not another medium"),
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
    errors.BackupDied: Cases(
        "exit_code",
        {
            "0": wording(
                ("上一次备份没有做完", "The last backup was cut off"),
                ("停电了，或者程序被关掉了", "The power went, or somebody ended it"),
                _TAKE,
            )
        },
        wording(
            ("备份未完成：备份程序中途停了", "No backup: the process that took it ended"),
            ("退出码 {exit_code}", "Its exit code was {exit_code}"),
            _AGAIN,
        ),
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


def plan_lines(plan: Plan, language: Language, zone: tzinfo) -> tuple[str, ...]:
    """Return what a restore would do, in lines with its figures."""
    lines = [_figures(IMAGE, plan.image, language, zone)]
    here = plan.present
    lines.append(NO_PRESENT.said(language) if here is None else _figures(PRESENT, here, language, zone))
    if plan.reached is not None:
        epoch, sequence = plan.reached.head
        noted = _moment(plan.reached.noted_at, zone)
        lines.append(REACHED.said(language, epoch=epoch, sequence=sequence, noted=noted))
    lines.append(_missing(plan, language))
    lines.append((STAYS if plan.joined else GOES_ON).said(language, epoch=plan.epoch))
    return tuple(lines)


def _missing(plan: Plan, language: Language) -> str:
    if plan.missing is None:
        return NOTHING_MISSING.said(language)
    first, last = plan.missing
    if last < first:
        return MISSING_LIFE.said(language, epoch=plan.end[0], sequence=last)
    lost = plan.lost_minor
    amount = AMOUNT_UNKNOWN.said(language) if lost is None else AMOUNT.said(language, amount=format_minor(lost))
    return MISSING.said(language, first=first, last=last, count=last - first + 1, amount=amount)


def _figures(which: Phrase, books: Figures, language: Language, zone: tzinfo) -> str:
    return FIGURES.said(
        language,
        which=which.said(language),
        epoch=books.epoch,
        sequence=books.sequence,
        last=_moment(books.last_entry_at, zone),
        members=books.members,
        total=format_minor(books.total_minor),
    )


def _moment(told: str, zone: tzinfo) -> str:
    return moment_text(from_wire_time(told), zone) if told else "-"
