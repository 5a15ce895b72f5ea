"""The bytes that are hashed, stored and sent: canonical JSON (formats 1 and 2) and the hash chain of a box's journal.

Canonical here: UTF-8, keys sorted, no white space, whole numbers only. The chain covers box, epoch and sequence, so a
row can be neither moved nor replayed elsewhere. A changed golden file means a new format number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ledger.clock import from_wire_time, to_wire_time
from ledger.entries import Entry, EntryKind, Facts, Lot, Posting
from ledger.errors import ChainBroken, WireUnreadable

FORMAT: Final = 1
"""Entries whose lots are all plain."""
FORMAT_SPECIAL: Final = 2
"""Entries with a lot of special conditions: its sixth item says them."""
_CHAIN_DOMAIN: Final = b"guitai-entry-1\x00"
_GENESIS_DOMAIN: Final = b"guitai-genesis-1\x00"
_SCALARS: Final = frozenset({str, int, bool, type(None)})
_TEXTS: Final = (
    "id",
    "kind",
    "store",
    "box",
    "till",
    "cashier",
    "occurred_at",
    "recorded_at",
    "business_date",
    "programme",
)
_TEXTS_OR_NONE: Final = ("approver", "member", "shift", "reverses")
_encode: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One row of a box's journal: its place, the hash before it, its own hash and the entry's bytes."""

    epoch: int
    sequence: int
    previous_hash: bytes
    hash: bytes
    body: bytes


def canonical(content: object) -> bytes:
    """Return the canonical bytes of plain content (text, whole numbers, booleans, None, lists, objects)."""
    return _encode(content).encode()


def content_hash(content: object) -> str:
    """Return the SHA-256 (64 hex digits) of the canonical bytes of plain content."""
    return hashlib.sha256(canonical(content)).hexdigest()


def encode_entry(entry: Entry) -> bytes:
    """Return an entry's wire bytes: format 1, or 2 where a lot has special conditions."""
    _refuse_unfit(entry.facts)
    return canonical(
        {
            "v": _format_of(entry.lots),
            "id": entry.entry_id,
            "kind": entry.kind.value,
            "store": entry.store,
            "box": entry.box,
            "till": entry.till,
            "cashier": entry.cashier,
            "approver": entry.approver,
            "occurred_at": to_wire_time(entry.occurred_at),
            "recorded_at": to_wire_time(entry.recorded_at),
            "business_date": entry.business_date.isoformat(),
            "programme": entry.programme_version,
            "member": entry.member_id,
            "shift": entry.shift_id,
            "reverses": entry.reverses,
            "postings": [[p.debit, p.credit, p.asset, p.amount_minor] for p in entry.postings],
            "lots": [[lot.lot_id, *(lot.terms if lot.special else lot.terms[:-1])] for lot in entry.lots],
            "facts": entry.facts,
        }
    )


def _format_of(lots: tuple[Lot, ...]) -> int:
    return FORMAT_SPECIAL if any(lot.special for lot in lots) else FORMAT


def decode_entry(body: bytes) -> Entry:
    """Return the entry in wire bytes from anywhere; raises WireUnreadable naming what does not fit."""
    entry = read_entry(body)
    try:
        same = encode_entry(entry) == body
    except (ValueError, TypeError, RecursionError) as cause:
        raise WireUnreadable(f"{type(cause).__name__}: {cause}") from cause
    if not same:
        raise WireUnreadable("not canonical")
    return entry


def read_entry(body: bytes) -> Entry:
    """Return the entry in bytes that this box wrote itself; raises WireUnreadable.

    The types are checked as in `decode_entry`, that the bytes are the canonical ones is not: their hash proves it.
    """
    try:
        fields: dict[str, Any] = json.loads(body)
        return entry_of(fields)
    except (ValueError, KeyError, TypeError, AssertionError, RecursionError) as cause:
        raise WireUnreadable(f"{type(cause).__name__}: {cause}") from cause


