"""Points: how many, what they pay, and what they buy (D4–D9)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.screens.phrases import word
from kiosk.screens.phrases_counter import RECORDED, RECORDED_ALREADY
from kiosk.screens.result import Outcome
from kiosk.services import mall
from kiosk.services.acts import Act, Done
from kiosk.services.benefits import Benefits, benefits
from kiosk.services.counter import Counter
from kiosk.services.find_member import Via
from kiosk.services.presence import Presence
from kiosk.services.tendering import Tendering
from ledger.accounts import Tender
from ledger.money import format_minor
from ledger.rules.mall import MallOffer
from ledger.rules.promises import MallItem


@dataclass(frozen=True, slots=True)
class _Read:
    """What the screen shows: the member's points, the mall, and what points pay."""

    found: Benefits
    mall: tuple[MallOffer, ...]
    burn: tuple[int, int, int]


class PointsScreen(MenuScreen):
    """A member's points and the mall."""

    title_phrase = frame.POINTS
    topic = "points"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take whose points they are and how they were identified."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via

    def reload(self) -> None:
        """Read points and mall."""
        counter, member_id = self.desk.counter, self.member_id

        def reading() -> _Read:
            policy = counter.programme().promises.points
            burn = (0, 0, 0) if policy is None else (policy.burn_units, policy.burn_minor, policy.burn_percent)
            return _Read(benefits(counter, member_id), mall.offers(counter, member_id), burn)

        self.read(reading, self._show)

    def _show(self, read: _Read) -> None:
        units, minor, percent = read.burn
        line = ""
        if units:
            line = self.say(words.POINTS_RULE, units=units, amount=format_minor(minor), percent=percent)
        if read.found.pending_points:
            line += "  " + self.say(words.POINTS_LATER, points=f"{read.found.pending_points:,}")
        heading = self.say(words.POINTS_TITLE, points=f"{read.found.points:,}")
        self.show_menu(Menu(heading, line, tuple(self._item(offer) for offer in read.mall)))

    def _item(self, offer: MallOffer) -> Item:
        item = offer.item
        value = self.say(words.MALL_LINE, points=f"{item.points:,}")
        note = self.say(words.MALL_MONEY, amount=format_minor(item.price_minor)) if item.price_minor else ""
        if offer.left is not None:
            note = f"{note}  {self.say(words.MALL_LEFT, left=offer.left)}".strip()
        if offer.refusal is not None:
            return Item(item.name, value, note, refusal=word(offer.refusal, self.language))
        return Item(item.name, value, note, partial(self._exchange, item))

    def _exchange(self, item: MallItem) -> None:
        presence = Presence(self.via)
        self.paths.confirm(mall_deed(self.desk.counter, self.member_id, item, presence, self.language), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, Done), "an exchange answers with Done"
        self.paths.show_result(done_outcome(done, self.language))


def done_outcome(done: Done, language: Language, sentence: str = "") -> Outcome:
    """Return an act without a figure of money as it is shown afterwards: its slip says the rest."""
    headline = RECORDED_ALREADY if done.repeated else RECORDED
    return Outcome(headline=headline.said(language), sentence=sentence, done=done)


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


def tendering_of(settling: Settling) -> Tendering:
    """Return how money is taken as the services ask it."""
    given = settling.given_minor if settling.tender is Tender.CASH else 0
    return Tendering(settling.tender, settling.reference, given)
