"""Balances as folds over postings: always computed, never edited (P1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ledger.entries import Posting


def fold_balances(postings: Iterable[Posting]) -> dict[tuple[str, str], int]:
    """Return {(account, asset): debits − credits} in minor units; the sum over all accounts is zero per asset (I1)."""
    balances: dict[tuple[str, str], int] = defaultdict(int)
    for posting in postings:
        balances[posting.debit, posting.asset] += posting.amount_minor
        balances[posting.credit, posting.asset] -= posting.amount_minor
    return dict(balances)
