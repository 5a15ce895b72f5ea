"""The fast reading of entries answers as the strict one does, byte for byte and refusal for refusal."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headoffice.decoding import decode_fast
from ledger.entries import Entry
from ledger.errors import WireUnreadable
from ledger.wire import canonical, decode_entry
from tests.ledger.golden_entries import golden_rows

BODIES = [row.body for row in golden_rows()]


def answer(body: bytes, *, fast: bool) -> Entry | None:
    try:
        return decode_fast(body) if fast else decode_entry(body)
    except WireUnreadable:
        return None


@pytest.mark.parametrize("body", BODIES)
def test_every_kind_of_entry_reads_the_same(body: bytes) -> None:
    assert decode_fast(body) == decode_entry(body)


@given(st.sampled_from(BODIES), st.data())
def test_a_changed_byte_reads_the_same_or_not_at_all_in_both(body: bytes, drawing: st.DataObject) -> None:
    place = drawing.draw(st.integers(0, len(body) - 1))
    changed = bytearray(body)
    changed[place] = drawing.draw(st.integers(0, 255))
    assert answer(bytes(changed), fast=True) == answer(bytes(changed), fast=False)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(BODIES),
    st.sampled_from(["facts", "member", "business_date", "postings", "lots", "v", "extra"]),
    PLAIN,
)
def test_any_field_with_any_content_reads_the_same(body: bytes, field: str, content: object) -> None:
    fields = json.loads(body)
    fields[field] = content
    try:
        changed = canonical(fields)
    except UnicodeEncodeError:
        return
    assert answer(changed, fast=True) == answer(changed, fast=False)


@pytest.mark.parametrize("date", ["20261120", "2026-W47-5", "2026W475"])
def test_a_date_spelled_in_another_way_is_refused(date: str) -> None:
    fields = json.loads(BODIES[0])
    fields["business_date"] = date
    with pytest.raises(WireUnreadable):
        decode_fast(canonical(fields))


def test_spaces_and_other_orders_are_refused() -> None:
    fields = json.loads(BODIES[0])
    for spelled in (json.dumps(fields), json.dumps(dict(reversed(fields.items())), separators=(",", ":"))):
        with pytest.raises(WireUnreadable):
            decode_fast(spelled.encode())
