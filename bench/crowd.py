"""A box that knows a million members: written by one statement, because only looking them up is measured."""

from __future__ import annotations

from kiosk.model.store import Store

_CROWD = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    " INSERT INTO member (member_id, code, registered, name, initials, phone, phone_last_four, birthday, enrolled_at)"
    " SELECT printf('00%024d', i), printf('M%08d', i), 1, char(0x4e00 + i % 20000) || char(0x4e00 + i / 50),"
    " char(97 + i % 26, 97 + i / 26 % 26, 97 + i / 676 % 26), printf('1%010d', i * 7919 % 10000000000),"
    " substr(printf('1%010d', i * 7919 % 10000000000), -4), NULL, '2026-01-01T00:00:00.000Z' FROM n"
)


def add_crowd(store: Store, count: int) -> None:
    """Add that many members with distinct codes and phones."""
    with store.write():
        store.change(_CROWD, (count,))
    store.execute("ANALYZE")
