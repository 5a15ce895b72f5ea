"""After the faults stop: everything drains within a bounded number of rounds, and then the books are one (I6, I8, I9)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from headoffice.errors import AuditFailed
from kiosk.model import directory, downlink, journal, members, outbox, programmes, snapshots, uplink
from kiosk.model.errors import VerifyFailed
from kiosk.model.verify import verify
from ledger.rules.pack import read_programme
from tests.simulation.rows import Broken, fold_lines

if TYPE_CHECKING:
    from tests.simulation.books import Lineage
    from tests.simulation.box import SimulatedBox
    from tests.simulation.world import World

ROUNDS: Final = 60
_TALK: Final = 14
_ITEMS: Final = (
    "SELECT shard, max(number) FROM downlink WHERE box = ? AND epoch = ? AND ho_epoch = (SELECT ho_epoch FROM head_office)"
    " GROUP BY shard"
)
_FLYING: Final = (
    "SELECT grant_out.grant_id, life.box, life.epoch, life.state FROM grant_out JOIN life ON life.box = grant_out.box"
    " AND life.epoch = grant_out.epoch WHERE NOT EXISTS (SELECT 1 FROM grant_end"
    " WHERE grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id)"
)
_MIRROR: Final = (
    "SELECT member_id, lot_id, instrument, amount_minor FROM mirror WHERE box = ? AND epoch = ? AND amount_minor <> 0"
)
_UNITS: Final = "SELECT member_id, lot_id, amount_minor FROM purse WHERE instrument = 'units' AND amount_minor > 0"
_PROGRAMMES: Final = "SELECT version FROM programme ORDER BY number"
_ENTRIES: Final = "SELECT entry_id, count(*) FROM journal GROUP BY entry_id"


def drain(world: World) -> int:
    """Let everything drain; return how many rounds it took. Raises Broken where it does not (I9)."""
    world.faults = False
    world.network.heal()
    world.note("the faults stop")
    for box in world.boxes:
        box.hang_up()
    for done in range(1, ROUNDS + 1):
        _one_round(world)
        if not _unquiet(world):
            _check_end(world)
            return done
    raise Broken("I9", f"after {ROUNDS} rounds: {'; '.join(_unquiet(world))}")


def _one_round(world: World) -> None:
    world.people.restart_machines()
    while world.people.work():
        world.check()
    for box in list(world.boxes):
        for _ in range(_TALK):
            world.step += 1
            if box.running:
                world.tick(box)
            while world.deliver():
                pass
            world.tills.settle_bills()
            world.check()


def _unquiet(world: World) -> list[str]:
    """Return what has not drained yet."""
    found: list[str] = []
    for box in world.boxes:
        if not world.lineage(box).dead:
            found += [f"{box} {what}" for what in _unquiet_box(world, box)]
        elif not box.running or not box.stopped:
            found.append(f"{box} was declared dead and sells on")
    return found + [
        f"grant {grant_id} to {box}/{epoch} flies on"
        for grant_id, box, epoch, state in world.office.rows(_FLYING)
        if state != "fenced"
    ]


def _unquiet_box(world: World, box: SimulatedBox) -> list[str]:
    if not box.running:
        return ["is off"]
    found = []
    standing = uplink.state(box.store)
    if standing.mode is not uplink.Mode.GOING:
        found.append(f"is {standing.mode.value}: {standing.stop_reason}")
    if outbox.pending(box.store):
        found.append(f"has {outbox.pending(box.store)} entries to send")
    positions = downlink.positions(box.store, standing.ho_epoch)
    for shard, number in world.office.rows(_ITEMS, (box.name, box.epoch)):
        if positions.get(str(shard), 0) != number:
            found.append(f"has applied {positions} of {number} items of shard {shard}")
    if downlink.open_asks(box.store):
        found.append("has asks without an answer")
    return found


def _check_end(world: World) -> None:
    """Check what holds when all is quiet; raises Broken."""
    world.check()
    if world.auditor.relearning:
        raise Broken("I9", "head office waits for somebody still")
    there = dict(world.office.rows(_ENTRIES))
    for lineage in world.books.lineages:
        if lineage.released:
            lineage.set_aside("done after its value was released")
        _check_entries(lineage, there)
    for box in world.boxes:
        if not world.lineage(box).dead:
            _check_box(world, box)
    _check_totals(world)
    try:
        world.office.prove()
    except AuditFailed as failed:
        raise Broken("I2", f"the books of head office do not stand: {failed}") from failed
    _check_sweep(world)


def _check_entries(lineage: Lineage, there: dict[str, int]) -> None:
    """Check that what a till said yes to is at head office exactly once, or lost for a cause that is named (I6)."""
    for entry_id in lineage.acknowledged:
        if there.get(entry_id, 0) != 1 and (entry_id not in lineage.excused or there.get(entry_id, 0) > 1):
            raise Broken("I6", f"{entry_id} of {lineage} is {there.get(entry_id, 0)} times at head office")


def _check_box(world: World, box: SimulatedBox) -> None:
    lineage = world.lineage(box)
    if [row.hash for row in lineage.office] != [row.hash for row in lineage.disk]:
        raise Broken("I7", f"{lineage} and head office's copy are not one")
    mirror = {(m, lot, what): minor for m, lot, what, minor in world.office.rows(_MIRROR, (box.name, box.epoch))}
    if mirror != fold_lines(lineage.disk):
        raise Broken("I8", f"the mirror of {lineage} is not its purse")
    for member_id, _, _ in mirror:
        if directory.merged_into(box.store, member_id) is not None:
            raise Broken("I4", f"{box} holds value of {member_id}, who was merged")
    epoch, sequence, own_hash = journal.head(box.store)
    if (epoch, sequence, own_hash) != (box.epoch, len(lineage.disk), lineage.disk[-1].hash):
        raise Broken("I7", f"{box} says it stands at {epoch}-{sequence}")
    _check_programme(world, box)
    try:
        verify(box.store)
    except VerifyFailed as failed:
        raise Broken("I2", f"the books of {box} do not stand: {failed}") from failed


def _check_programme(world: World, box: SimulatedBox) -> None:
    """Check that a box goes by the newest programme of its store, unless by one that a lost head office has forgotten."""
    told = [version for (version,) in world.office.rows(_PROGRAMMES) if version.startswith(f"{box.store_name}.")]
    in_force = programmes.current(box.store)
    version = None if in_force is None else in_force.version
    if told and version != told[-1] and (version in told or version == "2026.2"):
        raise Broken("I9", f"{box} goes by {version}, not by {told[-1]}")


def _check_totals(world: World) -> None:
    """Check that every store is told the same total of every person, and that it is what they have (I2, I10)."""
    for person in world.tills.people:
        if not person.codes:
            continue
        said = {}
        for box in world.boxes:
            if world.lineage(box).dead:
                continue
            lookup = box.engine.lookup(phone=person.phone)
            if not box.engine.take_lookup(world.office.ask_directly(box, "lookup", lookup)):
                continue
            member = members.by_phone(box.store, person.phone)
            if member is None:
                raise Broken("I10", f"{box} does not know {person.name}, whom head office told it of")
            shown = snapshots.shown_total(box.store, members.standing(box.store, member).member_id)
            money = {} if shown is None or not shown.total_minor else {"CNY": shown.total_minor}
            said[str(box)] = {**money, **({} if shown is None else shown.assets)}
        told = list(said.values())
        if any(one != told[0] for one in told):
            raise Broken("I10", f"the total of {person.name} is {said}")
        owned = world.tills.owned(person)
        if told and owned != told[0]:
            raise Broken("I2", f"{person.name} has {owned}, and is told {said}")


def _check_sweep(world: World) -> None:
    """Check that a store that is not a member's home keeps none of their units, where it may keep anything back (I9)."""
    for box in world.boxes:
        in_force = programmes.current(box.store)
        assert in_force is not None, "a box has a programme"
        keep = read_programme(in_force.content).purses.visiting_keep_minor
        if world.lineage(box).dead or box.stopped or keep is None:
            continue
        for _ in range(2):
            box.engine.sweep()
        left = [
            (member_id, lot_id, units)
            for member_id, lot_id, units in box.store.rows(_UNITS)
            if directory.home_box(box.store, member_id) != box.name
        ]
        if left:
            raise Broken("I9", f"{box} keeps units of visitors: {left}")
