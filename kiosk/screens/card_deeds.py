"""Acts on cards as they are asked."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.i18n import Language, Phrase
from kiosk.screens import phrases_shop as words
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.paying import who
from kiosk.screens.phrases_frame import TENDERS
from kiosk.services.acts import Act
from kiosk.services.cards import CardDone, block_card, issue_card, replace_card, unblock_card
from kiosk.services.enrol import Enrolled, enrol_anonymous
from kiosk.services.sell_gift_card import GiftCard, GiftCardSold, sell_gift_card
from kiosk.services.values import Member
from ledger.codes import Code, CodeKind, read_code
from ledger.entries import EntryKind
from ledger.money import format_minor
from ledger.rules.topping import TopUpOffer


def issue_deed(desk: Desk, member: Member, code: str | None) -> Deed:
    """Return the issue of a card: the one scanned, or a code given by the system."""
    counter, language = desk.counter, desk.language

    def command(act: Act, _: Settling) -> CardDone:
        return issue_card(counter, act, member.member_id, code)

    line = words.CONFIRM_ISSUE.said(language, who=who(member, language), card=_card(code, language))
    return _deed(words.ISSUE, line, command, language)


def replace_deed(desk: Desk, member: Member, old: str, code: str | None) -> Deed:
    """Return the replacement of a card."""
    counter, language = desk.counter, desk.language

    def command(act: Act, _: Settling) -> CardDone:
        return replace_card(counter, act, old, code)

    line = words.CONFIRM_REPLACE.said(
        language, who=who(member, language), card=_card(old, language), new=_card(code, language)
    )
    return _deed(words.REPLACE, line, command, language)


def card_deed(desk: Desk, kind: EntryKind, member: Member, code: str) -> Deed:
    """Return the blocking or unblocking of a card."""
    counter, language = desk.counter, desk.language
    blocks = kind is EntryKind.CARD_BLOCKED

    def command(act: Act, _: Settling) -> CardDone:
        return block_card(counter, act, code) if blocks else unblock_card(counter, act, code)

    phrase = words.CONFIRM_BLOCK if blocks else words.CONFIRM_UNBLOCK
    line = phrase.said(language, who=who(member, language), card=_card(code, language))
    return _deed(words.BLOCK if blocks else words.UNBLOCK, line, command, language)


def anonymous_deed(desk: Desk, code: str | None) -> Deed:
    """Return the handing over of an anonymous card."""
    counter, language = desk.counter, desk.language

    def command(act: Act, _: Settling) -> Enrolled:
        return enrol_anonymous(counter, act, code)

    line = words.CONFIRM_ANONYMOUS.said(language, card=_card(code, language))
    return Deed(
        title=words.ANONYMOUS_TITLE,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_ENROL_LINE.said(language),
        action=words.ISSUE,
    )


def gift_card_deed(desk: Desk, offer: TopUpOffer, code: str | None) -> Deed:
    """Return the sale of a gift card of value as it is asked: the card and its value in one go."""
    counter, language = desk.counter, desk.language
    credited = format_minor(offer.credited_minor)

    def sentence(settling: Settling) -> str:
        tender, paid = TENDERS[settling.tender].said(language), format_minor(offer.paid_minor)
        return words.CONFIRM_GIFT_CARD.said(language, tender=tender, paid=paid, credited=credited)

    def command(act: Act, settling: Settling) -> GiftCardSold:
        bonus = offer.bonus_minor + offer.conditioned_minor
        asked = GiftCard(offer.paid_minor, settling.tender, bonus, code, settling.reference)
        return sell_gift_card(counter, act, asked)

    return Deed(
        title=words.GIFT_CARD,
        sentence=sentence,
        command=command,
        line=words.CONFIRM_ANONYMOUS.said(language, card=_card(code, language)),
        big=(words.GIFT_CARD_VALUE.said(language), offer.paid_minor),
        due_minor=offer.paid_minor,
    )


def _deed(title: Phrase, line: str, command: Callable[[Act, Settling], object], language: Language) -> Deed:
    return Deed(
        title=title,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_CARD_LINE.said(language),
        action=title,
    )


def _card(code: str | None, language: Language) -> str:
    if code is None:
        return words.NEW_CARD_MINTED.said(language)
    return Code(CodeKind.CARD, read_code(code).text).shown
