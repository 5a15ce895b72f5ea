"""The office: what head office answers to each message of a box; every answer follows its own commit.

Synchronous and safe from several threads; the doors (`headoffice/doors`) put it behind a network, the simulator does not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from headoffice import downlink, granting, lives
from headoffice.deeds import Deeds
from headoffice.downlink import Notice, tell
from headoffice.errors import LifeUnknown, WouldGoNegative
from headoffice.granting import Waiting
from headoffice.intake import Decode, Intake
from headoffice.lives import Life, LifeState, OfficeState
from headoffice.many import rows_in
from headoffice.members import Directory
from headoffice.store.database import Database, Tx
from ledger.clock import Clock, to_wire_time
from ledger.ids import Entropy, EntryId
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import (
    Ask,
    AskAnswer,
    Balance,
    Enrol,
    EnrolAnswer,
    Hello,
    HelloAnswer,
    Item,
    ItemKind,
    Items,
    Lookup,
    LookupAnswer,
    PageHeader,
    Pull,
    PushAnswer,
    PushVerdict,
)
from ledger.protocol.page import Page
from ledger.specials import read_special
from ledger.wire import decode_entry

_TRIES: Final = 4
_PAGE: Final = 500
_ROWS: Final = (
    "SELECT sequence, epoch, previous_hash, hash, body FROM journal WHERE box = ? AND sequence > ?"
    " AND epoch >= (SELECT max(life.epoch) FROM life WHERE life.box = ? AND life.epoch < ? AND life.first_sequence = 1)"
    " ORDER BY sequence, epoch LIMIT ?"
)
_TOTAL: Final = (
    "SELECT (SELECT coalesce(sum(amount_minor), 0) FROM free WHERE shard = ? AND member_id = ?"
    " AND instrument <> 'units')"
    " + (SELECT coalesce(sum(mirror.amount_minor), 0) FROM mirror"
    " JOIN life ON life.box = mirror.box AND life.epoch = mirror.epoch"
    " WHERE mirror.member_id = ? AND life.state IN ('open', 'forked') AND mirror.instrument <> 'units')"
)
_UNITS: Final = (
    "SELECT free.lot_id, free.amount_minor FROM free WHERE shard = ? AND member_id = ? AND instrument = 'units'"
    " UNION ALL SELECT mirror.lot_id, mirror.amount_minor FROM mirror"
    " JOIN life ON life.box = mirror.box AND life.epoch = mirror.epoch"
    " WHERE mirror.member_id = ? AND life.state IN ('open', 'forked') AND mirror.instrument = 'units'"
)
_SPECIALS: Final = "SELECT lot_id, special FROM lot WHERE shard = ? AND member_id = ? AND lot_id IN (*)"
_FLYING: Final = (
    "SELECT grant_out.lines FROM grant_out WHERE grant_out.shard = ? AND grant_out.member_id = ? AND NOT EXISTS"
    " (SELECT 1 FROM grant_end WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
)


@dataclass(frozen=True, slots=True)
class Office:
    """Head office over its database; `on_items` is told which box has something new, after the commit, in any thread."""

    database: Database
    clock: Clock
    mint: Callable[[], EntryId]
    entropy: Entropy
    sign: Callable[[bytes], bytes]
    office_key: bytes
    decode: Decode = decode_entry
    claim_days: int = 7
    on_items: Callable[[str], None] = lambda _: None

    @property
    def deeds(self) -> Deeds:
        """What people do, over the same database."""
        signing = (self.sign, self.office_key, self.decode, self.claim_days, self.on_items)
        return Deeds(self.database, self.clock, self.mint, self.entropy, *signing)

    def public_key(self, box: str, epoch: int) -> bytes | None:
        """Return the key a life signs with, None for a life nobody knows."""
        with self.database.read() as tx:
            row = tx.one("SELECT public_key FROM life WHERE box = ? AND epoch = ?", (box, epoch))
        return None if row is None else bytes(row[0])

    def enrol(self, asked: Enrol) -> EnrolAnswer:
        """Let a key in under a single-use code; raises CodeRefused."""
        return self.deeds.enrol(asked)

    def hello(self, box: str, epoch: int, hello: Hello) -> HelloAnswer:
        """Say what a box is to do; raises LifeUnknown."""
        with self.database.write() as tx:
            life, office = lives.hold(tx, box, epoch), lives.office_state(tx)
            verdict = lives.judge_hello(tx, life, office, hello, self._now())
            again = lives.hold(tx, box, epoch)
            if again.adopted_ho_epoch > life.adopted_ho_epoch and not again.relearning:
                granting.take_back(tx, again, office, self._now())
            return HelloAnswer(office.ho_epoch, life.head_sequence, verdict)

    def push(self, box: str, epoch: int, page: Page) -> PushAnswer:
        """Take a page of a box's journal; raises LifeUnknown."""
        try:
            return self._take(box, epoch, page)
        except Waiting:
            return self._take_one_by_one(box, epoch, page)

    def pull(self, box: str, epoch: int, asked: Pull) -> Items:
        """Return what a box has not applied yet, nothing for a life that may not speak; never waits."""
        with self.database.read() as tx:
            office = lives.office_state(tx)
            life = lives.find(tx, box, epoch)
            if life is None:
                raise LifeUnknown(box, epoch)
            return Items(office.ho_epoch, self._items(tx, life, office, asked.ho_epoch, dict(asked.positions)))

    def ask(self, box: str, epoch: int, asked: Ask) -> AskAnswer:
        """Grant what is free and recall the rest; asking twice under one id is asking once. Raises LifeUnknown."""
        for _ in range(_TRIES):
            try:
                return self._ask(box, epoch, asked)
            except WouldGoNegative:  # another box was granted the same value first: look again at what is free
                continue
        return AskAnswer(asked.ho_epoch, 0, 0, ())

    def lookup(self, box: str, epoch: int, asked: Lookup) -> LookupAnswer:
        """Tell a box who somebody is and what they have in all; raises LifeUnknown."""
        with self.database.write() as tx:
            life, office = lives.hold(tx, box, epoch), lives.office_state(tx)
            if life.state is not LifeState.OPEN:
                return LookupAnswer(office.ho_epoch, found=False, items=())
            notices = self._about(tx, life, office, asked)
            if asked.ho_epoch == office.ho_epoch:
                tell(tx, office.ho_epoch, notices, self._now())
            items = self._items(tx, life, office, asked.ho_epoch, dict(asked.positions))
            return LookupAnswer(office.ho_epoch, bool(notices), items)

    def journal(self, box: str, epoch: int, after: int, limit: int = _PAGE) -> Page:
        """Return a page of what head office holds of a box's journal, of one epoch, for a life that is recovered.

        Raises LifeUnknown for anything but a confirmed life that goes on from another.
        """
        with self.database.read() as tx:
            life = lives.find(tx, box, epoch)
            if life is None or life.first_sequence == 1 or life.state is not LifeState.OPEN:
                raise LifeUnknown(box, epoch)
            found = tx.rows(_ROWS, (box, after, box, epoch, limit))
        rows = [row for row in found if row[1] == found[0][1] and row[0] < life.first_sequence]
        rows = [row for place, row in enumerate(rows) if row[0] == after + 1 + place]
        first = (rows[0][1], bytes(rows[0][2]), bytes(rows[-1][3])) if rows else (epoch, life.head_hash, life.head_hash)
        header = PageHeader(first[0], 0, after + 1, first[1].hex(), first[2].hex(), (), 0, 0, 0)
        return Page(header, tuple(bytes(row[4]) for row in rows))

    def note_refused(self, remote: str, box: str | None, what: str, detail: str) -> None:
        """Keep what was refused at the door."""
        row = (self.mint(), self._now(), remote[:64], None if box is None else box[:64], what[:64], detail[:200])
        with self.database.write() as tx:
            tx.insert("refused", ("id", "at", "remote", "box", "what", "detail"), [row])

    def _take(self, box: str, epoch: int, page: Page) -> PushAnswer:
        with self.database.write() as tx:
            life, office = lives.hold(tx, box, epoch), lives.office_state(tx)
            return Intake(tx, life, office, self.decode, self.mint, self._now()).take(page)

    def _take_one_by_one(self, box: str, epoch: int, page: Page) -> PushAnswer:
        """Take as much of a page as can be taken now: the rest needs what another box has yet to tell again.

        The directory goes first: what is forgotten may name a member of this very page.
        """
        answer = self._take_directory(box, epoch, page.header)
        for _ in page.bodies:
            with self.database.read() as tx:
                life = lives.find(tx, box, epoch)
            if life is None:
                raise LifeUnknown(box, epoch)
            place = life.head_sequence - page.header.first + 1
            if not 0 <= place < len(page.bodies):
                break
            body = page.bodies[place]
            try:
                answer = self._take(box, epoch, _single(page.header, life, body))
            except Waiting:
                break
            if answer.verdict is not PushVerdict.TAKEN:
                return answer
        if answer is not None:
            return answer
        with self.database.read() as tx:
            waiting = lives.find(tx, box, epoch)
        if waiting is None:
            raise LifeUnknown(box, epoch)
        return PushAnswer(PushVerdict.WAIT, waiting.head_sequence, waiting.members_through)

    def _take_directory(self, box: str, epoch: int, header: PageHeader) -> PushAnswer | None:
        """Take a page's directory changes alone; None where it has none."""
        with self.database.read() as tx:
            life = lives.find(tx, box, epoch)
        if life is None:
            raise LifeUnknown(box, epoch)
        if not header.members:
            return None
        place, before = life.head_sequence + 1, life.head_hash.hex()
        alone = replace(header, first=place, previous_hash=before, last_hash=before)
        return self._take(box, epoch, Page(alone, ()))

    def _ask(self, box: str, epoch: int, asked: Ask) -> AskAnswer:
        now = self._now()
        with self.database.write() as tx:
            life, office = lives.hold(tx, box, epoch), lives.office_state(tx)
            if life.state is not LifeState.OPEN or asked.ho_epoch != office.ho_epoch:
                return AskAnswer(office.ho_epoch, 0, 0, ())
            granted = granting.ask(tx, life, office, asked, self.mint, now)
            tell(tx, office.ho_epoch, granted.notices, now)
            for woken in {notice.box for notice in granted.notices}:
                tx.after_commit(partial(self.on_items, woken))
            items = self._items(tx, life, office, asked.ho_epoch, dict(asked.positions))
            return AskAnswer(office.ho_epoch, granted.granted_minor, granted.recalled_minor, items)

    def _about(self, tx: Tx, life: Life, office: OfficeState, asked: Lookup) -> list[Notice]:
        directory = Directory(tx, office.shards)
        member_id = asked.member_id
        if asked.code is not None:
            member_id = directory.by_code(asked.code)
        elif asked.phone is not None:
            member_id = directory.by_phone(asked.phone)
        if member_id is None:
            return []
        member_id = directory.standing_for(member_id)
        record, shard = directory.get(member_id), directory.shard(member_id)
        if record is None:
            return []
        directory.knows(life.box, member_id)
        place = (life.box, life.epoch, shard)
        cards = [Notice(*place, ItemKind.CARD, card) for card in directory.cards(member_id)]
        total, assets = self._total(tx, directory, member_id), _units(tx, directory, member_id)
        balance = Balance(member_id, total, life.head_sequence, self._now(), assets)
        merged = [directory.get(other) for other in directory.one_person(member_id)[1:]]
        known_before = [Notice(*place, ItemKind.MEMBER, other) for other in merged if other is not None]
        told = [Notice(*place, ItemKind.MEMBER, record), *cards, Notice(*place, ItemKind.BALANCE, balance)]
        return known_before + told  # whom a box may still take for somebody else

    def _total(self, tx: Tx, directory: Directory, member_id: str) -> int:
        """Return what a member has in all places that can be spent or are on their way, in fen."""
        total = 0
        for record in directory.one_person(member_id):
            shard = directory.shard(record)
            row = tx.one(_TOTAL, (shard, record, record))
            total += int(row[0]) if row else 0
            for (lines,) in tx.rows(_FLYING, (shard, record)):
                total += sum(minor for _, instrument, minor in json.loads(lines) if instrument != "units")
        return total

    def _items(
        self, tx: Tx, life: Life, office: OfficeState, ho_epoch: int, positions: dict[str, int]
    ) -> tuple[Item, ...]:
        if life.state is not LifeState.OPEN or ho_epoch != office.ho_epoch:
            return ()
        return downlink.after(tx, (life.box, life.epoch, office.ho_epoch), office.shards, positions)

    def _now(self) -> str:
        return to_wire_time(self.clock.now())


def _units(tx: Tx, directory: Directory, member_id: str) -> dict[str, int]:
    """Return the units of each asset a member has in all places that can be used or are on their way."""
    units = Counter[str]()
    for record in directory.one_person(member_id):
        shard = directory.shard(record)
        held = [(lot_id, int(count)) for lot_id, count in tx.rows(_UNITS, (shard, record, record))]
        for (lines,) in tx.rows(_FLYING, (shard, record)):
            held += [(lot_id, count) for lot_id, instrument, count in json.loads(lines) if instrument == "units"]
        specials = dict(rows_in(tx, _SPECIALS, (shard, record), {lot_id for lot_id, _ in held}))
        for lot_id, count in held:
            units[read_special(specials[lot_id]).asset] += count
    return {asset: count for asset, count in sorted(units.items()) if count}


def _single(header: PageHeader, life: Life, body: bytes) -> Page:
    """Return a page of the one entry that comes next, without the directory."""
    sequence = life.head_sequence + 1
    (row,) = chain_rows(life.epoch, sequence, life.head_hash, (body,))
    alone = replace(header, first=sequence, previous_hash=row.previous_hash.hex(), last_hash=row.hash.hex())
    return Page(replace(alone, members=(), members_through=life.members_through), (body,))
