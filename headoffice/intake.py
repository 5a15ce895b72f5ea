"""Intake: a page of a box's journal becomes head office's copy of it — whole, once, or not at all.

Verified: the chain, the canonical bytes, the cause of every credit, and that no purse was ever below zero. Everything
a page does is one transaction; the answer follows its commit. Source: `docs/protocol.md`, up.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from headoffice import granting, lives, steps
from headoffice.downlink import Notice, tell
from headoffice.granting import Waiting
from headoffice.lives import Life, LifeState, OfficeState
from headoffice.members import Directory
from headoffice.standing import load_standing
from headoffice.store.database import Tx
from ledger.clock import to_wire_time
from ledger.entries import Entry, EntryKind
from ledger.errors import PageRefused, WireUnreadable
from ledger.ids import EntryId
from ledger.protocol.judge import Effects, chain_rows, judge, needs_of
from ledger.protocol.messages import MemberRecord, PushAnswer, PushVerdict, to_plain
from ledger.protocol.page import Page
from ledger.protocol.shards import shard_of
from ledger.wire import JournalRow, canonical, genesis_hash

Decode = Callable[[bytes], Entry]
_JOURNAL: Final = (
    "box",
    "epoch",
    "sequence",
    "entry_id",
    "kind",
    "member_id",
    "business_date",
    "occurred_at",
    "received_at",
    "reverses",
    "previous_hash",
    "hash",
    "body",
)
_LOT: Final = (
    "shard",
    "lot_id",
    "member_id",
    "box",
    "paid_minor",
    "bonus_minor",
    "programme_version",
    "terms_hash",
    "special",
    "sold_at",
)
_TRANSFER: Final = (
    "box",
    "epoch",
    "sequence",
    "line",
    "shard",
    "member_id",
    "lot_id",
    "instrument",
    "amount_minor",
    "grant_id",
)
_NUL: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""The one spelling of a NUL in canonical JSON: PostgreSQL holds none in a text, so no entry may have one anywhere."""
_QUARANTINE: Final = ("box", "id", "epoch", "sequence", "reason", "detail", "header", "page", "at")
_HEAD: Final = (
    "UPDATE life SET head_sequence = ?, head_hash = ?, last_seen_at = ?, pending = ?, pending_minor = ?,"
    " members_through = ?, trouble = NULL WHERE box = ? AND epoch = ?"
)
_CARD_KINDS: Final = frozenset(
    {
        EntryKind.MEMBER_ENROLLED,
        EntryKind.CARD_ISSUED,
        EntryKind.CARD_BLOCKED,
        EntryKind.CARD_UNBLOCKED,
        EntryKind.CARD_REPLACED,
    }
)


