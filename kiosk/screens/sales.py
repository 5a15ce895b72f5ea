"""What is sold for money and used later, and what an exchange card may be used for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.screens import phrases_benefits as words
from kiosk.screens.desk import Desk
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.screens.offer_deeds import sale_deed
from kiosk.screens.owned import OwnedScreen
from kiosk.screens.phrases import word
from kiosk.services import sell
from kiosk.services.offer_names import names_of
from ledger.money import format_minor
from ledger.rules.promises import Goods


class SalesScreen(OwnedScreen):
    """What is sold to a member for money and used later."""

    title_phrase = words.SELL
    topic = "sales"

    def reload(self) -> None:
        """Read the products."""
        counter, member_id = self.desk.counter, self.member_id
        self.read(lambda: sell.products(counter, member_id), self._show)

    def _show(self, quotes: tuple[sell.SaleQuote, ...]) -> None:
        names = names_of(self.desk.counter)
        items = tuple(self._item(quote, names) for quote in quotes)
        self.show_menu(Menu(self.say(words.SELL_TITLE), "", items, self.say(words.SELL_EMPTY)))

    def _item(self, quote: sell.SaleQuote, names: dict[str, str]) -> Item:
        product = quote.product
        price = format_minor(product.price_minor)
        if quote.refusal is not None:
            return Item(product.name, price, "", refusal=word(quote.refusal, self.language))
        days = product.span.valid_days
        notes = [f"x {product.units}", self.say(words.VALID_DAYS, days=days) if days is not None else ""]
        extras = {gift.special.asset: gift.units for gift in quote.given if gift.special is not None and gift.units}
        for asset, units in extras.items():
            notes.append(self.say(words.COMES_WITH, name=names.get(asset, asset), units=units))
        return Item(product.name, price, "  ".join(note for note in notes if note), partial(self._sell, quote))

    def _sell(self, quote: sell.SaleQuote) -> None:
        self.ask(sale_deed(self.desk.counter, quote, self.language))


class ChoiceScreen(MenuScreen):
    """One of several goods is chosen for an exchange card or a voucher."""

    title_phrase = words.CHOOSE_GOODS
    topic = "choice"

    def __init__(self, desk: Desk, goods: tuple[Goods, ...], then: Callable[[Goods], None]) -> None:
        """Take the goods and what a choice leads to."""
        super().__init__(desk)
        self.goods = goods
        self.then = then

    def reload(self) -> None:
        """Show the goods that were read."""
        items = tuple(
            Item(each.name, format_minor(each.price_minor), "", partial(self.then, each)) for each in self.goods
        )
        self.show_menu(Menu(self.say(words.CHOOSE_GOODS), "", items))
