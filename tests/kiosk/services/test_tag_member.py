"""Tags at the counter: what people give is journalled, what figures give is nobody's to give."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.model.verify import verify
from kiosk.services import void
from kiosk.services.acts import Done
from kiosk.services.errors import MemberUnknown, TagIsComputed, TagsUnchanged, TagUnfit
from kiosk.services.member_facts import member_facts, store_uses
from kiosk.services.tag_member import Tagging, tag_member, tags_of
from ledger.entries import EntryKind
from ledger.rules.programme import ApprovedAct
from tests.builders import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    opened = open_shop(tmp_path)
    opened.open_shift()
    return opened


def tag(shop: Shop, member_id: str, add: tuple[str, ...] = (), remove: tuple[str, ...] = ()) -> Done:
    return tag_member(shop.counter, shop.act(), Tagging(member_id, add, remove))


def today(shop: Shop) -> date:
    return shop.counter.business_date(shop.counter.now())


def test_a_tag_is_given_and_taken_and_both_stand_in_the_journal(shop: Shop) -> None:
    member = shop.enrol()
    given = tag(shop, member.member_id, ("vip", "爱喝茶"))
    assert tags_of(shop.counter, member.member_id).manual == ("vip", "爱喝茶")
    tag(shop, member.member_id, ("offers_ok",), ("vip", "never_given"))
    assert tags_of(shop.counter, member.member_id).manual == ("offers_ok", "爱喝茶")
    assert given.recorded.entry.kind is EntryKind.TAGGED
    assert given.recorded.entry.facts == {"add": ["vip", "爱喝茶"], "remove": []}
    assert verify(shop.counter.store).rows > 0


@pytest.mark.parametrize("unfit", ["", "two words", "13800001111", "a" * 25, "_x", "喵\n"])
def test_a_tag_is_one_short_word_without_anybody_s_number(shop: Shop, unfit: str) -> None:
    member = shop.enrol()
    with pytest.raises(TagUnfit):
        tag(shop, member.member_id, (unfit,))


def test_a_tag_that_figures_give_is_nobody_s_to_give_or_take(shop: Shop) -> None:
    member = shop.enrol()
    with pytest.raises(TagIsComputed):
        tag(shop, member.member_id, ("rfm_champion",))
    with pytest.raises(TagIsComputed):
        tag(shop, member.member_id, (), ("new",))


def test_tags_that_change_nothing_are_no_entry(shop: Shop) -> None:
    member = shop.enrol()
    tag(shop, member.member_id, ("vip",))
    with pytest.raises(TagsUnchanged):
        tag(shop, member.member_id, ("vip",), ("absent",))
    with pytest.raises(MemberUnknown):
        tag(shop, "nobody", ("vip",))


def test_the_rules_know_what_a_member_did_and_a_void_makes_it_undone(shop: Shop) -> None:
    member = shop.enrol(birthday=date(1990, 1, 26))
    shop.top_up(member)
    shop.pay(member, 12_000)
    before = member_facts(shop.counter, member.member_id, today(shop))
    assert (before.visits, before.spent_minor, before.top_ups, before.topped_minor) == (1, 12_000, 1, 30_000)
    assert before.balance_minor == 23_000
    assert before.last_visit_on == today(shop)
    assert before.enrolled_on == today(shop)
    assert {"new", "active", "rfm_promising"} <= before.tags
    paid = shop.pay(member, 1_000)
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), paid.done.recorded.entry.entry_id)
    assert member_facts(shop.counter, member.member_id, today(shop)) == before
    assert store_uses(shop.counter, ["none"], today(shop)) == ({}, {})


def test_records_that_were_merged_are_one_person_to_the_rules(shop: Shop) -> None:
    first, second = shop.enrol(), shop.enrol("王芳", "13912341234")
    shop.pay(first, 1_000)
    shop.pay(second, 500)
    tag(shop, first.member_id, ("vip",))
    with shop.counter.store.write():
        shop.counter.store.change(
            "UPDATE member SET merged_into = ? WHERE member_id = ?", (second.member_id, first.member_id)
        )
    facts = member_facts(shop.counter, first.member_id, today(shop))
    assert (facts.member_id, facts.visits, facts.spent_minor) == (second.member_id, 2, 1_500)
    assert "vip" in facts.tags
    tag(shop, second.member_id, (), ("vip",))
    assert "vip" not in member_facts(shop.counter, second.member_id, today(shop)).tags
