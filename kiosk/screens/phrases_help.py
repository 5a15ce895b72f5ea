"""Help as plain content: for each screen a heading and lines of key and meaning."""

from __future__ import annotations

from typing import Final, NamedTuple

from kiosk.i18n import Phrase


class Topic(NamedTuple):
    """The help of one screen: its heading and its lines of key and meaning."""

    heading: Phrase
    lines: tuple[tuple[Phrase, Phrase], ...]


def _key(name: str) -> Phrase:
    return Phrase(name, name)


_ANYWHERE: Final = (
    (Phrase("扫码", "Scan"), Phrase("任何一屏都可以扫会员码或卡，直接打开会员", "opens the member from any screen")),
    (_key("Esc"), Phrase("返回上一步，从不改账", "goes back and never changes the books")),
    (_key("F12"), Phrase("锁屏，离开柜台时按", "locks the screen when you step away")),
)
_LIST: Final = (
    (_key("1-9"), Phrase("按行号选", "picks by number")),
    (Phrase("上 下", "Up Down"), Phrase("移动", "moves")),
    (_key("Enter"), Phrase("选定这一行", "takes the marked row")),
)

TOPICS: Final[dict[str, Topic]] = {
    "home": Topic(
        Phrase("首页", "Home"),
        (
            (Phrase("数字", "Digits"), Phrase("整个手机号、后四位或卡号", "whole phone, its last four, or a card")),
            (Phrase("字母", "Letters"), Phrase("姓名拼音首字母，如 zs", "pinyin initials, such as zs")),
            (
                Phrase("扫商品", "Goods"),
                Phrase("先记下，等会员；n * 改件数", "wait for the member; n * sets the pieces"),
            ),
            (_key("F2"), Phrase("办新会员", "enrols a member")),
            (_key("F7"), Phrase("发不记名卡", "hands over an anonymous card")),
            (_key("F9"), Phrase("开班、交班、钱箱、报表、日结", "shift, drawer, reports, close of the day")),
            (
                Phrase("离线", "Offline"),
                Phrase("照常收银，会员用此处可用的部分", "selling goes on with what is available here"),
            ),
            (Phrase("待传", "Unsent"), Phrase("已入账，等连上再传总部", "recorded; head office hears of it later")),
            *_ANYWHERE,
        ),
    ),
    "member": Topic(
        Phrase("会员", "Member"),
        (
            (Phrase("数字", "Digits"), Phrase("收款金额，下面马上算好", "the amount to pay, quoted at once")),
            (_key("Enter"), Phrase("收款，再按一次 Enter 入账", "pays; Enter again records it")),
            (
                Phrase("合计", "Total"),
                Phrase("各店一共有多少；这里不够时先向总部调拨", "of all stores; what is short here is asked for"),
            ),
            (_key("F3"), Phrase("充值；先输入金额会标出合适的档位", "tops up; a typed amount marks the fitting rung")),
            (_key("F2"), Phrase("会员资料、全部往来、家庭", "the whole record, the family")),
            (_key("j"), Phrase("这单用家庭储值，再按用自己的", "this bill uses the family's; again: their own")),
            (
                Phrase("扫商品", "Goods"),
                Phrase("入单；g 按名称找没有条码的", "go on the bill; g finds those without a code"),
            ),
            (
                _key("n *"),
                Phrase("最后一样改成 n 件；- 或 Backspace 去掉它", "n pieces of the last; - or Backspace drops it"),
            ),
            (_key("F6"), Phrase("用积分抵这单，再按改多少；没有单时看积分", "points pay this bill; again: how many")),
            (
                _key("F7"),
                Phrase("券、次卡、权益、可领的、售卡、实体卡", "coupons, passes, rights, claims, sales, cards"),
            ),
            (_key("?"), Phrase("为什么是这个数，还差什么", "why this figure, and what would change it")),
            *_ANYWHERE,
        ),
    ),
    "top_up": Topic(
        Phrase("充值", "Top up"),
        (
            (_key("1-9"), Phrase("选档位", "chooses a rung")),
            (_key("0"), Phrase("输入其他金额", "another amount")),
            (_key("Enter"), Phrase("收现金", "takes cash")),
            (_key("c w a k"), Phrase("收现金、微信、支付宝、银行卡", "cash, WeChat, Alipay, card")),
            *_ANYWHERE,
        ),
    ),
    "confirm": Topic(
        Phrase("确认", "Confirm"),
        (
            (_key("Enter"), Phrase("入账；按两次也只入一笔", "records it; twice is still once")),
            (
                Phrase("数字", "Digits"),
                Phrase("客人给的现金，算出找零；别的方式是参考号", "cash given, or a reference"),
            ),
            (_key("c w a k"), Phrase("换收款方式", "changes the tender")),
            (_key("Esc"), Phrase("不做", "leaves it undone")),
        ),
    ),
    "result": Topic(
        Phrase("结果", "Result"),
        (
            (_key("Enter"), Phrase("下一步", "goes on")),
            (Phrase("扫码或输入", "Scan or type"), Phrase("直接开始下一位", "begins with the next customer")),
            (_key("F5"), Phrase("补打小票", "reprints a slip")),
        ),
    ),
    "candidates": Topic(Phrase("选会员", "Choose a member"), (*_LIST, *_ANYWHERE)),
    "record": Topic(
        Phrase("会员资料", "Member record"),
        (
            (Phrase("上 下", "Up Down"), Phrase("翻看", "scrolls")),
            (_key("j"), Phrase("家庭：谁可以用这份储值，谁用了多少", "family: who may use it, who used what")),
            (_key("t"), Phrase("标签：愿不愿意收消息，本店加的，算出来的", "tags: messages or not, given, worked out")),
            *_ANYWHERE,
        ),
    ),
    "family": Topic(
        Phrase("家庭", "Family"),
        (
            (_key("n"), Phrase("开家庭，让家人共用储值", "lets others use the stored value")),
            (_key("a"), Phrase("扫家人的码加入", "adds whoever shows their code")),
            (_key("Enter"), Phrase("改这个人每天、每月的限额", "sets a person's limits a day and a month")),
            (_key("x"), Phrase("移除这个人", "takes the person out")),
            (_key("d"), Phrase("解散", "dissolves the family")),
            *_ANYWHERE,
        ),
    ),
    "tags": Topic(
        Phrase("标签", "Tags"),
        (
            (_key("Enter"), Phrase("改这一行；本店加的就去掉", "changes the row; takes a given one away")),
            (_key("a"), Phrase("加一个词，最多 24 个字，不带号码", "adds a word, at most 24 letters, no numbers")),
            (
                Phrase("算出来的", "Worked out"),
                Phrase("按方案的门槛，写着是哪个数", "by the programme, with the figure"),
            ),
            *_ANYWHERE,
        ),
    ),
    "tag_panel": Topic(
        Phrase("新标签", "New tag"),
        ((_key("Enter"), Phrase("就用这个词", "takes this word")), (_key("Esc"), Phrase("不加", "leaves it"))),
    ),
    "family_limits": Topic(
        Phrase("限额", "Limits"),
        (
            (Phrase("数字", "Digits"), Phrase("元；空着不限", "yuan; empty for no limit")),
            (_key("Enter"), Phrase("下一步", "goes on")),
            (_key("Esc"), Phrase("不改", "leaves it")),
        ),
    ),
    "sign_in": Topic(
        Phrase("登录", "Sign in"),
        (
            (_key("1-9"), Phrase("选人", "chooses a person")),
            (Phrase("数字", "Digits"), Phrase("密码", "the PIN")),
            (_key("Enter"), Phrase("登录；错几次会锁一会儿", "signs in; wrong PINs lock for a while")),
        ),
    ),
    "approve": Topic(
        Phrase("店长授权", "Approval"),
        (
            (_key("1-9"), Phrase("选店长", "chooses the manager")),
            (_key("Enter"), Phrase("同意这一笔", "approves this act")),
        ),
    ),
    "open_shift": Topic(
        Phrase("开班", "Open the shift"),
        (
            (Phrase("数字", "Digits"), Phrase("点好的备用金", "the float as counted")),
            (_key("Enter"), Phrase("开班", "opens the shift")),
            (_key("F9"), Phrase("所有班次已交时，日结", "closes the day when no shift is open")),
            *_ANYWHERE,
        ),
    ),
    "shift": Topic(Phrase("班次与钱箱", "Shift and drawer"), (*_LIST, *_ANYWHERE)),
    "cash": Topic(
        Phrase("钱箱收支", "Cash in and out"),
        (
            (Phrase("数字", "Digits"), Phrase("金额，然后按行号选事由", "the amount, then a reason by number")),
            (_key("Enter"), Phrase("下一步", "goes on")),
            *_ANYWHERE,
        ),
    ),
    "count": Topic(
        Phrase("盲盘", "Blind count"),
        (
            (Phrase("数字", "Digits"), Phrase("这种面额有几张", "how many pieces of this kind")),
            (Phrase("Enter 上 下", "Enter Up Down"), Phrase("换面额", "goes to another kind")),
            (_key("F9"), Phrase("点完了，交班", "closes the shift with this count")),
            *_ANYWHERE,
        ),
    ),
    "report": Topic(Phrase("报表", "Report"), ((_key("p"), Phrase("打印", "prints")), *_ANYWHERE)),
    "void": Topic(
        Phrase("撤销", "Void"),
        (
            *_LIST,
            (Phrase("规则", "Rule"), Phrase("只撤本班的一整笔，原样冲回", "one whole entry of this shift, mirrored")),
            *_ANYWHERE,
        ),
    ),
    "reprint": Topic(Phrase("补打", "Reprint"), (*_LIST, *_ANYWHERE)),
    "enrol": Topic(
        Phrase("办会员", "New member"),
        (
            (_key("Enter"), Phrase("下一项，每项当场检查", "next field, each checked at once")),
            (Phrase("空格", "Space"), Phrase("本人同意条款", "marks the consent")),
            (
                Phrase("扫码", "Scan"),
                Phrase("方案有介绍礼时：扫介绍人的会员码", "a referrer's code, where the programme thanks them"),
            ),
            (_key("Esc"), Phrase("上一项，第一项时离开", "previous field, or leaves")),
        ),
    ),
    "cards": Topic(
        Phrase("会员卡", "Cards"),
        (
            (_key("n"), Phrase("发新卡，扫卡或由系统给卡号", "issues a card, scanned or given a code")),
            (_key("b u"), Phrase("挂失、解挂", "blocks, unblocks")),
            (_key("r"), Phrase("补卡，旧卡作废", "replaces; the old card is dead")),
            *_ANYWHERE,
        ),
    ),
    "points": Topic(
        Phrase("积分", "Points"),
        (
            *_LIST,
            (
                _key("F6"),
                Phrase("会员屏输入金额后按它：用积分抵一部分", "with an amount on the member screen: pays by points"),
            ),
            (_key("?"), Phrase("积分怎么来、怎么用、还差多少", "how points come and go, and what is missing")),
            *_ANYWHERE,
        ),
    ),
    "benefits": Topic(
        Phrase("卡券和权益", "Coupons and rights"),
        (
            *_LIST,
            (
                _key("Enter"),
                Phrase("有单时：这单用或不用；没有单时：用一次、领取", "chooses for the bill, or uses and claims"),
            ),
            (_key("?"), Phrase("每一样能不能用、能不能领，为什么", "of each whether it can be had, and why")),
            (_key("g"), Phrase("转赠：再扫朋友的码", "gives on: then scan the friend's code")),
            (_key("s"), Phrase("卖次卡、年卡、提货券", "sells passes and cards")),
            (_key("a"), Phrase("输入或扫活动码", "types or scans an activity's code")),
            (_key("c"), Phrase("实体会员卡", "plastic cards")),
            *_ANYWHERE,
        ),
    ),
    "goods": Topic(
        Phrase("商品目录", "Goods"),
        (
            *_LIST,
            (
                Phrase("字母", "Letters"),
                Phrase("名称或拼音首字母，列表随之变短", "a name or initials narrows the list"),
            ),
            (_key("Backspace"), Phrase("改掉最后一个字母", "takes the last letter back")),
            *_ANYWHERE,
        ),
    ),
    "care": Topic(
        Phrase("关怀名单", "Who to care for"),
        (
            *_LIST,
            (_key("b l e w"), Phrase("生日、余额低、快到期、要唤醒", "birthdays, low balances, ending, to wake up")),
            *_ANYWHERE,
        ),
    ),
    "points_panel": Topic(
        Phrase("这单用多少积分", "Points for this bill"),
        (
            (
                Phrase("数字", "Digits"),
                Phrase("用多少；不输入就用最多，0 不用", "how many; none typed is the most, 0 none"),
            ),
            (_key("Enter"), Phrase("用", "uses them")),
            (_key("Esc"), Phrase("不改", "leaves it as it was")),
        ),
    ),
    "choice": Topic(Phrase("换哪一样", "Which one"), (*_LIST, *_ANYWHERE)),
    "activity_code": Topic(
        Phrase("活动码", "Activity code"),
        ((Phrase("扫码或输入", "Scan or type"), Phrase("活动海报上的码", "the code of the poster")),),
    ),
    "sales": Topic(Phrase("售卡", "Sell"), (*_LIST, *_ANYWHERE)),
    "anonymous": Topic(
        Phrase("不记名卡", "Anonymous card"),
        (
            (Phrase("扫码", "Scan"), Phrase("用这张新卡", "uses this fresh card")),
            (Phrase("数字", "Digits"), Phrase("面值：当场卖成礼品卡", "a value: sold as a gift card")),
            (_key("Enter"), Phrase("由系统给卡号", "a code by the system")),
            (_key("Esc"), Phrase("返回", "goes back")),
        ),
    ),
    "security": Topic(Phrase("密码与安全", "PINs and refusals"), (*_LIST, *_ANYWHERE)),
    "pins": Topic(
        Phrase("输入密码", "Type PINs"),
        (
            (Phrase("数字", "Digits"), Phrase("一位一位输入，看不见", "the PIN, unseen")),
            (_key("Enter"), Phrase("到下一个，最后一个就改", "the next one, and changes behind the last")),
            (_key("Esc"), Phrase("不改", "leaves it as it was")),
        ),
    ),
    "audit": Topic(
        Phrase("被拒绝的", "What was refused"),
        (
            (_key("p"), Phrase("换一个人，再按到全部", "another person, all in the end")),
            (_key("d"), Phrase("今天、一周、一个月", "today, a week, a month")),
            *_LIST,
            *_ANYWHERE,
        ),
    ),
    "more": Topic(Phrase("更多", "More"), (*_LIST, *_ANYWHERE)),
    "why": Topic(Phrase("为什么", "Why"), ((_key("Esc"), Phrase("返回", "goes back")),)),
}
TITLE: Final = Phrase("帮助：{topic}", "Help: {topic}")
