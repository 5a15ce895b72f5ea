"""Enrol: a registered member with phone, name, birthday and consent, or the holder of an anonymous card (A27, P22)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import cards, members
from kiosk.model.cards import Card
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.services import slips
from kiosk.services.acts import Act, Done
from kiosk.services.cards import fresh_card
from kiosk.services.counter import Counter
from kiosk.services.errors import BirthdayUnreadable, ConsentMissing, NameMissing, PhoneUnreadable
from kiosk.services.find_member import MemberFound, Via, find
from kiosk.services.follow_up import follow_up
from kiosk.services.offer_errors import ReferrerUnfit
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from ledger.codes import Code, CodeKind, make_code
from ledger.entries import EntryKind, Facts
from ledger.rules.programme import Programme

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_OLDEST = date(1900, 1, 1)
_BIRTHDAY_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a person tells us: birthday or None, whether they agreed to the printed terms, and who brought them (F2).

    `referrer_code` is the referrer's member code or card, empty for nobody.
    """

    name: str
    phone: str
    birthday: date | None
    consented: bool
    referrer_code: str = ""


@dataclass(frozen=True, slots=True)
class AnonymousEnrolment:
    """Ask for a card without a name; `card_code` is the plastic card scanned, or None to mint a code."""

    card_code: str | None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new member, the card where one was handed over, and what rules gave them at once (None for nothing)."""

    done: Done
    member: Member
    card: Card | None = None
    welcome: Done | None = None


def read_phone(text: str) -> str:
    """Return the 11 digits of a mainland mobile number; raises PhoneUnreadable.

    Spaces, dashes, brackets, +86 and the full-width digits of an input method are forgiven.
    """
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text)).removeprefix("+86")
    if _MOBILE.fullmatch(digits) is None:
        raise PhoneUnreadable(text)
    return digits


def read_birthday(text: str, today: date) -> date | None:
    """Return the day in eight digits (`19900521`, dashes forgiven), None for nothing; raises BirthdayUnreadable."""
    digits = re.sub(r"[\s\-/.]", "", unicodedata.normalize("NFKC", text))
    if not digits:
        return None
    try:
        birthday = datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a birthday is a date of no zone
    except ValueError as unreadable:
        raise BirthdayUnreadable(text) from unreadable
    if len(digits) != _BIRTHDAY_DIGITS or not _OLDEST <= birthday <= today:
        raise BirthdayUnreadable(text)
    return birthday


def enrol(counter: Counter, act: Act, enrolment: Enrolment) -> Enrolled:
    """Enrol a registered member and queue the terms they keep.

    What rules give a new member follows as an entry of its own. Raises NameMissing, PhoneUnreadable, BirthdayUnreadable,
    ConsentMissing, PhoneTaken, ReferrerUnfit, CodeError, NoOpenShift, ShiftOfAnother.
    The journal keeps who enrolled under which terms; name, phone and birthday stay in the member directory.
    """

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        member = _registered(counter, act, enrolment, programme, now)
        return Draft(
            business_date=shift.business_date,
            member_id=member.member_id,
            shift_id=shift.shift_id,
            facts={
                "member_code": member.code,
                "registered": True,
                "terms_hash": programme.terms.text_hash,
                **_referred_by(counter, enrolment.referrer_code),
            },
            slip=lambda recorded: slips.terms(counter, member, recorded),
            then=lambda _: members.add(counter.store, member),
        )

    done = record(counter, act, EntryKind.MEMBER_ENROLLED, enrolment, draft)
    return Enrolled(done, _member_of(counter, done), welcome=follow_up(counter, act.cashier, done.recorded))


def enrol_anonymous(counter: Counter, act: Act, card_code: str | None = None) -> Enrolled:
    """Hand over an anonymous card; raises CardTaken, CodeError, NoOpenShift, ShiftOfAnother."""

    def draft(programme: Programme, now: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        member = Member(
            member_id=act.entry_id,
            code=fresh_member_code(counter).text,
            registered=False,
            name="",
            initials="",
            phone=None,
            birthday=None,
            enrolled_at=now,
            consent_terms_hash=programme.terms.text_hash,
        )
        card = fresh_card(counter, member.member_id, card_code, now)

        def keep(_: Recorded) -> None:
            members.add(counter.store, member)
            cards.add(counter.store, card)

        return Draft(
            business_date=shift.business_date,
            member_id=member.member_id,
            shift_id=shift.shift_id,
            facts={
                "member_code": member.code,
                "registered": False,
                "card_code": card.code,
                "terms_hash": programme.terms.text_hash,
            },
            slip=lambda recorded: slips.terms(counter, member, recorded, card.code),
            then=keep,
        )

    done = record(counter, act, EntryKind.MEMBER_ENROLLED, AnonymousEnrolment(card_code), draft)
    card_issued = cards.by_code(counter.store, done.recorded.entry.facts["card_code"])
    return Enrolled(done, _member_of(counter, done), card_issued)


def _referred_by(counter: Counter, code: str) -> Facts:
    """Return who brought a new member: somebody registered and known here, one level and no more; raises ReferrerUnfit."""
    if not code.strip():
        return {}
    found = find(counter, code)
    if not isinstance(found, MemberFound) or found.via is Via.SEARCH:
        raise ReferrerUnfit(code, "unknown")
    if not found.member.registered:
        raise ReferrerUnfit(code, "anonymous")
    return {"referred_by": found.member.member_id}


def _registered(counter: Counter, act: Act, enrolment: Enrolment, programme: Programme, now: datetime) -> Member:
    name = " ".join(enrolment.name.split())
    if not name:
        raise NameMissing(enrolment.name)
    phone = read_phone(enrolment.phone)
    if enrolment.birthday is not None and not _OLDEST <= enrolment.birthday <= now.astimezone(counter.zone).date():
        raise BirthdayUnreadable(enrolment.birthday.isoformat())
    if not enrolment.consented:
        raise ConsentMissing(programme.version)
    return Member(
        member_id=act.entry_id,
        code=fresh_member_code(counter).text,
        registered=True,
        name=name,
        initials=members.initials_of(name),
        phone=phone,
        birthday=enrolment.birthday,
        enrolled_at=now,
        consent_terms_hash=programme.terms.text_hash,
    )


def fresh_member_code(counter: Counter) -> Code:
    """Return a member code that nobody has here yet."""
    code = make_code(CodeKind.MEMBER, counter.entropy)
    while members.by_code(counter.store, code.text) is not None:
        code = make_code(CodeKind.MEMBER, counter.entropy)
    return code


def _member_of(counter: Counter, done: Done) -> Member:
    member_id = done.recorded.entry.member_id
    assert member_id is not None, "an enrolment names its member"
    member = members.get(counter.store, member_id)
    assert member is not None, "an enrolment and its member are written together"
    return member
