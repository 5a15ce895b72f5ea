"""The result: what was done, big, for as long as the customer needs; the next scan is already listened for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.display_wire import DoneShown, Idle
from kiosk.i18n import Phrase
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.shown_to_customer import outcome_shown
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.columns import spread
from kiosk.screens.widgets.figures import MoneyFigure
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.slip import SlipPaper
from kiosk.services.acts import Done
from ledger.money import format_minor

_COLUMN = 36
_PAPER_MARGINS = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done: a headline, one big figure, and lines of label and figure beside it; amounts in fen.

    `go_on` is where Enter leads, with its label; None leads home. `wants_look` marks a second figure that is not as it
    should be. `change_minor` is what the customer gets back. `tells_backup` has a line for what came of the backup.
    """

    headline: str
    sentence: str
    done: Done | None
    big: tuple[str, int] | None = None
    second: tuple[str, int] | None = None
    wants_look: bool = False
    lines: tuple[tuple[str, str], ...] = ()
    go_on: tuple[Phrase, Callable[[], None]] | None = None
    go_on_line: str = ""
    change_minor: int = 0
    tells_backup: bool = False


def money_line(label: str, minor: int) -> tuple[str, str]:
    """Return a line of an outcome: a label and a figure."""
    return label, format_minor(minor)


class ResultScreen(CounterScreen):
    """Stands until a key or a scan moves on."""

    title_phrase = words.RECORDED
    topic = "result"

    def __init__(self, desk: Desk, outcome: Outcome) -> None:
        """Take what was done."""
        super().__init__(desk)
        self.outcome = outcome

    def compose_body(self) -> ComposeResult:
        """Build headline, figures and the slip's place."""
        outcome = self.outcome
        with Horizontal(id="result"):
            with Vertical(id="done"):
                yield Static(Text(f" {outcome.headline} "), id="headline")
                if outcome.sentence:
                    yield Static(outcome.sentence, id="done-sentence", markup=False)
                if outcome.big is not None:
                    yield MoneyFigure(*outcome.big, id="big", classes="-left -done")
                if outcome.second is not None:
                    yield MoneyFigure(
                        *outcome.second, id="second", classes="-left -look" if outcome.wants_look else "-left -quiet"
                    )
                yield Static(id="done-lines", markup=False)
                yield MessageLines()
                yield Static(id="entry", markup=False)
            yield SlipPaper(id="slip")

    def on_mount(self) -> None:
        """Fill in the lines; the slip comes when it is drawn."""
        super().on_mount()
        self.slip_drawn(self.desk.slip)
        self._draw()

    def customer_sees(self) -> DoneShown | Idle:
        """Return what was done, as the customer reads it."""
        return outcome_shown(self.outcome, self.desk)

    def slip_drawn(self, lines: Sequence[str]) -> None:
        """Show the slip beside the result."""
        paper = self.query_one(SlipPaper)
        width = max(map(cell_len, lines), default=0) + _PAPER_MARGINS
        paper.display = bool(lines) and self.room - width >= _COLUMN
        if paper.display:
            paper.styles.width = width
            paper.show(lines)

    def tell(self, label: str, figure: str) -> None:
        """Show a line of label and figure, in the place of the one that had this label."""
        lines = (*(line for line in self.outcome.lines if line[0] != label), (label, figure))
        self.outcome = replace(self.outcome, lines=lines)
        if self.is_mounted:
            self._draw()

    def keys(self) -> Sequence[Key]:
        """Return where Enter leads, and the function keys."""
        outcome = self.outcome
        label, press = outcome.go_on or (frame.DONE, self.paths.go_home)
        return self.with_function_keys(
            Key("enter", label, press, rank=0), Key("escape", words.HOME, self.paths.go_home, rank=0)
        )

    def on_key(self, event: events.Key) -> None:
        """Take what is typed as the beginning of the next search."""
        if event.is_printable and event.character and not event.character.isspace():
            event.stop()
            self.paths.go_home(event.character)

    def _draw(self) -> None:
        outcome, lines = self.outcome, self.query_one("#done-lines", Static)
        lines.update(
            Text("\n").join(spread(Text(label, MUTED), Text(figure, INK), _COLUMN) for label, figure in outcome.lines)
        )
        lines.display = bool(outcome.lines)
        note = Text()
        if outcome.done is not None:
            recorded = outcome.done.recorded
            entry = self.say(words.ENTRY, entry_no=recorded.entry_no, short_hash=recorded.short_hash)
            note.append(entry, FAINT).append("\n")
        note.append(outcome.go_on_line or self.say(words.NEXT_SCAN), MUTED)
        self.query_one("#entry", Static).update(note)
