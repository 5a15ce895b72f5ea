"""Coupons, visits, rights, what can be claimed, and what is sold: the list behind F7 of a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.billing import BillingScreen
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.screens.phrases import word, word_reason
from kiosk.screens.points import done_outcome, tendering_of
from kiosk.screens.wording import Refusal
from kiosk.services import claim, redeem, sell
from kiosk.services.acts import Act, Done
from kiosk.services.benefits import Benefits, HeldUnits, benefits
from kiosk.services.counter import Counter
from kiosk.services.find_member import Via
from kiosk.services.offer_names import names_of
from kiosk.services.presence import Presence
from ledger.money import format_minor
from ledger.rules.gifts import Claimable, Claims
from ledger.rules.offers import Declined

_USED_ALONE = ("VISIT:", "GOODS:", "EXCHANGE:")


@dataclass(frozen=True, slots=True)
class _Read:
    """What the list shows."""

    found: Benefits
    claims: Claims
    names: dict[str, str]


class BenefitsScreen(MenuScreen):
    """What a member holds beside money; on a bill, Enter sets an offer aside or chooses it."""

    title_phrase = frame.CARDS
    topic = "benefits"

    def __init__(self, desk: Desk, member_id: str, via: Via, bill: BillingScreen | None = None) -> None:
        """Take whose they are, how the member was identified, and the screen whose bill they may be used on."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via
        self.on_bill = bill

    def reload(self) -> None:
        """Read what is held and what can be claimed."""
        counter, member_id = self.desk.counter, self.member_id
        self.read(
            lambda: _Read(benefits(counter, member_id), claim.claimable(counter, member_id), names_of(counter)),
            self._show,
        )

    def _show(self, read: _Read) -> None:
        items = [self._held(each) for each in read.found.held]
        items += [self._claimable(each) for each in read.claims.open]
        items += [self._declined(each, read.names) for each in read.claims.declined]
        menu = Menu(self.say(words.BENEFITS_TITLE), "", tuple(items), self.say(words.BENEFITS_EMPTY))
        self.show_menu(menu)

    def _held(self, held: HeldUnits) -> Item:
        notes = []
        if held.expires_on is not None:
            notes.append(self.say(words.VALID_UNTIL, day=held.expires_on.isoformat()))
        if not held.usable and held.usable_from is not None:
            notes.append(self.say(words.VALID_FROM, day=held.usable_from.isoformat()))
        if held.face_minor:
            notes.append(self.say(words.FACE, amount=format_minor(held.face_minor)))
        if self.on_bill is not None and held.rule_id:
            notes.append(self._on_bill(self.on_bill, held))
        pick = partial(self._pick, held) if held.usable and held.rule_id else None
        return Item(held.name, f"x {held.units}", "  ".join(note for note in notes if note), pick)

    def _on_bill(self, screen: BillingScreen, held: HeldUnits) -> str:
        if held.rule_id in screen.basket.choice.refused:
            return self.say(words.SET_ASIDE)
        bill = screen.bill
        applied = bill is not None and any(cut.rule_id == held.rule_id for cut in bill.quote.bill.reductions)
        return self.say(words.CHOSEN) if applied else ""

    def _pick(self, held: HeldUnits) -> None:
        """Turn an offer on or off for the bill; without a bill use a visit or a voucher by itself."""
        screen = self.on_bill
        if screen is not None and screen.bill is not None:
            applied = any(cut.rule_id == held.rule_id for cut in screen.bill.quote.bill.reductions)
            refused = held.rule_id in screen.basket.choice.refused
            screen.set_aside(held.rule_id, chosen=False if applied else None if refused else True)
            self.app.pop_screen()
        elif held.asset.startswith(_USED_ALONE):
            self.paths.confirm(use_deed(self.desk.counter, self.member_id, held, self.via, self.language), self._done)

    def _claimable(self, each: Claimable) -> Item:
        return Item(each.rule.name, self.say(words.CLAIMABLE), "", partial(self._claim, each))

    def _declined(self, each: Declined, names: dict[str, str]) -> Item:
        why = word_reason(each.reasons[0], self.language, names)
        return Item(each.name, "", "", refusal=Refusal(each.name, why, self.say(words.BENEFITS_TITLE)))

    def _claim(self, each: Claimable) -> None:
        counter, member_id, language = self.desk.counter, self.member_id, self.language

        def command(act: Act, _: Settling) -> Done:
            return claim.claim(counter, act, claim.Claim(member_id, (each.rule_id,)))

        sentence = words.CONFIRM_CLAIM.said(language, name=each.rule.name)
        self.paths.confirm(Deed(words.CLAIM, lambda _: sentence, command, action=words.CLAIM), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, Done), "an act answers with Done"
        self.paths.show_result(done_outcome(done, self.language))

    def menu_keys(self) -> Sequence[Key]:
        """Return the plastic cards and what is sold."""
        return (
            Key("s", words.SELL, lambda: self.paths.open_sales(self.member_id, self.via), rank=1),
            Key("c", words.CARDS_KEY, lambda: self.paths.open_cards(self.member_id, self.via), rank=1),
        )


