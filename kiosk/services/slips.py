"""Slips: what happened, handed to the receipts room as plain facts; the wording and the layout are its business."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from kiosk.model import members, purses, snapshots
from kiosk.receipts import facts, reports
from kiosk.receipts import slips as receipts
from kiosk.receipts.wording import WORDS
from ledger.accounts import Tender, till_tender
from ledger.entries import Entry, EntryKind
from ledger.money import PTS
from ledger.purses import money_of, purse_deltas

if TYPE_CHECKING:
    from kiosk.model.journal import Recorded
    from kiosk.model.members import Member
    from kiosk.receipts.document import Document
    from kiosk.services.counter import Counter
    from kiosk.services.pay import PayQuote
    from kiosk.services.top_up import TopUpQuote
    from ledger.rules.offers import Given


def letterhead(counter: Counter) -> facts.Letterhead:
    """Return what every slip of this counter shares."""
    return facts.Letterhead(counter.programme().shop, counter.zone, counter.language, counter.training)


def stamp(recorded: Recorded) -> facts.Stamp:
    """Return where an entry can be looked up."""
    entry = recorded.entry
    return facts.Stamp(
        entry_no=recorded.entry_no,
        short_hash=recorded.short_hash,
        occurred_at=entry.occurred_at,
        cashier=entry.cashier,
        till=entry.till,
        approver=entry.approver,
    )


def slip_member(member: Member) -> facts.SlipMember:
    """Return whose slip it is."""
    return facts.SlipMember(member.code, member.name, member.phone or "")


def everywhere(counter: Counter, member_id: str, here_minor: int) -> facts.Everywhere | None:
    """Return what a member owns in all stores after an entry that is in the journal; None where nobody said."""
    known = snapshots.shown_total(counter.store, member_id, members.merged_ids(counter.store, member_id))
    return None if known is None else facts.Everywhere(max(known.total_minor, here_minor), known.as_of)


def terms_reference(counter: Counter) -> facts.TermsReference:
    """Return the terms in force."""
    programme = counter.programme()
    return facts.TermsReference(programme.version, programme.terms.text_hash)


def top_up(counter: Counter, offered: TopUpQuote, recorded: Recorded) -> Document:
    """Return the receipt of a top-up."""
    return receipts.top_up_slip(
        letterhead(counter),
        facts.TopUpSlip(
            stamp=stamp(recorded),
            member=slip_member(offered.member),
            terms=terms_reference(counter),
            tendered=facts.Tendered(offered.tender, offered.terms.paid_minor, recorded.entry.facts["reference"]),
            bonus_minor=offered.usable_minor - offered.offer.paid_minor,
            balance_before_minor=offered.balance_before_minor,
            balance_after_minor=offered.balance_after_minor,
            everywhere=everywhere(counter, offered.member.member_id, offered.balance_after_minor),
            brought=brought(counter, offered.offer.given, offered.on),
        ),
    )


def payment(
    counter: Counter,
    offered: PayQuote,
    recorded: Recorded,
    seen: facts.Everywhere | None,
    paid_by: tuple[Member, facts.FamilyLeft] | None = None,
) -> Document:
    """Return the receipt of a payment; `seen` is what the member owns in all stores after it.

    `paid_by` is the person of a family who paid from the member's pot.
    """
    terms, entry = offered.terms, recorded.entry
    who, left = paid_by if paid_by is not None else (offered.member, None)
    rest = None
    if terms.rest_minor:
        tender = Tender(entry.facts["rest_tender"])
        rest = facts.Tendered(tender, terms.rest_minor, entry.facts["rest_reference"])
    cash_given = entry.facts["tendered_minor"] if rest is not None and rest.tender is Tender.CASH else 0
    return receipts.payment_slip(
        letterhead(counter),
        facts.PaymentSlip(
            stamp=stamp(recorded),
            member=slip_member(who),
            terms=terms_reference(counter),
            list_price_minor=terms.list_price_minor,
            paid_price_minor=terms.paid_price_minor,
            principal_minor=terms.principal_minor,
            bonus_minor=terms.bonus_minor,
            rest=rest,
            cash_given_minor=cash_given,
            balance_before_minor=terms.available_before_minor,
            balance_after_minor=terms.available_after_minor,
            everywhere=seen,
            cuts=_cuts(counter, offered),
            brought=brought(counter, offered.bill.given, entry.business_date) if left is None else (),
            family=left,
        ),
    )


def _cuts(counter: Counter, offered: PayQuote) -> tuple[facts.Cut, ...]:
    """Return what came off a bill, by name; points last."""
    cuts = [facts.Cut(reduction.name, reduction.amount_minor) for reduction in offered.bill.reductions]
    points = offered.bill.points
    if points.points:
        cuts.append(facts.Cut(f"{WORDS[counter.language]['points.paid']} {points.points}", points.amount_minor))
    return tuple(cuts)


def brought(counter: Counter, given: Iterable[Given], on: date) -> tuple[facts.Brought, ...]:
    """Return what rules gave as slips say it; a bonus that counts already stands in the figures."""
    promises, words = counter.programme().promises, WORDS[counter.language]
    lines = []
    for gift in given:
        special = gift.special
        if special is None:
            if gift.words:
                lines.append(facts.Brought(gift.name, words=gift.words))
        elif special.units:
            kind = promises.asset(special.asset)
            name = words["points"] if special.asset == PTS.code else kind.name if kind is not None else gift.name
            lines.append(
                facts.Brought(name, special.units, usable_from=special.usable_from, expires_on=special.expires_on)
            )
        elif not special.usable(on) or special.expires_on is not None:
            name = words["bonus"] if special.usable(on) else words["bonus.later"]
            begins, ends = special.usable_from, special.expires_on
            lines.append(facts.Brought(name, amount_minor=gift.amount_minor, usable_from=begins, expires_on=ends))
    return tuple(lines)


def void(counter: Counter, member: Member | None, original: Recorded, recorded: Recorded) -> Document:
    """Return the slip of a void, made after the entry moved the purse."""
    deltas = purse_deltas(recorded.entry.postings)
    principal = sum(delta for key, delta in deltas.items() if key.instrument.value == "principal")
    bonus = money_of(deltas) - principal
    after = 0
    if member is not None:
        after = sum(holding.total_minor for holding in purses.holdings(counter.store, member.member_id))
    return receipts.void_slip(
        letterhead(counter),
        facts.VoidSlip(
            stamp=stamp(recorded),
            member=None if member is None else slip_member(member),
            original_kind=original.entry.kind,
            original_entry_no=original.entry_no,
            original_at=original.entry.occurred_at,
            handed_back=_handed_back(original.entry),
            principal_minor=principal,
            bonus_minor=bonus,
            balance_before_minor=after - principal - bonus,
            balance_after_minor=after,
            everywhere=None if member is None else everywhere(counter, member.member_id, after),
        ),
    )


def _handed_back(original: Entry) -> facts.Tendered | None:
    """Return the tender an entry took from the customer, as its postings say."""
    if original.kind not in {EntryKind.TOP_UP, EntryKind.SPEND, EntryKind.SOLD, EntryKind.REDEEMED}:
        return None
    for posting in original.postings:
        taken = till_tender(posting.debit)
        if taken is not None:
            reference = original.facts.get("reference") or original.facts.get("rest_reference")
            return facts.Tendered(taken[1], posting.amount_minor, reference)
    return None


def cash_movement(counter: Counter, recorded: Recorded) -> Document:
    """Return the slip of cash that moved without a sale."""
    entry = recorded.entry
    return reports.cash_slip(
        letterhead(counter),
        facts.CashSlip(stamp(recorded), entry.kind, entry.facts["amount_minor"], entry.facts["reason"]),
    )


def terms(counter: Counter, member: Member, recorded: Recorded, card_code: str | None = None) -> Document:
    """Return the member's copy of the contract."""
    return receipts.enrolment_slip(
        letterhead(counter),
        facts.EnrolmentSlip(
            stamp=stamp(recorded),
            member=slip_member(member),
            terms=terms_reference(counter),
            terms_text=counter.programme().terms.text,
            card_code=card_code,
        ),
    )


def card(counter: Counter, member: Member, recorded: Recorded) -> Document:
    """Return the slip of a card issued, blocked, unblocked or replaced."""
    entry = recorded.entry
    return receipts.card_slip(
        letterhead(counter),
        facts.CardSlip(
            stamp=stamp(recorded),
            member=slip_member(member),
            kind=entry.kind,
            card_code=entry.facts["card_code"],
            old_card_code=entry.facts.get("replaces"),
        ),
    )


def reprint(counter: Counter, document: Document, copy: int, at: datetime) -> Document:
    """Return a slip marked 补打 n above and below."""
    return receipts.reprinted(document, copy, at, counter.zone)
