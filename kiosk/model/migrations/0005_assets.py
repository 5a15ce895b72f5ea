"""Lots of every asset: points, visits, coupons, rights, and bonuses of their own conditions, beside plain money.

The tables are made anew because SQLite changes no CHECK; every row and every guard comes along.
"""

from typing import Any

LOTS = """
CREATE TABLE lot_of_any (
    lot_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, opened_sequence INTEGER NOT NULL REFERENCES journal (sequence),
    paid_minor INTEGER NOT NULL CHECK (paid_minor >= 0), bonus_minor INTEGER NOT NULL CHECK (bonus_minor >= 0),
    programme_version TEXT NOT NULL, terms_hash TEXT NOT NULL, special TEXT NOT NULL DEFAULT '',
    CHECK (special <> '' OR paid_minor > 0)
) STRICT, WITHOUT ROWID;
CREATE TABLE purse_of_any (
    member_id TEXT NOT NULL, lot_id TEXT NOT NULL REFERENCES lot_of_any (lot_id),
    instrument TEXT NOT NULL CHECK (instrument IN ('principal', 'bonus', 'units')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0), PRIMARY KEY (member_id, lot_id, instrument)
) STRICT, WITHOUT ROWID;
INSERT INTO lot_of_any (lot_id, member_id, opened_sequence, paid_minor, bonus_minor, programme_version, terms_hash)
SELECT lot_id, member_id, opened_sequence, paid_minor, bonus_minor, programme_version, terms_hash FROM lot;
INSERT INTO purse_of_any (member_id, lot_id, instrument, amount_minor)
SELECT member_id, lot_id, instrument, amount_minor FROM purse;
DROP TABLE purse;
DROP TABLE lot;
ALTER TABLE lot_of_any RENAME TO lot;
ALTER TABLE purse_of_any RENAME TO purse;
CREATE TRIGGER lot_no_update BEFORE UPDATE ON lot BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER lot_no_delete BEFORE DELETE ON lot BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER purse_no_delete BEFORE DELETE ON purse BEGIN SELECT raise(ABORT, 'append-only'); END;
"""


def up(_: Any, database: Any) -> None:
    """Make the tables anew; runs inside one write transaction."""
    database.connection().execute(LOTS)
