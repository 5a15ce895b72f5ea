"""The member directory's two ways: changes made here, numbered for head office; records that head office sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kiosk.model import members
from kiosk.model.store import Store
from ledger.protocol.messages import CardRecord, MemberRecord

_CHANGED: Final = (
    "SELECT number, member_id, code, registered, name, phone, birthday, enrolled_at, consent_terms_hash, home_box,"
    " merged_into FROM directory_change JOIN member USING (member_id) WHERE number > ? ORDER BY number LIMIT ?"
)
_UPSERT: Final = (
    "INSERT INTO member (member_id, code, registered, name, initials, phone, phone_last_four, birthday, enrolled_at,"
    " consent_terms_hash, home_box, merged_into, from_head_office) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
    " ON CONFLICT (member_id) DO UPDATE SET name = excluded.name, initials = excluded.initials,"
    " phone = excluded.phone, phone_last_four = excluded.phone_last_four, birthday = excluded.birthday,"
    " home_box = excluded.home_box, merged_into = excluded.merged_into"
)
_CARD: Final = (
    "INSERT INTO card (code, member_id, state, issued_at, replaced_by, from_head_office) VALUES (?, ?, ?, ?, ?, 1)"
    " ON CONFLICT (code) DO UPDATE SET state = excluded.state, replaced_by = excluded.replaced_by,"
    " from_head_office = 1 WHERE (card.state, card.replaced_by) IS NOT (excluded.state, excluded.replaced_by)"
)


def changes(store: Store, after: int, limit: int) -> tuple[int, tuple[MemberRecord, ...]]:
    """Return the records changed here after a number, and the number of the last of them (`after` for none)."""
    through, records = after, []
    for number, member_id, code, registered, *rest in store.rows(_CHANGED, (after, limit)):
        name, phone, birthday, enrolled_at, consent, home_box, merged_into = rest
        home = home_box or store.identity.box
        told = (name, phone, birthday, enrolled_at, consent, home, merged_into)
        records.append(MemberRecord(member_id, code, bool(registered), *told))
        through = number
    return through, tuple(records)


def take(store: Store, record: MemberRecord) -> None:
    """Keep a record from head office, inside the write transaction.

    A phone that another record here still holds stays with that one: the merge that follows settles whose it is. A
    merged record holds none, and stays merged: the record as it was before may come late, on another shard's line.
    """
    if record.merged_into is None:
        record = replace(record, merged_into=merged_into(store, record.member_id))
    if record.merged_into is not None:
        record = replace(record, phone=None)
    if record.phone is not None:
        holder = members.by_phone(store, record.phone)
        if holder is not None and holder.member_id != record.member_id:
            record = replace(record, phone=None)
    last_four = record.phone[-4:] if record.phone else None
    who = (record.member_id, record.code, int(record.registered), record.name, members.initials_of(record.name))
    told = (record.birthday, record.enrolled_at, record.consent_terms_hash, record.home_box, record.merged_into)
    store.change(_UPSERT, (*who, record.phone, last_four, *told))


def take_card(store: Store, card: CardRecord) -> None:
    """Keep a card from head office, inside the write transaction."""
    store.change(_CARD, (card.code, card.member_id, card.state, card.issued_at, card.replaced_by))


def merge(store: Store, from_member: str, into_member: str) -> None:
    """Let one record stand for another from now on, inside the write transaction.

    The phone goes to the record that stands, unless that has one of its own: whoever gives the phone is found.
    """
    phone = store.execute("SELECT phone FROM member WHERE member_id = ?", (from_member,)).fetchone()
    store.change(
        "UPDATE member SET merged_into = ?, phone = NULL, phone_last_four = NULL WHERE member_id = ?",
        (into_member, from_member),
    )
    if phone is not None and phone[0] is not None:
        store.change(
            "UPDATE member SET phone = ?, phone_last_four = ? WHERE member_id = ? AND phone IS NULL",
            (phone[0], phone[0][-4:], into_member),
        )


def home_box(store: Store, member_id: str) -> str | None:
    """Return the box a member is at home at (this one where nothing else is known), None for nobody known."""
    row = store.execute("SELECT home_box FROM member WHERE member_id = ?", (member_id,)).fetchone()
    return None if row is None else row[0] or store.identity.box


def merged_into(store: Store, member_id: str) -> str | None:
    """Return the member a record was merged into, None for one that stands for itself."""
    row = store.execute("SELECT merged_into FROM member WHERE member_id = ?", (member_id,)).fetchone()
    return None if row is None else row[0]
