"""Why and why not, in lines: of a bill, a top-up, a member's points, and what they hold (N6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from kiosk.i18n import Language
from kiosk.screens import phrases_benefits as offer_words
from kiosk.screens import phrases_why as words
from kiosk.screens.phrases import word, word_reason, word_step
from kiosk.screens.phrases_reasons import LOTS_IN_ORDER
from kiosk.services.benefits import Benefits, HeldUnits
from kiosk.services.top_up import RungOffer
from ledger.money import format_minor
from ledger.purses import Holding
from ledger.rules.bill import BillTerms
from ledger.rules.gifts import Claims
from ledger.rules.mall import MallOffer
from ledger.rules.occasion import Event
from ledger.rules.offers import Declined
from ledger.rules.promises import Measure, PointsPolicy
from ledger.rules.reasons import Reason
from ledger.rules.tiers import TierStanding

BY = {
    Measure.SPENT: offer_words.BY_SPENT,
    Measure.TOPPED: offer_words.BY_TOPPED,
    Measure.VISITS: offer_words.BY_VISITS,
}


_NOT_ADVISED: Final = frozenset({"when.dormant_days_from"})
"""Steps nobody is advised to take: to stay away."""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together under a heading; empty for the first, which needs none."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    """What reasons are said with: the language, and the programme's own names by id."""

    language: Language
    names: Mapping[str, str]

    def listed(self, names: Iterable[str]) -> str:
        """Return names one after another."""
        return ("、" if self.language is Language.ZH else ", ").join(names)

    def section(self, heading: str, lines: Iterable[str]) -> tuple[Section, ...]:
        """Return the lines under their heading; nothing for no lines."""
        said = tuple(lines)
        return (Section(heading, said),) if said else ()


def reason_lines(reasons: Sequence[Reason], holdings: Sequence[Holding], speech: Speech) -> tuple[str, ...]:
    """Return the steps of a figure, a condition that held below what it led to."""
    lines = []
    for reason in reasons:
        said = word_reason(_readable(reason, holdings), speech.language, speech.names)
        held = reason.code.startswith("when.")
        lines.append(f"  {words.BECAUSE.said(speech.language, why=said)}" if held else said)
    if any(reason.code == "spend.lot" for reason in reasons):
        lines.append(LOTS_IN_ORDER.said(speech.language))
    return tuple(lines)


def declined_sections(
    declined: Sequence[Declined], speech: Speech, *, on_top_up: bool = False, why: str = ""
) -> tuple[Section, ...]:
    """Return the offers that one step would bring, then the others, each with its reasons."""
    language = speech.language
    near = [each for each in declined if each.flip is not None and each.flip.code not in _NOT_ADVISED]
    lacking = [each for each in declined if each.reasons[0].code == "offer.asset"]
    far = [each for each in declined if each not in near and each not in lacking]
    steps = (_near(each, speech, on_top_up=on_top_up) for each in near)
    others = [words.HEADED.said(language, name=each.name, why=_why_not(each, speech)) for each in far]
    if lacking:
        others.append(words.NOT_HELD.said(language, names=speech.listed(each.name for each in lacking)))
    return (
        *speech.section(words.NEARLY.said(language), steps),
        *speech.section(why or words.DECLINED.said(language), others),
    )


def _near(declined: Declined, speech: Speech, *, on_top_up: bool) -> str:
    assert declined.flip is not None, "one step would bring it"
    step = word_step(declined.flip, speech.language, speech.names, on_top_up=on_top_up)
    why = word_reason(declined.flip, speech.language, speech.names)
    return words.STEP.said(speech.language, name=declined.name, step=step, why=why)


def _why_not(declined: Declined, speech: Speech) -> str:
    """Return every reason against an offer; two of them at most on one line's worth."""
    said = [word_reason(reason, speech.language, speech.names) for reason in declined.reasons[:2]]
    return ("；" if speech.language is Language.ZH else "; ").join(said)


def bill_sections(
    bill: BillTerms, holdings: Sequence[Holding], notes: Sequence[str], found: Benefits | None, speech: Speech
) -> tuple[Section, ...]:
    """Return why a bill comes to what it does, what would change it, and how the tier stands."""
    tier = tier_sections(found.standing, speech) if found is not None else ()
    figures = Section("", (*reason_lines(bill.reasons, holdings, speech), *notes))
    return (figures, *declined_sections(bill.declined, speech), *tier)


def top_up_sections(
    reasons: Sequence[Reason], declined: Sequence[Declined], rungs: Sequence[RungOffer], speech: Speech
) -> tuple[Section, ...]:
    """Return why a top-up brings what it does, what it does not, and why rungs are refused."""
    language = speech.language
    shut = [(rung, word(rung.refusal, language)) for rung in rungs if rung.refusal is not None]
    refused = (
        words.HEADED.said(language, name=format_minor(rung.rung.pay_minor), why=f"{said.what} {said.why}")
        for rung, said in shut
    )
    return (
        Section("", reason_lines(reasons, (), speech)),
        *declined_sections(declined, speech, on_top_up=True),
        *speech.section(words.REFUSED_RUNGS.said(language), refused),
    )


