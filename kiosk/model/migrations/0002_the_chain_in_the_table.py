"""What could so far only be found wrong is now refused: a row off the chain, another epoch, a rewritten shift."""

from typing import Any

GUARDS = """
CREATE TRIGGER journal_chained BEFORE INSERT ON journal
WHEN NEW.sequence > 1 AND NEW.previous_hash IS NOT (SELECT hash FROM journal WHERE sequence = NEW.sequence - 1)
BEGIN SELECT raise(ABORT, 'chain'); END;
CREATE TRIGGER journal_epoch BEFORE INSERT ON journal
WHEN NEW.epoch <> (SELECT epoch FROM box) BEGIN SELECT raise(ABORT, 'epoch'); END;
CREATE TRIGGER shift_opening BEFORE UPDATE OF shift_id, till, cashier, number, business_date, opened_at, float_minor
ON shift BEGIN SELECT raise(ABORT, 'a shift is opened once'); END;
CREATE TRIGGER shift_closed BEFORE UPDATE ON shift WHEN OLD.closed_at IS NOT NULL
BEGIN SELECT raise(ABORT, 'a shift is closed once'); END;
CREATE TRIGGER uplink_forward BEFORE UPDATE ON uplink
WHEN NEW.cursor < OLD.cursor OR NEW.cursor > coalesce((SELECT max(sequence) FROM journal), 0)
BEGIN SELECT raise(ABORT, 'the cursor follows the journal'); END;
CREATE TRIGGER uplink_no_delete BEFORE DELETE ON uplink BEGIN SELECT raise(ABORT, 'append-only'); END;
"""


def up(_: Any, database: Any) -> None:
    """Add the triggers; runs inside one write transaction."""
    database.connection().execute(GUARDS)
