"""Keys of a screen: what each does now, or why it does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.i18n import Language, Phrase
from kiosk.screens.wording import Refusal

SHOWN: Final = {"enter": "Enter", "escape": "Esc", "question_mark": "?", "space": "空格", "up": "上", "down": "下"}
_SHOWN_EN: Final = {**SHOWN, "space": "Space", "up": "Up", "down": "Down"}


@dataclass(frozen=True, slots=True)
class Key:
    """A key by Textual's name, its label, and what pressing it does; with a refusal it is dimmed and says why.

    `rank` 0 stays in the footer whatever the width; higher ranks leave first. `shown` False keeps it out altogether.
    """

    name: str
    label: Phrase
    press: Callable[[], object]
    refusal: Refusal | None = None
    rank: int = 1
    shown: bool = True

    def cap(self, language: Language) -> str:
        """Return what is printed on the key: `F3`, `Enter`, `c`."""
        if self.name.startswith("f") and self.name[1:].isdigit():
            return self.name.upper()
        return (SHOWN if language is Language.ZH else _SHOWN_EN).get(self.name, self.name)
