"""Cards: issue, block, unblock and replace; the state is the card's, never the account's (R5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kiosk.model import cards
from kiosk.model.cards import Card, CardState
from kiosk.model.journal import Recorded
from kiosk.services import slips
from kiosk.services.acts import Act, Done, require_approval
from kiosk.services.counter import Counter
from kiosk.services.errors import (
    CardIsBlocked,
    CardNotBlocked,
    CardTaken,
    CardUnknown,
    CardWasReplaced,
)
from kiosk.services.open_member import load_member, owned
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from ledger.codes import CodeKind, make_code, read_code
from ledger.entries import EntryKind
from ledger.errors import CodeUnreadable
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class CardAct:
    """Ask for something of a member's card; `new_code` is the plastic card scanned, or None to mint a code."""

    member_id: str | None
    card_code: str | None
    new_code: str | None = None


@dataclass(frozen=True, slots=True)
class CardDone:
    """The entry and the card as it is now."""

    done: Done
    card: Card


def fresh_card(counter: Counter, member_id: str, card_code: str | None, now: datetime) -> Card:
    """Return a card that nobody has yet: the plastic one scanned, or a minted code; raises CardTaken, CodeError."""
    if card_code is None:
        code = make_code(CodeKind.CARD, counter.entropy)
        while cards.by_code(counter.store, code.text) is not None:
            code = make_code(CodeKind.CARD, counter.entropy)
    else:
        code = read_code(card_code)
        if code.kind is not CodeKind.CARD:
            raise CodeUnreadable(card_code, "prefix")
        if cards.by_code(counter.store, code.text) is not None:
            raise CardTaken(code.text)
    return Card(code=code.text, member_id=member_id, state=CardState.ACTIVE, issued_at=now, replaced_by=None)


def issue_card(counter: Counter, act: Act, member_id: str, card_code: str | None = None) -> CardDone:
    """Give a member a card.

    A card proves that the member is here, so a programme may want a second person for one that opens a balance (fen).
    Raises MemberUnknown, CardTaken, CodeError, ApprovalNeeded, NoOpenShift, ShiftOfAnother.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        member = load_member(counter, member_id)
        require_approval(programme, act, ApprovedAct.CARD_ISSUE, owned(counter, member.member_id))
        card = fresh_card(counter, member.member_id, card_code, now)
        return Draft(
            business_date=shift.business_date,
            member_id=member.member_id,
            shift_id=shift.shift_id,
            facts={"card_code": card.code},
            slip=lambda recorded: slips.card(counter, member, recorded),
            then=lambda _: cards.add(counter.store, card),
        )

    return _finish(counter, record(counter, act, EntryKind.CARD_ISSUED, CardAct(member_id, card_code), draft))


def block_card(counter: Counter, act: Act, card_code: str) -> CardDone:
    """Block a lost card (挂失); raises CardUnknown, CardIsBlocked, CardWasReplaced."""
    return _change(counter, act, EntryKind.CARD_BLOCKED, card_code, CardState.BLOCKED)


def unblock_card(counter: Counter, act: Act, card_code: str) -> CardDone:
    """Unblock a card that was found (解挂); raises CardUnknown, CardNotBlocked, CardWasReplaced, ApprovalNeeded."""
    return _change(counter, act, EntryKind.CARD_UNBLOCKED, card_code, CardState.ACTIVE)


def replace_card(counter: Counter, act: Act, card_code: str, new_code: str | None = None) -> CardDone:
    """Replace a lost or broken card by a new one, the old one dies (补卡).

    Raises CardUnknown, CardWasReplaced, CardTaken, CodeError, ApprovalNeeded.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        old = _living(counter, card_code)
        require_approval(programme, act, ApprovedAct.CARD_REPLACE)
        member = load_member(counter, old.member_id)
        card = fresh_card(counter, old.member_id, new_code, now)

        def keep(_: Recorded) -> None:
            cards.add(counter.store, card)
            cards.replace(counter.store, old.code, card.code)

        return Draft(
            business_date=shift.business_date,
            member_id=old.member_id,
            shift_id=shift.shift_id,
            facts={"card_code": card.code, "replaces": old.code},
            slip=lambda recorded: slips.card(counter, member, recorded),
            then=keep,
        )

    command = CardAct(None, card_code, new_code)
    return _finish(counter, record(counter, act, EntryKind.CARD_REPLACED, command, draft))


def _change(counter: Counter, act: Act, kind: EntryKind, card_code: str, state: CardState) -> CardDone:
    def draft(programme: Programme, _: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        card = _living(counter, card_code)
        if card.state is state:
            raise (
                CardIsBlocked(card.code, card.member_id) if state is CardState.BLOCKED else CardNotBlocked(card.code)
            )
        member = load_member(counter, card.member_id)
        if kind is EntryKind.CARD_UNBLOCKED:
            require_approval(programme, act, ApprovedAct.CARD_UNBLOCK)
        return Draft(
            business_date=shift.business_date,
            member_id=card.member_id,
            shift_id=shift.shift_id,
            facts={"card_code": card.code},
            slip=lambda recorded: slips.card(counter, member, recorded),
            then=lambda _: cards.set_state(counter.store, card.code, state),
        )

    return _finish(counter, record(counter, act, kind, CardAct(None, card_code), draft))


def _living(counter: Counter, card_code: str) -> Card:
    card = cards.by_code(counter.store, read_code(card_code).text)
    if card is None:
        raise CardUnknown(card_code)
    if card.state is CardState.REPLACED:
        raise CardWasReplaced(card.code, card.replaced_by or "")
    return card


def _finish(counter: Counter, done: Done) -> CardDone:
    card = cards.by_code(counter.store, done.recorded.entry.facts["card_code"])
    assert card is not None, "a card entry and its card are written together"
    return CardDone(done, card)
