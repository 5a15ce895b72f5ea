"""The header bar: where we are, who stands here, and whether the devices are well."""

from __future__ import annotations

from datetime import datetime

from rich.text import Text
from textual.widget import Widget

from kiosk.i18n import Phrase, clock_text, moment_text
from kiosk.screens import phrases_backup as backup_words
from kiosk.screens import phrases_frame as words
from kiosk.screens import phrases_line as line_words
from kiosk.screens.desk import Desk
from kiosk.screens.messages import MinutePassed
from kiosk.screens.theme import ACCENT, AMBER, FAINT, GREEN, GROUND, INK, MUTED, RED
from kiosk.screens.widgets.columns import spread
from kiosk.services.counter import Counter
from kiosk.services.sync_state import Standing
from ledger.money import format_minor

_LEVELS = {"ready": FAINT, "none": FAINT, "keyboard": FAINT, "busy": AMBER, "paper_low": AMBER, "offline": RED}
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
        self.offline_limit_minor: int | None = None
        """What the member on the screen can spend here while head office is away (fen)."""

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
        line = self._line()
        parts += ([line] if line else []) + self._devices()
        return Text("  ").join(parts)

    def _line(self) -> Text | None:
        """Return how the line to head office stands; None for a box that has none."""
        sync = self.desk.sync
        if sync.standing is Standing.ALONE:
            return None
        if sync.standing is Standing.STOPPED:
            phrase = backup_words.OLD_BOOKS if sync.is_stopped_by_past else line_words.STOPPED
            return Text(self._say(phrase), f"bold {RED}")
        if sync.standing is Standing.LATE and sync.since is not None:
            since = since_text(sync.since, self.desk.counter)
            late = {"count": sync.pending, "amount": format_minor(sync.pending_minor), "since": since}
            waiting = Text(self._say(line_words.LATE, **late), f"bold {AMBER}")
            if sync.online or self.size.width < _ROOMY:
                return waiting
            return Text("  ").join([Text(self._say(line_words.OFFLINE), f"bold {AMBER}"), waiting])
        if sync.online:
            return Text(self._say(line_words.ONLINE), GREEN)
        if self.offline_limit_minor is None:
            return Text(self._say(line_words.OFFLINE), f"bold {AMBER}")
        limit = format_minor(self.offline_limit_minor)
        return Text(self._say(line_words.OFFLINE_UP_TO, amount=limit), f"bold {AMBER}")

    @property
    def _is_loud(self) -> bool:
        """Whether the line to head office needs the room of devices that are well."""
        return self.desk.sync.standing in {Standing.OFFLINE, Standing.LATE, Standing.STOPPED}

    def _devices(self) -> list[Text]:
        desk, parts = self.desk, []
        if desk.is_working:
            return [Text(self._say(words.WORKING), f"bold {ACCENT}")]
        if desk.held:
            parts.append(Text(self._say(words.WAITING_SLIPS, count=desk.waiting), f"bold {AMBER}"))
        for table, state in ((words.PRINTER, desk.printer), (words.SCANNER, desk.scanner)):
            quiet = _LEVELS.get(state, RED) == FAINT
            if quiet and (state != "ready" or self._is_loud) and self.size.width < _ROOMY:
                continue
            parts.append(_light(self._say(table[state]), _LEVELS.get(state, RED), well=state == "ready"))
        return parts


def since_text(moment: datetime, counter: Counter) -> str:
    """Return a moment as people place it: the time of today, else with its day."""
    today = counter.now().astimezone(counter.zone).date()
    same_day = moment.astimezone(counter.zone).date() == today
    return clock_text(moment, counter.zone) if same_day else moment_text(moment, counter.zone)


def _light(text: str, colour: str, *, well: bool) -> Text:
    name, _, state = text.partition(" ")
    if well and state:
        return Text.assemble((name, FAINT), " ", (state, GREEN))
    return Text(text, FAINT if colour == FAINT else f"bold {colour}")
