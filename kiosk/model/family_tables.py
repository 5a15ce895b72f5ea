"""The tables of families as peewee sees them, beside `tables.py`; no behaviour."""

from __future__ import annotations

from peewee import CompositeKey, IntegerField, Model, TextField


class FamilyMember(Model):
    """Who belongs to whose pot, with what limits; no owner for who left."""

    person_id = TextField(primary_key=True)
    owner_id = TextField(null=True)
    per_day_minor = IntegerField(null=True)
    per_month_minor = IntegerField(null=True)
    since = TextField()

    class Meta:
        """Named as in the migration."""

        table_name = "family_member"


class FamilySpend(Model):
    """What a person spent of a pot on a business date, net of voids."""

    person_id = TextField()
    business_date = TextField()
    spent_minor = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "family_spend"
        primary_key = CompositeKey("person_id", "business_date")
