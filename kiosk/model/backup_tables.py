"""The table of kept markers as peewee sees it, beside `tables.py`; no behaviour."""

from __future__ import annotations

from peewee import Model, TextField


class KeptPast(Model):
    """Where a marker of this box's past is kept outside the database, and since when."""

    place = TextField(primary_key=True)
    since = TextField()

    class Meta:
        """Named as in the migration."""

        table_name = "kept_past"
