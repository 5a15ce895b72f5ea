"""A member's past, folded as the journal grows: the same as reckoning it anew, and a void takes back exactly its original."""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.model import activity, journal
from kiosk.model.journal import Recorded
from kiosk.model.store import Store
from kiosk.model.verify import verify
from ledger.entries import Entry, EntryKind, Facts
from ledger.rules.member_facts import DayFigures, RuleUse
from tests.kiosk.model.books import DAY, TERMS_HASH, Books

MEMBERS = ("m1", "m2", "")
RULES = ("double", "welcome", "monday")


@dataclass(frozen=True)
class Happening:
    """One thing that happens: its kind, whose, after how many days, how much, and what rules gave."""

    kind: str
    member: str
    day: int
    minor: int
    rules: tuple[tuple[str, int, int], ...]


happenings = st.lists(
    st.builds(
        Happening,
        kind=st.sampled_from(["top_up", "spend", "issued", "check_in", "redeemed", "sold", "void"]),
        member=st.sampled_from(MEMBERS),
        day=st.integers(0, 3),
        minor=st.integers(1, 50_000),
        rules=st.lists(st.tuples(st.sampled_from(RULES), st.integers(0, 900), st.integers(0, 9)), max_size=3).map(
            tuple
        ),
    ),
    max_size=25,
)


def facts_of(happening: Happening) -> Facts:
    """What the entry of a happening tells."""
    told: Facts = {"rules": [rule_fact(*rule) for rule in happening.rules]}
    amount = {"top_up": "paid_minor", "spend": "paid_price_minor"}.get(happening.kind)
    more: Facts = {"terms_text_hash": TERMS_HASH} if happening.kind == "top_up" else {}
    if happening.kind == "check_in":
        more["check_in"] = True
    return {**told, **more, **({amount: happening.minor} if amount else {})}


def rule_fact(rule: str, amount_minor: int, units: int) -> Facts:
    """One effect of a rule."""
    return {"rule": rule, "effect": "units", "amount_minor": amount_minor, "units": units}


def write(books: Books, happening: Happening) -> Entry:
    """Write what happened."""
    kind = EntryKind("issued" if happening.kind == "check_in" else happening.kind)
    member, day = happening.member or None, DAY + timedelta(days=happening.day)
    entry = books.entry(kind, member_id=member, business_date=day, facts=facts_of(happening))
    return books.write(entry).entry


def live(books: Books, story: list[Happening]) -> list[Entry]:
    """Let a story happen; return the entries that stand in the end. A void undoes the latest one that stands."""
    standing: list[Entry] = []
    for happening in story:
        if happening.kind != "void":
            standing.append(write(books, happening))
        elif standing:
            original = standing.pop()
            later = original.business_date + timedelta(days=1)
            void = books.entry(EntryKind.VOID, member_id=original.member_id, reverses=original.entry_id)
            books.write(replace(void, business_date=later))
    return standing


def reckoned_days(standing: list[Entry], member: str) -> tuple[DayFigures, ...]:
    """The days of a member, reckoned from the entries that stand."""
    days: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for entry in standing:
        if entry.member_id != member:
            continue
        day = days[entry.business_date]
        visit = entry.kind in {EntryKind.SPEND, EntryKind.REDEEMED} or "check_in" in entry.facts
        day[0] += visit
        day[1] += entry.facts.get("paid_price_minor", 0)
        day[2] += entry.kind is EntryKind.TOP_UP
        day[3] += entry.facts.get("paid_minor", 0)
    return tuple(DayFigures(on, *figures) for on, figures in sorted(days.items()) if any(figures))


def reckoned_uses(standing: list[Entry], member: str | None) -> dict[str, tuple[int, int, int]]:
    """What each rule gave a member, or everybody for None: uses, fen, units."""
    given: dict[str, tuple[int, int, int]] = {}
    for entry in standing:
        if member is not None and (entry.member_id or "") != member:
            continue
        told = entry.facts["rules"]
        for rule in {item["rule"] for item in told}:
            amount = sum(item["amount_minor"] for item in told if item["rule"] == rule)
            units = sum(item["units"] for item in told if item["rule"] == rule)
            uses, before, units_before = given.get(rule, (0, 0, 0))
            given[rule] = (uses + 1, before + amount, units_before + units)
    return given


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=happenings)
def test_a_folded_past_is_the_same_as_one_reckoned_anew(empty_box: Path, story: list[Happening]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty_box, folder))
        books = Books(path, Store.open(path))
        try:
            standing = live(books, story)
            for member in MEMBERS:
                assert activity.days(books.store, [member], DAY) == reckoned_days(standing, member)
                assert summed(activity.uses(books.store, [member])) == reckoned_uses(standing, member)
            ever, today = activity.rule_totals(books.store, RULES, DAY + timedelta(days=9))
            assert summed(ever.values()) == reckoned_uses(standing, None)
            assert today == {}
            on_the_day = [entry for entry in standing if entry.business_date == DAY]
            assert summed(activity.rule_totals(books.store, RULES, DAY)[1].values()) == reckoned_uses(on_the_day, None)
            assert verify(books.store).rows == journal.head(books.store)[1]
            assert filled_anew(books) == tables_of(books)
        finally:
            books.store.close()


