"""What head office's refusals are called at the command line, in Chinese and English, with the way out."""

from __future__ import annotations

from typing import Final

from headoffice import errors
from ledger.errors import LedgerError
from line.errors import LineFault

_WORDS: Final[dict[type[Exception], str]] = {
    errors.SettingsMissing: "{path}: 这里还没有总部。先运行 headoffice init。No head office here: run headoffice init.",
    errors.SettingUnfit: "{key} = {value}: 设置不对。No such setting, or not this value: see headoffice/settings.py.",
    errors.StoreMissing: "{place}: 数据库里还没有总部。No head office in this database: run headoffice init.",
    errors.StoreExists: "{place}: 这里已经有总部了。There is one already: choose another folder or database.",
    errors.SchemaUnknown: "数据库版本 {found},本程序 {known}。Install the version of the program that laid this database.",
    errors.SqliteTooOld: "SQLite {found} 会损坏文件,须 {needed} 以上。Install what requirements.lock names.",
    errors.StoreUnreachable: "数据库连不上: {detail}. The database does not answer: start it, check the URL.",
    errors.StoreBusy: "数据库忙: {detail}. Try again.",
    errors.StoreBroken: "数据库出错: {detail}. Nothing was changed; look at the disk and the server's log.",
    errors.CommitUnknown: "提交结果不明: {detail}. Look whether it was done before doing it again.",
    errors.AlreadyThere: "已经有了: {detail}. It is there already.",
    errors.WouldGoNegative: "金额会成负数: {detail}. Refused; nothing was changed.",
    errors.LifeUnknown: "没有这台机: {box}/{epoch}. No such box: see headoffice box code.",
    errors.CodeRefused: "入网码不能用({reason})。Ask for a new code: headoffice box code STORE BOX.",
    errors.ProgrammeClash: "方案版本 {version} 已是另一份文件。Give the changed file a new version.",
    errors.BoxAlive: "{subject} 第 {epoch} 代还在用。Fence it before it is replaced: headoffice box fence {subject}.",
    errors.SamePerson: "{subject}: 须由另一个人确认。Somebody else confirms: --person NAME.",
    errors.ClaimWindowOpen: "{subject}: 申报期到 {opens:%Y-%m-%d %H:%M} UTC。Customers may bring receipts until then.",
    errors.MergeRefused: "{subject} → {into_member}: 不能合并({reason})。Check both ids in the member pages.",
    errors.PersonExists: "{person_id}: 已有这个登录名。Somebody signs in under this name: choose another.",
    errors.PersonUnfit: "{field} = {value}: 不能这样填。Not a fit name or role: letters, digits, dots; see --help.",
    errors.PasswordUnfit: "密码太弱({reason}),至少 {shortest} 个字符。Choose a longer, less simple password.",
    errors.DeedRefused: "{subject}: 现在不能这样做({reason})。It does not fit: look at the box's page first.",
}


def word(refused: Exception) -> str:
    """Return a refusal in both languages; one without words of its own by name and fields."""
    for kind in type(refused).__mro__:
        if kind in _WORDS:
            return _WORDS[kind].format(**vars(refused))
    assert isinstance(refused, (errors.HeadOfficeError, LedgerError, LineFault)), "only refusals are worded"
    return str(refused)