class SalesScreen(MenuScreen):
    """What is sold to a member for money and used later."""

    title_phrase = words.SELL
    topic = "sales"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take who buys and how they were identified."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via

    def reload(self) -> None:
        """Read the products."""
        counter, member_id = self.desk.counter, self.member_id
        self.read(lambda: sell.products(counter, member_id), self._show)

    def _show(self, quotes: tuple[sell.SaleQuote, ...]) -> None:
        items = tuple(self._item(quote) for quote in quotes)
        self.show_menu(Menu(self.say(words.SELL_TITLE), "", items, self.say(words.SELL_EMPTY)))

    def _item(self, quote: sell.SaleQuote) -> Item:
        product = quote.product
        price = format_minor(product.price_minor)
        if quote.refusal is not None:
            return Item(product.name, price, "", refusal=word(quote.refusal, self.language))
        days = product.span.valid_days
        note = self.say(words.VALID_DAYS, days=days) if days is not None else ""
        return Item(product.name, price, f"x {product.units}  {note}".strip(), partial(self._sell, quote))

    def _sell(self, quote: sell.SaleQuote) -> None:
        self.paths.confirm(sale_deed(self.desk.counter, quote, self.language), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, Done), "a sale answers with Done"
        self.paths.show_result(done_outcome(done, self.language))


def sale_deed(counter: Counter, quote: sell.SaleQuote, language: Language) -> Deed:
    """Return a sale as it is asked."""
    product = quote.product

    def sentence(settling: Settling) -> str:
        tender = frame.TENDERS[settling.tender].said(language)
        amount = format_minor(product.price_minor)
        return words.CONFIRM_SALE.said(language, tender=tender, amount=amount, name=product.name)

    def command(act: Act, settling: Settling) -> Done:
        asked = sell.Sale(quote.member.member_id, product.product_id, product.price_minor, tendering_of(settling))
        return sell.sell(counter, act, asked)

    return Deed(
        title=words.SELL,
        sentence=sentence,
        command=command,
        big=(product.name, product.price_minor),
        due_minor=product.price_minor,
        action=words.SELL,
    )


def use_deed(counter: Counter, member_id: str, held: HeldUnits, via: Via, language: Language) -> Deed:
    """Return the use of one unit without a bill as it is asked."""
    sentence = words.CONFIRM_USE.said(language, name=held.name)

    def command(act: Act, _: Settling) -> Done:
        goods = redeem.choices(counter, held.asset)
        chosen = goods[0].goods_id if goods else ""
        return redeem.redeem(counter, act, redeem.Use(member_id, held.asset, 1, chosen, Presence(via)))

    return Deed(words.USE, lambda _: sentence, command, action=words.USE)
