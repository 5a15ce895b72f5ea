"""A shop's book in memory: the entries of one till as the services write them, made by the rules alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Final

from ledger.accounts import (
    Instrument,
    PurseKey,
    StoreAccount,
    Tender,
    member_account,
    store_account,
    till_account,
)
from ledger.corrections import mirror
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.ids import EntryId, encode_id, uuid7
from ledger.purses import Holding, apply_deltas, holding_of, purse_deltas
from ledger.rules.shift import fold_shift
from ledger.rules.spend import spend_terms

STORE: Final = "xuhui"
TILL: Final = "1"
MEMBER: Final = "member-1"
VERSION: Final = "2026.2"
TERMS_HASH: Final = "ab" * 32
OPENING: Final = datetime(2026, 11, 20, 1, 0, 0, 123_000, UTC)
DAY: Final = date(2026, 11, 20)


def entry_id(number: int) -> EntryId:
    """Return the id with a running number, the same in every run."""
    return EntryId(encode_id(uuid7(1_795_000_000_000 + number, number)))


def lot(number: int = 1, paid_minor: int = 30_000, bonus_minor: int = 5_000, member_id: str = MEMBER) -> Lot:
    """Return a lot sold to a member, amounts in fen."""
    return Lot(entry_id(number), member_id, paid_minor, bonus_minor, VERSION, TERMS_HASH)


def holding(principal_minor: int, bonus_minor: int, of: Lot | None = None) -> Holding:
    """Return what is left of a lot, in fen; of a lot untouched so far if none is named."""
    whole = of or lot(1, max(principal_minor, 1), bonus_minor)
    return Holding(whole, principal_minor, bonus_minor)


def purse_line(instrument: Instrument, lot_id: str, member_id: str = MEMBER) -> str:
    """Return the account of a purse line."""
    return member_account(PurseKey(member_id, lot_id, instrument))


@dataclass
class Book:
    """One till's entries, newest last, and what they leave in the purse."""

    entries: list[Entry] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    purse: dict[PurseKey, int] = field(default_factory=dict)
    shift_id: EntryId | None = None
    till: str = TILL
    numbers: Iterable[int] = field(default_factory=lambda: count(1))

    def next_id(self) -> EntryId:
        """Return the id of the next entry."""
        return entry_id(next(iter(self.numbers)))

    def write(
        self,
        kind: EntryKind,
        postings: tuple[Posting, ...] = (),
        facts: Facts | None = None,
        *,
        lots: tuple[Lot, ...] = (),
        member_id: str | None = None,
        reverses: EntryId | None = None,
        this_id: EntryId | None = None,
    ) -> Entry:
        """Write one entry and fold it into the purse; raises PurseOverdrawn."""
        moment = OPENING + timedelta(minutes=len(self.entries))
        entry = Entry(
            entry_id=this_id or self.next_id(),
            kind=kind,
            store=STORE,
            box="box-1",
            till=self.till,
            cashier="1001",
            occurred_at=moment,
            recorded_at=moment + timedelta(milliseconds=7),
            business_date=DAY,
            programme_version=VERSION,
            postings=postings,
            lots=lots,
            member_id=member_id,
            shift_id=self.shift_id,
            approver="9001" if kind is EntryKind.VOID else None,
            reverses=reverses,
            facts=facts or {},
        )
        apply_deltas(self.purse, purse_deltas(postings))
        self.lots.extend(lots)
        self.entries.append(entry)
        return entry

    @property
    def cash(self) -> str:
        """The account of the till's cash."""
        return till_account(self.till, Tender.CASH)

    def open_shift(self, float_minor: int = 50_000) -> Entry:
        """Open a shift with a float in fen."""
        self.shift_id = self.next_id()
        postings = (Posting(self.cash, store_account(StoreAccount.FLOAT, STORE), float_minor),) if float_minor else ()
        facts = {"float_minor": float_minor, "number": 1}
        return self.write(EntryKind.SHIFT_OPENED, postings, facts, this_id=self.shift_id)

    def top_up(self, paid_minor: int = 30_000, bonus_minor: int = 5_000, tender: Tender = Tender.CASH) -> Entry:
        """Top the member up; the lot has the id of its entry."""
        bought = Lot(self.next_id(), MEMBER, paid_minor, bonus_minor, VERSION, TERMS_HASH)
        postings = [
            Posting(till_account(self.till, tender), purse_line(Instrument.PRINCIPAL, bought.lot_id), paid_minor)
        ]
        if bonus_minor:
            promotion = store_account(StoreAccount.PROMOTION, STORE)
            postings.append(Posting(promotion, purse_line(Instrument.BONUS, bought.lot_id), bonus_minor))
        facts: Facts = {
            "tender": tender.value,
            "reference": None if tender is Tender.CASH else "4200001234",
            "paid_minor": paid_minor,
            "bonus_minor": bonus_minor,
            "rung": "r300",
            "quote_reasons": [{"code": "top_up.fixed_bonus", "values": [["rung_minor", paid_minor]]}],
        }
        this_id = EntryId(bought.lot_id)
        return self.write(EntryKind.TOP_UP, tuple(postings), facts, lots=(bought,), member_id=MEMBER, this_id=this_id)

    def holdings(self) -> list[Holding]:
        """Return what is left of each lot, oldest first, used-up ones left out."""
        held = [holding_of(lot, self.purse) for lot in self.lots]
        return [part for part in held if part.total_minor]

    def spend(self, price_minor: int, rest_tender: Tender = Tender.CASH, stored_minor: int | None = None) -> Entry:
        """Pay a bill from stored value, the rest by a tender; cash is given in whole 10 yuan."""
        terms = spend_terms(price_minor, self.holdings(), stored_minor)
        sales = store_account(StoreAccount.SALES, STORE)
        postings = [
            Posting(purse_line(instrument, take.lot_id), sales, minor)
            for take in terms.takes
            for instrument, minor in (
                (Instrument.PRINCIPAL, take.principal_minor),
                (Instrument.BONUS, take.bonus_minor),
            )
            if minor
        ]
        if terms.rest_minor:
            postings.append(Posting(till_account(self.till, rest_tender), sales, terms.rest_minor))
        given = -(-terms.rest_minor // 1000) * 1000 if rest_tender is Tender.CASH else terms.rest_minor
        facts: Facts = {
            "list_price_minor": terms.list_price_minor,
            "paid_price_minor": terms.paid_price_minor,
            "stored_minor": terms.stored_minor,
            "principal_minor": terms.principal_minor,
            "bonus_minor": terms.bonus_minor,
            "rest_minor": terms.rest_minor,
            "rest_tender": rest_tender.value if terms.rest_minor else None,
            "rest_reference": None,
            "tendered_minor": given,
            "change_minor": given - terms.rest_minor,
        }
        return self.write(EntryKind.SPEND, tuple(postings), facts, member_id=MEMBER)

    def void(self, original: Entry) -> Entry:
        """Undo an entry."""
        facts = {"voided_kind": original.kind.value}
        member_id, reverses = original.member_id, original.entry_id
        return self.write(EntryKind.VOID, mirror(original), facts, member_id=member_id, reverses=reverses)

    def move_cash(self, kind: EntryKind, amount_minor: int) -> Entry:
        """Pay cash in, pay it out, drop it to the safe, or open the drawer without a sale (amount 0)."""
        other = {
            EntryKind.PAID_IN: StoreAccount.PAID_IN,
            EntryKind.PAID_OUT: StoreAccount.PAID_OUT,
            EntryKind.DROP: StoreAccount.SAFE,
        }
        postings: tuple[Posting, ...] = ()
        if kind in other:
            account = store_account(other[kind], STORE)
            debit, credit = (self.cash, account) if kind is EntryKind.PAID_IN else (account, self.cash)
            postings = (Posting(debit, credit, amount_minor),)
        return self.write(kind, postings, {"amount_minor": amount_minor, "reason": "找零"})

    def close_shift(self, counted_minor: int) -> Entry:
        """Close the shift with the cash that was counted, in fen."""
        shift = [entry for entry in self.entries if entry.shift_id == self.shift_id]
        expected = fold_shift(shift).expected_cash_minor
        over_short = counted_minor - expected
        account = store_account(StoreAccount.OVER_SHORT, STORE)
        postings = []
        if over_short > 0:
            postings.append(Posting(self.cash, account, over_short))
        if over_short < 0:
            postings.append(Posting(account, self.cash, -over_short))
        if counted_minor:
            postings.append(Posting(store_account(StoreAccount.SAFE, STORE), self.cash, counted_minor))
        facts = {"expected_minor": expected, "counted_minor": counted_minor, "over_short_minor": over_short}
        closing = self.write(EntryKind.SHIFT_CLOSED, tuple(postings), facts)
        self.shift_id = None
        return closing
