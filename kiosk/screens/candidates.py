"""Candidates: several members fit what was typed; one is picked by number."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.services.find_member import Candidates, Via
from kiosk.services.masking import masked_phone
from kiosk.services.values import Member
from ledger.codes import Code, CodeKind


class CandidatesScreen(CounterScreen):
    """A numbered list of members."""

    title_phrase = words.CANDIDATES
    topic = "candidates"

    def __init__(self, desk: Desk, found: Candidates) -> None:
        """Take who fits."""
        super().__init__(desk)
        self.found = found

    def compose_body(self) -> ComposeResult:
        """Build the list."""
        phrase = words.CANDIDATES_MORE if self.found.more else words.CANDIDATES_FOR
        count = len(self.found.members)
        yield Static(self.say(phrase, text=self.found.text, count=count), classes="title", markup=False)
        yield MessageLines()
        yield Rows([self._row(member) for member in self.found.members])

    def on_mount(self) -> None:
        """Mark the first one."""
        super().on_mount()
        rows = self.query_one(Rows)
        rows.highlighted = 0
        rows.focus()

    def _row(self, member: Member) -> Text:
        name = member.name or self.say(words.ANONYMOUS)
        born = member.birthday.strftime("%m-%d") if member.birthday else ""
        return row(
            cell(name, 16, style=f"bold {INK}"),
            cell(masked_phone(member.phone), 16, style=INK),
            cell(f"{self.say(words.BIRTHDAY)} {born}" if born else "", 18, style=MUTED),
            cell(shown_member_code(member), 12, style=FAINT),
        )

    def keys(self) -> Sequence[Key]:
        """Return Enter and the function keys."""
        pick = self.query_one(Rows).pick if self.is_mounted else self.escape
        return self.with_function_keys(Key("enter", frame.CHOOSE, pick, rank=0), self.escape_key())

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Open the one picked."""
        self.paths.open_member(self.found.members[message.index].member_id, Via.SEARCH)


def shown_member_code(member: Member) -> str:
    """Return a member's code as people read it: `8F3K-72QX`."""
    return Code(CodeKind.MEMBER, member.code).shown
