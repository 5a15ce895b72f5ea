"""Check a draw: what anybody can do with the entry, the commitment before it and the odds that were published (N16)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from kiosk.model import journal, lottery, programmes
from kiosk.model.journal import Recorded
from kiosk.services.counter import Counter
from kiosk.services.errors import EntryUnknown
from ledger.entries import EntryKind
from ledger.ids import EntryId
from ledger.rules.lottery import Drawn, read_drawn, wrong_with
from ledger.rules.pack import read_programme
from ledger.rules.promises import Lottery

_NUMBER: Final = re.compile(r"([0-9]{1,9})-([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class CheckedDraw:
    """A draw, the number of the entry that committed to it, and what is wrong with it (empty for nothing).

    `wrong` is `anchor`, `seed`, `ticket`, `odds` or `prize`; `published` tells whether the programme of that day is known
    here and has just these odds (None where it is not known).
    """

    drawn: Drawn
    committed_in: str
    wrong: str
    published: bool | None


def check_draws(counter: Counter, entry_id: str) -> tuple[CheckedDraw, ...]:
    """Return every draw of an entry, named by its id or by the number on the slip, checked; raises EntryUnknown."""
    recorded = _found(counter, entry_id)
    if recorded is None:
        raise EntryUnknown(entry_id)
    entry = recorded.entry
    return tuple(
        _checked(counter, read_drawn(told), recorded.row.sequence, entry.programme_version)
        for told in lottery.draws_of(entry)
    )


def _found(counter: Counter, named: str) -> Recorded | None:
    number = _NUMBER.fullmatch(named)
    if number is None:
        return journal.find(counter.store, EntryId(named))
    rows = journal.page(counter.store, int(number[2]) - 1, 1)
    found = Recorded(rows[0], "") if rows else None
    return found if found is not None and (found.row.epoch, found.row.sequence) == _place(number) else None


def _place(number: re.Match[str]) -> tuple[int, int]:
    return int(number[1]), int(number[2])


def _checked(counter: Counter, drawn: Drawn, sequence: int, version: str) -> CheckedDraw:
    committed = _commitment(counter, drawn.anchor, sequence)
    wrong = wrong_with(drawn) if committed else "anchor"
    return CheckedDraw(drawn, committed, wrong, _published(counter, drawn, version))


def _commitment(counter: Counter, anchor: str, before: int) -> str:
    """Return the number of the entry that committed to an anchor before a place in the journal, empty for none."""
    for recorded in journal.recent(counter.store, limit=1 << 30, kinds=(EntryKind.ISSUED,)):
        told = recorded.entry.facts.get("lottery_chain")
        if told is not None and told["anchor"] == anchor and recorded.row.sequence < before:
            return recorded.entry_no
    return ""


def _published(counter: Counter, drawn: Drawn, version: str) -> bool | None:
    in_force = counter.programme()
    programme = in_force if in_force.version == version else None
    if programme is None:
        stored = programmes.get(counter.store, version)
        programme = None if stored is None else read_programme(stored.content)
    if programme is None:
        return None
    played = next((each for each in programme.promises.lotteries if each.lottery_id == drawn.lottery_id), None)
    return played is not None and _odds(played) == (drawn.of, [(odd.prize_id, odd.weight) for odd in drawn.odds])


def _odds(played: Lottery) -> tuple[int, list[tuple[str, int]]]:
    return played.of, [(prize.prize_id, prize.weight) for prize in played.prizes]
