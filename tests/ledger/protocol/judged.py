"""The entries of a judged page, shared by the judge's tests: one box's honest day, and what head office knows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from ledger.accounts import Instrument, PurseKey, member_account
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.ids import EntryId, encode_id, uuid7
from ledger.protocol.judge import Effects, KnownGrant, Standing, judge

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MEMBER, OTHER = "m-1", "m-2"
PRINCIPAL, BONUS = Instrument.PRINCIPAL, Instrument.BONUS


def entry_id(number: int) -> EntryId:
    return EntryId(encode_id(uuid7(1_000, number)))


TOP_UP_ID, SPEND_ID, VOID_ID, GRANT_ID, LAST_ID = (entry_id(number) for number in range(1, 6))


def account(lot_id: str = TOP_UP_ID, instrument: Instrument = PRINCIPAL, member: str = MEMBER) -> str:
    return member_account(PurseKey(member, lot_id, instrument))


def lot(lot_id: str = TOP_UP_ID, member: str = MEMBER, paid: int = 300, bonus: int = 50) -> Lot:
    return Lot(lot_id, member, paid, bonus, "2026.1", "f" * 64)


def entry(kind: EntryKind, number: EntryId, postings: tuple[Posting, ...] = (), **more: Any) -> Entry:
    fields: dict[str, Any] = {"member_id": MEMBER, "till": "1", "cashier": "1001", **more}
    return Entry(
        entry_id=number,
        kind=kind,
        store="xuhui",
        box="box-1",
        occurred_at=MOMENT,
        recorded_at=MOMENT,
        business_date=date(2026, 11, 23),
        programme_version="2026.1",
        postings=postings,
        **fields,
    )


TOP_UP = entry(
    EntryKind.TOP_UP,
    TOP_UP_ID,
    (Posting("till:1:cash", account(), 300), Posting("promotion:xuhui", account(instrument=BONUS), 50)),
    lots=(lot(),),
)
SPEND = entry(
    EntryKind.SPEND, SPEND_ID, (Posting(account(), "sales:xuhui", 60), Posting("till:1:cash", "sales:xuhui", 5))
)
VOID = entry(EntryKind.VOID, VOID_ID, tuple(p.mirrored() for p in reversed(SPEND.postings)), reverses=SPEND_ID)
GRANTED = entry(
    EntryKind.GRANTED,
    GRANT_ID,
    (Posting("transfer:xuhui", account("lot-far"), 80),),
    lots=(lot("lot-far"),),
    till="*",
    cashier="*",
)
RETURNED = entry(EntryKind.RETURNED, LAST_ID, (Posting(account(), "transfer:xuhui", 40),), till="*", cashier="*")
MERGED = entry(
    EntryKind.MERGED,
    LAST_ID,
    (
        Posting(account(), account(member=OTHER), 300),
        Posting(account(instrument=BONUS), account(instrument=BONUS, member=OTHER), 50),
    ),
    facts={"merge_id": "merge-1", "from": MEMBER, "into": OTHER},
    till="*",
    cashier="*",
    member_id=OTHER,
)
FAR = PurseKey(MEMBER, "lot-far", PRINCIPAL)


def standing(**more: Any) -> Standing:
    known: dict[str, Any] = {
        "lots": {"lot-far": lot("lot-far")},
        "grants": {GRANT_ID: KnownGrant({FAR: 80}, ended=False)},
        "merges": {"merge-1": (MEMBER, OTHER)},
        **more,
    }
    return Standing("box-1", "xuhui", {}, **known)


def judged(*entries: Entry, **more: Any) -> Effects:
    return judge(standing(**more), list(enumerate(entries, start=1)))
