"""The simulator's own books: what every disk said, what head office holds of it, and what was lost by definition.

A lineage is one journal through all its lives: a recovered box goes on in it, a replaced one begins another. What
happened, as far as anybody can still know, is the disk where head office's copy is a prefix of it, else that copy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.simulation.disk import SimulatedStore
from tests.simulation.rows import Broken, Row, fold_lines, read_row

_ROWS: Final = "SELECT epoch, sequence, previous_hash, hash, body FROM journal WHERE sequence > ? ORDER BY sequence"
_PURSE: Final = "SELECT member_id, lot_id, instrument, amount_minor FROM purse WHERE amount_minor <> 0"


@dataclass
class Lineage:
    """One journal: its box, its lives so far, its rows on the disk and at head office.

    `disk_there` turns False with the machine; `astray` is set while the disk holds an old image that head office does
    not agree with; `dead` once people have declared it so.
    """

    box: str
    epochs: list[int]
    disk: list[Row] = field(default_factory=list)
    office: list[Row] = field(default_factory=list)
    written: dict[bytes, Row] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    excused: dict[str, str] = field(default_factory=dict)
    disk_there: bool = True
    image_put_back: bool = False
    dead: bool = False
    released: bool = False

    def __str__(self) -> str:
        return f"{self.box}/{'+'.join(map(str, self.epochs))}"

    @property
    def agrees(self) -> bool:
        """Whether head office's copy is a prefix of what the disk says."""
        known = len(self.office)
        if not self.disk_there or known > len(self.disk):
            return False
        return not known or self.office[-1].hash == self.disk[known - 1].hash

    @property
    def living(self) -> bool:
        """Whether the disk tells what happened: it is there, and head office's copy is a prefix of it."""
        return self.agrees and not self.released

    @property
    def truth(self) -> list[Row]:
        """What happened, as far as anybody can still know."""
        return self.disk if self.living else self.office

    @property
    def unsent(self) -> list[Row]:
        """What only the disk knows."""
        return self.disk[len(self.office) :] if self.living else []

    def read_disk(self, store: SimulatedStore) -> list[Row]:
        """Take over what the journal on the disk has new; return it. Raises Broken where the purse is no fold of it."""
        found = store.rows(_ROWS, (len(self.disk),))
        fresh = [read_row(*row) for row in found]
        if not fresh:
            return []
        self.disk += fresh
        for row in fresh:
            self.written[row.hash] = row
            self.kinds[row.kind] += 1
            if self.disk[row.sequence - 1] is not row:
                raise Broken("I7", f"{self} has a gap before {row.sequence}")
        purse = {(member, lot, instrument): minor for member, lot, instrument, minor in store.rows(_PURSE)}
        if min(purse.values(), default=0) < 0:
            raise Broken("I3", f"a purse of {self} is negative: {purse}")
        if purse != fold_lines(self.disk):
            raise Broken("I2", f"the purses of {self} are no fold of its journal")
        return fresh

    def read_office(self, rows: list[Row]) -> None:
        """Take over new rows of head office's copy; raises Broken for a row this box never wrote, or a gap (I7)."""
        for row in rows:
            if row.sequence != len(self.office) + 1:
                raise Broken("I7", f"head office holds {row.sequence} of {self} behind {len(self.office)}")
            if row.hash not in self.written:
                raise Broken("I7", f"head office holds {row.sequence} of {self}, which that box never wrote")
            if self.office and row.previous != self.office[-1].hash:
                raise Broken("I7", f"head office holds {row.sequence} of {self} behind another entry than the box did")
            self.office.append(row)
        if rows and not self.agrees and self.disk_there and not self.image_put_back:
            raise Broken("I7", f"head office's copy of {self} is no prefix of its journal")

    def acknowledge(self, entry_id: str) -> None:
        """Note that the till said yes; raises Broken where the entry is not on the disk (I6)."""
        if not any(row.entry_id == entry_id for row in reversed(self.disk)):
            raise Broken("I6", f"{self} said yes to {entry_id}, which is not in its journal")
        self.acknowledged[entry_id] = len(self.disk)

    def excuse(self, rows: list[Row], cause: str) -> None:
        """Write down that entries may be lost, and for what cause."""
        for row in rows:
            self.excused.setdefault(row.entry_id, cause)

    def set_aside(self, cause: str) -> None:
        """Write down that what only the disk knows may be lost from now on."""
        at_office = {row.hash for row in self.office}
        self.excuse([row for row in self.disk if row.hash not in at_office], cause)

    def change_disk(self, store: SimulatedStore) -> None:
        """Read a disk anew that was put back from an image, or recovered."""
        self.disk = []
        self.read_disk(store)


@dataclass
class Books:
    """Every lineage there ever was."""

    lineages: list[Lineage] = field(default_factory=list)
    by_life: dict[tuple[str, int], Lineage] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """What was ever asked for at a till, by the id of the ask (fen, or units)."""
    asked_units: set[str] = field(default_factory=set)
    """The asks that were for units."""

    def begin(self, box: str, epoch: int) -> Lineage:
        """Begin a journal."""
        lineage = Lineage(box, [epoch])
        self.lineages.append(lineage)
        self.by_life[box, epoch] = lineage
        return lineage

    def go_on(self, box: str, epoch: int, before: int) -> Lineage:
        """Let a journal go on in a new life."""
        lineage = self.by_life[box, before]
        lineage.epochs.append(epoch)
        self.by_life[box, epoch] = lineage
        return lineage
