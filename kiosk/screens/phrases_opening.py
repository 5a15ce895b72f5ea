"""Words for what bringing balances in from another system refuses."""

from __future__ import annotations

from typing import Final

from kiosk.screens.wording import Wording, wording
from kiosk.services import opening_errors

WORDINGS: Final[dict[type[Exception], Wording]] = {
    opening_errors.ControlTotalDiffers: wording(
        ("控制合计对不上，什么都没有写入", "A control total differs, nothing was written"),
        ("{total}：申报 {declared}，文件合计 {found}", "{total}: {declared} declared, the file sums to {found}"),
        ("核对旧系统报表与文件，再导入", "Compare the old system's report with the file, then import again"),
    ),
    opening_errors.OpeningRowUnfit: wording(
        ("第 {row} 行不能转入", "Row {row} cannot be taken"),
        ("原因 {reason}：{value}", "Because of {reason}: {value}"),
        ("改正这一行，用同一批号继续", "Correct the row, go on under the same number"),
    ),
    opening_errors.BatchUnknown: wording(
        ("没有这次导入", "There is no such import"),
        ("此机没有批号 {batch_id}", "This box has no import {batch_id}"),
        ("用 kiosk import list 查批号", "Look its number up with kiosk import list"),
    ),
    opening_errors.BatchReverted: wording(
        ("这次导入已经撤回", "This import was taken back"),
        ("批号 {batch_id} 只能撤回一次", "Import {batch_id} can be taken back once"),
        ("要再转入，请新做一次导入", "To bring the balances in again, begin a new import"),
    ),
    opening_errors.OpeningsUsed: wording(
        ("已有会员用过转入的余额，不能整批撤回", "Balances were used, the import cannot be taken back"),
        ("{members} 位会员，如 {codes}", "{members} members, among them {codes}"),
        ("撤销这些消费后再撤回，或逐笔更正", "Void those payments first, or correct one by one"),
    ),
}
