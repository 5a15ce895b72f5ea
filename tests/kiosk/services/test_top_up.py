"""A top-up grants what was shown, once, within the limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.model.errors import EntryConflict, ProgrammeClash
from kiosk.services import enrol, open_member, shifts, slips, top_up
from kiosk.services.errors import MemberUnknown, ProgrammeNotBegun, QuoteChanged
from kiosk.services.set_up import load_programme
from kiosk.services.values import Member
from ledger.accounts import Tender
from ledger.entries import EntryKind
from ledger.errors import AmountNotOnLadder, LedgerError, LimitExceeded, NothingToPay
from tests.builders import BAKERY, OTHER_CASHIER, Shop, open_shop
from tests.kiosk.services.books import entries, last_refusal, refusals, rows, sound


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    return shop.enrol()


def changed(*pairs: tuple[str, str]) -> bytes:
    """The bakery's programme with some words changed, under a version of its own."""
    text = BAKERY.read_text(encoding="utf-8").replace('version = "2026.2"', 'version = "2026.3"')
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def asked(member: Member, **told: Any) -> top_up.TopUp:
    return replace(top_up.TopUp(member.member_id, 30_000, Tender.CASH, None, 5_000), **told)


def here(shop: Shop, member: Member) -> int:
    return open_member.open_member(shop.counter, member.member_id).here_minor


@pytest.mark.parametrize(
    ("paid", "bonus"),
    [(5_000, 0), (9_999, 0), (10_000, 500), (29_999, 500), (30_000, 5_000), (50_000, 10_000), (300_000, 24_000)],
)
@pytest.mark.parametrize("tender", Tender)
def test_the_member_gets_what_was_quoted(shop: Shop, member: Member, paid: int, bonus: int, tender: Tender) -> None:
    quote = top_up.quote(shop.counter, member.member_id, paid, tender)
    done = top_up.top_up(
        shop.counter, shop.act(), asked(member, paid_minor=paid, tender=tender, expected_bonus_minor=bonus)
    )
    assert (quote.terms.bonus_minor, quote.balance_after_minor) == (bonus, paid + bonus)
    assert here(shop, member) == sound(shop) == paid + bonus
    entry = done.recorded.entry
    (lot,) = entry.lots
    assert (lot.lot_id, lot.paid_minor, lot.bonus_minor) == (entry.entry_id, paid, bonus)
    assert (entry.facts["tender"], entry.facts["balance_after_minor"]) == (tender.value, paid + bonus)
    assert done.job_id is not None


def test_the_reference_of_a_payment_outside_is_kept(shop: Shop, member: Member) -> None:
    reference = "4200001234202611201234567890"
    done = top_up.top_up(shop.counter, shop.act(), asked(member, tender=Tender.WECHAT, reference=reference))
    assert done.recorded.entry.facts["reference"] == reference


def test_the_terms_of_a_lot_are_frozen_with_it(shop: Shop, member: Member) -> None:
    first = shop.top_up(member).recorded.entry.lots[0]
    load_programme(shop.counter.store, changed(('bonus = "50.00"', 'bonus = "40.00"')), shop.clock.now())
    second = shop.top_up(member).recorded.entry.lots[0]
    assert (first.programme_version, first.bonus_minor) == ("2026.2", 5_000)
    assert (second.programme_version, second.bonus_minor) == ("2026.3", 4_000)
    assert first.terms_hash != second.terms_hash
    assert sound(shop) == 69_000


@pytest.mark.parametrize("bonus", ["40.00", "60.00"])
def test_terms_that_changed_after_they_were_shown_are_said_and_not_granted(
    shop: Shop, member: Member, bonus: str
) -> None:
    load_programme(shop.counter.store, changed(('bonus = "50.00"', f'bonus = "{bonus}"')), shop.clock.now())
    with pytest.raises(QuoteChanged) as quoted:
        top_up.top_up(shop.counter, shop.act(), asked(member))
    assert (quoted.value.shown_minor, quoted.value.now_minor) == (5_000, int(bonus[:2]) * 100)
    assert sound(shop) == 0


