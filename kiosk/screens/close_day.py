"""The close of the day as a deed and as an outcome."""

from __future__ import annotations

from datetime import date

from kiosk.screens import phrases_line as line_words
from kiosk.screens import phrases_shop as words
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.result import Outcome, money_line
from kiosk.screens.widgets.header import since_text
from kiosk.services.acts import Act
from kiosk.services.close_day import DayClosed, close_day
from kiosk.services.values import Pending
from ledger.money import format_minor


def day_deed(desk: Desk, day: date, waiting: Pending | None = None) -> Deed:
    """Return the close of the business date as it is asked; what head office lacks is said first and then accepted."""
    counter, language = desk.counter, desk.language

    def command(act: Act, _: Settling) -> DayClosed:
        return close_day(counter, act, day, unsent_accepted=waiting is not None)

    line = words.CONFIRM_DAY.said(language, day=day.isoformat())
    return Deed(
        title=words.DAY_CLOSE,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_DAY_LINE.said(language),
        action=words.DAY_CLOSE,
        warning=_unsent(desk, waiting),
    )


def _unsent(desk: Desk, waiting: Pending | None) -> str:
    if waiting is None or waiting.since is None:
        return ""
    values = {"count": waiting.entries, "amount": format_minor(waiting.minor)}
    return line_words.UNSENT.said(desk.language, **values, since=since_text(waiting.since, desk.counter))


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
        tells_backup=True,
    )
