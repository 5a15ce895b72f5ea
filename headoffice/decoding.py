"""Reading entries fast: the same strict reading as `ledger.wire.decode_entry`, at a fraction of its cost.

msgspec parses the bytes into fields of the right types and writes them again with sorted keys; where that gives the same
bytes they are canonical and hold nothing else, and the fields can be trusted. Anything else goes the slow way, which
says what does not fit. A property holds both ways to the same answers (`tests/headoffice/test_decoding.py`).
"""

from __future__ import annotations

from typing import Any, Final, NoReturn, TypedDict

import msgspec

from ledger.entries import Entry
from ledger.wire import FORMAT, FORMAT_SPECIAL, decode_entry, typed_entry


class _Fields(TypedDict):
    """The types `ledger.wire.entry_of` asks of an entry's fields."""

    v: int
    id: str
    kind: str
    store: str
    box: str
    till: str
    cashier: str
    approver: str | None
    occurred_at: str
    recorded_at: str
    business_date: str
    programme: str
    member: str | None
    shift: str | None
    reverses: str | None
    postings: list[tuple[str, str, str, int]]
    lots: list[list[str | int]]
    facts: dict[str, Any]


_LOT: Final = ((str, int, int, str, str), (str, int, int, str, str, str))
"""A plain lot, and one of special conditions: each position's own type, which the list as such does not hold."""


def _check_lots(fields: _Fields) -> None:
    """Refuse lots of other types, and a format number that is not theirs; raises ValueError."""
    shapes = [tuple(map(type, lot)) for lot in fields["lots"]]
    special = [lot for lot, shape in zip(fields["lots"], shapes, strict=True) if shape == _LOT[1]]
    if any(shape not in _LOT for shape in shapes) or not all(lot[-1] for lot in special):
        raise ValueError(fields["lots"])
    if fields["v"] != (FORMAT_SPECIAL if special else FORMAT):
        raise ValueError(fields["v"])


def _no_floats(text: str) -> NoReturn:
    raise ValueError(text)


_UNFIT: Final = (ValueError, KeyError, TypeError, AssertionError, RecursionError, OverflowError)
_decoder = msgspec.json.Decoder(_Fields, float_hook=_no_floats)
_encode = msgspec.json.Encoder(order="sorted").encode


def decode_fast(body: bytes) -> Entry:
    """Return the entry in wire bytes from anywhere; raises WireUnreadable naming what does not fit."""
    try:
        fields = _decoder.decode(body)
        _check_lots(fields)
        if _encode(fields) == body:
            entry = typed_entry(fields)
            if entry.business_date.isoformat() == fields["business_date"]:  # a date can be spelled in other ways
                return entry
    except _UNFIT:
        return decode_entry(body)
    return decode_entry(body)
