"""`kiosk programme`: what the installer and the owner type, and what they read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from kiosk.__main__ import main
from kiosk.programme_commands import with_act
from ledger.rules.pack import programme_json
from tests.builders import PROGRAMMES, open_shop

BAKERY = PROGRAMMES / "bakery.toml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return the config of a box on which the bakery's programme is in force."""
    shop = open_shop(tmp_path, BAKERY.read_bytes())
    shop.open_shift()
    shop.enrol()
    shop.counter.store.close()
    place = tmp_path / "kiosk.toml"
    place.write_text('[kiosk]\ndatabase = "shop.db"\nstate = "state"\n', encoding="utf-8")
    return place


def _file(folder: Path, *steps: tuple[str, str]) -> Path:
    text = BAKERY.read_text(encoding="utf-8")
    for was, becomes in steps:
        assert was in text
        text = text.replace(was, becomes)
    place = folder / "new.toml"
    place.write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["programme", "shop.toml"], ["programme", "load", "shop.toml"]),
        (["--config", "k.toml", "programme", "shop.toml"], ["--config", "k.toml", "programme", "load", "shop.toml"]),
        (["--config=k.toml", "programme", "check"], ["--config=k.toml", "programme", "check"]),
        (["programme", "./check"], ["programme", "load", "./check"]),
        (["programme", "--help"], ["programme", "--help"]),
        (["programme"], ["programme"]),
        (["staff", "programme", "李雪"], ["staff", "programme", "李雪"]),
        ([], []),
    ],
)
def test_a_file_alone_is_put_in_force(typed: list[str], read: list[str]) -> None:
    assert with_act(typed) == read


def test_a_file_that_fits_is_said_to_fit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "check", str(BAKERY), "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("Programme 2026.3 would load (from 2026-09-01): 5 rungs")


def test_a_file_that_does_not_fit_is_told_by_line_what_why_and_what_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = _file(tmp_path, ('tiers = ["gold"]', 'tiers = ["golden"]'))
    number = wrong.read_text(encoding="utf-8").splitlines().index('when = { tiers = ["golden"] }') + 1
    assert main(["programme", "check", str(wrong), "--language", "zh"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [
        f"{wrong}:{number}: 方案里「rules gold-price」有问题",
        "    没有等级 golden",
        "    改好这一处再检查一次",
        "共 1 处要改，方案没有生效",
    ]


def test_the_schema_that_is_printed_holds_the_json_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert Draft202012Validator(schema).is_valid(json.loads(programme_json(BAKERY.read_bytes())))


def test_one_rule_is_explained_by_its_id_and_an_unknown_id_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "explain", str(BAKERY), "third-visit", "--language", "zh"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "规则 third-visit 第三次光临送券",
        "    何时  付款时",
        "    条件  第 3 次光临起；到第 3 次光临为止",
        "    得到  满 50 减 10 1 份；有效 14 天",
        "    上限  每人 1 次",
        "    叠加  可与任何优惠同享",
    ]
    assert main(["programme", "explain", str(BAKERY), "nix", "--language", "en"]) == 1
    assert "nix" in capsys.readouterr().err


def test_a_new_version_is_compared_with_the_one_in_force(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = _file(tmp_path, ('version = "2026.3"', 'version = "2026.4"'), ('bonus = "50.00"', 'bonus = "60.00"'))
    assert main(["programme", "diff", str(new), "--config", str(config), "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "In force 2026.3 -> new 2026.4, differences: 1",
        "~ changed rung r300",
        "    gives  pay 300.00, get 50.00 more -> pay 300.00, get 60.00 more",
        "1 members hold lots under 2026.3 (balance 0.00); they keep their terms",
    ]


def test_a_version_that_leaves_members_coupons_behind_is_warned_of_and_fails(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = str(PROGRAMMES / "plain.toml")
    assert main(["--config", str(config), "programme", "diff", plain, "--language", "zh"]) == 1
    said = capsys.readouterr()
    assert "！1 位会员还有 1 份 满 50 减 10，新方案里没有它了" in said.out
    assert said.err.startswith("先别换")


def test_changed_content_under_the_old_version_is_said_before_it_is_refused(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = _file(tmp_path, ('bonus = "50.00"', 'bonus = "60.00"'))
    assert main(["programme", "diff", str(new), "--config", str(config), "--language", "en"]) == 1
    assert "the version is still 2026.3" in capsys.readouterr().out
    assert main(["--config", str(config), "programme", str(new)]) == 1
    assert "2026.3" in capsys.readouterr().err


@pytest.mark.parametrize("act", [[], ["load"]])
def test_a_file_of_either_form_is_put_in_force(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], act: list[str]
) -> None:
    new = _file(tmp_path, ('version = "2026.3"', 'version = "2026.4"'))
    sent = tmp_path / "sent.json"
    sent.write_bytes(programme_json(new.read_bytes()))
    assert main(["programme", *act, str(sent), "--config", str(config)]) == 0
    assert "programme in force: 2026.4" in capsys.readouterr().out
    assert main(["programme", "diff", str(new), "--config", str(config), "--language", "en"]) == 1
    assert "2026.4 -> new 2026.4, differences: 0" in capsys.readouterr().out


def test_the_word_current_stands_for_the_one_in_force(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = _file(tmp_path, ('version = "2026.3"', 'version = "2026.4"'), ('bonus = "50.00"', 'bonus = "60.00"'))
    asked = [str(new), "--config", str(config), "--language", "zh"]
    assert main(["programme", "diff", *asked]) == 0
    alone = capsys.readouterr().out
    assert main(["programme", "diff", "current", *asked]) == 0
    assert capsys.readouterr().out == alone


def test_two_files_are_compared_without_a_box(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = _file(tmp_path, ('version = "2026.3"', 'version = "2026.4"'), ("weekdays = [3]", "weekdays = [4]"))
    assert main(["programme", "diff", str(BAKERY), str(new), "--language", "en"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026.3 -> 2026.4, differences: 1",
        "~ changed rule double-wednesday 周三双倍积分",
        "    who  on Wed -> on Thu",
    ]
    same = _file(tmp_path, ("weekdays = [3]", "weekdays = [4]"))
    assert main(["programme", "diff", str(BAKERY), str(same), "--language", "en"]) == 1
    assert "the version is still 2026.3" in capsys.readouterr().out


@pytest.mark.parametrize("act", [["load"], [], ["explain"], ["diff"], ["diff", "current"], ["diff", str(BAKERY)]])
def test_every_act_tells_a_fault_by_its_line_before_it_looks_for_a_box(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], act: list[str]
) -> None:
    wrong = _file(tmp_path, ('tiers = ["gold"]', 'tiers = ["golden"]'))
    number = wrong.read_text(encoding="utf-8").splitlines().index('when = { tiers = ["golden"] }') + 1
    assert main(["programme", *act, str(wrong), "--config", "no-box.toml", "--language", "en"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith(f"{wrong}:{number}: ")
    assert "There is no tier golden" in said.err
    assert said.out == ""


def test_an_older_file_that_is_not_there_is_said_before_anything_is_compared(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["programme", "diff", "nowhere.toml", str(BAKERY)])
    assert refused.value.code == 2
    assert "nowhere.toml" in capsys.readouterr().err


def test_a_telling_whose_reader_has_gone_ends_quietly() -> None:
    kiosk = [sys.executable, "-m", "kiosk", "programme", "explain", str(BAKERY)]
    with subprocess.Popen(kiosk, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as telling:
        assert telling.stdout is not None
        assert telling.stderr is not None
        telling.stdout.close()
        assert telling.stderr.read() == b""
        assert telling.wait() == 0
