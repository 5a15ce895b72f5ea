"""The blind count: pieces of each kind of cash, their total large, and nothing said of what is expected."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.result import Outcome, money_line
from kiosk.screens.theme import ACCENT, FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.acts import Act
from kiosk.services.shifts import ShiftClosed, close_shift
from ledger.money import format_minor

PIECES_MINOR = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Notes and coins in use, in fen."""
_MOST_DIGITS = 4


class CountScreen(CounterScreen):
    """Digits count the marked kind, Enter or the arrows go on; Enter on the last asks for the closing."""

    title_phrase = words.COUNT_TITLE
    topic = "count"

    def __init__(self, desk: Desk) -> None:
        """Begin with nothing counted."""
        super().__init__(desk)
        self.counts = [""] * len(PIECES_MINOR)
        self.place = 0

    @property
    def total_minor(self) -> int:
        """The cash counted so far, in fen."""
        return sum(int(count or "0") * minor for count, minor in zip(self.counts, PIECES_MINOR, strict=True))

    def compose_body(self) -> ComposeResult:
        """Build the kinds and the total."""
        yield Static(self.say(words.COUNT_TITLE), classes="title", markup=False)
        yield Static(self.say(words.COUNT_LINE), classes="quiet", markup=False)
        yield MessageLines()
        with Horizontal(id="count"):
            yield Static(id="pieces", markup=False)
            yield MoneyFigure(self.say(words.COUNTED), 0, classes="-accent")

    def on_mount(self) -> None:
        """Show the kinds."""
        super().on_mount()
        self._draw()

    def keys(self) -> Sequence[Key]:
        """Return the steps and the way back."""
        last = self.place == len(PIECES_MINOR) - 1
        return self.with_function_keys(
            Key("enter", words.CLOSE_SHIFT if last else frame.NEXT, self._next, rank=0),
            Key("up", frame.BACK, lambda: self._go(-1), shown=False),
            Key("down", frame.NEXT, lambda: self._go(1), shown=False),
            Key("f9", words.CLOSE_SHIFT, self.close_it, rank=1),
            self.escape_key(),
        )

    def on_key(self, event: events.Key) -> None:
        """Count."""
        count = self.counts[self.place]
        if event.key in {"backspace", "delete"}:
            count = count[:-1] if event.key == "backspace" else ""
        elif event.character is not None and event.character.isascii() and event.character.isdigit():
            count = (count + event.character).lstrip("0")[:_MOST_DIGITS]
        else:
            return
        event.stop()
        self.counts[self.place] = count
        self._draw()

    def _go(self, step: int) -> None:
        self.place = max(0, min(len(PIECES_MINOR) - 1, self.place + step))
        self._draw()
        self.refresh_keys()

    def _next(self) -> None:
        if self.place == len(PIECES_MINOR) - 1:
            self.close_it()
        else:
            self._go(1)

    def close_it(self) -> None:
        """Ask for the closing with what was counted."""
        self.paths.confirm(closing_deed(self.desk, self.total_minor), self._shift_closed)

    def _shift_closed(self, closed: object) -> None:
        assert isinstance(closed, ShiftClosed), "a closing answers with ShiftClosed"
        self.paths.shift_changed(None)
        figures, off = closed.report.figures, closed.over_short_minor
        label = self.say(words.OVER if off > 0 else words.SHORT if off < 0 else words.EVEN)
        self.paths.show_result(
            Outcome(
                headline=self.say(words.SHIFT_CLOSED),
                sentence=label if off == 0 else "",
                done=closed.done,
                big=(self.say(words.REPORT_COUNTED), figures.counted_minor or 0),
                second=(label, abs(off)) if off else None,
                wants_look=off != 0,
                lines=(
                    money_line(self.say(words.REPORT_EXPECTED), figures.expected_cash_minor),
                    money_line(self.say(words.REPORT_TOP_UP), figures.net.top_up.minor),
                    money_line(self.say(words.REPORT_STORED), figures.net.stored_minor),
                ),
                go_on=(words.SIGN_OUT, self.paths.sign_out),
            )
        )

    def _draw(self) -> None:
        lines = []
        for place, minor in enumerate(PIECES_MINOR):
            here = place == self.place
            count = self.counts[place]
            lines.append(
                row(
                    Text("> " if here else "  ", f"bold {ACCENT}"),
                    cell(format_minor(minor), 8, right=True, style=f"bold {INK}" if here else MUTED),
                    cell("x", 3, right=True, style=FAINT),
                    cell(count + ("_" if here else ""), 7, right=True, style=f"bold {ACCENT}" if here else INK),
                    cell(format_minor(int(count or "0") * minor) if count else "", 14, right=True, style=MUTED),
                )
            )
        self.query_one("#pieces", Static).update(Text("\n").join(lines))
        self.query_one(MoneyFigure).show(self.total_minor)


def closing_deed(desk: Desk, counted_minor: int) -> Deed:
    """Return the closing of the shift as it is asked."""
    counter, language = desk.counter, desk.language
    line = words.CONFIRM_CLOSE.said(language, amount=format_minor(counted_minor))

    def command(act: Act, _: Settling) -> ShiftClosed:
        return close_shift(counter, act, counted_minor)

    return Deed(
        title=words.CLOSE_SHIFT,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_CLOSE_LINE.said(language),
        big=(words.COUNTED.said(language), counted_minor),
        action=words.CLOSE_SHIFT,
    )
