"""The wire bytes and the chain are what the golden files say, and a golden file that changed is noticed."""

from __future__ import annotations

import pytest

from ledger.entries import EntryKind
from ledger.errors import ChainBroken, WireUnreadable
from ledger.wire import check_chain, decode_entry
from tests.ledger.golden_entries import BOX, CHAIN, EPOCH, FOLDER, faults, golden_entries, golden_files, read_rows

FILES = {path.name: path.read_bytes() for path in FOLDER.iterdir()}


def test_the_golden_files_are_what_the_wire_carries() -> None:
    assert faults(FILES) == []


def test_every_kind_of_entry_has_a_golden_file() -> None:
    assert {entry.kind for entry in golden_entries()} == set(EntryKind)
    assert len(FILES) == len(golden_entries()) + 1 == 34


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_golden_file_that_changed_is_noticed(name: str) -> None:
    for place in (0, len(FILES[name]) // 2, -1):
        changed = bytearray(FILES[name])
        changed[place] ^= 1
        assert faults({**FILES, name: bytes(changed)}) == [f"{name}: changed"]
    assert faults({other: FILES[other] for other in FILES if other != name}) == [f"{name}: missing or left over"]


@pytest.mark.parametrize("name", sorted(set(FILES) - {CHAIN}))
def test_a_digit_changed_in_a_stored_entry_breaks_the_chain_at_its_row(name: str) -> None:
    body = FILES[name]
    digit = next(place for place, byte in enumerate(body) if byte in b"0123456789" and body[place - 1 : place] != b"v")
    changed = bytearray(body)
    changed[digit] = ord("7") if body[digit] != ord("7") else ord("3")
    with pytest.raises(ChainBroken) as broken:
        check_chain(read_rows({**FILES, name: bytes(changed)}), BOX, EPOCH)
    assert (broken.value.sequence, broken.value.reason) == (int(name[:2]), "hash")


def test_an_entry_of_plain_lots_alone_keeps_the_first_format() -> None:
    formats = {name: body[body.index(b'"v":') + 4 : -1] for name, body in FILES.items() if name != CHAIN}
    special = {name for name, number in formats.items() if number == b"2"}
    assert special == {"23-sold.json", "24-issued.json", "25-issued.json", "31-opened.json"}
    assert {formats[name] for name in formats.keys() - special} == {b"1"}


def test_the_bytes_of_another_format_are_not_read() -> None:
    body = golden_files()["03-top_up.json"]
    assert decode_entry(body).facts["paid_minor"] == 30_000
    with pytest.raises(WireUnreadable, match="format 3"):
        decode_entry(body.replace(b'"v":1', b'"v":3'))
