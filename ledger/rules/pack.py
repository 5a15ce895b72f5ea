"""Packs: a programme's file (TOML, UTF-8) read into values, refused whole at the first thing that does not fit.

Every key with its meaning: docs/rules/programme.md. What is loaded is what was written: nothing is guessed or rounded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from ledger.errors import BadValue
from ledger.rules import fields as f
from ledger.rules.clauses import check_clauses
from ledger.rules.forms import LARGEST_FILE as LARGEST_FILE
from ledger.rules.forms import json_form, plain_content
from ledger.rules.offers_check import check_promises
from ledger.rules.offers_file import printed_promises, read_promises
from ledger.rules.pack_fields import (
    APPROVALS,
    AUTO,
    EVERYTHING,
    LADDER,
    LIMITS,
    PLAIN,
    PURSES,
    RUNG,
    SANE_BONUS_FACTOR,
    SHOP,
    SIGN_IN,
    TERMS,
    TOP_KEYS,
    shop_of,
)
from ledger.rules.pack_fields import KNOWN_PATHS as KNOWN_PATHS
from ledger.rules.programme import (
    Approvals,
    ApprovedAct,
    Ladder,
    Limits,
    Programme,
    PursePolicy,
    Rung,
    Terms,
)
from ledger.rules.reading import Expected, Table, shown_minor


def parse_programme(content: bytes) -> Programme:
    """Return the programme a file holds; its `hash` is the SHA-256 of the file's bytes (64 hex digits).

    Raises ProgrammeUnreadable, UnknownKey, MissingKey, BadValue, VoidClause, PromiseRefused.
    """
    programme = read_programme(content)
    check_promises(programme.promises)
    for printed in _printed(programme):
        check_clauses(printed)
    return programme


def read_programme(content: bytes) -> Programme:
    """Return a programme that was put in force before: as `parse_programme`, its clauses being checked already."""
    top = Table(plain_content(content), "", TOP_KEYS, KNOWN_PATHS)
    plain = f.read_fields(top, PLAIN)
    sign_in = f.read_fields(top.table("sign_in", f.keys_of(SIGN_IN), KNOWN_PATHS), SIGN_IN)
    return Programme(
        **plain,
        hash=hashlib.sha256(content).hexdigest(),
        shop=shop_of(top.table("shop", f.keys_of(SHOP), KNOWN_PATHS)),
        ladder=_ladder(top.table("ladder", f.keys_of(LADDER), KNOWN_PATHS)),
        limits=Limits(**f.read_fields(top.table("limits", f.keys_of(LIMITS), KNOWN_PATHS, optional=True), LIMITS)),
        approvals=_approvals(top.table("approvals", f.keys_of(APPROVALS), KNOWN_PATHS, optional=True)),
        terms=_terms(top.table("terms", f.keys_of(TERMS), KNOWN_PATHS)),
        sign_in_attempts=sign_in["attempts"],
        lock_out_minutes=sign_in["lock_out_minutes"],
        purses=_purses(top.table("purses", f.keys_of(PURSES), KNOWN_PATHS, optional=True)),
        promises=read_promises(top),
    )


def programme_json(content: bytes) -> bytes:
    """Return the JSON form of a programme's file, canonical (UTF-8, keys sorted): what goes over the wire.

    It reads as the same programme with a hash of its own. Raises what `parse_programme` raises.
    """
    parse_programme(content)
    return json_form(plain_content(content))


def _ladder(table: Table) -> Ladder:
    any_amount = table.yes_or_no("any_amount")
    minimum = table.amount_above_zero("minimum") if any_amount or table.has("minimum") else 0
    read = [(part, _rung(part)) for part in table.tables("rungs", f.keys_of(RUNG), KNOWN_PATHS)]
    if not read and not any_amount:
        raise BadValue(table.path("rungs"), "", Expected.SOME_RUNG)
    for place, (part, rung) in enumerate(read):
        for _, earlier in read[:place]:
            _check_apart(part, rung, earlier)
    rungs = sorted((rung for _, rung in read), key=lambda rung: (rung.pay_minor, rung.starts_on or date.min))
    return Ladder(tuple(rungs), any_amount, minimum)


def _rung(table: Table) -> Rung:
    if table.has("bonus") == table.has("bonus_percent"):
        raise BadValue(table.path("bonus"), "", Expected.BONUS_OR_PERCENT)
    rung = Rung(**f.read_fields(table, RUNG))
    if rung.bonus_minor is not None and rung.bonus_minor >= SANE_BONUS_FACTOR * rung.pay_minor:
        raise BadValue(table.path("bonus"), shown_minor(rung.bonus_minor), Expected.SANE_BONUS)
    if rung.starts_on and rung.ends_on and rung.ends_on < rung.starts_on:
        raise table.bad("ends_on", Expected.END_AFTER_START)
    return rung


def _check_apart(table: Table, rung: Rung, earlier: Rung) -> None:
    """Refuse a rung that another names already, or that offers another bonus for the same amount on the same day."""
    if rung.rung_id == earlier.rung_id:
        raise table.bad("id", Expected.UNIQUE)
    if rung.pay_minor != earlier.pay_minor:
        return
    starts = max(rung.starts_on or date.min, earlier.starts_on or date.min)
    ends = min(rung.ends_on or date.max, earlier.ends_on or date.max)
    if starts <= ends:
        raise BadValue(table.path("pay"), shown_minor(rung.pay_minor), Expected.NO_OVERLAP)


def _approvals(table: Table) -> Approvals:
    return Approvals({act: table.amount(act.value) for act in ApprovedAct if table.has(act.value)})


def _purses(table: Table) -> PursePolicy:
    visiting = table.amount("visiting_keep") if table.has("visiting_keep") else 0
    home = table.value("home_keep", Expected.KEEP) if table.has("home_keep") else EVERYTHING
    if home == EVERYTHING:
        return PursePolicy(visiting_keep_minor=visiting)
    if home == AUTO:
        return PursePolicy(home_keep_auto=True, visiting_keep_minor=visiting)
    try:
        return PursePolicy(home_keep_minor=table.amount("home_keep"), visiting_keep_minor=visiting)
    except BadValue as no_amount:
        if no_amount.expected == Expected.QUOTED_AMOUNT:
            raise
        raise table.bad("home_keep", Expected.KEEP) from no_amount


def _terms(table: Table) -> Terms:
    text = table.text("text")
    return Terms(text, hashlib.sha256(text.encode()).hexdigest())


def _printed(programme: Programme) -> Iterator[str]:
    """Give every text the shop's customers read or hear."""
    yield programme.terms.text
    shop, limits = programme.shop, programme.limits
    yield from (shop.thanks, shop.name, shop.branch, shop.address)
    for limit in (
        limits.registered_balance,
        limits.anonymous_balance,
        limits.single_top_up,
        limits.single_cash_top_up,
    ):
        if limit is not None:
            yield limit.article
    for rung in programme.ladder.rungs:
        yield rung.script
    yield from printed_promises(programme.promises)
