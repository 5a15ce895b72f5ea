"""Words of moving in: what is wrong with a file, a mapping or a cell, in the sheet's own terms; and the summary to sign."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase
from kiosk.screens.wording import Wording, wording
from kiosk.services import moving_errors

WORDINGS: Final[dict[type[Exception], Wording]] = {
    moving_errors.SheetUnreadable: wording(
        ("这个文件读不了", "This file cannot be read"),
        ("文件 {path} 的问题：{reason} {detail}", "{path}: {reason} {detail}"),
        ("另存为 CSV UTF-8 或 XLSX，再试", "Save it as CSV UTF-8 or XLSX and try again"),
    ),
    moving_errors.HeaderMissing: wording(
        ("第一行没有列名", "The first row names no columns"),
        ("{path} 的第一行是空的", "The first row of {path} is empty"),
        ("把列名放到第一行", "Put the column names into the first row"),
    ),
    moving_errors.MappingUnreadable: wording(
        ("对照文件读不了", "The mapping file cannot be read"),
        ("文件 {path} 的问题：{detail}", "{path}: {detail}"),
        ("用 kiosk import map 重新生成", "Make it anew with kiosk import map"),
    ),
    moving_errors.MappingUnfit: wording(
        ("对照文件里这一项不对", "This line of the mapping is wrong"),
        ("第 {key} 项写的是「{value}」：{reason}", "{key} = {value}: {reason}"),
        ("改正后再试，什么都没有写入", "Correct it and try again; nothing was written"),
    ),
    moving_errors.LayoutChanged: wording(
        ("表头和对照文件不一样", "The sheet's header is not the mapping's"),
        ("对照 {expected}，表头 {found}", "The mapping is of {expected}, the header is {found}"),
        ("用 kiosk import map 重新生成对照文件", "Make the mapping anew with kiosk import map"),
    ),
    moving_errors.ControlTotalsMissing: wording(
        ("没有申报控制合计", "No control totals are declared"),
        ("{path} 里没有 [control]", "{path} has no [control]"),
        ("把旧系统报表的合计填进 [control]", "Put the old system's own totals into [control]"),
    ),
    moving_errors.ExportRefused: wording(
        ("不能导出到这个文件", "This file cannot be written"),
        ("文件 {path} 的问题：{reason}", "{path}: {reason}"),
        ("换一个还没有的 .csv 或 .xlsx", "Name a .csv or .xlsx that is not there yet"),
    ),
    moving_errors.SheetHasProblems: wording(
        ("表里还有要改的，什么都没有写入", "The sheet has problems; nothing was written"),
        ("{problems} 处，第一处 {first}", "{problems} of them, the first: {first}"),
        ("先用 --dry-run 看清单，改好再导入", "See the list with --dry-run, correct it, then import"),
    ),
}
REASONS: Final[dict[str, Phrase]] = {
    "scientific": Phrase(
        "被表格改成了科学计数，改成文本再导出", "turned into an exponent by the spreadsheet; export it as text"
    ),
    "money_not_a_number": Phrase("不是金额", "is no amount"),
    "money_negative": Phrase("是负数", "is below zero"),
    "money_too_many_decimals": Phrase("小数超过两位", "has more than two decimals"),
    "money_empty": Phrase("不是金额", "is no amount"),
    "money_out_of_range": Phrase("太大了", "is too large"),
    "negative": Phrase("是负数", "is below zero"),
    "not_whole": Phrase("不是整数", "is no whole number"),
    "phone": Phrase("不是 11 位手机号", "is no mobile number of 11 digits"),
    "phone_masked": Phrase("号码被打了星号，请导出完整号码", "is masked; export the whole number"),
    "day": Phrase("不是日期", "is no day"),
    "day_out_of_range": Phrase("日期不可能", "is no possible day"),
    "number": Phrase("卡号太长或有怪字符", "is too long or has odd characters"),
    "name": Phrase("姓名太长或有怪字符", "is too long or has odd characters"),
    "nobody": Phrase("没有手机号也没有卡号", "has neither phone nor number"),
    "name_missing": Phrase("有手机号但没有姓名", "has a phone and no name"),
    "bonus_over_balance": Phrase("赠送金额比余额还多", "the bonus is more than the balance"),
    "phone_twice": Phrase("手机号和第 {value} 行一样", "has the phone of row {value}"),
    "number_twice": Phrase("卡号和第 {value} 行一样", "has the number of row {value}"),
    "phone_of_another": Phrase("手机号已是会员 {value}，姓名不同", "the phone is member {value}'s, by another name"),
    "number_of_another": Phrase("卡号 {value} 已是别人的", "the number {value} is somebody else's"),
    "brought_before": Phrase("会员 {value} 已经转入过", "member {value} was brought in before"),
    "two_members": Phrase("手机号和卡号 {value} 是两个会员", "phone and number {value} are two members"),
    "above_limit": Phrase(
        "余额超过法定上限，照样转入，请留意", "is above the legal limit; taken all the same, have a look"
    ),
}
PROBLEM: Final = Phrase("第 {row} 行 {where}：「{value}」{why}", "Row {row} {where}: 「{value}」 {why}")
ROW_PROBLEM: Final = Phrase("第 {row} 行：{why}", "Row {row}: {why}")
WHERE: Final = Phrase("{column} 列「{header}」", "column {column} 「{header}」")
MORE: Final = Phrase("另有 {count} 处", "and {count} more")
LEFT_OUT: Final = Phrase("合计行 {rows} 没有算进去", "Rows {rows} are sums and were left out")
TOTALS: Final = Phrase(
    "会员 {members}，本金 {principal}，赠金 {bonus}，积分 {points}，次数 {visits}",
    "{members} members, principal {principal}, bonus {bonus}, {points} points, {visits} visits",
)
DRY: Final = Phrase("试算，什么都没有写入", "A dry run; nothing was written")
FINE: Final = Phrase("没有问题，可以导入", "No problems; it can be imported")
AS_DECLARED: Final = Phrase("和申报的控制合计一致", "As declared")
NOT_DECLARED: Final = Phrase(
    "把上面这行和旧系统报表核对，再填进 [control]",
    "Compare this line with the old report, then declare it in [control]",
)
MAPPED: Final = Phrase(
    "对照文件已写好：{path}。请核对，填上 [control]", "The mapping is written: {path}. Check it and fill in [control]"
)
UNKNOWN_COLUMNS: Final = Phrase("不认识的列：{names}", "Columns nobody knew: {names}")
DONE: Final = Phrase("已转入 {members} 位会员，新建 {enrolled} 位", "{members} members came in, {enrolled} of them new")
BATCH: Final = Phrase("批号 {batch}", "Import {batch}")
LISTED: Final = Phrase("{batch}  {file}  {state}", "{batch}  {file}  {state}")
STATE_DONE: Final = Phrase("已完成", "complete")
STATE_PART: Final = Phrase("没有做完，用同一文件再导入会接着做", "not complete; importing the same file goes on")
STATE_BACK: Final = Phrase("已撤回", "taken back")
REVERTED: Final = Phrase("已撤回：", "Taken back: ")
PIN: Final = Phrase("店长 {number} 的密码：", "PIN of manager {number}: ")
SUMMARY_TITLE: Final = Phrase("旧余额转入确认书", "Opening balances brought in")
SUMMARY_SHOP: Final = Phrase("店：{shop}  机：{box}", "Shop: {shop}  Box: {box}")
SUMMARY_FILE: Final = Phrase("文件：{file}", "File: {file}")
SUMMARY_SHA: Final = Phrase("文件的 SHA-256：{sha}", "Its SHA-256: {sha}")
SUMMARY_BATCH: Final = Phrase("批号：{batch}  方案：{version}", "Import: {batch}  Programme: {version}")
SUMMARY_TIME: Final = Phrase("时间：{at}", "At: {at}")
SUMMARY_AGREES: Final = Phrase(
    "以上各项与旧系统报表一致，余额自此由本系统承担。",
    "The figures agree with the old system's report; this system owes them from now on.",
)
SUMMARY_SIGNED: Final = Phrase(
    "店主 ____________  店长 ____________  导入人 ____________",
    "Owner ____________  Manager ____________  Imported by ____________",
)
EXPORTED: Final = Phrase("已导出 {rows} 行：{path}", "{rows} rows exported: {path}")
PHONES_MASKED: Final = Phrase(
    "手机号打了星号；要完整号码请加 --manager", "Phones are masked; --manager exports them whole"
)
SUMMARY_AT: Final = Phrase("确认书：{path}，请打印并签字", "To be printed and signed: {path}")
PROBLEMS_AT: Final = Phrase("全部清单：{path}", "The whole list: {path}")
