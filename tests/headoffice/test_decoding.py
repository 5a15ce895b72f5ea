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
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(BODIES),
    st.sampled_from([*json.loads(BODIES[0]), "extra"]),
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


WITH_LOTS = [body for body in BODIES if json.loads(body)["lots"]]


@given(st.sampled_from(WITH_LOTS), st.sampled_from(["postings", "lots"]), st.integers(0, 5), PLAIN)
def test_any_part_of_a_posting_or_lot_with_any_content_reads_the_same(
    body: bytes, field: str, place: int, content: object
) -> None:
    fields = json.loads(body)
    fields[field][0][place : place + 1] = [content]
    try:
        changed = canonical(fields)
    except UnicodeEncodeError:
        return
    assert answer(changed, fast=True) == answer(changed, fast=False)


@pytest.mark.parametrize("field", json.loads(BODIES[0]))
def test_an_entry_that_lacks_a_field_is_refused(field: str) -> None:
    fields = json.loads(BODIES[0])
    del fields[field]
    with pytest.raises(WireUnreadable):
        decode_fast(canonical(fields))


@pytest.mark.parametrize("amount", ["1.0", "1e3", "-0", "true", '"1"', "01", "null", str(1 << 64)])
def test_an_amount_that_is_no_plain_whole_number_is_refused(amount: str) -> None:
    fields = json.loads(WITH_LOTS[0])
    posting = fields["postings"][0]
    written = canonical(fields).decode()
    before = canonical(posting).decode()
    assert before in written, "the posting stands in the entry as it stands alone"
    changed = written.replace(before, before.replace(f",{posting[3]}]", f",{amount}]"))
    assert answer(changed.encode(), fast=True) is None
    assert answer(changed.encode(), fast=False) is None


@pytest.mark.parametrize("moment", ["2026-11-20T06:02:11.123+00:00", "2026-11-20T06:02:11Z", "20261120T060211.123Z"])
def test_a_moment_spelled_in_another_way_is_refused(moment: str) -> None:
    for names in (["occurred_at"], ["recorded_at"], ["occurred_at", "recorded_at"]):
        with pytest.raises(WireUnreadable):
            decode_fast(canonical(json.loads(BODIES[0]) | dict.fromkeys(names, moment)))


def test_a_field_that_is_named_twice_is_refused() -> None:
    twice = BODIES[0].replace(b'{"approver":', b'{"approver":null,"approver":', 1)
    with pytest.raises(WireUnreadable):
        decode_fast(twice)


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
