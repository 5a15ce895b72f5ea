"""Acts with what members own beside money, as they are asked: sold, used, exchanged, claimed, given to a friend."""

from __future__ import annotations

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.paying import who
from kiosk.services import claim, gift, mall, redeem, sell
from kiosk.services.acts import Act, Done
from kiosk.services.benefits import HeldUnits
from kiosk.services.counter import Counter
from kiosk.services.presence import Presence
from kiosk.services.tendering import Tendering
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.money import format_minor
from ledger.rules.gifts import Claimable
from ledger.rules.promises import Goods, MallItem


def tendering_of(settling: Settling) -> Tendering:
    """Return how money is taken as the services ask it."""
    given = settling.given_minor if settling.tender is Tender.CASH else 0
    return Tendering(settling.tender, settling.reference, given)


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


def use_deed(counter: Counter, use: redeem.Use, name: str, language: Language) -> Deed:
    """Return the use of units without a bill as it is asked; `name` is what is used, or what was chosen for it."""
    sentence = words.CONFIRM_USE.said(language, name=name)

    def command(act: Act, _: Settling) -> Done:
        return redeem.redeem(counter, act, use)

    return Deed(words.USE, lambda _: sentence, command, action=words.USE)


def use_of(member_id: str, held: HeldUnits, presence: Presence, goods: Goods | None = None) -> redeem.Use:
    """Return one use of what is held, for goods that were chosen where it takes a choice."""
    return redeem.Use(member_id, held.asset, 1, goods.goods_id if goods is not None else "", presence)


def claim_deed(counter: Counter, member_id: str, each: Claimable, code: str, language: Language) -> Deed:
    """Return a claim as it is asked; `code` is an activity's, empty for none."""
    sentence = words.CONFIRM_CLAIM.said(language, name=each.rule.name)

    def command(act: Act, _: Settling) -> Done:
        return claim.claim(counter, act, claim.Claim(member_id, (each.rule_id,), code))

    return Deed(words.CLAIM, lambda _: sentence, command, action=words.CLAIM)


def gift_deed(counter: Counter, asked: gift.Gift, name: str, friend: Member, language: Language) -> Deed:
    """Return a gift to a friend as it is asked."""
    sentence = words.CONFIRM_GIFT.said(language, name=name, who=who(friend, language))

    def command(act: Act, _: Settling) -> Done:
        return gift.give(counter, act, asked)

    return Deed(words.GIVE, lambda _: sentence, command, words.GIFT_LINE.said(language), action=words.GIVE)


def mall_deed(counter: Counter, member_id: str, item: MallItem, presence: Presence, language: Language) -> Deed:
    """Return an exchange as it is asked."""

    def sentence(settling: Settling) -> str:
        if not item.price_minor:
            return words.CONFIRM_MALL.said(language, points=f"{item.points:,}", name=item.name)
        tender = frame.TENDERS[settling.tender].said(language)
        amount = format_minor(item.price_minor)
        return words.CONFIRM_MALL_MONEY.said(
            language, points=f"{item.points:,}", name=item.name, tender=tender, amount=amount
        )

    def command(act: Act, settling: Settling) -> Done:
        asked = mall.Exchange(
            member_id=member_id,
            item_id=item.item_id,
            expected_points=item.points,
            expected_price_minor=item.price_minor,
            tendering=tendering_of(settling) if item.price_minor else None,
            presence=presence,
        )
        return mall.exchange(counter, act, asked)

    return Deed(title=words.MALL, sentence=sentence, command=command, due_minor=item.price_minor, action=words.REDEEM)
