"""The tables of the store database, as peewee sees them; no behaviour.

The binding definitions (STRICT, CHECK, triggers) are in `migrations/`; these classes serve screens and reports that
read, and the tests that compare both.
"""

from __future__ import annotations

from peewee import BlobField, CompositeKey, IntegerField, Model, TextField


class Box(Model):
    """Which box this is: one row."""

    id = IntegerField(primary_key=True)
    box = TextField()
    store = TextField()
    epoch = IntegerField()


class Journal(Model):
    """The append-only journal: an entry's bytes, its place in the chain, and the columns it is looked up by."""

    sequence = IntegerField(primary_key=True)
    epoch = IntegerField()
    entry_id = TextField()
    kind = TextField()
    member_id = TextField(null=True)
    shift_id = TextField(null=True)
    till = TextField()
    business_date = TextField()
    reverses = TextField(null=True)
    command_hash = TextField()
    previous_hash = BlobField()
    hash = BlobField()
    body = BlobField()


class JournalPosting(Model):
    """The postings of the journal, one row each, for sums."""

    sequence = IntegerField()
    line = IntegerField()
    debit = TextField()
    credit = TextField()
    asset = TextField()
    amount_minor = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "posting"
        primary_key = CompositeKey("sequence", "line")


class LotRow(Model):
    """The lots of the journal with their frozen terms."""

    lot_id = TextField(primary_key=True)
    member_id = TextField()
    opened_sequence = IntegerField()
    paid_minor = IntegerField()
    bonus_minor = IntegerField()
    programme_version = TextField()
    terms_hash = TextField()

    class Meta:
        """Named as in the migration."""

        table_name = "lot"


class Purse(Model):
    """The cached fold of the journal: what is left of each lot here; never negative."""

    member_id = TextField()
    lot_id = TextField()
    instrument = TextField()
    amount_minor = IntegerField()

    class Meta:
        """Keyed as in the migration."""

        primary_key = CompositeKey("member_id", "lot_id", "instrument")


TABLES = (Box, Journal, JournalPosting, LotRow, Purse)
