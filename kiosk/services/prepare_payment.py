"""Prepare a payment: where the purse here is too small, ask head office for the rest, once and within a budget.

Source: `docs/protocol.md`, places: what is here may be spent here; what is elsewhere must come here first.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model import purses
from kiosk.services.bring_here import Help as Help
from kiosk.services.bring_here import ask_id
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon, GrantAnswer, GrantOutcome
from kiosk.services.occasions import NO_CHOICE, Choice
from kiosk.services.open_member import known_total, load_member
from kiosk.services.pay import PayQuote, quote
from kiosk.services.sync_state import is_online, stopped_reason
from ledger.rules.occasion import BasketLine


@dataclass(frozen=True, slots=True)
class Prepared:
    """A quote after head office was asked, and what came of it; amounts in fen.

    `missing_minor` was asked for, `granted_minor` came, `recalled_minor` other stores were told to give back;
    `elsewhere_minor` is what the member still owns in other places, as far as this box knows.
    """

    quote: PayQuote
    help: Help
    missing_minor: int = 0
    granted_minor: int = 0
    recalled_minor: int = 0
    elsewhere_minor: int = 0
    reason: str | None = None


def missing(
    counter: Counter,
    member_id: str,
    list_price_minor: int,
    *,
    lines: tuple[BasketLine, ...] = (),
    choice: Choice = NO_CHOICE,
) -> int:
    """Return what head office would be asked for now to pay a bill (fen), 0 where it need not or cannot be asked."""
    member_id = load_member(counter, member_id).member_id
    _, more = _here_and_more(counter, member_id)
    if more == 0 or not is_online(counter):
        return 0
    return quote(counter, member_id, list_price_minor, lines=lines, choice=choice).terms.rest_minor


def prepare(
    counter: Counter,
    daemon: Daemon,
    member_id: str,
    list_price_minor: int,
    *,
    lines: tuple[BasketLine, ...] = (),
    choice: Choice = NO_CHOICE,
) -> Prepared:
    """Return how a bill would be paid once head office has done what it can; belongs on a thread of its own.

    An ask without an answer is asked again under its own id, by the daemon and by a second Enter alike. Raises what
    `pay.quote` raises.
    """
    member_id = load_member(counter, member_id).member_id
    offered = quote(counter, member_id, list_price_minor, lines=lines, choice=choice)
    reason = stopped_reason(counter)
    if reason is not None:
        return Prepared(offered, Help.STOPPED, reason=reason)
    _, more = _here_and_more(counter, member_id)
    short = offered.terms.rest_minor
    if not short or more == 0:
        return Prepared(offered, Help.NOT_NEEDED)
    answer = GrantAnswer(GrantOutcome.OFFLINE)
    if is_online(counter):
        answer = daemon.grant(ask_id(counter, member_id, short), member_id, short)
    elif more is None:
        return Prepared(offered, Help.NOT_NEEDED)
    return Prepared(
        quote=quote(counter, member_id, list_price_minor, lines=lines, choice=choice),
        help=Help(answer.outcome.value),
        missing_minor=short,
        granted_minor=answer.granted_minor,
        recalled_minor=answer.recalled_minor,
        elsewhere_minor=_here_and_more(counter, member_id)[1] or 0,
    )


def _here_and_more(counter: Counter, member_id: str) -> tuple[int, int | None]:
    """Return what is here and what is elsewhere (fen), None where this box does not know."""
    here = sum(holding.total_minor for holding in purses.holdings(counter.store, member_id))
    total = known_total(counter, member_id)
    return here, None if total is None else max(0, total - here)
