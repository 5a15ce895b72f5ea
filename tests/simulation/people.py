"""What befalls machines, and what people then do about it: fence, replace, release, recover, settle, restore."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from headoffice.errors import ClaimWindowOpen, DeedRefused
from kiosk.model import uplink
from syncd.recovery import recover
from tests.simulation import disk
from tests.simulation.box import SimulatedBox
from tests.simulation.head import signature
from tests.simulation.rows import Broken
from tests.simulation.weather import KEEPS, Disaster

if TYPE_CHECKING:
    from tests.simulation.world import World

_QUARANTINED: Final = (
    "SELECT quarantine.box, quarantine.id, quarantine.epoch FROM quarantine JOIN life ON life.box = quarantine.box"
    " AND life.epoch = quarantine.epoch WHERE life.state = 'fenced' AND NOT EXISTS (SELECT 1 FROM quarantine_end"
    " WHERE quarantine_end.box = quarantine.box AND quarantine_end.id = quarantine.id) ORDER BY sequence, id"
)
_YEARS: Final = 3650
_FENCED: Final = frozenset({"fenced", "closed", "released"})


class People:
    """The staff of head office, and the misfortunes that keep them busy."""

    def __init__(self, world: World, rng: random.Random) -> None:
        self._world = world
        self._rng = rng
        self._keep = {"": ""}
        self._images: dict[str, bool] = {}
        self._backup = False
        self._restore_at = 0
        self._version = 0
        self.to_fence: list[str] = []
        self.to_replace: list[tuple[str, str]] = []
        self.dead: list[tuple[str, int]] = []
        self.closed: list[tuple[str, int]] = []

    def install(self, name: str, store: str, keep: str, purpose: str = "new") -> SimulatedBox:
        """Let a new machine in and open its till."""
        world = self._world
        answer = world.office.let_in(name, store, purpose)
        path = world.folder / f"{name}-{answer.epoch}" / "shop.db"
        disk.install(path, name, store, keep, answer.epoch)
        box = SimulatedBox(name, store, answer.epoch, path, self._rng, world.send, check_pack)
        self._keep[name] = keep
        world.books.begin(name, answer.epoch)
        world.boxes.append(box)
        box.start()
        with box.store.write():
            uplink.join(box.store, bytes.fromhex(answer.office_key))
        world.tills.open_till(box)
        world.note(f"{box} is let in ({purpose})")
        self._forget_backup()
        return box

    def disaster(self) -> bool:
        """Let something go wrong, or not; tell whether it did."""
        if self._backup and self._restore_at == self._world.step:
            return self._office_restored()
        for kind, chance in self._world.weather.disasters.items():
            if self._rng.random() < chance and _STRIKE[kind](self):
                return True
        return False

    def restart_machines(self) -> None:
        """Switch machines on again, each after a while."""
        for box in self._world.boxes:
            if not box.running and (not self._world.faults or self._rng.random() < 0.25):
                with self._world.machine(box):
                    box.start()
                    self._world.note(f"{box} starts")

    def work(self) -> bool:
        """Do one thing that is due at head office; False when nothing is."""
        if self._world.faults and self._rng.random() < 0.15 and self._world.boxes:
            self.publish()
        deeds = [self._fence, self._replace, self._settle, self._release, self._recover, self._release_closed]
        self._rng.shuffle(deeds)
        return any(deed() for deed in deeds)

    def _some(self, *, alive: bool = True) -> SimulatedBox | None:
        found = [box for box in self._world.boxes if box.running and self._world.lineage(box).dead is not alive]
        return self._rng.choice(found) if found else None

    def _power_cut(self) -> bool:
        box = self._some()
        if box is not None:
            self._world.note(f"{box} loses its power between two acts")
            self._world.told["power cut between acts"] += 1
            box.stop()
        return box is not None

    def _office_crash(self) -> bool:
        self._world.note("head office loses its power between two answers")
        self._world.told["office cut between answers"] += 1
        self._world.office.restart()
        return True

    def _clock_jump(self) -> bool:
        clocks = [box.clock for box in self._world.boxes] + [self._world.clock]
        clock = self._rng.choice(clocks)
        step = self._rng.choice((3_600, 86_400, 86_400 * _YEARS))
        clock.forward(seconds=self._rng.randrange(-step, step))
        if not 2010 < clock.moment.year < 2045:
            clock.moment = clock.moment.replace(year=2026, day=1)
        self._world.note(f"a clock jumps to {clock.moment:%Y-%m-%d}")
        self._world.told["clock jump"] += 1
        return True

    def _partition(self) -> bool:
        box = self._some()
        if box is None:
            return False
        self._world.network.cut(box.name, self._world.step + self._rng.randrange(5, 50))
        self._world.note(f"the line to {box.name} is cut")
        self._world.told["line cut"] += 1
        return True

    def _old_image(self) -> bool:
        box = self._some()
        if box is None or self._world.auditor.relearning:
            return False
        image = box.path.with_name("image.db")
        lineage = self._world.lineage(box)
        box.stop()
        if not self._images.get(str(box)):
            disk.copy(box.path, image)
            self._images[str(box)] = True
            self._world.note(f"{box} has its disk copied")
        else:
            disk.copy(image, box.path)
            lineage.image_put_back = True
            before = list(lineage.disk)
            box.start()
            self._world.shown.forget(lineage)
            lineage.change_disk(box.store)
            lineage.excuse(before[len(lineage.disk) :], "old image")
            self._images[str(box)] = False
            self._forget_backup()
            self._world.note(f"{box} is put back from an old image: {len(before)} → {len(lineage.disk)}")
            self._world.told["box put back from an old image"] += 1
            if self._rng.random() < 0.5:
                self._world.network.cut(box.name, self._world.step + self._rng.randrange(10, 70))
        return True

    def _destroyed(self) -> bool:
        box = self._some()
        if box is None or self._world.auditor.relearning:
            return False
        self._world.note(f"{box} is destroyed")
        self._world.told["box destroyed"] += 1
        self._lose(box, "destroyed")
        box.stop()
        disk.remove(box.path)
        self._world.boxes.remove(box)
        self._world.lineage(box).disk_there = False
        self.to_fence.append(box.name)
        self.to_replace.append((box.name, box.store_name))
        return True

    def _zombie(self) -> bool:
        box = self._some()
        if box is None or self._world.auditor.relearning:
            return False
        self._world.note(f"{box} is believed dead")
        self._world.told["zombie"] += 1
        lineage = self._world.lineage(box)
        lineage.dead = True
        self._world.office.deeds.fence(box.name, "manager")
        self._images.pop(str(box), None)
        self.dead.append((box.name, box.epoch))
        self.to_replace.append((box.name, box.store_name))
        self._forget_backup()
        return True

    def _office_restored(self) -> bool:
        world = self._world
        if not self._backup:
            self._back_up()
            return False
        world.office.put_back()
        self._backup = False
        world.auditor.forget()
        world.auditor.relearning = True
        world.note(f"head office is put back from its backup: epoch {world.office.deeds.restored('manager')}")
        self._world.told["head office put back from a backup"] += 1
        return True

    def _back_up(self) -> None:
        self._world.office.back_up()
        self._backup = True
        self._world.note("head office is backed up")

    def granted(self) -> None:
        """Choose the worst moment: a backup that knows of a grant on its way, or a return to one that does not."""
        if Disaster.OFFICE_RESTORED not in self._world.weather.disasters or not self._world.faults:
            return
        chance = self._rng.random()
        if chance < 0.4:
            self._back_up()
            self._restore_at = self._world.step + self._rng.randrange(1, 4)
        elif chance < 0.7 and self._backup:
            self._restore_at = self._world.step + self._rng.randrange(5, 40)

    def _lose(self, box: SimulatedBox, cause: str) -> None:
        self._world.lineage(box).set_aside(cause)
        self._images.pop(str(box), None)
        self._forget_backup()

    def _forget_backup(self) -> None:
        """A life that began or ended is in no older backup: people make a new one (`docs/operations`)."""
        self._backup = False

    def publish(self) -> None:
        """Publish a new version of one store's programme."""
        box = self._rng.choice(self._world.boxes)
        self._version += 1
        keep = self._rng.choice(KEEPS)
        content = disk.programme(box.store_name, keep, f"{box.store_name}.{self._version}")
        version = self._world.office.deeds.publish(content, "owner")
        self._world.told["programmes published"] += 1
        self._world.note(f"programme {version} keeps {keep}")

    def _fence(self) -> bool:
        if not self.to_fence:
            return False
        name = self.to_fence.pop(0)
        epoch = self._world.office.deeds.fence(name, "manager")
        self._world.books.by_life[name, epoch].dead = True
        self.dead.append((name, epoch))
        self._forget_backup()
        self._world.note(f"{name}/{epoch} is fenced")
        return True

    def _replace(self) -> bool:
        ready = [(name, store) for name, store in self.to_replace if name not in self.to_fence]
        if not ready:
            return False
        self.to_replace.remove(ready[0])
        self.install(*ready[0], self._keep[ready[0][0]], "replace")
        return True

    def _release(self) -> bool:
        if not self.dead:
            return False
        name, epoch = self._rng.choice(self.dead)
        if self._released(name, epoch):
            lineage = self._world.books.by_life[name, epoch]
            lineage.set_aside("released while it was alive")
            lineage.released = True
            self.dead.remove((name, epoch))
        return True

    def _release_closed(self) -> bool:
        if not self.closed:
            return False
        if self._released(*self.closed[0]):
            self.closed.pop(0)
        return True

    def _released(self, name: str, epoch: int) -> bool:
        deeds = self._world.office.deeds
        deeds.propose_release(name, "manager", epoch)
        self._world.clock.forward(days=self._rng.choice((1, 8)))
        try:
            total = deeds.confirm_release(name, "owner", epoch)
        except ClaimWindowOpen:
            return False
        self._world.note(f"{name}/{epoch} is released: {total}")
        self._world.told["release by two people"] += 1
        self._forget_backup()
        return True

    def _settle(self) -> bool:
        for name, page_id, _ in self._world.office.rows(_QUARANTINED):
            try:
                self._world.office.deeds.settle(name, page_id, "manager")
            except DeedRefused as refused:
                self._world.office.deeds.dismiss(name, page_id, "manager")
                self._world.note(f"a page of {name} is put aside: {refused}")
            else:
                self._world.note(f"a page of {name} is settled")
                self._world.told["page of a zombie settled"] += 1
                self._forget_backup()
            return True
        return False

    def _recover(self) -> bool:
        for box in self._world.boxes:
            lineage = self._world.lineage(box)
            if not box.running or lineage.dead or not box.stopped:
                continue
            reason = uplink.state(box.store).stop_reason
            if not lineage.image_put_back:
                raise Broken("I9", f"{box} was stopped for {reason} without a cause")
            self._world.note(f"{box} stands still: {reason}")
            self._recover_box(box)
            return True
        return False

    def _recover_box(self, box: SimulatedBox) -> None:
        world = self._world
        lineage = world.lineage(box)
        answer = world.office.let_in(box.name, box.store_name, "recover")
        box.stop()
        recover(box.path, answer, world.office.journal(box.name, answer.epoch))
        lineage.set_aside("set aside by a recovery")
        self._images.pop(str(box), None)
        if answer.epoch != box.epoch:
            self.closed.append((box.name, box.epoch))
            world.books.go_on(box.name, answer.epoch, box.epoch)
            box.epoch = answer.epoch
        box.start()
        world.shown.forget(lineage)
        lineage.change_disk(box.store)
        lineage.image_put_back = False
        self._forget_backup()
        world.note(f"{box} is recovered with {len(lineage.disk)} entries")
        self._world.told["recovery under a new epoch"] += 1


def check_pack(content: bytes, told: bytes) -> bool:
    """Tell whether head office signed a programme."""
    return signature(content) == told


_STRIKE: Final = {
    Disaster.POWER_CUT: People._power_cut,
    Disaster.OFFICE_CRASH: People._office_crash,
    Disaster.CLOCK_JUMP: People._clock_jump,
    Disaster.PARTITION: People._partition,
    Disaster.OLD_IMAGE: People._old_image,
    Disaster.DESTROYED: People._destroyed,
    Disaster.ZOMBIE: People._zombie,
    Disaster.OFFICE_RESTORED: People._office_restored,
}