PAST = ("member_day", "rule_use", "rule_day")


def tables_of(books: Books) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the folded tables."""
    return {table: books.store.rows(f"SELECT * FROM {table}") for table in PAST}


def filled_anew(books: Books) -> dict[str, list[tuple[object, ...]]]:
    """The same rows as an update fills them from an old journal; the books are left as they were."""
    update = importlib.import_module("kiosk.model.migrations.0007_activity")
    raw = books.store.connection()
    raw.execute("BEGIN")
    for table in PAST:
        raw.execute(f"DROP TRIGGER {table}_no_delete; DELETE FROM {table}")
    update.fill(books.store._database)
    found = tables_of(books)
    raw.execute("ROLLBACK")
    return found


@given(
    changes=st.lists(
        st.tuples(st.sampled_from(["m1", "m2"]), st.sampled_from(["vip", "tea", "shy"]), st.booleans()), max_size=12
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_latest_change_of_a_tag_counts_whichever_record_it_was_made_on(
    empty_box: Path, changes: list[tuple[str, str, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(empty_box, folder))
        books = Books(path, Store.open(path))
        try:
            for member, tag, held in changes:
                facts: Facts = {"add": [tag] if held else [], "remove": [] if held else [tag]}
                books.write(books.entry(EntryKind.TAGGED, member_id=member, facts=facts))
            last = {tag: held for _, tag, held in changes}
            assert activity.tags(books.store, ["m1", "m2"]) == {tag for tag, held in last.items() if held}
            own = {tag: held for member, tag, held in changes if member == "m1"}
            assert activity.tags(books.store, ["m1"]) == {tag for tag, held in own.items() if held}
            assert verify(books.store).rows == len(changes)
        finally:
            books.store.close()


def summed(uses: Iterable[RuleUse]) -> dict[str, tuple[int, int, int]]:
    """Uses by rule, all dates together."""
    given: dict[str, tuple[int, int, int]] = {}
    for use in uses:
        before = given.get(use.rule, (0, 0, 0))
        given[use.rule] = (before[0] + use.uses, before[1] + use.amount_minor, before[2] + use.units)
    return given


def spend(books: Books, member: str, minor: int, **more: object) -> Recorded:
    """Write a bill of an amount without any value moving."""
    facts = {"paid_price_minor": minor, "rules": [rule_fact("double", 0, 7)]}
    return books.write(books.entry(EntryKind.SPEND, member_id=member, facts=facts, **more))


def test_a_void_leaves_the_day_as_it_was_before_the_original(books: Books) -> None:
    spend(books, "m1", 3_000)
    before = (activity.days(books.store, ["m1"], DAY), activity.uses(books.store, ["m1"]))
    books.void(spend(books, "m1", 9_900), business_date=DAY + timedelta(days=1))
    assert (activity.days(books.store, ["m1"], DAY), activity.uses(books.store, ["m1"])) == before


def test_records_merged_into_a_member_count_together(books: Books) -> None:
    spend(books, "m1", 3_000)
    spend(books, "m2", 500)
    spend(books, "m2", 200, business_date=DAY + timedelta(days=3))
    told = activity.totals(books.store, ["m1", "m2"])
    assert told == activity.Totals(3, 3_700, 0, 0, DAY + timedelta(days=3))
    assert activity.days(books.store, ["m1", "m2"], DAY)[0] == DayFigures(DAY, visits=2, spent_minor=3_500)


def test_what_was_given_long_ago_comes_as_one_sum(books: Books) -> None:
    for days in (0, 1, 5):
        spend(books, "m1", 100, business_date=DAY + timedelta(days=days))
    told = activity.uses(books.store, ["m1"], since=DAY + timedelta(days=5))
    assert told == (
        RuleUse("double", DAY + timedelta(days=1), 2, 0, 14),
        RuleUse("double", DAY + timedelta(days=5), 1, 0, 7),
    )


def test_somebody_nobody_saw_has_no_past(books: Books) -> None:
    assert activity.totals(books.store, ["m1"]) == activity.Totals(0, 0, 0, 0, None)
    assert activity.days(books.store, ["m1"], date.min) == ()


def test_a_void_of_a_void_adds_nothing_back_twice(books: Books) -> None:
    books.void(books.void(spend(books, "m1", 3_000)))
    assert activity.days(books.store, ["m1"], DAY) == ()
    assert verify(books.store).rows == 3
