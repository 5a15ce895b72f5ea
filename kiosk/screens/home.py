"""Home: one big input that takes everything, today's figures, the latest entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Input, Static

from kiosk.i18n import clock_text, weekday
from kiosk.screens import phrases_benefits as offer_words
from kiosk.screens import phrases_counter as words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.backup_words import word_trouble
from kiosk.screens.base import CounterScreen
from kiosk.screens.basket import Basket
from kiosk.screens.bill_lines import basket_lines
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.theme import AMBER, FAINT, INK, MUTED
from kiosk.screens.widgets.columns import beside, cell, row, spread
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.wording import Refusal, shortened
from kiosk.services.find_member import NothingFound, Via
from kiosk.services.latest import LastAct, LatestLine, last_act, latest
from kiosk.services.posters import Posters, posters
from kiosk.services.today import Today, today
from ledger.money import format_minor
from ledger.rules.occasion import BasketLine
from ledger.rules.promises import Goods

_PHONE_LENGTH = 11
_ROWS_ABOVE = 18
_SIDE, _GAP = 32, 4


@dataclass(frozen=True, slots=True)
class HomeView:
    """Everything the home screen shows, read at once."""

    today: Today
    latest: tuple[LatestLine, ...]
    posters: Posters


class HomeScreen(CounterScreen):
    """Where every customer begins."""

    title_phrase = words.HOME
    topic = "home"

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self.view: HomeView | None = None
        self.refused_text = ""
        self.blocked_member: str | None = None
        self.basket = Basket()

    def compose_body(self) -> ComposeResult:
        """Build the input, the figures and the latest entries."""
        yield Static(self.say(words.FIND_PROMPT), id="prompt", markup=False)
        yield Input(id="search", max_length=40)
        yield MessageLines()
        yield Static(id="today", markup=False)
        yield Static(id="day", markup=False)
        yield Static(id="latest", markup=False)

    def on_mount(self) -> None:
        """Listen."""
        super().on_mount()
        self.query_one(Input).cursor_blink = False
        self.query_one(Input).focus()

    def on_screen_resume(self) -> None:
        """Show the figures as they are now."""
        super().on_screen_resume()
        self.query_one(Input).focus()
        self.reload()
        self._tell_of_last_act()
        self.tell_of_backups()

    def on_resize(self) -> None:
        """Fit the lines to the width."""
        self.call_after_refresh(self._draw)

    def keys(self) -> Sequence[Key]:
        """Return the search and the function keys."""
        phone = self.query_one(Input).value.strip() if self.is_mounted else ""
        typed = phone if phone.isdigit() and len(phone) == _PHONE_LENGTH else ""
        enrol = Key(
            "f2", frame.NEW_MEMBER, lambda: self.paths.open_enrol(typed), self.why_no_money(frame.NEW_MEMBER), rank=2
        )
        member_id = self.blocked_member
        via = Via.SEARCH if member_id else None
        cards = Key("f7", frame.CARDS, lambda: self.paths.open_cards(member_id, via), self.why_no_money(frame.CARDS), 6)
        clear = Key("escape", frame.ERASE, self.clear, rank=8, shown=bool(phone or self.basket.lines))
        find = Key("enter", frame.SEARCH, self.search, rank=1)
        return self.with_function_keys(find, enrol, cards, clear, *self._basket_keys())

    def _basket_keys(self) -> list[Key]:
        """Return the keys of goods that wait; none where none do, so that the input keeps them."""
        if not self.basket.lines:
            return []
        return [
            Key("asterisk", offer_words.BASKET, self._set_pieces, shown=False),
            Key("backspace", offer_words.BASKET, self._erase, shown=False),
        ]

    # goods that wait for their member

    def take_goods(self, goods: Goods) -> None:
        """Let scanned goods wait for the member."""
        self.type_in("")
        self.basket.add(goods)
        self._basket_changed()

    def hand_over(self) -> tuple[BasketLine, ...]:
        """Return the goods that waited; they wait no longer."""
        lines = self.basket.lines
        self.basket.clear()
        self._basket_changed()
        return lines

    def _set_pieces(self) -> None:
        box = self.query_one(Input)
        if self.basket.set_typed_pieces(box.value.strip()):
            box.value = ""
            self._basket_changed()

    def _erase(self) -> None:
        box = self.query_one(Input)
        if box.value:
            box.action_delete_left()
        else:
            self.basket.remove_last()
            self._basket_changed()

    def _basket_changed(self) -> None:
        self.refresh_keys()
        self._draw()

    def search(self) -> None:
        """Find who is typed."""
        if text := self.query_one(Input).value.strip():
            self.paths.search(text)

    def clear(self) -> None:
        """Begin anew; where nothing is typed, let go of the goods that wait."""
        if not self.query_one(Input).value:
            self.basket.clear()
            self._basket_changed()
        self.query_one(Input).value = ""
        self.clear_message()

    def type_in(self, text: str) -> None:
        """Begin with something typed already."""
        box = self.query_one(Input)
        box.value = text
        box.cursor_position = len(text)
        self.clear_message()

    def on_input_changed(self) -> None:
        """Take a refusal away once the text is another."""
        if self.query_one(Input).value != self.refused_text:
            self.blocked_member = None
            self.clear_message()
        self.refresh_keys()

    def refuse(self, refusal: Refusal, *, stops: bool = True) -> None:
        """Show a refusal until something else is typed."""
        self.refused_text = self.query_one(Input).value
        super().refuse(refusal, stops=stops)

    def offer_cards(self, member_id: str) -> None:
        """Let F7 lead to the cards of the member whose card was refused."""
        self.blocked_member = member_id
        self.refresh_keys()

    def nothing_found(self, nothing: NothingFound) -> None:
        """Say that nobody fits, and what to do."""
        what, why, next_step = words.NOTHING_FOUND[nothing.kind]
        said = Refusal(self.say(what, text=shortened(nothing.text)), self.say(why), self.say(next_step))
        self.type_in(nothing.text if nothing.kind in {"phone", "digits", "name"} else "")
        self.refuse(said, stops=False)
        self.refresh_keys()

    def _tell_of_last_act(self) -> None:
        """Say, once after a power cut or a kill, what stands in the books last and whether its slip is on paper."""
        if self.desk.cut_off_after is not None:
            entry_id, self.desk.cut_off_after = self.desk.cut_off_after, None
            self._ask(
                self.desk.read(last_act, self.desk.counter, entry_id), self._told_last_act, None, group="last-act"
            )

    def _told_last_act(self, last: LastAct | None) -> None:
        if last is None:
            return
        entry, line = last.line.recorded.entry, last.line
        amount = format_minor(line.amount_minor) if line.amount_minor is not None else ""
        said = " ".join(part for part in (self.say(frame.KINDS[entry.kind]), amount, line.member_name) if part)
        next_step = words.CUT_OFF_GO_ON if last.slip_confirmed else words.CUT_OFF_REPRINT
        what = words.CUT_OFF if last.slip_confirmed else words.CUT_OFF_SLIP
        no = line.recorded.entry_no
        self.refuse(self.refusal(what, words.CUT_OFF_LAST, next_step, act=said, entry_no=no), stops=False)

    def tell_of_backups(self) -> None:
        """Say what is wrong with the backups, where nothing is typed and nothing else is said."""
        trouble = self.desk.backup_trouble
        if trouble is not None and not (self.query_one(Input).value or self.query_one(MessageLines).refusal):
            self.refuse(word_trouble(trouble, self.language, self.desk.counter.zone), stops=False)

    def reload(self) -> None:
        """Read the figures again."""
        counter = self.desk.counter
        self.read(lambda: HomeView(today(counter), latest(counter, 20), posters(counter)), self._show)

    def _show(self, view: HomeView) -> None:
        self.view, self.desk.posters = view, view.posters
        self._draw()
        self.tell_customer()

    def _draw(self) -> None:
        view = self.view
        if view is None:
            return
        day, width = view.today, self.room
        date = f"{day.business_date:%m-%d}"
        head = self.say(words.TODAY, day=date, weekday=weekday(day.business_date, self.language))
        self.query_one("#today", Static).update(spread(Text(head, f"bold {INK}"), self._taken(day), width))
        self.query_one("#day", Static).update(self._figures(day, width))
        room = width - _SIDE - _GAP if self.is_roomy else width
        listed = self._waiting(room) if self.basket.lines else self._latest(view.latest, room)
        if self.is_roomy:
            listed = beside(listed, self._side(day), width - _SIDE)
        self.query_one("#latest", Static).update(Text("\n").join(listed))

    def _taken(self, day: Today) -> Text:
        """Return what was taken by tender, in the day's own line where there is no column for it."""
        parts = [Text(f"{self.say(words.TODAY_ENROLLED)} {day.enrolled_count}", FAINT)]
        if not self.is_roomy:
            parts += [Text.assemble((f"{label} ", FAINT), (figure, MUTED)) for label, figure in self._tenders(day)]
        return Text("   ").join(parts)

    def _tenders(self, day: Today) -> list[tuple[str, str]]:
        return [
            (self.say(frame.TENDERS[tender]), format_minor(minor)) for tender, minor in day.by_tender.items() if minor
        ]

    def _figures(self, day: Today, width: int) -> Text:
        bonus = format_minor(day.top_up_bonus_minor)
        columns = (
            (words.TODAY_TOP_UP, format_minor(day.top_up_minor), self.say(words.TODAY_COUNT, count=day.top_up_count)),
            (words.TODAY_BONUS, bonus, ""),
            (
                words.TODAY_SPEND,
                format_minor(day.stored_spend_minor),
                self.say(words.TODAY_COUNT, count=day.spend_count),
            ),
            (words.TODAY_LIABILITY, format_minor(day.liability_minor), ""),
        )
        each = width // len(columns)
        return Text("\n").join(
            [
                row(*(cell(self.say(label), each, style=MUTED) for label, _, _ in columns)),
                row(*(cell(figure, each, style=f"bold {INK}") for _, figure, _ in columns)),
                row(*(cell(note, each, style=FAINT) for _, _, note in columns)),
            ]
        )

    def _side(self, day: Today) -> list[Text]:
        lines = [spread(Text(label, MUTED), Text(figure, INK), _SIDE) for label, figure in self._tenders(day)]
        return [Text(self.say(words.TAKEN), MUTED), *lines]

    @property
    def _rows(self) -> int:
        return max(1, self.size.height - _ROWS_ABOVE - (4 if self.query_one(MessageLines).refusal else 0))

    def _waiting(self, width: int) -> list[Text]:
        """Return the goods that wait, with what they come to at list price."""
        lines = basket_lines(self.basket.lines, max(1, self._rows - 1), width, self.language)
        sum_minor = format_minor(self.basket.list_minor)
        total = spread(Text(self.say(offer_words.BASKET_WAITS), AMBER), Text(sum_minor, f"bold {INK}"), width)
        return [*lines.split("\n"), total]

    def _latest(self, lines: Sequence[LatestLine], width: int) -> list[Text]:
        room = self._rows
        if not lines:
            return [Text(self.say(words.NO_ENTRIES), FAINT)]
        title = Text(self.say(words.RECENT), MUTED)
        return [title, *(self._line(line, width) for line in lines[:room])]

    def _line(self, line: LatestLine, width: int) -> Text:
        zone = self.desk.counter.zone
        entry = line.recorded.entry
        kind = frame.KINDS[entry.kind].said(self.language)
        who = line.member_name or (self.say(words.ANONYMOUS) if entry.member_id else "")
        amount = format_minor(line.amount_minor) if line.amount_minor is not None else ""
        note = ""
        if line.balance_after_minor is not None:
            note = self.say(words.BALANCE_AFTER, amount=format_minor(line.balance_after_minor))
        left = row(
            cell(clock_text(entry.occurred_at, zone), 7, style=FAINT),
            cell(kind, 9 if self.language == "zh" else 15, style=AMBER if line.is_void else MUTED),
            cell(who, 12, style=INK),
        )
        right = row(cell(amount, 12, right=True, style=INK), cell(note, 26, right=True, style=FAINT))
        return spread(left, right, width)