@pytest.mark.parametrize("shown", [0, 4_999, 5_001, 30_000, -1])
def test_nobody_invents_a_bonus(shop: Shop, member: Member, shown: int) -> None:
    with pytest.raises(QuoteChanged) as quoted:
        top_up.top_up(shop.counter, shop.act(), asked(member, expected_bonus_minor=shown))
    assert (quoted.value.shown_minor, quoted.value.now_minor) == (shown, 5_000)
    assert refusals(shop) == [("top_up", "QuoteChanged")]


def test_a_programme_that_begins_next_month_grants_nothing_today(shop: Shop, member: Member) -> None:
    coming = changed(("starts_on = 2026-09-01", "starts_on = 2026-12-01"), ('bonus = "50.00"', 'bonus = "90.00"'))
    with pytest.raises(ProgrammeNotBegun) as early:
        load_programme(shop.counter.store, coming, shop.clock.now())
    assert (early.value.version, early.value.starts_on.isoformat()) == ("2026.3", "2026-12-01")
    assert top_up.quote(shop.counter, member.member_id, 30_000).terms.bonus_minor == 5_000
    shop.clock.moment = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    load_programme(shop.counter.store, coming, shop.clock.now().astimezone(shop.counter.zone))
    assert top_up.quote(shop.counter, member.member_id, 30_000).terms.bonus_minor == 9_000


def test_a_version_is_never_loaded_with_other_content(shop: Shop) -> None:
    load_programme(shop.counter.store, changed(), shop.clock.now())
    with pytest.raises(ProgrammeClash) as clash:
        load_programme(shop.counter.store, changed(('bonus = "50.00"', 'bonus = "90.00"')), shop.clock.now())
    assert clash.value.version == "2026.3"
    assert shop.counter.programme().version == "2026.3"


@pytest.mark.parametrize(
    ("paid", "error", "fields"),
    [
        (0, NothingToPay, {"amount_minor": 0}),
        (-30_000, NothingToPay, {"amount_minor": -30_000}),
        (4_999, AmountNotOnLadder, {"amount_minor": 4_999, "minimum_minor": 5_000}),
        (300_001, LimitExceeded, {"limit": "single_top_up", "amount_minor": 300_001, "room_minor": 300_000}),
        (10**15, LimitExceeded, {"ceiling_minor": 500_000}),
    ],
)
def test_an_amount_is_refused(
    shop: Shop, member: Member, paid: int, error: type[LedgerError], fields: dict[str, int]
) -> None:
    before = rows(shop)
    with pytest.raises(error) as refused:
        top_up.top_up(shop.counter, shop.act(), asked(member, paid_minor=paid, expected_bonus_minor=0))
    assert vars(refused.value).items() >= fields.items()
    assert last_refusal(shop)["fields"].items() >= fields.items()
    assert rows(shop) == before | {"journal": before["journal"] + 1}


def test_the_room_that_is_named_is_accepted_to_the_fen_and_not_a_fen_more(shop: Shop, member: Member) -> None:
    shop.top_up(member, 300_000)
    with pytest.raises(LimitExceeded) as full:
        top_up.quote(shop.counter, member.member_id, 200_000)
    room = full.value.room_minor
    with pytest.raises(LimitExceeded):
        top_up.quote(shop.counter, member.member_id, room + 1)
    shop.top_up(member, room)
    assert here(shop, member) <= 500_000


def test_two_tills_do_not_pass_the_limit_together(shop: Shop, member: Member) -> None:
    other = shop.till("2")
    other.open_shift(cashier=OTHER_CASHIER)
    shop.top_up(member, 200_000)
    shown = [top_up.quote(till.counter, member.member_id, 200_000).terms.bonus_minor for till in (shop, other)]
    second = asked(member, paid_minor=200_000, expected_bonus_minor=shown[1])
    shop.top_up(member, 200_000)
    with pytest.raises(LimitExceeded) as over:
        top_up.top_up(other.counter, other.act(OTHER_CASHIER), second)
    assert (over.value.limit, over.value.ceiling_minor) == ("registered_balance", 500_000)
    assert sound(shop) == 448_000


def test_an_anonymous_card_holds_less(shop: Shop) -> None:
    holder = enrol.enrol_anonymous(shop.counter, shop.act()).member
    with pytest.raises(LimitExceeded) as over:
        shop.top_up(holder, 100_000)
    assert (over.value.limit, over.value.ceiling_minor) == ("anonymous_balance", 100_000)
    shop.top_up(holder, over.value.room_minor)


