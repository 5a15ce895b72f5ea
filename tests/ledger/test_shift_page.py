"""docs/rules/shift.md, table by table."""

from __future__ import annotations

from itertools import count

from ledger.accounts import Tender
from ledger.entries import Entry, EntryKind
from ledger.money import format_minor
from ledger.rules.shift import Flows, fold_shift
from tests.ledger.book import Book
from tests.ledger.steps import play
from tests.ledger.worked import fen, worked_rows

PAGE = "shift.md"


def page_entries(count: int = 17) -> list[Entry]:
    book, steps = Book(), list[Entry]()
    for row in worked_rows(PAGE, "A shift, step by step", 17)[:count]:
        play(book, row["what happened"], steps)
    return book.entries


def test_the_drawer_holds_what_the_page_says_after_each_step() -> None:
    for row in worked_rows(PAGE, "A shift, step by step", 17)[:-1]:
        expected = fold_shift(page_entries(int(row["step"]))).expected_cash_minor
        assert expected == fen(row["drawer should hold"]), row


def _figure(flows: Flows, name: str) -> str:
    subject, _, what = name.partition(", ")
    flow = {
        "top-ups": flows.top_up,
        "payments": flows.spend,
        "paid in": flows.paid_in,
        "paid out": flows.paid_out,
        "drops": flows.drop,
    }[subject]
    tenders = flows.top_up_tenders if subject == "top-ups" else flows.rest_tenders
    principal = flows.spent_principal_minor
    bonus = flows.top_up_bonus_minor if subject == "top-ups" else flows.spent_bonus_minor
    if what == "count":
        return str(flow.count)
    if what in set(Tender):
        return format_minor(tenders[Tender(what)].minor)
    amounts = {"list price": flows.list_price_minor, "principal": principal, "bonus": bonus}
    return format_minor(amounts.get(what, flow.minor))


def test_the_figures_of_the_shift_are_the_pages() -> None:
    figures = fold_shift(page_entries())
    for row in worked_rows(PAGE, "Its figures", 17):
        shown = [_figure(flows, row["figure"]) for flows in (figures.done, figures.voided, figures.net)]
        assert shown == [row["done"], row["voided"], row["net"]], row["figure"]


def test_the_drawer_lines_sum_to_what_was_expected() -> None:
    figures = fold_shift(page_entries())
    lines = {row["line"]: row["amount"] for row in worked_rows(PAGE, "Its drawer", 9)}
    net = figures.net
    flows = (
        figures.float_minor,
        net.top_up_tenders[Tender.CASH].minor,
        net.rest_tenders[Tender.CASH].minor,
        net.paid_in.minor,
        -net.paid_out.minor,
        -net.drop.minor,
    )
    count = (figures.expected_cash_minor, figures.counted_minor or 0, figures.over_short_minor or 0)
    assert [format_minor(minor) for minor in (*flows, *count)] == list(lines.values())
    assert sum(flows) == figures.expected_cash_minor
    assert figures.counted_minor == figures.expected_cash_minor + (figures.over_short_minor or 0)


def test_an_x_report_a_moment_before_the_count_equals_the_z_report() -> None:
    x, z = fold_shift(page_entries(16)), fold_shift(page_entries())
    assert (x.done, x.voided, x.expected_cash_minor) == (z.done, z.voided, z.expected_cash_minor)
    assert (x.counted_minor, x.over_short_minor) == (None, None)


def test_counts_are_of_entries_of_every_kind() -> None:
    figures = fold_shift(page_entries())
    assert (figures.entries, figures.void_count, figures.no_sale_count) == (17, 3, 1)
    assert (figures.enrolled_count, figures.card_count, figures.refused_count, figures.reprint_count) == (0, 0, 0, 0)
    assert figures.voided.moved_minor == fen("1,020.00")


def test_an_enrolment_a_card_a_reprint_and_a_refusal_are_counted_and_move_nothing() -> None:
    book = Book()
    book.open_shift(0)
    for kind in (
        EntryKind.MEMBER_ENROLLED,
        EntryKind.CARD_ISSUED,
        EntryKind.CARD_REPLACED,
        EntryKind.REPRINTED,
        EntryKind.REFUSED,
    ):
        book.write(kind)
    figures = fold_shift(book.entries)
    assert (figures.enrolled_count, figures.card_count, figures.refused_count, figures.reprint_count) == (1, 2, 1, 1)
    assert figures.done == Flows()


def test_a_day_is_the_sum_of_its_shifts_whichever_till_came_first() -> None:
    first = page_entries()
    second = Book(till="2", numbers=count(1_000))
    second.open_shift(10_000)
    second.top_up(50_000, 10_000, Tender.BANK_CARD)
    second.close_shift(10_100)
    day, other_way = fold_shift([*first, *second.entries]), fold_shift([*second.entries, *first])
    one, two = fold_shift(first), fold_shift(second.entries)
    assert day == other_way
    assert day.done == one.done + two.done
    assert day.expected_cash_minor == one.expected_cash_minor + two.expected_cash_minor
    assert (day.counted_minor, day.over_short_minor) == (fen("631.00"), -50)


def test_a_day_with_a_shift_still_open_has_no_count_yet() -> None:
    second = Book(till="2", numbers=count(1_000))
    second.open_shift(10_000)
    day = fold_shift([*page_entries(), *second.entries])
    assert (day.counted_minor, day.over_short_minor) == (None, None)
    assert day.expected_cash_minor == fen("631.50")
