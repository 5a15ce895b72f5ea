"""The first schema: journal and its projections, the member directory, staff, shifts, print queue, programmes."""

from typing import Any

JOURNAL = """
CREATE TABLE box (
    id INTEGER PRIMARY KEY CHECK (id = 1), box TEXT NOT NULL, store TEXT NOT NULL, epoch INTEGER NOT NULL CHECK (epoch >= 1)
) STRICT;
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY CHECK (sequence >= 1), epoch INTEGER NOT NULL, entry_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL, member_id TEXT, shift_id TEXT, till TEXT NOT NULL, business_date TEXT NOT NULL,
    reverses TEXT REFERENCES journal (entry_id), command_hash TEXT NOT NULL CHECK (length(command_hash) = 64),
    previous_hash BLOB NOT NULL CHECK (length(previous_hash) = 32), hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX journal_reverses ON journal (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX journal_member ON journal (member_id, sequence) WHERE member_id IS NOT NULL;
CREATE INDEX journal_shift ON journal (shift_id, sequence) WHERE shift_id IS NOT NULL;
CREATE INDEX journal_day ON journal (business_date, sequence);
CREATE TABLE posting (
    sequence INTEGER NOT NULL REFERENCES journal (sequence), line INTEGER NOT NULL CHECK (line >= 0),
    debit TEXT NOT NULL, credit TEXT NOT NULL CHECK (credit <> debit), asset TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0), PRIMARY KEY (sequence, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE lot (
    lot_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, opened_sequence INTEGER NOT NULL REFERENCES journal (sequence),
    paid_minor INTEGER NOT NULL CHECK (paid_minor > 0), bonus_minor INTEGER NOT NULL CHECK (bonus_minor >= 0),
    programme_version TEXT NOT NULL, terms_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE purse (
    member_id TEXT NOT NULL, lot_id TEXT NOT NULL REFERENCES lot (lot_id),
    instrument TEXT NOT NULL CHECK (instrument IN ('principal', 'bonus')),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0), PRIMARY KEY (member_id, lot_id, instrument)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER journal_gapless BEFORE INSERT ON journal
WHEN NEW.sequence <> 1 + coalesce((SELECT max(sequence) FROM journal), 0) BEGIN SELECT raise(ABORT, 'sequence'); END;
"""

DIRECTORY = """
CREATE TABLE member (
    member_id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, registered INTEGER NOT NULL CHECK (registered IN (0, 1)),
    name TEXT NOT NULL, initials TEXT NOT NULL, phone TEXT UNIQUE, phone_last_four TEXT, birthday TEXT,
    enrolled_at TEXT NOT NULL, consent_terms_hash TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX member_initials ON member (initials) WHERE initials <> '';
CREATE INDEX member_name ON member (name) WHERE name <> '';
CREATE INDEX member_phone_last_four ON member (phone_last_four) WHERE phone_last_four IS NOT NULL;
CREATE TABLE card (
    code TEXT PRIMARY KEY, member_id TEXT NOT NULL REFERENCES member (member_id),
    state TEXT NOT NULL CHECK (state IN ('active', 'blocked', 'replaced')), issued_at TEXT NOT NULL,
    replaced_by TEXT REFERENCES card (code), CHECK ((state = 'replaced') = (replaced_by IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX card_member ON card (member_id);
CREATE TABLE staff (
    staff_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('cashier', 'manager')),
    pin_hash TEXT NOT NULL, failed_attempts INTEGER NOT NULL CHECK (failed_attempts >= 0), locked_until TEXT,
    active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT, WITHOUT ROWID;
"""

TILL = """
CREATE TABLE shift (
    shift_id TEXT PRIMARY KEY, till TEXT NOT NULL, cashier TEXT NOT NULL, number INTEGER NOT NULL CHECK (number >= 1),
    business_date TEXT NOT NULL, opened_at TEXT NOT NULL, closed_at TEXT,
    float_minor INTEGER NOT NULL CHECK (float_minor >= 0), counted_minor INTEGER CHECK (counted_minor >= 0),
    CHECK ((closed_at IS NULL) = (counted_minor IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX shift_open ON shift (till) WHERE closed_at IS NULL;
CREATE INDEX shift_day ON shift (business_date);
CREATE TABLE day (business_date TEXT PRIMARY KEY, entry_id TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE print_job (
    number INTEGER PRIMARY KEY, job_id TEXT NOT NULL UNIQUE, entry_id TEXT, copy INTEGER NOT NULL CHECK (copy >= 0),
    document BLOB NOT NULL, queued_at TEXT NOT NULL, till TEXT NOT NULL, drawer INTEGER NOT NULL CHECK (drawer IN (0, 1)),
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'printed', 'dropped')), printed_at TEXT,
    confirmation TEXT, attempts INTEGER NOT NULL DEFAULT 0, sending INTEGER NOT NULL DEFAULT 0 CHECK (sending IN (0, 1)),
    last_error TEXT
) STRICT;
CREATE INDEX print_job_waiting ON print_job (till, number) WHERE state = 'waiting';
CREATE INDEX print_job_entry ON print_job (entry_id, copy) WHERE entry_id IS NOT NULL;
CREATE TABLE programme (
    version TEXT PRIMARY KEY, hash TEXT NOT NULL, content BLOB NOT NULL, activated_at TEXT NOT NULL,
    number INTEGER NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
CREATE TABLE terms (text_hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE uplink (id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL CHECK (cursor >= 0)) STRICT;
INSERT INTO uplink (id, cursor) VALUES (1, 0);
CREATE TRIGGER print_job_document BEFORE UPDATE OF document, job_id, entry_id, copy, queued_at, till ON print_job
BEGIN SELECT raise(ABORT, 'a slip is evidence'); END;
"""

APPEND_ONLY = ("journal", "posting", "lot", "terms", "programme", "day", "box")
NEVER_DELETED = (*APPEND_ONLY, "purse", "member", "card", "staff", "shift", "print_job")


def up(_: Any, database: Any) -> None:
    """Create everything; runs inside one write transaction."""
    for script in (JOURNAL, DIRECTORY, TILL):
        database.connection().execute(script)
    for table in APPEND_ONLY:
        database.execute_sql(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT raise(ABORT, 'append-only'); END"
        )
    for table in NEVER_DELETED:
        database.execute_sql(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT raise(ABORT, 'append-only'); END"
        )
