"""Lists at the counter: who is on them, in which order, and who is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.model import candidates, journal
from kiosk.model.members import Member
from kiosk.services.activity_lists import birthdays, expiring, low_balances, to_wake_up
from kiosk.services.member_facts import member_facts
from ledger.accounts import Instrument, PurseKey, StoreAccount, member_account, store_account
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.specials import Special
from tests.builders import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


def today(shop: Shop) -> date:
    return shop.counter.business_date(shop.counter.now())


def people(shop: Shop, birthdays_of: dict[str, date | None]) -> dict[str, Member]:
    """Enrol people by name."""
    return {
        name: shop.enrol(name, f"1380000{number:04d}", birthday)
        for number, (name, birthday) in enumerate(birthdays_of.items())
    }


def give(shop: Shop, member: Member, conditions: Special, bonus_minor: int = 0) -> Lot:
    """Give a member units or a bonus, as a rule would."""
    entry_id, store = shop.counter.mint(), shop.counter.store
    lot = Lot(f"{entry_id}.1", member.member_id, 0, bonus_minor, "2026-11", "t" * 64, conditions.text())
    instrument = Instrument.UNITS if conditions.units else Instrument.BONUS
    source = StoreAccount.ISSUED if conditions.units else StoreAccount.PROMOTION
    account = member_account(PurseKey(member.member_id, lot.lot_id, instrument))
    amount = conditions.units or bonus_minor
    posting = Posting(store_account(source, store.identity.store), account, amount, conditions.asset)
    entry = replace(blank(shop), member_id=member.member_id, entry_id=entry_id, postings=(posting,), lots=(lot,))
    write(shop, EntryKind.ISSUED, entry, member)
    return lot


def blank(shop: Shop) -> Entry:
    """An entry of now that is not written yet."""
    now, identity = shop.counter.now(), shop.counter.store.identity
    return Entry(
        entry_id=shop.counter.mint(),
        kind=EntryKind.NO_SALE,
        store=identity.store,
        box=identity.box,
        till=shop.counter.till,
        cashier="1001",
        occurred_at=now,
        recorded_at=now,
        business_date=today(shop),
        programme_version="2026-11",
    )


def write(shop: Shop, kind: EntryKind, entry: Entry, member: Member) -> None:
    with shop.counter.store.write():
        journal.append(shop.counter.store, replace(entry, kind=kind, member_id=member.member_id), "c" * 64)


def visit(shop: Shop, member: Member, days_ago: int) -> None:
    """Note that somebody paid in cash some days ago."""
    entry = replace(blank(shop), business_date=today(shop) - timedelta(days=days_ago))
    write(shop, EntryKind.SPEND, replace(entry, facts={"paid_price_minor": 100}), member)


def merge(shop: Shop, gone: Member, into: Member) -> None:
    with shop.counter.store.write():
        shop.counter.store.change(
            "UPDATE member SET merged_into = ? WHERE member_id = ?", (into.member_id, gone.member_id)
        )


def test_today_s_birthdays_come_first_and_those_of_the_week_after(shop: Shop) -> None:
    on = date(2026, 12, 28)
    people(
        shop,
        {
            "今天": date(1990, 12, 28),
            "昨天": date(1990, 12, 27),
            "新年": date(1988, 1, 2),
            "一周": date(1988, 1, 4),
            "八天": date(1988, 1, 5),
            "不详": None,
        },
    )
    found = birthdays(shop.counter, on, within_days=7)
    assert [(line.person.name, line.days_away) for line in found.lines] == [("今天", 0), ("新年", 5), ("一周", 7)]
    assert [line.person.name for line in birthdays(shop.counter, on).lines] == ["今天"]
    assert birthdays(shop.counter, on, within_days=7, limit=2).count == 3
    assert len(birthdays(shop.counter, on, within_days=7, limit=2).lines) == 2
    assert found.lines[0].person.masked_phone == "138****0000"
    assert not found.more


@pytest.mark.parametrize(
    ("on", "names"), [(date(2027, 3, 1), ["闰日", "三月"]), (date(2028, 3, 1), ["三月"]), (date(2028, 2, 29), ["闰日"])]
)
def test_who_was_born_on_a_leap_day_has_a_birthday_every_year(shop: Shop, on: date, names: list[str]) -> None:
    people(shop, {"闰日": date(1992, 2, 29), "三月": date(1992, 3, 1)})
    assert {line.person.name for line in birthdays(shop.counter, on).lines} == set(names)


def test_low_balances_are_of_people_who_had_more_and_were_here_lately(shop: Shop) -> None:
    who = people(shop, {"余少": None, "余多": None, "从未": None, "花光": None})
    for name, price in (("余少", 31_000), ("余多", 1_000), ("花光", 35_000)):
        shop.top_up(who[name])
        shop.pay(who[name], price)
    shop.pay(who["从未"], 500)
    found = low_balances(shop.counter, today(shop))
    assert [(line.person.name, line.balance_minor) for line in found.lines] == [("花光", 0), ("余少", 4_000)]
    assert found.lines[0].last_visit_on == today(shop)
    assert low_balances(shop.counter, today(shop) + timedelta(days=90)).count == 0


def test_what_expires_is_told_once_a_member_and_asset_soonest_first(shop: Shop) -> None:
    who, on = people(shop, {"积分": None, "赠金": None}), today(shop)
    soon, later = on + timedelta(days=2), on + timedelta(days=7)
    give(shop, who["积分"], Special(asset="PTS", units=30, expires_on=later))
    give(shop, who["积分"], Special(asset="PTS", units=12, expires_on=soon))
    give(shop, who["积分"], Special(asset="COUPON:tea", units=1, expires_on=later + timedelta(days=1)))
    give(shop, who["积分"], Special(asset="PTS", units=99))
    give(shop, who["赠金"], Special(usable_from=on, expires_on=on), bonus_minor=2_000)
    told = [
        (line.person.name, line.asset, line.amount, line.days_left, line.lots)
        for line in expiring(shop.counter, on).lines
    ]
    assert told == [("赠金", "CNY", 2_000, 0, 1), ("积分", "PTS", 42, 2, 2)]
    assert expiring(shop.counter, on, within_days=8, limit=1).count == 3
    assert expiring(shop.counter, on + timedelta(days=9)).count == 0


def test_who_sleeps_is_woken_for_half_a_year_the_latest_first(shop: Shop) -> None:
    who = people(shop, {"清醒": None, "刚睡": None, "久睡": None, "太久": None, "充值": None})
    for name, days_ago in (("清醒", 89), ("刚睡", 90), ("久睡", 200), ("久睡", 300), ("太久", 271), ("充值", 100)):
        visit(shop, who[name], days_ago)
    shop.top_up(who["充值"])
    found = to_wake_up(shop.counter, today(shop))
    assert [(line.person.name, line.days_away) for line in found.lines] == [("刚睡", 90), ("久睡", 200)]


def test_records_that_were_merged_are_on_a_list_once_with_all_they_did(shop: Shop) -> None:
    who = people(shop, {"旧": date(1990, 5, 1), "新": date(1990, 5, 1), "醒": None, "醒旧": None})
    visit(shop, who["旧"], 100)
    visit(shop, who["新"], 120)
    visit(shop, who["醒旧"], 100)
    visit(shop, who["醒"], 3)
    merge(shop, who["旧"], who["新"])
    merge(shop, who["醒旧"], who["醒"])
    found = to_wake_up(shop.counter, today(shop))
    assert [(line.person.name, line.days_away) for line in found.lines] == [("新", 100)]
    assert [line.person.name for line in birthdays(shop.counter, date(2027, 5, 1)).lines] == ["新"]


def test_the_rules_know_what_a_member_can_use_on_a_date_and_nothing_else(shop: Shop) -> None:
    member, on = shop.enrol(), today(shop)
    give(shop, member, Special(asset="PTS", units=30, expires_on=on))
    give(shop, member, Special(asset="PTS", units=12))
    give(shop, member, Special(asset="COUPON:tea", units=1, usable_from=on + timedelta(days=1)))
    give(shop, member, Special(expires_on=on), bonus_minor=2_000)
    facts = member_facts(shop.counter, member.member_id, on)
    assert (facts.held, facts.balance_minor) == ({"PTS": 42}, 2_000)
    assert member_facts(shop.counter, member.member_id, on + timedelta(days=1)).held == {"PTS": 12, "COUPON:tea": 1}


def test_who_topped_up_since_is_no_candidate_for_waking_up(shop: Shop) -> None:
    member, on = shop.enrol(), today(shop)
    visit(shop, member, 100)
    span = (on - timedelta(days=180), on - timedelta(days=90))
    assert candidates.last_seen_between(shop.counter.store, *span, 50) == [(member.member_id, on - timedelta(days=100))]
    shop.top_up(member)
    assert candidates.last_seen_between(shop.counter.store, *span, 50) == []
