"""Slips for the house: X and Z report, day close, cash movement, test page."""

from __future__ import annotations

from datetime import datetime

from kiosk.receipts.document import (
    AmountLine,
    Blank,
    Block,
    Document,
    Emphasis,
    KeyValue,
    Qr,
    Rule,
    SlipKind,
    Sum,
    Text,
    Title,
)
from kiosk.receipts.facts import (
    CashSlip,
    DaySlip,
    DrawerCash,
    Letterhead,
    PeriodTotals,
    ShiftLine,
    ShiftSlip,
    TenderTotal,
    Unsent,
)
from kiosk.receipts.parts import (
    Words,
    amount,
    clock_time,
    day,
    evidence,
    finish,
    house_head,
    money,
    signature,
    stamp_lines,
    total,
    words_of,
)
from kiosk.receipts.wording import KIND_TITLES, TENDER_WORDS
from ledger.entries import EntryKind

_LINE: tuple[Block, ...] = (Rule(),)


def shift_slip(letterhead: Letterhead, facts: ShiftSlip) -> Document:
    """Return an X report, or a Z report when the shift is closed: one calculation, two titles."""
    words = words_of(letterhead)
    closed = facts.closed_at is not None
    rows: list[Block] = [
        KeyValue(words["till"], facts.till),
        KeyValue(words["cashier"], facts.cashier),
        KeyValue(words["shift"], f"{day(facts.business_date)} / {facts.number}"),
        KeyValue(words["opened"], clock_time(facts.opened_at, letterhead.zone)),
    ]
    if facts.closed_at is not None:
        rows.append(KeyValue(words["closed"], clock_time(facts.closed_at, letterhead.zone)))
    rows.append(KeyValue(words["made"], clock_time(facts.made_at, letterhead.zone)))
    if facts.stamp and facts.stamp.approver:
        rows.append(KeyValue(words["approver"], facts.stamp.approver))
    signatures = (*signature(words["sign.cashier"]), *signature(words["sign.manager"])) if closed else ()
    return finish(
        letterhead,
        SlipKind.SHIFT_REPORT,
        house_head(letterhead, words["title.z" if closed else "title.x"]),
        tuple(rows),
        _LINE,
        _totals(words, facts.totals),
        _LINE,
        _drawer(words, facts.drawer),
        _LINE,
        evidence(words, facts.stamp),
        signatures,
    )


def day_slip(letterhead: Letterhead, facts: DaySlip) -> Document:
    """Return the report of a business date over all tills of the box."""
    words = words_of(letterhead)
    rows: list[Block] = [
        KeyValue(words["business_date"], day(facts.business_date), Emphasis.BOLD),
        KeyValue(words["made"], clock_time(facts.made_at, letterhead.zone)),
    ]
    if facts.stamp:
        rows.append(KeyValue(words["cashier"], f"{facts.stamp.cashier} / {facts.stamp.till}"))
    if facts.stamp and facts.stamp.approver:
        rows.append(KeyValue(words["approver"], facts.stamp.approver))
    if facts.unsent is not None:
        rows += _unsent(letterhead, words, facts.unsent)
    closing: list[Block] = [KeyValue(words["entries"], str(facts.entry_count))]
    if facts.liability_minor is not None:
        closing += [Blank(), KeyValue(words["liability"], money(facts.liability_minor), Emphasis.BOLD)]
    return finish(
        letterhead,
        SlipKind.DAY_REPORT,
        house_head(letterhead, words["title.day"]),
        tuple(rows),
        _LINE,
        _totals(words, facts.totals),
        _LINE,
        _shifts(words, facts.shifts),
        _LINE,
        tuple(closing),
        evidence(words, facts.stamp),
        signature(words["sign.manager"]),
    )


def cash_slip(letterhead: Letterhead, facts: CashSlip) -> Document:
    """Return the slip of cash that moved without a sale, with room for two signatures."""
    words = words_of(letterhead)
    body: list[Block] = []
    if facts.kind is not EntryKind.NO_SALE:
        body.append(KeyValue(words["amount"], money(facts.amount_minor), Emphasis.LARGE))
        body.append(Blank())
    body.append(KeyValue(words["reason"], facts.reason))
    return finish(
        letterhead,
        SlipKind.CASH_MOVEMENT,
        house_head(letterhead, words[KIND_TITLES[facts.kind]]),
        stamp_lines(letterhead, words, facts.stamp),
        _LINE,
        tuple(body),
        _LINE,
        evidence(words, facts.stamp),
        (*signature(words["sign.cashier"]), *signature(words["sign.manager"])),
    )


def sample_slip(letterhead: Letterhead, made_at: datetime) -> Document:
    """Return a page that shows everything a slip uses, for the installer and the settings screen."""
    words = words_of(letterhead)
    sample = (amount(words["balance.before"], 13_600), amount(words["paid"], 30_000), amount(words["bonus"], 5_000))
    return finish(
        letterhead,
        SlipKind.PROBE,
        house_head(letterhead, words["title.test"]),
        (KeyValue(words["time"], clock_time(made_at, letterhead.zone)), Rule()),
        (Sum(sample, total(words["balance"], 48_600)), Rule()),
        (Text("汉字对齐 ABC 123:,。、()《》￥"), Text("0123456789 ABCDEFGHIJKLMNOPQRSTUV"), Blank()),
        (Qr("M23456789", "M2345-6789"), Blank(), Title(letterhead.shop.thanks or words["thanks"], Emphasis.PLAIN)),
    )


