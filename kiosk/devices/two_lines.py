"""What a display of two lines of twenty says: one figure a line, its word before it.

With `ascii` only ASCII leaves here, whatever the language: most such displays have no Chinese font.
"""

from __future__ import annotations

from typing import Final

from kiosk.display_wire import (
    AskTender,
    BillShown,
    DoneShown,
    Idle,
    LadderShown,
    MemberShown,
    Shown,
    Stopped,
)
from kiosk.i18n import Language, Phrase
from ledger.money import format_minor

COLUMNS: Final = 20
TwoLines = tuple[str, str]

_WELCOME: Final = Phrase("欢迎光临", "WELCOME")
_BALANCE: Final = Phrase("余额", "BALANCE")
_POINTS: Final = Phrase("积分", "POINTS")
_TOTAL: Final = Phrase("应付", "TOTAL")
_TO_PAY: Final = Phrase("还需付", "TO PAY")
_TOP_UP: Final = Phrase("充值", "TOP UP")
_CHANGE: Final = Phrase("找零", "CHANGE")
_GIVEN: Final = Phrase("收您", "CASH")
_PAID: Final = Phrase("金额", "AMOUNT")
_THANKS: Final = Phrase("谢谢惠顾", "THANK YOU")
_CLOSED: Final = Phrase("暂停服务", "CLOSED")


def two_lines(shown: Shown, language: Language) -> TwoLines:
    """Return both lines, each exactly twenty columns wide; English for a display that knows ASCII only."""
    match shown:
        case Idle():
            return _words(_WELCOME, language), _fit(_plain(shown.shop, language), "")
        case MemberShown(balance_minor=balance):
            points = _fit(_POINTS.said(language), f"{shown.points:,}") if shown.points is not None else _fit("", "")
            return _money(_BALANCE, balance, language), points
        case BillShown(rest_minor=rest):
            second = (_TO_PAY, rest) if rest else (_BALANCE, shown.balance_after_minor)
            return _money(_TOTAL, shown.due_minor, language), _money(*second, language)
        case LadderShown(marked=marked):
            if marked is None:
                return _words(_TOP_UP, language), _fit("", "")
            rung = shown.rungs[marked]
            return _money(_TOP_UP, rung.pay_minor, language), _money(_BALANCE, rung.balance_after_minor, language)
        case AskTender():
            given = _money(_CHANGE, shown.change_minor, language) if shown.change_minor else _fit("", "")
            return _money(_TO_PAY, shown.amount_minor, language), given
        case DoneShown():
            return _done(shown, language)
        case Stopped():
            return _words(_CLOSED, language), _fit(_plain(shown.shop, language), "")


def _done(shown: DoneShown, language: Language) -> TwoLines:
    first = _words(_THANKS, language)
    if shown.change_minor:
        first = _money(_CHANGE, shown.change_minor, language)
    elif shown.amount_minor is not None:
        first = _money(_PAID, shown.amount_minor, language)
    if shown.balance_after_minor is None:
        return first, _words(_THANKS, language)
    return first, _money(_BALANCE, shown.balance_after_minor, language)


def _words(phrase: Phrase, language: Language) -> str:
    return _fit(phrase.said(language), "")


def _money(phrase: Phrase, minor: int, language: Language) -> str:
    return _fit(phrase.said(language), format_minor(minor))


def _plain(text: str, language: Language) -> str:
    """Return a name the display can show: nothing, where it is Chinese and the display is not."""
    return text if language is Language.ZH or text.isascii() else ""


def columns_of(text: str) -> int:
    """Return the columns of a text on a character display: one for ASCII, two for anything else."""
    return sum(1 if character.isascii() else 2 for character in text)


def _fit(label: str, figure: str) -> str:
    """Return twenty columns: the label at the left, cut where it must be, and the whole figure at the right."""
    room = COLUMNS - len(figure) - (1 if figure else 0)
    while columns_of(label) > max(0, room):
        label = label[:-1]
    return label + " " * (COLUMNS - columns_of(label) - len(figure)) + figure[-COLUMNS:]
