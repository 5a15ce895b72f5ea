"""Paths between screens; the app knows every screen, a screen knows only these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from kiosk.screens.basket import NO_BILL, WaitingBill

if TYPE_CHECKING:
    from kiosk.screens.billing import BillingScreen
    from kiosk.screens.confirm import Deed
    from kiosk.screens.result import Outcome
    from kiosk.screens.why_lines import Section
    from kiosk.services.find_member import Via
    from kiosk.services.values import Shift, Staff
    from ledger.entries import EntryKind
    from ledger.rules.promises import Goods, PointsPolicy


class Paths(Protocol):
    """Where a screen can ask to go."""

    def go_home(self, typed: str = "") -> None:
        """Go to the home screen, with something typed there already."""

    def open_member(
        self,
        member_id: str,
        via: Via,
        *,
        record: bool = False,
        waiting: WaitingBill = NO_BILL,
    ) -> None:
        """Open a member, with a bill there already, or the whole record."""

    def search(self, text: str) -> None:
        """Find a member by a scanned or typed text and open them."""

    def open_top_up(self, member_id: str, via: Via, waiting: WaitingBill = NO_BILL) -> None:
        """Open the ladder for a member; `bill` is the amount they are about to pay, as it was typed."""

    def open_enrol(self, phone: str = "") -> None:
        """Open the enrolment, with a phone typed there already."""

    def open_cards(self, member_id: str | None, via: Via | None) -> None:
        """Open a member's cards, or the handing over of an anonymous one."""

    def open_void(self) -> None:
        """Open the list of entries that can be voided."""

    def open_reprint(self) -> None:
        """Open the list of slips that can be printed again."""

    def open_shift(self) -> None:
        """Open the shift and drawer menu, or the opening of a shift where none is open."""

    def open_cash(self, kind: EntryKind) -> None:
        """Open a cash movement."""

    def open_x_report(self) -> None:
        """Open the X report of the open shift."""

    def open_count(self) -> None:
        """Open the blind count that closes the shift."""

    def close_day(self) -> None:
        """Ask for the close of the day."""

    def open_more(self) -> None:
        """Open the settings and devices."""

    def open_why(self, sections: Sequence[Section]) -> None:
        """Show how figures came about, which offers do not apply, and what would change that."""

    def open_points(self, member_id: str, via: Via) -> None:
        """Open a member's points and what they buy."""

    def open_benefits(self, member_id: str, via: Via, bill: BillingScreen | None = None) -> None:
        """Open a member's coupons, visits and rights, and what can be claimed; with a bill, they are chosen for it."""

    def open_tags(self, member_id: str, via: Via) -> None:
        """Open a member's tags."""

    def open_family(self, member_id: str, via: Via) -> None:
        """Open a member's family."""

    def open_sales(self, member_id: str, via: Via, waiting: WaitingBill = NO_BILL) -> None:
        """Open what is sold for money and used later; the bill goes on afterwards."""

    def choose_goods(self, goods: tuple[Goods, ...], then: Callable[[Goods], None]) -> None:
        """Let one of several goods be chosen; `then` gets it."""

    def ask_code(self, then: Callable[[str], None]) -> None:
        """Ask for the code of an activity; `then` gets it, and is not called for none."""

    def ask_points(self, asked: tuple[PointsPolicy, int, int], then: Callable[[int], None]) -> None:
        """Ask how many points pay a bill: the rules, the most it takes, how many there are; `then` gets the number."""

    def open_goods(self) -> None:
        """Open the catalogue, to put goods on the bill."""

    def take_goods(self, goods: Goods) -> None:
        """Put goods on the bill that is open, else let them wait at home for the member."""

    def open_care(self) -> None:
        """Open today's lists of members to care for."""

    def open_security(self) -> None:
        """Open PINs and what was refused."""

    def open_help(self, topic: str) -> None:
        """Show the help of a screen."""

    def ask_manager(
        self, asked: tuple[str, str], check: Callable[[str, str], object], then: Callable[[], None]
    ) -> None:
        """Ask a manager for the PIN, in a bold line and a quiet one, and go on."""

    def confirm(self, deed: Deed, then: Callable[[object], None]) -> None:
        """Ask for a deed in a sentence and do it; `then` gets the use case's answer, and is not called otherwise."""

    def show_result(self, outcome: Outcome) -> None:
        """Show what was done, big, above the home screen."""

    def signed_in(self, staff: Staff) -> None:
        """Go on with this person: to the home screen, or to the opening of a shift."""

    def shift_changed(self, shift: Shift | None) -> None:
        """Take the shift that is open now."""

    def sign_out(self) -> None:
        """Leave everything and show the sign-in."""

    def lock(self) -> None:
        """Hide everything behind the cashier's PIN."""

    def restart(self) -> None:
        """End the program so that the box starts it again."""

    def leave(self) -> None:
        """End the program; only a manager gets here."""
