"""Whose balance it is: a member who is known here already, or one who is enrolled with the import.

Source: docs/operations/moving-in.md. Name, phone and birthday stay in the member directory, out of the journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import cards, journal, members, old_numbers
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.services.acts import Act
from kiosk.services.cards import fresh_card
from kiosk.services.counter import Counter
from kiosk.services.enrol import fresh_member_code
from kiosk.services.open_member import load_member
from kiosk.services.opening_errors import OpeningRowUnfit
from kiosk.services.recording import Draft
from ledger.entries import Facts


@dataclass(frozen=True, slots=True)
class OldMember:
    """A member as the file tells: `phone` is 11 digits or None; one without name or phone holds an anonymous card.

    `old_number` is the card or member number of the system before, empty where it was none or was the phone.
    """

    name: str = ""
    phone: str | None = None
    birthday: date | None = None
    old_number: str = ""
    joined_on: date | None = None

    @property
    def registered(self) -> bool:
        """Whether the file says who it is: by name and phone both."""
        return bool(self.name.strip() and self.phone)


def known_member(counter: Counter, told: OldMember, row: int) -> Member | None:
    """Return the member of this box whom a row means, by phone or by old number, None for nobody.

    Raises OpeningRowUnfit where the phone is somebody else's, or phone and number are two people's.
    """
    by_phone = None if told.phone is None else members.by_phone(counter.store, told.phone)
    held_by = old_numbers.holder(counter.store, told.old_number) if told.old_number else None
    by_number = None if held_by is None else load_member(counter, held_by)
    if by_phone is not None and by_phone.name != " ".join(told.name.split()):
        raise OpeningRowUnfit(row, "phone_of_another", by_phone.code)
    if by_phone is not None and by_number is not None and by_phone.member_id != by_number.member_id:
        raise OpeningRowUnfit(row, "two_members", told.old_number)
    if by_phone is None and by_number is not None and (told.registered or by_number.registered):
        raise OpeningRowUnfit(row, "number_of_another", told.old_number)
    return by_phone or by_number


def brought_before(counter: Counter, member_id: str) -> bool:
    """Tell whether an import that stands brought a member in already."""
    records = (member_id, *members.merged_ids(counter.store, member_id))
    return any(journal.is_opened(counter.store, each) for each in records)


def enrolment(counter: Counter, act: Act, told: OldMember, batch_id: str, joined: datetime) -> Draft:
    """Return the draft that enrols who a row tells of, under the terms in force; a nameless holder gets a card."""
    programme = counter.programme()
    name = " ".join(told.name.split())
    member = Member(
        member_id=act.entry_id,
        code=fresh_member_code(counter).text,
        registered=told.registered,
        name=name if told.registered else "",
        initials=members.initials_of(name) if told.registered else "",
        phone=told.phone if told.registered else None,
        birthday=told.birthday if told.registered else None,
        enrolled_at=joined,
        consent_terms_hash=programme.terms.text_hash,
    )
    facts: Facts = {
        "member_code": member.code,
        "registered": member.registered,
        "terms_hash": programme.terms.text_hash,
        "batch": batch_id,
    }
    card = None if member.registered else fresh_card(counter, member.member_id, None, joined)
    if card is not None:
        facts["card_code"] = card.code

    def keep(_: Recorded) -> None:
        members.add(counter.store, member)
        if card is not None:
            cards.add(counter.store, card)

    return Draft(counter.business_date(counter.now()), member_id=member.member_id, facts=facts, then=keep)
