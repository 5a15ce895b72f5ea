"""What each item from head office does to the box: its effect and its position, in one write transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from kiosk.model import days, directory, downlink, journal, programmes, purses, snapshots, uplink
from kiosk.model.errors import LotDiffers
from kiosk.model.store import Store
from ledger.clock import Clock, business_date, from_wire_time
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.ids import EntryId, is_id
from ledger.money import CNY
from ledger.protocol.messages import (
    ITEM_BODIES,
    NOBODY,
    Balance,
    CardRecord,
    Grant,
    Item,
    ItemKind,
    MemberRecord,
    Merge,
    ProgrammePack,
    Recall,
    ReturnReason,
    read_value,
)
from ledger.protocol.transfers import granted_lots, granted_postings, merged_postings, returned_postings
from ledger.rules.pack import read_programme
from ledger.rules.programme import Programme
from ledger.wire import content_hash
from syncd.errors import ItemUnfit


class Applier:
    """Applies items to one box's database, and writes the entries that no cashier makes."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo, check_pack: CheckPack | None = None) -> None:
        """Take the database, the clock, the store's zone and the check of a programme's signature."""
        self._store = store
        self._clock = clock
        self._zone = zone
        self._check_pack = check_pack
        self._programme: tuple[str, Programme] | None = None

    def apply(self, ho_epoch: int, item: Item) -> bool:
        """Apply an item if it is the next of its shard and of the epoch the box goes by; tell whether it was.

        Raises ItemUnfit, WireUnreadable for a body that does not fit its kind.
        """
        value = read_value(ITEM_BODIES[item.kind], dict(item.body))
        with self._store.write():
            if uplink.state(self._store).ho_epoch != ho_epoch:
                return False
            if downlink.position(self._store, ho_epoch, item.shard) != item.number - 1:
                return False
            try:
                _EFFECTS[item.kind](self, value, ho_epoch, item)
            except LotDiffers as differs:
                raise ItemUnfit(item.kind.value, item.number, str(differs)) from differs
            downlink.save_position(self._store, ho_epoch, item.shard, item.number)
            return True

    def grant(self, value: Grant, _: int, item: Item) -> None:
        """Take a grant into the purse, once: its id is the entry's id."""
        if not is_id(value.grant_id):
            raise ItemUnfit(item.kind.value, item.number, "grant_id")
        if journal.find(self._store, EntryId(value.grant_id)) is not None:
            return
        facts: Facts = {"grant_id": value.grant_id, "shard": item.shard, "reason": value.reason.value}
        lots = granted_lots(value)
        if len({lot.asset for lot in lots}) != 1:
            raise ItemUnfit(item.kind.value, item.number, "lines")
        postings = granted_postings(self._store.identity.store, value)
        self.write_entry(value.grant_id, EntryKind.GRANTED, value.member_id, postings, facts, lots)

    def recall(self, value: Recall, _: int, item: Item) -> None:
        """Give back what head office asks for, as far as it is here."""
        if not is_id(value.recall_id):
            raise ItemUnfit(item.kind.value, item.number, "recall_id")
        if journal.find(self._store, EntryId(value.recall_id)) is not None:
            return
        self.give_back(value.recall_id, value.member_id, value.amount_minor, ReturnReason.RECALL, value.asset)

    def give_back(
        self, entry_id: str, member_id: str, amount: int | None, reason: ReturnReason, asset: str = CNY.code
    ) -> bool:
        """Return value of one asset (fen, or units; all for None) inside the write transaction; False for none held."""
        holdings = purses.holdings(self._store, member_id)
        postings = returned_postings(self._store.identity.store, holdings, amount, asset)
        if not postings:
            return False
        recall_id = entry_id if reason is ReturnReason.RECALL else None
        facts: Facts = {"reason": reason.value, "recall_id": recall_id}
        self.write_entry(entry_id, EntryKind.RETURNED, member_id, postings, facts)
        return True

    def member(self, value: MemberRecord, _: int, __: Item) -> None:
        """Keep a directory record."""
        directory.take(self._store, value)

    def card(self, value: CardRecord, _: int, __: Item) -> None:
        """Keep a card."""
        directory.take_card(self._store, value)

    def merge(self, value: Merge, _: int, item: Item) -> None:
        """Move what one record holds here to the other, and let the one stand for the other."""
        if not is_id(value.merge_id):
            raise ItemUnfit(item.kind.value, item.number, "merge_id")
        directory.merge(self._store, value.from_member, value.into_member)
        held = purses.lines(self._store, value.from_member)
        assets = {h.lot.lot_id: h.lot.asset for h in purses.holdings(self._store, value.from_member)}
        postings = merged_postings(held, value.into_member, assets)
        if not postings or journal.find(self._store, EntryId(value.merge_id)) is not None:
            return
        facts: Facts = {"merge_id": value.merge_id, "from": value.from_member, "into": value.into_member}
        self.write_entry(value.merge_id, EntryKind.MERGED, value.into_member, postings, facts)

    def programme(self, value: ProgrammePack, _: int, item: Item) -> None:
        """Put a programme in force whose signature is head office's."""
        content = value.content.encode()
        if self._check_pack is None or not self._check_pack(content, bytes.fromhex(value.signature)):
            raise ItemUnfit(item.kind.value, item.number, "signature")
        loaded = read_programme(content)
        if (loaded.version, loaded.hash) != (value.version, value.hash):
            raise ItemUnfit(item.kind.value, item.number, "hash")
        programmes.add(self._store, loaded.version, loaded.hash, content, from_wire_time(value.activated_at))
        programmes.add_terms(self._store, loaded.terms.text_hash, loaded.terms.text)

    def balance(self, value: Balance, ho_epoch: int, item: Item) -> None:
        """Keep a newer snapshot of a member's total."""
        as_of = from_wire_time(value.as_of)
        told = (value.member_id, value.total_minor, value.sequence, as_of)
        snapshots.put(self._store, *told, ho_epoch=ho_epoch, number=item.number, assets=value.assets)

    def write_entry(
        self,
        entry_id: str,
        kind: EntryKind,
        member_id: str,
        postings: tuple[Posting, ...],
        facts: Facts,
        lots: tuple[Lot, ...] = (),
    ) -> None:
        """Append an entry that no person made, inside the write transaction."""
        now, identity = self._clock.now(), self._store.identity
        entry = Entry(
            entry_id=EntryId(entry_id),
            kind=kind,
            store=identity.store,
            box=identity.box,
            till=NOBODY,
            cashier=NOBODY,
            occurred_at=now,
            recorded_at=now,
            business_date=self._business_date(),
            programme_version=self.in_force().version,
            postings=postings,
            lots=lots,
            member_id=member_id,
            facts=facts,
        )
        journal.append(self._store, entry, content_hash([kind.value, facts]))

    def in_force(self) -> Programme:
        """Return the programme in force; raises ItemUnfit where the box has none yet."""
        stored_hash = programmes.current_hash(self._store)
        if self._programme is None or self._programme[0] != stored_hash:
            stored = programmes.current(self._store)
            if stored is None:
                raise ItemUnfit(ItemKind.PROGRAMME.value, 0, "no programme in force")
            self._programme = (stored.hash, read_programme(stored.content))
        return self._programme[1]

    def asks_for(self) -> str:
        """Return the business date that what is asked for is wanted on, empty before the first programme."""
        known = programmes.current_hash(self._store) is not None
        return self._business_date().isoformat() if known else ""

    def _business_date(self) -> date:
        """Return the day it counts for: by the cut-off, and never a day that is closed already."""
        by_clock = business_date(self._clock.now(), self._zone, self.in_force().day_ends)
        closed = days.last_closed(self._store)
        return by_clock if closed is None else max(by_clock, closed + timedelta(days=1))


CheckPack = Callable[[bytes, bytes], bool]
"""Tells whether a signature over a programme's bytes is head office's."""
_EFFECTS: Final[dict[ItemKind, Callable[[Applier, Any, int, Item], None]]] = {
    ItemKind.GRANT: Applier.grant,
    ItemKind.RECALL: Applier.recall,
    ItemKind.MEMBER: Applier.member,
    ItemKind.CARD: Applier.card,
    ItemKind.MERGE: Applier.merge,
    ItemKind.PROGRAMME: Applier.programme,
    ItemKind.BALANCE: Applier.balance,
}
