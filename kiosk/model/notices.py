"""The outbox of messages to members: queued once a member, template and period, waiting until something sends them (F7).

Source: `docs/rules/activity.md`, notices. What a notice says is a template and its values; never a phone, never a name.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from kiosk.model.store import Store
from ledger.clock import to_wire_time

_COLUMNS: Final = "number, member_id, channel, template, period, values_json, due_on, state, entry_id"
_INSERT: Final = (
    "INSERT INTO notice (member_id, channel, template, period, values_json, due_on, queued_at, entry_id)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (member_id, template, period) DO NOTHING RETURNING number"
)
_KNOWN: Final = "SELECT 1 FROM notice WHERE member_id = ? AND template = ? AND period = ?"
_DUE: Final = f"SELECT {_COLUMNS} FROM notice WHERE state = 'waiting' AND due_on <= ? ORDER BY due_on, number LIMIT ?"
_OF_MEMBER: Final = f"SELECT {_COLUMNS} FROM notice WHERE member_id = ? ORDER BY number DESC LIMIT ?"
_DONE: Final = "UPDATE notice SET state = ?, done_at = ? WHERE number = ? AND state = 'waiting' RETURNING number"

Values = Mapping[str, str | int]


class Channel(StrEnum):
    """By what a notice travels."""

    SMS = "sms"
    WECOM = "wecom"
    EMAIL = "email"


class NoticeState(StrEnum):
    """What became of a notice."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to be sent from `due_on` on; `values` are whole numbers (fen, units, days) and short texts.

    `period` is what makes it one of its kind: a year, a month, a date. `entry_id` names the entry that caused it, if any.
    """

    member_id: str
    channel: Channel
    template: str
    period: str
    due_on: date
    values: Values = field(default_factory=lambda: MappingProxyType({}))
    entry_id: str | None = None
    number: int = 0
    state: NoticeState = NoticeState.WAITING


def add(store: Store, notice: Notice, queued_at: datetime) -> bool:
    """Queue a notice inside the write transaction; False where the member has one of this template and period already."""
    assert store.writing, "changes belong inside a write transaction"
    values = json.dumps(dict(notice.values), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    key = (notice.member_id, notice.channel.value, notice.template, notice.period)
    row = (*key, values, notice.due_on.isoformat(), to_wire_time(queued_at), notice.entry_id)
    return store.execute(_INSERT, row).fetchone() is not None


def is_known(store: Store, member_id: str, template: str, period: str) -> bool:
    """Tell whether a member's notice of a template and period was queued already, whatever became of it."""
    return store.execute(_KNOWN, (member_id, template, period)).fetchone() is not None


def due(store: Store, on: date, limit: int = 100) -> list[Notice]:
    """Return the notices that wait and may be sent on a date, in order."""
    return [_notice(row) for row in store.rows(_DUE, (on.isoformat(), limit))]


def waiting(store: Store) -> int:
    """Return how many notices wait to be sent, now or later."""
    found: int = store.execute("SELECT count(*) FROM notice WHERE state = 'waiting'").fetchone()[0]
    return found


def of_member(store: Store, member_id: str, limit: int = 20) -> list[Notice]:
    """Return a member's notices, newest first."""
    return [_notice(row) for row in store.rows(_OF_MEMBER, (member_id, limit))]


def finish(store: Store, number: int, state: NoticeState, at: datetime) -> bool:
    """Note what became of a waiting notice, inside the write transaction; False for one that waits no more."""
    assert store.writing, "changes belong inside a write transaction"
    assert state is not NoticeState.WAITING, "a notice that is done waits no more"
    return store.execute(_DONE, (state.value, to_wire_time(at), number)).fetchone() is not None


def _notice(row: tuple[Any, ...]) -> Notice:
    number, member_id, channel, template, period, values, due_on, state, entry_id = row
    return Notice(
        member_id=member_id,
        channel=Channel(channel),
        template=template,
        period=period,
        due_on=date.fromisoformat(due_on),
        values=json.loads(values),
        entry_id=entry_id,
        number=number,
        state=NoticeState(state),
    )
