"""The line to head office: where this box stands with it, what it was told, and a second life after a recovery."""

from typing import Any

UPLINK = """
ALTER TABLE uplink ADD COLUMN mode TEXT NOT NULL DEFAULT 'alone' CHECK (mode IN ('alone', 'going', 'stopped'));
ALTER TABLE uplink ADD COLUMN stop_reason TEXT;
ALTER TABLE uplink ADD COLUMN ho_epoch INTEGER NOT NULL DEFAULT 0 CHECK (ho_epoch >= 0);
ALTER TABLE uplink ADD COLUMN online INTEGER NOT NULL DEFAULT 0 CHECK (online IN (0, 1));
ALTER TABLE uplink ADD COLUMN last_contact_at TEXT;
ALTER TABLE uplink ADD COLUMN members_through INTEGER NOT NULL DEFAULT 0 CHECK (members_through >= 0);
ALTER TABLE uplink ADD COLUMN office_key BLOB;
DROP TRIGGER uplink_forward;
CREATE TRIGGER uplink_forward BEFORE UPDATE ON uplink
WHEN NEW.ho_epoch < OLD.ho_epoch OR (NEW.cursor < OLD.cursor AND NEW.ho_epoch = OLD.ho_epoch)
    OR NEW.cursor > coalesce((SELECT max(sequence) FROM journal), 0)
BEGIN SELECT raise(ABORT, 'the cursor follows the journal'); END;
CREATE TABLE downlink_position (
    ho_epoch INTEGER NOT NULL, shard INTEGER NOT NULL CHECK (shard >= 0), number INTEGER NOT NULL CHECK (number >= 1),
    PRIMARY KEY (ho_epoch, shard)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER downlink_forward BEFORE UPDATE ON downlink_position WHEN NEW.number <> OLD.number + 1
BEGIN SELECT raise(ABORT, 'items are applied in order'); END;
CREATE TRIGGER downlink_position_no_delete BEFORE DELETE ON downlink_position
BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TABLE snapshot (
    member_id TEXT PRIMARY KEY, total_minor INTEGER NOT NULL CHECK (total_minor >= 0), sequence INTEGER NOT NULL,
    as_of TEXT NOT NULL, ho_epoch INTEGER NOT NULL, number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE ask (
    ask_id TEXT PRIMARY KEY, member_id TEXT NOT NULL, amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    asked_at TEXT NOT NULL, granted_minor INTEGER CHECK (granted_minor >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX ask_open ON ask (asked_at) WHERE granted_minor IS NULL;
"""

DIRECTORY = """
ALTER TABLE member ADD COLUMN home_box TEXT NOT NULL DEFAULT '';
ALTER TABLE member ADD COLUMN merged_into TEXT;
ALTER TABLE member ADD COLUMN from_head_office INTEGER NOT NULL DEFAULT 0 CHECK (from_head_office IN (0, 1));
ALTER TABLE card ADD COLUMN from_head_office INTEGER NOT NULL DEFAULT 0 CHECK (from_head_office IN (0, 1));
CREATE TABLE directory_change (number INTEGER PRIMARY KEY, member_id TEXT NOT NULL) STRICT;
INSERT INTO directory_change (member_id) SELECT member_id FROM member ORDER BY enrolled_at, member_id;
CREATE TRIGGER member_added AFTER INSERT ON member WHEN NEW.from_head_office = 0
BEGIN INSERT INTO directory_change (member_id) VALUES (NEW.member_id); END;
CREATE TRIGGER directory_change_no_update BEFORE UPDATE ON directory_change
BEGIN SELECT raise(ABORT, 'append-only'); END;
CREATE TRIGGER directory_change_no_delete BEFORE DELETE ON directory_change
BEGIN SELECT raise(ABORT, 'append-only'); END;
"""

LIVES = """
DROP TRIGGER box_no_update;
CREATE TRIGGER box_next_life BEFORE UPDATE ON box
WHEN NEW.id <> OLD.id OR NEW.box <> OLD.box OR NEW.store <> OLD.store OR NEW.epoch <= OLD.epoch
BEGIN SELECT raise(ABORT, 'a box keeps its name and its lives go on'); END;
"""


def up(_: Any, database: Any) -> None:
    """Add the tables and columns; runs inside one write transaction."""
    for script in (UPLINK, DIRECTORY, LIVES):
        database.connection().execute(script)
