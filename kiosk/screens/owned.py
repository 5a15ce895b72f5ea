"""A list of what a member owns or can have: what is picked is asked, done, and leads back to the member and their bill."""

from __future__ import annotations

from kiosk.screens.basket import NO_BILL, WaitingBill
from kiosk.screens.confirm import Deed
from kiosk.screens.desk import Desk
from kiosk.screens.done_lines import deed_outcome
from kiosk.screens.menu import MenuScreen
from kiosk.services.acts import Done
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

    def ask(self, deed: Deed) -> None:
        """Ask for a deed, do it, and show what it brought."""

        def done(answer: object) -> None:
            assert isinstance(answer, Done), "an act answers with Done"
            names, language = names_of(self.desk.counter), self.language
            self.paths.show_result(deed_outcome(deed, answer, names, language, self._go_on))

        self.paths.confirm(deed, done)

    def _go_on(self) -> None:
        self.paths.open_member(self.member_id, self.via, waiting=self.waiting)
