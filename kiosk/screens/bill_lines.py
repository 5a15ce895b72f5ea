"""Lines of a bill: what comes off, how it is paid, what it earns; and the basket of goods beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_counter as words
from kiosk.screens.phrases import word_reason
from kiosk.screens.phrases_offers import MONEY
from kiosk.screens.theme import AMBER, FAINT, GREEN, INK, MUTED
from kiosk.screens.widgets.columns import spread
from kiosk.services.benefits import Benefits
from kiosk.services.pay import PayQuote
from ledger.money import PTS, format_minor
from ledger.rules.occasion import BasketLine
from ledger.rules.offers import Declined, GivenKind
from ledger.rules.promises import Measure
from ledger.rules.topping import TopUpOffer

_BY = {Measure.SPENT: offers.BY_SPENT, Measure.TOPPED: offers.BY_TOPPED, Measure.VISITS: offers.BY_VISITS}


def quote_lines(quote: PayQuote, width: int, language: Language) -> Text:
    """Return a bill as it would be paid, a figure a line."""
    terms = quote.terms
    lines = _off_lines(quote, width, language)
    parts = [(words.STORED_PART, terms.stored_minor, f"bold {INK}")]
    if terms.stored_minor:
        parts += [(words.PRINCIPAL, terms.principal_minor, MUTED), (words.BONUS, terms.bonus_minor, MUTED)]
    if terms.rest_minor:
        parts.append((words.REST_PART, terms.rest_minor, f"bold {AMBER}"))
    parts.append((words.AFTER, terms.available_after_minor, INK))
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
    lines += [Text(offers.GETS.said(language, name=gift.words or gift.name), GREEN) for gift in others]
    return lines


def _figure(label: str, minor: int, style: str, width: int) -> Text:
    return spread(Text(label, MUTED), Text(format_minor(minor), style), width)


def gift_words(offer: TopUpOffer | None, language: Language) -> tuple[str, ...]:
    """Return what a top-up brings beside its bonus, in words: coupons, points, gifts; nothing for nothing."""
    if offer is None:
        return ()
    names = [gift.words or gift.name for gift in offer.given if gift.kind is not GivenKind.BONUS]
    return tuple(offers.GETS.said(language, name=name) for name in dict.fromkeys(names) if name)


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
        parts.append((found.tier_name, f"bold {INK}"))
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
        by = _BY[standing.following.measure].said(language)
        step = offers.NEXT_TIER.said(language, by=by, missing=missing, tier=standing.following.name)
        parts.append((step, FAINT))
    line = Text()
    for place, (said, style) in enumerate(parts):
        line.append("   " if place else "").append(said, style)
    return line


def declined_lines(declined: Sequence[Declined], language: Language, names: Mapping[str, str]) -> list[str]:
    """Return the offers that do not apply, each with its first reason and the step that would flip it."""
    return [f"{each.name}: {_why_not(each, language, names)}" for each in declined]


def _why_not(declined: Declined, language: Language, names: Mapping[str, str]) -> str:
    """Return why an offer does not apply, with what is missing where one step would flip it."""
    if declined.flip is None:
        return word_reason(declined.reasons[0], language, names)
    step, missing = word_reason(declined.flip, language, names), dict(declined.flip.values)["missing"]
    shown = format_minor(int(missing)) if declined.flip.code in MONEY else str(missing)
    return offers.FLIP.said(language, step=step, missing=shown)
