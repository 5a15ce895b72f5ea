"""The words of closed lists: states, kinds, roles, deeds, and the reasons of refusals."""

from __future__ import annotations

from typing import Final

from headoffice.pages.language import Phrase

WORDS: Final[dict[str, dict[str, Phrase]]] = {
    "role": {
        "owner": Phrase("负责人", "Owner"),
        "auditor": Phrase("审计", "Auditor"),
        "operator": Phrase("运营", "Operator"),
    },
    "standing": {
        "pending": Phrase("待入网", "Waiting"),
        "online": Phrase("在线", "Online"),
        "late": Phrase("迟到", "Late"),
        "offline": Phrase("离线", "Offline"),
        "forked": Phrase("分叉停用", "Stopped: fork"),
        "fenced": Phrase("停用", "Fenced"),
        "released": Phrase("停用已结", "Released"),
        "closed": Phrase("已接续", "Recovered"),
    },
    "kind": {
        "top_up": Phrase("充值", "Top-up"),
        "spend": Phrase("消费", "Payment"),
        "void": Phrase("撤销", "Void"),
        "shift_opened": Phrase("开班", "Shift opened"),
        "shift_closed": Phrase("交班", "Shift closed"),
        "paid_in": Phrase("存钞", "Paid in"),
        "paid_out": Phrase("取钞", "Paid out"),
        "drop": Phrase("抽钞", "Drop"),
        "no_sale": Phrase("开钱箱", "No sale"),
        "day_closed": Phrase("日结", "Day close"),
        "member_enrolled": Phrase("入会", "Enrolled"),
        "card_issued": Phrase("发卡", "Card issued"),
        "card_blocked": Phrase("挂失", "Card blocked"),
        "card_unblocked": Phrase("解挂", "Card unblocked"),
        "card_replaced": Phrase("补卡", "Card replaced"),
        "reprinted": Phrase("补打", "Reprint"),
        "refused": Phrase("拒绝", "Refused"),
        "granted": Phrase("调拨到店", "Granted"),
        "returned": Phrase("归还总部", "Returned"),
        "merged": Phrase("合并", "Merged"),
    },
    "purpose": {
        "new": Phrase("新机", "New box"),
        "replace": Phrase("替换坏机", "Replace a dead box"),
        "recover": Phrase("原机恢复", "Recover this box"),
    },
    "card": {
        "active": Phrase("有效", "Active"),
        "blocked": Phrase("已挂失", "Blocked"),
        "replaced": Phrase("已补卡", "Replaced"),
    },
    "ended": {
        "settled": Phrase("已结算", "Settled"),
        "dismissed": Phrase("已阅结案", "Dismissed"),
    },
    "act": {
        "new_code": Phrase("生成入网码", "Made an enrolment code"),
        "confirm_box": Phrase("确认入网", "Let a box in"),
        "fence": Phrase("停用门店机", "Fenced a box"),
        "propose_release": Phrase("提议释放", "Proposed a release"),
        "confirm_release": Phrase("确认释放", "Confirmed a release"),
        "settled": Phrase("结算隔离页", "Settled a quarantined page"),
        "dismissed": Phrase("隔离页结案", "Dismissed a quarantined page"),
        "merge": Phrase("合并会员", "Merged members"),
        "publish": Phrase("发布方案", "Published a programme"),
        "restored": Phrase("宣布从备份恢复", "Declared a restore from backup"),
        "sign_in": Phrase("登录", "Signed in"),
        "sign_out": Phrase("退出", "Signed out"),
        "add_person": Phrase("添加人员", "Added a person"),
        "let_go": Phrase("停用人员", "Let a person go"),
        "take_back": Phrase("恢复人员", "Took a person back"),
        "new_password": Phrase("改密码", "Changed a password"),
    },
    "asset": {
        "principal": Phrase("本金", "Principal"),
        "bonus": Phrase("赠送金", "Bonus"),
    },
}
REASONS: Final[dict[str, Phrase]] = {
    "alive": Phrase("还在用", "it lives"),
    "pending": Phrase("还没有确认入网", "it has not been let in"),
    "open": Phrase("正在使用", "it is open"),
    "forked": Phrase("账本分叉,已停", "its journal forked"),
    "fenced": Phrase("已经停用", "it is fenced already"),
    "released": Phrase("待清金额已经释放", "it has been released already"),
    "closed": Phrase("已由新一代接续", "a newer life goes on from it"),
    "not_fenced": Phrase("还没有停用,先停用", "it is not fenced: fence it first"),
    "not_proposed": Phrase("还没有人提议释放", "nobody has proposed its release"),
    "nothing_to_recover": Phrase(
        "没有可以接续的账本,请用新机或替换", "nothing to recover: enrol it as new or replace it"
    ),
    "another_store": Phrase("属于另一家店", "it belongs to another store"),
    "unknown": Phrase("没有这一项", "there is no such thing"),
    "does_not_follow": Phrase("接不上已有的账本", "it does not follow the journal held here"),
    "merged_before": Phrase("其中一份已经合并过", "one of them was merged before"),
    "same_person": Phrase("须由另一个人确认", "somebody else confirms"),
    "typed": Phrase("确认的字没有打对,没有执行", "the confirmation was not typed right; nothing was done"),
    "name": Phrase(
        "机名、店名只用小写字母、数字、点和横线", "boxes and stores are named in small letters, digits, dots, dashes"
    ),
    "compare": Phrase("先对照两边的指纹再勾选", "compare both fingerprints first, then tick the box"),
    "purpose": Phrase("请选用途", "choose what the code is for"),
    "short": Phrase("太短", "too short"),
    "long": Phrase("太长", "too long"),
    "simple": Phrase("太简单", "too simple"),
    "same": Phrase("和旧的一样", "the same as before"),
    "differ": Phrase("两次输入不同", "the two do not agree"),
    "fork": Phrase("分叉:同一序号两份内容", "fork: two entries under one number"),
    "unreadable": Phrase("读不懂", "unreadable"),
    "not_yours": Phrase("不是本机或本店的", "another box's or store's"),
}
