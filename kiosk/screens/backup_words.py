"""What is wrong with backups, in words: the same failures for the first copy and for the second."""

from __future__ import annotations

from dataclasses import replace
from datetime import tzinfo

from kiosk.i18n import Language
from kiosk.screens.phrases import SHOP_ZONE, TOLD, word
from kiosk.screens.phrases_backup import SECOND
from kiosk.screens.wording import Refusal
from kiosk.services.backup import Trouble


def word_trouble(trouble: Trouble, language: Language, zone: tzinfo = SHOP_ZONE) -> Refusal:
    """Return what is wrong with the backups; raises the error itself where it is a mistake of the program."""
    if not isinstance(trouble.error, TOLD):
        raise trouble.error
    said = word(trouble.error, language, zone)
    return replace(said, what=SECOND.said(language, what=said.what)) if trouble.second else said