def _totals(words: Words, totals: PeriodTotals) -> tuple[Block, ...]:
    spent = (
        amount(words["stored.principal"], totals.principal_spent_minor),
        amount(words["stored.bonus"], totals.bonus_spent_minor),
        *_tenders(words, totals.rest_tenders),
    )
    blocks: list[Block] = [
        _heading(words, "top_ups", totals.top_up_count),
        Sum(_tenders(words, totals.top_up_tenders), total(words["top_ups.total"], totals.top_up_minor), Emphasis.BOLD),
        KeyValue(words["top_ups.bonus"], amount("", totals.top_up_bonus_minor).shown),
        Blank(),
        _heading(words, "spends", totals.spend_count),
        Sum(spent, total(words["spends.total"], totals.paid_price_minor), Emphasis.BOLD),
        KeyValue(words["spends.list"], amount("", totals.list_price_minor).shown),
        Blank(),
        *_sold(words, totals),
        Text(words["others"], emphasis=Emphasis.BOLD),
        KeyValue(f"{words['voids']} {words['count'].format(count=totals.void_count)}", money(totals.void_minor)),
    ]
    counts = ("enrolled", totals.enrolled_count), ("refused", totals.refused_count), ("reprints", totals.reprint_count)
    for key, count in (*counts, ("no_sales", totals.no_sale_count)):
        blocks.append(KeyValue(words[key], str(count)))
    return tuple(blocks)


def _sold(words: Words, totals: PeriodTotals) -> tuple[Block, ...]:
    """Return what was taken for passes and cards; nothing where none was sold."""
    if not totals.sold_count:
        return ()
    taken = Sum(_tenders(words, totals.sold_tenders), total(words["sold.total"], totals.sold_minor), Emphasis.BOLD)
    return (_heading(words, "sold", totals.sold_count), taken, Blank())


def _heading(words: Words, key: str, count: int) -> Block:
    return KeyValue(words[key], words["count"].format(count=count), Emphasis.BOLD)


def _tenders(words: Words, tenders: tuple[TenderTotal, ...]) -> tuple[AmountLine, ...]:
    return tuple(
        amount(f"{words[TENDER_WORDS[line.tender]]} {words['count'].format(count=line.count)}", line.amount_minor)
        for line in tenders
    )


def _drawer(words: Words, drawer: DrawerCash) -> tuple[Block, ...]:
    if drawer.counted_minor is None:
        return _blind_drawer(words, drawer)
    flows = (
        amount(words["drawer.float"], drawer.float_minor),
        amount(words["drawer.top_ups"], drawer.top_up_minor),
        amount(words["drawer.payments"], drawer.payment_minor),
        *([amount(words["drawer.sold"], drawer.sold_minor)] if drawer.sold_minor else []),
        amount(words["drawer.paid_in"], drawer.paid_in_minor),
        amount(words["drawer.paid_out"], -drawer.paid_out_minor),
        amount(words["drawer.drops"], -drawer.drop_minor),
    )
    expected = total(words["drawer.expected"], drawer.expected_minor)
    blocks: tuple[Block, ...] = (
        Text(words["drawer"], emphasis=Emphasis.BOLD),
        Sum(flows, expected, Emphasis.BOLD),
    )
    over_short = drawer.counted_minor - drawer.expected_minor
    compared = (
        amount(words["drawer.counted"], drawer.counted_minor),
        amount(words["drawer.expected"], -drawer.expected_minor),
    )
    return (*blocks, Blank(), Sum(compared, total(_verdict(words, over_short), over_short)))


def _blind_drawer(words: Words, drawer: DrawerCash) -> tuple[Block, ...]:
    """Return what was done with the drawer's cash, but not what it should hold: whoever counts does not know it yet."""
    moved = (
        ("drawer.float", drawer.float_minor),
        ("drawer.paid_in", drawer.paid_in_minor),
        ("drawer.paid_out", -drawer.paid_out_minor),
        ("drawer.drops", -drawer.drop_minor),
    )
    return (
        Text(words["drawer"], emphasis=Emphasis.BOLD),
        *(KeyValue(words[key], amount("", minor).shown) for key, minor in moved),
        Text(words["drawer.blind"]),
    )


def _unsent(letterhead: Letterhead, words: Words, unsent: Unsent) -> tuple[Block, ...]:
    """Return what head office lacked when the day was closed, in bold: the report is not all there is until it is sent."""
    return (
        Blank(),
        KeyValue(words["unsent"], words["count"].format(count=unsent.entries), Emphasis.BOLD),
        KeyValue(words["unsent.minor"], money(unsent.amount_minor), Emphasis.BOLD),
        KeyValue(words["unsent.since"], clock_time(unsent.since, letterhead.zone)),
    )


def _verdict(words: Words, over_short_minor: int) -> str:
    if over_short_minor == 0:
        return words["even"]
    return words["over" if over_short_minor > 0 else "short"]


def _shifts(words: Words, shifts: tuple[ShiftLine, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = [Text(words["shifts"], emphasis=Emphasis.BOLD)]
    for line in shifts:
        counted = words["not_counted"] if line.counted_minor is None else money(line.counted_minor)
        blocks.append(KeyValue(f"{line.till} / {line.number} {line.cashier}", counted))
        if line.over_short_minor:
            verdict = _verdict(words, line.over_short_minor)
            blocks.append(KeyValue(verdict, money(line.over_short_minor), indent=2))
    return tuple(blocks)
