"""The schema, described once for both databases.

Journal, mirror and what a box is told are sharded by box; free value, grants, lots and members by the member's shard.
Every key of a sharded table holds its shard column, and no reference crosses shards, so that the same schema can be
spread over machines (Citus); `append_only` tables are written once: triggers in both, no privilege in PostgreSQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

VERSION: Final = 2
PARTITIONS: Final = 8


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns as `name kind [not null …]`, keys, and by which column it is spread (None: kept whole)."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    indexes: tuple[str, ...] = ()
    shard: str | None = None
    append_only: bool = False


def _table(
    name: str,
    columns: str,
    key: str,
    *,
    unique: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
    shard: str | None = None,
    append_only: bool = False,
) -> Table:
    parts = tuple(part.strip() for part in columns.split(";") if part.strip())
    uniques = tuple(tuple(one.split()) for one in unique)
    return Table(name, parts, tuple(key.split()), uniques, indexes, shard, append_only)


_INSTRUMENT: Final = "instrument text check (instrument in ('principal', 'bonus', 'units'))"
_LINE: Final = f"member_id text; lot_id text; {_INSTRUMENT}; amount_minor int"
NOT_BELOW_ZERO: Final = "amount_minor >= 0"
"""The check behind WouldGoNegative, on every line of value that is held; other checks are programmer errors."""
_HELD: Final = f"member_id text; lot_id text; {_INSTRUMENT}; amount_minor int check ({NOT_BELOW_ZERO})"
TABLES: Final[tuple[Table, ...]] = (
    _table("schema_version", "version int", "version", append_only=True),
    _table(
        "head_office",
        "id int check (id = 1); ho_epoch int check (ho_epoch >= 1); opened_at text;"
        " restored_suspected int check (restored_suspected in (0, 1)); shards int check (shards >= 1)",
        "id",
    ),
    _table(
        "person",
        "person_id text; name text; role text check (role in ('owner', 'auditor', 'operator')); password_hash text;"
        " active int; failed_attempts int; locked_until text null",
        "person_id",
    ),
    _table("store", "store text; name text", "store"),
    _table("box", "box text; store text; created_at text", "box"),
    _table(
        "life",
        "box text; epoch int;"
        " state text check (state in ('pending', 'open', 'forked', 'fenced', 'released', 'closed')); public_key blob;"
        " opened_at text; first_sequence int; head_sequence int; head_hash blob; adopted_ho_epoch int;"
        " declared_sequence int; last_seen_at text null; pending int; pending_minor int; members_through int;"
        " trouble text null",
        "box epoch",
        shard="box",
    ),
    _table(
        "enrolment",
        "code_hash text; box text; store text; purpose text check (purpose in ('new', 'replace', 'recover'));"
        " created_by text; created_at text; expires_at text; used_at text null; used_key blob null",
        "code_hash",
    ),
    _table(
        "journal",
        "box text; epoch int; sequence int; entry_id text; kind text; member_id text null; business_date text;"
        " occurred_at text; received_at text; reverses text null; previous_hash blob; hash blob; body blob",
        "box epoch sequence",
        unique=("box entry_id", "box reverses"),
        indexes=("box, business_date", "member_id, box, sequence", "box, sequence"),
        shard="box",
        append_only=True,
    ),
    _table(
        "lot",
        "shard int; lot_id text; member_id text; box text; paid_minor int check (paid_minor >= 0);"
        " bonus_minor int check (bonus_minor >= 0); programme_version text; terms_hash text; special text default '';"
        " sold_at text",
        "shard lot_id member_id",
        indexes=("shard, member_id",),
        shard="shard",
        append_only=True,
    ),
    _table(
        "mirror",
        f"box text; epoch int; {_HELD}",
        "box epoch member_id lot_id instrument",
        indexes=("member_id",),
        shard="box",
    ),
    _table(
        "transfer",
        f"box text; epoch int; sequence int; line int; shard int; {_LINE}; grant_id text null",
        "box epoch sequence line",
        indexes=("box, epoch, shard, sequence",),
        shard="box",
        append_only=True,
    ),
    _table("step_position", "shard int; box text; epoch int; sequence int", "shard box epoch", shard="shard"),
    _table("free", f"shard int; {_HELD}", "shard member_id lot_id instrument", shard="shard"),
    _table(
        "grant_out",
        "shard int; grant_id text; box text; epoch int; ho_epoch int; member_id text; asked_minor int; lines text;"
        " at text",
        "shard grant_id",
        indexes=("box, epoch", "shard, member_id"),
        shard="shard",
        append_only=True,
    ),
    _table(
        "grant_end",
        "shard int; grant_id text; how text check (how in ('applied', 'taken_back', 'released')); at text",
        "shard grant_id",
        shard="shard",
        append_only=True,
    ),
    _table(
        "recall_out",
        "shard int; ask_id text; box text; epoch int; member_id text; amount_minor int; at text",
        "shard ask_id box member_id",
        shard="shard",
        append_only=True,
    ),
    _table(
        "release",
        "box text; epoch int; proposed_by text; proposed_at text; confirmed_by text; confirmed_at text;"
        " total_minor int",
        "box epoch",
        shard="box",
        append_only=True,
    ),
    _table(
        "release_proposal",
        "box text; epoch int; proposed_by text; proposed_at text",
        "box epoch",
        shard="box",
        append_only=True,
    ),
    _table(
        "release_move",
        f"box text; epoch int; cause text; {_LINE}; at text",
        "box epoch cause member_id lot_id instrument",
        shard="box",
        append_only=True,
    ),
    _table(
        "merge",
        "merge_id text; shard_from int; shard_into int; from_member text; into_member text; ordered_by text; at text",
        "merge_id",
        indexes=("into_member",),
        append_only=True,
    ),
    _table(
        "merge_move",
        f"merge_id text; lot_id text; {_INSTRUMENT}; amount_minor int",
        "merge_id lot_id instrument",
        append_only=True,
    ),
    _table(
        "member",
        "shard int; member_id text; code text; registered int; name text; phone text null; birthday text null;"
        " enrolled_at text; consent_terms_hash text null; home_box text; merged_into text null; version int",
        "shard member_id",
        indexes=("name", "phone"),
        shard="shard",
    ),
    _table("member_code", "code text; member_id text", "code"),
    _table("member_phone", "phone text; member_id text", "phone member_id"),
    _table(
        "member_box",
        "shard int; member_id text; box text",
        "shard member_id box",
        indexes=("box", "member_id"),
        shard="shard",
    ),
    _table(
        "card",
        "code text; member_id text; state text; issued_at text; replaced_by text null",
        "code",
        indexes=("member_id",),
    ),
    _table(
        "downlink",
        "box text; epoch int; ho_epoch int; shard int; number int; kind text; body text; at text",
        "box epoch ho_epoch shard number",
        shard="box",
        append_only=True,
    ),
    _table(
        "downlink_head",
        "box text; epoch int; ho_epoch int; shard int; number int",
        "box epoch ho_epoch shard",
        shard="box",
    ),
    _table(
        "programme",
        "version text; hash text; content blob; signature blob; activated_at text; by_person text; number int",
        "version",
        unique=("number",),
        append_only=True,
    ),
    _table(
        "quarantine",
        "box text; id text; epoch int; sequence int; reason text; detail text; header text; page blob; at text",
        "box id",
        shard="box",
        append_only=True,
    ),
    _table(
        "quarantine_end",
        "box text; id text; how text; by_person text; at text",
        "box id",
        shard="box",
        append_only=True,
    ),
    _table(
        "countersign",
        "box text; epoch int; sequence int; hash blob; signature blob; at text",
        "box epoch sequence",
        shard="box",
        append_only=True,
    ),
    _table("act", "id text; person_id text; what text; detail text; at text", "id", append_only=True),
    _table("refused", "id text; at text; remote text; box text null; what text; detail text", "id", append_only=True),
)
DELETED_FROM: Final = frozenset({"member_phone"})
"""Tables whose rows may go: a phone that belongs to another record now."""


def column_names(table: Table) -> tuple[str, ...]:
    """Return a table's columns by name."""
    return tuple(column.split()[0] for column in table.columns)


def columns_in(table: Table, kinds: dict[str, str]) -> list[str]:
    """Return a table's columns as a database spells them, NOT NULL unless said otherwise."""
    spelled = []
    for column in table.columns:
        name, kind, *rest = column.split(maxsplit=2)
        words = " ".join(rest)
        null = "" if words == "null" else " NOT NULL"
        spelled.append(f"{name} {kinds[kind]}{null}{'' if words in {'', 'null'} else ' ' + words}")
    return spelled
