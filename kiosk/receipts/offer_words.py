"""The words on slips of what members own beside money, Chinese and English; a test holds both tables to the same keys."""

from __future__ import annotations

from typing import Final

_ZH: Final = {
    "title.sold": "售卡售券",
    "title.issued": "领取",
    "title.redeemed": "核销",
    "title.gifted": "转赠",
    "title.friend": "代人充值",
    "product": "商品",
    "item": "兑换",
    "price": "价格",
    "used": "使用",
    "left": "剩余",
    "units": "{count} 份",
    "chosen": "选择",
    "from": "转出",
    "into": "转入",
    "for": "充值给",
    "points": "积分",
    "draws": "抽奖",
    "draw.prize": "中奖",
    "draw.none": "未中奖",
    "draw.ticket": "奖号",
    "draw.odds": "{name} {weight}/{of}",
    "draw.gone": "{name} {weight}/{of}（已送完）",
    "draw.seed": "种子",
    "draw.anchor": "承诺",
    "draw.mixed": "业务号",
    "draw.note": "奖号由先公布的承诺、本单号与您的数字算出，凭本单可验证。",
    "cash_given": "收现金",
    "change": "找零",
    "bought": "您购买的权益按以下条款使用：",
}

_EN: Final = {
    "title.sold": "Sale of a pass or card",
    "title.issued": "Claimed",
    "title.redeemed": "Redeemed",
    "title.gifted": "Given to a friend",
    "title.friend": "Top-up for a friend",
    "product": "Product",
    "item": "Exchanged for",
    "price": "Price",
    "used": "Used",
    "left": "Left",
    "units": "{count}",
    "chosen": "Chosen",
    "from": "From",
    "into": "To",
    "for": "For",
    "points": "Points",
    "draws": "Draw",
    "draw.prize": "Prize",
    "draw.none": "no prize",
    "draw.ticket": "Ticket",
    "draw.odds": "{name} {weight} of {of}",
    "draw.gone": "{name} {weight} of {of} (none left)",
    "draw.seed": "Seed",
    "draw.anchor": "Commitment",
    "draw.mixed": "Entry id",
    "draw.note": "The ticket follows from a commitment made before, this entry and your digits; this slip proves it.",
    "cash_given": "Cash given",
    "change": "Change",
    "bought": "What you bought is used under these terms:",
}

OFFER_WORDS: Final = {"zh": _ZH, "en": _EN}
"""Each language's table, by the store's `language`."""
