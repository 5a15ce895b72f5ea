"""Seals: one hash chain over every entry's command and every slip as it was queued, in the order of writing."""

from typing import Any

from kiosk.model.seals import NOTHING_SEALED, seal_of_entry, seal_of_slip

SEALS = """
CREATE TABLE seal (
    number INTEGER PRIMARY KEY CHECK (number >= 1), sequence INTEGER REFERENCES journal (sequence),
    slip INTEGER REFERENCES print_job (number), seal BLOB NOT NULL CHECK (length(seal) = 32),
    CHECK ((sequence IS NULL) <> (slip IS NULL))
) STRICT;
"""
GUARDS = """
CREATE TRIGGER seal_gapless BEFORE INSERT ON seal
WHEN NEW.number <> 1 + coalesce((SELECT max(number) FROM seal), 0) BEGIN SELECT raise(ABORT, 'number'); END;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER print_job_drawer BEFORE UPDATE OF number, drawer ON print_job
BEGIN SELECT raise(ABORT, 'a slip is evidence'); END;
"""
ENTRIES = "SELECT sequence, hash, command_hash FROM journal ORDER BY sequence"
SLIPS = "SELECT number, job_id, entry_id, copy, queued_at, till, drawer, document FROM print_job ORDER BY number"
INSERT = "INSERT INTO seal (number, sequence, slip, seal) VALUES (?, ?, ?, ?)"


def up(_: Any, database: Any) -> None:
    """Add the table and seal what is there, entries first; runs inside one write transaction."""
    connection = database.connection()
    connection.execute(SEALS)
    number, seal = 0, NOTHING_SEALED
    for sequence, row_hash, command_hash in database.execute_sql(ENTRIES):
        number, seal = number + 1, seal_of_entry(seal, row_hash, command_hash)
        connection.execute(INSERT, (number, sequence, None, seal))
    for slip, *queued, document in database.execute_sql(SLIPS):
        number, seal = number + 1, seal_of_slip(seal, slip, queued, document)
        connection.execute(INSERT, (number, None, slip, seal))
    connection.execute(GUARDS)
