"""Secrets of lotteries that were committed to, and every draw with what it revealed, from the journal."""

from typing import Any

LOTTERY = """
CREATE TABLE lottery_chain (
    anchor TEXT PRIMARY KEY CHECK (length(anchor) = 64), secret BLOB NOT NULL CHECK (length(secret) = 32),
    sequence INTEGER NOT NULL REFERENCES journal (sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE lottery_draw (
    anchor TEXT NOT NULL, number INTEGER NOT NULL CHECK (number > 0), lottery_id TEXT NOT NULL, member_id TEXT NOT NULL,
    entry_id TEXT NOT NULL REFERENCES journal (entry_id), seed TEXT NOT NULL CHECK (length(seed) = 64),
    mixed TEXT NOT NULL, digits TEXT NOT NULL, PRIMARY KEY (anchor, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX lottery_draw_member ON lottery_draw (member_id, lottery_id);
CREATE TRIGGER lottery_chain_no_update BEFORE UPDATE ON lottery_chain
BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER lottery_chain_no_delete BEFORE DELETE ON lottery_chain
BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER lottery_draw_kept BEFORE UPDATE OF anchor, number, lottery_id, member_id, seed, mixed, digits
ON lottery_draw BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER lottery_draw_no_delete BEFORE DELETE ON lottery_draw
BEGIN SELECT raise(ABORT, 'append-only'); END;
"""


def up(_: Any, database: Any) -> None:
    """Add the tables; no entry of an older programme drew anything. Runs inside one write transaction."""
    database.connection().execute(LOTTERY)
