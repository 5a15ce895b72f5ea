"""Words of PINs and their secret, of staff who come and go, of file modes, and of refused attempts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.i18n import Phrase
from kiosk.model.errors import OpenToOthers
from kiosk.screens.wording import Cases, Wording, wording
from kiosk.services import pin_errors

SECURITY: Final = Phrase("密码与安全", "PINs and refusals")
SECURITY_LINE: Final = Phrase("改密码、重设、看被拒绝的", "change or reset a PIN, see what was refused")
CHANGE: Final = Phrase("改我的密码", "Change my PIN")
CHANGE_LINE: Final = Phrase("先输现在的密码", "takes the PIN you have now")
CHANGE_OF: Final = Phrase("改 {name} 的密码", "Change the PIN of {name}")
RESET: Final = Phrase("重设别人的密码", "Set somebody's PIN anew")
RESET_LINE: Final = Phrase("选一个人；锁住的也解开", "Choose a person; a lock-out ends too")
RESET_OF: Final = Phrase("重设 {name} 的密码", "Set the PIN of {name} anew")
MANAGER_ONLY: Final = Phrase("要店长密码", "takes the manager's PIN")
FOUR_DIGITS: Final = Phrase("4 到 12 位数字，不能全一样", "4 to 12 digits, not all the same")
OLD: Final = Phrase("现在的密码", "PIN now")
NEW: Final = Phrase("新密码　　", "New PIN")
AGAIN: Final = Phrase("再输一次　", "Again  ")
CHANGED: Final = Phrase("{name} 的密码改好了", "The PIN of {name} was changed")
CHANGED_WHY: Final = Phrase("旧密码不能再用", "The old one opens no more")
CHANGED_NEXT: Final = Phrase("下次登录用新密码", "Sign in with the new one from now on")
RESET_NEXT: Final = Phrase("请本人登录后自己再改", "They change it themselves after signing in")

AUDIT: Final = Phrase("被拒绝的", "What was refused")
AUDIT_COUNT: Final = Phrase("被拒绝的：{whose}  {days}  {count} 次", "Refused: {whose}  {days}  {count}")
EVERYBODY: Final = Phrase("所有人", "everybody")
DAYS: Final = {
    0: Phrase("今天", "today"),
    6: Phrase("近一周", "this week"),
    29: Phrase("近一个月", "this month"),
}
BY_PERSON: Final = Phrase("{who} {refused}（密码 {door}）", "{who} {refused} (PIN {door})")
NOBODY: Final = Phrase("没有被拒绝的", "Nothing was refused")
PERSON_KEY: Final = Phrase("换人", "Person")
DAYS_KEY: Final = Phrase("换时段", "Days")
SIGN_IN: Final = Phrase("登录", "sign-in")
APPROVING: Final = Phrase("授权{act}", "approval: {act}")
SINCE_HEAD: Final = Phrase("{since} 起被拒绝 {count} 次", "Refused since {since}: {count}")

_LOST: Final = ("密码密钥用不了，谁的密码都核不了", "The secret for PINs cannot be used, so no PIN can be checked")

WORDINGS: Final[Mapping[type[Exception], Wording | Cases]] = {
    pin_errors.PepperMissing: wording(
        ("密码密钥文件不见了", "The secret for PINs is gone"),
        ("没有 {path}，谁的密码都核不了", "There is no {path}, so no PIN can be checked"),
        (
            "把它的备份放回；没有就用 kiosk staff 号码 --reset 重设",
            "Put its copy back, or set PINs anew: kiosk staff NUMBER --reset",
        ),
    ),
    pin_errors.PepperUnfit: Cases(
        "reason",
        {
            "mode": wording(
                _LOST,
                ("别人也读得到 {path}", "Others can read {path}"),
                ("让安装的人运行 chmod 600 {path}", "Whoever installs runs: chmod 600 {path}"),
            ),
            "owner": wording(
                _LOST,
                ("{path} 不归柜台的用户", "{path} is not the counter's own"),
                ("让安装的人运行 chown kiosk: {path}", "Whoever installs runs: chown kiosk: {path}"),
            ),
        },
        wording(
            _LOST,
            ("{path} 里的内容不对", "What stands in {path} is no secret for PINs"),
            (
                "把它的备份放回；没有就删掉它再重设密码",
                "Put its copy back, or delete it and set PINs anew: kiosk staff NUMBER --reset",
            ),
        ),
    ),
    pin_errors.PepperUnknown: wording(
        ("{staff_id} 号的密码核不了", "The PIN of number {staff_id} cannot be checked"),
        ("它用的是另一个密钥文件", "It was kept under another secret than this computer's"),
        (
            "请店长重设，或用 kiosk staff {staff_id} --reset",
            "A manager sets it anew, or: kiosk staff {staff_id} --reset",
        ),
    ),
    pin_errors.PinTheSame: wording(
        ("新密码和旧的一样", "The new PIN is the old one"),
        ("改密码要换一个", "A change needs another PIN"),
        ("换一个密码", "Choose another PIN"),
    ),
    pin_errors.PinsDiffer: wording(
        ("两次输入的不一样", "The two PINs are not alike"),
        ("新密码没有改成", "The PIN was not changed"),
        ("从新密码重新输入", "Type the new PIN twice again"),
    ),
    OpenToOthers: wording(
        ("这台电脑上的别人够得到 {path}", "Others on this computer can reach {path}"),
        ("账本、日志和备份只能归柜台的用户", "Books, logs and backups are for the counter's own user alone"),
        ("让安装的人运行 chmod -R go= {folder}", "Whoever installs runs: chmod -R go= {folder}"),
    ),
    pin_errors.NobodyLeftInCharge: wording(
        ("{staff_id} 号是最后一位店长", "Number {staff_id} is the last manager"),
        ("没有店长，就没有人能授权", "Without a manager nobody could approve anything"),
        ("先加一位店长：kiosk staff 号码 名字 --role manager", "First add one: kiosk staff NUMBER NAME --role manager"),
    ),
}
