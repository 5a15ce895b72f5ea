"""What an act brought, as the result shows it: prizes drawn, units and gifts got."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as words
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.phrases_counter import CHANGE, MEMBER, RECORDED, RECORDED_ALREADY
from kiosk.screens.result import Outcome
from kiosk.services.acts import Done
from ledger.accounts import Tender
from ledger.entries import Entry
from ledger.money import PTS

Line = tuple[str, str]
"""A label and what stands at its right."""


def brought_lines(entry: Entry, names: Mapping[str, str], language: Language) -> tuple[Line, ...]:
    """Return what an entry brought beside money: draws first, then units by their name, then what is handed over."""
    lines = [_drawn(draw["lottery"], draw["prize"], names, language) for draw in entry.facts.get("draws", ())]
    counts: dict[str, int] = {}
    for lot in entry.lots:
        if lot.units:
            counts[lot.asset] = counts.get(lot.asset, 0) + lot.units
    lines += [_units(asset, units, names, language) for asset, units in counts.items()]
    rules = entry.facts.get("rules", ())
    handed = dict.fromkeys(fact["words"] for fact in rules if fact["effect"] == "handout" and fact.get("words"))
    return (*lines, *((words.HANDED.said(language), text) for text in handed))


def _drawn(lottery: str, prize: str, names: Mapping[str, str], language: Language) -> Line:
    won = names.get(f"{lottery}.{prize}", prize) if prize else words.DRAWN_NOTHING.said(language)
    return words.DRAWN.said(language, name=names.get(lottery, lottery)), won


def _units(asset: str, units: int, names: Mapping[str, str], language: Language) -> Line:
    label = words.EARNED.said(language) if asset == PTS.code else names.get(asset, asset.partition(":")[2])
    return label, f"+{units:,}"


def deed_outcome(
    deed: Deed, done: Done, names: Mapping[str, str], language: Language, go_on: Callable[[], None]
) -> Outcome:
    """Return a deed with what a member owns as it is shown afterwards: its sentence, what it brought, the change."""
    headline = RECORDED_ALREADY if done.repeated else RECORDED
    facts = done.recorded.entry.facts
    tender = facts.get("tender")
    change = facts.get("change_minor", 0) if tender else 0
    return Outcome(
        headline=headline.said(language),
        sentence=deed.sentence(Settling(Tender(tender)) if tender else deed.settling),
        done=done,
        big=(CHANGE.said(language), change) if change else None,
        lines=brought_lines(done.recorded.entry, names, language),
        go_on=(MEMBER, go_on),
        change_minor=change,
    )
