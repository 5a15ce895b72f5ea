"""Sign in: the person is picked by number, the PIN is digits; the lock screen asks the same of one person."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from kiosk.display_wire import Stopped
from kiosk.i18n import clock_text, weekday
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.shown_to_customer import closed
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.big_digits import BigDigits
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.pin_entry import PinEntry
from kiosk.screens.widgets.rows import Rows
from kiosk.services.sign_in import sign_in, staff_on_duty
from kiosk.services.values import Role, Staff


class SignInScreen(CounterScreen):
    """Lets people in; there is nothing behind it."""

    title_phrase = words.SIGN_IN
    topic = "sign_in"

    def __init__(self, desk: Desk, person: Staff | None = None) -> None:
        """Take the desk, and the one person who may come in where the screen is locked."""
        super().__init__(desk)
        self.locked_by = person
        self.person = person
        self.people: tuple[Staff, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Build the people, then the PIN."""
        with Horizontal(id="entrance"):
            with Vertical(id="door"):
                yield Static(self._head(), id="door-head")
                yield Rows(id="people")
                yield PinEntry(self.say(words.PIN))
                yield MessageLines()
            with Vertical(id="clock"):
                yield Static(id="date", markup=False)
                yield BigDigits(id="time")

    def customer_sees(self) -> Stopped:
        """Return that nobody serves here now."""
        return closed(self.desk, locked=self.locked_by is not None)

    def _head(self) -> Text:
        name, line = self.desk.shop_name, self.say(words.WHO)
        if self.locked_by is not None:
            name, line = self.say(words.LOCKED), self.say(words.LOCKED_LINE, name=self.locked_by.name)
        return Text.assemble((name, f"bold {INK}"), "\n", (line, MUTED))

    def on_mount(self) -> None:
        """Read who is on duty."""
        super().on_mount()
        self.query_one(PinEntry).display = False
        self.minute_passed()
        if self.locked_by is not None:
            self.query_one(Rows).display = False
            self._choose(self.locked_by)
        else:
            self.query_one(Rows).focus()
            self.read(lambda: staff_on_duty(self.desk.counter), self._show)

    def minute_passed(self) -> None:
        """Show the time, large and quiet."""
        counter = self.desk.counter
        now = counter.now().astimezone(counter.zone)
        self.query_one("#time", BigDigits).update(clock_text(now, counter.zone))
        self.query_one("#date", Static).update(f"{now:%Y-%m-%d} {weekday(now.date(), self.language)}")

    def _show(self, people: tuple[Staff, ...]) -> None:
        self.people = people
        rows = self.query_one(Rows)
        rows.fill([self._row(person) for person in people])
        rows.styles.max_height = max(1, len(people))

    def _row(self, person: Staff) -> Text:
        role = self.say(words.MANAGER if person.role is Role.MANAGER else words.CASHIER)
        return row(cell(person.name, 16, style=INK), cell(person.staff_id, 8, style=MUTED), cell(role, 10, style=FAINT))

    def keys(self) -> Sequence[Key]:
        """Return Enter, help, and the way to somebody else."""
        keys = [Key("enter", frame.UNLOCK if self.locked_by else frame.SIGN_IN, self._enter, rank=0)]
        if self.locked_by is not None:
            keys.append(Key("f2", frame.OTHER_PERSON, self.paths.sign_out))
        elif self.person is not None:
            keys.append(Key("escape", frame.OTHER_PERSON, self._again))
        return [*keys, Key("f1", frame.HELP, lambda: self.paths.open_help(self.topic), rank=0)]

    def on_scan(self, text: str) -> bool:
        """Refuse any code: nobody stands here."""
        self.refuse(self.refusal(frame.SCAN_SIGN_IN, frame.SCAN_SIGN_IN_WHY, words.WHO), stops=False)
        return True

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Ask the chosen person for the PIN."""
        self._choose(self.people[message.index])

    def _choose(self, person: Staff) -> None:
        self.person = person
        entry = self.query_one(PinEntry)
        entry.label = self.say(words.PIN_OF, name=person.name)
        entry.display = True
        entry.value = ""
        entry.focus()
        entry.refresh()
        self.refresh_keys()

    def _again(self) -> None:
        self.person = None
        self.query_one(PinEntry).display = False
        self.query_one(Rows).focus()
        self.clear_message()
        self.refresh_keys()

    def _enter(self) -> None:
        entry, person = self.query_one(PinEntry), self.person
        if person is None:
            self.query_one(Rows).pick()
            return
        if not entry.value:
            return
        pin, counter = entry.value, self.desk.counter
        entry.value = ""
        self.clear_message()
        then = self._unlock if self.locked_by is not None else self.paths.signed_in
        self._ask(self.desk.write(lambda: sign_in(counter, person.staff_id, pin)), then, None, group="act")

    def _unlock(self, _: Staff) -> None:
        self.app.pop_screen()
