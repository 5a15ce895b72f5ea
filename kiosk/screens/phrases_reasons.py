"""Words for the reasons of a rule (N6): one sentence per code of the pages in docs/rules/."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

REASONS: Final = {
    "spend.lot": Phrase(
        "从 {lot} 的充值里扣：本金 {principal_minor}，赠金 {bonus_minor}",
        "From the top-up of {lot}: principal {principal_minor}, bonus {bonus_minor}",
    ),
    "spend.rest": Phrase(
        "此处可用 {available_minor}，还差 {rest_minor} 用别的方式收",
        "{available_minor} is available here; {rest_minor} is paid another way",
    ),
    "top_up.no_rung": Phrase("充 {paid_minor} 够不到任何一档，没有赠送", "{paid_minor} reaches no rung, so no bonus"),
    "top_up.fixed_bonus": Phrase(
        "达到充 {rung_minor} 这一档，送 {bonus_minor}", "Reaches the {rung_minor} rung: bonus {bonus_minor}"
    ),
    "top_up.percent_bonus": Phrase(
        "达到充 {rung_minor} 这一档，送 {percent}%，即 {bonus_minor}",
        "Reaches the {rung_minor} rung: {percent}% bonus, {bonus_minor}",
    ),
    "top_up.next_rung": Phrase(
        "再充 {missing_minor} 就到下一档，共送 {bonus_minor}",
        "{missing_minor} more reaches the next rung: bonus {bonus_minor}",
    ),
}
LOTS_IN_ORDER: Final = Phrase(
    "先用最早充的；同一笔里本金和赠金按当时的比例一起扣",
    "Oldest top-up first; within one, principal and bonus in the ratio it was sold at",
)
