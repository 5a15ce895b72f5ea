"""Care: today's birthdays, low balances, what ends and who sleeps, each with the offer they would get (A26, F4, F6)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kiosk.i18n import Phrase
from kiosk.screens import phrases_care as words
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu, MenuScreen
from kiosk.services.activity_lists import BirthdayLine, ExpiringLine, LowBalanceLine
from kiosk.services.care import Cared, CareLine, CareList, CareView, care
from kiosk.services.find_member import Via
from kiosk.services.offer_names import names_of
from ledger.money import CNY, PTS, format_minor

_KEYS = (
    ("b", words.BIRTHDAYS_KEY, CareList.BIRTHDAYS),
    ("l", words.LOW_KEY, CareList.LOW_BALANCES),
    ("e", words.ENDING_KEY, CareList.EXPIRING),
    ("w", words.WAKE_KEY, CareList.TO_WAKE_UP),
)


class CareScreen(MenuScreen):
    """One of today's lists; a letter shows another, Enter opens the member."""

    title_phrase = words.CARE
    topic = "care"

    def __init__(self, desk: Desk) -> None:
        """Take the desk; birthdays first."""
        super().__init__(desk)
        self.which = CareList.BIRTHDAYS

    def enter_label(self) -> Phrase:
        """Return what Enter does here."""
        return words.OPEN

    def menu_keys(self) -> Sequence[Key]:
        """Return a key for each list."""
        return [Key(name, label, partial(self._show_list, which), rank=1) for name, label, which in _KEYS]

    def _show_list(self, which: CareList) -> None:
        self.which = which
        self.reload()

    def reload(self) -> None:
        """Read the list."""
        counter, which = self.desk.counter, self.which
        self.read(lambda: (care(counter, which), names_of(counter)), self._show)

    def _show(self, read: tuple[CareView, dict[str, str]]) -> None:
        view, names = read
        heading = words.COUNT_MORE if view.more else words.COUNT
        said = self.say(heading, list=self.say(words.LISTS[view.which.value]), count=view.count)
        items = tuple(self._item(cared, names) for cared in view.lines)
        self.show_menu(Menu(said, self.say(words.WAITING, count=view.waiting), items, self.say(words.EMPTY)))

    def _item(self, cared: Cared, names: dict[str, str]) -> Item:
        person = cared.person
        who = f"{person.name} {person.masked_phone}".strip()
        value, note = self._figures(cared.line, names)
        offer = self.say(words.OFFER, offer=cared.offer) if cared.offer else ""
        pick = partial(self.paths.open_member, person.member_id, Via.SEARCH)
        return Item(who, value, "  ".join(part for part in (note, offer) if part), pick)

    def _figures(self, line: CareLine, names: dict[str, str]) -> tuple[str, str]:
        """Return a line's figure and what is said beside it."""
        if isinstance(line, BirthdayLine):
            when = self.say(words.TODAY) if not line.days_away else self.say(words.IN_DAYS, days=line.days_away)
            return f"{line.falls_on:%m-%d}", when
        if isinstance(line, LowBalanceLine):
            last = line.last_visit_on
            note = self.say(words.LAST_VISIT, day=last.isoformat()) if last is not None else ""
            return format_minor(line.balance_minor), note
        if isinstance(line, ExpiringLine):
            return "", self._ending(line, names)
        return format_minor(line.balance_minor), self.say(words.AWAY, days=line.days_away)

    def _ending(self, line: ExpiringLine, names: dict[str, str]) -> str:
        day = line.expires_on.isoformat()
        if line.asset == CNY.code:
            return self.say(words.ENDS_MONEY, amount=format_minor(line.amount), day=day)
        name = self.say(words.POINTS) if line.asset == PTS.code else names.get(line.asset, line.asset)
        return self.say(words.ENDS, name=name, amount=line.amount, day=day)
