"""The sentences of each page; see `phrases`."""

from __future__ import annotations

from typing import Final

from headoffice.pages.language import Phrase

PAGE_PHRASES: Final[dict[str, Phrase]] = {
    "column.box": Phrase("门店机", "Box"),
    "column.store": Phrase("门店", "Store"),
    "column.standing": Phrase("状态", "State"),
    "column.last_seen": Phrase("最后联系", "Last seen"),
    "column.acknowledged": Phrase("已收到", "Acknowledged"),
    "column.unsent": Phrase("机上未传", "Unsent at the box"),
    "column.held": Phrase("机上额度", "Held there"),
    "column.ho_epoch": Phrase("总部代", "Head office's epoch"),
    "column.principal": Phrase("本金", "Principal"),
    "column.bonus": Phrase("赠送金", "Bonus"),
    "column.total": Phrase("合计", "Total"),
    "overview.title": Phrase("今日", "Today"),
    "overview.as_of": Phrase("截至 {moment}", "As of {moment}"),
    "overview.matters": Phrase("要人处理的", "For a person to see to"),
    "overview.nothing": Phrase("现在没有要处理的事。", "Nothing waits for a person now."),
    "overview.boxes": Phrase("门店机", "Boxes"),
    "overview.liability": Phrase("预收余额(欠会员的)", "Prepaid value owed to members"),
    "overview.yuan": Phrase("元", "CNY"),
    "overview.place": Phrase("存放处", "Place"),
    "overview.places_hint": Phrase(
        "每一分钱只在一处:总部余额 + 各店额度 + 途中 + 待清 = 欠会员的。",
        "Every fen is in one place: free + stores + in flight + suspense = what is owed to members.",
    ),
    "overview.suspected": Phrase(
        "总部像是从旧备份恢复的:有门店机知道更多。现在不发额度。请管理员运行 headoffice restored。",
        "Head office seems to be an old backup: a box knows more. Nothing is granted. Run headoffice restored.",
    ),
    "overview.no_grants": Phrase(
        "恢复中(第 {epoch} 代):等各机补传或停用后才发额度。",
        "Restoring (epoch {epoch}): nothing is granted until every box has told all again, or is fenced.",
    ),
    "place.free": Phrase("总部余额", "Free at head office"),
    "place.store": Phrase("{name} 店内", "At {name}"),
    "place.flight": Phrase("途中", "In flight"),
    "place.suspense": Phrase("待清(停用的机)", "Suspense (fenced boxes)"),
    "matter.forked": Phrase("台机账本分叉,已停", "boxes stopped: their journal forked"),
    "matter.quarantine": Phrase("页账在隔离,等人看", "pages in quarantine"),
    "matter.trouble": Phrase("台机报了问题", "boxes in trouble"),
    "matter.offline": Phrase("台机离线超过半小时", "boxes offline for more than half an hour"),
    "matter.late": Phrase("台机迟到", "boxes late"),
    "matter.pending": Phrase("台机等着入网:要对指纹", "boxes wait to be let in: compare fingerprints"),
    "matter.release": Phrase("笔释放等另一个人确认", "releases wait for a second person"),
    "matter.fenced": Phrase("台停用的机还有待清", "fenced boxes not yet released"),
    "matter.twins": Phrase("个手机号下有不止一位会员", "phones with more than one member"),
    "boxes.title": Phrase("门店机", "Boxes"),
    "boxes.new": Phrase("生成入网码", "Enrol a box"),
    "boxes.filter": Phrase("按状态看", "By state"),
    "boxes.all": Phrase("全部", "All"),
    "boxes.none": Phrase("这里没有门店机。", "No boxes here."),
    "boxes.unsent": Phrase("{count} 笔", "{count} entries"),
    "boxes.store_only": Phrase("只看 {store}", "{store} only"),
    "boxes.relearning": Phrase("补传中", "telling again"),
    "boxes.not_adopted": Phrase("未接受第 {epoch} 代", "has not adopted {epoch}"),
    "password.title": Phrase("改密码", "Change password"),
}