def test_nobody_unknown_is_topped_up(shop: Shop, member: Member) -> None:
    with pytest.raises(MemberUnknown) as unknown:
        top_up.top_up(shop.counter, shop.act(), asked(member, member_id="nobody"))
    assert unknown.value.member_id == "nobody"


def test_enter_twice_grants_once(shop: Shop, member: Member) -> None:
    act = shop.act()
    first, again = (top_up.top_up(shop.counter, act, asked(member)) for _ in range(2))
    assert (first.repeated, again.repeated, first.job_id) == (False, True, again.job_id)
    assert first.recorded.row == again.recorded.row
    assert sound(shop) == 35_000


def test_the_first_answer_stands_after_the_terms_changed_and_the_shift_closed(shop: Shop, member: Member) -> None:
    act = shop.act()
    first = top_up.top_up(shop.counter, act, asked(member))
    load_programme(shop.counter.store, changed(('bonus = "50.00"', 'bonus = "40.00"')), shop.clock.now())
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    assert top_up.top_up(shop.counter, act, asked(member)).recorded.row == first.recorded.row


@pytest.mark.parametrize(
    "other",
    [
        {"paid_minor": 30_001},
        {"tender": Tender.WECHAT},
        {"reference": "4200"},
        {"expected_bonus_minor": 4_000},
        {"member_id": "nobody"},
    ],
)
def test_an_id_that_was_used_takes_no_other_content(shop: Shop, member: Member, other: dict[str, Any]) -> None:
    act = shop.act()
    top_up.top_up(shop.counter, act, asked(member))
    with pytest.raises(EntryConflict) as conflict:
        top_up.top_up(shop.counter, act, asked(member, **other))
    assert conflict.value.entry_id == act.entry_id
    assert sound(shop) == 35_000


def test_another_cashier_does_not_repeat_an_act(shop: Shop, member: Member) -> None:
    act = shop.act()
    top_up.top_up(shop.counter, act, asked(member))
    with pytest.raises(EntryConflict):
        top_up.top_up(shop.counter, replace(act, cashier=OTHER_CASHIER), asked(member))


def test_the_ladder_shows_what_can_be_taken_and_why_not(shop: Shop, member: Member) -> None:
    shop.top_up(member, 300_000)
    shop.top_up(member, 100_000)
    view = top_up.ladder(shop.counter, member.member_id, for_amount_minor=6_000)
    assert [(offer.rung.pay_minor, offer.refusal is None, offer.fits) for offer in view.offers] == [
        (10_000, True, False),
        (30_000, True, True),
        (50_000, False, False),
        (100_000, False, False),
    ]
    assert (view.any_amount, view.minimum_minor, view.balance_minor) == (True, 5_000, 448_000)
    assert isinstance(view.offers[3].refusal, LimitExceeded)


def test_a_seasons_rung_is_sold_in_its_season_by_the_business_date(shop: Shop, member: Member) -> None:
    sold = {}
    for day, hour in ((24, 16), (24, 20), (25, 1)):
        shop.clock.moment = datetime(2027, 1, day, hour, 30, tzinfo=UTC)
        sold[day, hour] = 88_800 in [
            offer.rung.pay_minor for offer in top_up.ladder(shop.counter, member.member_id).offers
        ]
    assert not any(sold.values()), "the open shift of November keeps its date"
    shifts.close_shift(shop.counter, shop.act(), 50_000)
    for day, hour, on in ((24, 16, False), (24, 20, True), (25, 1, True)):
        shop.clock.moment = datetime(2027, 1, day, hour, 30, tzinfo=UTC)
        offers = top_up.ladder(shop.counter, member.member_id).offers
        assert (88_800 in [offer.rung.pay_minor for offer in offers]) is on


def test_a_raise_while_the_slip_is_worded_leaves_nothing_behind(
    shop: Shop, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(*_: object) -> None:
        raise RuntimeError

    before, act = rows(shop), shop.act()
    with monkeypatch.context() as patch:
        patch.setattr(slips, "top_up", torn)
        with pytest.raises(RuntimeError):
            top_up.top_up(shop.counter, act, asked(member))
    assert rows(shop) == before
    assert sound(shop) == 0
    assert not top_up.top_up(shop.counter, act, asked(member)).repeated, "the same id goes on being good"
    assert len(entries(shop, EntryKind.TOP_UP)) == 1
