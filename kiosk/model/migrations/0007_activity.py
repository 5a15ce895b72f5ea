"""What members did and what rules gave, day by day, filled from the journal there is; manual tags; notices to be sent."""

from typing import Any

from kiosk.model.activity import fold
from ledger.activity import contribution
from ledger.wire import read_entry

PAST = """
CREATE TABLE member_day (
    member_id TEXT NOT NULL, business_date TEXT NOT NULL, visits INTEGER NOT NULL CHECK (visits >= 0),
    spent_minor INTEGER NOT NULL CHECK (spent_minor >= 0), top_ups INTEGER NOT NULL CHECK (top_ups >= 0),
    topped_minor INTEGER NOT NULL CHECK (topped_minor >= 0), PRIMARY KEY (member_id, business_date)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule_use (
    member_id TEXT NOT NULL, rule_id TEXT NOT NULL, business_date TEXT NOT NULL, uses INTEGER NOT NULL CHECK (uses >= 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0), units INTEGER NOT NULL CHECK (units >= 0),
    PRIMARY KEY (member_id, rule_id, business_date)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule_day (
    rule_id TEXT NOT NULL, business_date TEXT NOT NULL, uses INTEGER NOT NULL CHECK (uses >= 0),
    amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0), units INTEGER NOT NULL CHECK (units >= 0),
    PRIMARY KEY (rule_id, business_date)
) STRICT, WITHOUT ROWID;
"""

TAGS = """
CREATE TABLE member_tag (
    member_id TEXT NOT NULL, tag TEXT NOT NULL, held INTEGER NOT NULL CHECK (held IN (0, 1)),
    sequence INTEGER NOT NULL REFERENCES journal (sequence), PRIMARY KEY (member_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX member_tag_held ON member_tag (tag, member_id) WHERE held = 1;
"""

NOTICES = """
CREATE TABLE notice (
    number INTEGER PRIMARY KEY, member_id TEXT NOT NULL REFERENCES member (member_id),
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'wecom', 'email')), template TEXT NOT NULL CHECK (template <> ''),
    period TEXT NOT NULL, values_json TEXT NOT NULL CHECK (json_valid(values_json)), due_on TEXT NOT NULL,
    queued_at TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'dropped')),
    done_at TEXT, entry_id TEXT REFERENCES journal (entry_id), UNIQUE (member_id, template, period),
    CHECK ((state = 'waiting') = (done_at IS NULL))
) STRICT;
CREATE INDEX notice_waiting ON notice (due_on, number) WHERE state = 'waiting';
CREATE TRIGGER notice_content BEFORE UPDATE OF number, member_id, channel, template, period, values_json, due_on,
    queued_at, entry_id ON notice BEGIN SELECT raise(ABORT, 'a notice is queued once'); END;
CREATE TRIGGER notice_done BEFORE UPDATE ON notice WHEN OLD.state <> 'waiting'
BEGIN SELECT raise(ABORT, 'a notice is sent once'); END;
"""

LISTS = """
CREATE INDEX member_birthday ON member (substr(birthday, 6)) WHERE birthday IS NOT NULL;
CREATE INDEX member_day_on ON member_day (business_date, member_id);
CREATE INDEX lot_expires ON lot (substr(special, instr(special, 'expires_on=') + 11, 10))
WHERE instr(special, 'expires_on=') > 0;
CREATE INDEX purse_lot ON purse (lot_id);
"""

OLD = "SELECT body FROM journal ORDER BY sequence"
ORIGINAL = "SELECT body FROM journal WHERE entry_id = ?"


def up(_: Any, database: Any) -> None:
    """Add the tables and fill them; runs inside one write transaction."""
    for script in (PAST, TAGS, NOTICES, LISTS):
        database.connection().execute(script)
    for table in ("member_day", "rule_use", "rule_day", "member_tag", "notice"):
        database.execute_sql(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT raise(ABORT, 'append-only'); END"
        )
    fill(database)


def fill(database: Any) -> None:
    """Fold the journal there is into the tables, as it would have been folded entry by entry."""
    for (body,) in database.execute_sql(OLD):
        entry = read_entry(body)
        reversed_ = database.execute_sql(ORIGINAL, (entry.reverses,)).fetchone() if entry.reverses else None
        fold(database.execute_sql, contribution(entry, read_entry(reversed_[0]) if reversed_ else None))
