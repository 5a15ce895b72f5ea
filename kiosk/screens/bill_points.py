"""Points for a bill: those that it would take and that lie in other stores are brought here first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.screens.base import CounterScreen
from kiosk.screens.bringing import asking, outcome
from kiosk.screens.desk import Desk
from kiosk.services.bring_here import BillPoints, Brought, Help, bring_here, points_for_bill
from kiosk.services.pay import PayQuote
from kiosk.services.sync_state import Standing
from ledger.money import PTS

UsePoints = Callable[[int], None]
"""What is done with the points that can pay a bill."""


class BillPointsScreen(CounterScreen):
    """A screen with a bill whose points may lie elsewhere; no key waits for head office."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__(desk)
        self._points_asked = False

    def bill_quote(self) -> PayQuote | None:
        """Return the bill as it stands now."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read the member anew."""
        raise NotImplementedError

    def gather_points(self, quote: PayQuote, use: UsePoints) -> None:
        """Go on with the points that pay a bill, after those that it lacks came from other stores."""
        if self.desk.sync.standing is Standing.ALONE:
            use(quote.bill.most_points)
        elif not self._points_asked:
            counter = self.desk.counter
            reading = partial(points_for_bill, counter, quote.member.member_id, quote.bill)
            self.read(reading, partial(self._points_counted, quote, use))

    def _points_counted(self, quote: PayQuote, use: UsePoints, found: BillPoints) -> None:
        if not found.lacking:
            use(found.here)
            return
        desk, member_id, self._points_asked = self.desk, quote.member.member_id, True

        def bringing() -> tuple[Brought, BillPoints]:
            brought = bring_here(desk.counter, desk.daemon, member_id, PTS.code, found.lacking)
            return brought, points_for_bill(desk.counter, member_id, quote.bill)

        self.refuse(asking(found.spread, found.lacking, self.language), stops=False)
        self._ask(desk.ask(bringing), partial(self._points_came, quote, use), self._points_missed, group="points")

    def _points_came(self, quote: PayQuote, use: UsePoints, came: tuple[Brought, BillPoints]) -> None:
        """Use what is here now if the bill is still the one that lacked it, and say what did not come."""
        brought, found = came
        self._points_asked = False
        self.clear_message()
        standing = self.bill_quote()
        if self.app.screen is self and standing is not None and _same(standing, quote):
            if found.here:
                use(found.here)
            if brought.help is not Help.GRANTED:
                self.refuse(outcome(brought, self.language), stops=False)
        self.reload()

    def _points_missed(self, error: Exception) -> None:
        self._points_asked = False
        self.refuse_error(error)


def _same(one: PayQuote, other: PayQuote) -> bool:
    """Tell whether two quotes are of one bill: the same goods for the same price, paid with the same points."""
    return (one.bill.basket, one.choice, one.bill.paid_price_minor) == (
        other.bill.basket,
        other.choice,
        other.bill.paid_price_minor,
    )