def entry_of(fields: dict[str, Any]) -> Entry:
    """Return the entry of parsed fields; raises KeyError, ValueError, TypeError, AssertionError for what does not fit."""
    for name in _TEXTS:
        _text(fields[name])
    for name in _TEXTS_OR_NONE:
        _text_or_none(fields[name])
    for debit, credit, asset, amount in _list(fields["postings"]):
        _texts(debit, credit, asset)
        _whole(amount)
    for lot_id, paid, bonus, version, terms, *special in _list(fields["lots"]):
        _texts(lot_id, version, terms, *special)
        _whole(paid)
        _whole(bonus)
    _object(fields["facts"])
    return typed_entry(fields)


def typed_entry(fields: Mapping[str, Any]) -> Entry:
    """Return the entry of parsed fields whose types are known to be right.

    Raises KeyError, ValueError, AssertionError for what does not fit, WireUnreadable for another format.
    """
    if fields["v"] not in {FORMAT, FORMAT_SPECIAL}:
        raise WireUnreadable(f"format {fields['v']}")
    member_id, occurred, recorded = fields["member"], fields["occurred_at"], fields["recorded_at"]
    occurred_at = from_wire_time(occurred)
    return Entry(
        entry_id=fields["id"],
        kind=EntryKind(fields["kind"]),
        store=fields["store"],
        box=fields["box"],
        till=fields["till"],
        cashier=fields["cashier"],
        approver=fields["approver"],
        occurred_at=occurred_at,
        recorded_at=occurred_at if recorded == occurred else from_wire_time(recorded),
        business_date=date.fromisoformat(fields["business_date"]),
        programme_version=fields["programme"],
        member_id=member_id,
        shift_id=fields["shift"],
        reverses=fields["reverses"],
        postings=tuple([Posting(debit, credit, amount, asset) for debit, credit, asset, amount in fields["postings"]]),
        lots=tuple([Lot(lot[0], member_id or "", *lot[1:]) for lot in fields["lots"]]),
        facts=fields["facts"],
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _texts(*values: object) -> None:
    for value in values:
        _text(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _object(value: object) -> Facts:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no object")
    return value


def _refuse_unfit(content: Facts) -> None:
    """Refuse what would not come back as it went: floats, keys that are no text, anything JSON cannot say."""
    stack: list[object] = [content]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            for key in item:
                _text(key)
            stack.extend([value for value in item.values() if type(value) not in _SCALARS])
        elif isinstance(item, (list, tuple)):
            stack.extend([value for value in item if type(value) not in _SCALARS])
        elif item is not None and not isinstance(item, (str, int)):
            raise TypeError(f"{type(item).__name__} cannot be written on the wire")


def genesis_hash(box: str, epoch: int) -> bytes:
    """Return the 32 bytes that stand before the first row of a box's journal in an epoch."""
    return hashlib.sha256(_GENESIS_DOMAIN + f"{box}\x00{epoch}".encode()).digest()


def row_hash(epoch: int, sequence: int, previous_hash: bytes, body: bytes) -> bytes:
    """Return the 32-byte hash of a journal row."""
    place = epoch.to_bytes(4) + sequence.to_bytes(8)
    return hashlib.sha256(_CHAIN_DOMAIN + place + previous_hash + body).digest()


def chain(box: str, epoch: int, sequence: int, previous_hash: bytes | None, body: bytes) -> JournalRow:
    """Return the row that continues a journal; `previous_hash` is None for the first row (sequence 1)."""
    before = genesis_hash(box, epoch) if previous_hash is None else previous_hash
    return JournalRow(epoch, sequence, before, row_hash(epoch, sequence, before, body), body)


def check_chain(rows: Iterable[JournalRow], box: str, epoch: int) -> int:
    """Walk a journal from its first row and return how many rows hold; raises ChainBroken at the first wrong one."""
    previous, count = genesis_hash(box, epoch), 0
    for row in rows:
        if row.epoch != epoch or row.sequence != count + 1:
            raise ChainBroken(row.epoch, row.sequence, "sequence")
        if row.previous_hash != previous:
            raise ChainBroken(row.epoch, row.sequence, "previous")
        if row.hash != row_hash(row.epoch, row.sequence, row.previous_hash, row.body):
            raise ChainBroken(row.epoch, row.sequence, "hash")
        previous, count = row.hash, count + 1
    return count
