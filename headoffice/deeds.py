"""What people do at head office: let a box in, declare it dead, release its suspense, settle, merge, publish, restore.

Each deed is one transaction with its line in the trail of acts. Source: `docs/protocol.md`, lives of a box.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from headoffice import granting, lives
from headoffice.downlink import Notice, tell
from headoffice.errors import (
    BoxAlive,
    ClaimWindowOpen,
    CodeRefused,
    DeedRefused,
    LifeUnknown,
    ProgrammeClash,
    SamePerson,
)
from headoffice.intake import Decode, Intake
from headoffice.lives import Life, LifeState
from headoffice.members import Directory, move_free
from headoffice.newcomers import first_notices
from headoffice.store.database import Database, Tx
from ledger.accounts import Instrument
from ledger.clock import Clock, from_wire_time, to_wire_time
from ledger.errors import PageRefused
from ledger.ids import Entropy, EntryId
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import Enrol, EnrolAnswer, ItemKind, PageHeader, ProgrammePack, from_plain
from ledger.rules.pack import parse_programme
from ledger.wire import genesis_hash

CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH: Final = 12
_CODE_DAYS: Final = 3
_LIFE: Final = (
    "box",
    "epoch",
    "state",
    "public_key",
    "opened_at",
    "first_sequence",
    "head_sequence",
    "head_hash",
    "adopted_ho_epoch",
    "declared_sequence",
    "pending",
    "pending_minor",
    "members_through",
)
_DEAD_LIFE: Final = (
    "SELECT epoch FROM life WHERE box = ? AND state IN ('fenced', 'closed')"
    " ORDER BY CASE state WHEN 'fenced' THEN 0 ELSE 1 END, epoch DESC LIMIT 1"
)
_SUPERSEDED: Final = "UPDATE life SET state = 'closed' WHERE box = ? AND state = 'pending'"
_IN_FLIGHT: Final = (
    "SELECT grant_out.shard, grant_out.grant_id, grant_out.member_id, grant_out.lines FROM grant_out"
    " WHERE grant_out.box = ? AND grant_out.epoch = ? AND NOT EXISTS (SELECT 1 FROM grant_end"
    " WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
)
_HELD: Final = (
    "SELECT member_id, lot_id, instrument, amount_minor FROM mirror WHERE box = ? AND epoch = ? AND amount_minor > 0"
    " ORDER BY member_id, lot_id, instrument"
)


@dataclass(frozen=True, slots=True)
class Deeds:
    """The deeds of people, over head office's database.

    `sign` signs a programme's bytes, `office_key` is the public key that checks it; `claim_days` is how long customers
    have to show receipts of a dead box before its value can be released.
    """

    database: Database
    clock: Clock
    mint: Callable[[], EntryId]
    entropy: Entropy
    sign: Callable[[bytes], bytes]
    office_key: bytes
    decode: Decode
    claim_days: int = 7
    on_items: Callable[[str], None] = lambda _: None

    def new_code(self, box: str, store: str, purpose: str, person: str) -> str:
        """Return a single-use code that lets a box in: `new`, `replace` a dead one, or `recover` one with its journal.

        Raises BoxAlive for a box that lives and is not to be recovered, DeedRefused for an unknown purpose or nothing
        to recover.
        """
        code = "".join(CODE_LETTERS[byte % len(CODE_LETTERS)] for byte in self.entropy(_CODE_LENGTH))
        now = self.clock.now()
        with self.database.write() as tx:
            last = lives.latest(tx, box)
            if purpose not in {"new", "replace", "recover"}:
                raise DeedRefused(purpose, box)
            alive = lives.standing(tx, box)
            if purpose == "recover" and alive is None:
                raise DeedRefused("nothing_to_recover", box)
            if purpose != "recover" and alive is not None:
                raise BoxAlive(box, alive.epoch)
            if last is not None and last.store != store:
                raise DeedRefused("another_store", box)
            tx.execute("INSERT INTO store (store, name) VALUES (?, ?) ON CONFLICT DO NOTHING", (store, store))
            sql = "INSERT INTO box (box, store, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
            tx.execute(sql, (box, store, to_wire_time(now)))
            expires = to_wire_time(now + timedelta(days=_CODE_DAYS))
            columns = ("code_hash", "box", "store", "purpose", "created_by", "created_at", "expires_at")
            row = (_code_hash(code), box, store, purpose, person, to_wire_time(now), expires)
            tx.insert("enrolment", columns, [row])
            self._note(tx, person, "new_code", {"box": box, "store": store, "purpose": purpose})
        return code

    def enrol(self, asked: Enrol) -> EnrolAnswer:
        """Let a key in under a code, pending until a person compares fingerprints; the same key asks as often as it likes.

        Raises CodeRefused: unknown, used by another key, or expired.
        """
        key, now = bytes.fromhex(asked.public_key), self.clock.now()
        with self.database.write() as tx:
            tx.lock("enrolment", ("code_hash",), (_code_hash(asked.code),))
            sql = "SELECT box, store, purpose, expires_at, used_key FROM enrolment WHERE code_hash = ?"
            row = tx.one(sql, (_code_hash(asked.code),))
            if row is None:
                raise CodeRefused("unknown")
            box, store, purpose, expires_at, used_key = row
            if used_key is not None and bytes(used_key) != key:
                raise CodeRefused("used")
            if used_key is None:
                if from_wire_time(expires_at) < now:
                    raise CodeRefused("expired")
                self._begin_life(tx, box, purpose, key, to_wire_time(now))
                used = "UPDATE enrolment SET used_at = ?, used_key = ? WHERE code_hash = ?"
                tx.execute(used, (to_wire_time(now), key, _code_hash(asked.code)))
            life = tx.one("SELECT epoch FROM life WHERE box = ? AND public_key = ? ORDER BY epoch DESC", (box, key))
            assert life is not None, "a used code began a life"
            return self._answer(tx, lives.hold(tx, box, int(life[0])), store)

    def confirm_box(self, box: str, epoch: int, person: str) -> None:
        """Let a pending life speak: its fingerprint is the one on the box's own screen; raises LifeUnknown, DeedRefused.

        A recovered box's old life is closed now, and its mirror lives on in the new one.
        """
        now = to_wire_time(self.clock.now())
        with self.database.write() as tx:
            before = lives.standing(tx, box)
            life = lives.hold(tx, box, epoch)
            if life.state is not LifeState.PENDING:
                raise DeedRefused(life.state.value, box)
            ho_epoch = lives.office_state(tx).ho_epoch
            first, head_hash = 1, genesis_hash(box, epoch)
            sql = "SELECT purpose FROM enrolment WHERE box = ? AND used_key = ? ORDER BY used_at DESC"
            recovers = tx.one(sql, (box, life.public_key)) == ("recover",)
            if recovers != (before is not None):
                raise DeedRefused("alive" if before is not None else "nothing_to_recover", box)
            if before is not None:
                if before.head_sequence:
                    first, head_hash = before.head_sequence + 1, before.head_hash
                tx.execute("UPDATE life SET state = 'closed' WHERE box = ? AND epoch = ?", (box, before.epoch))
                tx.execute("UPDATE mirror SET epoch = ? WHERE box = ? AND epoch = ?", (epoch, box, before.epoch))
            sql = (
                "UPDATE life SET state = 'open', first_sequence = ?, head_sequence = ?, head_hash = ?,"
                " adopted_ho_epoch = ?, opened_at = ? WHERE box = ? AND epoch = ?"
            )
            tx.execute(sql, (first, first - 1, head_hash, ho_epoch, now, box, epoch))
            self._note(tx, person, "confirm_box", {"box": box, "epoch": epoch})
            tell(tx, ho_epoch, first_notices(tx, (box, epoch, life.store)), now)
            tx.after_commit(lambda: self.on_items(box))

    def fence(self, box: str, person: str) -> int:
        """Declare a box's standing life dead; what it held is suspense from now on. Return its epoch.

        An enrolment that waits for its confirmation is void with it. Raises LifeUnknown, DeedRefused.
        """
        with self.database.write() as tx:
            life = lives.standing(tx, box)
            if life is None:
                last = lives.latest(tx, box)
                if last is None:
                    raise LifeUnknown(box, 0)
                raise DeedRefused(last.state.value, box)
            tx.execute(_SUPERSEDED, (box,))
            tx.execute("UPDATE life SET state = 'fenced' WHERE box = ? AND epoch = ?", (box, life.epoch))
            self._note(tx, person, "fence", {"box": box, "epoch": life.epoch})
            return life.epoch

    def propose_release(self, box: str, person: str, epoch: int | None = None) -> None:
        """Propose that a dead life's suspense goes to free once the claim window is over; raises DeedRefused."""
        now = to_wire_time(self.clock.now())
        with self.database.write() as tx:
            life = self._dead_life(tx, box, epoch)
            sql = (
                "INSERT INTO release_proposal (box, epoch, proposed_by, proposed_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING"
            )
            tx.execute(sql, (box, life.epoch, person, now))
            self._note(tx, person, "propose_release", {"box": box, "epoch": life.epoch})

    def confirm_release(self, box: str, person: str, epoch: int | None = None) -> int:
        """Release a dead life's suspense to free; return its money in fen.

        Raises SamePerson for the one who proposed it and for somebody who was added since, ClaimWindowOpen before its end, DeedRefused without a proposal.
        """
        now = self.clock.now()
        with self.database.write() as tx:
            life, office = self._dead_life(tx, box, epoch), lives.office_state(tx)
            sql = "SELECT proposed_by, proposed_at FROM release_proposal WHERE box = ? AND epoch = ?"
            proposed = tx.one(sql, (box, life.epoch))
            if proposed is None:
                raise DeedRefused("not_proposed", box)
            if proposed[0] == person or _came_after(tx, person, proposed[1]):
                raise SamePerson(person)
            opens = from_wire_time(proposed[1]) + timedelta(days=self.claim_days)
            if now < opens:
                raise ClaimWindowOpen(box, opens)
            total = self._release(tx, life, office, to_wire_time(now))
            columns = ("box", "epoch", "proposed_by", "proposed_at", "confirmed_by", "confirmed_at", "total_minor")
            tx.insert("release", columns, [(box, life.epoch, *proposed, person, to_wire_time(now), total)])
            self._note(tx, person, "confirm_release", {"box": box, "epoch": life.epoch, "total_minor": total})
            return total

    def settle(self, box: str, quarantine_id: str, person: str) -> None:
        """Apply a quarantined page of a fenced life to its suspense; raises DeedRefused where it still does not fit."""
        now = to_wire_time(self.clock.now())
        with self.database.write() as tx:
            sql = "SELECT epoch, header, page FROM quarantine WHERE box = ? AND id = ?"
            row = tx.one(sql, (box, quarantine_id))
            if row is None:
                raise DeedRefused("unknown", box)
            life, office = lives.hold(tx, box, int(row[0])), lives.office_state(tx)
            if life.state is not LifeState.FENCED:
                raise DeedRefused(life.state.value, box)
            content = bytes(row[2])
            bodies = tuple(content.split(b"\n")) if content else ()
            header = from_plain(PageHeader, json.loads(row[1]))
            intake = Intake(tx, life, office, self.decode, self.mint, now)
            rows = chain_rows(life.epoch, header.first, bytes.fromhex(header.previous_hash), bodies)
            rows = [row for row in rows if row.sequence > life.head_sequence]
            follows = bool(rows) and (rows[0].sequence, rows[0].previous_hash) == (
                life.head_sequence + 1,
                life.head_hash,
            )
            if not follows:
                raise DeedRefused("does_not_follow", box)
            try:
                effects, entries = intake.judged([(row.sequence, self.decode(row.body)) for row in rows])
            except PageRefused as refused:
                raise DeedRefused(refused.reason, box) from refused
            notices = intake.apply(rows, entries, effects)
            head = "UPDATE life SET head_sequence = ?, head_hash = ? WHERE box = ? AND epoch = ?"
            tx.execute(head, (rows[-1].sequence, rows[-1].hash, box, life.epoch))
            self._end_quarantine(tx, box, quarantine_id, "settled", person, now)
            tell(tx, office.ho_epoch, notices, now)

    def dismiss(self, box: str, quarantine_id: str, person: str) -> None:
        """Note that people have seen a quarantined page and settled it otherwise."""
        now = to_wire_time(self.clock.now())
        with self.database.write() as tx:
            self._end_quarantine(tx, box, quarantine_id, "dismissed", person, now)

    def merge(self, from_member: str, into_member: str, person: str) -> None:
        """Let one record stand for another everywhere; raises MergeRefused."""
        now, merge_id = to_wire_time(self.clock.now()), self.mint()
        with self.database.write() as tx:
            office = lives.office_state(tx)
            directory = Directory(tx, office.shards)
            directory.merge(merge_id, from_member, into_member, person, now)
            notices = directory.merge_notices(merge_id, from_member, into_member, lives.living(tx))
            self._note(tx, person, "merge", {"from": from_member, "into": into_member})
            tell(tx, office.ho_epoch, notices, now)
            self._wake(tx, notices)

    def publish(self, content: bytes, person: str) -> str:
        """Sign a programme and send it to every box of its store; return its version.

        Raises ProgrammeError for a file that does not load, ProgrammeClash for a version that is another file already.
        """
        loaded, now = parse_programme(content), to_wire_time(self.clock.now())
        with self.database.write() as tx:
            known = tx.one("SELECT hash FROM programme WHERE version = ?", (loaded.version,))
            if known is not None:
                if known[0] != loaded.hash:
                    raise ProgrammeClash(loaded.version)
                return loaded.version
            signature = self.sign(content)
            number = tx.one("SELECT coalesce(max(number), 0) + 1 FROM programme")
            assert number is not None, "a maximum is a row"
            columns = ("version", "hash", "content", "signature", "activated_at", "by_person", "number")
            tx.insert("programme", columns, [(loaded.version, loaded.hash, content, signature, now, person, number[0])])
            pack = ProgrammePack(loaded.version, loaded.hash, content.decode(), now, signature.hex())
            notices = [
                Notice(box, epoch, 0, ItemKind.PROGRAMME, pack)
                for box, epoch, store in lives.living(tx)
                if store == loaded.shop.store
            ]
            self._note(tx, person, "publish", {"version": loaded.version, "hash": loaded.hash})
            tell(tx, lives.office_state(tx).ho_epoch, notices, now)
            self._wake(tx, notices)
        return loaded.version

    def restored(self, person: str) -> int:
        """Begin a new epoch after head office came back from a backup; return it. Nothing is granted until all caught up.

        What the old epoch had told and was never fetched is lost with its numbers: every box is told all of it again.
        """
        with self.database.write() as tx:
            tx.lock("head_office", ("id",), (1,))
            office = lives.office_state(tx)
            sql = "UPDATE head_office SET ho_epoch = ho_epoch + 1, restored_suspected = 0"
            tx.execute(sql)
            self._note(tx, person, "restored", {"ho_epoch": office.ho_epoch + 1})
            now = to_wire_time(self.clock.now())
            notices = [notice for life in lives.living(tx) for notice in first_notices(tx, life)]
            tell(tx, office.ho_epoch + 1, notices, now)
            return office.ho_epoch + 1

    def _begin_life(self, tx: Tx, box: str, purpose: str, key: bytes, now: str) -> None:
        """Begin a pending life; one that still waits for its confirmation gives way. Raises CodeRefused."""
        last, before = lives.latest(tx, box), lives.standing(tx, box)
        if (purpose == "recover") != (before is not None):
            raise CodeRefused("outdated")
        tx.execute(_SUPERSEDED, (box,))
        epoch = 1 if last is None else last.epoch + 1
        place = (1, 0, genesis_hash(box, epoch))
        if before is not None and before.head_sequence:
            place = (before.head_sequence + 1, before.head_sequence, before.head_hash)
        tx.insert("life", _LIFE, [(box, epoch, "pending", key, now, *place, 0, 0, 0, 0, 0)])

    def _answer(self, tx: Tx, life: Life, store: str) -> EnrolAnswer:
        return EnrolAnswer(
            box=life.box,
            store=store,
            epoch=life.epoch,
            ho_epoch=lives.office_state(tx).ho_epoch,
            first=life.first_sequence,
            previous_hash=life.head_hash.hex(),
            office_key=self.office_key.hex(),
            confirmed=life.state is not LifeState.PENDING,
        )

    def _dead_life(self, tx: Tx, box: str, epoch: int | None) -> Life:
        if epoch is None:
            row = tx.one(_DEAD_LIFE, (box,))
            if row is None:
                raise DeedRefused("not_fenced", box)
            epoch = int(row[0])
        life = lives.hold(tx, box, epoch)
        if life.state not in {LifeState.FENCED, LifeState.CLOSED}:
            raise DeedRefused(life.state.value, box)
        return life

    def _release(self, tx: Tx, life: Life, office: lives.OfficeState, now: str) -> int:
        directory, total = Directory(tx, office.shards), 0
        for member_id, lot_id, instrument, minor in tx.rows(_HELD, (life.box, life.epoch)):
            standing = directory.standing_for(member_id)
            if standing != member_id:
                directory.copy_lots(member_id, standing)
            line = (life.box, life.epoch, member_id, lot_id, instrument)
            granting.move_suspense(tx, line, minor, ("release", now))
            move_free(tx, [(directory.shard(standing), standing, lot_id, instrument, minor)])
            total += 0 if instrument == Instrument.UNITS else minor
        in_flight = tx.rows(_IN_FLIGHT, (life.box, life.epoch))
        total += granting.end_grants(tx, office, in_flight, "released", now)
        if life.state is LifeState.FENCED:
            tx.execute("UPDATE life SET state = 'released' WHERE box = ? AND epoch = ?", (life.box, life.epoch))
        return total

    def _end_quarantine(self, tx: Tx, box: str, quarantine_id: str, how: str, person: str, now: str) -> None:
        tx.insert("quarantine_end", ("box", "id", "how", "by_person", "at"), [(box, quarantine_id, how, person, now)])
        self._note(tx, person, how, {"box": box, "id": quarantine_id})

    def _note(self, tx: Tx, person: str, what: str, detail: dict[str, object]) -> None:
        at = to_wire_time(self.clock.now())
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
        tx.insert("act", ("id", "person_id", "what", "detail", "at"), [(self.mint(), person, what, text, at)])

    def _wake(self, tx: Tx, notices: list[Notice]) -> None:
        for box in {notice.box for notice in notices}:
            tx.after_commit(partial(self.on_items, box))


def _code_hash(code: str) -> str:
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(b"guitai-enrol-1\x00" + plain.encode()).hexdigest()


def _came_after(tx: Tx, person: str, moment: str) -> bool:
    """Tell whether a person was added after a moment: one owner with a second account is still one person."""
    added = tx.rows("SELECT detail FROM act WHERE what = 'add_person' AND at >= ?", (moment,))
    return any(str(json.loads(detail).get("person", "")).casefold() == person.casefold() for (detail,) in added)
