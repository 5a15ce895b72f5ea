"""A member's tags behind their record: two switches, the shop's own tags, and what figures say with why (C6, F4, P25)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from kiosk.i18n import Phrase
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_offers
from kiosk.screens import phrases_tags as words
from kiosk.screens.base import Panel
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu
from kiosk.screens.owned import OwnedScreen
from kiosk.screens.paying import who
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.wording import Refusal
from kiosk.services.acts import Act, Done
from kiosk.services.errors import ServiceError
from kiosk.services.find_member import Via
from kiosk.services.open_member import load_member
from kiosk.services.tag_member import NO_MESSAGES, OFFERS_OK, Tagging, TagsView, check_tag, tag_member, tags_of
from kiosk.services.values import Member
from ledger.money import format_minor
from ledger.rules.tags import TagFound

_SWITCHES = (
    (OFFERS_OK, words.OFFERS_OK, words.OFFERS_OK_NOTE),
    (NO_MESSAGES, words.NO_MESSAGES, words.NO_MESSAGES_NOTE),
)
_LONGEST = 24


class TagsScreen(OwnedScreen):
    """What a member is called: people's words can be changed, figures' cannot."""

    title_phrase = words.TAGS
    topic = "tags"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take whose tags they are and how the member was identified."""
        super().__init__(desk, member_id, via)
        self.member: Member | None = None

    def reload(self) -> None:
        """Read the member and the tags."""
        counter, member_id = self.desk.counter, self.member_id
        self.read(lambda: (load_member(counter, member_id), tags_of(counter, member_id)), self._show)

    def _show(self, read: tuple[Member, TagsView]) -> None:
        self.member, view = read
        switches = {name for name, _, _ in _SWITCHES}
        items = [self._switch(name, label, note, view) for name, label, note in _SWITCHES]
        items += [self._own(tag) for tag in view.manual if tag not in switches]
        items += [self._computed(found) for found in view.computed]
        heading = f"{self.say(words.TITLE)}  {who(self.member, self.language)}"
        self.show_menu(Menu(heading, self.say(words.LINE), tuple(items)))

    def _switch(self, name: str, label: Phrase, note: Phrase, view: TagsView) -> Item:
        held = name in view.manual
        said = self.say(label)
        pick = partial(self._confirm, name, said, add=not held)
        return Item(said, self.say(words.ON if held else words.OFF), self.say(note), pick)

    def _own(self, tag: str) -> Item:
        return Item(tag, self.say(words.GIVEN), "", partial(self._confirm, tag, tag, add=False))

    def _computed(self, found: TagFound) -> Item:
        name = phrases_offers.NAMES[found.tag].said(self.language)
        kind = "rfm" if found.tag.startswith("rfm_") else found.tag
        figures: dict[str, object] = {"found": found.found, "needed": found.needed}
        if found.tag in words.MONEY_TAGS:
            figures = {key: format_minor(int(str(minor))) for key, minor in figures.items()}
        why = self.say(words.WHY[kind], **figures)
        return Item(name, "", why, refusal=Refusal(self.say(words.FIXED), why, self.say(words.FIXED_NEXT)))

    def menu_keys(self) -> Sequence[Key]:
        """Return the key that adds a tag."""
        return (Key("a", words.ADD, self._ask_tag, rank=1),)

    def _ask_tag(self) -> None:
        def asked(tag: str | None) -> None:
            if tag:
                self._confirm(tag, tag, add=True)

        self.app.push_screen(TagPanel(self.desk), asked)

    def _confirm(self, tag: str, said: str, *, add: bool) -> None:
        assert self.member is not None, "a row is there once the member was read"
        asked = Tagging(self.member_id, add=(tag,)) if add else Tagging(self.member_id, remove=(tag,))
        counter, phrase = self.desk.counter, words.CONFIRM_ADD if add else words.CONFIRM_REMOVE
        sentence = self.say(phrase, who=who(self.member, self.language), tag=said)

        def command(act: Act, _: Settling) -> Done:
            return tag_member(counter, act, asked)

        self.ask(Deed(words.TAGS, lambda _: sentence, command))


class TagPanel(Panel[str | None]):
    """Asks for one word; leaves with it, or with None."""

    topic = "tag_panel"

    def compose(self) -> ComposeResult:
        """Build the question."""
        with Vertical(id="sheet"):
            yield Static(self.say(words.NEW_TAG), classes="sheet-title", markup=False)
            yield Input(id="code", max_length=_LONGEST)
            yield MessageLines()
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Listen."""
        super().on_mount()
        self.query_one(Input).cursor_blink = False
        self.query_one(Input).focus()

    def keys(self) -> Sequence[Key]:
        """Return Enter and the way out."""
        return (
            Key("enter", frame.CHOOSE, self._take, rank=0),
            Key("escape", frame.BACK, lambda: self.dismiss(None), rank=0),
        )

    def on_input_changed(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def _take(self) -> None:
        tag = self.query_one(Input).value.strip()
        if not tag:
            self.dismiss(None)
            return
        try:
            check_tag(tag)
        except ServiceError as unfit:
            self.refuse_error(unfit)
        else:
            self.dismiss(tag)
