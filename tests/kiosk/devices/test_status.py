"""What the status bytes of an ESC/POS printer mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.ports import Fault, Paper, PrinterStatus
from kiosk.devices.status import (
    Answer,
    AnswerReader,
    Said,
    answers_process_id,
    decode_status,
    is_status,
    process_id_inquiry,
    status_inquiry,
)


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((0x12, 0x12, 0x12, 0x12), PrinterStatus()),
        ((0x16, 0x12, 0x12, 0x12), PrinterStatus()),
        ((0x12, 0x12, 0x12, 0x1E), PrinterStatus(paper=Paper.NEAR_END)),
        ((0x1A, 0x32, 0x12, 0x7E), PrinterStatus(online=False, paper=Paper.OUT)),
        ((0x1A, 0x32, 0x12, 0x12), PrinterStatus(online=False, paper=Paper.OUT)),
        ((0x1A, 0x16, 0x12, 0x12), PrinterStatus(online=False, cover_open=True)),
        ((0x1A, 0x52, 0x1A, 0x12), PrinterStatus(online=False, error=Fault.CUTTER)),
        ((0x1A, 0x52, 0x32, 0x12), PrinterStatus(online=False, error=Fault.UNRECOVERABLE)),
        ((0x1A, 0x52, 0x52, 0x12), PrinterStatus(online=False, error=Fault.RECOVERABLE)),
        ((0x1A, 0x52, 0x12, 0x12), PrinterStatus(online=False, error=Fault.RECOVERABLE)),
        ((0x1A, 0x12, 0x12, 0x12), PrinterStatus(online=False)),
        ((0x12, None, None, None), PrinterStatus()),
        ((0x12, None, None, 0x72), PrinterStatus(paper=Paper.OUT)),
        ((None, None, None, None), PrinterStatus(online=False, answered=False)),
    ],
)
def test_four_answers_make_one_status(answers: tuple[int | None, ...], status: PrinterStatus) -> None:
    assert decode_status(*answers) == status


def test_only_the_fixed_bits_mark_a_status() -> None:
    marked = {byte for byte in range(256) if is_status(byte)}
    assert len(marked) == 16
    assert {0x12, 0x16, 0x1A, 0x7E} <= marked
    assert not marked & {0x00, 0x0F, 0x10, 0x11, 0x13, 0x37, 0x5F, 0xFF}


def test_the_inquiries_are_the_bytes_of_the_reference() -> None:
    assert status_inquiry(4) == bytes.fromhex("100404")
    assert process_id_inquiry(b"0001") == bytes.fromhex("1d2848060030303030") + b"01"


@pytest.mark.parametrize(
    ("arrived", "answers"),
    [
        (b"\x12", [Answer(Said.STATUS, 0x12)]),
        (b"\x00", [Answer(Said.PAPER, 0x00)]),
        (b"\x0f", [Answer(Said.PAPER, 0x0F)]),
        (b"\x11\x13\xff\x7f", []),
        (b"\x10\x00\x00\x00\x12", [Answer(Said.STATUS, 0x12)]),
        (b"\x10\x00\x12", [Answer(Said.STATUS, 0x12)]),
        (b"\x14\x00\x00\x0f\x00", [Answer(Said.PAPER, 0x00)]),
        (b"7\x00", [Answer(Said.PAPER, 0x00)]),
    ],
)
def test_answers_are_found_among_unasked_status_flow_control_and_noise(arrived: bytes, answers: list[Answer]) -> None:
    assert AnswerReader().feed(arrived) == answers
    reader = AnswerReader()
    assert [answer for byte in arrived for answer in reader.feed(bytes((byte,)))] == answers


def test_the_rest_of_an_automatic_status_is_no_answer_however_late_it_comes() -> None:
    reader = AnswerReader()
    assert reader.feed(b"\x10\x00") == []
    reader.rest()
    assert reader.feed(b"\x00\x0f") == []
    assert reader.feed(b"\x00") == [Answer(Said.PAPER, 0x00)]


def test_text_on_the_line_is_noise_and_no_answer() -> None:
    reader = AnswerReader()
    said = [answer for answer in reader.feed(b"login: root\r\n Password, please @ ` lo") if answer.said is Said.PAPER]
    assert said == []
    assert reader.noise > 10


def test_a_process_id_answer_names_its_job() -> None:
    answers = AnswerReader(with_blocks=True).feed(b"\x12\x37\x220042\x00\x12")
    assert [answer.said for answer in answers] == [Said.STATUS, Said.BLOCK, Said.STATUS]
    assert answers_process_id(answers[1], b"0042")
    assert not answers_process_id(answers[1], b"0041")


def test_an_unfinished_block_does_not_swallow_the_status_behind_it() -> None:
    reader = AnswerReader(with_blocks=True)
    assert reader.feed(b"7abc\x12") == [Answer(Said.STATUS, 0x12)]
    reader.feed(b"7abc")
    reader.rest()
    assert reader.feed(b"\x00") == [Answer(Said.PAPER, 0)]


@given(st.binary(max_size=300), st.booleans())
def test_after_any_noise_and_a_silence_an_answer_is_heard(noise: bytes, with_blocks: bool) -> None:
    reader = AnswerReader(with_blocks=with_blocks)
    reader.feed(noise)
    reader.rest()
    assert reader.feed(b"\x12") == [Answer(Said.STATUS, 0x12)]
