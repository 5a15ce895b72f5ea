"""The header bar: where we are, who stands here, and whether the devices are well."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from kiosk.i18n import Phrase, clock_text
from kiosk.screens import phrases_frame as words
from kiosk.screens.desk import Desk
from kiosk.screens.messages import MinutePassed
from kiosk.screens.theme import ACCENT, AMBER, FAINT, GREEN, GROUND, INK, MUTED, RED
from kiosk.screens.widgets.columns import spread

_LEVELS = {"ready": FAINT, "none": FAINT, "keyboard": FAINT, "busy": FAINT, "paper_low": AMBER, "offline": RED}
_ROOMY = 100


class HeaderBar(Widget):
    """One line that never moves: shop, cashier, shift, clock, devices."""

    DEFAULT_CSS = """
    HeaderBar { height: 1; dock: top; background: $raised; padding: 0 1; }
    """

    def __init__(self, desk: Desk) -> None:
        """Take the desk whose state is shown."""
        super().__init__()
        self.desk = desk

    def on_mount(self) -> None:
        """Look at the clock now and then; the line changes only with the minute."""
        self._minute = self._clock()
        self.set_interval(5.0, self._tick)

    def _tick(self) -> None:
        if (now := self._clock()) != self._minute:
            self._minute = now
            self.refresh()
            self.post_message(MinutePassed())

    def _clock(self) -> str:
        counter = self.desk.counter
        return clock_text(counter.now(), counter.zone)

    def _say(self, phrase: Phrase, **values: object) -> str:
        return phrase.said(self.desk.language, **values)

    def render(self) -> Text:
        """Return the line for the width there is."""
        return spread(self._place(), self._state(), self.size.width)

    def _place(self) -> Text:
        desk = self.desk
        text = Text()
        if desk.demo:
            text.append(f" {self._say(words.DEMO)} ", f"bold {GROUND} on {AMBER}").append(" ")
        elif desk.counter.training:
            text.append(f" {self._say(words.TRAINING)} ", f"bold {GROUND} on {AMBER}").append(" ")
        text.append(desk.shop_name, f"bold {INK}")
        if desk.branch:
            text.append(f" {desk.branch}", MUTED)
        return text

    def _state(self) -> Text:
        desk, parts = self.desk, []
        if desk.signed_in is not None:
            parts.append(Text(desk.signed_in.name, INK))
            shift = self._say(words.SHIFT_NUMBER, number=desk.shift.number) if desk.shift else self._say(words.NO_SHIFT)
            parts.append(Text(shift, MUTED))
        parts.append(Text(self._clock(), f"bold {INK}"))
        parts += self._devices()
        return Text("  ").join(parts)

    def _devices(self) -> list[Text]:
        desk, parts = self.desk, []
        if desk.is_working:
            return [Text(self._say(words.WORKING), f"bold {ACCENT}")]
        if desk.held:
            parts.append(Text(self._say(words.WAITING_SLIPS, count=desk.waiting), f"bold {AMBER}"))
        for table, state in ((words.PRINTER, desk.printer), (words.SCANNER, desk.scanner)):
            quiet = _LEVELS.get(state, RED) == FAINT
            if quiet and state != "ready" and self.size.width < _ROOMY:
                continue
            parts.append(_light(self._say(table[state]), _LEVELS.get(state, RED), well=state == "ready"))
        return parts


def _light(text: str, colour: str, *, well: bool) -> Text:
    name, _, state = text.partition(" ")
    if well and state:
        return Text.assemble((name, FAINT), " ", (state, GREEN))
    return Text(text, FAINT if colour == FAINT else f"bold {colour}")
