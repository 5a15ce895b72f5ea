"""What a person types reaches the field; what a scanner types does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.flood import FloodGate
from kiosk.devices.wedge import (
    FEWEST_CHARACTERS,
    GAP_SECONDS,
    MOST_CHARACTERS,
    PREFIXED_GAP_SECONDS,
    SLACK_SECONDS,
    WedgeDetector,
)

SCAN = st.text(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), min_size=FEWEST_CHARACTERS, max_size=30)
TYPED = st.characters(codec="utf-8", exclude_characters="\r\n")


class Counter:
    """A field behind the detector: keeps what reached it and what was scanned."""

    def __init__(self, detector: WedgeDetector) -> None:
        self.detector = detector
        self.field = ""
        self.codes: list[str] = []
        self.now = 100.0
        self.expires_at: float | None = None

    def key(self, character: str, gap: float) -> None:
        self.pause(gap)
        decision = self.detector.feed(character, self.now)
        self.field += decision.typed
        self.expires_at = decision.expires_at
        if decision.code is not None:
            self.codes.append(decision.code)

    def pause(self, seconds: float) -> None:
        self.now += seconds
        if self.expires_at is not None and self.now >= self.expires_at:
            decision = self.detector.expire(self.now)
            self.field += decision.typed
            self.expires_at = decision.expires_at

    def keys(self, text: str, gap: float) -> None:
        for character in text:
            self.key(character, gap)


@pytest.fixture
def counter() -> Counter:
    return Counter(WedgeDetector())


def test_a_scan_at_ten_milliseconds_a_character_is_one_code(counter: Counter) -> None:
    counter.keys("6901234567892\r", 0.010)
    assert counter.codes == ["6901234567892"]
    assert counter.field == ""


def test_an_amount_typed_by_a_person_reaches_the_field(counter: Counter) -> None:
    counter.keys("120\r", 0.120)
    assert (counter.field, counter.codes) == ("120\r", [])


def test_a_scan_between_two_typed_figures_leaves_no_character_in_the_field(counter: Counter) -> None:
    counter.keys("12", 0.120)
    counter.key("8", 0.120)
    counter.keys("F3K72QX\r", 0.012)
    counter.keys("50", 0.120)
    counter.pause(1.0)
    assert counter.codes == ["8F3K72QX"]
    assert counter.field == "1250"


def test_five_fast_characters_are_a_fast_typist(counter: Counter) -> None:
    counter.keys("12345\r", 0.010)
    assert (counter.field, counter.codes) == ("12345\r", [])


def test_a_key_held_down_is_typing(counter: Counter) -> None:
    counter.keys("0000000000", 0.033)
    counter.key("\r", 0.2)
    assert (counter.field, counter.codes) == ("0000000000\r", [])


def test_a_single_key_is_held_back_no_longer_than_the_gap_and_its_slack(counter: Counter) -> None:
    counter.key("7", 0.0)
    assert counter.field == ""
    assert counter.expires_at == pytest.approx(counter.now + GAP_SECONDS + SLACK_SECONDS)
    counter.pause(GAP_SECONDS + SLACK_SECONDS)
    assert counter.field == "7"


def test_enter_alone_is_never_held_back(counter: Counter) -> None:
    counter.key("\r", 0.0)
    assert counter.field == "\r"
    assert counter.expires_at is None


def test_a_timer_that_fires_early_lets_nothing_go(counter: Counter) -> None:
    counter.key("7", 0.0)
    decision = counter.detector.expire(counter.now + GAP_SECONDS / 2)
    assert decision.typed == ""
    assert decision.expires_at == counter.expires_at


def test_a_function_key_lets_go_of_what_was_typed_before_it(counter: Counter) -> None:
    counter.keys("12", 0.01)
    assert counter.detector.flush().typed == "12"
    assert counter.detector.flush().typed == ""


def test_a_prefix_opens_a_scan_however_short_and_slow() -> None:
    counter = Counter(WedgeDetector(prefix="~"))
    counter.keys("~A7\r", 0.1)
    assert (counter.codes, counter.field) == (["A7"], "")


def test_a_prefix_typed_by_a_person_stays_a_character() -> None:
    counter = Counter(WedgeDetector(prefix="~"))
    counter.key("~", 0.0)
    counter.pause(PREFIXED_GAP_SECONDS + SLACK_SECONDS)
    assert counter.field == "~"


def test_a_scan_after_a_fast_typist_loses_neither_with_a_prefix() -> None:
    counter = Counter(WedgeDetector(prefix="~"))
    counter.keys("12~8F3K72QX\r", 0.01)
    assert (counter.codes, counter.field) == (["8F3K72QX"], "12")


def test_a_scanner_may_end_with_tab_instead_of_enter() -> None:
    counter = Counter(WedgeDetector(suffix="\t"))
    counter.keys("8F3K72QX\t", 0.01)
    assert counter.codes == ["8F3K72QX"]


def test_an_aim_id_before_a_wedge_scan_is_no_part_of_the_code(counter: Counter) -> None:
    counter.keys("]E06901234567892\r", 0.01)
    assert counter.codes == ["6901234567892"]


def test_an_endless_flood_of_keys_is_not_held_for_ever(counter: Counter) -> None:
    counter.keys("U" * (MOST_CHARACTERS * 3), 0.001)
    assert len(counter.field) >= MOST_CHARACTERS * 2
    counter.pause(1.0)
    assert counter.field == "U" * (MOST_CHARACTERS * 3)


def test_a_scan_that_bounces_counts_once_and_reaches_no_field(counter: Counter) -> None:
    for _ in range(3):
        counter.keys("6901234567892\r", 0.005)
    assert counter.codes == ["6901234567892", "", ""]
    counter.pause(0.5)
    counter.keys("6901234567892\r", 0.005)
    assert counter.codes[3:] == ["6901234567892"], "a second piece, scanned by hand"
    assert counter.field == ""


@given(st.lists(st.tuples(TYPED, st.floats(0.0, 0.5)), max_size=40))
def test_without_enter_no_key_is_lost_or_reordered(keys: list[tuple[str, float]]) -> None:
    counter = Counter(WedgeDetector(prefix="~"))
    for character, gap in keys:
        counter.key(character, gap)
    counter.pause(1.0)
    assert counter.codes == []
    assert counter.field == "".join(character for character, _ in keys)


@given(st.text(TYPED | st.just("\r"), max_size=40), st.floats(GAP_SECONDS + 0.001, 0.5))
def test_slow_typing_passes_whole_with_every_enter(text: str, gap: float) -> None:
    counter = Counter(WedgeDetector())
    counter.keys(text, gap)
    counter.pause(1.0)
    assert (counter.field, counter.codes) == (text, [])


@given(
    st.text(TYPED, max_size=10),
    st.lists(st.tuples(SCAN, st.text(TYPED, max_size=10)), max_size=4, unique_by=lambda each: each[0].strip()),
    st.floats(0.0, 0.017),
    st.floats(GAP_SECONDS + 0.005, 0.5),
)
def test_scans_among_typing_leave_exactly_the_typing(
    first: str, rounds: list[tuple[str, str]], scan_gap: float, typing_gap: float
) -> None:
    counter = Counter(WedgeDetector())
    counter.keys(first, typing_gap)
    for scan, typed in rounds:
        counter.pause(typing_gap)
        counter.keys(scan + "\r", scan_gap)
        counter.keys(typed, typing_gap)
    counter.pause(1.0)
    assert counter.codes == [scan for scan, _ in rounds]
    assert counter.field == first + "".join(typed for _, typed in rounds)


class OpenGate(FloodGate):
    """A gate that takes every reading."""

    def takes(self, code: str, at: float) -> bool:
        return True


@given(st.lists(st.tuples(st.sampled_from("0123456789ABCDEFabcdef\r"), st.floats(0.0, 0.06)), max_size=80))
def test_every_key_is_either_typed_or_part_of_a_code_and_keeps_its_place(keys: list[tuple[str, float]]) -> None:
    counter = Counter(WedgeDetector())
    counter.detector._gate = OpenGate()
    heard = ""
    for character, gap in keys:
        fields, codes = len(counter.field), len(counter.codes)
        counter.key(character, gap)
        heard += counter.field[fields:]
        heard += "".join(code + "\r" for code in counter.codes[codes:])
    fields = len(counter.field)
    counter.pause(1.0)
    assert heard + counter.field[fields:] == "".join(character for character, _ in keys)
