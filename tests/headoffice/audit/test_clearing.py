"""Clearing: docs/rules/clearing.md, table by table, and what its lines must sum to."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from headoffice.audit import clearing as audit
from headoffice.audit.clearing import ClearingLine, clearing, net, to_csv
from headoffice.store.database import Database
from kiosk.model import purses
from kiosk.model.members import Member
from kiosk.services.acts import Done
from kiosk.services.lapse import lapse
from kiosk.services.pay import Paid
from ledger.accounts import Tender
from ledger.rules.promises import AssetKind, Product, Promises, Span
from tests.builders import CASHIER
from tests.headoffice.chain import BOSS, Chain, ChainBox
from tests.kiosk.services.promising import held, promise, sells, uses
from tests.ledger.worked import fen, worked_rows

PAGE = "clearing.md"
DAY = date(2026, 11, 20)
EVER = (date.min, date.max)


def test_the_day_of_the_page_comes_out_as_the_page_says(chain: Chain) -> None:
    story = worked_rows(PAGE, "One day of three stores", 8)
    lines, debts = worked_rows(PAGE, "What each line comes to", 4), worked_rows(PAGE, "Who owes whom", 2)
    boxes = {name: chain.box(f"box-{name}", name) for name in ("xuhui", "jingan", "pudong")}
    members: dict[str, Member] = {}
    last: Paid | Done | None = None
    for row in story:
        box, amount = boxes[row["store"]], fen(row["amount"])
        if row["member"] not in members:
            members[row["member"]] = box.enrol(row["member"], f"1380000000{len(members)}")
        member = members[row["member"]]
        if row["does"] == "top-up":
            box.top_up(member, amount)
        elif row["does"] == "pay":
            chain.sync()
            chain.bring(box, member, amount)
            last = box.pay(member, amount)
        else:
            assert last is not None
            last = box.void(last)
    chain.sync()
    found = clearing(chain.database, DAY, DAY)
    assert found == [
        ClearingLine(row["issuer"], row["acceptor"], fen(row["principal"]), fen(row["bonus"]), int(row["entries"]))
        for row in lines
    ]
    assert [(d.debtor_store, d.creditor_store, d.principal_minor, d.bonus_minor) for d in net(found)] == [
        (row["debtor"], row["creditor"], fen(row["principal"]), fen(row["bonus"])) for row in debts
    ]


TEN, THREE = (
    Product("ten", "十次", "VISIT:wash", 10, 9_999, Span(valid_days=30)),
    Product("three", "三次", "VISIT:wash", 3, 5_000, Span(valid_days=30)),
)
PASSES = Promises(assets=(AssetKind("VISIT:wash", "洗护"),), products=(TEN, THREE))


def bring_units(chain: Chain, box: ChainBox, member: Member, units: int) -> None:
    """Bring visits to a box from wherever they lie."""
    chain.meet(box, member)
    for _ in range(3):
        short = units - held(box, member).get("VISIT:wash", 0)
        if short > 0:
            asked = box.engine.ask(box.counter.mint(), member.member_id, short, "VISIT:wash")
            box.engine.take_ask(asked, chain.office.ask(box.name, box.epoch, asked))
            chain.settle()


def test_passes_of_the_page_are_settled_at_what_was_paid_for_their_units(chain: Chain) -> None:
    story = worked_rows(PAGE, "Passes used in other stores", 9)
    boxes = {name: chain.box(f"box-{name}", name) for name in ("xuhui", "jingan", "pudong")}
    members: dict[str, Member] = {}
    last: Done | None = None
    for row in story:
        box, units = boxes[row["store"]], int(row["units"])
        promise(box.counter, PASSES)
        if row["member"] not in members:
            members[row["member"]] = box.enrol(row["member"], f"1380000000{len(members)}")
        member = members[row["member"]]
        if row["does"].startswith("buy"):
            product = TEN if units == 10 else THREE
            sells(box, member, product.product_id, product.price_minor)
        elif row["does"] == "use":
            chain.sync()
            bring_units(chain, box, member, units)
            last = uses(box, member, units=units)
        elif row["does"] == "void":
            assert last is not None
            box.void(last)
        else:
            chain.clock.forward(days=40)
            lapse(box.counter, CASHIER, box.counter.business_date(chain.clock.now()))
            assert [left.units for left in purses.holdings(box.store, member.member_id) if left.units] == [units]
    chain.settle()
    lines = worked_rows(PAGE, "What each line of passes comes to", 3)
    found = clearing(chain.database, *EVER)
    assert found == [
        ClearingLine(row["issuer"], row["acceptor"], fen(row["principal"]), fen(row["bonus"]), int(row["entries"]))
        for row in lines
    ]
    assert [(d.debtor_store, d.creditor_store, d.principal_minor, d.bonus_minor) for d in net(found)] == [
        (row["debtor"], row["creditor"], fen(row["principal"]), fen(row["bonus"]))
        for row in worked_rows(PAGE, "What passes come to", 2)
    ]


@pytest.mark.parametrize("mutant", ["settles_no_pass", "settles_a_void_as_another_use"])
def test_a_clearing_that_forgets_passes_is_noticed(chain: Chain, mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    really = audit._earned
    wrong = {
        "settles_no_pass": lambda *_: {},
        "settles_a_void_as_another_use": lambda *told: {key: abs(part) for key, part in really(*told).items()},
    }
    monkeypatch.setattr(audit, "_earned", wrong[mutant])
    with pytest.raises(AssertionError):
        test_passes_of_the_page_are_settled_at_what_was_paid_for_their_units(chain)


def test_an_empty_chain_owes_nothing(database: Database) -> None:
    assert clearing(database, *EVER) == []
    assert to_csv([]) == "issuer_store,acceptor_store,principal,bonus,entries\r\n"


def test_only_the_days_asked_for_count(chain: Chain) -> None:
    box = chain.box("a", "xuhui")
    member = box.enrol()
    box.top_up(member)
    box.pay(member, 1_700)
    chain.sync()
    assert clearing(chain.database, date.min, date(2026, 11, 19)) == []
    assert clearing(chain.database, date(2026, 11, 21), date.max) == []
    assert [line.entries for line in clearing(chain.database, DAY, DAY)] == [1]


def test_a_payment_by_another_tender_and_a_voided_top_up_are_nobodys_debt(chain: Chain) -> None:
    box = chain.box("a", "xuhui")
    member = box.enrol()
    box.pay(member, 5_000)
    box.void(box.top_up(member, 10_000, Tender.WECHAT))
    chain.sync()
    assert clearing(chain.database, *EVER) == []


def test_a_lot_keeps_its_issuer_through_a_merge(chain: Chain) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    first, second = a.enrol("王五"), b.enrol("王 五")
    a.top_up(first, 10_000)
    chain.sync()
    chain.office.deeds.merge(first.member_id, second.member_id, BOSS)
    chain.settle()
    assert chain.bring(b, second, 2_100) == 2_100
    b.pay(second, 2_100)
    chain.sync()
    assert clearing(chain.database, *EVER) == [ClearingLine("xuhui", "jingan", 2_000, 100, 1)]


def test_principal_and_bonus_are_netted_each_for_itself() -> None:
    there, back = ClearingLine("a", "b", 100, 5, 1), ClearingLine("b", "a", 40, 25, 1)
    debts = net([there, back, ClearingLine("a", "a", 7, 7, 1)])
    assert [(d.debtor_store, d.principal_minor, d.bonus_minor) for d in debts] == [("a", 60, 0), ("b", 0, 20)]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_name_of_a_store_is_a_formula(name: str) -> None:
    text = to_csv([ClearingLine(name, "b", -123_456, 5, 2)])
    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row == [f"'{name}", "b", "-1234.56", "0.05", "2"]
