"""The table of old numbers as peewee sees it, beside `tables.py`; no behaviour."""

from __future__ import annotations

from peewee import Model, TextField


class OldNumber(Model):
    """A number a member had in the system used before, and the entry that brought it."""

    number = TextField(primary_key=True)
    member_id = TextField()
    entry_id = TextField()

    class Meta:
        """Named as in the migration."""

        table_name = "old_number"
