"""Lines of a bill: what comes off, how it is paid, what it earns; and the basket of goods beside it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_counter as words
from kiosk.screens.phrases import word_reason
from kiosk.screens.theme import ACCENT, AMBER, FAINT, GREEN, INK, MUTED
from kiosk.screens.why_lines import BY
from kiosk.screens.widgets.columns import spread
from kiosk.services.benefits import Benefits
from kiosk.services.pay import PayQuote
from kiosk.services.top_up import RungOffer
from ledger.money import PTS, format_minor
from ledger.rules.bill import EARNING
from ledger.rules.occasion import BasketLine
from ledger.rules.offers import Given, GivenKind
from ledger.rules.promises import Measure
from ledger.rules.reasons import Reason
from ledger.rules.topping import TopUpOffer


def quote_lines(quote: PayQuote, width: int, language: Language, after_minor: int | None = None) -> Text:
    """Return a bill as it would be paid, a figure a line; `after_minor` is what is left to who pays from another's pot."""
    terms = quote.terms
    lines = _off_lines(quote, width, language)
    parts = [(words.STORED_PART, terms.stored_minor, f"bold {INK}")]
    if terms.stored_minor:
        parts += [(words.PRINCIPAL, terms.principal_minor, MUTED), (words.BONUS, terms.bonus_minor, MUTED)]
    if terms.rest_minor:
        parts.append((words.REST_PART, terms.rest_minor, f"bold {AMBER}"))
    parts.append((words.AFTER, terms.available_after_minor if after_minor is None else after_minor, INK))
    lines += [_figure(label.said(language), minor, style, width) for label, minor, style in parts]
    return Text("\n").join([*lines, *_earned_lines(quote, width, language)])


def _off_lines(quote: PayQuote, width: int, language: Language) -> list[Text]:
    bill = quote.bill
    off = [(reduction.name, reduction.amount_minor) for reduction in bill.reductions]
    if bill.points.points:
        off.append((offers.POINTS_PAID.said(language, points=bill.points.points), bill.points.amount_minor))
    if not off:
        return []
    lines = [spread(Text(name, MUTED), Text(f"-{format_minor(minor)}", GREEN), width) for name, minor in off]
    return [*lines, _figure(offers.DUE.said(language), bill.paid_price_minor, f"bold {INK}", width)]


def _earned_lines(quote: PayQuote, width: int, language: Language) -> list[Text]:
    given = quote.bill.given
    points = sum(g.units for g in given if g.special is not None and g.special.asset == PTS.code)
    lines = []
    if points:
        lines.append(spread(Text(offers.EARNED.said(language), MUTED), Text(f"+{points:,}", GREEN), width))
    others = [gift for gift in given if gift.special is None or gift.special.asset != PTS.code]
    lines += [Text(offers.GETS.said(language, name=gift_name(gift)), GREEN) for gift in others]
    return lines


def gift_name(gift: Given) -> str:
    """Return what is given as people call it: what is handed over in its own words, else its rule's name."""
    if gift.kind is GivenKind.HANDOUT:
        return gift.words
    if gift.kind is GivenKind.POINTS and gift.special is None:
        return f"{gift.name} {gift.words}"
    return gift.name


def _figure(label: str, minor: int, style: str, width: int) -> Text:
    return spread(Text(label, MUTED), Text(format_minor(minor), style), width)


def gift_words(offer: TopUpOffer | None, language: Language) -> tuple[str, ...]:
    """Return what a top-up brings beside its bonus, in words: coupons, points, gifts; nothing for nothing."""
    if offer is None:
        return ()
    names = [gift_name(gift) for gift in offer.given if gift.kind is not GivenKind.BONUS]
    points = sum(gift.units for gift in offer.given if gift.rule_id == EARNING)
    said = [offers.GETS_POINTS.said(language, points=f"{points:,}")] if points else []
    return (*said, *(offers.GETS.said(language, name=name) for name in dict.fromkeys(names) if name))


def offer_lines(offer: RungOffer, why: Reason | None, due_minor: int, width: int, language: Language) -> Text:
    """Return the rung that fits with its key, why it does, and what is left after the bill (fen)."""
    pay, bonus = format_minor(offer.rung.pay_minor), format_minor(offer.bonus_minor)
    said = words.OFFER.said(language, pay=pay, bonus=bonus)
    head = spread(Text(said, f"bold {INK}"), Text(words.OFFER_KEY.said(language), f"bold {ACCENT}"), width)
    left = words.OFFER_AFTER.said(language, after=format_minor(offer.balance_after_minor - due_minor))
    lines = [head, Text(left, MUTED)]
    if why is not None:
        lines.insert(1, Text(word_reason(why, language), MUTED))
    return Text("\n").join(lines)


def basket_lines(lines: Sequence[BasketLine], rows: int, width: int, language: Language) -> Text:
    """Return the goods of a bill, the last ones where not all have a row."""
    head = spread(Text(offers.BASKET.said(language), MUTED), Text(offers.BASKET_HINT.said(language), FAINT), width)
    shown = [
        spread(
            Text(line.name or offers.TYPED_LINE.said(language), INK),
            Text(f"{format_minor(line.price_minor)} x {line.quantity}  {format_minor(line.list_minor):>9}", INK),
            width,
        )
        for line in lines
    ]
    return Text("\n").join([head, *shown[-rows:]])


def benefits_line(found: Benefits, pending_minor: int, language: Language) -> Text:
    """Return what a member has beside money in one line; empty where that is nothing."""
    parts: list[tuple[str, str]] = []
    if found.tier_name:
        parts.append((f"{found.tier_name} {found.tier_benefit}".strip(), f"bold {INK}"))
    if found.has_points:
        parts.append((offers.POINTS.said(language, points=f"{found.points:,}"), INK))
    for kind, phrase in (("COUPON", offers.COUPONS), ("VISIT", offers.VISITS)):
        count = found.usable(kind)
        if count:
            parts.append((phrase.said(language, count=count), INK))
    if pending_minor:
        parts.append((offers.PENDING.said(language, amount=format_minor(pending_minor)), AMBER))
    standing = found.standing
    if standing.following is not None and standing.missing:
        visits = standing.following.measure is Measure.VISITS
        missing = str(standing.missing) if visits else format_minor(standing.missing)
        by = BY[standing.following.measure].said(language)
        step = offers.NEXT_TIER.said(language, by=by, missing=missing, tier=standing.following.name)
        parts.append((step, FAINT))
    line = Text()
    for place, (said, style) in enumerate(parts):
        line.append("   " if place else "").append(said, style)
    return line
