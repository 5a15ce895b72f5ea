"""What was refused: who, when, what, why and how much, with a count for each person (P5, P8, N12)."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.i18n import Phrase, moment_text
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_security as words
from kiosk.screens.audit_words import act_text, refusal_text
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.services.audit import Attempt, AuditView, audit, days_back
from ledger.money import format_minor


class AuditScreen(MenuScreen):
    """Refused attempts, newest first; a manager's PIN was asked before."""

    title_phrase = words.AUDIT
    topic = "audit"

    def __init__(self, desk: Desk) -> None:
        """Take the desk; everybody, today."""
        super().__init__(desk)
        self.cashier: str | None = None
        self.days = 0
        self.view: AuditView | None = None

    def menu_keys(self) -> Sequence[Key]:
        """Return the keys that choose a person and the days."""
        return (
            Key("p", words.PERSON_KEY, self._next_person, rank=1),
            Key("d", words.DAYS_KEY, self._next_days, rank=1),
        )

    def enter_label(self) -> Phrase:
        """Return what Enter does here."""
        return frame.CHOOSE

    def reload(self) -> None:
        """Read what was refused."""
        counter, cashier, days = self.desk.counter, self.cashier, self.days
        self.read(lambda: audit(counter, days_back(counter, days), cashier), self._show)

    def _next_person(self) -> None:
        people: list[str | None] = [None, *(one.cashier for one in (self.view.people if self.view else ()))]
        at = people.index(self.cashier) if self.cashier in people else -1
        self.cashier = people[(at + 1) % len(people)]
        self.reload()

    def _next_days(self) -> None:
        spans = list(words.DAYS)
        self.days = spans[(spans.index(self.days) + 1) % len(spans)]
        self.reload()

    def _show(self, view: AuditView) -> None:
        self.view = view
        whose = self.cashier or self.say(words.EVERYBODY)
        heading = self.say(words.AUDIT_COUNT, whose=whose, days=self.say(words.DAYS[self.days]), count=view.count)
        people = (
            self.say(words.BY_PERSON, who=one.cashier, refused=one.refused, door=one.at_the_door) for one in view.people
        )
        items = tuple(self._item(attempt) for attempt in view.attempts)
        self.show_menu(Menu(heading, "  ".join(people), items, self.say(words.NOBODY)))

    def _item(self, attempt: Attempt) -> Item:
        zone = self.desk.counter.zone
        who = f"{moment_text(attempt.at, zone)}  {attempt.cashier}"
        act = act_text(attempt.act, self.language)
        said = refusal_text(attempt, self.language, zone)
        amount = "" if attempt.amount_minor is None else format_minor(attempt.amount_minor)
        note = said if amount in said else f"{amount}  {said}"
        return Item(who, act, note, _nothing)


def _nothing() -> None:
    """Do nothing: all there is to an attempt stands in its row."""
