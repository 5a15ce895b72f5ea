"""The words of an archive of evidence, in Chinese and English beside each other: whoever opens it reads one of them."""

from __future__ import annotations

from typing import Final

from ledger.entries import EntryKind

TITLES: Final = {
    EntryKind.TOP_UP: "储值充值 Top-up",
    EntryKind.SPEND: "消费结账 Payment",
    EntryKind.VOID: "撤销 Void",
    EntryKind.SOLD: "售卡售券 Sold",
    EntryKind.ISSUED: "发放 Given",
    EntryKind.REDEEMED: "核销 Redeemed",
    EntryKind.LAPSED: "过期清零 Lapsed",
    EntryKind.GIFTED: "转赠 Gift",
    EntryKind.OPENED: "旧余额转入 Opening balance",
    EntryKind.OPENING_REVERTED: "转入撤回 Opening reverted",
}
STORE: Final = "门店 Store"
TILL: Final = "收银台 Till"
CASHIER: Final = "收银员 Cashier"
APPROVER: Final = "授权 Approved by"
AT: Final = "时间 At"
BUSINESS_DATE: Final = "营业日 Business date"
ENTRY: Final = "凭证 Entry"
UNDOES: Final = "撤销凭证 Undoes"
PRINCIPAL: Final = "本金 Principal"
BONUS: Final = "赠送金 Bonus"
UNITS: Final = "数量变动 Units"
TENDER: Final = "支付方式 Tender"
TERMS: Final = "条款 Terms"
TENDERS: Final = {
    "cash": "现金 cash",
    "wechat": "微信 wechat",
    "alipay": "支付宝 alipay",
    "bank_card": "银行卡 bank card",
}

README_ZH: Final = """\
会员储值凭证包

entries.jsonl      该会员(含并入的档案)的全部凭证,一行一笔,附序号与哈希链;body 为原始字节
receipts/          按凭证重排的小票;编号为「代-序号 #短哈希」,与当时小票所印一致
programmes/        涉及的方案文件(含条款);terms.json 写明每一批储值按哪份条款售出
member.json        会员档案与卡
chains.json        涉及的各本流水账的末端与总部会签
verification.json  总部重算全部账目的结果
manifest.json      每个文件的 SHA-256;manifest.sig 为总部密钥的签名(Ed25519)
check.py           核对工具:解压后在本目录运行 python3 check.py,只用 Python 标准库

请另行向总部核对 manifest.json 里的 office_key:签名只证明出自持有该密钥者。
"""
README_EN: Final = """\
Evidence of one member's stored value

entries.jsonl      every entry of this member (and of records merged into it), one a line, with its place in the hash
                   chain; `body` is the original bytes
receipts/          receipts set again from the entries; `epoch-sequence #short hash` is what the slip said
programmes/        the programme files concerned, with their terms; terms.json says which terms each lot was sold under
member.json        the directory record and the cards
chains.json        the heads of the journals concerned, and head office's countersignatures
verification.json  what came of recomputing all of head office's books
manifest.json      the SHA-256 of every file; manifest.sig is head office's signature over it (Ed25519)
check.py           unpack and run `python3 check.py` here; it takes Python's standard library alone

Compare office_key in manifest.json with head office: a signature proves only who holds that key.
"""
