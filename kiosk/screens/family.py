"""The family behind a member's record: who may use whose pot, each within limits, and who used what (A28, N17)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from kiosk.i18n import moment_text
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_pot as words
from kiosk.screens.base import Panel
from kiosk.screens.confirm import Deed
from kiosk.screens.desk import Desk
from kiosk.screens.family_deeds import change_deed, limit_text
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu
from kiosk.screens.owned import OwnedScreen
from kiosk.screens.paying import who
from kiosk.screens.theme import FAINT, INK, MUTED
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.screens.wording import Refusal
from kiosk.services.family import Change
from kiosk.services.family_pot import FamilyView, PersonView, PotSpend, family_view
from kiosk.services.find_member import Via
from kiosk.services.gift import receiver_of
from kiosk.services.goods import looks_like_barcode
from kiosk.services.presence import Presence
from kiosk.services.values import Member
from ledger.errors import MoneyError
from ledger.family import FamilyAction, Limits
from ledger.money import format_minor, parse_amount

_SPENDS_SHOWN = 6


class FamilyScreen(OwnedScreen):
    """A member's family; its owner changes it, everybody in it sees it."""

    title_phrase = words.FAMILY
    topic = "family"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take whose family it is and how the member was identified."""
        super().__init__(desk, member_id, via)
        self.view: FamilyView | None = None
        self.adding = False

    def compose_body(self) -> ComposeResult:
        """Build the list, and below it who used what."""
        yield from super().compose_body()
        yield Static(id="points-lots", markup=False)

    def reload(self) -> None:
        """Read the family."""
        counter, member_id = self.desk.counter, self.member_id
        self.read(lambda: family_view(counter, member_id), self._show)

    def _show(self, view: FamilyView) -> None:
        self.view = view
        if view.owner is None:
            empty = words.NONE_YET if view.most_members else words.NOT_OFFERED
            self.show_menu(Menu(self.say(words.TITLE_NONE), "", (), self.say(empty)))
            return
        named = who(view.owner, self.language)
        line = self.say(words.LINE_PERSON, who=named)
        if view.is_owner:
            line = self.say(words.LINE_OWNER, count=len(view.people), most=view.most_members)
        items = tuple(self._item(person) for person in view.people)
        self.show_menu(Menu(self.say(words.TITLE, who=named), line, items))
        self.query_one("#points-lots", Static).update(self._spends(view.spends))

    def _item(self, person: PersonView) -> Item:
        today = self._of_limit(person.spent_today_minor, person.limits.per_day_minor, person)
        month = self._of_limit(person.spent_month_minor, person.limits.per_month_minor, person)
        value = self.say(words.OWNER) if person.is_owner else self.say(words.TODAY, spent=today)
        note = "" if person.is_owner else self.say(words.MONTH, spent=month)
        if person.left_minor is not None:
            note = f"{note}  {self.say(words.LEFT, left=format_minor(person.left_minor))}"
        refusal = self._why_fixed(person)
        pick = None if refusal is not None else partial(self._ask_limits, person)
        return Item(who(person.member, self.language), value, note, pick, refusal)

    def _of_limit(self, spent_minor: int, limit_minor: int | None, person: PersonView) -> str:
        spent = format_minor(spent_minor)
        if person.is_owner or limit_minor is None:
            return spent
        return self.say(words.OF_LIMIT, spent=spent, limit=format_minor(limit_minor))

    def _why_fixed(self, person: PersonView | None) -> Refusal | None:
        """Return why a row cannot be changed, None where it can."""
        view = self.view
        if view is None or view.owner is None:
            return self.refusal(words.NONE_YET, words.NONE_YET, words.NONE_YET)
        if not view.is_owner:
            named = who(view.owner, self.language)
            return self.refusal(words.NOT_OWNERS, words.NOT_OWNERS_WHY, words.NOT_OWNERS_NEXT, who=named)
        if person is not None and person.is_owner:
            return Refusal(
                self.say(words.OWNER_STAYS), self.say(words.OWNER_STAYS_WHY), self.say(words.OWNER_STAYS_NEXT)
            )
        return None

    def _spends(self, spends: tuple[PotSpend, ...]) -> Text:
        lines = [Text(self.say(words.SPENDS), MUTED)]
        if not spends:
            lines.append(Text(self.say(words.NO_SPENDS), FAINT))
        lines += [self._spend(each) for each in spends[:_SPENDS_SHOWN]]
        return Text("\n").join(lines)

    def _spend(self, each: PotSpend) -> Text:
        amount = format_minor(each.stored_minor) if each.stored_minor else self.say(words.VOIDED)
        return row(
            cell(moment_text(each.recorded.entry.occurred_at, self.desk.counter.zone), 13, style=FAINT),
            cell(who(each.person, self.language), 26, style=INK),
            cell(amount, 12, right=True, style=INK if each.stored_minor else FAINT),
            cell("", 3),
            cell(each.recorded.entry_no, 11, style=MUTED),
        )

    # keys

    def menu_keys(self) -> Sequence[Key]:
        """Return what the owner can do, dimmed for everybody else."""
        view = self.view
        if view is None or (view.owner is None and not view.most_members):
            return ()
        if view.owner is None:
            return (Key("n", words.FORM, self._form, rank=0),)
        why, marked = self._why_fixed(None), self._why_fixed(self._marked())
        return (
            Key("a", words.ADD, self._add, why, rank=1),
            Key("x", words.TAKE_OUT, self._take_out, marked, rank=2),
            Key("d", words.DISSOLVE, self._dissolve, why, rank=3),
        )

    def _marked(self) -> PersonView | None:
        place = self.query_one(Rows).highlighted
        people = self.view.people if self.view is not None else ()
        return people[place] if place is not None and place < len(people) else None

    def on_option_list_option_highlighted(self) -> None:
        """Take a refusal away, and fit the keys to the marked row."""
        super().on_option_list_option_highlighted()
        self.adding = False
        self.refresh_keys()

    def _change(self, action: FamilyAction, sentence: str, line: str = "", **what: object) -> None:
        """Ask for a change of this member's family, and do it."""
        self.clear_message()
        asked = Change(action, self.member_id, presence=Presence(self.via), **what)  # type: ignore[arg-type] # as named
        self.ask(self._deed(asked, sentence, line))

    def _deed(self, asked: Change, sentence: str, line: str) -> Deed:
        return change_deed(self.desk.counter, asked, sentence, line)

    @property
    def _owner(self) -> str:
        assert self.view is not None, "the key is there once the family was read"
        return who(self.view.owner or self.view.member, self.language)

    def _form(self) -> None:
        sentence = self.say(words.CONFIRM_FORM, who=self._owner)
        self._change(FamilyAction.FORMED, sentence, self.say(words.CONFIRM_FORM_LINE))

    def _dissolve(self) -> None:
        self._change(FamilyAction.DISSOLVED, self.say(words.CONFIRM_DISSOLVE, who=self._owner))

    def _take_out(self) -> None:
        marked = self._marked()
        if marked is not None:
            sentence = self.say(words.CONFIRM_TAKE_OUT, who=who(marked.member, self.language))
            self._change(FamilyAction.LEFT, sentence, person_id=marked.member.member_id)

    def _ask_limits(self, person: PersonView) -> None:
        def asked(limits: Limits | None) -> None:
            if limits is not None:
                self._set_limits(person, limits)

        self.app.push_screen(LimitsPanel(self.desk, person.member), asked)

    def _set_limits(self, person: PersonView, limits: Limits) -> None:
        day, month = (limit_text(limit, self.language) for limit in (limits.per_day_minor, limits.per_month_minor))
        sentence = self.say(words.CONFIRM_LIMITS, who=who(person.member, self.language), day=day, month=month)
        self._change(FamilyAction.LIMITS, sentence, person_id=person.member.member_id, limits=limits)

    # adding

    def _add(self) -> None:
        self.adding = True
        phrases = (words.SCAN_PERSON, words.SCAN_PERSON_WHY, words.SCAN_PERSON_NEXT)
        self.refuse(self.refusal(*phrases), stops=False)

    def on_scan(self, text: str) -> bool:
        """Take the code of whoever joins; other codes mean what they mean everywhere."""
        if not self.adding or looks_like_barcode(text):
            return False
        counter = self.desk.counter
        self.read(lambda: receiver_of(counter, text), partial(self._joins, text))
        return True

    def _joins(self, code: str, person: Member) -> None:
        self.adding = False
        sentence = self.say(words.CONFIRM_ADD, who=who(person, self.language), owner=self._owner)
        self._change(FamilyAction.JOINED, sentence, person_code=code)


