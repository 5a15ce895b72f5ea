"""The engine: what a box says to head office next, and what it does with each answer; no network, only the database.

The daemon, the simulator and the tests run this same code. Every answer may come late, twice or never: what it does is
written in one transaction with the position that keeps it from being done again. Source: `docs/protocol.md`.
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from kiosk.model import directory, downlink, journal, outbox, uplink
from kiosk.model.backup_marker import PAST_STOPS
from kiosk.model.store import Store
from kiosk.model.uplink import Mode, Uplink
from ledger.clock import Clock
from ledger.errors import LedgerError
from ledger.ids import IdMint
from ledger.money import CNY
from ledger.protocol.messages import (
    Ask,
    AskAnswer,
    Hello,
    HelloAnswer,
    Item,
    Lookup,
    LookupAnswer,
    PageHeader,
    Pull,
    PushAnswer,
    PushVerdict,
    Verdict,
)
from ledger.protocol.page import Page
from syncd.apply import Applier, CheckPack
from syncd.errors import ItemUnfit
from syncd.sweep import Sweeper

_STOPPING: Final = frozenset({Verdict.BEHIND, Verdict.FORKED, Verdict.FENCED, Verdict.CLOSED})
_MEMBERS_A_PAGE: Final = 200
_UNFIT: Final = "item_unfit:"


class Engine:
    """One box's side of the protocol."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        ids: IdMint,
        zone: ZoneInfo = ZoneInfo("Asia/Shanghai"),
        check_pack: CheckPack | None = None,
    ) -> None:
        """Take the box's database, its clock, a mint for the ids of entries that give value back, and what checks packs."""
        self.store = store
        self._clock = clock
        self._applier = Applier(store, clock, zone, check_pack)
        self._sweeper = Sweeper(store, ids, self._applier)

    def hello(self) -> Hello:
        """Return what the box says first on every connection."""
        standing = uplink.state(self.store)
        epoch, sequence, last_hash = journal.head(self.store)
        return Hello(self._epoch(epoch), standing.ho_epoch, sequence, last_hash.hex(), standing.cursor)

    def take_hello(self, answer: HelloAnswer) -> Verdict:
        """Do what head office said: go on, take its new epoch, or stop with the reason."""
        standing = uplink.state(self.store)
        if answer.ho_epoch < standing.ho_epoch:
            self._stop(standing, "older_head_office")
        elif answer.verdict in _STOPPING:
            self._stop(standing, answer.verdict.value)
        elif answer.verdict is Verdict.ADOPT or (answer.verdict is Verdict.GO and answer.ho_epoch > standing.ho_epoch):
            with self.store.write():
                uplink.adopt(self.store, answer.ho_epoch, answer.acknowledged)
            return Verdict.ADOPT
        elif answer.verdict is Verdict.GO and standing.mode is Mode.STOPPED and not _by_item_or_past(standing):
            with self.store.write():
                uplink.go_on(self.store)
        return answer.verdict

    def next_push(self, limit_entries: int = 500) -> Page | None:
        """Return the next page of the journal and of directory changes, None when there is nothing to tell."""
        with self.store.snapshot():
            standing = uplink.state(self.store)
            rows = outbox.page(self.store, limit_entries)
            rows = [row for row in rows if row.epoch == rows[0].epoch]
            through, members = directory.changes(self.store, standing.members_through, _MEMBERS_A_PAGE)
            if not rows and not members:
                return None
            epoch, _, last_hash = journal.head(self.store)
            waiting = uplink.pending(self.store)
        header = PageHeader(
            epoch=rows[0].epoch if rows else self._epoch(epoch),
            ho_epoch=standing.ho_epoch,
            first=standing.cursor + 1,
            previous_hash=(rows[0].previous_hash if rows else last_hash).hex(),
            last_hash=(rows[-1].hash if rows else last_hash).hex(),
            members=members,
            members_through=through,
            pending=waiting.entries,
            pending_minor=waiting.minor,
        )
        return Page(header, tuple(row.body for row in rows))

    def take_push(self, page: Page, answer: PushAnswer) -> None:
        """Move the cursor over what head office has committed, or stop where it refuses."""
        standing = uplink.state(self.store)
        if standing.ho_epoch != page.header.ho_epoch:
            return
        if answer.verdict is PushVerdict.HALT:
            self._stop(standing, answer.reason or "quarantine")
        elif answer.verdict is PushVerdict.TAKEN:
            sent = page.header.first - 1 + len(page.bodies)
            with self.store.write():
                outbox.move_cursor(self.store, min(sent, answer.acknowledged))
                uplink.members_told(self.store, min(page.header.members_through, answer.members_through))

    def pull(self, wait_seconds: int) -> Pull:
        """Return the question for what head office has for this box."""
        standing = uplink.state(self.store)
        positions = downlink.positions(self.store, standing.ho_epoch)
        return Pull(self._epoch(), standing.ho_epoch, positions, wait_seconds)

    def take_items(self, ho_epoch: int, items: tuple[Item, ...]) -> int:
        """Apply items in order, each with its position in one transaction; return how many were new.

        Items of another epoch of head office, repeated ones and those past a gap change nothing. One that cannot be
        applied stops the box with the reason: behind it nothing may be applied.
        """
        applied, standing = 0, uplink.state(self.store)
        for item in items:
            try:
                applied += self._applier.apply(ho_epoch, item)
            except (ItemUnfit, LedgerError) as unfit:
                self._stop(uplink.state(self.store), f"{_UNFIT} {unfit}"[:200])
                return applied
        if applied and _by_item(standing):
            with self.store.write():
                uplink.go_on(self.store)
        return applied

    def ask(self, ask_id: str, member_id: str, amount_minor: int, asset: str = CNY.code) -> Ask:
        """Write down that a grant is wanted (fen, or units) and return the question; the same id asks the same again."""
        with self.store.write():
            downlink.ask(self.store, ask_id, member_id, amount_minor, self._clock.now(), asset)
        standing = uplink.state(self.store)
        positions = downlink.positions(self.store, standing.ho_epoch)
        return Ask(
            self._epoch(),
            standing.ho_epoch,
            ask_id,
            member_id,
            amount_minor,
            positions,
            asset,
            self._applier.asks_for(),
        )

    def take_ask(self, asked: Ask, answer: AskAnswer) -> None:
        """Apply what came with the answer and note it."""
        self.take_items(answer.ho_epoch, answer.items)
        with self.store.write():
            downlink.answered(self.store, asked.ask_id, answer.granted_minor)

    def lookup(self, *, code: str | None = None, phone: str | None = None, member_id: str | None = None) -> Lookup:
        """Return the question who somebody is and what they have in all."""
        standing = uplink.state(self.store)
        positions = downlink.positions(self.store, standing.ho_epoch)
        return Lookup(self._epoch(), standing.ho_epoch, code, phone, member_id, positions)

    def take_lookup(self, answer: LookupAnswer) -> bool:
        """Apply what came with the answer; tell whether somebody was found."""
        self.take_items(answer.ho_epoch, answer.items)
        return answer.found

    def sweep(self) -> int:
        """Give back what is above what this store keeps, of members untouched since the last sweep; return the entries."""
        if uplink.state(self.store).mode is not Mode.GOING:
            return 0
        return self._sweeper.sweep()

    def _epoch(self, of_head: int | None = None) -> int:
        return max(self.store.identity.epoch, of_head or 0)

    def _stop(self, standing: Uplink, reason: str) -> None:
        if standing.mode is Mode.STOPPED and (standing.stop_reason == reason or standing.stop_reason in PAST_STOPS):
            return
        with self.store.write():
            uplink.stop(self.store, reason)


def _by_item(standing: Uplink) -> bool:
    """Tell whether an item that cannot be applied stopped the box: a hello does not mend that, the item's turn does."""
    return standing.mode is Mode.STOPPED and (standing.stop_reason or "").startswith(_UNFIT)


def _by_item_or_past(standing: Uplink) -> bool:
    """Tell whether an item or the box's own past stopped it: what it lost unsent, head office never knew."""
    return _by_item(standing) or standing.stop_reason in PAST_STOPS
