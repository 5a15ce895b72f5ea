"""Changes of a family as they are asked, and limits as they are said."""

from __future__ import annotations

from kiosk.i18n import Language
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_pot as words
from kiosk.screens.confirm import Deed, Settling
from kiosk.services import family
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from ledger.money import format_minor


def change_deed(counter: Counter, asked: family.Change, sentence: str, line: str = "") -> Deed:
    """Return a change of a family as it is asked."""

    def command(act: Act, _: Settling) -> Done:
        return family.change(counter, act, asked)

    return Deed(words.FAMILY, lambda _: sentence, command, line, action=frame.RECORD)


def limit_text(limit_minor: int | None, language: Language) -> str:
    """Return a limit in yuan, or that there is none."""
    return words.UNLIMITED.said(language) if limit_minor is None else format_minor(limit_minor)
