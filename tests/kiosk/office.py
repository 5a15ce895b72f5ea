"""A head office for one box, without a network: what a daemon would have brought is written into the box's own books."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.model import directory, downlink, journal, members, outbox, purses, snapshots, uplink
from kiosk.services.daemon import DaemonState, GrantAnswer, GrantOutcome, RefreshOutcome
from ledger.accounts import Instrument, PurseKey, StoreAccount, member_account, store_account
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.ids import EntryId
from ledger.money import CNY
from ledger.protocol.messages import MemberRecord
from ledger.specials import Special
from ledger.wire import content_hash
from tests.builders import Shop

KEY = b"k" * 32
TERMS_HASH = "t" * 64


@dataclass
class Office:
    """What head office holds for members (fen), and how its daemon behaves; `units` are of a member's other assets.

    `answers` False is a daemon that says nothing in time; `line` is cleared to hold every answer back.
    """

    shop: Shop
    free: dict[str, int] = field(default_factory=dict)
    elsewhere: dict[str, int] = field(default_factory=dict)
    units: dict[tuple[str, str], int] = field(default_factory=dict)
    units_elsewhere: dict[tuple[str, str], int] = field(default_factory=dict)
    people: dict[str, MemberRecord] = field(default_factory=dict)
    answers: bool = True
    alive: bool = True
    line: threading.Event = field(default_factory=threading.Event)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    assets_asked: list[str] = field(default_factory=list)
    looked_up: list[dict[str, str]] = field(default_factory=list)
    told: int = 0

    def __post_init__(self) -> None:
        """Let answers through."""
        self.line.set()

    # the daemon's port

    def grant(self, ask_id: str, member_id: str, amount_minor: int, asset: str = CNY.code) -> GrantAnswer:
        """Bring what is free, and have the rest recalled."""
        self.asked.append((ask_id, member_id, amount_minor))
        self.assets_asked.append(asset)
        self.line.wait(10)
        if not self.alive:
            return GrantAnswer(GrantOutcome.OFFLINE)
        with self.shop.counter.store.write():
            downlink.ask(self.shop.counter.store, ask_id, member_id, amount_minor, self.shop.clock.now(), asset)
        if not self.answers:
            return GrantAnswer(GrantOutcome.CHECKING)
        granted, recalled = self._part(member_id, amount_minor, asset)
        if granted:
            self.bring(member_id, granted, ask_id, asset)
        with self.shop.counter.store.write():
            downlink.answered(self.shop.counter.store, ask_id, granted)
        outcome = GrantOutcome.GRANTED if granted == amount_minor else GrantOutcome.PARTLY
        return GrantAnswer(outcome if granted else GrantOutcome.NONE, granted, recalled)

    def _part(self, member_id: str, amount: int, asset: str) -> tuple[int, int]:
        """Take what is free, and say what is recalled of the rest."""
        if asset == CNY.code:
            granted = min(amount, self.free.get(member_id, 0))
            self.free[member_id] = self.free.get(member_id, 0) - granted
            return granted, min(amount - granted, self.elsewhere.get(member_id, 0))
        key = (member_id, asset)
        granted = min(amount, self.units.get(key, 0))
        self.units[key] = self.units.get(key, 0) - granted
        return granted, min(amount - granted, self.units_elsewhere.get(key, 0))

    def refresh(self, *, member_id: str = "", code: str = "", phone: str = "") -> RefreshOutcome:
        """Tell of somebody and of their total."""
        self.looked_up.append({"member_id": member_id, "code": code, "phone": phone})
        self.line.wait(10)
        if not self.alive:
            return RefreshOutcome.OFFLINE
        wanted = (member_id, code, phone)
        record = next(
            (each for each in self.people.values() if {each.member_id, each.code, each.phone} & {*wanted}), None
        )
        if record is not None:
            with self.shop.counter.store.write():
                directory.take(self.shop.counter.store, record)
            member_id = record.member_id
        if not member_id:
            return RefreshOutcome.NOBODY
        self.tell_total(member_id)
        return RefreshOutcome.FOUND

    def state(self) -> DaemonState | None:
        """Say what the database says, if it lives."""
        if not self.alive:
            return None
        kept, waiting = uplink.state(self.shop.counter.store), uplink.pending(self.shop.counter.store)
        figures = (waiting.entries, waiting.minor, kept.stop_reason, kept.last_contact_at)
        return DaemonState(kept.mode.value, kept.online, *figures)

    # what happens elsewhere

    def join(self, *, online: bool = True) -> Office:
        """Let the box belong to this head office, everything sent so far."""
        store = self.shop.counter.store
        with store.write():
            uplink.join(store, KEY)
        self.hear_everything()
        self.set_online(online=online)
        return self

    def set_online(self, *, online: bool) -> None:
        """Let the line be up or down."""
        store = self.shop.counter.store
        with store.write():
            uplink.note_contact(store, self.shop.clock.now(), online=online)

    def hear_everything(self) -> None:
        """Acknowledge the whole journal."""
        store = self.shop.counter.store
        with store.write():
            outbox.move_cursor(store, journal.head(store)[1])

    def stop(self, reason: str) -> None:
        """Forbid stored value."""
        store = self.shop.counter.store
        with store.write():
            uplink.stop(store, reason)

    def tell_total(self, member_id: str, at: datetime | None = None) -> None:
        """Tell what a member owns in all places, as known now."""
        store = self.shop.counter.store
        here = sum(minor for key, minor in _purse(self.shop).items() if key[0] == member_id and key[2] != "units")
        total = here + self.free.get(member_id, 0) + self.elsewhere.get(member_id, 0)
        self.told += 1
        with store.write():
            through = journal.head(store)[1]
            when = at or self.shop.clock.now()
            assets = self._assets(member_id)
            snapshots.put(store, member_id, total, through, when, ho_epoch=0, number=self.told, assets=assets)

    def _assets(self, member_id: str) -> dict[str, int]:
        """Count the units of every asset in all places."""
        counted = Counter[str]()
        for held in purses.holdings(self.shop.counter.store, member_id):
            counted[held.lot.asset] += held.units
        for places in (self.units, self.units_elsewhere):
            for (whose, asset), units in places.items():
                counted[asset] += units if whose == member_id else 0
        return {asset: units for asset, units in counted.items() if units}

    def bring(self, member_id: str, amount: int, entry_id: str = "", asset: str = CNY.code) -> Lot:
        """Write a grant of one lot, paid for or given elsewhere, into the box's journal."""
        money = asset == CNY.code
        special = "" if money else Special(asset=asset, units=amount).text()
        lot = Lot(self.shop.counter.mint(), member_id, amount if money else 0, 0, "2026.2", TERMS_HASH, special)
        key = PurseKey(member_id, lot.lot_id, Instrument.PRINCIPAL if money else Instrument.UNITS)
        posting = Posting(store_account(StoreAccount.TRANSFER, "xuhui"), member_account(key), amount, asset)
        self._write(EntryKind.GRANTED, member_id, (posting,), {"shard": 0, "reason": "ask"}, (lot,), entry_id)
        return lot

    def merge(self, from_member: str, into_member: str, *, move: bool = True) -> None:
        """Let one record stand for another; with `move` what it holds here moves at once, as the daemon does it."""
        store = self.shop.counter.store
        with store.write():
            directory.merge(store, from_member, into_member)
        if not move:
            return
        held = {key: minor for key, minor in _purse(self.shop).items() if key[0] == from_member and minor}
        postings = tuple(
            Posting(f"member:{from_member}:{lot}:{part}", f"member:{into_member}:{lot}:{part}", minor)
            for (_, lot, part), minor in held.items()
        )
        facts: Facts = {"merge_id": self.shop.counter.mint(), "from": from_member, "into": into_member}
        self._write(EntryKind.MERGED, into_member, postings, facts)

    def _write(
        self,
        kind: EntryKind,
        member_id: str,
        postings: tuple[Posting, ...],
        facts: Facts,
        lots: tuple[Lot, ...] = (),
        entry_id: str = "",
    ) -> None:
        counter, now = self.shop.counter, self.shop.clock.now()
        entry = Entry(
            entry_id=EntryId(entry_id) if entry_id else counter.mint(),
            kind=kind,
            store="xuhui",
            box="box-1",
            till="*",
            cashier="*",
            occurred_at=now,
            recorded_at=now,
            business_date=counter.business_date(now),
            programme_version=counter.programme().version,
            postings=postings,
            lots=lots,
            member_id=member_id,
            facts=facts,
        )
        with counter.store.write():
            journal.append(counter.store, entry, content_hash(facts))


def _purse(shop: Shop) -> dict[tuple[str, str, str], int]:
    rows = shop.counter.store.rows("SELECT member_id, lot_id, instrument, amount_minor FROM purse")
    return {(member, lot, instrument): minor for member, lot, instrument, minor in rows}


def record_of(member: members.Member, **changes: object) -> MemberRecord:
    """Return a member as another box would tell of them."""
    told = {
        "member_id": member.member_id,
        "code": member.code,
        "registered": member.registered,
        "name": member.name,
        "phone": member.phone,
        "birthday": None,
        "enrolled_at": "2026-11-19T01:00:00.000Z",
        "consent_terms_hash": member.consent_terms_hash,
        "home_box": "box-2",
        "merged_into": None,
        **changes,
    }
    return MemberRecord(**told)  # type: ignore[arg-type]  # each field by its own name
