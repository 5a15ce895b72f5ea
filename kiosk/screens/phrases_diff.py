"""Words of `kiosk programme diff`: what changes between two programmes, and whom it touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kiosk.i18n import Language, Phrase
from kiosk.screens.phrases_explain import HEADINGS, SECTIONS, word_parts
from kiosk.services.programme_diff import Change, Kind
from kiosk.services.programme_touched import Touched
from ledger.money import format_minor

FRAME: Final[Mapping[str, Phrase]] = {
    "between": Phrase(
        "现行 {old} -> 新方案 {new}：{count} 处不同", "In force {old} -> new {new}, differences: {count}"
    ),
    "between_files": Phrase("{old} -> {new}：{count} 处不同", "{old} -> {new}, differences: {count}"),
    "keep": Phrase(
        "先别换：上面这些已经发出的，新方案里用不了。把它们留在新方案里（不再发就行），等用完再去掉",
        "Do not change yet: what is listed above was given and could no longer be used. Keep it declared in the new "
        "programme (it need not be given any more) until it is used up",
    ),
    "same_version": Phrase(
        "内容改了，版本号还是 {version}，这样载入不了：换一个版本号",
        "The content changed and the version is still {version}; it would not load: give it another version",
    ),
    "holders": Phrase(
        "{members} 位会员持有 {version} 售出或发出的（余额 {amount}），仍按当时的条款",
        "{members} members hold lots under {version} (balance {amount}); they keep their terms",
    ),
    "gone": Phrase(
        "！{members} 位会员还有 {units} 份 {name}，新方案里没有它了",
        "! {members} members still hold {units} of {name}, which the new programme does not know",
    ),
    "move": Phrase("{members} 位会员的等级：{before} -> {after}", "{members} members go from {before} to {after}"),
    "no_tier": Phrase("无等级", "no tier"),
    "nothing": Phrase("（没有）", "(nothing)"),
}
_SIGNS: Final = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}
_KINDS: Final[Mapping[Kind, Phrase]] = {
    Kind.ADDED: Phrase("新增", "added"),
    Kind.REMOVED: Phrase("去掉", "removed"),
    Kind.CHANGED: Phrase("改动", "changed"),
}


def change_lines(change: Change, language: Language, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines that tell one change."""
    one = change.one
    title = f"{SECTIONS[one.section].said(language)} {one.ident} {one.name}".rstrip()
    yield f"{_SIGNS[change.kind]} {_KINDS[change.kind].said(language)} {title}"
    if change.kind is Kind.ADDED:
        for heading, parts in one.parts:
            yield f"    {HEADINGS[heading].said(language)}  {word_parts(parts, language, names)}"
    for difference in change.differences:
        before, after = (
            word_parts(parts, language, names) if parts else FRAME["nothing"].said(language)
            for parts in (difference.before, difference.after)
        )
        yield f"    {HEADINGS[difference.heading].said(language)}  {before} -> {after}"


def touched_lines(who: Touched, language: Language, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines that tell whom a new programme touches."""
    for held in who.holders:
        amount = format_minor(held.total_minor)
        yield FRAME["holders"].said(language, members=held.members, version=held.version, amount=amount)
    for gone in who.gone:
        name = names.get(gone.asset, gone.asset)
        yield FRAME["gone"].said(language, members=gone.members, units=gone.units, name=name)
    nobody = FRAME["no_tier"].said(language)
    for move in who.moves:
        before, after = move.before or nobody, move.after or nobody
        yield FRAME["move"].said(language, members=move.members, before=before, after=after)
