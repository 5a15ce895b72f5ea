"""The member directory: who a member is; name, phone and birthday live here and never in the journal."""

from __future__ import annotations

import os
import sys
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from kiosk.model.errors import PhoneTaken
from kiosk.model.store import Store
from kiosk.model.surnames import surname_initials
from ledger.clock import from_wire_time, to_wire_time

_ENROLLED: Final = "member_id, code, registered, name, initials, phone, birthday, enrolled_at, consent_terms_hash"
_COLUMNS: Final = f"{_ENROLLED}, home_box, merged_into"
_INSERT: Final = f"INSERT INTO member ({_ENROLLED}, phone_last_four) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PHONE_LENGTH, _LAST_FOUR = 11, 4
_BEHIND_SURROGATES: Final = 0xE000
_SURROGATES: Final = range(0xD800, _BEHIND_SURROGATES)
"""Half characters, which no text in the database holds."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member as enrolled; `registered` is False for the holder of an anonymous card, who has no name or phone.

    `home_box` is empty for a member of this box; `merged_into` names the record that stands for this one since a merge.
    """

    member_id: str
    code: str
    registered: bool
    name: str
    initials: str
    phone: str | None
    birthday: date | None
    enrolled_at: datetime
    consent_terms_hash: str | None
    home_box: str = ""
    merged_into: str | None = None


def initials_of(name: str) -> str:
    """Return the pinyin initials a name is searched by (张三 → `zs`, 尉迟恭 → `ycg`); Latin letters stay whole."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # 33 MB of phrases that no name needs
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - 40 ms that only writing a name may cost

    surname, rest = surname_initials(name)
    letters = surname + "".join(lazy_pinyin(rest, style=Style.FIRST_LETTER))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())


def add(store: Store, member: Member) -> None:
    """Add a member under an id and a code that nobody has, inside the write transaction; raises PhoneTaken."""
    if member.phone is not None:
        holder = by_phone(store, member.phone)
        if holder is not None:
            raise PhoneTaken(member.phone, holder.code)
    row = (
        member.member_id,
        member.code,
        int(member.registered),
        member.name,
        member.initials,
        member.phone,
        member.birthday.isoformat() if member.birthday else None,
        to_wire_time(member.enrolled_at),
        member.consent_terms_hash,
        member.phone[-_LAST_FOUR:] if member.phone else None,
    )
    store.change(_INSERT, row)


def get(store: Store, member_id: str) -> Member | None:
    """Return the member with an id, or None."""
    return _one(store, "member_id = ?", member_id)


def by_code(store: Store, code: str) -> Member | None:
    """Return the member with a code, or None."""
    return _one(store, "code = ?", code)


def by_phone(store: Store, phone: str) -> Member | None:
    """Return the member with a whole phone number, or None."""
    return _one(store, "phone = ?", phone)


def search(store: Store, text: str, limit: int = 20) -> list[Member]:
    """Return members by phone (whole or last four), pinyin initials or the beginning of a name; every way is an index.

    Digits and letters that a Chinese input method left in full width are read as what they are. A record that was merged
    is found as the one that stands for it, once.
    """
    found = (standing(store, member) for member in _search(store, text, limit))
    return list({member.member_id: member for member in found}.values())


def standing(store: Store, member: Member) -> Member:
    """Return the record that stands for a member: the end of its merges, as far as this box knows them."""
    seen = {member.member_id}
    while member.merged_into is not None and member.merged_into not in seen:
        seen.add(member.merged_into)
        into = get(store, member.merged_into)
        if into is None:
            break
        member = into
    return member


def merged_ids(store: Store, member_id: str) -> tuple[str, ...]:
    """Return the ids of all records that were merged into a member, whichever way round."""
    found, left = [member_id], [member_id]
    while left:
        rows = store.rows("SELECT member_id FROM member WHERE merged_into = ? ORDER BY member_id", (left.pop(),))
        fresh = [merged for (merged,) in rows if merged not in found]
        found += fresh
        left += fresh
    return tuple(found[1:])


def _search(store: Store, text: str, limit: int) -> list[Member]:
    wanted = text.strip()
    plain = unicodedata.normalize("NFKC", wanted)
    wanted = plain if plain.isascii() else wanted
    if not wanted:
        return []
    if wanted.isascii() and wanted.isdigit():
        return _by_digits(store, wanted, limit)
    if wanted.isascii() and wanted.replace(" ", "").isalnum():
        found = _by_prefix(store, "initials", wanted.lower().replace(" ", ""), limit)
        return found or _by_prefix(store, "name", wanted, limit)
    return _by_prefix(store, "name", wanted, limit)


def page(store: Store, after: str, limit: int) -> list[Member]:
    """Return members that stand for themselves, behind an id, in the order of their ids."""
    return _many(store, "member_id > ? AND merged_into IS NULL ORDER BY member_id LIMIT ?", (after, limit))


def count(store: Store) -> int:
    """Return how many members this box knows."""
    found: int = store.execute("SELECT count(*) FROM member").fetchone()[0]
    return found


def _by_digits(store: Store, digits: str, limit: int) -> list[Member]:
    if len(digits) == _LAST_FOUR:
        return _many(store, "phone_last_four = ? ORDER BY phone LIMIT ?", (digits, limit))
    if len(digits) <= _PHONE_LENGTH and len(digits) > _LAST_FOUR:
        return _by_prefix(store, "phone", digits, limit)
    return []


def _by_prefix(store: Store, column: str, prefix: str, limit: int) -> list[Member]:
    """Search a range, not LIKE: an index answers it (29 µs against 128 ms at a million)."""
    after = prefix[:-1] + _next_character(prefix[-1])
    guard = " AND phone IS NOT NULL" if column == "phone" else f" AND {column} <> ''"
    where = f"{column} >= ? AND {column} < ?{guard} ORDER BY {column} LIMIT ?"
    return _many(store, where, (prefix, after, limit))


def _next_character(character: str) -> str:
    """Return the character behind another in the order of the index; the last ones of all have none and stand for it."""
    following = min(ord(character) + 1, sys.maxunicode)
    return chr(_BEHIND_SURROGATES if following in _SURROGATES else following)


def _one(store: Store, where: str, value: str) -> Member | None:
    row = store.execute(f"SELECT {_COLUMNS} FROM member WHERE {where}", (value,)).fetchone()
    return None if row is None else _member(row)


def _many(store: Store, where: str, values: tuple[object, ...]) -> list[Member]:
    return [_member(row) for row in store.rows(f"SELECT {_COLUMNS} FROM member WHERE {where}", values)]


def _member(row: tuple[Any, ...]) -> Member:
    member_id, code, registered, name, initials, phone, birthday, enrolled_at, consent, home_box, merged_into = row
    return Member(
        member_id=member_id,
        code=code,
        registered=bool(registered),
        name=name,
        initials=initials,
        phone=phone,
        birthday=date.fromisoformat(birthday) if birthday else None,
        enrolled_at=from_wire_time(enrolled_at),
        consent_terms_hash=consent,
        home_box=home_box,
        merged_into=merged_into,
    )
