"""Slips for the customer: top-up, payment, void, enrolment, card; and a reprint of any slip.

What stands on each and why: `docs/rules/receipt.md`. Every figure sums on the paper (`Sum`); totals are large.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from kiosk.receipts.document import (
    AmountLine,
    Blank,
    Block,
    Document,
    Emphasis,
    KeyValue,
    Marker,
    Rule,
    SlipKind,
    Sum,
    Text,
)
from kiosk.receipts.facts import (
    CardSlip,
    EnrolmentSlip,
    FamilyLeft,
    Letterhead,
    PaymentSlip,
    Tendered,
    TopUpSlip,
    VoidSlip,
)
from kiosk.receipts.offer_lines import brought_lines
from kiosk.receipts.parts import (
    Words,
    amount,
    balance_sum,
    clock_time,
    evidence,
    farewell,
    finish,
    head,
    member_lines,
    money,
    shown_code,
    signature,
    stamp_lines,
    total,
    words_of,
)
from kiosk.receipts.wording import KIND_TITLES, TENDER_WORDS, WORDS
from ledger.accounts import Tender
from ledger.entries import EntryKind

_LINE: tuple[Block, ...] = (Rule(),)
_NAMED = frozenset({EntryKind.TOP_UP, EntryKind.SOLD, EntryKind.ISSUED, EntryKind.REDEEMED, EntryKind.GIFTED})
"""Kinds whose void is headed with their own name."""


def top_up_slip(letterhead: Letterhead, facts: TopUpSlip) -> Document:
    """Return the slip of a top-up: balance before, paid and bonus add up to the balance."""
    words = words_of(letterhead)
    parts = [
        amount(words["balance.before"], facts.balance_before_minor),
        amount(words["paid"], facts.tendered.amount_minor),
    ]
    if facts.bonus_minor:
        parts.append(amount(words["bonus"], facts.bonus_minor))
    return finish(
        letterhead,
        SlipKind.TOP_UP,
        head(letterhead, words["title.top_up"]),
        member_lines(words, facts.member),
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        _tender_lines(words, words["tender"], facts.tendered),
        balance_sum(letterhead, words, tuple(parts), facts.balance_after_minor, facts.everywhere),
        brought_lines(words, facts.brought),
        _LINE,
        evidence(words, facts.stamp, facts.terms),
        farewell(letterhead, words, facts.member),
    )


def payment_slip(letterhead: Letterhead, facts: PaymentSlip) -> Document:
    """Return the slip of a payment: what it cost, how it was paid, what is left; three additions in a row."""
    words = words_of(letterhead)
    stored_minor = facts.principal_minor + facts.bonus_minor
    balance = (
        amount(words["balance.before"], facts.balance_before_minor),
        amount(words["stored"], -stored_minor),
    )
    return finish(
        letterhead,
        SlipKind.PAYMENT,
        head(letterhead, words["title.payment"]),
        member_lines(words, facts.member),
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        _price(words, facts),
        (Sum(_paid_parts(words, facts), total(words["total_paid"], facts.paid_price_minor)),),
        _cash_lines(words, facts),
        _LINE,
        balance_sum(letterhead, words, balance, facts.balance_after_minor, facts.everywhere)
        if facts.family is None
        else _family_lines(words, facts.family),
        brought_lines(words, facts.brought),
        _LINE,
        evidence(words, facts.stamp, facts.terms),
        farewell(letterhead, words, facts.member),
    )


def _family_lines(words: Words, family: FamilyLeft) -> tuple[Block, ...]:
    """Return what a person may still use of the family's pot, and never what is in it."""
    left = words["family.no_limit"] if family.left_minor is None else money(family.left_minor)
    return (KeyValue(words["family.left"], left, Emphasis.BOLD),)


def _price(words: Words, facts: PaymentSlip) -> tuple[Block, ...]:
    listed = amount(words["list_price"], facts.list_price_minor)
    if facts.list_price_minor == facts.paid_price_minor:
        return (KeyValue(listed.label, listed.shown), Blank())
    cuts = [amount(cut.name, -cut.amount_minor) for cut in facts.cuts]
    if not cuts:
        cuts = [amount(words["discount"], facts.paid_price_minor - facts.list_price_minor)]
    due = amount(words["due"], facts.paid_price_minor)
    return (Sum((listed, *cuts), due, Emphasis.BOLD), Blank())


def _paid_parts(words: Words, facts: PaymentSlip) -> tuple[AmountLine, ...]:
    parts = [amount(words["stored.principal"], facts.principal_minor)] if facts.principal_minor else []
    if facts.bonus_minor:
        parts.append(amount(words["stored.bonus"], facts.bonus_minor))
    if facts.rest:
        parts.append(amount(words[TENDER_WORDS[facts.rest.tender]], facts.rest.amount_minor))
    return tuple(parts)


