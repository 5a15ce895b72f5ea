"""A top-up as a deed and as an outcome: the sentences and figures around `services.top_up`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as offers
from kiosk.screens import phrases_counter as words
from kiosk.screens.bill_lines import gift_words
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.done_lines import brought_lines
from kiosk.screens.paying import balance_after, total_lines, who
from kiosk.screens.phrases_frame import MEMBER, PAY, TENDERS
from kiosk.screens.result import Outcome, money_line
from kiosk.services import top_up
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.open_member import known_total
from ledger.accounts import Tender
from ledger.money import format_minor


@dataclass(frozen=True, slots=True)
class ToppedUp:
    """A top-up that is durable, the change to hand back, and what all places hold now where that is known (fen)."""

    done: Done
    change_minor: int
    total_minor: int | None = None


def top_up_deed(counter: Counter, quote: top_up.TopUpQuote, language: Language) -> Deed:
    """Return a top-up as it is asked, with the bonus that was shown."""
    terms = quote.terms

    def sentence(settling: Settling) -> str:
        phrase = words.CONFIRM_TOP_UP if quote.bonus_minor else words.CONFIRM_TOP_UP_PLAIN
        return phrase.said(
            language,
            tender=TENDERS[settling.tender].said(language),
            paid=format_minor(terms.paid_minor),
            credited=format_minor(quote.offer.credited_minor),
            bonus=format_minor(quote.bonus_minor),
        )

    def command(act: Act, settling: Settling) -> ToppedUp:
        asked = top_up.TopUp(
            member_id=quote.member.member_id,
            paid_minor=terms.paid_minor,
            tender=settling.tender,
            reference=settling.reference,
            expected_bonus_minor=quote.bonus_minor,
            bill_minor=quote.bill_minor,
            choice=quote.choice,
        )
        change = settling.given_minor - terms.paid_minor if settling.tender is Tender.CASH else 0
        done = top_up.top_up(counter, act, asked)
        return ToppedUp(done, change, known_total(counter, asked.member_id))

    after = format_minor(quote.balance_after_minor)
    line = words.FOR_MEMBER.said(language, who=who(quote.member, language), after=after)
    later = offers.OF_WHICH_LATER.said(language, later=format_minor(quote.later_minor)) if quote.later_minor else ""
    return Deed(
        title=words.TOP_UP,
        sentence=sentence,
        command=command,
        line="\n".join(said for said in (line, later, *gift_words(quote.offer, language)) if said),
        big=(words.TOP_UP_AMOUNT.said(language), terms.paid_minor),
        due_minor=terms.paid_minor,
        settling=Settling(quote.tender),
    )


@dataclass(frozen=True, slots=True)
class After:
    """Where a top-up goes on: to the bill that waits (fen, 0 for none)."""

    go_on: Callable[[], None]
    bill_minor: int = 0


def top_up_outcome(topped_up: ToppedUp, names: Mapping[str, str], language: Language, after: After) -> Outcome:
    """Return a top-up as it is shown afterwards; where a bill waits, Enter goes on to it."""
    done, change, bill_minor = topped_up.done, topped_up.change_minor, after.bill_minor
    facts = done.recorded.entry.facts
    balance = balance_after(facts["balance_after_minor"], topped_up.total_minor, language)
    tender = TENDERS[Tender(facts["tender"])].said(language)
    credited = facts["paid_minor"] + facts["bonus_minor"]
    paying = words.GO_ON_PAYING.said(language, amount=format_minor(bill_minor)) if bill_minor else ""
    return Outcome(
        headline=(words.RECORDED_ALREADY if done.repeated else words.RECORDED).said(language),
        sentence=words.CONFIRM_TOP_UP_PLAIN.said(
            language, tender=tender, paid=format_minor(facts["paid_minor"]), credited=format_minor(credited)
        ),
        done=done,
        big=(words.CHANGE.said(language), change) if change else balance,
        second=balance if change else None,
        lines=(
            money_line(words.PRINCIPAL.said(language), facts["paid_minor"]),
            money_line(words.BONUS.said(language), facts["bonus_minor"]),
            *brought_lines(done.recorded.entry, names, language),
            *total_lines(topped_up.total_minor, language),
        ),
        go_on=(PAY if bill_minor else MEMBER, after.go_on),
        go_on_line=f"Enter {paying}" if paying else "",
        change_minor=change,
    )
