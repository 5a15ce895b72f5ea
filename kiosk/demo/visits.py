"""What a visitor of the demo shop does at the counter: goods, coupons, points, claims, passes, all by the real services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from kiosk.services import claim, mall, pay, sell, top_up
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.goods import line_of
from kiosk.services.occasions import Choice
from kiosk.services.open_member import open_member
from kiosk.services.tendering import Tendering
from ledger.accounts import Tender
from ledger.rules.occasion import BasketLine
from ledger.rules.promises import Promises

_TENDERS: Final = (Tender.WECHAT, Tender.WECHAT, Tender.WECHAT, Tender.ALIPAY, Tender.CASH, Tender.BANK_CARD)
_MOST_LINES: Final = 4


@dataclass(frozen=True, slots=True)
class Hands:
    """Whoever stands at the counter: the till, a seeded generator, and how an act is begun."""

    counter: Counter
    random: Random
    act: Callable[[], Act]

    @property
    def promises(self) -> Promises:
        """What the shop promises."""
        return self.counter.programme().promises

    def shop(self, member_id: str, ticket_minor: int) -> str:
        """Let a member buy for about so many fen and pay; return the payment's id."""
        lines = self._basket(ticket_minor)
        bill = sum(line.list_minor for line in lines) or ticket_minor
        if open_member(self.counter, member_id, lines=0).here_minor < bill and self.random.random() < 0.6:
            self.top_up(member_id, bill)
        act = self.act()  # time goes on before the bill is shown, never between the bill and its payment
        quote = pay.quote(self.counter, member_id, bill, lines=lines)
        if quote.bill.most_points and self.random.random() < 0.3:
            quote = pay.quote(self.counter, member_id, bill, lines=lines, choice=Choice(points=quote.bill.most_points))
        terms = quote.terms
        asked = pay.Payment(
            member_id=member_id,
            list_price_minor=bill,
            stored_minor=terms.stored_minor,
            rest_tender=Tender.CASH,
            tendered_minor=-(-terms.rest_minor // 1000) * 1000,
            lines=lines,
            choice=quote.choice,
            expected_paid_minor=quote.bill.paid_price_minor,
        )
        paid = pay.pay(self.counter, act, asked)
        return paid.done.recorded.entry.entry_id

    def top_up(self, member_id: str, bill_minor: int = 0) -> None:
        """Let a member take a rung, the lower ones oftener."""
        act = self.act()
        view = top_up.ladder(self.counter, member_id, bill_minor)
        offers = [offer for offer in view.offers if offer.refusal is None][:6]
        if not offers:
            return
        offer = self.random.choices(offers, [8, 6, 2, 1, 1, 1][: len(offers)])[0]
        tender = self.random.choice(_TENDERS)
        reference = None if tender is Tender.CASH else f"{self.random.randrange(10**12):012d}"
        quote = top_up.quote(self.counter, member_id, offer.rung.pay_minor, tender, bill_minor=bill_minor)
        asked = top_up.TopUp(member_id, offer.rung.pay_minor, tender, reference, quote.bonus_minor, bill_minor)
        top_up.top_up(self.counter, act, asked)

    def ask_for_more(self, member_id: str) -> None:
        """Let a member now and then claim what is open, buy a pass, or change points for something."""
        act, chance, promises = self.act(), self.random.random(), self.promises
        if chance < 0.25:
            found = claim.claimable(self.counter, member_id)
            if found.open:
                claim.claim(self.counter, act, claim.Claim(member_id, (found.open[0].rule_id,)))
        elif chance < 0.28 and promises.products:
            product = self.random.choice(promises.products)
            tendering = Tendering(Tender.WECHAT, f"{self.random.randrange(10**12):012d}")
            sell.sell(self.counter, act, sell.Sale(member_id, product.product_id, product.price_minor, tendering))
        elif chance < 0.33 and promises.mall:
            self._exchange(act, member_id)

    def _exchange(self, act: Act, member_id: str) -> None:
        offers = [offer for offer in mall.offers(self.counter, member_id) if offer.refusal is None]
        if offers:
            item = offers[0].item
            tendering = Tendering(Tender.WECHAT, f"{self.random.randrange(10**12):012d}") if item.price_minor else None
            asked = mall.Exchange(member_id, item.item_id, item.points, item.price_minor, tendering)
            mall.exchange(self.counter, act, asked)

    def _basket(self, ticket_minor: int) -> tuple[BasketLine, ...]:
        """Return goods for about so many fen; none where the shop has no catalogue."""
        goods = [each for each in self.promises.goods if each.price_minor <= max(ticket_minor, 1_200)]
        if not goods:
            return ()
        chosen = self.random.sample(goods, min(len(goods), self.random.randrange(1, _MOST_LINES)))
        left, lines = ticket_minor, []
        for each in chosen:
            pieces = max(1, min(3, left // max(1, each.price_minor)))
            lines.append(line_of(each, pieces))
            left = max(0, left - pieces * each.price_minor)
        return tuple(lines)