def tier_sections(standing: TierStanding, speech: Speech) -> tuple[Section, ...]:
    """Return the tier that is held, what it brings, and what the next one takes; nothing where there are none."""
    language, tier, following = speech.language, standing.tier, standing.following
    if tier is None and following is None:
        return ()
    lines = [words.TIER_NONE.said(language)]
    if tier is not None and standing.held_until is not None:
        lines = [words.TIER_HELD.said(language, tier=tier.name, until=standing.held_until.isoformat())]
    if following is not None:
        visits = following.measure is Measure.VISITS
        needed, found, missing = (
            str(figure) if visits else format_minor(figure)
            for figure in (following.reach, standing.found, standing.missing)
        )
        by, days = BY[following.measure].said(language), following.window_days
        figures = {"by": by, "days": days, "needed": needed, "found": found, "missing": missing}
        lines.append(words.TIER_NEXT.said(language, tier=following.name, **figures))
    for each in (tier, following):
        if each is not None and each.benefits:
            lines.append(words.TIER_BENEFITS.said(language, tier=each.name, benefits=speech.listed(each.benefits)))
    return speech.section(words.TIER.said(language), lines)


def points_sections(policy: PointsPolicy | None, mall: Sequence[MallOffer], speech: Speech) -> tuple[Section, ...]:
    """Return how points are earned and used, and what the mall cannot give now, with what is missing."""
    language = speech.language
    shut = [(offer, word(offer.refusal, language)) for offer in mall if offer.refusal is not None]
    refused = []
    for offer, said in shut:
        missing = words.POINTS_MISSING.said(language, missing=f"{offer.missing_points:,}")
        step = missing if offer.missing_points and offer.left != 0 else ""
        phrase = words.STEP if step else words.HEADED
        refused.append(phrase.said(language, name=offer.item.name, why=said.why, step=step))
    got, used = policy_lines(policy, language)
    return (
        *speech.section(words.POINTS_GOT.said(language), got),
        *speech.section(words.POINTS_USED.said(language), used),
        *speech.section(words.POINTS_NOT_HAD.said(language), refused),
    )


def policy_lines(policy: PointsPolicy | None, language: Language) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return how points are earned, and how they are used; nothing without a policy."""
    if policy is None:
        return (), ()
    earned = words.POINTS_TOP_UP if policy.on is Event.TOP_UP else words.POINTS_PAY
    got = [earned.said(language, per=format_minor(policy.earn_per_minor), units=policy.earn_units)]
    if policy.pending_days:
        got.append(words.POINTS_WAIT.said(language, days=policy.pending_days))
    if policy.valid_days is not None:
        got.append(words.POINTS_LIVE.said(language, days=policy.valid_days))
    burn = {"units": policy.burn_units, "amount": format_minor(policy.burn_minor), "percent": policy.burn_percent}
    used = offer_words.POINTS_RULE.said(language, **burn) if policy.burn_units else words.POINTS_NO_USE.said(language)
    return tuple(got), (used,)


def benefits_sections(found: Benefits, claims: Claims, bill: BillTerms | None, speech: Speech) -> tuple[Section, ...]:
    """Return of each thing held why it can or cannot be used, what can be claimed and what not, and the tier."""
    language = speech.language
    held = (
        words.HELD_UNITS.said(language, name=each.name, units=each.units, why=held_why(each, bill, speech))
        for each in found.held
    )
    open_now = [
        words.HEADED.said(
            language,
            name=claim.rule.name,
            why="; ".join(word_reason(reason, language, speech.names) for reason in claim.reasons)
            or words.HELD_FREE.said(language),
        )
        for claim in claims.open
    ]
    return (
        *speech.section(words.HELD.said(language), held),
        *speech.section(words.CLAIMS.said(language), open_now),
        *declined_sections(claims.declined, speech),
        *tier_sections(found.standing, speech),
    )


def held_why(held: HeldUnits, bill: BillTerms | None, speech: Speech) -> str:
    """Return what something held does to a bill, or why it does nothing; without a bill whether it could be used now."""
    language = speech.language
    if not held.usable and held.usable_from is not None:
        return offer_words.VALID_FROM.said(language, day=held.usable_from.isoformat())
    if bill is not None:
        cut = next((each for each in bill.reductions if each.rule_id == held.rule_id), None)
        if cut is not None and held.rule_id:
            used = any(take.lot_id == held.lot_id for take in cut.takes)
            return (words.HELD_CUTS if used else words.HELD_OTHER).said(language, amount=format_minor(cut.amount_minor))
        declined = next((each for each in bill.declined if each.rule_id == held.rule_id), None)
        if declined is not None:
            near = declined.flip
            return word_step(near, language, speech.names) if near is not None else _why_not(declined, speech)
    said = [word_reason(verdict.reason, language, speech.names) for verdict in held.conditions]
    return "; ".join(said) or words.HELD_FREE.said(language)


def _readable(reason: Reason, holdings: Sequence[Holding]) -> Reason:
    """Return the reason with lots named as people know them: `300.00+50.00`."""
    names = {
        holding.lot.lot_id: f"{format_minor(holding.lot.paid_minor)}+{format_minor(holding.lot.bonus_minor)}"
        for holding in holdings
    }
    values = tuple((name, names.get(str(value), value) if name == "lot" else value) for name, value in reason.values)
    return replace(reason, values=values)
