"""Known wrong variants of the protocol in the place of the real code: a simulator that lets one live proves nothing.

Two cannot be reached at all; their docstrings say why, and their tests hold them to it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final
from unittest.mock import patch

from headoffice import granting, lives, steps
from headoffice.deeds import Deeds
from headoffice.downlink import tell
from headoffice.intake import Intake
from headoffice.lives import Life, LifeState
from headoffice.newcomers import first_notices
from headoffice.store.sqlite import SqliteTx
from kiosk.model import downlink, journal, purses, snapshots, uplink
from kiosk.model.store import Store
from ledger.entries import EntryKind, Posting
from ledger.protocol import transfers
from ledger.protocol.judge import chain_rows
from ledger.protocol.messages import (
    ITEM_BODIES,
    EnrolAnswer,
    Item,
    ItemKind,
    PushAnswer,
    PushVerdict,
    Verdict,
    read_value,
)
from ledger.protocol.page import Page
from ledger.purses import Holding
from ledger.wire import JournalRow
from syncd import apply
from syncd.apply import Applier
from tests.simulation import mutants_of_assets
from tests.simulation.disk import PowerCut
from tests.simulation.head import SimulatedDatabase, SimulatedOffice
from tests.simulation.mutants_of_assets import Both
from tests.simulation.weather import Disaster, Weather

Mutation = Callable[[], AbstractContextManager[object]]
_BUSY: Final = Weather(loss=0.1, twice=0.3, late=0.3, much_later=0.03, keep="0.00", assets=0)


@dataclass(frozen=True)
class Mutant:
    """A wrong variant, the weather in which it does harm, and how many seeds it may live at most."""

    name: str
    mutation: Mutation
    weather: Weather
    seeds: int
    events: int = 250
    reachable: bool = True


def _weather(disasters: dict[Disaster, float] | None = None, **shares: float) -> Weather:
    return replace(_BUSY, disasters=disasters or {}, **shares)  # type: ignore[arg-type]  # shares are floats all


def hold_with_time_out() -> Any:
    """Take a grant back that has not been heard of, without hearing from its box."""
    real = granting.ask

    def ask(tx: Any, life: Life, state: Any, asked: Any, mint: Any, now: str) -> Any:
        sql = (
            "SELECT shard, grant_id, member_id, lines FROM grant_out WHERE NOT EXISTS (SELECT 1 FROM grant_end"
            " WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
        )
        granting.end_grants(tx, state, tx.rows(sql), "taken_back", now)
        return real(tx, life, state, asked, mint, now)

    return patch.object(granting, "ask", ask)


def no_dedupe_of_pushes() -> Any:
    """Judge and apply every row of a page, also those that head office has."""

    def new_rows(self: Intake, page: Page) -> list[JournalRow]:
        return chain_rows(self.life.epoch, page.header.first, bytes.fromhex(page.header.previous_hash), page.bodies)

    return patch.object(Intake, "_new_rows", new_rows)


def no_position_of_steps() -> Any:
    """Apply every step of a life again whenever one comes: the shard forgets how far it was."""
    sql = steps._LEFT.replace("sequence > ?", "sequence > 0 * ?")
    return patch.multiple(steps, _LEFT=sql, _END=steps._END)


def no_dedupe_of_asks() -> Any:
    """Grant each time an ask comes, under an id of its own."""
    real = granting.ask

    def ask(tx: Any, life: Life, state: Any, asked: Any, mint: Any, now: str) -> Any:
        known = tx.one("SELECT 1 FROM grant_out WHERE grant_id = ?", (asked.ask_id,))
        return real(tx, life, state, replace(asked, ask_id=mint()) if known else asked, mint, now)

    return patch.object(granting, "ask", ask)


def no_dedupe_of_grants() -> Any:
    """Let a box apply whatever grant comes, however often and in whatever order, under ids of its own."""

    def grant(self: Applier, value: Any, _: int, item: Item) -> None:
        count = self._store.rows("SELECT count(*) FROM journal")[0][0]
        entry_id = value.grant_id[:-4] + f"{count:04d}"
        facts: dict[str, Any] = {"grant_id": value.grant_id, "shard": item.shard, "reason": value.reason.value}
        postings = transfers.granted_postings(self._store.identity.store, value)
        self.write_entry(entry_id, EntryKind.GRANTED, value.member_id, postings, facts, transfers.granted_lots(value))

    return patch.dict(apply._EFFECTS, {ItemKind.GRANT: grant})


def no_order_of_items() -> Any:
    """Apply every item that comes, whatever its number: recalls are answered as often as they are heard."""

    def taken(self: Applier, ho_epoch: int, item: Item) -> bool:
        value = read_value(ITEM_BODIES[item.kind], dict(item.body))
        if item.kind is ItemKind.RECALL:
            value = replace(value, recall_id=value.recall_id[:-4] + f"{journal.head(self._store)[1]:04d}")
        with self._store.write():
            apply._EFFECTS[item.kind](self, value, ho_epoch, item)
            if downlink.position(self._store, ho_epoch, item.shard) == item.number - 1:
                downlink.save_position(self._store, ho_epoch, item.shard, item.number)
        return True

    return patch.object(Applier, "apply", taken)


def no_fork_check() -> Any:
    """Take what lies behind the head by its number alone, whatever stood before it at the box."""

    def new_rows(self: Intake, page: Page) -> list[JournalRow]:
        header = page.header
        rows = chain_rows(self.life.epoch, header.first, bytes.fromhex(header.previous_hash), page.bodies)
        return [row for row in rows if row.sequence > self.life.head_sequence]

    return patch.object(Intake, "_new_rows", new_rows)


def position_apart_from_effect() -> Any:
    """Save the position first, and apply the effect in a second transaction.

    The other way round does no harm: effects are entries under the item's own id, or rows that are written over.
    """

    chance = random.Random(5)

    def taken(self: Applier, ho_epoch: int, item: Item) -> bool:
        value = read_value(ITEM_BODIES[item.kind], dict(item.body))
        with self._store.write():
            if uplink.state(self._store).ho_epoch != ho_epoch:
                return False
            if downlink.position(self._store, ho_epoch, item.shard) != item.number - 1:
                return False
            downlink.save_position(self._store, ho_epoch, item.shard, item.number)
        if chance.random() < 0.2:
            raise PowerCut
        with self._store.write():
            apply._EFFECTS[item.kind](self, value, ho_epoch, item)
        return True

    return patch.object(Applier, "apply", taken)


def suspense_to_free_at_once() -> Any:
    """Let what a dead box held go to free with the fence: no claim window, no second person."""
    real = Deeds.fence

    def fence(self: Deeds, box: str, person: str) -> int:
        epoch = real(self, box, person)
        with self.database.write() as tx:
            life = replace(lives.hold(tx, box, epoch), state=LifeState.OPEN)
            self._release(tx, life, lives.office_state(tx), "2026-11-20T00:00:00.000Z")
        return epoch

    return patch.object(Deeds, "fence", fence)


def restore_without_new_epoch() -> Any:
    """Come back from a backup as if nothing had been forgotten."""
    return patch.object(Deeds, "restored", lambda *_: 1)


def grants_before_all_adopted() -> Any:
    """Grant while boxes have yet to tell what head office forgot."""
    return patch.object(lives, "granting", lambda *_: True)


def spend_against_the_shown_total() -> Any:
    """Let the counter spend what head office said there is in all, and the purse end at nothing."""
    real = purses.holdings

    def holdings(store: Store, member_id: str) -> tuple[Holding, ...]:
        here = real(store, member_id)
        shown = snapshots.shown_total(store, member_id)
        missing = 0 if shown is None else shown.total_minor - sum(holding.total_minor for holding in here)
        if not here or missing <= 0:
            return here
        return (replace(here[0], principal_minor=here[0].principal_minor + missing), *here[1:])

    moves = patch.object(journal, "_MOVE", journal._MOVE.replace("amount_minor + ?", "max(0, amount_minor + ?)"))
    return Both(moves, patch.object(purses, "holdings", holdings))


def no_fence() -> Any:
    """Speak with a life that people have declared dead as with any other."""
    real = lives._verdict

    def verdict(tx: Any, life: Life, state: Any, hello: Any) -> Verdict:
        alive = {LifeState.FENCED, LifeState.RELEASED}
        return real(tx, replace(life, state=LifeState.OPEN) if life.state in alive else life, state, hello)

    take = Intake.take

    def taken(self: Intake, page: Page) -> PushAnswer:
        dead = self.life.state in {LifeState.FENCED, LifeState.RELEASED}
        return take(replace(self, life=replace(self.life, state=LifeState.OPEN)) if dead else self, page)

    return Both(patch.object(lives, "_verdict", verdict), patch.object(Intake, "take", taken))


def no_take_back() -> Any:
    """Leave grants in flight that an older head office made and no box has received."""
    return patch.object(granting, "take_back", lambda *_: 0)


def forgotten_not_relearned() -> Any:
    """Take a grant that nobody remembers as it comes, and leave what is free as it is."""

    def relearn(*_: object) -> list[object]:
        return []

    return patch.object(granting, "relearn", relearn)


def accept_gaps() -> Any:
    """Take a page that begins behind the next entry as if what lies between did not matter.

    It cannot be reached, for epochs are there: a page carries the epoch of head office in which it was cut, and begins
    where head office in that very epoch said it was. A head office that has lost entries is in a new epoch, and answers
    a page of the old one with `adopt`; within an epoch its copy only grows, so that no page of it begins behind a gap.
    """
    real = Intake.take

    def taken(self: Intake, page: Page) -> PushAnswer:
        answer = real(self, page)
        assert answer.verdict is not PushVerdict.SEND_FROM, "a page behind a gap was reached"
        return answer

    return patch.object(Intake, "take", taken)


def an_older_snapshot() -> Any:
    """Keep whatever snapshot comes, newer or older than the one that is shown.

    It cannot be reached while items are applied in order: a member's snapshots come on one line, each under a greater
    number, and a number is applied once. With `no_order_of_items` beside it, it is: see `an_older_snapshot_again`.
    """
    return patch.object(snapshots, "_PUT", snapshots._PUT.split(" WHERE ")[0])


def an_older_snapshot_again() -> Any:
    """Keep whatever snapshot comes, and apply items in whatever order they come."""
    return Both(an_older_snapshot(), no_order_of_items())


def snapshot_without_own_entries() -> Any:
    """Show the total as head office knew it, without what this box did since."""
    return patch.object(snapshots, "_OWN_SINCE", snapshots._OWN_SINCE.replace("asset, sum", "asset, 0 * sum"))


def sweep_more_than_held() -> Any:
    """Give back one yuan more than there is."""
    real = transfers.returned_postings

    def postings(store: str, holdings: Any, amount: int | None, asset: str) -> tuple[Posting, ...]:
        given = real(store, holdings, amount, asset)
        return (replace(given[0], amount_minor=given[0].amount_minor + 100), *given[1:]) if given else given

    moves = patch.object(journal, "_MOVE", journal._MOVE.replace("amount_minor + ?", "max(0, amount_minor + ?)"))
    return Both(moves, patch.object(apply, "returned_postings", postings))


def recovery_under_the_old_epoch() -> Any:
    """Give a box its journal back and let it go on in the same life."""
    real = SimulatedOffice.let_in
    kept: dict[str, dict[int, Page]] = {}

    def let_in(self: SimulatedOffice, box: str, store: str, purpose: str) -> EnrolAnswer:
        if purpose != "recover":
            return real(self, box, store, purpose)
        (epoch,) = self.rows("SELECT max(epoch) FROM life WHERE box = ? AND state IN ('open', 'forked')", (box,))[0]
        answer, kept[box], after = real(self, box, store, purpose), {}, 0
        while after < answer.first - 1:
            kept[box][after] = self._office.journal(box, answer.epoch, after)
            after += len(kept[box][after].bodies)
        with self._database.write() as tx:
            state = "UPDATE life SET state = ?, trouble = NULL WHERE box = ? AND epoch = ?"
            tx.execute(state, ("open", box, epoch))
            tx.execute(state, ("pending", box, answer.epoch))
            tx.execute("UPDATE mirror SET epoch = ? WHERE box = ? AND epoch = ?", (epoch, box, answer.epoch))
            tell(tx, answer.ho_epoch, first_notices(tx, (box, epoch, store)), "2026-11-20T00:00:00.000Z")
        return replace(answer, epoch=epoch)

    fetch = patch.object(SimulatedOffice, "journal", lambda _, box, __: kept[box].__getitem__)
    return Both(patch.object(SimulatedOffice, "let_in", let_in), fetch)


def answer_before_commit() -> Any:
    """Answer a box first, and commit if the power is still there."""
    chance = random.Random(5)

    @contextmanager
    def write(self: SimulatedDatabase) -> Iterator[SqliteTx]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        tx = SqliteTx(connection)
        try:
            yield tx
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("ROLLBACK" if chance.random() < 0.05 else "COMMIT")

    return patch.object(SimulatedDatabase, "write", write)


def yes_before_commit() -> Any:
    """Say yes at the till first, and commit if the power is still there."""
    chance, real = random.Random(5), Store.write

    @contextmanager
    def write(self: Store) -> Iterator[None]:
        with suppress(_Lost), real(self):
            yield
            if self.rows("SELECT kind FROM journal ORDER BY sequence DESC LIMIT 1") == [("spend",)]:
                _lose(chance)

    return patch.object(Store, "write", write)


class _Lost(Exception):
    """The power fails before the commit, and nobody notices."""


def _lose(chance: random.Random) -> None:
    if chance.random() < 0.1:
        raise _Lost


_RESTORED: Final = {Disaster.OFFICE_RESTORED: 0.01}
_IMAGES: Final = {Disaster.OLD_IMAGE: 0.04}
_APART: Final = {Disaster.PARTITION: 0.04}
_DEAD: Final = {Disaster.ZOMBIE: 0.01}
MUTANTS: Final = (
    Mutant("hold_with_time_out", hold_with_time_out, _weather(late=0.6, much_later=0.15), 20),
    Mutant("no_dedupe_of_pushes", no_dedupe_of_pushes, _weather(), 5),
    Mutant("no_position_of_steps", no_position_of_steps, _weather(), 5),
    Mutant("no_dedupe_of_asks", no_dedupe_of_asks, _weather(twice=0.6), 10),
    Mutant("no_dedupe_of_grants", no_dedupe_of_grants, _weather(), 10),
    Mutant("no_fork_check", no_fork_check, _weather(_IMAGES, act=0.4), 20),
    Mutant("position_apart_from_effect", position_apart_from_effect, _weather(), 20),
    Mutant("suspense_to_free_at_once", suspense_to_free_at_once, _weather(_DEAD), 5),
    Mutant("restore_without_new_epoch", restore_without_new_epoch, _weather(_RESTORED), 5),
    Mutant("grants_before_all_adopted", grants_before_all_adopted, _weather(_RESTORED | _APART, act=0.4), 40),
    Mutant("spend_against_the_shown_total", spend_against_the_shown_total, _weather(), 10),
    Mutant("no_fence", no_fence, _weather(_DEAD), 5),
    Mutant("no_take_back", no_take_back, _weather(_RESTORED | _APART, late=0.9, act=0.4, loss=0.0), 40),
    Mutant("forgotten_not_relearned", forgotten_not_relearned, _weather(_RESTORED), 20),
    Mutant("accept_gaps", accept_gaps, _weather(_RESTORED | _IMAGES), 10, reachable=False),
    Mutant("an_older_snapshot", an_older_snapshot, _weather(_RESTORED, twice=0.6), 10, reachable=False),
    Mutant("an_older_snapshot_again", an_older_snapshot_again, _weather(twice=0.6), 10),
    Mutant("snapshot_without_own_entries", snapshot_without_own_entries, _weather(), 5),
    Mutant("sweep_more_than_held", sweep_more_than_held, _weather(), 5),
    Mutant("units_out_of_a_payment", mutants_of_assets.units_out_of_a_payment, _weather(act=0.4, assets=50), 10),
    Mutant("units_twice", mutants_of_assets.units_twice, _weather(assets=50), 5),
    Mutant(
        "a_grant_of_money_and_units", mutants_of_assets.a_grant_of_money_and_units, _weather(act=0.4, assets=50), 20
    ),
    Mutant("a_sweep_that_forgets_units", mutants_of_assets.a_sweep_that_forgets_units, _weather(assets=50), 10),
    Mutant("recovery_under_the_old_epoch", recovery_under_the_old_epoch, _weather(_IMAGES, much_later=0.2), 30),
    Mutant("answer_before_commit", answer_before_commit, _weather(), 10),
    Mutant("yes_before_commit", yes_before_commit, _weather(), 5),
)
