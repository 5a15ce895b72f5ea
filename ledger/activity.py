"""What an entry adds to a member's past: one more visit, money spent or topped up, and what each rule gave.

Pure: the model folds these into its tables, `kiosk verify` folds them again from the bytes. Page: docs/rules/activity.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from ledger.entries import Entry, EntryKind, Facts


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What one rule gave in one entry: one use, whatever the number of its effects; fen and whole units."""

    rule: str
    uses: int
    amount_minor: int
    units: int


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one entry adds to the past of a member on a business date; all of it negative for a reversal.

    `member_id` is empty where the entry has none: its rules count for the store's budgets all the same.
    """

    member_id: str
    on: date
    visits: int = 0
    spent_minor: int = 0
    top_ups: int = 0
    topped_minor: int = 0
    rules: tuple[RuleFigures, ...] = ()

    @property
    def figures(self) -> tuple[int, int, int, int]:
        """Visits, spent (fen), top-ups, topped up (fen)."""
        return self.visits, self.spent_minor, self.top_ups, self.topped_minor

    @property
    def is_nothing(self) -> bool:
        """Whether the entry leaves no trace in anybody's past."""
        return not self.rules and (not self.member_id or not any(self.figures))


_VISITS: Final = frozenset({EntryKind.SPEND, EntryKind.REDEEMED})


def contribution(entry: Entry, original: Entry | None) -> Contribution:
    """Return what an entry adds; `original` is the entry it reverses, whose own day it then takes back exactly.

    Raises KeyError, TypeError or AttributeError for rules in the facts that are none.
    """
    if entry.reverses is None:
        return _added(entry)
    if original is None or original.reverses is not None:
        return Contribution(entry.member_id or "", entry.business_date)
    added = _added(original)
    taken = tuple(RuleFigures(rule.rule, -rule.uses, -rule.amount_minor, -rule.units) for rule in added.rules)
    visits, spent, top_ups, topped = (-figure for figure in added.figures)
    return Contribution(added.member_id, added.on, visits, spent, top_ups, topped, taken)


def tag_changes(entry: Entry) -> dict[str, bool]:
    """Return the tags an entry gives its member (True) and takes away (False); raises KeyError, TypeError as above."""
    if entry.kind is not EntryKind.TAGGED or entry.member_id is None:
        return {}
    changes = dict.fromkeys(entry.facts["remove"], False)
    changes.update(dict.fromkeys(entry.facts["add"], True))
    return changes


def _added(entry: Entry) -> Contribution:
    if entry.kind is EntryKind.OPENED:
        return _brought(entry)
    top_up, spend = entry.kind is EntryKind.TOP_UP, entry.kind is EntryKind.SPEND
    return Contribution(
        member_id=entry.member_id or "",
        on=entry.business_date,
        visits=int(_is_visit(entry)),
        spent_minor=entry.facts.get("paid_price_minor", 0) if spend else 0,
        top_ups=int(top_up),
        topped_minor=entry.facts.get("paid_minor", 0) if top_up else 0,
        rules=_rules(entry.facts.get("rules", ())),
    )


def _brought(entry: Entry) -> Contribution:
    """Return the past a member brought along from the system before, on the day they were last seen there."""
    past = entry.facts.get("past")
    if not past:
        return Contribution(entry.member_id or "", entry.business_date)
    seen_on = date.fromisoformat(past["on"])
    figures = (past["visits"], past["spent_minor"], past["top_ups"], past["topped_minor"])
    return Contribution(entry.member_id or "", seen_on, *figures)


def _is_visit(entry: Entry) -> bool:
    """Tell whether somebody came to the counter and used the shop: who is only given something has not."""
    return entry.kind in _VISITS or (entry.kind is EntryKind.ISSUED and entry.facts.get("check_in") is True)


def _rules(told: list[Facts] | tuple[Facts, ...]) -> tuple[RuleFigures, ...]:
    by_rule: dict[str, tuple[int, int]] = {}
    for item in told:
        amount, units = by_rule.get(item["rule"], (0, 0))
        by_rule[item["rule"]] = (amount + item["amount_minor"], units + item["units"])
    return tuple(RuleFigures(rule, 1, amount, units) for rule, (amount, units) in sorted(by_rule.items()))
