"""The position in what head office sends, one a shard, kept in the transaction of each item's effect; and open asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.model.store import Store
from ledger.clock import to_wire_time
from ledger.money import CNY

_SAVE: Final = (
    "INSERT INTO downlink_position (ho_epoch, shard, number) VALUES (?, ?, ?)"
    " ON CONFLICT (ho_epoch, shard) DO UPDATE SET number = excluded.number"
)


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """A grant that was asked for and not yet answered: so many fen, or units of another asset."""

    ask_id: str
    member_id: str
    amount_minor: int
    asset: str = CNY.code


def positions(store: Store, ho_epoch: int) -> dict[str, int]:
    """Return the last applied number of each shard of a head-office epoch, by the shard's number as text."""
    found = store.rows("SELECT shard, number FROM downlink_position WHERE ho_epoch = ? ORDER BY shard", (ho_epoch,))
    return {str(shard): number for shard, number in found}


def position(store: Store, ho_epoch: int, shard: int) -> int:
    """Return the last applied number of a shard, 0 for none."""
    sql = "SELECT number FROM downlink_position WHERE ho_epoch = ? AND shard = ?"
    row = store.execute(sql, (ho_epoch, shard)).fetchone()
    return 0 if row is None else int(row[0])


def save_position(store: Store, ho_epoch: int, shard: int, number: int) -> None:
    """Note that an item was applied, inside the write transaction of its effect."""
    store.change(_SAVE, (ho_epoch, shard, number))


def ask(store: Store, ask_id: str, member_id: str, amount_minor: int, at: datetime, asset: str = CNY.code) -> None:
    """Write down that a grant is about to be asked for, inside the write transaction; the same again changes nothing."""
    sql = (
        "INSERT INTO ask (ask_id, member_id, amount_minor, asked_at, asset) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING"
    )
    store.change(sql, (ask_id, member_id, amount_minor, to_wire_time(at), asset))


def answered(store: Store, ask_id: str, granted_minor: int) -> None:
    """Note the answer to an ask (fen, or units), inside the write transaction."""
    store.change("UPDATE ask SET granted_minor = ? WHERE ask_id = ?", (granted_minor, ask_id))


def open_asks(store: Store, limit: int = 20) -> list[OpenAsk]:
    """Return the asks without an answer, oldest first."""
    sql = (
        "SELECT ask_id, member_id, amount_minor, asset FROM ask WHERE granted_minor IS NULL"
        " ORDER BY asked_at, ask_id LIMIT ?"
    )
    return [OpenAsk(*row) for row in store.rows(sql, (limit,))]
