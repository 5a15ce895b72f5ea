"""The record: everything known of a member, all entries, lots and cards."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_pot as pot_words
from kiosk.screens import phrases_tags as tag_words
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.member_lines import entry_lines, head_line, lot_lines
from kiosk.screens.theme import INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.find_member import Via
from kiosk.services.open_member import MemberView, open_member

_LINES = 200
_COLUMN = 36


class RecordScreen(CounterScreen):
    """Scrolls; nothing is done here."""

    title_phrase = words.RECORD_TITLE
    topic = "record"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take whose record it is."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via
        self.view: MemberView | None = None

    def compose_body(self) -> ComposeResult:
        """Build the parts."""
        yield Static(id="who", markup=False)
        yield MessageLines()
        yield Static(id="facts", markup=False)
        with Horizontal(id="record"):
            with VerticalScroll(id="entries-list"):
                yield Static(id="entries", markup=False)
            yield Static(id="lots", markup=False)

    def on_mount(self) -> None:
        """Read it."""
        super().on_mount()
        counter, member_id = self.desk.counter, self.member_id
        self.query_one(VerticalScroll).focus()
        self.read(lambda: open_member(counter, member_id, _LINES), self._show)

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        self.call_after_refresh(self._draw)

    def keys(self) -> Sequence[Key]:
        """Return the family, the tags and the way back."""
        family = Key("j", pot_words.FAMILY, lambda: self.paths.open_family(self.member_id, self.via), rank=1)
        tags = Key("t", tag_words.TAGS, lambda: self.paths.open_tags(self.member_id, self.via), rank=1)
        return self.with_function_keys(family, tags, self.escape_key())

    def _show(self, view: MemberView) -> None:
        self.view = view
        self._draw()

    def _draw(self) -> None:
        view, zone, language = self.view, self.desk.counter.zone, self.language
        if view is None:
            return
        who = self.query_one("#who", Static)
        who.update(head_line(view, self.desk.counter.now().astimezone(zone).date(), self.room, language))
        member = view.member
        born = member.birthday.isoformat() if member.birthday else self.say(words.NONE)
        since = member.enrolled_at.astimezone(zone).strftime("%Y-%m-%d")
        facts = ((words.BIRTHDAY, born), (words.ENROLLED_ON, since))
        self.query_one("#facts", Static).update(
            Text("   ").join(
                row(Text(self.say(label) + "  ", MUTED), cell(fact, 12, style=INK)) for label, fact in facts
            )
        )
        entries = self.query_one("#entries", Static)
        entries.update(entry_lines(view, len(view.recent), _COLUMN, zone, language))
        self.query_one("#lots", Static).update(lot_lines(view, _COLUMN, zone, language))
