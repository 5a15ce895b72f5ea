"""The one theme: quiet ground, one accent, and three colours that each mean one thing."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

INK: Final = "#e9e6df"
MUTED: Final = "#9aa4af"
FAINT: Final = "#76818e"
ACCENT: Final = "#74b9f5"
GREEN: Final = "#7fd492"
AMBER: Final = "#f2b65a"
RED: Final = "#ff7b72"
GROUND: Final = "#0f1318"
RAISED: Final = "#181e26"
RULE: Final = "#2b343f"

COUNTER_THEME: Final = Theme(
    name="counter",
    primary=ACCENT,
    secondary=MUTED,
    accent=ACCENT,
    success=GREEN,
    warning=AMBER,
    error=RED,
    foreground=INK,
    background=GROUND,
    surface=GROUND,
    panel=RAISED,
    dark=True,
    variables={
        "muted": MUTED,
        "faint": FAINT,
        "rule": RULE,
        "raised": RAISED,
        "paper": "#f3efe4",
        "paper-ink": "#23262b",
        "block-cursor-background": "#24425c",
        "block-cursor-foreground": INK,
        "block-cursor-text-style": "bold",
        "input-cursor-background": ACCENT,
        "input-cursor-foreground": GROUND,
        "input-selection-background": "#24425c",
    },
)
