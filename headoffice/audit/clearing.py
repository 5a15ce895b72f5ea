"""Clearing between stores: who sold the value that was spent, who took it, and who owes whom.

Source: `docs/rules/clearing.md`, with the named values and a worked example.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from headoffice.errors import AuditFailed
from headoffice.lives import office_state
from headoffice.many import rows_in
from headoffice.store.database import Database, Tx
from ledger.accounts import Instrument, PurseKey, StoreAccount, purse_key, store_account
from ledger.entries import Entry, EntryKind
from ledger.money import allot, format_minor
from ledger.protocol.shards import shard_of
from ledger.specials import read_special
from ledger.wire import read_entry

_PAGE: Final = 500
_ENTRIES: Final = (
    "SELECT epoch, sequence, kind, body FROM journal WHERE box = ? AND business_date >= ? AND business_date <= ?"
    " AND kind IN ('spend', 'redeemed', 'void') AND (epoch > ? OR (epoch = ? AND sequence > ?)) ORDER BY epoch, sequence LIMIT ?"
)
_ISSUERS: Final = "SELECT lot.lot_id, box.store, lot.paid_minor, lot.special FROM lot JOIN box ON box.box = lot.box WHERE lot.shard = ? AND lot.lot_id IN (*)"
_HEADINGS: Final = ("issuer_store", "acceptor_store", "principal", "bonus", "entries")
_FINE: Final = 10**12
"""So finely the price of one unit is weighed against another's."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class ClearingLine:
    """What one store sold and another took, in fen, and in how many entries; voids subtract."""

    issuer_store: str
    acceptor_store: str
    principal_minor: int
    bonus_minor: int
    entries: int


@dataclass(frozen=True, slots=True)
class Debt:
    """What one store owes another after netting, in fen; neither part is below zero."""

    debtor_store: str
    creditor_store: str
    principal_minor: int
    bonus_minor: int


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one entry took of members' lots, by purse line (fen; a void gives back), and what it earned of passes (fen).

    `units` are the units it used up by line, whoever paid for them.
    """

    lines: dict[PurseKey, int]
    units: dict[PurseKey, int]
    earned_minor: int = 0


@dataclass(frozen=True, slots=True)
class _Sold:
    """Which store sold a lot, for how much (fen), and how many units it had; none for money."""

    store: str
    paid_minor: int
    units: int


def clearing(database: Database, from_date: date, to_date: date) -> list[ClearingLine]:
    """Return the lines of a period of business dates, both included, ordered by issuer and acceptor.

    Raises AuditFailed for a lot that head office does not know.
    """
    minor: Counter[tuple[str, str, Instrument]] = Counter()
    entries: Counter[tuple[str, str]] = Counter()
    with database.read() as tx:
        shards = office_state(tx).shards
        for box, acceptor in tx.rows("SELECT box, store FROM box ORDER BY box"):
            for page in _taken(tx, box, from_date, to_date):
                sold = _issuers(tx, shards, [key for taken in page for key in (*taken.lines, *taken.units)])
                for taken in page:
                    parts = taken.lines | _earned(taken, sold)
                    for key, part in parts.items():
                        instrument = Instrument.BONUS if key.instrument is Instrument.BONUS else Instrument.PRINCIPAL
                        minor[sold[key.lot_id].store, acceptor, instrument] += part
                    entries.update({(sold[key.lot_id].store, acceptor) for key in parts})
    return [
        ClearingLine(*pair, minor[(*pair, Instrument.PRINCIPAL)], minor[(*pair, Instrument.BONUS)], count)
        for pair, count in sorted(entries.items())
    ]


def net(lines: Iterable[ClearingLine]) -> list[Debt]:
    """Return who owes whom: principal and bonus each netted between two stores, so a pair may owe both ways."""
    owed: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        pair = (line.issuer_store, line.acceptor_store)
        for place, minor in enumerate((line.principal_minor, line.bonus_minor)):
            owed[pair][place] += minor
            owed[pair[::-1]][place] -= minor
    debts = [
        Debt(*pair, max(principal, 0), max(bonus, 0)) for pair, (principal, bonus) in owed.items() if pair[0] != pair[1]
    ]
    return sorted(
        (debt for debt in debts if debt.principal_minor or debt.bonus_minor),
        key=lambda debt: (debt.debtor_store, debt.creditor_store),
    )


def to_csv(lines: Iterable[ClearingLine]) -> str:
    """Return the lines as CSV (yuan with two decimals); no name in it is a formula to a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_HEADINGS)
    for line in lines:
        figures = (_yuan(line.principal_minor), _yuan(line.bonus_minor), str(line.entries))
        writer.writerow((_plain(line.issuer_store), _plain(line.acceptor_store), *figures))
    return text.getvalue()