def _cash_lines(words: Words, facts: PaymentSlip) -> tuple[Block, ...]:
    rest = facts.rest
    if rest is None:
        return ()
    if rest.tender is not Tender.CASH:
        return (Blank(), KeyValue(words["reference"], rest.reference)) if rest.reference else ()
    change_minor = facts.cash_given_minor - rest.amount_minor
    assert change_minor >= 0, "the cash given covers the rest"
    return (
        Blank(),
        KeyValue(words["cash_given"], amount("", facts.cash_given_minor).shown),
        KeyValue(words["change"], amount("", change_minor).shown),
    )


def void_slip(letterhead: Letterhead, facts: VoidSlip) -> Document:
    """Return the slip of a void: which entry is undone, what is handed back, what the balance is again."""
    words = words_of(letterhead)
    parts = [amount(words["balance.before"], facts.balance_before_minor)]
    if facts.principal_minor:
        parts.append(amount(words["void.principal"], facts.principal_minor))
    if facts.bonus_minor:
        parts.append(amount(words["void.bonus"], facts.bonus_minor))
    kind = words[f"kind.{facts.original_kind.value}" if facts.original_kind in _NAMED else "kind.spend"]
    handed = facts.handed_back
    return finish(
        letterhead,
        SlipKind.VOID,
        head(letterhead, words["title.void"].format(kind=kind)),
        member_lines(words, facts.member) if facts.member else (),
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        (
            KeyValue(words["void.kind"], kind),
            KeyValue(words["void.original"], facts.original_entry_no),
            KeyValue(words["void.time"], clock_time(facts.original_at, letterhead.zone)),
        ),
        _LINE,
        _handed_back(words, handed) if handed else (),
        balance_sum(letterhead, words, tuple(parts), facts.balance_after_minor, facts.everywhere),
        _LINE,
        evidence(words, facts.stamp),
        farewell(letterhead, words, facts.member),
    )


def _handed_back(words: Words, handed: Tendered) -> tuple[Block, ...]:
    tender = words[TENDER_WORDS[handed.tender]]
    blocks: tuple[Block, ...] = (
        KeyValue(f"{words['void.handed_back']} {tender}", money(handed.amount_minor), Emphasis.BOLD),
    )
    if handed.reference:
        blocks += (KeyValue(words["reference"], handed.reference),)
    return (*blocks, Blank())


def _tender_lines(words: Words, label: str, tendered: Tendered) -> tuple[Block, ...]:
    lines: tuple[Block, ...] = (KeyValue(label, words[TENDER_WORDS[tendered.tender]]),)
    if tendered.reference:
        lines += (KeyValue(words["reference"], tendered.reference),)
    return (*lines, Blank())


def enrolment_slip(letterhead: Letterhead, facts: EnrolmentSlip) -> Document:
    """Return the consumer's copy of the contract: the whole terms, their version and hash, room to sign."""
    words = words_of(letterhead)
    card = (KeyValue(words["card"], shown_code(facts.card_code)),) if facts.card_code else ()
    return finish(
        letterhead,
        SlipKind.ENROLMENT,
        head(letterhead, words["title.enrolment"]),
        member_lines(words, facts.member),
        card,
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        (Text(words["enrolment.agreed"], emphasis=Emphasis.BOLD), Blank(), Text(facts.terms_text.strip()), Blank()),
        (Text(words["enrolment.keep"]),),
        signature(words["sign.member"]),
        _LINE,
        evidence(words, facts.stamp, facts.terms),
        farewell(letterhead, words, facts.member),
    )


def card_slip(letterhead: Letterhead, facts: CardSlip) -> Document:
    """Return the slip of a card issued, blocked, unblocked or replaced."""
    words = words_of(letterhead)
    lines: list[Block] = [KeyValue(words["card"], shown_code(facts.card_code), Emphasis.BOLD)]
    if facts.old_card_code:
        lines.append(KeyValue(words["card.old"], shown_code(facts.old_card_code)))
    if facts.kind is EntryKind.CARD_BLOCKED:
        lines += [Blank(), Text(words["card.blocked_note"])]
    if facts.kind is EntryKind.CARD_REPLACED:
        lines += [Blank(), Text(words["card.dead_note"])]
    return finish(
        letterhead,
        SlipKind.CARD,
        head(letterhead, words[KIND_TITLES[facts.kind]]),
        member_lines(words, facts.member),
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        tuple(lines),
        _LINE,
        evidence(words, facts.stamp),
        farewell(letterhead, words, facts.member),
    )


def reprinted(document: Document, copy: int, printed_at: datetime, zone: tzinfo) -> Document:
    """Return a slip as its reprint: 补打 n above and below, with the time of the reprint (P30)."""
    words = WORDS[document.language]
    band = Marker(words["marker.reprint"].format(copy=copy), clock_time(printed_at, zone))
    return replace(document, blocks=(band, *document.blocks, band))


def voided(document: Document, void_entry_no: str) -> Document:
    """Return a slip whose entry was voided since, named above and below: it proves nothing any more."""
    band = Marker(WORDS[document.language]["marker.voided"], void_entry_no)
    return replace(document, blocks=(band, *document.blocks, band))
