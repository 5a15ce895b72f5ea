"""Find a member: one input for a scan, a phone, its last four digits, a name or its pinyin initials (P21); goods too."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kiosk.model import cards, members, old_numbers
from kiosk.model.cards import Card, CardState
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.errors import CardIsBlocked, CardUnknown, CardWasReplaced
from kiosk.services.goods import find_goods, looks_like_barcode
from ledger.codes import Code, CodeKind, looks_like_code, read_code
from ledger.errors import CodeError
from ledger.rules.promises import Goods


class Via(StrEnum):
    """How a member was identified; only a code or card that was presented proves that the member is here."""

    MEMBER_CODE = "member_code"
    CARD = "card"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class MemberFound:
    """Exactly one member; `card_code` is the card that was presented."""

    member: Member
    via: Via
    card_code: str | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """Several members fit; the cashier picks one. `more` tells that the list was cut."""

    members: tuple[Member, ...]
    text: str
    more: bool


@dataclass(frozen=True, slots=True)
class NothingFound:
    """Nobody fits; `kind` is what the text looked like.

    `member_code`, `coupon`, `goods`, `phone`, `digits`, `name`, or `part` for a scan too short for a code.
    """

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class GoodsFound:
    """The text is no member's but names goods of the programme's catalogue."""

    goods: Goods


Found = MemberFound | Candidates | GoodsFound | NothingFound
FEWEST_SCANNED = 6
"""Characters of a code that is scanned; fewer are a piece of one, but for what the shop itself numbered shorter."""
_LONGEST_LIST = 20
_PHONE_LENGTH = 11
_GROUPED_DIGITS = re.compile(r"(?:\+86)?([0-9]+)")


def find(counter: Counter, text: str) -> Found:
    """Return who a text stands for, or which goods where it is nobody.

    Raises CodeUnreadable, CodeCheckFailed, CardUnknown, CardIsBlocked, CardWasReplaced.
    """
    wanted = _typed(text)
    if looks_like_code(wanted) and any(letter.isdigit() for letter in wanted):
        return _by_code(counter, read_code(wanted))
    found = _search(counter, wanted) if wanted else []
    if len(found) == 1:
        return MemberFound(found[0], Via.SEARCH)
    if found:
        return Candidates(tuple(found[:_LONGEST_LIST]), wanted, len(found) > _LONGEST_LIST)
    goods = find_goods(counter, wanted)
    if goods is not None:
        return GoodsFound(goods)
    known = _unlikely_code(counter, wanted)
    if known is None and looks_like_code(wanted):
        return _by_code(counter, read_code(wanted))
    return known or NothingFound(wanted, _looks(wanted))


def find_scanned(counter: Counter, text: str) -> Found:
    """Return who or what a scan stands for; a short one is never looked for as four digits or initials of a name.

    Raises what `find` raises.
    """
    wanted = _typed(text)
    if len(wanted) >= FEWEST_SCANNED:
        return find(counter, text)
    before = _numbered_before(counter, wanted)
    if before is not None:
        return MemberFound(before, Via.SEARCH)
    goods = find_goods(counter, wanted)
    return GoodsFound(goods) if goods is not None else NothingFound(wanted, "part")


def _search(counter: Counter, wanted: str) -> list[Member]:
    """Return who is meant by what people say of themselves; the number of the system used before is one such thing."""
    found = members.search(counter.store, wanted, limit=_LONGEST_LIST + 1)
    before = _numbered_before(counter, wanted)
    if before is None:
        return found
    return [before, *(other for other in found if other.member_id != before.member_id)]


def _numbered_before(counter: Counter, wanted: str) -> Member | None:
    """Return whom the system used before gave exactly this number."""
    held_by = old_numbers.holder(counter.store, wanted)
    member = None if held_by is None else members.get(counter.store, held_by)
    return None if member is None else members.standing(counter.store, member)


def _typed(text: str) -> str:
    """Return what was meant: full width as half, and the digits of a phone without its spaces, dashes and +86."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = _GROUPED_DIGITS.fullmatch(re.sub(r"[\s\-()]", "", plain))
    if digits:
        return digits[1]
    return plain if plain.isascii() else text.strip()


def _by_code(counter: Counter, code: Code) -> Found:
    if code.kind is CodeKind.MEMBER:
        member = members.by_code(counter.store, code.text)
        if member is None:
            return NothingFound(code.text, "member_code")
        return MemberFound(members.standing(counter.store, member), Via.MEMBER_CODE)
    if code.kind is CodeKind.COUPON:
        return NothingFound(code.text, "coupon")
    card = living_card(counter, code.text)
    holder = members.get(counter.store, card.member_id)
    assert holder is not None, "a card belongs to a member"
    return MemberFound(members.standing(counter.store, holder), Via.CARD, card.code)


def living_card(counter: Counter, card_code: str) -> Card:
    """Return a card that can be used now; raises CardUnknown, CardIsBlocked, CardWasReplaced."""
    card = cards.by_code(counter.store, card_code)
    if card is None:
        raise CardUnknown(card_code)
    if card.state is CardState.BLOCKED:
        raise CardIsBlocked(card.code, card.member_id)
    if card.state is CardState.REPLACED:
        raise CardWasReplaced(card.code, card.replaced_by or "")
    return card


def _unlikely_code(counter: Counter, text: str) -> MemberFound | None:
    """Try the eight characters a person reads off a card without its kind letter, or nine that are all letters.

    One text in ten passes the check by chance, a name or a piece of a phone: only what was issued here counts.
    """
    try:
        found = _by_code(counter, read_code(text))
    except (CodeError, CardUnknown):
        return None
    return found if isinstance(found, MemberFound) else None


def _looks(text: str) -> str:
    digits = text.isascii() and text.isdigit()
    if digits and len(text) == _PHONE_LENGTH:
        return "phone"
    if looks_like_barcode(text):
        return "goods"
    return "digits" if digits else "name"
