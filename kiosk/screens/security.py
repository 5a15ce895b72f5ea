"""PINs and refusals: one's own PIN changed, somebody's set anew by a manager, and what was refused (P5, P17)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.i18n import Phrase
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_security as words
from kiosk.screens import phrases_shop
from kiosk.screens.audit import AuditScreen
from kiosk.screens.base import Panel
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.screens.theme import INK, MUTED
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.pin_entry import PinEntry
from kiosk.services.sign_in import staff_on_duty
from kiosk.services.staff_pins import change_pin, require_manager, reset_pin
from kiosk.services.values import Role, Staff

Pins = tuple[str, ...]


class SecurityScreen(MenuScreen):
    """What one may do about PINs, and what a manager may look at."""

    title_phrase = words.SECURITY
    topic = "security"

    def reload(self) -> None:
        """Show the menu; it needs no reading."""
        items = (
            Item(self.say(words.CHANGE), "", self.say(words.CHANGE_LINE), self._change),
            Item(self.say(words.RESET), "", self.say(words.MANAGER_ONLY), self._reset),
            Item(self.say(words.AUDIT), "", self.say(words.MANAGER_ONLY), self._audit),
        )
        self.show_menu(Menu(self.say(words.SECURITY), "", items))

    def _change(self) -> None:
        counter, person = self.desk.counter, self.desk.signed_in
        if person is None:
            return

        def change(pins: Pins) -> object:
            old, new, again = pins
            return change_pin(counter, person.staff_id, old, new, again)

        asked = (self.say(words.CHANGE_OF, name=person.name), self.say(words.FOUR_DIGITS))
        labels = (words.OLD, words.NEW, words.AGAIN)
        self.app.push_screen(PinPanel(self.desk, asked, labels, change), self._changed)

    def _changed(self, person: object) -> None:
        if isinstance(person, Staff):
            said = self.refusal(words.CHANGED, words.CHANGED_WHY, words.CHANGED_NEXT, name=person.name)
            self.refuse(said, stops=False)

    def _reset(self) -> None:
        def open_staff(manager: Staff) -> None:
            self.app.push_screen(StaffScreen(self.desk, manager))

        self._as_manager(words.RESET, open_staff)

    def _audit(self) -> None:
        def open_audit(_: Staff) -> None:
            self.app.push_screen(AuditScreen(self.desk))

        self._as_manager(words.AUDIT, open_audit)

    def _as_manager(self, what: Phrase, then: Callable[[Staff], None]) -> None:
        counter, found = self.desk.counter, list[Staff]()

        def check(staff_id: str, pin: str) -> Staff:
            found.append(require_manager(counter, staff_id, pin))
            return found[-1]

        asked = (self.say(what), self.say(words.MANAGER_ONLY))
        self.paths.ask_manager(asked, check, lambda: then(found[-1]))


class StaffScreen(MenuScreen):
    """Everybody who signs in; a manager picks whose PIN is set anew."""

    title_phrase = words.RESET
    topic = "security"

    def __init__(self, desk: Desk, manager: Staff) -> None:
        """Take the manager who was asked."""
        super().__init__(desk)
        self.manager = manager

    def reload(self) -> None:
        """Read who signs in."""
        counter = self.desk.counter
        self.read(lambda: staff_on_duty(counter), self._show)

    def _show(self, people: tuple[Staff, ...]) -> None:
        items = tuple(self._item(person) for person in people)
        self.show_menu(Menu(self.say(words.RESET), self.say(words.RESET_LINE), items))

    def _item(self, person: Staff) -> Item:
        role = phrases_shop.MANAGER if person.role is Role.MANAGER else phrases_shop.CASHIER
        return Item(person.name, person.staff_id, self.say(role), partial(self._set, person))

    def _set(self, person: Staff) -> None:
        counter, manager = self.desk.counter, self.manager

        def reset(pins: Pins) -> object:
            new, again = pins
            return reset_pin(counter, person.staff_id, new, again, by=manager.staff_id)

        asked = (self.say(words.RESET_OF, name=person.name), self.say(words.FOUR_DIGITS))
        self.app.push_screen(PinPanel(self.desk, asked, (words.NEW, words.AGAIN), reset), self._was_set)

    def _was_set(self, person: object) -> None:
        if isinstance(person, Staff):
            said = self.refusal(words.CHANGED, words.CHANGED_WHY, words.RESET_NEXT, name=person.name)
            self.refuse(said, stops=False)


class PinPanel(Panel[object]):
    """Asks for PINs one below the other; leaves with what came of them, or with None."""

    topic = "pins"

    def __init__(
        self, desk: Desk, asked: tuple[str, str], labels: Sequence[Phrase], deed: Callable[[Pins], object]
    ) -> None:
        """Take what is asked, in a bold line and a quiet one, a label for each PIN, and what is done with them."""
        super().__init__(desk)
        self.asked = asked
        self.labels = labels
        self.deed = deed

    def compose(self) -> ComposeResult:
        """Build the question."""
        bold, quiet = self.asked
        with Vertical(id="sheet"):
            yield Static(self.say(words.SECURITY), classes="sheet-title", markup=False)
            yield Static(Text.assemble((bold, f"bold {INK}"), "\n", (quiet, MUTED)))
            for label in self.labels:
                yield PinEntry(self.say(label))
            yield MessageLines()
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Ask for the first."""
        super().on_mount()
        self._entries()[0].focus()

    def _entries(self) -> list[PinEntry]:
        return list(self.query(PinEntry))

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way out."""
        return (
            Key("enter", frame.CHOOSE, self._next, rank=0),
            Key("f1", frame.HELP, lambda: self.paths.open_help(self.topic), shown=False),
            Key("escape", frame.LEAVE_IT, lambda: self.dismiss(None), rank=0),
        )

    def on_scan(self, text: str) -> bool:
        """Refuse any code."""
        said = self.refusal(frame.SCAN_NOT_NOW, frame.SCAN_NOT_NOW_WHY, frame.SCAN_NOT_NOW_NEXT, code=text)
        self.refuse(said, stops=False)
        return True

    def _next(self) -> None:
        """Go to the next PIN, or do it behind the last one; what was typed is forgotten either way it ends."""
        entries = self._entries()
        empty = next((entry for entry in entries if not entry.value), None)
        if empty is not None:
            empty.focus()
            return
        pins, deed = tuple(entry.value for entry in entries), self.deed
        for entry in entries:
            entry.value = ""
        entries[0].focus()
        self.clear_message()
        self._ask(self.desk.write(lambda: deed(pins)), self._leave_with, None, group="act")

    def _leave_with(self, answer: object) -> None:
        self.dismiss(answer)
