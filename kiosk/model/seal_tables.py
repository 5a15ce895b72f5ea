"""The table of seals as peewee sees it, beside `tables.py`; no behaviour."""

from __future__ import annotations

from peewee import BlobField, IntegerField, Model


class Seal(Model):
    """The seal of an entry's command, or of a slip as it was queued, in the order of writing."""

    number = IntegerField(primary_key=True)
    sequence = IntegerField(null=True)
    slip = IntegerField(null=True)
    seal = BlobField()

    class Meta:
        """Named as in the migration."""

        table_name = "seal"
