"""Packs: a programme's file (TOML, UTF-8) read into values, refused whole at the first thing that does not fit.

Every key with its meaning: docs/rules/programme.md. What is loaded is what was written: nothing is guessed or rounded.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Final

from ledger.errors import BadValue, ProgrammeUnreadable
from ledger.rules.clauses import check_clauses
from ledger.rules.offers_check import check_promises
from ledger.rules.offers_fields import PROMISE_KEYS, PROMISE_PATHS
from ledger.rules.offers_file import printed_promises, read_promises
from ledger.rules.programme import (
    Approvals,
    ApprovedAct,
    Ladder,
    Limit,
    Limits,
    Programme,
    PursePolicy,
    Rung,
    Shop,
    SpendOrder,
    Terms,
)
from ledger.rules.reading import Expected, Table, shown_minor

LARGEST_FILE: Final = 256 * 1024
"""Bytes; a programme is a page or two."""

TOP_KEYS: Final = (
    "version", "starts_on", "day_ends", "spend_order", "shop", "ladder", "limits", "approvals", "sign_in", "purses",
    "terms", *PROMISE_KEYS,
)  # fmt: skip
SHOP_KEYS: Final = ("store", "name", "branch", "address", "phone", "complaint_phone", "thanks")
LADDER_KEYS: Final = ("any_amount", "minimum", "rungs")
RUNG_KEYS: Final = ("id", "pay", "bonus", "bonus_percent", "starts_on", "ends_on", "script")
LIMITS_KEYS: Final = ("registered_balance", "anonymous_balance", "single_top_up", "single_cash_top_up")
LIMIT_KEYS: Final = ("ceiling", "article")
APPROVAL_KEYS: Final = tuple(act.value for act in ApprovedAct)
SIGN_IN_KEYS: Final = ("attempts", "lock_out_minutes")
PURSES_KEYS: Final = ("home_keep", "visiting_keep")
TERMS_KEYS: Final = ("text",)

_SANE_BONUS_FACTOR: Final = 10
_EVERYTHING: Final = "everything"
_AUTO: Final = "auto"
_TABLES: Final = {
    "": TOP_KEYS,
    "shop": SHOP_KEYS,
    "ladder": LADDER_KEYS,
    "ladder.rungs": RUNG_KEYS,
    "limits": LIMITS_KEYS,
    "approvals": APPROVAL_KEYS,
    "sign_in": SIGN_IN_KEYS,
    "purses": PURSES_KEYS,
    "terms": TERMS_KEYS,
}
_OWN_PATHS: Final = tuple(f"{table}.{key}" if table else key for table, keys in _TABLES.items() for key in keys)
KNOWN_PATHS: Final = (*_OWN_PATHS, *(path for path in PROMISE_PATHS if path not in _OWN_PATHS))
"""Every key of a programme by its whole path, as docs/rules/programme.md lists them."""


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
    top = Table(_toml(content), "", TOP_KEYS, KNOWN_PATHS)
    sign_in = top.table("sign_in", SIGN_IN_KEYS, KNOWN_PATHS)
    return Programme(
        version=top.name("version"),
        hash=hashlib.sha256(content).hexdigest(),
        starts_on=top.day("starts_on"),
        shop=_shop(top.table("shop", SHOP_KEYS, KNOWN_PATHS)),
        ladder=_ladder(top.table("ladder", LADDER_KEYS, KNOWN_PATHS)),
        spend_order=SpendOrder(top.choice("spend_order", SpendOrder)),
        limits=_limits(top.table("limits", LIMITS_KEYS, KNOWN_PATHS, optional=True)),
        approvals=_approvals(top.table("approvals", APPROVAL_KEYS, KNOWN_PATHS, optional=True)),
        terms=_terms(top.table("terms", TERMS_KEYS, KNOWN_PATHS)),
        day_ends=top.morning("day_ends"),
        sign_in_attempts=sign_in.whole("attempts", 3, 10),
        lock_out_minutes=sign_in.whole("lock_out_minutes", 1, 1440),
        purses=_purses(top.table("purses", PURSES_KEYS, KNOWN_PATHS, optional=True)),
        promises=read_promises(top),
    )


def _toml(content: bytes) -> dict[str, object]:
    if len(content) > LARGEST_FILE:
        raise ProgrammeUnreadable(f"{len(content)} > {LARGEST_FILE} bytes")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as unreadable:
        raise ProgrammeUnreadable(str(unreadable)) from unreadable
    except RecursionError as too_deep:
        raise ProgrammeUnreadable("nested too deeply") from too_deep


def _shop(table: Table) -> Shop:
    return Shop(
        store=table.name("store"),
        name=table.line("name"),
        branch=table.line("branch", empty=True),
        address=table.line("address"),
        phone=table.line("phone"),
        thanks=table.line("thanks", empty=True),
        complaint_phone=table.line("complaint_phone"),
    )


def _ladder(table: Table) -> Ladder:
    any_amount = table.yes_or_no("any_amount")
    minimum = table.amount_above_zero("minimum") if any_amount or table.has("minimum") else 0
    read = [(part, _rung(part)) for part in table.tables("rungs", RUNG_KEYS, KNOWN_PATHS)]
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
    pay = table.amount_above_zero("pay")
    bonus = table.amount("bonus") if table.has("bonus") else None
    most = _SANE_BONUS_FACTOR * 100 - 1
    percent = table.whole("bonus_percent", 1, most, Expected.PERCENT) if table.has("bonus_percent") else None
    if bonus is not None and bonus >= _SANE_BONUS_FACTOR * pay:
        raise BadValue(table.path("bonus"), shown_minor(bonus), Expected.SANE_BONUS)
    starts_on, ends_on = table.day_or_none("starts_on"), table.day_or_none("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise table.bad("ends_on", Expected.END_AFTER_START)
    return Rung(table.name("id"), pay, bonus, percent, starts_on, ends_on, table.line("script", empty=True))


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


def _limits(table: Table) -> Limits:
    registered, anonymous, single, single_cash = (_limit(table, key) for key in LIMITS_KEYS)
    return Limits(registered, anonymous, single, single_cash)


def _limit(limits: Table, key: str) -> Limit | None:
    if not limits.has(key):
        return None
    table = limits.table(key, LIMIT_KEYS)
    return Limit(table.amount_above_zero("ceiling"), table.line("article"))


def _approvals(table: Table) -> Approvals:
    return Approvals({act: table.amount(act.value) for act in ApprovedAct if table.has(act.value)})


def _purses(table: Table) -> PursePolicy:
    visiting = table.amount("visiting_keep") if table.has("visiting_keep") else 0
    home = table.value("home_keep", Expected.KEEP) if table.has("home_keep") else _EVERYTHING
    if home == _EVERYTHING:
        return PursePolicy(visiting_keep_minor=visiting)
    if home == _AUTO:
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
    yield programme.shop.thanks
    for rung in programme.ladder.rungs:
        yield rung.script
    yield from printed_promises(programme.promises)
