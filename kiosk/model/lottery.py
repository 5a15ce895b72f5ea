"""The lottery's books: secrets that were committed to, and every draw, folded from the journal as it grows.

Source: `docs/rules/lottery.md`. A secret is this box's alone and never leaves it; a draw is in the journal whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from kiosk.model.errors import VerifyFailed
from kiosk.model.store import Store
from ledger.entries import Entry, EntryKind, Facts
from ledger.rules.lottery import CHAIN_LENGTH, Drawn, anchor_of, read_drawn, wrong_with

_NEWEST: Final = (
    "SELECT anchor, secret, (SELECT coalesce(max(number), 0) FROM lottery_draw WHERE anchor = c.anchor)"
    " FROM lottery_chain AS c ORDER BY sequence DESC LIMIT 1"
)
_KEPT: Final = "anchor, number, lottery_id, member_id, entry_id, seed, mixed, digits"
_INSERT: Final = f"INSERT INTO lottery_draw ({_KEPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_AGAIN: Final = "UPDATE lottery_draw SET entry_id = ? WHERE anchor = ? AND number = ?"
_VOIDED: Final = (
    "SELECT anchor, number, seed, mixed, digits FROM lottery_draw JOIN journal ON journal.reverses = lottery_draw.entry_id"
    " WHERE lottery_draw.member_id IN ({}) AND lottery_id = ? ORDER BY journal.sequence, number"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """A commitment, its secret, and how many of its draws are used."""

    anchor: str
    secret: bytes
    used: int


@dataclass(frozen=True, slots=True)
class VoidedDraw:
    """A draw whose entry was voided: its ticket stands, for the next time this member draws."""

    anchor: str
    number: int
    seed: str
    mixed: str
    digits: str


def newest_chain(store: Store) -> Chain | None:
    """Return the newest commitment this box can draw from, used up or not; None for none."""
    found = store.execute(_NEWEST).fetchone()
    return None if found is None else Chain(found[0], bytes(found[1]), found[2])


def keep_chain(store: Store, anchor: str, secret: bytes, sequence: int) -> None:
    """Keep the secret of a commitment that is in the journal, inside the write transaction."""
    store.change("INSERT INTO lottery_chain (anchor, secret, sequence) VALUES (?, ?, ?)", (anchor, secret, sequence))


def voided_draws(store: Store, member_ids: Sequence[str], lottery_id: str) -> tuple[VoidedDraw, ...]:
    """Return a person's draws of a lottery that were voided and not drawn again, the first voided first."""
    marks = ", ".join("?" * len(member_ids))
    return tuple(VoidedDraw(*row) for row in store.rows(_VOIDED.format(marks), (*member_ids, lottery_id)))


def apply(store: Store, entry: Entry) -> None:
    """Keep the draws of an entry, inside the write transaction."""
    for told in draws_of(entry):
        drawn = read_drawn(told)
        if drawn.again:
            store.change(_AGAIN, (entry.entry_id, drawn.anchor, drawn.number))
        else:
            kept = (drawn.anchor, drawn.number, drawn.lottery_id, entry.member_id, entry.entry_id)
            store.change(_INSERT, (*kept, drawn.seed, drawn.mixed, drawn.digits))


def draws_of(entry: Entry) -> Sequence[Facts]:
    """Return the draws an entry tells of."""
    told: Sequence[Facts] = entry.facts.get("draws", ())
    return told


@dataclass
class Draws:
    """The fold `verify` compares the table with: every draw checked, each number drawn once, none before its commitment."""

    anchors: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    reversed_ids: set[str] = field(default_factory=set)

    def take(self, entry: Entry, sequence: int) -> None:
        """Take the next entry in; raises VerifyFailed for a draw that is not what was committed to."""
        if entry.reverses is not None:
            self.reversed_ids.add(entry.reverses)
        if entry.kind is EntryKind.ISSUED and "lottery_chain" in entry.facts:
            self.anchors.setdefault(str(entry.facts["lottery_chain"]["anchor"]), sequence)
        for told in draws_of(entry):
            try:
                wrong = self._wrong(read_drawn(told), entry)
            except (KeyError, ValueError, TypeError) as unfit:
                raise VerifyFailed("journal", str(sequence), f"tells a draw that is none: {unfit}") from unfit
            if wrong:
                raise VerifyFailed("journal", str(sequence), f"draws what was not committed to: {wrong}")

    def _wrong(self, drawn: Drawn, entry: Entry) -> str:
        place, member_id = (drawn.anchor, drawn.number), str(entry.member_id)
        row = (drawn.lottery_id, member_id, entry.entry_id, drawn.seed, drawn.mixed, drawn.digits)
        before = self.rows.get(place)
        if drawn.anchor not in self.anchors or drawn.number > CHAIN_LENGTH:
            return "anchor"
        if drawn.again:
            same = before is not None and (before[0], *before[3:]) == (row[0], *row[3:])
            if before is None or not same or before[2] not in self.reversed_ids:
                return "again"
            self.rows[place] = (before[0], before[1], *row[2:])
        elif before is not None or drawn.mixed != entry.entry_id:
            return "number"
        else:
            self.rows[place] = row
        return wrong_with(drawn)

    def compare(self, store: Store) -> None:
        """Prove that the table says the same; raises VerifyFailed with the first row that does not."""
        left = dict(self.rows)
        for anchor, number, *stored in store.rows(f"SELECT {_KEPT} FROM lottery_draw ORDER BY anchor, number"):
            if left.pop((anchor, number), None) != tuple(stored):
                raise VerifyFailed("lottery_draw", f"{anchor[:8]}/{number}", "does not match the journal")
        for anchor, number in sorted(left):
            raise VerifyFailed("lottery_draw", f"{anchor[:8]}/{number}", "missing")
        for anchor, secret, sequence in store.rows(
            "SELECT anchor, secret, sequence FROM lottery_chain ORDER BY anchor"
        ):
            if self.anchors.get(anchor) != sequence or anchor_of(bytes(secret)) != anchor:
                raise VerifyFailed("lottery_chain", anchor[:8], "is not what an entry committed to")
