"""A payment as a deed and as an outcome: the sentences and figures around `services.pay`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_line as line_words
from kiosk.screens import phrases_pot as pot_words
from kiosk.screens.asking import help_note
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.done_lines import brought_lines
from kiosk.screens.phrases_frame import PAY, TENDERS
from kiosk.screens.result import Outcome, money_line
from kiosk.services import pay
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.find_member import Via
from kiosk.services.masking import masked_phone
from kiosk.services.prepare_payment import Help, Prepared
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.money import format_minor
from ledger.rules.bill import BillTerms


def who(member: Member, language: Language) -> str:
    """Return a member as a sentence names them."""
    return " ".join(
        part for part in (member.name or words.ANONYMOUS.said(language), masked_phone(member.phone)) if part
    )


@dataclass(frozen=True, slots=True)
class Presented:
    """How the member was identified, and by which card where it was one.

    `person` is the member themselves where they pay from their family's pot, None where they pay from their own.
    """

    via: Via
    card_code: str | None = None
    person: Member | None = None


def payment_deed(
    counter: Counter, prepared: Prepared, presented: Presented, language: Language, *, guarded: bool = False
) -> Deed:
    """Return a payment as it is asked; `guarded` says that a second person will be needed."""
    quote, terms = prepared.quote, prepared.quote.terms

    def sentence(settling: Settling) -> str:
        stored, rest = format_minor(terms.stored_minor), format_minor(terms.rest_minor)
        tender = TENDERS[settling.tender].said(language)
        if not terms.paid_price_minor:
            return offers.CONFIRM_NOTHING_DUE.said(language)
        if not terms.rest_minor:
            return words.CONFIRM_PAY.said(language, stored=stored)
        phrase = words.CONFIRM_PAY_REST if terms.stored_minor else words.CONFIRM_REST_ONLY
        return phrase.said(language, stored=stored, rest=rest, tender=tender)

    def command(act: Act, settling: Settling) -> pay.Paid:
        rest = bool(terms.rest_minor)
        asked = pay.Payment(
            member_id=quote.member.member_id,
            list_price_minor=terms.list_price_minor,
            stored_minor=terms.stored_minor,
            rest_tender=settling.tender if rest else None,
            rest_reference=settling.reference if rest else None,
            tendered_minor=settling.given_minor if rest and settling.tender is Tender.CASH else 0,
            via=presented.via,
            card_code=presented.card_code,
            lines=quote.lines,
            choice=quote.choice,
            expected_paid_minor=quote.bill.paid_price_minor,
            person=presented.person.member_id if presented.person is not None else "",
        )
        return pay.pay(counter, act, asked)

    after = format_minor(terms.available_after_minor)
    note, came = help_note(prepared, language), prepared.help is Help.GRANTED
    guard = words.NOT_BY_CODE.said(language) if guarded else ""
    off = _off_line(quote.bill, language)
    if presented.person is not None:
        pot = pot_words.FROM_POT.said(language, who=who(presented.person, language), owner=who(quote.member, language))
        off = "\n".join(line for line in (pot, off) if line)
    whose = words.FOR_MEMBER.said(language, who=who(quote.member, language), after=after) if not came else note
    if presented.person is not None and not came:
        whose = ""
    return Deed(
        title=PAY,
        sentence=sentence,
        command=command,
        line="\n".join(line for line in (whose, off) if line),
        big=(words.BILL.said(language), terms.list_price_minor),
        due_minor=terms.rest_minor,
        action=PAY,
        warning="\n".join(
            line for line in ("" if came and not guard else note, guard, off if note or guard else "") if line
        ),
    )


def _off_line(bill: BillTerms, language: Language) -> str:
    """Return what comes off a bill, each by its name; empty for nothing."""
    off = [f"{each.name} -{format_minor(each.amount_minor)}" for each in bill.reductions]
    if bill.points.points:
        points = offers.POINTS_PAID.said(language, points=f"{bill.points.points:,}")
        off.append(f"{points} -{format_minor(bill.points.amount_minor)}")
    return ("，" if language is Language.ZH else ", ").join(off)


def balance_after(here_minor: int, total_minor: int | None, language: Language) -> tuple[str, int]:
    """Return the balance as a figure: the balance of a store alone, what is available here of one among others."""
    label = words.BALANCE if total_minor is None else words.HERE
    return label.said(language), here_minor


def total_lines(total_minor: int | None, language: Language) -> tuple[tuple[str, str], ...]:
    """Return the line that says what all stores hold together; none where nobody said."""
    return () if total_minor is None else (money_line(line_words.EVERYWHERE.said(language), total_minor),)


def payment_outcome(paid: pay.Paid, names: Mapping[str, str], language: Language) -> Outcome:
    """Return a payment as it is shown afterwards: the change where there is some, else the balance."""
    facts = paid.done.recorded.entry.facts
    balance = balance_after(facts["balance_after_minor"], paid.total_minor, language)
    change = (words.CHANGE.said(language), paid.change_minor)
    lines = [money_line(words.BILL.said(language), facts["list_price_minor"])]
    off = facts["list_price_minor"] - facts["paid_price_minor"]
    if off:
        lines.append(money_line(offers.OFF.said(language), -off))
    if facts["stored_minor"]:
        lines.append(money_line(words.STORED_PART.said(language), facts["stored_minor"]))
    if facts["rest_minor"]:
        tender = TENDERS[Tender(facts["rest_tender"])].said(language)
        lines.append(money_line(f"{words.REST_PART.said(language)} {tender}", facts["rest_minor"]))
    totals = total_lines(paid.total_minor, language)
    if facts.get("person"):  # what is in a family's pot is its owner's to know
        balance, totals = (words.BILL.said(language), facts["paid_price_minor"]), ()
    return Outcome(
        headline=(words.RECORDED_ALREADY if paid.done.repeated else words.RECORDED).said(language),
        sentence="",
        done=paid.done,
        big=change if paid.change_minor else balance,
        second=balance if paid.change_minor else None,
        lines=(*lines, *brought_lines(paid.done.recorded.entry, names, language), *totals),
        change_minor=paid.change_minor,
    )
