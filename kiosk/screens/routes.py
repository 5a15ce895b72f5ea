"""The way between screens: the one place where screens know of each other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from traceback import format_exc
from typing import Any, Final

from rich.text import Text
from textual.screen import Screen

from kiosk.screens.activity_code import CodePanel
from kiosk.screens.approve import ManagerPanel
from kiosk.screens.backing_up import BackingUp
from kiosk.screens.basket import NO_BILL, WaitingBill
from kiosk.screens.benefits import BenefitsScreen
from kiosk.screens.billing import BillingScreen
from kiosk.screens.candidates import CandidatesScreen
from kiosk.screens.cards import AnonymousCardScreen, CardsScreen
from kiosk.screens.care import CareScreen
from kiosk.screens.cash import CashScreen
from kiosk.screens.close_day import day_deed, day_outcome
from kiosk.screens.confirm import ConfirmPanel, Deed
from kiosk.screens.count import CountScreen
from kiosk.screens.desk import Desk
from kiosk.screens.enrol import EnrolScreen
from kiosk.screens.family import FamilyScreen
from kiosk.screens.goods import GoodsScreen
from kiosk.screens.help import HelpPanel
from kiosk.screens.home import HomeScreen
from kiosk.screens.lists import ReprintScreen, VoidScreen
from kiosk.screens.member import MemberScreen
from kiosk.screens.more import MoreScreen
from kiosk.screens.open_shift import OpenShiftScreen
from kiosk.screens.paying import Presented
from kiosk.screens.points import PointsPanel, PointsScreen
from kiosk.screens.record import RecordScreen
from kiosk.screens.report import ReportScreen
from kiosk.screens.result import Outcome, ResultScreen
from kiosk.screens.sales import ChoiceScreen, SalesScreen
from kiosk.screens.security import SecurityScreen
from kiosk.screens.shift_menu import ShiftScreen
from kiosk.screens.sign_in import SignInScreen
from kiosk.screens.tags import TagsScreen
from kiosk.screens.top_up import TopUpScreen
from kiosk.screens.why import WhyPanel
from kiosk.screens.why_lines import Section
from kiosk.services.close_day import DayClosed, day_to_close
from kiosk.services.find_member import Candidates, Via
from kiosk.services.open_member import MemberView
from kiosk.services.shifts import current
from kiosk.services.sync_state import unsent
from kiosk.services.values import Role, Shift, Staff
from ledger.entries import EntryKind
from ledger.masked import masked_log
from ledger.rules.promises import Goods, PointsPolicy

RESTART_CODE: Final = 75
"""The exit code that says: start me again (EX_TEMPFAIL)."""

_LOG: Final = logging.getLogger(__name__)


class Routes(BackingUp):
    """An app that knows its screens; at the bottom stands the sign-in or home, everything else above it."""

    desk: Desk

    @property
    def home(self) -> HomeScreen | None:
        """The home screen, where it stands."""
        return next((screen for screen in self.screen_stack if isinstance(screen, HomeScreen)), None)

    def _fatal_error(self) -> None:
        """Leave with a traceback as log lines are: Textual's own prints every local name, PINs and phones among them."""
        _LOG.critical("the counter ends by a mistake of the program", exc_info=True)
        self.panic(Text(masked_log(format_exc())))

    def stand_on(self, screen: Screen[Any]) -> None:
        """Leave everything and stand on another screen."""
        self.unwind(1)
        self.push_screen(screen)

    def unwind(self, depth: int) -> None:
        """Leave screens until so many are left."""
        while len(self.screen_stack) > depth:
            self.pop_screen()

    def _above_home(self, screen: Screen[Any]) -> None:
        self.unwind(self.screen_stack.index(self.home) + 1 if self.home in self.screen_stack else 1)
        self.push_screen(screen)

    # Paths

    def go_home(self, typed: str = "") -> None:
        """Go to the home screen, with something typed there already."""
        home = self.home
        if home is None:
            self.stand_on(HomeScreen(self.desk))
            return
        self.unwind(self.screen_stack.index(home) + 1)
        home.type_in(typed)

    def open_member(
        self,
        member_id: str,
        via: Via,
        *,
        record: bool = False,
        view: MemberView | None = None,
        card_code: str | None = None,
        waiting: WaitingBill = NO_BILL,
    ) -> None:
        """Open a member, with a bill there already, or the whole record above them; `view` if just read."""
        if record:
            self.push_screen(RecordScreen(self.desk, member_id, via))
        else:
            bill = waiting
            if bill == NO_BILL and self.home is not None:
                bill = WaitingBill(lines=self.home.hand_over())
            self._above_home(MemberScreen(self.desk, member_id, Presented(via, card_code), bill, view))

    @property
    def bill_screen(self) -> BillingScreen | None:
        """The screen with a bill on it, where it stands or waits behind others."""
        return next((screen for screen in self.screen_stack if isinstance(screen, BillingScreen)), None)

    def take_goods(self, goods: Goods) -> None:
        """Put goods on the bill that is open, else let them wait at home for the member."""
        bill = self.bill_screen
        if bill is not None:
            self.unwind(self.screen_stack.index(bill) + 1)
            bill.take_goods(goods)
            return
        self.go_home()
        if self.home is not None:
            self.home.take_goods(goods)

    def choose_goods(self, goods: tuple[Goods, ...], then: Callable[[Goods], None]) -> None:
        """Let one of several goods be chosen."""
        self.push_screen(ChoiceScreen(self.desk, goods, then))

    def ask_code(self, then: Callable[[str], None]) -> None:
        """Ask for the code of an activity."""
        self.push_screen(CodePanel(self.desk), lambda code: then(code) if code else None)

    def ask_points(self, asked: tuple[PointsPolicy, int, int], then: Callable[[int], None]) -> None:
        """Ask how many points pay a bill."""
        self.push_screen(PointsPanel(self.desk, *asked), lambda points: then(points) if points is not None else None)

    def open_goods(self) -> None:
        """Open the catalogue, to put goods on the bill."""
        self.push_screen(GoodsScreen(self.desk))

    def choose_member(self, found: Candidates) -> None:
        """Let one of several members be picked."""
        self._above_home(CandidatesScreen(self.desk, found))

    def open_top_up(self, member_id: str, via: Via, waiting: WaitingBill = NO_BILL) -> None:
        """Open the ladder for a member."""
        self.push_screen(TopUpScreen(self.desk, member_id, via, waiting))

    def open_enrol(self, phone: str = "") -> None:
        """Open the enrolment."""
        self._above_home(EnrolScreen(self.desk, phone))

    def open_cards(self, member_id: str | None, via: Via | None) -> None:
        """Open a member's cards, or the handing over of an anonymous one."""
        if member_id is None:
            self._above_home(AnonymousCardScreen(self.desk))
        else:
            self.push_screen(CardsScreen(self.desk, member_id, via or Via.SEARCH))

    def open_void(self) -> None:
        """Open the list of entries that can be voided."""
        self._above_home(VoidScreen(self.desk))

    def open_reprint(self) -> None:
        """Open the list of slips that can be printed again."""
        self._above_home(ReprintScreen(self.desk))

    def open_shift(self) -> None:
        """Open the shift and drawer menu, or the opening of a shift where none is open."""
        self._above_home(ShiftScreen(self.desk) if self.desk.shift else OpenShiftScreen(self.desk))

    def open_cash(self, kind: EntryKind) -> None:
        """Open a cash movement."""
        self.push_screen(CashScreen(self.desk, kind))

    def open_x_report(self) -> None:
        """Open the X report of the open shift."""
        if self.desk.shift is not None:
            self.push_screen(ReportScreen(self.desk, self.desk.shift.shift_id))

    def open_count(self) -> None:
        """Open the blind count that closes the shift."""
        self.push_screen(CountScreen(self.desk))

    def close_day(self) -> None:
        """Ask for the close of the day."""
        self.run_worker(self._close_day(), group="close-day", exclusive=True)

    async def _close_day(self) -> None:
        counter = self.desk.counter
        day, waiting = await self.desk.read(lambda: (day_to_close(counter), unsent(counter)))
        self.confirm(day_deed(self.desk, day, waiting), self._day_closed)

    def _day_closed(self, closed: object) -> None:
        assert isinstance(closed, DayClosed), "a close answers with DayClosed"
        self.show_result(day_outcome(self.desk, closed))
        self.back_up()

    def open_more(self) -> None:
        """Open the settings and devices."""
        self._above_home(MoreScreen(self.desk))

    def open_why(self, sections: Sequence[Section]) -> None:
        """Show how figures came about, which offers do not apply, and what would change that."""
        self.push_screen(WhyPanel(self.desk, sections))

    def open_points(self, member_id: str, via: Via) -> None:
        """Open a member's points and what they buy."""
        self.push_screen(PointsScreen(self.desk, member_id, via))

    def open_benefits(self, member_id: str, via: Via, bill: BillingScreen | None = None) -> None:
        """Open a member's coupons, visits and rights, and what can be claimed."""
        self.push_screen(BenefitsScreen(self.desk, member_id, via, bill))

    def open_tags(self, member_id: str, via: Via) -> None:
        """Open a member's tags."""
        self.push_screen(TagsScreen(self.desk, member_id, via))

    def open_family(self, member_id: str, via: Via) -> None:
        """Open a member's family."""
        self.push_screen(FamilyScreen(self.desk, member_id, via))

    def open_sales(self, member_id: str, via: Via, waiting: WaitingBill = NO_BILL) -> None:
        """Open what is sold for money and used later."""
        self.push_screen(SalesScreen(self.desk, member_id, via, waiting))

    def open_care(self) -> None:
        """Open today's lists of members to care for."""
        self._above_home(CareScreen(self.desk))

    def open_security(self) -> None:
        """Open PINs and what was refused."""
        self._above_home(SecurityScreen(self.desk))

    def open_help(self, topic: str) -> None:
        """Show the help of a screen."""
        self.push_screen(HelpPanel(self.desk, topic))

    def ask_manager(
        self, asked: tuple[str, str], check: Callable[[str, str], object], then: Callable[[], None]
    ) -> None:
        """Ask a manager for the PIN and go on."""
        self.push_screen(
            ManagerPanel(self.desk, asked, check, own=True), lambda answer: then() if answer is not None else None
        )

    def confirm(self, deed: Deed, then: Callable[[object], None]) -> None:
        """Ask for a deed in a sentence and do it."""

        def answered(answer: object) -> None:
            if answer is not None:
                then(answer)

        self.push_screen(ConfirmPanel(self.desk, deed), answered)

    def show_result(self, outcome: Outcome) -> None:
        """Show what was done above the home screen."""
        self._above_home(ResultScreen(self.desk, outcome))

    def signed_in(self, staff: Staff) -> None:
        """Go on with this person: home, with the opening of a shift above it where none is open."""
        self.desk.signed_in = staff
        self.run_worker(self._arrive(staff), group="arrive")

    async def _arrive(self, staff: Staff) -> None:
        self.desk.shift = await self.desk.read(current, self.desk.counter)
        self.stand_on(HomeScreen(self.desk))
        shift = self.desk.shift
        if shift is None:
            self.push_screen(OpenShiftScreen(self.desk))
        elif shift.cashier != staff.staff_id and staff.role is Role.MANAGER:
            self.push_screen(ShiftScreen(self.desk))

    def shift_changed(self, shift: Shift | None) -> None:
        """Take the shift that is open now."""
        self.desk.shift = shift
        self.note_past()

    def sign_out(self) -> None:
        """Leave everything and show the sign-in."""
        self.desk.signed_in = None
        self.stand_on(SignInScreen(self.desk))

    def lock(self) -> None:
        """Hide everything behind the cashier's PIN."""
        if self.desk.signed_in is not None:
            self.push_screen(SignInScreen(self.desk, self.desk.signed_in))

    def restart(self) -> None:
        """End the program with a code that asks for a fresh start."""
        self.exit(return_code=RESTART_CODE)

    def leave(self) -> None:
        """End the program."""
        self.exit()
