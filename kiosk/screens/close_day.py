"""The close of the day as a deed and as an outcome."""

from __future__ import annotations

from datetime import date

from kiosk.screens import phrases_shop as words
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.result import Outcome, money_line
from kiosk.services.acts import Act
from kiosk.services.close_day import DayClosed, close_day


def day_deed(desk: Desk, day: date) -> Deed:
    """Return the close of the business date as it is asked."""
    counter, language = desk.counter, desk.language

    def command(act: Act, _: Settling) -> DayClosed:
        return close_day(counter, act, day)

    line = words.CONFIRM_DAY.said(language, day=day.isoformat())
    return Deed(
        title=words.DAY_CLOSE,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_DAY_LINE.said(language),
        action=words.DAY_CLOSE,
    )


def day_outcome(desk: Desk, closed: DayClosed) -> Outcome:
    """Return a closed day as it is shown afterwards."""
    language, figures = desk.language, closed.report.figures
    return Outcome(
        headline=words.DAY_CLOSED.said(language),
        sentence=f"{closed.report.business_date}",
        done=closed.done,
        big=(words.REPORT_TOP_UP.said(language), figures.net.top_up.minor),
        second=(words.REPORT_STORED.said(language), figures.net.stored_minor),
        lines=(
            money_line(words.REPORT_BONUS.said(language), figures.net.top_up_bonus_minor),
            (words.REPORT_VOID.said(language), words.TIMES.said(language, count=figures.void_count)),
        ),
    )
