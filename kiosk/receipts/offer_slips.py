"""Slips of what members own beside money: sold, claimed, redeemed, given to a friend, topped up for a friend.

Every slip says what was used, what is left and what came; a draw says everything needed to check it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.receipts.document import Blank, Block, Document, Emphasis, KeyValue, Rule, SlipKind, Sum, Text
from kiosk.receipts.facts import Brought, Letterhead, SlipMember, Stamp, Tendered, TermsReference
from kiosk.receipts.offer_lines import brought_lines
from kiosk.receipts.offer_words import OFFER_WORDS
from kiosk.receipts.parts import (
    Words,
    amount,
    evidence,
    farewell,
    finish,
    head,
    masked_name,
    member_lines,
    money,
    shown_code,
    stamp_lines,
    total,
    words_of,
)
from kiosk.receipts.wording import TENDER_WORDS
from ledger.accounts import Tender
from ledger.rules.lottery import Drawn

_LINE: tuple[Block, ...] = (Rule(),)
_GROUP = 16


class OfferTitle(StrEnum):
    """What an offer's slip is headed with."""

    SOLD = "sold"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    GIFTED = "gifted"
    FRIEND = "friend"


@dataclass(frozen=True, slots=True)
class Counted:
    """Units of something: its printed name and how many."""

    name: str
    units: int


@dataclass(frozen=True, slots=True)
class DrawSlip:
    """A draw as it is printed: the lottery's name, its prizes by id, and the draw itself."""

    name: str
    prizes: dict[str, str]
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class OfferSlip:
    """An act with what a member owns; `paid` is what it cost in money and `cash_given_minor` the notes handed over (fen).

    `what` is the product or item by name, `other` the member on the other side of a gift
    (masked, without their balance); `member` is None for a payer who is none.
    """

    title: OfferTitle
    stamp: Stamp
    member: SlipMember | None
    what: str = ""
    chosen: str = ""
    paid: Tendered | None = None
    cash_given_minor: int = 0
    used: tuple[Counted, ...] = ()
    left: tuple[Counted, ...] = ()
    brought: tuple[Brought, ...] = ()
    draws: tuple[DrawSlip, ...] = ()
    other: SlipMember | None = None
    terms: TermsReference | None = None
    terms_text: str = ""


def offer_slip(letterhead: Letterhead, facts: OfferSlip) -> Document:
    """Return the slip of a sale, a claim, a redemption or a gift."""
    words, own = words_of(letterhead), OFFER_WORDS[letterhead.language]
    return finish(
        letterhead,
        SlipKind.OFFER,
        head(letterhead, own[f"title.{facts.title.value}"]),
        member_lines(words, facts.member) if facts.member else (),
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        _what(own, facts),
        _paid(words, own, facts),
        _counted(own, "used", facts.used),
        brought_lines(words, facts.brought),
        _counted(own, "left", facts.left),
        *(_draw(own, draw) for draw in facts.draws),
        _terms(own, facts),
        _LINE,
        evidence(words, facts.stamp, facts.terms),
        farewell(letterhead, words, facts.member),
    )


def _what(own: Words, facts: OfferSlip) -> tuple[Block, ...]:
    lines: list[Block] = []
    if facts.what:
        key = "product" if facts.title is OfferTitle.SOLD else "item"
        lines.append(KeyValue(own[key], facts.what, Emphasis.BOLD))
    if facts.chosen:
        lines.append(KeyValue(own["chosen"], facts.chosen))
    if facts.other is not None:
        key = "for" if facts.title is OfferTitle.FRIEND else "into"
        who = " ".join(part for part in (masked_name(facts.other.name), shown_code(facts.other.code)) if part)
        lines.append(KeyValue(own[key], who, Emphasis.BOLD))
    return tuple(lines)


def _paid(words: Words, own: Words, facts: OfferSlip) -> tuple[Block, ...]:
    paid = facts.paid
    if paid is None:
        return ()
    tender = amount(words[TENDER_WORDS[paid.tender]], paid.amount_minor)
    lines: list[Block] = [Blank(), Sum((tender,), total(words["total_paid"], paid.amount_minor))]
    if paid.reference:
        lines.append(KeyValue(words["reference"], paid.reference))
    if paid.tender is Tender.CASH and facts.cash_given_minor > paid.amount_minor:
        lines.append(KeyValue(own["cash_given"], money(facts.cash_given_minor)))
        lines.append(KeyValue(own["change"], money(facts.cash_given_minor - paid.amount_minor)))
    return tuple(lines)


def _counted(own: Words, key: str, counted: tuple[Counted, ...]) -> tuple[Block, ...]:
    if not counted:
        return ()
    lines = (KeyValue(each.name, own["units"].format(count=each.units)) for each in counted)
    return (Blank(), Text(own[key]), *lines)


def _draw(own: Words, draw: DrawSlip) -> tuple[Block, ...]:
    drawn = draw.drawn
    lines: list[Block] = [Blank(), Text(f"{own['draws']} {draw.name}", emphasis=Emphasis.BOLD)]
    lines.append(KeyValue(own["draw.prize"], draw.prizes.get(drawn.prize_id, own["draw.none"]), Emphasis.BOLD))
    lines.append(KeyValue(own["draw.ticket"], f"{drawn.ticket}/{drawn.of} {drawn.digits}".strip()))
    for odd in drawn.odds:
        key = "draw.odds" if odd.left else "draw.gone"
        lines.append(Text(own[key].format(name=draw.prizes[odd.prize_id], weight=odd.weight, of=drawn.of)))
    lines += _hex(f"{own['draw.anchor']} {drawn.number}", drawn.anchor)
    lines += _hex(own["draw.seed"], drawn.seed)
    lines += _hex(own["draw.mixed"], drawn.mixed)
    return (*lines, Text(own["draw.note"]))


def _hex(label: str, digits: str) -> list[Block]:
    """Return what a check needs, in lines that fit every paper."""
    return [Text(label), *(Text(digits[at : at + 2 * _GROUP]) for at in range(0, len(digits), 2 * _GROUP))]


def _terms(own: Words, facts: OfferSlip) -> tuple[Block, ...]:
    if not facts.terms_text:
        return ()
    return (Blank(), Text(own["bought"], emphasis=Emphasis.BOLD), Text(facts.terms_text.strip()))
