"""Every sentence of the pages, in Chinese and English; the templates hold none.

`PHRASES` by key, `told` for the words of a closed list (states, kinds, roles), `word` for a refusal. Source of terms:
`GLOSSARY.md`.
"""

from __future__ import annotations

from typing import Final

from headoffice import errors
from headoffice.pages.language import Language, Phrase
from headoffice.pages.phrases_office import OFFICE_PHRASES
from headoffice.pages.phrases_pages import PAGE_PHRASES
from headoffice.pages.phrases_words import REASONS, WORDS
from ledger.errors import LedgerError

_FRAME: Final[dict[str, Phrase]] = {
    "frame.brand": Phrase("柜台总部", "Guitai head office"),
    "frame.skip": Phrase("跳到正文", "Skip to content"),
    "frame.search": Phrase("会员号、手机、后四位、姓名", "Code, phone, last four, name"),
    "frame.search_label": Phrase("查找会员", "Find a member"),
    "frame.language": Phrase("语言", "Language"),
    "frame.other_language": Phrase("English", "中文"),
    "frame.sign_out": Phrase("退出", "Sign out"),
    "frame.navigation": Phrase("页面", "Pages"),
    "frame.keys": Phrase(
        "键盘：/ 查找 · J K 或 ↑ ↓ 换行 · Enter 打开 · Alt+数字 换页 · Esc 离开输入框",
        "Keys: / search · J K or ↑ ↓ rows · Enter open · Alt+number page · Esc leave a field",
    ),
    "sign_in.title": Phrase("登录", "Sign in"),
    "sign_in.name": Phrase("登录名", "Name"),
    "sign_in.password": Phrase("密码", "Password"),
    "sign_in.button": Phrase("登录", "Sign in"),
    "ago.never": Phrase("从未", "never"),
    "ago.now": Phrase("刚刚", "just now"),
    "ago.minutes": Phrase("{count} 分钟前", "{count} min ago"),
    "ago.hours": Phrase("{count} 小时前", "{count} h ago"),
    "ago.days": Phrase("{count} 天前", "{count} d ago"),
    "paging.newer": Phrase("← 较新", "← Newer"),
    "paging.older": Phrase("较早 →", "Older →"),
    "paging.page": Phrase("第 {number} 页", "Page {number}"),
    "notice.plain": Phrase("{text}", "{text}"),
    "refused.role": Phrase("你的角色不能做这件事。", "Your role may not do this."),
    "refused.origin": Phrase(
        "这张表单不是从本站发出的，没有执行。", "This form was not sent from this site; nothing was done."
    ),
    "refused.csrf": Phrase(
        "表单已过期，没有执行。请回到页面再做一次。",
        "The form is out of date; nothing was done. Open the page and do it again.",
    ),
    "refused.missing": Phrase("没有这一页。", "There is no such page."),
    "refused.unreadable": Phrase("请求读不懂，没有执行。", "The request cannot be read; nothing was done."),
    "refused.large": Phrase("填写的内容太长，没有执行。", "What was filled in is too long; nothing was done."),
    "refused.cannot": Phrase("这一页现在给不出来", "This page cannot be shown now"),
    "refused.busy": Phrase("数据库现在答不了。", "The database cannot answer now."),
    "refused.broken": Phrase(
        "程序出错，没有做完。先看是否已做，再重试。",
        "The program failed. Look whether it was done before doing it again.",
    ),
    "refused.home": Phrase("回到今日", "Back to today"),
}
_ERRORS: Final[dict[type[Exception], Phrase]] = {
    errors.SchemaUnknown: Phrase(
        "数据库版本 {found}，本程序认 {known}:请装对应版本。", "Database version {found}, this program knows {known}."
    ),
    errors.SqliteTooOld: Phrase(
        "SQLite {found} 会损坏文件，须 {needed} 以上。",
        "SQLite {found} can corrupt a file; it takes {needed} or later.",
    ),
    errors.StoreMissing: Phrase("数据库里还没有总部。", "There is no head office in this database."),
    errors.StoreExists: Phrase("这里已经有总部了。", "There is a head office here already."),
    errors.StoreUnreachable: Phrase("数据库连不上，请管理员检查。", "The database does not answer; ask who runs it."),
    errors.StoreBusy: Phrase("数据库忙，没有执行。请再试一次。", "The database is busy; nothing was done. Try again."),
    errors.StoreBroken: Phrase("数据库出错，没有执行。", "The database failed; nothing was done."),
    errors.CommitUnknown: Phrase(
        "不知道是否已存入。先看结果，再决定是否重做。", "It may or may not have been kept. Look first, then decide."
    ),
    errors.AlreadyThere: Phrase("这件事已经做过了。", "This was done already."),
    errors.WouldGoNegative: Phrase("金额会成负数，没有执行。", "An amount would go below zero; nothing was done."),
    errors.SettingsMissing: Phrase("这里还没有总部的设置。", "There are no settings of a head office here."),
    errors.SettingUnfit: Phrase("设置不对：{key} = {value}。", "Not a fit setting: {key} = {value}."),
    errors.LifeUnknown: Phrase("没有这台机：{box} 第 {epoch} 代。", "No such box: {box}, life {epoch}."),
    errors.CodeRefused: Phrase("入网码不能用：{reason}。", "The enrolment code does not let in: {reason}."),
    errors.ProgrammeClash: Phrase(
        "方案版本 {version} 已是另一份文件，请换版本号。",
        "Version {version} is another file already; give it a new version.",
    ),
    errors.AuditFailed: Phrase(
        "账不平：{table} {key}（{reason}）。请先查清再结算。",
        "The books do not follow: {table} {key} ({reason}). Look into it first.",
    ),
    errors.MemberUnknown: Phrase("没有这位会员：{member_id}。", "No such member: {member_id}."),
    errors.PersonExists: Phrase("登录名 {person_id} 已有人用。", "Somebody signs in as {person_id} already."),
    errors.PersonUnfit: Phrase("不能这样填：{field} = {value}。", "This does not fit: {field} = {value}."),
    errors.PasswordUnfit: Phrase(
        "密码不合适（{reason}）：至少 {shortest} 个字符，不含登录名，不要单一重复。",
        "This password will not do ({reason}): {shortest} characters or more, without the name, not all the same.",
    ),
    errors.SignInRefused: Phrase(
        "登录名或密码不对。连错 {failures} 次，{minutes} 分钟内不能登录。",
        "Wrong name or password. After {failures} failures nobody gets in under a name for {minutes} minutes.",
    ),
    errors.BoxAlive: Phrase(
        "{subject} 第 {epoch} 代还在用：先停用，再换新机。",
        "{subject} lives (life {epoch}): fence it before it is replaced.",
    ),
    errors.SamePerson: Phrase(
        "释放要两个人：你提议的，须由另一个人确认。",
        "A release takes two people: somebody else confirms what you proposed.",
    ),
    errors.ClaimWindowOpen: Phrase(
        "{subject} 的申报期到 {opens:%Y-%m-%d %H:%M} UTC,期满后再确认。",
        "Claims for {subject} are open until {opens:%Y-%m-%d %H:%M} UTC; confirm it after that.",
    ),
    errors.MergeRefused: Phrase(
        "{subject} → {into_member} 不能合并：{why}。", "{subject} → {into_member} cannot be merged: {why}."
    ),
    errors.DeedRefused: Phrase("{subject}：现在不能这样做，{why}。", "{subject}: this cannot be done now: {why}."),
    LedgerError: Phrase("内容读不懂，没有执行：{error}", "It cannot be read; nothing was done: {error}"),
    errors.HeadOfficeError: Phrase("没有执行：{error}", "Nothing was done: {error}"),
}
PHRASES: Final[dict[str, Phrase]] = {**_FRAME, **PAGE_PHRASES, **OFFICE_PHRASES}


def told(group: str, name: str, language: Language) -> str:
    """Return the word for a name of a closed list; a name without a word is told as it is."""
    phrase = WORDS[group].get(name)
    return name if phrase is None else phrase.said(language)


def word(refused: Exception, language: Language) -> str:
    """Return what a refusal says to a person."""
    phrase = next(_ERRORS[kind] for kind in type(refused).__mro__ if kind in _ERRORS)
    reason = str(getattr(refused, "reason", ""))
    why = REASONS[reason].said(language) if reason in REASONS else reason
    return phrase.said(language, **{"error": str(refused), "why": why, **vars(refused), "reason": why})