def _taken(tx: Tx, box: str, from_date: date, to_date: date) -> Iterator[list[_Taken]]:
    """Yield a box's payments, uses and their voids, page by page."""
    period, epoch, sequence = (box, from_date.isoformat(), to_date.isoformat()), -1, -1
    while found := tx.rows(_ENTRIES, (*period, epoch, epoch, sequence, _PAGE)):
        told = (_paid(read_entry(bytes(body)), voided=kind == EntryKind.VOID) for _, _, kind, body in found)
        yield [taken for taken in told if taken.lines or taken.earned_minor]
        epoch, sequence = found[-1][:2]


def _paid(entry: Entry, *, voided: bool) -> _Taken:
    """Return what of members' money became sales; a void of a payment gives it back, any other void is no payment.

    Units count where they were paid for beforehand: what the entry turned from presold into sales. What a payment gives
    besides (points, a bonus for later) is no debt between stores in money.
    """
    lines, units = Counter[PurseKey](), Counter[PurseKey]()
    sign, earned = -1 if voided else 1, 0
    sales, redeemed, presold = (
        store_account(account, entry.store)
        for account in (StoreAccount.SALES, StoreAccount.REDEEMED, StoreAccount.PRESOLD)
    )
    for posting in entry.postings:
        told = posting.mirrored() if voided else posting
        key = purse_key(told.debit)
        if key is not None and told.credit == sales:
            lines[key] += sign * told.amount_minor
        elif key is not None and told.credit == redeemed:
            units[key] += told.amount_minor
        elif (told.debit, told.credit) == (presold, sales):
            earned += sign * told.amount_minor
    return _Taken(dict(lines), dict(units) if earned else {}, earned)


def _earned(taken: _Taken, sold: Mapping[str, _Sold]) -> dict[PurseKey, int]:
    """Return what an entry earned of passes by line: divided by what its units were paid for each, to the fen."""
    paid = {
        key: max(1, lot.paid_minor * used * _FINE // lot.units)
        for key, used in taken.units.items()
        if (lot := sold[key.lot_id]).paid_minor and lot.units
    }
    if not paid:
        return {}
    sign = -1 if taken.earned_minor < 0 else 1
    parts = allot(abs(taken.earned_minor), list(paid.values()))
    return {key: sign * part for key, part in zip(paid, parts, strict=True)}


def _issuers(tx: Tx, shards: int, keys: Sequence[PurseKey]) -> dict[str, _Sold]:
    """Return the store that sold each lot and its price, by lot; a lot lies in the shard of whoever it was spent by."""
    by_shard: dict[int, set[str]] = defaultdict(set)
    for key in keys:
        by_shard[shard_of(key.member_id, shards)].add(key.lot_id)
    issuers: dict[str, _Sold] = {}
    for shard, lot_ids in by_shard.items():
        issuers |= _sold(rows_in(tx, _ISSUERS, (shard,), lot_ids))
    missing = {key.lot_id for key in keys} - issuers.keys()
    for shard in range(shards) if missing else ():
        issuers |= _sold(rows_in(tx, _ISSUERS, (shard,), missing))
    for lot_id in sorted(missing - issuers.keys()):
        raise AuditFailed("lot", lot_id, "missing")
    return issuers


def _sold(rows: Iterable[tuple[str, str, int, str]]) -> dict[str, _Sold]:
    return {lot_id: _Sold(store, paid, read_special(special).units) for lot_id, store, paid, special in rows}


def _yuan(minor: int) -> str:
    return format_minor(minor).replace(",", "")


def _plain(text: str) -> str:
    """Return a text that a spreadsheet shows as it stands: what would be a formula begins with an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text
