"""Pages: each state as lines of a given size; the figure that matters is as large as the place allows.

Amounts come in fen, words in the customer's language. Nothing moves by itself: a page changes when the till says so.
"""

from __future__ import annotations

from typing import Final

from rich.text import Text

from kiosk.display.parts import (
    DOUBLE_ROWS,
    Lines,
    beside,
    fact_line,
    fitted,
    in_the_middle,
    money_lines,
    whole,
)
from kiosk.display_wire import (
    AskTender,
    BillShown,
    DoneShown,
    Idle,
    LadderShown,
    MemberShown,
    Shown,
    Stopped,
)
from kiosk.i18n import Language, Phrase
from kiosk.screens import phrases_display as words
from kiosk.screens.theme import ACCENT, AMBER, FAINT, GREEN, INK, MUTED
from ledger.money import format_minor

_COLUMN: Final = 64
_ROOMY_ROWS: Final = 30


class Page:
    """One size and one language to draw states for; `width` and `height` are what the margins leave."""

    def __init__(self, language: Language, width: int, height: int) -> None:
        """Take the language, columns and rows."""
        self.language = language
        self.width = width
        self.height = height

    def draw(self, shown: Shown, turn: int = 0) -> Lines:
        """Return a state as lines, at most `height`; `turn` says which poster comes first."""
        return self._cut(self._lines(shown, turn))

    def _cut(self, lines: Lines) -> Lines:
        for line in lines[: self.height]:
            line.truncate(self.width)
        return lines[: self.height]

    def _lines(self, shown: Shown, turn: int) -> Lines:
        match shown:
            case Idle():
                return self._idle(shown, turn)
            case MemberShown():
                return self._member(shown)
            case BillShown():
                return self._bill(shown)
            case LadderShown():
                return self._ladder(shown)
            case AskTender():
                return self._tender(shown)
            case DoneShown():
                return self._done(shown)
            case Stopped():
                return self._stopped(shown.shop, shown.words)

    def away(self, shop: str) -> Lines:
        """Return what stands while no till is there."""
        return self._cut(self._stopped(shop, self._say(words.WELCOME), self._say(words.AWAY)))

    def _say(self, phrase: Phrase, **values: object) -> str:
        return phrase.said(self.language, **values)

    @property
    def _column(self) -> int:
        return min(self.width, _COLUMN)

    def _gap(self) -> Lines:
        """Return the room between parts: more of it where there is more."""
        return [Text("")] * (2 if self.height >= _ROOMY_ROWS else 1)

    def _stopped(self, shop: str, said: str, note: str = "") -> Lines:
        lines = [Text(shop, f"bold {INK}"), Text(""), Text(said, MUTED)]
        return in_the_middle([*lines, *([Text(""), Text(note, FAINT)] if note else [])], self.width, self.height)

    def _idle(self, shown: Idle, turn: int) -> Lines:
        lines = [Text(self._say(words.WELCOME), MUTED), Text(shown.shop, f"bold {INK}")]
        count = len(shown.posters)
        if count:
            turned = [shown.posters[(turn + place) % count] for place in range(count)]
            lines += [*self._gap(), Text(turned[0], f"bold {ACCENT}")]
            lines += [Text(poster, MUTED) for poster in turned[1:]]
        if shown.thanks:
            lines += [*self._gap(), Text(shown.thanks, FAINT)]
        return in_the_middle(lines, self.width, self.height)

    def _head(self, name: str, note: str = "") -> Lines:
        head = Text(fitted(name, self.width), f"bold {INK}")
        if note:
            head.append(f"  {note}", ACCENT)
        return [head, *self._gap()]

    def _big(self, phrase: Phrase, minor: int, style: str = INK, rows: int = DOUBLE_ROWS + 1) -> Lines:
        return money_lines(self._say(phrase), minor, style, self.width, rows)

    def _fact(self, phrase: Phrase, minor: int, style: str = INK) -> Text:
        return fact_line(self._say(phrase), format_minor(minor), self._column, style)

    def _member(self, shown: MemberShown) -> Lines:
        lines = [*self._head(shown.name, shown.tier), *self._big(words.BALANCE, shown.balance_minor), *self._gap()]
        for phrase, count in ((words.POINTS, shown.points), (words.COUPONS, shown.coupons)):
            if count is not None:
                lines.append(fact_line(self._say(phrase), f"{count:,}", self._column))
        return lines

    def _bill(self, shown: BillShown) -> Lines:
        facts = []
        if shown.reductions:
            facts.append(self._fact(words.LIST_PRICE, shown.list_price_minor))
        facts += [
            fact_line(off.label, f"-{format_minor(off.amount_minor)}", self._column, GREEN) for off in shown.reductions
        ]
        after = []
        if shown.stored_minor:
            after.append(self._fact(words.STORED, shown.stored_minor))
        if shown.rest_minor:
            after.append(self._fact(words.REST, shown.rest_minor, f"bold {AMBER}"))
        after.append(self._fact(words.AFTER, shown.balance_after_minor))
        if shown.points:
            after.append(fact_line(self._say(words.EARNED), f"+{shown.points:,}", self._column, GREEN))
        offer = [*self._gap(), Text(fitted(shown.offer, self.width), f"bold {ACCENT}")] if shown.offer else []
        lines = [*self._head(shown.name), *self._big(words.DUE, shown.due_minor), *self._gap()]
        room = self.height - len(lines) - len(after) - len(offer)
        return [*lines, *self._as_many(facts, room), *after, *offer]

    def _as_many(self, facts: Lines, rows: int) -> Lines:
        """Return as many lines as there is room for, the last of them saying how many are not there."""
        if len(facts) <= rows:
            return facts
        kept = facts[: max(0, rows - 1)]
        return [*kept, Text(self._say(words.MORE, count=len(facts) - len(kept)), FAINT)] if rows > 0 else []

    def _ladder(self, shown: LadderShown) -> Lines:
        lines = self._head(shown.name, self._say(words.LADDER))
        if shown.marked is not None:
            marked = shown.rungs[shown.marked]
            half = self.width // 2
            pay = money_lines(self._say(words.PAY), marked.pay_minor, ACCENT, half - 2, self._ladder_rows)
            then = money_lines(self._say(words.BALANCE_THEN), marked.balance_after_minor, INK, half, self._ladder_rows)
            lines += [*beside(pay, then, half), *self._gap()]
        if len(shown.rungs) == 1 and shown.marked == 0:
            return [*lines, Text(fitted(shown.rungs[0].gives, self.width), f"bold {GREEN}")]
        rows = [self._rung(shown, place) for place in range(len(shown.rungs))]
        return [*lines, *self._as_many(rows, self.height - len(lines))]

    @property
    def _ladder_rows(self) -> int:
        return DOUBLE_ROWS + 1 if self.height >= _ROOMY_ROWS else DOUBLE_ROWS - 2

    def _rung(self, shown: LadderShown, place: int) -> Text:
        rung, is_marked = shown.rungs[place], place == shown.marked
        style = f"bold {INK}" if is_marked else MUTED
        pay = Text.assemble(
            ("> " if is_marked else "  ", ACCENT), (f"{whole(format_minor(rung.pay_minor), self.width):>11}", style)
        )
        gives = Text(fitted(rung.gives, max(0, self.width - pay.cell_len - 3)), f"bold {GREEN}" if is_marked else MUTED)
        return Text.assemble(pay, "   ", gives)

    def _tender(self, shown: AskTender) -> Lines:
        lines = [*self._head(shown.what, shown.tender), *self._big(words.ASKED, shown.amount_minor, ACCENT)]
        if not shown.given_minor:
            return lines
        lines += [*self._gap(), self._fact(words.GIVEN, shown.given_minor), *self._gap()]
        return [*lines, *self._big(words.CHANGE, shown.change_minor, INK, self.height - len(lines))]

    def _done(self, shown: DoneShown) -> Lines:
        lines = [Text(fitted(shown.what, self.width), f"bold {GREEN}"), *self._gap()]
        balance, facts = shown.balance_after_minor, []
        if shown.change_minor:
            lines += self._big(words.CHANGE, shown.change_minor, GREEN)
        elif balance is not None:
            lines += self._big(words.BALANCE, balance, GREEN)
        if shown.amount_minor is not None:
            facts.append(self._fact(words.AMOUNT, shown.amount_minor))
        if shown.bonus_minor:
            facts.append(self._fact(words.GIVEN_ON_TOP, shown.bonus_minor, GREEN))
        if shown.change_minor and balance is not None:
            facts.append(self._fact(words.BALANCE, balance, f"bold {INK}"))
        if shown.points:
            facts.append(fact_line(self._say(words.EARNED), f"+{shown.points:,}", self._column, GREEN))
        return [*lines, *self._gap(), *facts, *self._gap(), Text(self._say(words.THANKS), MUTED)]
