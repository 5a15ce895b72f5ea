"""The keys a programme's file has beside its promises: the shop, its ladder, limits, approvals, terms; one list for reader and schema.

Page: docs/rules/programme.md, keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ledger.rules import fields as f
from ledger.rules.fields import Field, Fields, Schema, optional
from ledger.rules.offers_fields import PROMISE_KEYS, PROMISE_PATHS
from ledger.rules.offers_file import schema_of_promises
from ledger.rules.programme import ApprovedAct, Limit, PursePolicy, Shop, SpendOrder
from ledger.rules.reading import Expected, Table

SANE_BONUS_FACTOR: Final = 10
SCHEMA_ID: Final = "https://json-schema.org/draft/2020-12/schema"
EVERYTHING: Final = "everything"
AUTO: Final = "auto"

_MAY_BE_EMPTY: Final = f.Kind(lambda table, key: table.line(key, empty=True), {"type": "string"})
_TEXT: Final = f.Kind(Table.text, {"type": "string", "minLength": 1})
_MORNING: Final = f.Kind(Table.morning, {"type": "string", "pattern": "^(0[0-9]|1[01]):[0-5][0-9](:[0-5][0-9])?$"})
_KEEP: Final = f.Kind(
    lambda table, key: table.value(key, Expected.KEEP), {"anyOf": [{"enum": [EVERYTHING, AUTO]}, f.AMOUNT.schema]}
)

SHOP: Final[Fields] = (
    Field("store", f.NAME),
    Field("name", f.LINE),
    optional("branch", _MAY_BE_EMPTY, ""),
    Field("address", f.LINE),
    Field("phone", f.LINE),
    Field("complaint_phone", f.LINE),
    optional("thanks", _MAY_BE_EMPTY, ""),
)
RUNG: Final[Fields] = (
    Field("id", f.NAME, "rung_id"),
    Field("pay", f.AMOUNT_ABOVE_ZERO, "pay_minor"),
    optional("bonus", f.AMOUNT, None, "bonus_minor"),
    optional("bonus_percent", f.percent(1, SANE_BONUS_FACTOR * 100 - 1)),
    optional("starts_on", f.DAY),
    optional("ends_on", f.DAY),
    optional("script", _MAY_BE_EMPTY, ""),
)
LADDER: Final[Fields] = (
    Field("any_amount", f.FLAG),
    optional("minimum", f.AMOUNT_ABOVE_ZERO, 0, "minimum_minor"),
    optional(
        "rungs",
        f.Kind(lambda table, key: table.value(key, Expected.TABLES), {"type": "array", "items": f.schema_of(RUNG)}),
        (),
    ),
)
LIMIT: Final[Fields] = (Field("ceiling", f.AMOUNT_ABOVE_ZERO, "ceiling_minor"), Field("article", f.LINE))
_LIMIT: Final = f.table_of(LIMIT, Limit, tuple)
LIMITS: Final[Fields] = tuple(
    optional(key, _LIMIT) for key in ("registered_balance", "anonymous_balance", "single_top_up", "single_cash_top_up")
)
APPROVALS: Final[Fields] = tuple(optional(act.value, f.AMOUNT) for act in ApprovedAct)
SIGN_IN: Final[Fields] = (Field("attempts", f.whole(3, 10)), Field("lock_out_minutes", f.whole(1, 1440)))
PURSES: Final[Fields] = (
    optional("home_keep", _KEEP, EVERYTHING),
    optional("visiting_keep", f.AMOUNT, PursePolicy().visiting_keep_minor, "visiting_keep_minor"),
)
TERMS: Final[Fields] = (Field("text", _TEXT),)
PLAIN: Final[Fields] = (
    Field("version", f.NAME),
    Field("starts_on", f.DAY),
    Field("day_ends", _MORNING),
    Field("spend_order", f.choice(SpendOrder)),
)
"""The keys at the top that are no tables."""
_NEEDED_TABLES: Final[dict[str, Fields]] = {"shop": SHOP, "ladder": LADDER, "sign_in": SIGN_IN, "terms": TERMS}
_OTHER_TABLES: Final[dict[str, Fields]] = {"limits": LIMITS, "approvals": APPROVALS, "purses": PURSES}
_TABLES: Final = _NEEDED_TABLES | _OTHER_TABLES

TOP_KEYS: Final = (*f.keys_of(PLAIN), *_TABLES, *PROMISE_KEYS)


def _paths() -> Iterable[str]:
    yield from f.keys_of(PLAIN)
    for name, fields in (*_TABLES.items(), ("ladder.rungs", RUNG)):
        yield from ((name,) if "." not in name else ())
        yield from (f"{name}.{key}" for key in f.keys_of(fields))


OWN_PATHS: Final = tuple(_paths())
"""Every key of this page by its whole path; those of the promises are `offers_fields.PROMISE_PATHS`."""
KNOWN_PATHS: Final = (*OWN_PATHS, *PROMISE_PATHS)


def shop_of(table: Table) -> Shop:
    """Return the shop; raises BadValue, MissingKey."""
    return Shop(**f.read_fields(table, SHOP))


def schema_of_programme() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a whole programme in its JSON form.

    It knows every key, its kind and its bounds; what needs two places to be compared, and what law forbids, only the reader knows.
    """
    properties = {field.key: field.kind.schema for field in PLAIN}
    properties |= {name: f.schema_of(fields) for name, fields in _TABLES.items()}
    properties["ladder"] = f.schema_of(LADDER) | _LADDER_NEEDS
    properties["ladder"]["properties"]["rungs"]["items"] |= _RUNG_NEEDS
    return {
        "$schema": SCHEMA_ID,
        "title": "Guitai programme",
        "type": "object",
        "properties": properties | schema_of_promises(),
        "required": [*f.keys_of(PLAIN), *_NEEDED_TABLES],
        "additionalProperties": False,
    }


_RUNG_NEEDS: Final[Schema] = {"oneOf": [{"required": ["bonus"]}, {"required": ["bonus_percent"]}]}
_LADDER_NEEDS: Final[Schema] = {
    "if": {"properties": {"any_amount": {"const": True}}},
    "then": {"required": ["minimum"]},
    "else": {"required": ["rungs"], "properties": {"rungs": {"minItems": 1}}},
}
