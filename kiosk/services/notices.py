"""Notices: queue what a member should hear, once, and only who agreed to hear it; the daemon sends them (F6, F7, A25, A26).

Source: `docs/rules/activity.md`, notices.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from kiosk.model import activity, notices
from kiosk.model.members import Member
from kiosk.model.notices import Channel, Notice, NoticeState, Values
from kiosk.services.activity_lists import birthdays, expiring, low_balances, to_wake_up
from kiosk.services.counter import Counter
from kiosk.services.member_facts import records_of
from kiosk.services.open_member import load_member
from kiosk.services.tag_member import NO_MESSAGES, OFFERS_OK
from ledger.ids import EntryId

AHEAD_DAYS: Final = 5
"""A reminder is due so many days ahead: between three and seven (F7)."""
LOOK_AHEAD_DAYS: Final = 14
_MOST_LINES: Final = 500


class Template(StrEnum):
    """What a notice is about; the words of each, in both languages, are where it is sent."""

    BIRTHDAY = "birthday"
    LOW_BALANCE = "low_balance"
    EXPIRING = "expiring"
    WAKE_UP = "wake_up"

    @property
    def offers(self) -> bool:
        """Whether it carries an offer, which is advertising and needs a consent of its own."""
        return self is not Template.EXPIRING


class Outcome(StrEnum):
    """What queueing came to."""

    QUEUED = "queued"
    ALREADY = "already"
    NO_CONSENT = "no_consent"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True, slots=True)
class Wish:
    """Ask to tell a member something: what, for which period, when it is due, with which figures."""

    member_id: str
    template: Template
    period: str
    due_on: date
    values: Values
    channel: Channel = Channel.SMS
    entry_id: EntryId | None = None


def queue(counter: Counter, wish: Wish) -> Outcome:
    """Queue a notice unless the member has it already or did not agree to it; raises MemberUnknown."""
    with counter.store.write():
        return _queue(counter, wish)


def queue_today(counter: Counter, on: date) -> Mapping[Outcome, int]:
    """Go through the day's lists and queue what each member should hear; as often as you like, nobody hears twice."""
    wishes = list(todays_wishes(counter, on))
    with counter.store.write():
        return Tally(_queue(counter, wish) for wish in wishes)


def todays_wishes(counter: Counter, on: date) -> Iterator[Wish]:
    """Yield what the lists of a date ask for, at most 500 members a list."""
    for birthday in birthdays(counter, on, LOOK_AHEAD_DAYS, _MOST_LINES).lines:
        falls = birthday.falls_on
        due = _ahead(falls, on)
        yield Wish(birthday.person.member_id, Template.BIRTHDAY, f"{falls:%Y}", due, {"falls_on": falls.isoformat()})
    for low in low_balances(counter, on, _MOST_LINES).lines:
        values = {"balance_minor": low.balance_minor}
        yield Wish(low.person.member_id, Template.LOW_BALANCE, f"{on:%Y-%m}", on, values)
    for ending in expiring(counter, on, LOOK_AHEAD_DAYS, _MOST_LINES).lines:
        last = ending.expires_on
        figures: Values = {"asset": ending.asset, "amount": ending.amount, "expires_on": last.isoformat()}
        period, due = f"{ending.asset}/{last:%Y-%m}", _ahead(last, on)
        yield Wish(ending.person.member_id, Template.EXPIRING, period, due, figures)
    for asleep in to_wake_up(counter, on, _MOST_LINES).lines:
        values = {"days_away": asleep.days_away, "balance_minor": asleep.balance_minor}
        yield Wish(asleep.person.member_id, Template.WAKE_UP, asleep.last_seen_on.isoformat(), on, values)


def take_due(counter: Counter, on: date, limit: int = 100) -> tuple[Notice, ...]:
    """Return the notices that may be sent on a date; those of members who no longer agree to them are dropped."""
    ready = []
    with counter.store.write():
        for notice in notices.due(counter.store, on, limit):
            member = load_member(counter, notice.member_id)
            tags = activity.tags(counter.store, records_of(counter, member))
            if agreed(member, tags, Template(notice.template)):
                ready.append(notice)
            else:
                notices.finish(counter.store, notice.number, NoticeState.DROPPED, counter.now())
    return tuple(ready)


def sent(counter: Counter, number: int) -> bool:
    """Note that a notice was sent; False for one that was done with before: it must not be sent again."""
    with counter.store.write():
        return notices.finish(counter.store, number, NoticeState.SENT, counter.now())


def _queue(counter: Counter, wish: Wish) -> Outcome:
    member = load_member(counter, wish.member_id)
    records = records_of(counter, member)
    if any(notices.is_known(counter.store, each, wish.template, wish.period) for each in records):
        return Outcome.ALREADY
    if not agreed(member, activity.tags(counter.store, records), wish.template):
        return Outcome.NO_CONSENT
    if wish.channel is not Channel.SMS or member.phone is None:
        return Outcome.NO_ADDRESS
    for text in (wish.period, *map(str, wish.values.values())):
        assert member.phone not in text, "a notice holds no phone"
    added = notices.add(
        counter.store,
        Notice(member.member_id, wish.channel, wish.template, wish.period, wish.due_on, wish.values, wish.entry_id),
        counter.now(),
    )
    return Outcome.QUEUED if added else Outcome.ALREADY


def agreed(member: Member, tags: frozenset[str], template: Template) -> bool:
    """Tell whether a member agreed to hear this: registered, under terms, not silent; for an offer, by a tag besides."""
    hears = member.registered and member.consent_terms_hash is not None and NO_MESSAGES not in tags
    return hears and (not template.offers or OFFERS_OK in tags)


def _ahead(event_on: date, on: date) -> date:
    return max(on, event_on - timedelta(days=AHEAD_DAYS))
