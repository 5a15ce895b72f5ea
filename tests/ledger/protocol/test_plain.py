"""Messages are read strictly: what no database can hold is no text."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import WireUnreadable
from ledger.protocol.messages import Ask, Pull, from_plain, to_plain

ASK = Ask(1, 1, "01J00000000000000000000000", "m-1", 100, {"0": 7})


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfff", "\udc80\ud800"])
def test_a_text_with_a_nul_or_half_a_character_is_refused_wherever_it_stands(text: str) -> None:
    unfit = [
        to_plain(replace(ASK, member_id=text)),
        to_plain(replace(ASK, positions={text: 0})),
        to_plain(Pull(1, 1, {text: 0}, 0)),
    ]
    for content in unfit:
        kind = Ask if "ask_id" in content else Pull
        with pytest.raises(WireUnreadable):
            from_plain(kind, json.loads(json.dumps(content)))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_every_other_text_is_read_as_it_was_written(text: str) -> None:
    written = replace(ASK, member_id=text)
    assert from_plain(Ask, json.loads(json.dumps(to_plain(written)))) == written
