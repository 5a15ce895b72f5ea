"""Accounts: named pots of one asset, written as text so that every process and every report reads the same.

| account | normal side | holds |
|---|---|---|
| `member:<member>:<lot>:principal` / `:bonus` | credit | what we owe a member, in money |
| `member:<member>:<lot>:units` | credit | what we owe a member of another asset: points, visits, coupons, rights, goods |
| `till:<till>:<tender>` | debit | money taken at a till, by tender |
| `sales:<store>` | credit | goods handed over |
| `promotion:<store>` | debit | bonus given |
| `issued:<store>` | debit | units of an asset handed to members, with a reason |
| `redeemed:<store>` | credit | units that were used |
| `lapsed:<store>` | credit | units and conditioned bonuses whose last day has passed |
| `presold:<store>` | credit | money taken for units that are still to be used (passes, vouchers) |
| `opening:<store>` | debit | what members brought along from the system the shop used before |
| `transfer:<store>` | debit | value that came from head office, less what went back to it |
| `float:` `safe:` `paid_in:` `paid_out:` `over_short:` `<store>` | – | where a till's cash comes from and goes to |
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Instrument(StrEnum):
    """What part of a lot a purse line holds: money in fen, or whole units of the lot's own asset."""

    PRINCIPAL = "principal"
    BONUS = "bonus"
    UNITS = "units"


MONEY: Final = (Instrument.PRINCIPAL, Instrument.BONUS)
"""The instruments that count fen; units count something else and are never summed with them."""


class Tender(StrEnum):
    """How money reaches the till; all but cash are taken outside and recorded with their reference."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    BANK_CARD = "bank_card"


class StoreAccount(StrEnum):
    """The store's own counter-accounts."""

    SALES = "sales"
    PROMOTION = "promotion"
    FLOAT = "float"
    SAFE = "safe"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    OVER_SHORT = "over_short"
    TRANSFER = "transfer"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    LAPSED = "lapsed"
    PRESOLD = "presold"
    OPENING = "opening"


class PurseKey(NamedTuple):
    """One line of a member's purse: principal, bonus or units of one lot; a tuple, because purses are dictionaries by it."""

    member_id: str
    lot_id: str
    instrument: Instrument


def member_account(key: PurseKey) -> str:
    """Return the liability account behind a purse line."""
    return f"member:{key.member_id}:{key.lot_id}:{key.instrument.value}"


def till_account(till: str, tender: Tender) -> str:
    """Return the account of a tender in a till."""
    return f"till:{till}:{tender.value}"


def store_account(account: StoreAccount, store: str) -> str:
    """Return one of the store's own accounts."""
    return f"{account.value}:{store}"


def purse_key(account: str) -> PurseKey | None:
    """Return the purse line an account stands for, or None when it is no member's."""
    parts = account.split(":")
    if parts[0] != "member":
        return None
    _, member_id, lot_id, instrument = parts
    return PurseKey(member_id, lot_id, Instrument(instrument))


def till_tender(account: str) -> tuple[str, Tender] | None:
    """Return (till, tender) of a till account, or None when it is none."""
    parts = account.split(":")
    if parts[0] != "till":
        return None
    _, till, tender = parts
    return till, Tender(tender)
