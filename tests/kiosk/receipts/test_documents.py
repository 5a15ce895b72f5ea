"""Documents as stored evidence: the same bytes for ever, sums that are proved, versions that are named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from kiosk.receipts.document import AmountLine, Document, SlipKind, Sum
from kiosk.receipts.errors import DocumentUnreadable, DocumentVersionUnknown
from tests.kiosk.receipts import sample_slips
from tests.kiosk.receipts.test_layout import documents


@given(documents)
def test_a_stored_document_comes_back_as_it_was(document: Document) -> None:
    stored = document.to_json()
    assert Document.from_json(stored) == document
    assert Document.from_json(stored).to_json() == stored


def test_a_slip_whose_lines_do_not_sum_is_never_made() -> None:
    with pytest.raises(AssertionError, match="sum to its total"):
        Sum((AmountLine("实付", 30_000, "300.00"),), AmountLine("余额", 30_001, "￥300.01"))


def test_a_stored_slip_whose_figures_were_changed_is_not_printed() -> None:
    stored = sample_slips.top_up().to_json().replace(b'"300.00"', b'"900.00"').replace(b",30000,", b",90000,")
    with pytest.raises(DocumentUnreadable, match="sum to its total"):
        Document.from_json(stored)


@pytest.mark.parametrize("version", [2, 0, "1", True, None])
def test_a_document_of_an_unknown_version_says_so(version: object) -> None:
    fields = json.loads(sample_slips.payment().to_json())
    fields["v"] = version
    with pytest.raises(DocumentVersionUnknown) as refused:
        Document.from_json(json.dumps(fields).encode())
    assert refused.value.known == (1,)
    assert refused.value.found == str(version)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"v":1}',
        b'{"v":1,"kind":"lottery","language":"zh","blocks":[]}',
        b'{"v":1,"kind":"top_up","language":7,"blocks":[]}',
        b'{"v":1,"kind":"top_up","language":"zh","blocks":[["stamp","x"]]}',
        b'{"v":1,"kind":"top_up","language":"zh","blocks":[["title"]]}',
        b'{"v":1,"kind":"top_up","language":"zh","blocks":[["text",1,"left","plain"]]}',
        b'{"v":1,"kind":"top_up","language":"zh","blocks":[["blank",true]]}',
        b'{"v":1,"kind":"top_up","language":"zh","blocks":[["rule",1]]}',
        b'{"v":1,"kind":"top_up","language":"zh","blocks":[[]]}',
    ],
)
def test_bytes_that_are_no_document_say_what_does_not_fit(stored: bytes) -> None:
    with pytest.raises(DocumentUnreadable) as refused:
        Document.from_json(stored)
    assert refused.value.reason


def test_every_kind_of_slip_is_shown_by_a_sample() -> None:
    shown = {build("zh").kind for build in sample_slips.ALL.values()}
    assert shown == set(SlipKind)
