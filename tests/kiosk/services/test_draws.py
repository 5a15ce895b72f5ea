"""Draws: committed to before, revealed after, once; a prize is in stock or it is not won; a void takes it back."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from kiosk import commands, wiring
from kiosk.model import journal, lottery
from kiosk.model.errors import VerifyFailed
from kiosk.model.lottery import Draws
from kiosk.model.verify import verify
from kiosk.services import check_draw, claim, shifts, void
from kiosk.services.errors import EntryUnknown
from kiosk.services.offer_errors import NotInProgramme
from kiosk.services.values import Member
from ledger.entries import Entry, EntryKind
from ledger.rules.lottery import Drawn, read_drawn
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import Lottery, Prize, Promises, UnitsGift
from tests.builders import Shop, open_shop
from tests.kiosk.services.books import entries, sound
from tests.kiosk.services.promising import PROMISES, SPUN, claims, held, promise

ALWAYS = Lottery("wheel", "必中", 10, (Prize("only", "唯一奖", 10, UnitsGift("PTS", 7), stock=2),))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    promise(shop.counter, Promises(rules=(SPUN,), assets=PROMISES.assets, lotteries=PROMISES.lotteries))
    shop.open_shift()
    return shop


def spins(shop: Shop, member: Member, digits: str = "") -> Entry:
    return claims(shop, member, "spin", digits=digits).recorded.entry


def drawn_in(entry: Entry) -> Drawn:
    (told,) = entry.facts["draws"]
    return read_drawn(told)


def test_the_box_commits_when_the_shift_opens_and_reveals_when_it_draws(shop: Shop) -> None:
    (committed,) = entries(shop, EntryKind.ISSUED)
    member = shop.enrol()
    drawn = drawn_in(spins(shop, member, "8866"))
    assert committed.facts["lottery_chain"]["anchor"] == drawn.anchor
    assert (drawn.number, drawn.digits, drawn.again) == (1, "8866", False)
    assert drawn_in(spins(shop, member)).number == 2
    assert sound(shop) == 0


def test_anybody_checks_a_draw_from_its_entry(shop: Shop) -> None:
    entry = spins(shop, shop.enrol())
    (checked,) = check_draw.check_draws(shop.counter, entry.entry_id)
    assert (checked.wrong, checked.published) == ("", True)
    assert checked.committed_in.startswith("1-")
    number = entry_no_of(shop, entry)
    assert check_draw.check_draws(shop.counter, number) == (checked,)
    for unknown in ("nothing", "1-999999", f"2-{number[2:]}"):
        with pytest.raises(EntryUnknown):
            check_draw.check_draws(shop.counter, unknown)


def entry_no_of(shop: Shop, entry: Entry) -> str:
    recorded = journal.find(shop.counter.store, entry.entry_id)
    assert recorded is not None
    return recorded.entry_no


def test_the_command_line_checks_a_draw(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = spins(shop, shop.enrol())
    monkeypatch.setattr(wiring, "open_counter", lambda _: shop.counter)
    monkeypatch.setattr(commands, "load_config", lambda _: None)
    assert commands.check_lottery(Namespace(config=None, entry=entry_no_of(shop, entry))) == 0
    assert ": ok (committed in 1-" in capsys.readouterr().out
    promise(shop.counter, Promises(lotteries=(ALWAYS,)))
    assert commands.check_lottery(Namespace(config=None, entry=entry.entry_id)) == 1
    assert "other odds" in capsys.readouterr().out


def test_a_prize_in_stock_is_won_and_one_that_is_gone_is_not(shop: Shop) -> None:
    promise(shop.counter, Promises(rules=(SPUN,), assets=PROMISES.assets, lotteries=(ALWAYS,)))
    member = shop.enrol()
    won = [drawn_in(spins(shop, member)).prize_id for _ in range(3)]
    assert won == ["only", "only", ""]
    assert held(shop, member) == {"PTS": 14}
    assert [[odd.left for odd in drawn_in(e).odds] for e in entries(shop, EntryKind.ISSUED)[1:]] == [
        [True],
        [True],
        [False],
    ]
    assert sound(shop) == 0


def test_a_void_takes_the_prize_back_into_stock_and_the_next_draw_is_the_same_ticket(shop: Shop) -> None:
    promise(shop.counter, Promises(rules=(SPUN,), assets=PROMISES.assets, lotteries=(ALWAYS,)))
    member, other = shop.enrol(), shop.enrol("王朋", "13912341234")
    first = spins(shop, member, "1")
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), first.entry_id)
    assert held(shop, member) == {}
    fresh, again = drawn_in(spins(shop, other, "2")), drawn_in(spins(shop, member, "3"))
    assert (fresh.number, again.number, again.again) == (2, 1, True)
    assert (again.ticket, again.digits, again.mixed) == (drawn_in(first).ticket, "1", first.entry_id)
    assert drawn_in(spins(shop, member, "4")).number == 3
    assert sound(shop) == 0


def test_nobody_draws_again_by_voiding_however_often(shop: Shop) -> None:
    member, tickets = shop.enrol(), set()
    for digits in ("1", "22", "333", "4444"):
        entry = spins(shop, member, digits)
        tickets.add(drawn_in(entry).ticket)
        void.void(shop.counter, shop.approved(ApprovedAct.VOID), entry.entry_id)
    assert len(tickets) == 1
    assert sound(shop) == 0


def test_the_same_act_is_one_draw(shop: Shop) -> None:
    member, act = shop.enrol(), shop.act()
    asked = claim.Claim(member.member_id, ("spin",))
    one, two = (claim.claim(shop.counter, act, asked).recorded.entry for _ in range(2))
    assert (drawn_in(one), len(entries(shop, EntryKind.ISSUED))) == (drawn_in(two), 2)


def test_a_chain_that_is_used_up_is_followed_by_a_new_commitment(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.services import draws  # noqa: PLC0415 - only here the chain is short

    monkeypatch.setattr(draws, "CHAIN_LENGTH", 1)
    member = shop.enrol()
    first, second = drawn_in(spins(shop, member)), drawn_in(spins(shop, member))
    assert (first.anchor != second.anchor, first.number, second.number) == (True, 1, 1)
    assert sound(shop) == 0


def test_a_shift_opens_with_a_new_commitment_only_when_the_old_one_runs_low(shop: Shop) -> None:
    shifts.close_shift(shop.counter, shop.act(), 50_000)
    shop.open_shift()
    assert len(entries(shop, EntryKind.ISSUED)) == 1


def test_a_draw_of_no_lottery_is_refused(shop: Shop) -> None:
    promise(shop.counter, Promises(rules=(SPUN,)))
    with pytest.raises(NotInProgramme):
        spins(shop, shop.enrol())


@pytest.mark.parametrize("change", [{"ticket": 101}, {"prize": "big", "ticket": 60}, {"digits": "9"}, {"number": 7}])
def test_verify_finds_a_draw_that_was_not_committed_to(shop: Shop, change: dict[str, object]) -> None:
    entry = spins(shop, shop.enrol(), "1")
    fold = Draws()
    for each in entries(shop)[: [e.entry_id for e in entries(shop)].index(entry.entry_id)]:
        fold.take(each, 1)
    forged = replace(entry, facts={**entry.facts, "draws": [{**entry.facts["draws"][0], **change}]})
    with pytest.raises(VerifyFailed):
        fold.take(forged, 9)


def test_verify_finds_a_number_drawn_twice_and_a_draw_before_its_commitment(shop: Shop) -> None:
    entry, fold = spins(shop, shop.enrol()), Draws()
    with pytest.raises(VerifyFailed, match="anchor"):
        fold.take(entry, 1)
    fold.take(entries(shop, EntryKind.ISSUED)[0], 1)
    fold.take(entry, 2)
    with pytest.raises(VerifyFailed, match="number"):
        fold.take(replace(entry, entry_id=shop.counter.mint()), 3)
    told = [{**entry.facts["draws"][0], "again": True}]
    with pytest.raises(VerifyFailed, match="again"):
        fold.take(replace(entry, entry_id=shop.counter.mint(), facts={"draws": told}), 3)


def test_the_secret_is_nowhere_but_in_the_boxs_own_table(shop: Shop) -> None:
    spins(shop, shop.enrol())
    chain = lottery.newest_chain(shop.counter.store)
    assert chain is not None
    written = json.dumps([entry.facts for entry in entries(shop)])
    assert chain.secret.hex() not in written
    raw = apsw.Connection(str(shop.path))
    raw.execute("DROP TRIGGER lottery_draw_kept")
    raw.execute("UPDATE lottery_draw SET digits = 'x'")
    raw.close()
    with pytest.raises(VerifyFailed):
        verify(shop.counter.store)


def test_two_wins_in_one_entry_are_two_out_of_stock(shop: Shop) -> None:
    twice = replace(SPUN, gives=(*SPUN.gives, *SPUN.gives))
    promise(shop.counter, Promises(rules=(twice,), assets=PROMISES.assets, lotteries=(ALWAYS,)))
    member = shop.enrol()
    entry = spins(shop, member)
    assert [told["prize"] for told in entry.facts["draws"]] == ["only", "only"]
    assert drawn_of_second(spins(shop, member)) == ""
    assert held(shop, member) == {"PTS": 14}
    assert sound(shop) == 0


def drawn_of_second(entry: Entry) -> str:
    return read_drawn(entry.facts["draws"][1]).prize_id