@dataclass(frozen=True, slots=True)
class Intake:
    """One page inside one write transaction: who sent it, what head office is, and the ids and time it works with."""

    tx: Tx
    life: Life
    office: OfficeState
    decode: Decode
    mint: Callable[[], EntryId]
    now: str

    def take(self, page: Page) -> PushAnswer:
        """Take a page from an open life and return the answer; raises Waiting, and then nothing was applied."""
        header, life = page.header, self.life
        if life.state is not LifeState.OPEN:
            return self._refuse(page, PageRefused(header.first, life.state.value, ""))
        if header.ho_epoch != self.office.ho_epoch:
            return self._answer(PushVerdict.ADOPT, life.head_sequence, 0)
        if header.first > life.head_sequence + 1:
            return self._answer(PushVerdict.SEND_FROM, life.head_sequence, life.members_through)
        try:
            rows = self._new_rows(page)
            entries = [(row.sequence, self._decoded(row)) for row in rows]
            effects, standing_entries = self.judged(entries)
        except PageRefused as refused:
            if refused.reason == "lot_unknown" and life.relearning:
                raise Waiting from refused
            return self._refuse(page, refused)
        notices = self.apply(rows, standing_entries, effects)
        through, more = self._take_members(page)
        tell(self.tx, self.office.ho_epoch, [*notices, *more], self.now)
        head, head_hash = (rows[-1].sequence, rows[-1].hash) if rows else (life.head_sequence, life.head_hash)
        waiting = (max(0, header.pending - len(page.bodies)), header.pending_minor)
        self.tx.execute(_HEAD, (head, head_hash, self.now, *waiting, through, life.box, life.epoch))
        if life.relearning and head >= life.declared_sequence:
            granting.take_back(self.tx, life, self.office, self.now)
        return self._answer(PushVerdict.TAKEN, head, through)

    def judged(self, entries: Sequence[tuple[int, Entry]]) -> tuple[Effects, list[Entry]]:
        """Return what entries do by what head office knows; raises PageRefused."""
        needs = needs_of([entry for _, entry in entries])
        standing = load_standing(self.tx, self.life, self.office, needs)
        return judge(standing, entries), [entry for _, entry in entries]

    def apply(self, rows: Sequence[JournalRow], entries: Sequence[Entry], effects: Effects) -> list[Notice]:
        """Write what judged entries do: journal, lots, mirror, steps and their effects on free, cards.

        Returns what other boxes are to be told. Raises Waiting, and then nothing may be committed.
        """
        if not rows:
            return []
        life, shards, tx = self.life, self.office.shards, self.tx
        notices = granting.relearn(tx, life, self.office, effects, self.now, self.mint)
        tx.insert("journal", _JOURNAL, [self._journal_row(row, e) for row, e in zip(rows, entries, strict=True)])
        sold = {lot.lot_id: to_wire_time(entry.occurred_at) for entry in entries for lot in entry.lots}
        lots = [
            (shard_of(lot.member_id, shards), lot.lot_id, lot.member_id, life.box, *lot.terms, sold[lot.lot_id])
            for lot in effects.lots
        ]
        tx.insert("lot", _LOT, lots)
        directory, living = Directory(tx, shards), list[tuple[str, int, str]]()
        directory.spread_lots(entries)  # before the steps: what was given on may go back in the same page
        moved = [
            (life.box, life.epoch, key.member_id, key.lot_id, key.instrument.value, minor)
            for key, minor in effects.deltas.items()
            if minor
        ]
        tx.add("mirror", ("box", "epoch", "member_id", "lot_id", "instrument"), "amount_minor", moved)
        self._apply_steps(effects)
        for entry in entries:
            if entry.kind in _CARD_KINDS and directory.take_card(entry):
                living = living or lives.living(tx)
                notices += directory.card_notices(str(entry.member_id), life.box, living)
        return notices

    def _apply_steps(self, effects: Effects) -> None:
        life, shards = self.life, self.office.shards
        crossed = [
            (
                *(life.box, life.epoch, step.sequence, step.line, shard_of(step.key.member_id, shards)),
                *(step.key.member_id, step.key.lot_id, step.key.instrument.value, step.amount_minor, step.grant_id),
            )
            for step in effects.transfers
        ]
        self.tx.insert("transfer", _TRANSFER, crossed)
        for shard in sorted({row[4] for row in crossed}):
            steps.apply(self.tx, life.box, life.epoch, int(shard), shards, self.now)

    def _new_rows(self, page: Page) -> list[JournalRow]:
        """Return the rows behind the head; raises PageRefused for a page that tells another story than before."""
        header, life = page.header, self.life
        previous = self._hash_before(header.first)
        if previous is None or header.previous_hash != previous.hex():
            raise PageRefused(header.first, "fork", "previous_hash")
        rows = chain_rows(life.epoch, header.first, previous, page.bodies)
        if (rows[-1].hash if rows else previous).hex() != header.last_hash:
            raise PageRefused(header.first, "fork", "last_hash")
        known = [row for row in rows if row.sequence <= life.head_sequence]
        if known:
            sql = "SELECT sequence, hash FROM journal WHERE box = ? AND epoch = ? AND sequence BETWEEN ? AND ?"
            place = (life.box, life.epoch, known[0].sequence, known[-1].sequence)
            held = {sequence: bytes(hash_) for sequence, hash_ in self.tx.rows(sql, place)}
            for row in known:
                if held.get(row.sequence, row.hash) != row.hash:
                    raise PageRefused(row.sequence, "fork", row.hash.hex()[:16])
        return rows[len(known) :]

    def _hash_before(self, sequence: int) -> bytes | None:
        """Return the hash a row at a sequence has to follow, None where head office knows none."""
        life = self.life
        if sequence == life.head_sequence + 1:
            return life.head_hash
        if sequence < 1:
            return None
        sql = "SELECT previous_hash FROM journal WHERE box = ? AND sequence = ? ORDER BY epoch DESC LIMIT 1"
        row = self.tx.one(sql, (life.box, sequence))
        if row is not None:
            return bytes(row[0])
        return genesis_hash(life.box, life.epoch) if sequence == 1 else None

    def _decoded(self, row: JournalRow) -> Entry:
        if b"\\u0000" in row.body and _NUL.search(row.body):
            raise PageRefused(row.sequence, "unreadable", "NUL")
        try:
            return self.decode(row.body)
        except WireUnreadable as unreadable:
            raise PageRefused(row.sequence, "unreadable", unreadable.reason[:200]) from unreadable

    def _journal_row(self, row: JournalRow, entry: Entry) -> tuple[object, ...]:
        life = self.life
        named = (life.box, life.epoch, row.sequence, entry.entry_id, entry.kind.value, entry.member_id)
        when = (entry.business_date.isoformat(), to_wire_time(entry.occurred_at), self.now)
        return (*named, *when, entry.reverses, row.previous_hash, row.hash, row.body)

    def _take_members(self, page: Page) -> tuple[int, list[Notice]]:
        """Keep directory changes, merge two records of one person; return the last change's number, and what to tell."""
        header, life, shards = page.header, self.life, self.office.shards
        directory, notices = Directory(self.tx, shards), list[Notice]()
        for record in header.members:
            if not directory.take(life.box, record):
                continue
            pair = self._one_person(directory, record)
            if pair is not None:
                into, source = pair
                merge_id = self.mint()
                directory.merge(merge_id, source, into, "*", self.now)
                notices += directory.merge_notices(merge_id, source, into, lives.living(self.tx))
        lost = {record.merged_into for record in header.members if record.merged_into is not None}
        if any(directory.get(into) is None for into in lost) and not lives.granting(self.tx, self.office):
            return life.members_through, notices  # merged into somebody whose box has yet to tell of them again
        through = max(life.members_through, header.members_through) if header.members else life.members_through
        return through, notices

    def _one_person(self, directory: Directory, record: MemberRecord) -> tuple[str, str] | None:
        """Return (into, from) where a record is another one's person: by phone and name, or by a merge that was lost here."""
        lost = record.merged_into if self.office.ho_epoch > 1 else None
        if lost is not None:
            known, into = directory.get(record.member_id), directory.standing_for(lost)
            target = directory.get(into)
            if known is not None and known.merged_into is None and target is not None and target.name == record.name:
                return (into, record.member_id) if into != record.member_id else None
        twin = directory.same_person(record)
        if twin is None:
            return None
        into, source = sorted((twin, record.member_id))
        return into, source

    def _refuse(self, page: Page, refused: PageRefused) -> PushAnswer:
        """Put a page into quarantine, where people see it; nothing of it is applied, and the life stops."""
        life = self.life
        if life.state is LifeState.OPEN:
            self.tx.execute(
                "UPDATE life SET state = 'forked', trouble = ? WHERE box = ? AND epoch = ?",
                (f"{refused.reason} {life.epoch}-{refused.sequence:06d}", life.box, life.epoch),
            )
        if life.state is not LifeState.PENDING:
            header = canonical(to_plain(page.header)).decode()
            content = b"\n".join(page.bodies)
            page_id = hashlib.sha256(header.encode() + b"\n" + content).hexdigest()
            detail = refused.detail.encode(errors="backslashreplace").replace(b"\x00", b"\\x00").decode()
            seen = (life.box, page_id, life.epoch, refused.sequence, refused.reason, detail)
            self.tx.insert(
                "quarantine", _QUARANTINE, [(*seen, header, content, self.now)], "ON CONFLICT (box, id) DO NOTHING"
            )
        return self._answer(PushVerdict.HALT, life.head_sequence, life.members_through, refused.reason)

    def _answer(self, verdict: PushVerdict, head: int, through: int, reason: str | None = None) -> PushAnswer:
        return PushAnswer(verdict, head, through, reason)
