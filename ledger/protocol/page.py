"""A page of a journal on the wire: a header line, then the bytes of each entry exactly as the box stored them.

Canonical JSON holds no line feed, so a line feed parts the lines. Source: `docs/protocol.md`, up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.errors import WireUnreadable
from ledger.protocol.messages import PageHeader, from_plain, to_plain
from ledger.wire import canonical


@dataclass(frozen=True, slots=True)
class Page:
    """A header and the bytes of its entries, in order."""

    header: PageHeader
    bodies: tuple[bytes, ...]


def write_page(header: PageHeader, bodies: Sequence[bytes]) -> bytes:
    """Return a page's bytes, before they are packed."""
    return b"\n".join((canonical(to_plain(header)), *bodies))


def read_page(content: bytes) -> Page:
    """Return the page in bytes from anywhere, its entries not yet read; raises WireUnreadable."""
    first, *bodies = content.split(b"\n")
    try:
        header = from_plain(PageHeader, json.loads(first))
    except (ValueError, RecursionError) as unreadable:
        raise WireUnreadable("page header") from unreadable
    if not all(bodies):
        raise WireUnreadable("empty line")
    return Page(header, tuple(bodies))
