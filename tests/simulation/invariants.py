"""The ten invariants of `docs/protocol.md`, computed from the books of the simulator and head office's tables.

I1 is checked as each row is read, I5 shows in every other one: what is applied twice is counted twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, Final

from tests.simulation.books import Books, Lineage
from tests.simulation.rows import Broken, Line, Part, Row, fold_lines, fold_parts, read_row

_HEADS: Final = "SELECT box, epoch, head_sequence, state FROM life WHERE state <> 'pending' ORDER BY box, epoch"
_ROWS: Final = "SELECT epoch, sequence, previous_hash, hash, body FROM journal WHERE box = ? AND epoch = ? AND sequence > ? ORDER BY sequence"
_FREE: Final = "SELECT lot_id, instrument, amount_minor FROM free WHERE amount_minor <> 0"
_MIRROR: Final = "SELECT box, epoch, member_id, lot_id, instrument, amount_minor FROM mirror WHERE amount_minor <> 0"
_MOVED: Final = "SELECT box, epoch, member_id, lot_id, instrument, amount_minor FROM release_move"
_FLYING: Final = (
    "SELECT grant_out.grant_id, box, epoch, lines FROM grant_out LEFT JOIN grant_end"
    " ON grant_end.shard = grant_out.shard AND grant_end.grant_id = grant_out.grant_id WHERE grant_end.grant_id IS NULL"
)
_KNOWN_GRANTS: Final = "SELECT grant_id, lines FROM grant_out"
_RELEASED_BY: Final = "SELECT DISTINCT box, epoch FROM release_move WHERE cause = 'release'"
_BEHIND: Final = (
    "SELECT 1 FROM life, head_office WHERE life.state IN ('open', 'forked') AND (life.adopted_ho_epoch <"
    " head_office.ho_epoch OR life.head_sequence < life.declared_sequence)"
)


class Rows:
    """Head office's tables, read by whoever has them open."""

    def rows(self, sql: str, parameters: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Return every row of a statement."""
        raise NotImplementedError


class Auditor:
    """Compares head office's books with the simulator's own after every step."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.relearning = False
        self._heads: dict[tuple[str, int], int] = {}

    def forget(self) -> None:
        """Read head office's copy anew: it was put back from a backup."""
        self._heads.clear()
        for lineage in self.books.lineages:
            lineage.office.clear()

    def check(self, office: Rows) -> None:
        """Read what head office has new and check the whole; raises Broken."""
        self._read_journals(office)
        self.relearning = self.relearning and bool(office.rows(_BEHIND))
        mirrors = self._check_mirrors(office)
        free = fold_parts(((lot, instrument), minor) for lot, instrument, minor in office.rows(_FREE))
        if min(free.values(), default=0) < 0:
            raise Broken("I3", f"free is negative: {free}")
        for box, epoch in office.rows(_RELEASED_BY):
            if not self.books.by_life[box, epoch].released:
                raise Broken("I4", f"the suspense of {box}/{epoch} went to free and nobody had released it")
        self._check_one_holder(free, mirrors, self._flying(office), self._check_grants(office))

    def _read_journals(self, office: Rows) -> None:
        for box, epoch, head, _ in office.rows(_HEADS):
            before = self._heads.get((box, epoch), 0)
            if head == before:
                continue
            lineage = self.books.by_life.get((box, epoch))
            if lineage is None:
                continue  # never confirmed: another key came in its place
            lineage.read_office([read_row(*row) for row in office.rows(_ROWS, (box, epoch, before))])
            self._heads[box, epoch] = head
            if len(lineage.office) != head:
                raise Broken("I7", f"head office says {head} of {lineage} and holds {len(lineage.office)}")

    def _check_mirrors(self, office: Rows) -> dict[int, dict[Line, int]]:
        """Return each lineage's mirror; raises Broken where it is not the fold of the copy less what was released."""
        mirrors: dict[int, dict[Line, int]] = defaultdict(dict)
        told: dict[int, dict[Line, int]] = defaultdict(dict)
        for box, epoch, *line, minor in office.rows(_MIRROR):
            if minor < 0:
                raise Broken("I3", f"a mirror of {box}/{epoch} is negative: {line} {minor}")
            _add(mirrors[self._place(box, epoch)], line, minor)
            _add(told[self._place(box, epoch)], line, minor)
        for box, epoch, *line, minor in office.rows(_MOVED):
            _add(told[self._place(box, epoch)], line, minor)
        for place, lineage in enumerate(self.books.lineages):
            if told[place] != fold_lines(lineage.office):
                raise Broken("I2", f"the mirror of {lineage} is no fold of head office's copy")
        return mirrors

    def _check_grants(self, office: Rows) -> set[str]:
        """Return the grants head office knows of; raises Broken for one that nobody asked for, or that is larger (I5)."""
        known = set[str]()
        for grant_id, lines in office.rows(_KNOWN_GRANTS):
            moved = sum(minor for _, _, minor in json.loads(lines))
            if moved > self.books.asked.get(grant_id, 0):
                raise Broken(
                    "I5", f"grant {grant_id} moves {moved} and {self.books.asked.get(grant_id, 0)} was asked for"
                )
            kinds = {instrument == "units" for _, instrument, _ in json.loads(lines)}
            if kinds - {grant_id in self.books.asked_units}:
                raise Broken("I5", f"grant {grant_id} moves {lines} and something else was asked for")
            known.add(grant_id)
        return known

    def _flying(self, office: Rows) -> list[tuple[str, Lineage, list[tuple[Part, int]]]]:
        """Return the grants that have not ended: id, whom they were made to, what they move."""
        return [
            (grant_id, self.books.by_life[box, epoch], [((lot, what), minor) for lot, what, minor in json.loads(lines)])
            for grant_id, box, epoch, lines in office.rows(_FLYING)
        ]

    def _check_one_holder(
        self,
        free: dict[Part, int],
        mirrors: dict[int, dict[Line, int]],
        flying: list[tuple[str, Lineage, list[tuple[Part, int]]]],
        known: set[str],
    ) -> None:
        """Check that what lies in all places is what was sold less what was spent, lot by lot (I2, I4)."""
        made = [part for lineage in self.books.lineages for row in lineage.truth for part in row.made]
        held = list(free.items())
        arrived = self._arrived()
        for place, lineage in enumerate(self.books.lineages):
            truth = lineage.truth
            if lineage.living:
                held += [((lot, what), minor) for (_, lot, what), minor in fold_lines(truth).items()]
                held += self._on_the_way(lineage.unsent, known)
                held += self._moved_away(place, lineage, mirrors)
            else:
                held += [((lot, what), minor) for (_, lot, what), minor in mirrors[place].items()]
        for grant_id, lineage, parts in flying:
            if grant_id not in arrived:
                held += parts
            elif arrived[grant_id] is not lineage:
                raise Broken("I4", f"grant {grant_id} was made to {lineage} and is in {arrived[grant_id]}")
        wanted, found = fold_parts(made), fold_parts(held)
        if min(wanted.values(), default=0) < 0:
            raise Broken("I2", f"more was spent than sold: {[part for part, minor in wanted.items() if minor < 0]}")
        if wanted != found:
            raise Broken("I2", _difference(wanted, found))

    def _arrived(self) -> dict[str, Lineage]:
        """Return in whose purse each grant arrived; raises Broken for one that arrived twice (I5)."""
        arrived: dict[str, Lineage] = {}
        for lineage in self.books.lineages:
            for row in lineage.truth:
                if row.kind == "granted":
                    if row.entry_id in arrived:
                        raise Broken("I5", f"grant {row.entry_id} is in {lineage} and in {arrived[row.entry_id]}")
                    arrived[row.entry_id] = lineage
        return arrived

    def _on_the_way(self, unsent: list[Row], known: set[str]) -> list[tuple[Part, int]]:
        """Return what boxes have given back and head office has not heard of, and less what it forgot it had granted."""
        moving: list[tuple[Part, int]] = []
        for row in unsent:
            if row.kind == "returned":
                moving += [(part, -minor) for part, minor in row.crossed]
            elif row.kind == "granted" and row.entry_id not in known:
                if not self.relearning:
                    raise Broken("I4", f"grant {row.entry_id} arrived and head office knows nothing of it")
                moving += [(part, -minor) for part, minor in row.crossed]
        return moving

    def _moved_away(self, place: int, lineage: Lineage, mirrors: dict[int, dict[Line, int]]) -> list[tuple[Part, int]]:
        """Return, negative, what was taken out of the suspense of a box that is alive after all."""
        if not lineage.dead:
            return []
        left = mirrors[place]
        return [
            ((lot, what), left.get((m, lot, what), 0) - n) for (m, lot, what), n in fold_lines(lineage.office).items()
        ]

    def _place(self, box: str, epoch: int) -> int:
        return self.books.lineages.index(self.books.by_life[box, epoch])


def _add(sums: dict[Line, int], line: list[str], minor: int) -> None:
    member, lot, instrument = line
    key = (member, lot, instrument)
    sums[key] = sums.get(key, 0) + minor
    if not sums[key]:
        del sums[key]


def _difference(wanted: dict[Part, int], found: dict[Part, int]) -> str:
    parts = sorted(set(wanted) | set(found))
    wrong = [
        (part, wanted.get(part, 0), found.get(part, 0)) for part in parts if wanted.get(part, 0) != found.get(part, 0)
    ]
    return "sold less spent is not what lies in all places: " + ", ".join(
        f"{lot[:12]}…{lot[-4:]} {what} {want} ≠ {have}" for (lot, what), want, have in wrong
    )
