"""Reports: X, Z and the day, one list of figures each; the expected cash stays hidden until it was counted."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from kiosk.i18n import Language, Phrase
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases_frame import TENDERS
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.reports import print_report
from kiosk.services.shifts import ShiftReport, shift_report
from kiosk.services.values import ShiftFigures, Tally
from ledger.money import format_minor


class ReportScreen(CounterScreen):
    """The X report of the open shift."""

    title_phrase = words.X_REPORT
    topic = "report"

    def __init__(self, desk: Desk, shift_id: str) -> None:
        """Take whose report it is."""
        super().__init__(desk)
        self.shift_id = shift_id
        self.report: ShiftReport | None = None

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        yield Static(self.say(words.X_REPORT), classes="title", markup=False)
        yield Static(self.say(words.REPORT_HIDDEN), classes="quiet", markup=False)
        yield MessageLines()
        with VerticalScroll(id="figures-list"):
            yield Static(id="report", markup=False)

    def on_mount(self) -> None:
        """Read the figures."""
        super().on_mount()
        counter, shift_id = self.desk.counter, self.shift_id
        self.query_one(VerticalScroll).focus()
        self.read(lambda: shift_report(counter, shift_id), self._show)

    def _show(self, report: ShiftReport) -> None:
        self.report = report
        self.query_one("#report", Static).update(report_text(report.figures, self.language))
        self.refresh_keys()

    def keys(self) -> Sequence[Key]:
        """Return printing and the way back."""
        keys = [Key("p", frame.PRINT, self._print, rank=0)] if self.report is not None else []
        return self.with_function_keys(*keys, self.escape_key())

    def _print(self) -> None:
        report, counter = self.report, self.desk.counter
        if report is not None:
            self._ask(self.desk.write(lambda: print_report(counter, report)), self._printed, None, group="act")

    def _printed(self, _: str) -> None:
        self.desk.devices.slip_queued()
        self.refuse(self.refusal(words.REPORT_SENT, words.TEST_SENT_WHY, words.TEST_SENT_NEXT), stops=False)


def report_text(figures: ShiftFigures, language: Language) -> Text:
    """Return a shift's figures in two columns: what was sold and the drawer; tenders and what else happened."""
    left, right = _sold(figures, language), _taken(figures, language)
    rows = max(len(left), len(right))
    left += [_row("", "", "")] * (rows - len(left))
    right += [Text()] * (rows - len(right))
    return Text("\n").join(row(first, cell("", 4), second) for first, second in zip(left, right, strict=True))


def _sold(figures: ShiftFigures, language: Language) -> list[Text]:
    net = figures.net
    lines = [
        _tally(words.REPORT_TOP_UP, net.top_up, language),
        _line(words.REPORT_BONUS, net.top_up_bonus_minor, language),
        _tally(words.REPORT_LIST, net.spend, language),
        _line(words.REPORT_STORED, net.stored_minor, language),
        _row("", "", ""),
        _line(words.REPORT_FLOAT, figures.float_minor, language),
        _tally(words.REPORT_PAID_IN, net.paid_in, language),
        _tally(words.REPORT_PAID_OUT, net.paid_out, language),
        _tally(words.REPORT_DROP, net.drop, language),
    ]
    if figures.counted_minor is not None:
        lines.append(_line(words.REPORT_EXPECTED, figures.expected_cash_minor, language))
        lines.append(_line(words.REPORT_COUNTED, figures.counted_minor, language))
    return lines


def _taken(figures: ShiftFigures, language: Language) -> list[Text]:
    lines = []
    for tender, tally in figures.net.tenders.items():
        label = words.REPORT_TENDER.said(language, tender=TENDERS[tender].said(language))
        lines.append(_row(label, _count(tally.count, language), format_minor(tally.minor), quiet=not tally.count))
    return [
        *lines,
        Text(),
        _times(words.REPORT_VOID, figures.void_count, language),
        _times(words.REPORT_NO_SALE, figures.no_sale_count, language),
        _times(words.REPORT_ENROLLED, figures.enrolled_count, language),
        _times(words.REPORT_REFUSED, figures.refused_count, language),
    ]


def _row(label: str, count: str, amount: str, *, quiet: bool = False) -> Text:
    return row(
        cell(label, 16, style=FAINT if quiet else MUTED),
        cell(count, 7, right=True, style=FAINT),
        cell(amount, 13, right=True, style=FAINT if quiet else INK),
    )


def _count(count: int, language: Language) -> str:
    return words.TIMES.said(language, count=count) if count else ""


def _line(label: Phrase, minor: int, language: Language) -> Text:
    return _row(label.said(language), "", format_minor(minor))


def _tally(label: Phrase, tally: Tally, language: Language) -> Text:
    return _row(label.said(language), _count(tally.count, language), format_minor(tally.minor), quiet=not tally.count)


def _times(label: Phrase, count: int, language: Language) -> Text:
    return _row(label.said(language), "", words.TIMES.said(language, count=count), quiet=not count)
