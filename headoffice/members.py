"""The member directory of the chain: who is who, which boxes know them, and two records that are one person (P14)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from headoffice.downlink import Notice
from headoffice.errors import MergeRefused
from headoffice.many import rows_in
from headoffice.store.database import Tx
from ledger.accounts import purse_key
from ledger.clock import to_wire_time
from ledger.entries import Entry, EntryKind
from ledger.ids import EntryId
from ledger.protocol.messages import CardRecord, ItemKind, MemberRecord, Merge
from ledger.protocol.shards import shard_of

_FIELDS: Final = (
    "member_id, code, registered, name, phone, birthday, enrolled_at, consent_terms_hash, home_box, merged_into"
)
_ADD: Final = f"INSERT INTO member (shard, {_FIELDS}, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
_KNOWS: Final = "INSERT INTO member_box (shard, member_id, box) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_COPY_LOTS: Final = (
    "INSERT INTO lot (shard, lot_id, member_id, box, paid_minor, bonus_minor, programme_version, terms_hash, special,"
    " sold_at) SELECT ?, lot_id, ?, box, paid_minor, bonus_minor, programme_version, terms_hash, special, sold_at"
    " FROM lot WHERE shard = ? AND"
)
_SAME_PHONE: Final = "SELECT member_id FROM member_phone WHERE phone = ? AND member_id <> ? ORDER BY member_id"
_STATES: Final = {
    EntryKind.CARD_ISSUED: "active",
    EntryKind.CARD_UNBLOCKED: "active",
    EntryKind.CARD_BLOCKED: "blocked",
}


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory inside one write transaction of a head office with so many shards."""

    tx: Tx
    shards: int

    def shard(self, member_id: str) -> int:
        """Return the shard that keeps a member."""
        return shard_of(member_id, self.shards)

    def get(self, member_id: str) -> MemberRecord | None:
        """Return a record, merged or not."""
        sql = f"SELECT {_FIELDS} FROM member WHERE shard = ? AND member_id = ?"
        row = self.tx.one(sql, (self.shard(member_id), member_id))
        return None if row is None else MemberRecord(row[0], row[1], bool(row[2]), *row[3:])

    def standing_for(self, member_id: str) -> str:
        """Return the record a record stands for by now: itself, or what it was merged into, step by step."""
        record = self.get(member_id)
        while record is not None and record.merged_into is not None:
            member_id = record.merged_into
            record = self.get(member_id)
        return member_id

    def one_person(self, member_id: str) -> tuple[str, ...]:
        """Return every record that stands for this one, itself first."""
        sql = "SELECT from_member FROM merge WHERE into_member = ? ORDER BY from_member"
        merged = [row[0] for row in self.tx.rows(sql, (member_id,))]
        return (member_id, *(other for source in merged for other in self.one_person(source)))

    def by_code(self, code: str) -> str | None:
        """Return whose member code or card this is."""
        row = self.tx.one("SELECT member_id FROM member_code WHERE code = ?", (code,))
        row = row or self.tx.one("SELECT member_id FROM card WHERE code = ?", (code,))
        return None if row is None else str(row[0])

    def by_phone(self, phone: str) -> str | None:
        """Return who has a whole phone number."""
        row = self.tx.one("SELECT member_id FROM member_phone WHERE phone = ? ORDER BY member_id", (phone,))
        return None if row is None else str(row[0])

    def cards(self, member_id: str) -> list[CardRecord]:
        """Return a member's cards, newer ones first: a replaced card names a newer one."""
        sql = "SELECT code, member_id, state, issued_at, replaced_by FROM card WHERE member_id = ? ORDER BY issued_at DESC"
        return [CardRecord(*row) for row in self.tx.rows(sql, (member_id,))]

    def knows(self, box: str, member_id: str) -> None:
        """Note that a box has a member's record."""
        self.tx.execute(_KNOWS, (self.shard(member_id), member_id, box))

    def boxes(self, member_ids: Iterable[str]) -> set[str]:
        """Return the boxes that have any of these records, or hold any of their value."""
        known = rows_in(self.tx, "SELECT box FROM member_box WHERE member_id IN (*)", (), member_ids)
        held = rows_in(self.tx, "SELECT box FROM mirror WHERE amount_minor > 0 AND member_id IN (*)", (), member_ids)
        return {row[0] for row in known + held}

    def take(self, box: str, record: MemberRecord) -> bool:
        """Keep a record that a box enrolled; False for one that belongs to another box."""
        known = self.get(record.member_id)
        if known is not None:
            return known.home_box == box
        row = (*self._row(replace(record, home_box=box, merged_into=None)),)
        self.tx.execute(_ADD, row)
        self.tx.execute(
            "INSERT INTO member_code (code, member_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (record.code, record.member_id),
        )
        if record.phone is not None:
            self.tx.execute(
                "INSERT INTO member_phone (phone, member_id) VALUES (?, ?)", (record.phone, record.member_id)
            )
        self.knows(box, record.member_id)
        return True

    def same_person(self, record: MemberRecord) -> str | None:
        """Return another record with this one's phone and name: the same person, enrolled twice without a line."""
        known = self.get(record.member_id)
        if record.phone is None or known is None or known.merged_into is not None:
            return None
        for (other_id,) in self.tx.rows(_SAME_PHONE, (record.phone, record.member_id)):
            other = self.get(other_id)
            if other is not None and other.merged_into is None and other.name == record.name:
                return other.member_id
        return None

    def merge(self, merge_id: EntryId, from_member: str, into_member: str, ordered_by: str, at: str) -> None:
        """Let one record stand for another: free value, lots, phone and cards go over; raises MergeRefused."""
        source, target = self.get(from_member), self.get(into_member)
        if source is None or target is None or from_member == into_member:
            raise MergeRefused(from_member, into_member, "unknown")
        if source.merged_into is not None or target.merged_into is not None:
            raise MergeRefused(from_member, into_member, "merged_before")
        shards = self.shard(from_member), self.shard(into_member)
        columns = ("merge_id", "shard_from", "shard_into", "from_member", "into_member", "ordered_by", "at")
        self.tx.insert("merge", columns, [(merge_id, *shards, from_member, into_member, ordered_by, at)])
        changed = "merged_into = ?, phone = NULL, version = version + 1 WHERE shard = ? AND member_id = ?"
        self.tx.execute(f"UPDATE member SET {changed}", (into_member, shards[0], from_member))
        self.tx.execute("DELETE FROM member_phone WHERE member_id = ?", (from_member,))
        if target.phone is None and source.phone is not None:
            self._give_phone(into_member, source.phone)
        self.tx.execute("UPDATE card SET member_id = ? WHERE member_id = ?", (into_member, from_member))
        self.copy_lots(from_member, into_member)
        self._move_free(merge_id, from_member, into_member)

    def copy_lots(self, from_member: str, into_member: str) -> None:
        """Let the shard of one record know the lots of another, and of all that were merged into that one before."""
        for record in self.one_person(from_member):
            here = (self.shard(into_member), into_member, self.shard(record), record)
            self.tx.execute(f"{_COPY_LOTS} member_id = ? ON CONFLICT DO NOTHING", here)

    def copy_lot(self, lot_id: str, into_member: str) -> None:
        """Let the shard of one record know a lot that another one's shard knows: it was a gift."""
        for shard in range(self.shards):
            here = (self.shard(into_member), into_member, shard, lot_id)
            self.tx.execute(f"{_COPY_LOTS} lot_id = ? ON CONFLICT DO NOTHING", here)

    def spread_lots(self, entries: Iterable[Entry]) -> None:
        """Let whoever holds a lot by these entries know it: by a gift, or by a merge this box heard of late."""
        for entry in entries:
            if entry.kind is EntryKind.MERGED:
                self.copy_lots(str(entry.facts["from"]), str(entry.member_id))
            elif entry.kind is EntryKind.GIFTED:
                for key in (purse_key(posting.credit) for posting in entry.postings):
                    if key is not None:
                        self.copy_lot(key.lot_id, key.member_id)

    def merge_notices(
        self, merge_id: EntryId, from_member: str, into_member: str, lives: Sequence[tuple[str, int, str]]
    ) -> list[Notice]:
        """Return what every box that knows either record, or holds value of it, is told of a merge."""
        record, shard = self.get(into_member), self.shard(into_member)
        assert record is not None, "merged into somebody"
        merge = Merge(merge_id, from_member, into_member)
        boxes = self.boxes((from_member, into_member))
        notices: list[Notice] = []
        for box, epoch, _ in lives:
            if box in boxes:
                self.knows(box, into_member)
                sides = sorted({shard, self.shard(from_member)})
                notices += [Notice(box, epoch, side, ItemKind.MEMBER, record) for side in sides]
                notices.append(Notice(box, epoch, self.shard(from_member), ItemKind.MERGE, merge))
        return notices

    def take_card(self, entry: Entry) -> bool:
        """Keep what an entry says about a card; False where it says nothing of one."""
        facts, at = entry.facts, to_wire_time(entry.occurred_at)
        code = facts.get("card_code")
        if not isinstance(code, str) or entry.member_id is None:
            return False
        if entry.kind is EntryKind.CARD_REPLACED:
            self._issue(code, entry.member_id, at)
            sql = "UPDATE card SET state = 'replaced', replaced_by = ? WHERE code = ? AND member_id = ?"
            self.tx.execute(sql, (code, str(facts.get("replaces")), entry.member_id))
        elif entry.kind is EntryKind.MEMBER_ENROLLED or entry.kind is EntryKind.CARD_ISSUED:
            self._issue(code, entry.member_id, at)
        elif entry.kind in _STATES:
            sql = "UPDATE card SET state = ? WHERE code = ? AND state <> 'replaced'"
            self.tx.execute(sql, (_STATES[entry.kind], code))
        return True

    def card_notices(self, member_id: str, but: str, lives: Sequence[tuple[str, int, str]]) -> list[Notice]:
        """Return what every other box that knows a member is told of their cards."""
        boxes, shard = self.boxes((member_id,)), self.shard(member_id)
        known = [(box, epoch) for box, epoch, _ in lives if box in boxes and box != but]
        return [
            Notice(box, epoch, shard, ItemKind.CARD, card) for box, epoch in known for card in self.cards(member_id)
        ]

    def _issue(self, code: str, member_id: str, at: str) -> None:
        sql = "INSERT INTO card (code, member_id, state, issued_at) VALUES (?, ?, 'active', ?) ON CONFLICT DO NOTHING"
        self.tx.execute(sql, (code, member_id, at))

    def _give_phone(self, member_id: str, phone: str) -> None:
        sql = "UPDATE member SET phone = ?, version = version + 1 WHERE shard = ? AND member_id = ?"
        self.tx.execute(sql, (phone, self.shard(member_id), member_id))
        self.tx.execute("INSERT INTO member_phone (phone, member_id) VALUES (?, ?)", (phone, member_id))

    def _move_free(self, merge_id: str, from_member: str, into_member: str) -> None:
        shard = self.shard(from_member)
        sql = "SELECT lot_id, instrument, amount_minor FROM free WHERE shard = ? AND member_id = ? AND amount_minor > 0"
        lines: list[tuple[Any, ...]] = self.tx.rows(sql, (shard, from_member))
        self.tx.insert(
            "merge_move", ("merge_id", "lot_id", "instrument", "amount_minor"), [(merge_id, *r) for r in lines]
        )
        away = [(shard, from_member, lot_id, instrument, -minor) for lot_id, instrument, minor in lines]
        here = [
            (self.shard(into_member), into_member, lot_id, instrument, minor) for lot_id, instrument, minor in lines
        ]
        move_free(self.tx, away + here)

    def _row(self, record: MemberRecord) -> tuple[object, ...]:
        who = (self.shard(record.member_id), record.member_id, record.code, int(record.registered), record.name)
        told = (record.phone, record.birthday, record.enrolled_at, record.consent_terms_hash, record.home_box)
        return (*who, *told, record.merged_into)


def move_free(tx: Tx, rows: Sequence[tuple[object, ...]]) -> None:
    """Add signed amounts to lines of `free`: rows of (shard, member, lot, instrument, fen); raises WouldGoNegative."""
    tx.add("free", ("shard", "member_id", "lot_id", "instrument"), "amount_minor", sorted(rows, key=str))
