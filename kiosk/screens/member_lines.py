"""Lines about a member: who they are, what they hold, what happened last."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from rich.text import Text

from kiosk.i18n import Language, day_text, moment_text
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_line as line_words
from kiosk.screens.phrases_frame import KINDS
from kiosk.screens.theme import ACCENT, AMBER, FAINT, GREEN, INK, MUTED
from kiosk.screens.widgets.columns import cell, row, spread
from kiosk.screens.widgets.header import since_text
from kiosk.services.counter import Counter
from kiosk.services.open_member import MemberLine, MemberView
from ledger.codes import Code, CodeKind
from ledger.entries import EntryKind
from ledger.money import format_minor

_SOON_DAYS = 7
_NARROW = 48


def head_line(view: MemberView, today: date, width: int, language: Language) -> Text:
    """Return who stands here: name, masked phone, a birthday that is near, the code."""
    member = view.member
    left = Text.assemble(
        (member.name or words.ANONYMOUS.said(language), f"bold {INK}"), "  ", (view.masked_phone, MUTED)
    )
    if birthday := _birthday(member.birthday, today, language):
        left.append("   ").append(birthday, AMBER)
    code = words.MEMBER_CODE.said(language, code=Code(CodeKind.MEMBER, member.code).shown)
    return spread(left, Text(code, FAINT), width)


def total_line(view: MemberView, counter: Counter, language: Language) -> str:
    """Return what all places hold together and since when that is known; empty where head office said nothing."""
    if view.as_of is None:
        return ""
    said = line_words.TOTAL.said(language, amount=format_minor(view.total_minor), as_of=since_text(view.as_of, counter))
    if not view.unmoved_minor:
        return said
    return f"{said}  {line_words.UNMOVED.said(language, amount=format_minor(view.unmoved_minor))}"


def why_notes(view: MemberView, counter: Counter, language: Language) -> tuple[str, ...]:
    """Return what is here and what is elsewhere, as lines of an explanation; none where head office said nothing."""
    if view.as_of is None:
        return ()
    elsewhere, as_of = format_minor(view.total_minor - view.here_minor), since_text(view.as_of, counter)
    return (
        line_words.WHY_HERE.said(language, here=format_minor(view.here_minor)),
        line_words.WHY_ELSEWHERE.said(language, elsewhere=elsewhere, as_of=as_of),
        line_words.WHY_ASK.said(language),
    )


def days_to_birthday(birthday: date, today: date) -> int:
    """Return how many days until the next birthday; 29 February is kept on 1 March where there is none."""

    def in_year(year: int) -> date:
        try:
            return birthday.replace(year=year)
        except ValueError:
            return date(year, 3, 1)

    this_year = in_year(today.year)
    return ((this_year if this_year >= today else in_year(today.year + 1)) - today).days


def _birthday(birthday: date | None, today: date, language: Language) -> str:
    if birthday is None:
        return ""
    days = days_to_birthday(birthday, today)
    if days == 0:
        return words.BIRTHDAY_TODAY.said(language)
    return words.BIRTHDAY_SOON.said(language, days=days) if days <= _SOON_DAYS else ""


def entry_lines(view: MemberView, rows: int, width: int, zone: tzinfo, language: Language) -> Text:
    """Return the last entries under their heading, as many as there are rows."""
    title = Text(words.LAST_ENTRIES.said(language), MUTED)
    lines = [line for line in view.recent if line.recorded.entry.kind is not EntryKind.REPRINTED][:rows]
    if not lines:
        return Text("\n").join([title, Text(words.NO_MEMBER_ENTRIES.said(language), FAINT)])
    return Text("\n").join([title, *(entry_line(line, width, zone, language) for line in lines)])


def entry_line(line: MemberLine, width: int, zone: tzinfo, language: Language) -> Text:
    """Return one entry: when, what, what it did to the balance, its number."""
    entry, delta = line.recorded.entry, line.delta_minor
    sign = "+" if delta > 0 else ""
    amount = f"{sign}{format_minor(delta)}" if delta else ""
    left = row(
        cell(moment_text(entry.occurred_at, zone), 13, style=FAINT), Text(KINDS[entry.kind].said(language), MUTED)
    )
    right = cell(amount, 11, right=True, style=GREEN if delta > 0 else INK)
    after = entry.facts.get("balance_after_minor")
    if width > _NARROW and after is not None:
        note = words.BALANCE_AFTER.said(language, amount=format_minor(after))
        right = row(right, cell(note, 24, right=True, style=FAINT))
    return spread(left, right, width)


def lot_lines(view: MemberView, width: int, zone: tzinfo, language: Language) -> Text:
    """Return what is held, lot by lot, oldest first: it is spent in this order."""
    opened: dict[str, datetime] = {
        line.recorded.entry.entry_id: line.recorded.entry.occurred_at for line in view.recent
    }
    lines = [spread(Text(words.LOTS.said(language), MUTED), Text(format_minor(view.here_minor), MUTED), width)]
    money = [holding for holding in view.holdings if holding.total_minor]
    if not money:
        lines.append(Text(words.NO_LOTS.said(language), FAINT))
    for holding in money:
        at = opened.get(holding.lot.lot_id)
        paid, bonus = format_minor(holding.lot.paid_minor), format_minor(holding.lot.bonus_minor)
        head = Text.assemble(
            (f"{day_text(at, zone)}  " if at else "", FAINT),
            (words.LOT_LINE.said(language, paid=paid, bonus=bonus), MUTED),
        )
        lines.append(spread(head, Text(format_minor(holding.total_minor), INK), width))
    if view.cards:
        lines += [Text(""), Text(words.CARDS.said(language), MUTED)]
        lines += [
            Text(Code(CodeKind.CARD, card.code).shown, ACCENT if card.state.value == "active" else FAINT)
            for card in view.cards
        ]
    return Text("\n").join(lines)
