"""What an act brought, as the result shows it: prizes drawn, units and gifts got."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as words
from kiosk.screens.phrases_counter import RECORDED, RECORDED_ALREADY
from kiosk.screens.result import Outcome
from kiosk.services.acts import Done
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


def done_outcome(done: Done, names: Mapping[str, str], language: Language, sentence: str = "") -> Outcome:
    """Return an act without a figure of money as it is shown afterwards, with what it brought."""
    headline = RECORDED_ALREADY if done.repeated else RECORDED
    return Outcome(
        headline=headline.said(language),
        sentence=sentence,
        done=done,
        lines=brought_lines(done.recorded.entry, names, language),
    )
