"""A list of what a member owns or can have: what is picked is asked, done, and leads back to the member and their bill.

What lies in other stores is brought here first, on a thread of the line; no key waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.screens.basket import NO_BILL, WaitingBill
from kiosk.screens.bringing import asking, outcome
from kiosk.screens.confirm import Deed
from kiosk.screens.desk import Desk
from kiosk.screens.done_lines import deed_outcome
from kiosk.screens.menu import Menu, MenuScreen
from kiosk.screens.widgets.rows import Rows
from kiosk.screens.wording import Refusal
from kiosk.services.acts import Done
from kiosk.services.bring_here import Brought, Help, Spread, bring_here
from kiosk.services.find_member import Via
from kiosk.services.offer_names import names_of


class OwnedScreen(MenuScreen):
    """A list for one member; a bill that waits goes on afterwards."""

    def __init__(self, desk: Desk, member_id: str, via: Via, waiting: WaitingBill = NO_BILL) -> None:
        """Take whose it is, how they were identified, and the bill that waits."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via
        self.waiting = waiting
        self._is_bringing = False
        self._then: Callable[[], object] | None = None
        self._said: Refusal | None = None

    def show_menu(self, menu: Menu) -> None:
        """Show what was read, then go on with what waited for it."""
        super().show_menu(menu)
        then, self._then = self._then, None
        said, self._said = self._said, None
        if said is not None:
            self.call_after_refresh(self.refuse, said, stops=False)
        if then is not None:
            self.refresh_keys()
            then()

    def bring(self, wanted: Spread, units: int, then: Callable[[], object] | None = None) -> None:
        """Ask head office for units of other stores; when all came, go on with `then`, else say what can be done."""
        if self._is_bringing:
            return
        self._is_bringing, desk = True, self.desk
        self.refuse(asking(wanted, units, self.language), stops=False)
        question = self.desk.ask(bring_here, desk.counter, desk.daemon, self.member_id, wanted.asset, units)
        self._ask(question, partial(self._came, self._marked_row(), then), self._not_brought, group="ask")

    def _marked_row(self) -> int | None:
        return self.query_one(Rows).highlighted

    def _came(self, marked: int | None, then: Callable[[], object] | None, brought: Brought) -> None:
        """Show what is here now; go on only where the cashier still looks at what was asked for."""
        self._is_bringing = False
        self.clear_message()
        going_on = self.app.screen is self and self._marked_row() == marked
        if then is not None and going_on and brought.help is Help.GRANTED:
            self._then = then
        else:
            self._said = outcome(brought, self.language)
        self.reload()

    def _not_brought(self, error: Exception) -> None:
        self._is_bringing = False
        self.refuse_error(error)

    def ask(self, deed: Deed) -> None:
        """Ask for a deed, do it, and show what it brought."""

        def done(answer: object) -> None:
            assert isinstance(answer, Done), "an act answers with Done"
            names, language = names_of(self.desk.counter), self.language
            self.paths.show_result(deed_outcome(deed, answer, names, language, self._go_on))

        self.paths.confirm(deed, done)

    def _go_on(self) -> None:
        self.paths.open_member(self.member_id, self.via, waiting=self.waiting)
