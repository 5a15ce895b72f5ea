"""Tag a member: give and take the tags that people decide about; those that figures give are not theirs (P25, E6).

Source: `docs/rules/activity.md`. Two tags mean something to the notices: `offers_ok` and `no_messages`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.model import activity
from kiosk.services.acts import Act, Done
from kiosk.services.counter import Counter
from kiosk.services.errors import TagIsComputed, TagsUnchanged, TagUnfit
from kiosk.services.member_facts import figures_of, records_of
from kiosk.services.open_member import load_member
from kiosk.services.recording import Draft, record
from kiosk.services.shifts import own_shift
from ledger.entries import EntryKind
from ledger.rules.programme import Programme
from ledger.rules.tags import COMPUTED, TagFound, explained_tags

OFFERS_OK: Final = "offers_ok"
"""The member agreed to hear of offers."""
NO_MESSAGES: Final = "no_messages"
"""The member wants to hear nothing at all."""
_TAG: Final = re.compile(r"(?!.*\d{5})[^\W_][\w-]{0,23}")


@dataclass(frozen=True, slots=True)
class Tagging:
    """Ask to give a member tags and to take others away."""

    member_id: str
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagsView:
    """A member's tags: those people gave, and those figures give with the figure that decided each."""

    manual: tuple[str, ...]
    computed: tuple[TagFound, ...]


def tag_member(counter: Counter, act: Act, asked: Tagging) -> Done:
    """Give and take tags.

    Raises TagUnfit, TagIsComputed, TagsUnchanged, MemberUnknown, NoOpenShift, ShiftOfAnother.
    """

    def draft(_: Programme, __: datetime) -> Draft:
        shift = own_shift(counter, act.cashier)
        for tag in (*asked.add, *asked.remove):
            check_tag(tag)
        member = load_member(counter, asked.member_id)
        held = activity.tags(counter.store, records_of(counter, member))
        add, remove = sorted(set(asked.add) - held), sorted((held & set(asked.remove)) - set(asked.add))
        if not add and not remove:
            raise TagsUnchanged(member.member_id)
        return Draft(
            business_date=shift.business_date,
            member_id=member.member_id,
            shift_id=shift.shift_id,
            facts={"add": add, "remove": remove},
        )

    return record(counter, act, EntryKind.TAGGED, asked, draft)


def tags_of(counter: Counter, member_id: str) -> TagsView:
    """Return a member's tags today; raises MemberUnknown."""
    on = counter.business_date(counter.now())
    facts = figures_of(counter, load_member(counter, member_id), on)
    return TagsView(tuple(sorted(facts.tags)), explained_tags(facts, on, counter.programme().promises.tags))


def check_tag(tag: str) -> None:
    """Refuse a tag that no person can give; raises TagUnfit, TagIsComputed."""
    if tag in COMPUTED:
        raise TagIsComputed(tag)
    if _TAG.fullmatch(tag) is None:
        raise TagUnfit(tag)
