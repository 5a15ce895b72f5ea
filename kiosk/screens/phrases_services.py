"""Words for what a use case refuses."""

from __future__ import annotations

from typing import Final

from kiosk.screens import phrases_backup, phrases_family, phrases_moving, phrases_opening
from kiosk.screens.wording import Cases, Wording, wording
from kiosk.services import errors, offer_errors

_OPEN_SHIFT: Final = ("按 F9 开班", "Press F9 to open a shift")


def _stopped(why: tuple[str, str]) -> Wording:
    """Return the words for a box that sells no stored value: only why differs."""
    return wording(
        ("此机停用储值，须连总部", "Stored value is stopped on this computer"),
        why,
        ("收其他方式照常；请店长联系总部", "Other tenders go on; the manager calls head office"),
    )


WORDINGS: Final[dict[type[Exception], Wording | Cases]] = {
    **phrases_family.WORDINGS,
    **phrases_opening.WORDINGS,
    **phrases_moving.WORDINGS,
    offer_errors.ClaimNotOpen: wording(
        ("「{name}」现在不能领", "{name} cannot be claimed now"),
        ("条件还不满足", "Its conditions do not hold"),
        ("看原因，或选别的", "Look at the reasons, or choose another"),
    ),
    offer_errors.NothingToClaim: wording(
        ("现在没有可领的", "There is nothing to claim now"),
        ("没有一项满足条件", "No offer's conditions hold"),
        ("看每一项的原因", "Look at the reason of each"),
    ),
    offer_errors.NotInProgramme: wording(
        ("方案里没有「{name}」", "The programme has no {name}"),
        ("方案可能刚换过", "The programme may have changed"),
        ("重新打开列表再选", "Open the list again and choose"),
    ),
    offer_errors.NotForUse: wording(
        ("「{asset}」不能单独核销", "{asset} is not redeemed by itself"),
        ("券和积分在结账时用，权益只是持有", "Coupons and points come off a bill; a right is held"),
        ("结账时使用", "Use it when paying"),
    ),
    offer_errors.NotOnItsList: wording(
        ("「{goods}」不在可选范围", "{goods} is not on its list"),
        ("「{asset}」只能换指定商品", "{asset} is for the goods on its list"),
        ("从列表里选一样", "Choose one from the list"),
    ),
    offer_errors.NotGiftable: wording(
        ("「{asset}」不能转赠", "{asset} cannot be given away"),
        ("方案没有开放转赠", "The programme does not allow it"),
        ("由本人使用", "The member uses it"),
    ),
    offer_errors.GiftToSelf: wording(
        ("不能转赠给自己", "Nobody gives to themselves"),
        ("双方是同一位会员", "Both are the same member"),
        ("扫受赠人的会员码", "Scan the receiver's code"),
    ),
    offer_errors.ReferrerUnfit: Cases(
        "reason",
        {
            "anonymous": wording(
                ("不记名卡不能推荐", "An anonymous card refers nobody"),
                ("推荐人要是记名会员", "A referrer is a registered member"),
                ("扫推荐人的会员码，或不填", "Scan the referrer's code, or leave it out"),
            ),
        },
        wording(
            ("找不到推荐人", "The referrer was not found"),
            ("本机不认识「{code}」", "This computer does not know {code}"),
            ("重新扫码，或不填", "Scan again, or leave it out"),
        ),
    ),
    errors.UnknownStaff: wording(
        ("没有 {staff_id} 号", "There is no number {staff_id}"),
        ("在职人员里没有这个号", "Nobody on duty has this number"),
        ("从左边选，或请店长登记", "Choose from the list, or ask the manager"),
    ),
    errors.WrongPin: wording(
        ("密码不对", "Wrong PIN"),
        ("还可以试 {attempts_left} 次", "{attempts_left} tries are left"),
        ("重新输入密码", "Type the PIN again"),
    ),
    errors.StaffLocked: wording(
        ("{staff_id} 号暂时锁住了", "Number {staff_id} is locked"),
        ("密码错得太多，{until} 以后再试", "Too many wrong PINs; locked until {until}"),
        ("请别人先登录，或等到 {until}", "Someone else signs in, or wait until {until}"),
    ),
    errors.PinUnfit: wording(
        ("这个密码不能用", "This PIN cannot be used"),
        ("密码要 4 到 12 位数字，不能全一样", "A PIN has 4 to 12 digits, not all the same"),
        ("换一个密码", "Choose another PIN"),
    ),
    errors.ApprovalNeeded: wording(
        ("「{act}」{amount_minor} 要店长授权", "{act} {amount_minor} needs the manager"),
        ("本店方案要第二个人同意", "The programme wants a second person"),
        ("请店长选名字、输密码", "The manager chooses the name and types the PIN"),
    ),
    errors.ApproverNotManager: wording(
        ("{staff_id} 号不能授权", "Number {staff_id} cannot approve"),
        ("只有店长可以授权", "Only a manager approves"),
        ("请店长输密码，或按 Esc 不做", "A manager types the PIN, or Esc"),
    ),
    errors.ApproverIsCashier: wording(
        ("不能给自己授权", "Nobody approves their own act"),
        ("{staff_id} 号就是正在收银的人", "Number {staff_id} is the cashier of this act"),
        ("请另一位店长输密码", "Another manager types the PIN"),
    ),
    errors.ApprovalForOtherAct: wording(
        ("授权对不上", "The approval does not match"),
        ("授权的是「{approved_act}」，要做的是「{act}」", "It was for {approved_act}, this is {act}"),
        ("重新做一次，请店长再授权", "Start again and ask for a new approval"),
    ),
    errors.ApprovalForOtherContent: wording(
        ("授权以后内容变了，没有入账", "It changed after the approval; nothing was recorded"),
        ("授权只管当时看到的「{act}」", "The approval was for the {act} that was shown"),
        ("看清现在的数，请店长再授权", "Look at it as it is now and ask for a new approval"),
    ),
    errors.NoOpenShift: wording(
        ("还没有开班", "No shift is open"),
        ("收银台 {till} 没有打开的班次", "Till {till} has no open shift"),
        _OPEN_SHIFT,
    ),
    errors.ShiftAlreadyOpen: wording(
        ("收银台 {till} 已经开班", "Till {till} has an open shift"),
        ("{cashier} 号 {opened_at} 开的", "Number {cashier} opened it at {opened_at}"),
        ("请 {cashier} 号登录，或由店长代为交班", "Number {cashier} signs in, or a manager closes it"),
    ),
    errors.ShiftOfAnother: wording(
        ("这个班次不是您的", "This shift is not yours"),
        ("收银台 {till} 的班次是 {cashier} 号的", "The shift on till {till} is number {cashier}'s"),
        ("请 {cashier} 号登录，或由店长代为交班", "Number {cashier} signs in, or a manager closes it"),
    ),
    errors.ShiftsStillOpen: wording(
        ("{business_date} 还不能日结", "{business_date} cannot be closed yet"),
        ("收银台 {tills} 还没交班", "Till {tills} still has an open shift"),
        ("先交班，再日结", "Close the shifts first"),
    ),
    errors.DayNotBegun: wording(
        ("{business_date} 还没到，不能日结", "{business_date} has not begun"),
        ("按本机时钟，营业日是 {today}", "By the clock the business date is {today}"),
        ("核对本机的日期和时间", "Check the date and time of this computer"),
    ),
    errors.MemberUnknown: wording(
        ("找不到这位会员", "This member is not here"),
        ("本店没有这个会员", "No member of this shop has this id"),
        ("扫会员码，或输入手机查找", "Scan the member code or search by phone"),
    ),
    errors.NameMissing: wording(
        ("还没有姓名", "The name is missing"),
        ("记名会员要有姓名", "A registered member has a name"),
        ("输入姓名，或按 F7 发不记名卡", "Type the name, or F7 for an anonymous card"),
    ),
    errors.PhoneUnreadable: wording(
        ("「{phone}」不是手机号", "「{phone}」 is no mobile number"),
        ("手机号是 11 位，13 到 19 开头", "It has 11 digits and begins with 13 to 19"),
        ("重新输入手机号", "Type the number again"),
    ),
    errors.BirthdayUnreadable: wording(
        ("「{birthday}」不是生日", "「{birthday}」 is no birthday"),
        ("生日写 8 位数字，例如 19900521", "Eight digits, such as 19900521"),
        ("重新输入，不知道就留空", "Type it again, or leave it empty"),
    ),
    errors.ConsentMissing: wording(
        ("会员还没有同意条款", "The member has not agreed to the terms"),
        ("储值合同要本人同意（条款 {terms_version}）", "The contract needs consent (terms {terms_version})"),
        ("请会员看条款，同意后按空格", "Show the terms; Space marks the consent"),
    ),
    errors.TagUnfit: wording(
        ("「{tag}」不能作标签", "「{tag}」 cannot be a tag"),
        ("标签是一个词，最多 24 个字，不带号码", "A tag is one word of at most 24 letters, without numbers"),
        ("换一个短一点的词", "Choose a shorter word"),
    ),
    errors.TagIsComputed: wording(
        ("「{tag}」是算出来的", "{tag} is worked out"),
        ("它看来店、消费和余额，不由人贴", "It follows from visits, spending and balance"),
        ("换一个自己的标签", "Choose a tag of your own"),
    ),
    errors.TagsUnchanged: wording(
        ("标签没有变化", "No tag changes"),
        ("要贴的已经有，要撕的本来没有", "Those to add are there, those to remove are not"),
        ("看一看会员现在的标签", "Look at the member's tags"),
    ),
    errors.CardUnknown: wording(
        ("没有卡 {card_code}", "There is no card {card_code}"),
        ("本店没有发过这张卡", "It was not issued here"),
        ("看清卡号，或输入手机查找", "Check the number, or search by phone"),
    ),
    errors.CardIsBlocked: wording(
        ("卡 {card_code} 已经挂失", "Card {card_code} is blocked"),
        ("挂失的卡不能用，余额不受影响", "A lost card is not accepted; the balance is safe"),
        ("找到本人后按 F7 解挂或补卡", "Find the member, then F7 unblocks or replaces"),
    ),
    errors.CardNotBlocked: wording(
        ("卡 {card_code} 没有挂失", "Card {card_code} is not blocked"),
        ("只有挂失的卡才要解挂", "Only a blocked card is unblocked"),
        ("这张卡可以直接用", "This card can be used"),
    ),
    errors.CardWasReplaced: wording(
        ("卡 {card_code} 已经作废", "Card {card_code} is dead"),
        ("它已换成 {replaced_by}", "It was replaced by {replaced_by}"),
        ("请用新卡，或输入手机查找", "Use the new card, or search by phone"),
    ),
    errors.CardTaken: wording(
        ("卡 {card_code} 已经有主人", "Card {card_code} belongs to someone"),
        ("一张卡只能给一位会员", "A card has one member only"),
        ("换一张新卡扫", "Scan a fresh card"),
    ),
    errors.RestTenderMissing: wording(
        ("还有 {rest_minor} 没说怎么收", "{rest_minor} has no tender yet"),
        ("储值不够付全额", "The balance does not cover the bill"),
        ("按 c 现金、w 微信、a 支付宝或 k 银行卡", "Press c cash, w WeChat, a Alipay or k card"),
    ),
    errors.CashTooLittle: wording(
        ("客人给的 {tendered_minor} 不够", "{tendered_minor} given is too little"),
        ("要收现金 {due_minor}", "{due_minor} is due in cash"),
        ("重新输入客人给的现金", "Type the cash given again"),
    ),
    errors.DrawerTooEmpty: wording(
        ("钱箱里拿不出 {asked_minor}", "The drawer cannot give {asked_minor}"),
        ("账上现金只有 {held_minor}", "It should hold {held_minor}"),
        ("先按 F9 入款，或减少金额", "Pay cash in with F9, or take less"),
    ),
    errors.ReasonMissing: wording(
        ("还没有写事由", "The reason is missing"),
        ("「{kind}」要说明用途", "{kind} needs a reason"),
        ("按数字选一个事由，或自己写", "Press a number for a reason, or type one"),
    ),
    errors.StoredValueStopped: Cases(
        "reason",
        {
            **phrases_backup.STOPPED,
            "behind": _stopped(
                (
                    "总部的账比这台机器多，像是用旧备份恢复的",
                    "Head office knows more: this computer was put back to an old copy",
                )
            ),
            "forked": _stopped(("这台机器的账和总部的分了岔", "The journal here and at head office went apart")),
            "fenced": _stopped(("总部已把这台机器报失，另有机器接替", "Head office declared this computer dead")),
            "closed": _stopped(("这本账已经转到新的一代", "This journal goes on in a later life")),
            "older_head_office": _stopped(
                ("总部用旧备份恢复了，还没有说明", "Head office was put back to an old copy")
            ),
        },
        _stopped(("总部不认这台机器的账：{reason}", "Head office refuses this journal: {reason}")),
    ),
    errors.EntriesUnsent: wording(
        ("有 {entries} 笔没上传总部，还不能日结", "{entries} entries are unsent; the day stays open"),
        ("储值变动 {unsent_minor}，最早一笔 {since}", "{unsent_minor} of stored value, the oldest at {since}"),
        (
            "等连上总部传完；等不及按 Esc 再来，请店长授权",
            "Wait for the line; or Esc, begin again, and the manager approves",
        ),
    ),
    errors.OffersDiffer: wording(
        ("流水 {entry_no} 按当时的方案重算，结果不同", "Entry {entry_no} comes out otherwise under its programme"),
        ("入账的是 {booked}，重算的是 {again}", "Booked: {booked}; weighed again: {again}"),
        (
            "不要改动数据库；把这一行和数据库备份交给总部",
            "Change nothing; give this line and a backup of the database to head office",
        ),
    ),
    errors.QuoteChanged: wording(
        ("金额和刚才显示的不同，没有入账", "The figures changed; nothing was recorded"),
        ("刚才显示 {shown_minor}，现在是 {now_minor}", "It showed {shown_minor}, now it is {now_minor}"),
        ("看清新的数，再按 Enter", "Look at the new figures, then Enter"),
    ),
    errors.EntryUnknown: wording(
        ("找不到这一笔", "This entry is not here"),
        ("本机账本里没有它", "This box's journal does not hold it"),
        ("从列表里选一笔", "Choose one from the list"),
    ),
    errors.NothingToReprint: wording(
        ("这一笔没有小票", "This entry has no slip"),
        ("当时就没有打印", "Nothing was printed for it"),
        ("从列表里选一笔有小票的", "Choose one that printed a slip"),
    ),
    errors.ProgrammeNotBegun: wording(
        ("方案 {version} 还没到施行日", "Programme {version} has not begun"),
        ("它从 {starts_on} 起施行", "It starts on {starts_on}"),
        ("到那天再载入", "Load it on that day"),
    ),
    errors.ProgrammeMissing: wording(
        ("没有方案，不能收银", "There is no programme"),
        ("门店 {store} 还没有载入方案", "Store {store} has none loaded"),
        ("请店长载入方案文件", "The manager loads a programme file"),
    ),
}
