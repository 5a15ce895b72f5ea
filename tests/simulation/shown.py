"""What a cashier is shown as a member's total never goes back behind what head office said before (I10)."""

from __future__ import annotations

import json
from collections import Counter
from typing import Final

from kiosk.model import snapshots
from tests.simulation.books import Lineage
from tests.simulation.box import SimulatedBox
from tests.simulation.rows import Broken

_SNAPSHOTS: Final = "SELECT member_id, total_minor, sequence, ho_epoch, number, assets FROM snapshot ORDER BY member_id"
_PLACES_ONLY: Final = frozenset({"granted", "returned", "merged"})


class Watch:
    """Remembers the newest version of each snapshot that was seen on each disk."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}

    def forget(self, lineage: Lineage) -> None:
        """Begin anew with a disk that was put back or recovered."""
        for key in [key for key in self._seen if key[0].split("/")[0] == lineage.box]:
            del self._seen[key]

    def look(self, box: SimulatedBox, lineage: Lineage) -> None:
        """Check the snapshots on a disk: none is older than before, and the total is it and what was done since."""
        for member, total, sequence, ho_epoch, number, assets in box.store.rows(_SNAPSHOTS):
            key = (str(box), member)
            if (ho_epoch, number) < self._seen.get(key, (0, 0)):
                raise Broken("I10", f"{box} shows version {ho_epoch}/{number} of {member} after {self._seen[key]}")
            self._seen[key] = ho_epoch, number
            since = [row for row in lineage.disk[sequence:] if row.kind not in _PLACES_ONLY]
            own = sum(
                minor for row in since if row.member == member for (_, _, what), minor in row.lines if what != "units"
            )
            units = Counter[str](json.loads(assets))
            for row in since:
                for (holder, asset), count in row.units:
                    units[asset] += count if holder == member else 0
            said = snapshots.shown_total(box.store, member)
            if said is None or said.total_minor != total + own:
                raise Broken("I10", f"{box} shows {said} of {member}: head office said {total}, {own} since")
            if dict(said.assets) != {asset: count for asset, count in units.items() if count}:
                raise Broken("I10", f"{box} shows {said.assets} of {member}: head office said {assets}, now {units}")
