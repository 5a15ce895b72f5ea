"""Laws of ids and codes: nothing is mistaken for another."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from typing import Final

import pytest
from hypothesis import strategies as st

from ledger.codes import ALPHABET, CODE_LENGTH, Code, CodeKind, make_code, read_code
from ledger.errors import CodeCheckFailed, CodeError, CodeUnreadable
from ledger.ids import ID_LENGTH, IdMint, decode_id, encode_id, is_id
from tests.ledger.law import law

NUMBERS: Final = st.integers(0, (1 << 128) - 1)
BYTES: Final = st.binary(min_size=10, max_size=10)
START: Final = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
CODES: Final = st.builds(
    lambda kind, entropy: make_code(kind, lambda _: entropy),
    st.sampled_from(CodeKind),
    st.binary(min_size=16, max_size=16),
)


class SetClock:
    """A clock that shows what it is set to."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment


def _from(entropies: list[bytes]) -> Callable[[int], bytes]:
    left = iter(entropies)
    return lambda count: next(left)[:count]


@law({"number": 0}, {"number": (1 << 128) - 1}, number=NUMBERS)
def an_id_is_26_characters_and_reads_back(number: int) -> None:
    text = encode_id(number)
    assert len(text) == ID_LENGTH
    assert decode_id(text) == number
    assert is_id(text)


@law(one=NUMBERS, other=NUMBERS)
def ids_sort_as_text_in_the_order_of_their_numbers(one: int, other: int) -> None:
    assert (encode_id(one) < encode_id(other)) == (one < other)


@law(
    *(
        {"text": text}
        for text in ("", "Z" * 26, "8" + "0" * 25, "0" * 25, "0" * 27, "O" * 26, "a" * 26, "0" * 25 + "U")
    ),
    text=st.text(max_size=30),
)
def what_was_not_written_as_an_id_is_no_id(text: str) -> None:
    if is_id(text):
        assert encode_id(decode_id(text)) == text
    else:
        with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
            decode_id(text)


@law(
    {
        "steps": [0, 0, -5_000, 0, 1],
        "entropies": [b"\xff" * 10, b"\x00" * 10, b"\xff" * 10, b"\x00" * 10, b"\x00" * 10],
    },
    steps=st.lists(st.integers(-10_000, 10_000), min_size=2, max_size=30),
    entropies=st.lists(BYTES, min_size=30, max_size=30),
)
def ids_only_ever_grow_also_when_the_clock_steps_back(steps: list[int], entropies: list[bytes]) -> None:
    clock = SetClock()
    mint = IdMint(clock, _from(entropies))
    minted = []
    for step in steps:
        clock.moment += timedelta(milliseconds=step)
        minted.append(mint.mint())
    assert all(earlier < later for earlier, later in pairwise(minted))
    for number in map(decode_id, minted):
        assert (number >> 76 & 0xF, number >> 62 & 0b11) == (7, 0b10), "RFC 9562 version and variant"


@law({"entropies": [bytes.fromhex("00100000000000000000")]}, entropies=st.lists(BYTES, min_size=1, max_size=1))
def an_id_carries_the_millisecond_it_was_minted_and_all_of_its_randomness(entropies: list[bytes]) -> None:
    number = decode_id(IdMint(SetClock(), _from(entropies)).mint())
    assert number >> 80 == int(START.timestamp() * 1000)
    random_bits = (number >> 64 & 0xFFF) << 62 | number & ((1 << 62) - 1)
    assert random_bits == int.from_bytes(entropies[0], "big") >> 6


@law(code=CODES)
def a_code_reads_back_from_any_writing_of_it(code: Code) -> None:
    for written in (code.text, code.text.lower(), code.shown, f" {code.shown.replace('-', ' ')} ", code.shown.lower()):
        assert read_code(written) == code


@law({"code": make_code(CodeKind.MEMBER, lambda _: bytes(15) + b"\x01")}, code=CODES)
def every_single_wrong_character_of_a_code_is_noticed(code: Code) -> None:
    for place in range(CODE_LENGTH):
        for letter in set(ALPHABET) - {code.text[place]}:
            with pytest.raises(CodeError):
                read_code(code.text[:place] + letter + code.text[place + 1 :])


@law({"code": make_code(CodeKind.MEMBER, lambda _: bytes([*bytes(15), 19]))}, code=CODES)
def every_swap_of_two_characters_of_a_code_is_noticed(code: Code) -> None:
    for one, other in combinations(range(CODE_LENGTH), 2):
        swapped = list(code.text)
        swapped[one], swapped[other] = swapped[other], swapped[one]
        if swapped != list(code.text):
            with pytest.raises(CodeError):
                read_code("".join(swapped))


@law(
    {"code": make_code(CodeKind.MEMBER, lambda _: bytes([*bytes(15), 13])), "other": CodeKind.CARD},
    code=CODES,
    other=st.sampled_from(CodeKind),
)
def a_code_of_one_kind_is_never_one_of_another(code: Code, other: CodeKind) -> None:
    if other is not code.kind:
        with pytest.raises(CodeCheckFailed):
            read_code(other.value + code.text[1:])


@law(*({"text": "01IL"[place] * 9} for place in range(4)), text=st.text("01ILO", min_size=8, max_size=9))
def look_alikes_are_never_part_of_a_code(text: str) -> None:
    assert not set("01ILO") & set(ALPHABET)
    with pytest.raises(CodeUnreadable):
        read_code(text)
