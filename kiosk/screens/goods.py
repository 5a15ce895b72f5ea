"""Goods by name: the catalogue as a list that narrows while a name or its initials are typed; for goods without a bar code."""

from __future__ import annotations

from functools import partial

from textual import events

from kiosk.screens import phrases_benefits as words
from kiosk.screens.desk import Desk
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.services.goods import search_goods
from ledger.money import format_minor
from ledger.rules.promises import Goods

_LONGEST = 20


class GoodsScreen(MenuScreen):
    """The catalogue; what is picked goes on the bill."""

    title_phrase = words.GOODS_TITLE
    topic = "goods"

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self.typed = ""

    def reload(self) -> None:
        """Find what is typed."""
        counter, typed = self.desk.counter, self.typed
        self.read(lambda: search_goods(counter, typed), self._show)

    def _show(self, found: tuple[Goods, ...]) -> None:
        line = self.say(words.GOODS_TYPED, text=self.typed) if self.typed else self.say(words.GOODS_FIND)
        empty = self.say(words.GOODS_NONE, text=self.typed)
        self.show_menu(Menu(self.say(words.GOODS_TITLE), line, tuple(self._item(each) for each in found), empty))

    def _item(self, goods: Goods) -> Item:
        return Item(goods.name, format_minor(goods.price_minor), goods.barcode, partial(self.paths.take_goods, goods))

    def on_key(self, event: events.Key) -> None:
        """Narrow the list by what is typed."""
        character = event.character
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif event.is_printable and character is not None and not character.isdigit() and len(self.typed) < _LONGEST:
            self.typed = (self.typed + character).lstrip()
        else:
            return
        event.stop()
        self.reload()

    def escape(self) -> None:
        """Take what is typed away, then go back."""
        if self.typed:
            self.typed = ""
            self.reload()
        else:
            super().escape()
