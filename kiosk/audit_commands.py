"""`kiosk audit`: what was refused, as lines to read or as CSV to keep."""

from __future__ import annotations

import argparse
import csv
import sys
from argparse import Namespace
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.commands import asked_language, refusals_said, say
from kiosk.config import load_config

if TYPE_CHECKING:
    from kiosk.i18n import Language
    from kiosk.services.audit import Attempt
    from kiosk.services.counter import Counter

_DAYS: Final = 29
_COLUMNS: Final = ("at", "business_date", "till", "staff", "act", "refused", "amount", "attempted_entry", "said")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def add_audit(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kiosk audit` to the command line."""
    audit = several.add_parser("audit", help="list what was refused: wrong PINs, lock-outs, approvals, voids, limits")
    audit.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="2026-11-01; thirty days unless named")
    audit.add_argument("--person", metavar="NUMBER", help="of this person alone")
    audit.add_argument("--csv", action="store_true", help="as CSV, on standard output")
    audit.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
    audit.set_defaults(run=show_audit)


@refusals_said
def show_audit(asked: Namespace) -> int:
    """Write what was refused since a day, oldest first, and how often to each person."""
    from kiosk.services.audit import days_back, refused_since
    from kiosk.wiring import open_counter

    counter, language = open_counter(load_config(asked.config)), asked_language(asked)
    with closing(counter.store):
        since = asked.since or days_back(counter, _DAYS)
        attempts = (one for one in refused_since(counter, since) if asked.person in {None, one.cashier})
        rows = (_row(counter, one, language) for one in attempts)
        if asked.csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(_COLUMNS)
            writer.writerows([_harmless(text) for text in row] for row in rows)
            return 0
        for row in rows:
            say("  ".join(text for text in row if text))
        _say_counts(counter, since, language)
    return 0


def _row(counter: Counter, attempt: Attempt, language: Language) -> tuple[str, ...]:
    from kiosk.screens.audit_words import act_text, refusal_text
    from ledger.money import format_minor

    return (
        attempt.at.astimezone(counter.zone).isoformat(timespec="seconds"),
        attempt.business_date.isoformat(),
        attempt.till,
        attempt.cashier,
        act_text(attempt.act, language),
        attempt.error,
        "" if attempt.amount_minor is None else format_minor(attempt.amount_minor),
        attempt.attempted_id or "",
        refusal_text(attempt, language, counter.zone),
    )


def _say_counts(counter: Counter, since: date, language: Language) -> None:
    from kiosk.screens import phrases_security as words
    from kiosk.services.audit import audit

    view = audit(counter, since)
    say(words.SINCE_HEAD.said(language, since=since.isoformat(), count=view.count))
    for one in view.people:
        say("  " + words.BY_PERSON.said(language, who=one.cashier, refused=one.refused, door=one.at_the_door))


def _harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: what was typed at a till may begin like one."""
    return f"'{text}" if text.startswith(_FORMULA) else text
