"""A numbered list of things to have or do, read at once, each with what picking it does or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.i18n import Phrase
from kiosk.screens import phrases_frame as frame
from kiosk.screens.base import CounterScreen
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.screens.wording import Refusal

_NAME, _VALUE = 28, 22
"""The widest columns for name and figure."""
_MARGIN = 6
"""Columns of a row that are no text: the digit and the list's own padding."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row: name, figure, note; what picking it does, or why it cannot be picked."""

    name: str
    value: str
    note: str
    pick: Callable[[], None] | None = None
    refusal: Refusal | None = None

    @property
    def said(self) -> str:
        """What stands behind its figure: its note, or why it cannot be picked."""
        return self.refusal.why if self.pick is None and self.refusal is not None else self.note

    def line(self, columns: tuple[int, int, int]) -> Text:
        """Return the row as it is shown, in columns for name, figure and note; what does not fit is cut."""
        shut = self.pick is None and self.refusal is not None
        style, (name, value, note) = FAINT if shut else INK, columns
        return row(
            cell(self.name, name, style=f"bold {style}"),
            cell(self.value, value, style=style),
            cell(self.said, note, style=FAINT if shut else MUTED),
        )


@dataclass(frozen=True, slots=True)
class Menu:
    """What a list shows: its heading, a quiet line below, the rows, and what is said where there are none."""

    heading: str
    line: str
    items: tuple[Item, ...]
    empty: str = ""


class MenuScreen(CounterScreen):
    """Reads a menu, shows it, and does what is picked."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self.menu = Menu("", "", ())

    def compose_body(self) -> ComposeResult:
        """Build heading, line and list."""
        yield Static(self.say(self.title_phrase), classes="title", markup=False)
        yield Static(id="menu-line", classes="quiet", markup=False)
        yield MessageLines()
        yield Rows()

    def on_mount(self) -> None:
        """Read the menu."""
        super().on_mount()
        self.query_one(Rows).focus()
        self.reload()

    def reload(self) -> None:
        """Read what there is now."""
        raise NotImplementedError

    def show_menu(self, menu: Menu) -> None:
        """Show what was read."""
        self.menu = menu
        marked = self.query_one(Rows).highlighted or 0
        self.query_one(".title", Static).update(menu.heading)
        self.query_one("#menu-line", Static).update(menu.line if menu.items else menu.empty or menu.line)
        columns = self._columns(menu.items)
        self.query_one(Rows).fill([item.line(columns) for item in menu.items], highlighted=marked)
        self.refresh_keys()

    def _columns(self, items: Sequence[Item]) -> tuple[int, int, int]:
        """Return columns as wide as their widest text, the note as wide as is left."""
        name = min(_NAME, max((cell_len(item.name) for item in items), default=0) + 2)
        value = min(_VALUE, max((cell_len(item.value) for item in items), default=0) + 2)
        return name, value, max(0, self.room - _MARGIN - name - value)

    def on_resize(self) -> None:
        """Fit the columns to the width."""
        if self.menu.items:
            self.call_after_refresh(lambda: self.show_menu(self.menu))

    def menu_keys(self) -> Sequence[Key]:
        """Return the keys of this list beside Enter and the way back."""
        return ()

    def enter_label(self) -> Phrase:
        """Return what Enter does here."""
        return frame.CHOOSE

    def keys(self) -> Sequence[Key]:
        """Return Enter, the list's own keys and the way back."""
        if not self.is_mounted:
            return ()
        enter = Key("enter", self.enter_label(), self.query_one(Rows).pick, rank=0)
        return self.with_function_keys(enter, *self.menu_keys(), self.escape_key())

    def on_option_list_option_highlighted(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def on_rows_picked(self, message: Rows.Picked) -> None:
        """Do what was picked, or say why not."""
        item = self.menu.items[message.index]
        if item.pick is not None:
            item.pick()
        elif item.refusal is not None:
            self.refuse(item.refusal, stops=False)
