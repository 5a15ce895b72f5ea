"""docs/rules/spend.md, table by table."""

from __future__ import annotations

import pytest

from ledger.errors import BalanceTooSmall, LedgerError
from ledger.lots import take_from_holding
from ledger.money import format_minor
from ledger.purses import Holding
from ledger.rules.spend import spend_terms
from tests.ledger.book import holding, lot
from tests.ledger.worked import Row, fen, pairs, worked_rows

PAGE = "spend.md"


@pytest.mark.parametrize("row", worked_rows(PAGE, "Taking from one lot", 12), ids=lambda row: "/".join(row.values()))
def test_a_take_splits_as_the_page_says(row: Row) -> None:
    sold = lot(1, fen(row["paid"]), fen(row["bonus"]))
    take = take_from_holding(Holding(sold, fen(row["principal left"]), fen(row["bonus left"])), fen(row["take"]))
    assert (take.principal_minor, take.bonus_minor) == (fen(row["principal taken"]), fen(row["bonus taken"]))


def test_the_first_four_takes_of_the_page_are_one_lot_spent_whole() -> None:
    rows = worked_rows(PAGE, "Taking from one lot", 12)[:4]
    principal, bonus = fen(rows[0]["paid"]), fen(rows[0]["bonus"])
    for row in rows:
        assert (fen(row["principal left"]), fen(row["bonus left"])) == (principal, bonus)
        principal, bonus = principal - fen(row["principal taken"]), bonus - fen(row["bonus taken"])
    assert (principal, bonus) == (0, 0)


def _holdings(cell: str) -> list[Holding]:
    return [holding(paid, bonus, lot(number, paid, bonus)) for number, (paid, bonus) in enumerate(pairs(cell), start=1)]


@pytest.mark.parametrize(
    "row", worked_rows(PAGE, "Several lots, oldest first", 7), ids=lambda row: "/".join(row.values())
)
def test_a_bill_takes_the_oldest_lot_first(row: Row) -> None:
    terms = spend_terms(fen(row["bill"]), _holdings(row["lots, oldest first"]))
    assert [(take.principal_minor, take.bonus_minor) for take in terms.takes] == pairs(row["takes"])
    assert terms.rest_minor == fen(row["rest"])
    assert terms.stored_minor + terms.rest_minor == terms.paid_price_minor == terms.list_price_minor


@pytest.mark.parametrize("row", worked_rows(PAGE, "A named stored part", 6), ids=lambda row: "/".join(row.values()))
def test_a_named_stored_part_is_taken_or_refused_but_never_changed(row: Row) -> None:
    here = [holding(fen(row["here"]), 0)]
    part = fen(row["stored part"]) if row["stored part"] else None
    if not row["refusal"]:
        terms = spend_terms(fen(row["bill"]), here, part)
        assert (terms.stored_minor, terms.rest_minor) == (fen(row["stored"]), fen(row["rest"]))
        return
    with pytest.raises(LedgerError) as refused:
        spend_terms(fen(row["bill"]), here, part)
    said = type(refused.value).__name__
    if isinstance(refused.value, BalanceTooSmall):
        said += f", missing {format_minor(refused.value.missing_minor)}"
    assert said == row["refusal"]


@pytest.mark.parametrize(
    "row", worked_rows(PAGE, "Why in this ratio, and why the list price", 5), ids=lambda row: "/".join(row.values())
)
def test_the_principal_left_is_what_article_18_gives_back(row: Row) -> None:
    paid, bonus, delivered = fen(row["paid"]), fen(row["bonus"]), fen(row["delivered at list price"])
    principal, list_price = paid, 0
    if delivered:
        terms = spend_terms(delivered, [holding(paid, bonus)])
        principal, list_price = paid - terms.principal_minor, terms.list_price_minor
    assert principal == fen(row["Art. 18: principal left"])
    assert max(0, paid - list_price) == fen(row["Art. 19"])


def test_the_page_names_every_reason_a_payment_gives() -> None:
    named = {row["code"].strip("`") for row in worked_rows(PAGE, "Reasons", 2)}
    assert {reason.code for reason in spend_terms(40_000, [holding(30_000, 5_000)]).reasons} == named