class LimitsPanel(Panel[Limits | None]):
    """Two amounts: a day, a month; empty is no limit. Leaves with the limits, or with None."""

    topic = "family_limits"

    def __init__(self, desk: Desk, person: Member) -> None:
        """Take whose limits they are."""
        super().__init__(desk)
        self.person = person

    def compose(self) -> ComposeResult:
        """Build the two fields."""
        title = self.say(words.LIMITS_OF, who=who(self.person, self.language))
        with Vertical(id="sheet"):
            yield Static(title, classes="sheet-title", markup=False)
            for name, label in (("day", words.LIMIT_DAY), ("month", words.LIMIT_MONTH)):
                with Horizontal(classes="field"):
                    yield Static(self.say(label), classes="field-label", markup=False)
                    yield Input(id=name, placeholder=self.say(words.LIMIT_HINT), max_length=12)
            yield MessageLines()
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Begin with the day."""
        super().on_mount()
        for box in self.query(Input):
            box.cursor_blink = False
        self.query_one("#day", Input).focus()

    def keys(self) -> Sequence[Key]:
        """Return Enter, the way to the other field, and the way out."""
        return (
            Key("enter", frame.NEXT, self._next, rank=0),
            Key("up", frame.BACK, lambda: self.query_one("#day", Input).focus(), shown=False),
            Key("escape", frame.LEAVE_IT, lambda: self.dismiss(None), rank=0),
        )

    def on_input_changed(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def _next(self) -> None:
        month = self.query_one("#month", Input)
        try:
            day_minor = self._read("#day")
            if not month.has_focus:
                month.focus()
                return
            self.dismiss(Limits(day_minor, self._read("#month")))
        except MoneyError as unreadable:
            self.refuse_error(unreadable)

    def _read(self, name: str) -> int | None:
        typed = self.query_one(name, Input).value.strip()
        return parse_amount(typed) if typed else None
