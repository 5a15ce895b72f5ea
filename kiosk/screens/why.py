"""Why: the reasons of a rule, one line each (N6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import Panel
from kiosk.screens.bill_lines import declined_lines
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases import word_reason
from kiosk.screens.phrases_reasons import LOTS_IN_ORDER
from kiosk.screens.theme import INK, MUTED
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.services.offer_names import names_of
from ledger.money import format_minor
from ledger.purses import Holding
from ledger.rules.offers import Declined
from ledger.rules.reasons import Reason


class WhyPanel(Panel[None]):
    """Explains one figure."""

    topic = "why"

    def __init__(
        self,
        desk: Desk,
        reasons: Sequence[Reason],
        holdings: Sequence[Holding],
        notes: Sequence[str] = (),
        declined: Sequence[Declined] = (),
    ) -> None:
        """Take the reasons, the lots they speak of, what else belongs to the figure, and the offers that do not apply."""
        super().__init__(desk)
        self.notes = notes
        self.declined = declined
        self.names = names_of(desk.counter)
        self.reasons = [_readable(reason, holdings) for reason in reasons]

    def compose(self) -> ComposeResult:
        """Build the lines."""
        lines = [Text(word_reason(reason, self.language, self.names), INK) for reason in self.reasons]
        if any(reason.code == "spend.lot" for reason in self.reasons):
            lines.append(Text(self.say(LOTS_IN_ORDER), MUTED))
        lines += [Text(note, MUTED) for note in self.notes]
        if self.declined:
            lines += [Text(""), Text(self.say(offers.OFFERS_DECLINED), MUTED)]
            lines += [Text(line, MUTED) for line in declined_lines(self.declined, self.language, self.names)]
        with Vertical(id="sheet"):
            yield Static(self.say(words.WHY_TITLE), classes="sheet-title", markup=False)
            with VerticalScroll(id="why-lines"):
                yield Static(Text("\n").join(lines), id="reasons")
            yield KeyFooter(self.language)

    def keys(self) -> Sequence[Key]:
        """Return the ways out."""
        leave = self.app.pop_screen
        return (
            Key("escape", frame.BACK, leave, rank=0),
            Key("enter", frame.BACK, leave, shown=False),
            Key("question_mark", frame.BACK, leave, shown=False),
            Key("up", frame.BACK, lambda: self.query_one(VerticalScroll).scroll_up(animate=False), shown=False),
            Key("down", frame.BACK, lambda: self.query_one(VerticalScroll).scroll_down(animate=False), shown=False),
        )


def _readable(reason: Reason, holdings: Sequence[Holding]) -> Reason:
    """Return the reason with lots named as people know them: `300.00+50.00`."""
    names = {
        holding.lot.lot_id: f"{format_minor(holding.lot.paid_minor)}+{format_minor(holding.lot.bonus_minor)}"
        for holding in holdings
    }
    values = tuple((name, names.get(str(value), value) if name == "lot" else value) for name, value in reason.values)
    return replace(reason, values=values)
