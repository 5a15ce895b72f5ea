"""Boxes that have pages to send: invented journals of top-ups and payments, signed and packed as a daemon does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from ledger.accounts import Instrument, PurseKey, member_account
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.ids import EntryId, IdMint
from ledger.protocol.messages import PageHeader
from ledger.protocol.page import write_page
from ledger.wire import JournalRow, chain, encode_entry
from line.keys import SigningKey
from line.packing import pack
from line.signatures import key_id, sign_request

PAGE: Final = 500
URL: Final = "https://head.office/v1/box/push"
HEADERS: Final = {"Content-Type": "application/x-guitai-page", "Content-Encoding": "zstd"}
MOMENT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
BETWEEN: Final = timedelta(milliseconds=7_341)
"""From one entry of a box to its next."""
FACTS: Final = {"via": "member_code", "stored_minor": 1, "rest_minor": 0, "list_price_minor": 1, "quote_reasons": []}


@dataclass(frozen=True, slots=True)
class Sender:
    """One box: its public key, its pages as they go over the wire, and the journal they came from."""

    name: str
    store: str
    key: bytes
    requests: list[tuple[dict[str, str], bytes]]
    rows: list[JournalRow]

    @property
    def signs_as(self) -> str:
        """The id its signatures name."""
        return key_id(self.name, 1)


def a_day(box: str, store: str, ids: IdMint, entries: int) -> Iterator[Entry]:
    """Yield a box's entries: a top-up, then nine payments from it, member after member."""

    def entry(
        kind: EntryKind, number: EntryId, member: str, postings: tuple[Posting, ...], lots: tuple[Lot, ...]
    ) -> Entry:
        who = {"till": "1", "cashier": "1001", "member_id": member, "shift_id": "s" * 26, "facts": dict(FACTS)}
        at = MOMENT + count * BETWEEN
        when = {"occurred_at": at, "recorded_at": at, "business_date": date(2026, 11, 23)}
        return Entry(number, kind, store, box, programme_version="2026.2", postings=postings, lots=lots, **who, **when)  # type: ignore[arg-type]  # one table of fields for both kinds

    member = principal = bonus = ""
    for count in range(entries):
        number = ids.mint()
        if count % 10 == 0:
            member, lot_id = ids.mint(), str(number)
            principal = member_account(PurseKey(member, lot_id, Instrument.PRINCIPAL))
            bonus = member_account(PurseKey(member, lot_id, Instrument.BONUS))
            paid = (Posting("till:1:cash", principal, 30_000), Posting(f"promotion:{store}", bonus, 5_000))
            lot = Lot(lot_id, member, 30_000, 5_000, "2026.2", "f" * 64)
            yield entry(EntryKind.TOP_UP, number, member, paid, (lot,))
        else:
            spent = (Posting(principal, f"sales:{store}", 857), Posting(bonus, f"sales:{store}", 143))
            yield entry(EntryKind.SPEND, number, member, spent, ())


def make_sender(name: str, pages: int, ids: IdMint) -> Sender:
    """Return a box with an invented journal."""
    rows: list[JournalRow] = []
    for entry in a_day(name, f"store-{name}", ids, pages * PAGE):
        rows.append(chain(name, 1, len(rows) + 1, rows[-1].hash if rows else None, encode_entry(entry)))
    return sender_of(name, f"store-{name}", rows)


def sender_of(name: str, store: str, rows: list[JournalRow]) -> Sender:
    """Return a box with its journal in signed pages."""
    key, requests = SigningKey.generate(), []
    for start in range(0, len(rows), PAGE):
        body = pack(page_of(rows[start : start + PAGE]))
        requests.append((sign_request("POST", URL, HEADERS, body, key, key_id(name, 1)), body))
    return Sender(name, store, key.public_bytes(), requests, rows)


def page_of(rows: list[JournalRow]) -> bytes:
    """Return the bytes of one page, not yet packed."""
    header = PageHeader(1, 1, rows[0].sequence, rows[0].previous_hash.hex(), rows[-1].hash.hex(), (), 0, 0, 0)
    return write_page(header, [row.body for row in rows])
