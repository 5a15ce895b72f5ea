"""Countersigning: head office puts its name under a journal it has proved, up to its head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Protocol

from headoffice.audit.books import Books, fail
from headoffice.store.database import Database
from ledger.clock import to_wire_time
from line.keys import COUNTERSIGN

_COLUMNS: Final = ("box", "epoch", "sequence", "hash", "signature", "at")
_SIGNED: Final = (
    "SELECT countersign.box, countersign.epoch, countersign.sequence FROM countersign LEFT JOIN journal"
    " ON journal.box = countersign.box AND journal.epoch = countersign.epoch"
    " AND journal.sequence = countersign.sequence AND journal.hash = countersign.hash"
    " WHERE journal.box IS NULL ORDER BY 1, 2, 3 LIMIT 1"
)


class SigningKey(Protocol):
    """A key that signs under a domain, as `line.keys` has it."""

    def sign(self, domain: str, content: bytes) -> bytes:
        """Return the signature over domain and content."""
        ...


Signer = SigningKey | Callable[[bytes], bytes]
"""A key, or a function that signs under the domain COUNTERSIGN itself."""


def signed_content(box: str, epoch: int, sequence: int, head_hash: bytes) -> bytes:
    """Return what is signed behind the domain: box, NUL, epoch (4 bytes), sequence (8 bytes), hash of the head."""
    return box.encode() + b"\x00" + epoch.to_bytes(4) + sequence.to_bytes(8) + head_hash


def sign_with(key: Signer, content: bytes) -> bytes:
    """Return a signature over content under the domain COUNTERSIGN."""
    return key(content) if callable(key) else key.sign(COUNTERSIGN, content)


def check_countersigned(books: Books) -> None:
    """Prove that the journals still hold every head that was signed; raises AuditFailed."""
    for row in books.tx.rows(_SIGNED):
        raise fail("countersign", row, "hash")


def countersign(
    database: Database, key: Signer, heads: Mapping[tuple[str, int], tuple[int, bytes]], at: datetime
) -> int:
    """Sign the head of every journal given as {(box, epoch): (sequence, hash)}; return how many were new.

    What is signed already stays as it is: a second run signs nothing.
    """
    with database.write() as tx:
        known = {tuple(row) for row in tx.rows("SELECT box, epoch, sequence FROM countersign")}
        rows: list[tuple[object, ...]] = []
        for (box, epoch), (sequence, head_hash) in sorted(heads.items()):
            if (box, epoch, sequence) not in known:
                signature = sign_with(key, signed_content(box, epoch, sequence, head_hash))
                rows.append((box, epoch, sequence, head_hash, signature, to_wire_time(at)))
        tx.insert("countersign", _COLUMNS, rows, "ON CONFLICT (box, epoch, sequence) DO NOTHING")
    return len(rows)
