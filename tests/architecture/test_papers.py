"""What the papers of the house say is there: commands, links, pictures, reasons; and no lock names an address."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import ROOMS, ROOT, Source, snippet, sources

PAPERS: Final = (
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "deploy").rglob("*.md")),
)
INSTALLERS: Final = (
    *("pyproject.toml", "requirements.lock", "tests/emupos.in", "tests/emupos.lock", "Makefile", ".ci/run"),
    *("deploy/lay-environment", "deploy/lay-emupos", "deploy/lay-debian-packages", "deploy/debian-packages.txt"),
    *("deploy/lay-test-packages", "deploy/debian-test-packages.txt"),
    *("deploy/encrypted.in", "deploy/encrypted.lock", "deploy/lay-encrypted", "deploy/use-encrypted"),
)
SHELVES: Final = (ROOT, ROOT / "docs" / "rules")
DECISION_LINES: Final = 20


def commands_in(text: str) -> set[str]:
    """The targets of every `make …` that a paper tells its reader to type."""
    return set(re.findall(r"(?:^|`|&& )make (?:-C \S+ )?([a-z-]+)", text, re.MULTILINE))


def targets_in(makefile: str) -> set[str]:
    """The targets a Makefile has."""
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


def broken_links(paper: Path, text: str) -> list[str]:
    """Relative links and pictures of a paper that lead nowhere."""
    links = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'src="([^"]+)"', text)
    return [f"{paper.name}: {link}" for link in links if "://" not in link and not (paper.parent / link).exists()]


def lost_sources(source: Source) -> list[str]:
    """Papers that a docstring or a comment names and nobody can open."""
    named = re.findall(r"`([\w./-]+\.md)`", source.text)
    return [f"{source.place}: {paper}" for paper in named if not any((shelf / paper).exists() for shelf in SHELVES)]


def unreasoned_items(toml: str, key: str) -> list[str]:
    """The items of a list in a TOML file that no comment stands behind."""
    block = re.search(rf"^\"?{re.escape(key)}\"? = \[\n(.*?)^\]", toml, re.MULTILINE | re.DOTALL)
    assert block, key
    return [line.strip() for line in block[1].splitlines() if line.strip() and not re.search(r"#\s*`?\w", line)]


def unlocked(wanted: list[str], lock: str) -> list[str]:
    """What is asked for that the lock has not, or in a version that does not fit."""
    locked = {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", lock, re.MULTILINE)
    }
    asked = [Requirement(one) for one in wanted]
    return [str(one) for one in asked if locked.get(canonicalize_name(one.name), "-") not in one.specifier]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.relative_to(ROOT).as_posix())
def test_a_paper_leads_to_what_is_there(paper: Path) -> None:
    text = paper.read_text(encoding="utf-8")
    assert broken_links(paper, text) == []
    assert commands_in(text) <= targets_in((ROOT / "Makefile").read_text(encoding="utf-8"))


def test_a_docstring_names_papers_that_are_there() -> None:
    assert [lost for source in sources(*ROOMS) for lost in lost_sources(source)] == []


def test_a_lost_paper_is_noticed() -> None:
    assert lost_sources(snippet('"""Source: `lost.' + 'md`, page 3."""')) == ["ledger/offender.py: lost.md"]


def test_both_readmes_give_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        assert {"run", "test"} <= commands_in((ROOT / name).read_text(encoding="utf-8")), name


def test_both_readmes_have_the_same_parts() -> None:
    parts = [
        [len(heading) for heading in re.findall(r"^(#+) ", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)]
        for name in ("README.md", "README.zh-CN.md")
    ]
    assert parts[0] == parts[1] != []


def test_a_dead_link_and_an_unknown_command_are_noticed(tmp_path: Path) -> None:
    text = "See [here](gone.md) and ![there](gone.png), then type `make tea` or\ncd x && make -C y cake"
    assert len(broken_links(tmp_path / "README.md", text)) == len(("gone.md", "gone.png"))
    assert commands_in(text) - targets_in("run:\ntest:\n") == {"tea", "cake"}


@pytest.mark.parametrize("name", INSTALLERS)
def test_no_address_stands_in_what_installs(name: str) -> None:
    assert [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if holds_address(line)] == []


def holds_address(line: str) -> bool:
    """Tell whether a line names a host to install from."""
    return "://" in line or re.search(r"--(extra-)?index-url|--find-links|--trusted-host", line) is not None


@pytest.mark.parametrize("line", ["--index-url x", "source = { registry = 'https" + "://x' }", "--find-links wheels"])
def test_an_address_is_noticed(line: str) -> None:
    assert holds_address(line)


@pytest.mark.parametrize(
    "key",
    [
        "dependencies",
        "dev",
        "ignore",
        "filterwarnings",
        "tests/**",
        "bench/**",
        "kiosk/screens/**",
        "kiosk/commands.py",
    ],
)
def test_every_dependency_and_every_exemption_has_its_reason(key: str) -> None:
    missing = unreasoned_items((ROOT / "pyproject.toml").read_text(encoding="utf-8"), key)
    assert missing == (['"error",'] if key == "filterwarnings" else [])


def test_a_dependency_without_a_reason_is_noticed() -> None:
    assert unreasoned_items('dependencies = [\n    "peewee", # the store\n    "left-pad",\n]\n', "dependencies") == [
        '"left-pad",'
    ]


def test_the_lock_holds_what_is_asked_for() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = settings["project"]["dependencies"] + settings["dependency-groups"]["dev"]
    assert unlocked(wanted, (ROOT / "requirements.lock").read_text(encoding="utf-8")) == []
    emupos = (ROOT / "tests/emupos.in").read_text(encoding="utf-8").split()
    assert unlocked(emupos, (ROOT / "tests/emupos.lock").read_text(encoding="utf-8")) == []


def test_a_stale_lock_is_noticed() -> None:
    assert unlocked(["textual==8.2.8", "peewee>=4.5"], "textual==8.2.7 \\\n") == ["textual==8.2.8", "peewee>=4.5"]


def test_decisions_are_numbered_without_a_gap_and_short() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{number:04d}" for number in range(1, len(decisions) + 1)]
    long = [path.name for path in decisions if len(path.read_text(encoding="utf-8").splitlines()) > DECISION_LINES]
    assert decisions
    assert long == []
