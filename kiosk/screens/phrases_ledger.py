"""Words for what the ledger refuses."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from kiosk.screens.phrases_promises import PROMISES
from kiosk.screens.wording import Cases, Wording, wording
from ledger import errors

LIMITS: Final = {
    "registered_balance": Phrase("记名会员余额上限", "balance limit of a registered member"),
    "anonymous_balance": Phrase("不记名卡余额上限", "balance limit of an anonymous card"),
    "single_top_up": Phrase("单笔充值上限", "limit of one top-up"),
    "single_cash_top_up": Phrase("单笔现金充值上限", "limit of one cash top-up"),
}
_TYPE_AGAIN: Final = ("重新输入金额，例如 120 或 120.50", "Type the amount again, such as 120 or 120.50")
_CALL_SUPPORT: Final = ("先不要再收款，请找店长联系维护人员", "Take no more payments; the manager calls support")
_CHECK_FILE: Final = ("改好方案文件后重新载入", "Correct the programme file and load it again")

_AMOUNT: Final = Cases(
    "reason",
    {
        "empty": wording(
            ("还没有输入金额", "No amount yet"),
            ("金额是空的", "The amount is empty"),
            ("输入金额再按 Enter", "Type the amount, then Enter"),
        ),
        "not_a_number": wording(
            ("「{text}」不是金额", "「{text}」 is no amount"),
            ("金额只有数字和一个小数点", "An amount has digits and one decimal point"),
            _TYPE_AGAIN,
        ),
        "too_many_decimals": wording(
            ("「{text}」小数太多", "「{text}」 has too many decimals"),
            ("最多 {scale} 位小数，最小到分", "At most {scale} decimals, down to the fen"),
            _TYPE_AGAIN,
        ),
        "negative": wording(
            ("「{text}」是负数", "「{text}」 is negative"),
            ("收款和充值都是正数，退回要用撤销", "Payments and top-ups are positive; a void gives back"),
            ("要退回按 F8 撤销", "To give back, press F8"),
        ),
    },
    wording(
        ("「{text}」读不出金额", "「{text}」 cannot be read"),
        ("写法不对", "It is not written as an amount"),
        _TYPE_AGAIN,
    ),
)

_CODE: Final = Cases(
    "reason",
    {
        "length": wording(
            ("「{text}」不是我们的码", "「{text}」 is no code of ours"),
            ("会员码和卡号是 8 位，或带字头 9 位", "Codes have 8 characters, or 9 with their letter"),
            ("再扫一次，或输入手机查找", "Scan again, or search by phone"),
        ),
        "alphabet": wording(
            ("「{text}」里有码里没有的字", "「{text}」 has characters no code has"),
            ("码里没有 0 O 1 I L", "Codes have no 0 O 1 I L"),
            ("看清再输，或输入手机查找", "Look again, or search by phone"),
        ),
        "prefix": wording(
            ("「{text}」在这里用不上", "「{text}」 is not for this place"),
            ("这里要扫的是卡", "A card is wanted here"),
            ("扫卡上的码", "Scan the code on the card"),
        ),
    },
    wording(
        ("「{text}」不是我们的码", "「{text}」 is no code of ours"),
        ("读不出来", "It cannot be read"),
        ("再扫一次，或输入手机查找", "Scan again, or search by phone"),
    ),
)

WORDINGS: Final[dict[type[Exception], Wording | Cases]] = {
    errors.NotOnOffer: wording(
        ("「{name}」今天不能兑", "{name} is not offered today"),
        ("兑换时间 {starts_on} 至 {ends_on}", "It is offered from {starts_on} to {ends_on}"),
        ("选别的，或请顾客到时再来", "Choose another, or come back then"),
    ),
    errors.SoldOut: wording(
        ("「{name}」不够了", "{name} is sold out"),
        ("本店还剩 {left} 份", "This store has {left} left"),
        ("选别的兑换", "Choose another"),
    ),
    errors.MemberLimitReached: wording(
        ("「{name}」已经兑满", "{name}: as many as one member may have"),
        ("每位限 {per_member} 份，已兑 {taken} 份", "Each member may have {per_member}; {taken} were taken"),
        ("选别的兑换", "Choose another"),
    ),
    errors.AssetMismatch: wording(
        ("两种不同的资产不能相加", "Two kinds of value cannot be added"),
        ("{left} 和 {right} 不是一种", "{left} is not {right}"),
        _CALL_SUPPORT,
    ),
    errors.AmountUnreadable: _AMOUNT,
    errors.AmountOutOfRange: wording(
        ("金额太大", "The amount is too large"),
        ("没有一笔会到 {ceiling_minor}", "No amount reaches {ceiling_minor}"),
        _TYPE_AGAIN,
    ),
    errors.CodeUnreadable: _CODE,
    errors.CodeCheckFailed: wording(
        ("「{text}」校验不对", "「{text}」 fails its check"),
        ("有一位看错或扫错了", "One character was misread or mistyped"),
        ("再扫一次，或输入手机查找", "Scan again, or search by phone"),
    ),
    errors.WireUnreadable: wording(
        ("账本里有一行读不出来", "A row of the journal cannot be read"),
        ("读到这里停下：{reason}", "Reading stopped at: {reason}"),
        _CALL_SUPPORT,
    ),
    errors.PageRefused: wording(
        ("总部不收第 {sequence} 笔流水", "Head office refuses entry {sequence}"),
        ("原因：{reason}，{detail}", "Because: {reason}, {detail}"),
        _CALL_SUPPORT,
    ),
    errors.ChainBroken: Cases(
        "reason",
        {
            "sequence": wording(
                ("账本在第 {sequence} 行断了", "The journal breaks at row {sequence}"),
                ("序号不连续", "The numbering has a gap"),
                _CALL_SUPPORT,
            ),
            "previous": wording(
                ("账本在第 {sequence} 行断了", "The journal breaks at row {sequence}"),
                ("与上一行接不上", "It does not follow from the row before"),
                _CALL_SUPPORT,
            ),
        },
        wording(
            ("账本第 {sequence} 行被改过", "Row {sequence} of the journal was changed"),
            ("内容与校验值不符", "Its content does not match its hash"),
            _CALL_SUPPORT,
        ),
    ),
    errors.ProgrammeUnreadable: wording(
        ("方案文件读不了", "The programme file cannot be read"),
        ("文件里的位置：{detail}", "Where in the file: {detail}"),
        _CHECK_FILE,
    ),
    errors.UnknownKey: Cases(
        "nearest",
        {
            "None": wording(
                ("方案文件里的「{key}」没人认识", "Nobody knows 「{key}」 in the programme file"),
                ("没有与它相像的键", "No key resembles it"),
                _CHECK_FILE,
            )
        },
        wording(
            ("方案文件里的「{key}」没人认识", "Nobody knows 「{key}」 in the programme file"),
            ("最像的是：{nearest}", "The nearest is: {nearest}"),
            _CHECK_FILE,
        ),
    ),
    errors.MissingKey: wording(
        ("方案文件里少了「{key}」", "The programme file lacks 「{key}」"),
        ("应当是：{expected}", "It takes: {expected}"),
        _CHECK_FILE,
    ),
    errors.BadValue: wording(
        ("方案里「{key}」的值 {value} 不对", "「{key}」 in the programme cannot be {value}"),
        ("应当是：{expected}", "It takes: {expected}"),
        _CHECK_FILE,
    ),
    errors.VoidClause: wording(
        ("条款里有无效的话：{clause}", "The terms hold a void clause: {clause}"),
        ("依据 {article}", "By {article}"),
        _CHECK_FILE,
    ),
    errors.PromiseRefused: PROMISES,
    errors.UnitsTooFew: wording(
        ("{asset} 不够，没有扣", "Not enough of {asset}; nothing was taken"),
        ("要用 {asked}，这里能用的有 {available}", "{asked} wanted, {available} usable here"),
        ("少用一些，或先不用", "Use fewer, or none"),
    ),
    errors.PointsOverCap: wording(
        ("这一单用不了 {asked} 分", "This bill does not take {asked} points"),
        (
            "方案规定积分最多抵 {percent}%，这一单最多 {most} 分",
            "Points pay at most {percent} % of a bill: {most} here",
        ),
        ("改用 {most} 分以内", "Use {most} points or fewer"),
    ),
    errors.PurseOverdrawn: wording(
        ("余额不够 {asked_minor}，没有扣", "Not enough for {asked_minor}; nothing was taken"),
        (
            "这一笔里现在只有 {held_minor}，可能刚在别的收银台用过",
            "It holds {held_minor} now, perhaps just spent at another till",
        ),
        ("按 Esc 重新打开会员，看最新余额", "Press Esc and open the member again"),
    ),
    errors.LimitExceeded: wording(
        ("{amount_minor} 超过了{limit}", "{amount_minor} is past the {limit}"),
        ("上限 {ceiling_minor}（{article}）", "The limit is {ceiling_minor} ({article})"),
        ("最多还能充 {room_minor}", "At most {room_minor} still fits"),
    ),
    errors.AmountNotOnLadder: Cases(
        "minimum_minor",
        {
            "None": wording(
                ("不能充 {amount_minor}", "{amount_minor} cannot be topped up"),
                ("本店的档位是 {rungs_minor}", "The rungs are {rungs_minor}"),
                ("按数字选一档", "Press a number to choose a rung"),
            )
        },
        wording(
            ("不能充 {amount_minor}", "{amount_minor} cannot be topped up"),
            (
                "档位是 {rungs_minor}，其他金额从 {minimum_minor} 起",
                "The rungs are {rungs_minor}; other amounts from {minimum_minor}",
            ),
            ("按数字选一档，或输入 {minimum_minor} 以上", "Press a number for a rung, or type {minimum_minor} or more"),
        ),
    ),
    errors.NothingToPay: wording(
        ("{amount_minor} 不用收", "{amount_minor} is nothing to take"),
        ("金额要大于零", "The amount must be above zero"),
        _TYPE_AGAIN,
    ),
    errors.BalanceTooSmall: wording(
        ("储值不够付 {asked_minor}", "The balance does not cover {asked_minor}"),
        (
            "此处可用 {available_minor}，还差 {missing_minor}",
            "{available_minor} is available here, {missing_minor} short",
        ),
        ("余款收现金、微信、支付宝或刷卡，或按 F3 充值", "Take the rest another way, or press F3 to top up"),
    ),
    errors.NotReversible: wording(
        ("这一笔不能撤销", "This entry cannot be voided"),
        ("「{kind}」没有可以退回的钱", "「{kind}」 has no money to give back"),
        ("选一笔充值、消费或钱箱收支", "Choose a top-up, a payment or a cash movement"),
    ),
    errors.AlreadyReversed: wording(
        ("这一笔已经撤销过", "This entry is voided already"),
        ("一笔只能撤销一次", "An entry is voided once at most"),
        ("按 F5 可以补打撤销单", "F5 reprints the void slip"),
    ),
    errors.ShiftClosedSince: wording(
        ("这一笔不能再撤销", "This entry can no longer be voided"),
        ("它的班次已经交班，钱已清点", "Its shift is closed and its cash was counted"),
        ("请店长办理退款", "The manager handles it as a refund"),
    ),
    errors.ValueAlreadySpent: wording(
        ("这笔充值 {topped_up_minor} 不能撤销", "This top-up of {topped_up_minor} cannot be voided"),
        ("顾客已经用过，只剩 {remaining_minor}", "It was spent from; {remaining_minor} is left"),
        ("先撤销用它付的款，或请店长办理退款", "Void the payments first, or the manager refunds it"),
    ),
}
