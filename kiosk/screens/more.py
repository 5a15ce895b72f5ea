"""More: devices, waiting slips, lock, and the one way out of the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.i18n import Phrase
from kiosk.screens import phrases_care as care_words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_security as security_words
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases import TOLD, word
from kiosk.screens.theme import AMBER, FAINT, GREEN, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.services.errors import ApproverNotManager
from kiosk.services.sign_in import sign_in
from kiosk.services.values import Role, Staff


class MoreScreen(CounterScreen):
    """A numbered menu above the state of the devices."""

    title_phrase = words.MORE
    topic = "more"

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self.programme = ""

    def _items(self) -> list[tuple[Phrase, str, Callable[[], None]]]:
        desk = self.desk
        held = words.HELD_LINE if desk.waiting else words.NO_HELD_LINE
        return [
            (words.TEST_PAGE, self.say(words.TEST_PAGE_LINE), self._test_page),
            (words.PRINT_HELD, self.say(held, held=desk.held, waiting=desk.waiting), self._print_held),
            (words.DROP_HELD, self.say(words.DROP_LINE), self._drop_held),
            (frame.LOCK, "F12", self.paths.lock),
            (words.SIGN_OUT, self.say(words.SIGN_OUT_LINE), self.paths.sign_out),
            (words.LEAVE, self.say(words.LEAVE_LINE), self._leave),
            (care_words.CARE, self.say(care_words.CARE_LINE), self.paths.open_care),
            (security_words.SECURITY, self.say(security_words.SECURITY_LINE), self.paths.open_security),
        ]

    def compose_body(self) -> ComposeResult:
        """Build the menu and the states."""
        yield Static(self.say(words.MORE), classes="title", markup=False)
        yield MessageLines()
        yield Rows(self._rows())
        yield Static(id="states", markup=False)

    def _rows(self) -> list[Text]:
        return [
            row(cell(self.say(phrase), 26, style=f"bold {INK}"), cell(line, 44, style=MUTED))
            for phrase, line, _ in self._items()
        ]

    def on_mount(self) -> None:
        """Mark the first item and read the programme."""
        super().on_mount()
        rows = self.query_one(Rows)
        rows.highlighted = 0
        rows.focus()
        counter = self.desk.counter
        self.read(lambda: counter.programme().version, self._show)

    def _show(self, version: str) -> None:
        self.programme = version
        self._draw()

    def desk_changed(self) -> None:
        """Show the devices as they are now."""
        super().desk_changed()
        rows = self.query_one(Rows)
        rows.fill(self._rows(), highlighted=rows.highlighted or 0)
        self._draw()

    def _draw(self) -> None:
        desk = self.desk
        lines = [
            self._device(frame.PRINTER[desk.printer], desk.printer, desk.printer_error),
            self._device(frame.SCANNER[desk.scanner], desk.scanner, desk.scanner_error),
            self._customer_display(),
            self._fact(words.PROGRAMME, self.programme),
            self._fact(words.LANGUAGE, self.say(words.LANGUAGE_LINE)),
        ]
        self.query_one("#states", Static).update(Text("\n").join(lines))

    def _device(self, phrase: Phrase, state: str, error: Exception | None) -> Text:
        colour = GREEN if state == "ready" else FAINT if state == "none" else AMBER
        why = word(error, self.language) if isinstance(error, TOLD) else None
        line = cell(self.say(phrase), 24, style=colour)
        return row(line, Text(f"{why.why}  {why.next_step}" if why else "", MUTED))

    def _customer_display(self) -> Text:
        view = self.desk.display.view()
        screens = self.say(words.DISPLAYS, count=view.screens) if view.screens else self.say(words.NO_DISPLAYS)
        if view.line is None:
            return row(cell(screens, 24, style=GREEN if view.screens else FAINT))
        return self._device(words.LINE_DISPLAY[view.line.value], view.line.value, view.error)

    def _fact(self, phrase: Phrase, fact: str) -> Text:
        return row(cell(self.say(phrase), 24, style=MUTED), Text(fact, INK))

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way back."""
        if not self.is_mounted:
            return ()
        return self.with_function_keys(Key("enter", frame.CHOOSE, self.query_one(Rows).pick, rank=0), self.escape_key())

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Do what was picked."""
        self._items()[message.index][2]()

    def _test_page(self) -> None:
        devices = self.desk.devices
        self._ask(self.desk.write(devices.print_test_page), self._sent, None, group="act")

    def _sent(self, _: None) -> None:
        self.refuse(self.refusal(words.TEST_SENT, words.TEST_SENT_WHY, words.TEST_SENT_NEXT), stops=False)

    def _print_held(self) -> None:
        self.desk.devices.print_held()
        self.refuse(self.refusal(words.RELEASED, words.DROPPED_WHY, words.RELEASED_NEXT), stops=False)

    def _drop_held(self) -> None:
        self._ask(self.desk.write(self.desk.devices.drop_held), self._dropped, None, group="act")

    def _dropped(self, count: int) -> None:
        self.refuse(self.refusal(words.DROPPED, words.DROPPED_WHY, words.DROPPED_NEXT, count=count), stops=False)

    def _leave(self) -> None:
        counter = self.desk.counter

        def check(staff_id: str, pin: str) -> Staff:
            person = sign_in(counter, staff_id, pin)
            if person.role is not Role.MANAGER:
                raise ApproverNotManager(staff_id)
            return person

        self.paths.ask_manager((self.say(words.LEAVE_NEEDS), self.say(words.LEAVE_LINE)), check, self.paths.leave)
