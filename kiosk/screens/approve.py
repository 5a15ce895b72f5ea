"""Approve: a second person chooses their name and types their PIN, for one act under one entry id."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import Panel
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.phrases import word
from kiosk.screens.theme import INK, MUTED
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.pin_entry import PinEntry
from kiosk.screens.widgets.rows import Rows
from kiosk.services.approve import approve
from kiosk.services.errors import ApprovalNeeded
from kiosk.services.sign_in import staff_on_duty
from kiosk.services.values import Role, Staff
from ledger.ids import EntryId
from ledger.rules.programme import ApprovedAct

Check = Callable[[str, str], object]
"""What is done with a number and a PIN on the ledger thread; its answer is the panel's, its refusal is shown."""


class ManagerPanel(Panel[object]):
    """Leaves with what the check returned, or with None; `own` lets the signed-in person be the one."""

    topic = "approve"

    def __init__(self, desk: Desk, asked: tuple[str, str], check: Check, *, own: bool = False) -> None:
        """Take what is asked, in a bold line and a quiet one, and the check."""
        super().__init__(desk)
        self.asked = asked
        self.check = check
        self.own = own
        self.people: tuple[Staff, ...] = ()
        self.approver: Staff | None = None

    def compose(self) -> ComposeResult:
        """Build what is asked, the people and the PIN."""
        bold, quiet = self.asked
        with Vertical(id="sheet"):
            yield Static(self.say(words.APPROVAL), classes="sheet-title", markup=False)
            yield Static(Text.assemble((bold, f"bold {INK}"), "\n", (quiet, MUTED)))
            yield Rows(id="people")
            yield PinEntry(self.say(words.PIN))
            yield MessageLines()
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Read who may approve."""
        super().on_mount()
        self.query_one(PinEntry).display = False
        self.read(lambda: staff_on_duty(self.desk.counter), self._show)

    def _show(self, people: tuple[Staff, ...]) -> None:
        self.people = tuple(
            person
            for person in people
            if person.role is Role.MANAGER and (self.own or person.staff_id != self.desk.cashier)
        )
        rows = self.query_one(Rows)
        rows.fill([Text.assemble((person.name, INK), f"  {person.staff_id}") for person in self.people])
        rows.styles.height = max(1, len(self.people))
        if not self.people:
            self.refuse(self.refusal(words.NO_MANAGER, words.NO_MANAGER_WHY, words.NO_MANAGER_NEXT))
        elif len(self.people) == 1:
            self._choose(self.people[0])
        else:
            rows.focus()
        self.refresh_keys()

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way out."""
        enter = self._approve if self.approver is not None else self.query_one(Rows).pick
        return (
            Key("enter", words.APPROVE, enter, rank=0),
            Key("f1", frame.HELP, lambda: self.paths.open_help(self.topic), shown=False),
            Key("escape", frame.LEAVE_IT, lambda: self.dismiss(None), rank=0),
        )

    def on_scan(self, text: str) -> bool:
        """Refuse any code."""
        self.refuse(
            self.refusal(frame.SCAN_NOT_NOW, frame.SCAN_NOT_NOW_WHY, frame.SCAN_NOT_NOW_NEXT, code=text), stops=False
        )
        return True

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Ask the chosen person for the PIN."""
        self._choose(self.people[message.index])

    def _choose(self, person: Staff) -> None:
        self.approver = person
        entry = self.query_one(PinEntry)
        entry.display = True
        entry.focus()
        self.refresh_keys()

    def _approve(self) -> None:
        entry, person = self.query_one(PinEntry), self.approver
        if person is None or not entry.value:
            return
        pin, check = entry.value, self.check
        entry.value = ""
        self.clear_message()
        self._ask(self.desk.write(lambda: check(person.staff_id, pin)), self._leave_with, None, group="act")

    def _leave_with(self, answer: object) -> None:
        self.dismiss(answer)


def approval_panel(desk: Desk, needed: ApprovalNeeded, act: ApprovedAct, entry_id: EntryId) -> ManagerPanel:
    """Return the panel that asks a second person for one act under one entry id; it leaves with an Approval."""
    asked, counter, cashier = word(needed, desk.language), desk.counter, desk.cashier

    def check(approver: str, pin: str) -> object:
        return approve(counter, approver, pin, act, entry_id, cashier, needed.content)

    return ManagerPanel(desk, (asked.what, asked.next_step), check)
