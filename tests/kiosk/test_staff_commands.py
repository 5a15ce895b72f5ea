"""`kiosk staff` and `kiosk pepper`: what is typed, and what is read."""

from __future__ import annotations

import csv
import io
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.config import load_config
from kiosk.services.errors import UnknownStaff, WrongPin
from kiosk.services.sign_in import sign_in
from kiosk.wiring import open_counter
from tests.builders import BAKERY


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words that name the config of a box that was just set up, with a manager and a cashier."""
    config = ["--config", str(tmp_path / "kiosk.toml")]
    typed(monkeypatch, "8642", "2468")
    assert main([*config, "init", str(BAKERY), "--box", "box-1", "--manager", "9001", "--name", "赵敏"]) == 0
    assert main([*config, "staff", "1001", "王芳"]) == 0
    return config


def comes_in(box: list[str], number: str, pin: str) -> bool:
    counter = open_counter(load_config(Path(box[1])))
    with closing(counter.store):
        try:
            return sign_in(counter, number, pin).staff_id == number
        except WrongPin:
            return False


def test_a_box_that_is_set_up_keeps_pins_under_a_secret(
    box: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert comes_in(box, "9001", "8642")
    assert comes_in(box, "1001", "2468")
    assert main([*box, "pepper"]) == 0
    assert "pins.pepper" in capsys.readouterr().out
    assert (tmp_path / "state" / "pins.pepper").stat().st_mode & 0o777 == 0o600


def test_a_pin_is_set_anew_from_the_command_line(box: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    typed(monkeypatch, "97531")
    assert main([*box, "staff", "1001", "--reset"]) == 0
    assert comes_in(box, "1001", "97531")
    assert not comes_in(box, "1001", "2468")


def test_the_list_shows_who_signs_in(box: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*box, "staff", "1001", "--leave"]) == 0
    capsys.readouterr()
    assert main([*box, "staff"]) == 0
    assert capsys.readouterr().out.split() == ["9001", "manager", "赵敏"]
    assert main([*box, "staff", "1001", "--back"]) == 0
    assert main([*box, "staff", "9001", "--leave"]) == 1


@pytest.mark.parametrize("words", [["1001"], ["1001", "王芳", "--reset"], ["--leave"]])
def test_words_that_do_not_go_together_are_refused(box: list[str], words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*box, "staff", *words])
    assert left.value.code == 2


def test_a_rotated_secret_says_who_is_still_under_the_old_one(
    box: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*box, "pepper", "--rotate"]) == 0
    assert "1001, 9001" in capsys.readouterr().out
    assert comes_in(box, "1001", "2468")
    assert main([*box, "pepper"]) == 0
    assert capsys.readouterr().out.split()[-1] == "9001"


def test_nobody_is_added_while_the_secret_is_lost(
    box: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "state" / "pins.pepper").unlink()
    typed(monkeypatch, "1357")
    assert main([*box, "staff", "1002", "陈晨"]) == 1
    assert "--reset" in capsys.readouterr().err
    assert main([*box, "pepper"]) == 1


def test_what_was_refused_is_listed_and_written_as_csv(box: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert not comes_in(box, "1001", "9753")
    assert not comes_in(box, "9001", "9753")
    capsys.readouterr()
    assert main([*box, "audit", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "sign-in  WrongPin" in said
    assert "1001 1 (PIN 1)" in said
    assert main([*box, "audit", "--csv", "--person", "1001", "--since", "2026-01-01"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["staff"], row["refused"]) for row in rows] == [("1001", "WrongPin")]


def test_a_number_that_begins_like_a_formula_is_no_formula_in_the_csv(
    box: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    counter = open_counter(load_config(Path(box[1])))
    with closing(counter.store), pytest.raises(UnknownStaff):
        sign_in(counter, "=1+1", "2468")
    assert main([*box, "audit", "--csv"]) == 0
    assert ",'=1+1," in capsys.readouterr().out
