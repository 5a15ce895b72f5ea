"""Every sentence of the pages is there in both languages, in one place, and no refusal is left without words."""

from __future__ import annotations

import dataclasses
import importlib
import re
import string
import typing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

import headoffice.pages
from headoffice import errors
from headoffice.pages.language import Language, Phrase
from headoffice.pages.phrases import PHRASES, told, word
from headoffice.pages.phrases_words import REASONS, WORDS
from headoffice.pages.queries import Standing
from headoffice.pages.registry import all_pages
from headoffice.people import Role
from ledger.entries import EntryKind
from ledger.errors import PageRefused

HERE: Final = Path(headoffice.pages.__path__[0])
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
TAG: Final = re.compile(r"<[^>]*>|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
USED: Final = re.compile(r"""\bt\(["']([a-z_]+\.[a-z_]+)["']""")
NOTED: Final = re.compile(r"""["']([a-z_]+\.[a-z_]+)["']""")
PREFIXES: Final = ("place.", "member.", "people.may_", "enrolment.", "refused.", "matter.", "ago.")
"""Phrases whose key is put together where they are said."""
SAME_IN_BOTH: Final = frozenset({"notice.plain", "member.box", "frame.other_language"})
SAMPLES: Final[dict[object, Any]] = {str: "sample", int: 7, datetime: datetime(2026, 11, 20, tzinfo=UTC)}


def fields_of(text: str) -> set[str]:
    """The places to fill in."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def every_phrase() -> dict[str, Phrase]:
    """The phrases and words by a name."""
    words = {f"{group}.{name}": phrase for group, names in WORDS.items() for name, phrase in names.items()}
    return {**PHRASES, **words, **{f"reason {name}": phrase for name, phrase in REASONS.items()}}


def badly_said(name: str, phrase: Phrase) -> list[str]:
    """What is wrong with a phrase; nothing when all is well."""
    if fields_of(phrase.zh) - fields_of(phrase.en):
        return [f"{name}: the English leaves out {fields_of(phrase.zh) - fields_of(phrase.en)}"]
    if name in SAME_IN_BOTH:
        return []
    spoken = bool(CHINESE.search(phrase.zh)) and not CHINESE.search(phrase.en) and re.search("[A-Za-z]", phrase.en)
    return [] if spoken else [f"{name}: {phrase}"]


def test_every_phrase_is_said_in_chinese_and_in_english() -> None:
    assert [bad for name, phrase in every_phrase().items() for bad in badly_said(name, phrase)] == []


def test_a_phrase_in_one_language_only_is_noticed() -> None:
    assert badly_said("boxes.title", Phrase("Boxes", "Boxes"))
    assert badly_said("boxes.title", Phrase("门店机", "门店机"))
    assert badly_said("boxes.unsent", Phrase("{count} 笔", "entries"))


def test_the_templates_hold_no_sentence_of_their_own() -> None:
    said = {
        path.name: left
        for path in sorted((HERE / "templates").glob("*.html"))
        if (left := re.findall(r"[A-Za-z\u4e00-\u9fff]{2,}", TAG.sub(" ", path.read_text(encoding="utf-8"))))
    }
    assert said == {"clearing.html": ["CSV"]}


def test_no_chinese_stands_outside_the_phrases() -> None:
    strangers = [
        path.name
        for path in HERE.rglob("*")
        if path.suffix in {".py", ".html", ".js"}
        and not path.name.startswith("phrases")
        and CHINESE.search(path.read_text(encoding="utf-8"))
    ]
    assert strangers == []


def test_every_phrase_that_is_asked_for_is_there_and_every_phrase_is_asked_for() -> None:
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "templates").glob("*.html"))
    modules = "\n".join(path.read_text(encoding="utf-8") for path in HERE.rglob("*.py") if "phrases" not in path.name)
    asked = {name for name in USED.findall(templates) if not name.endswith("_")}
    noted = {name for name in NOTED.findall(modules) if not name.endswith(".html")}
    conditional = set(NOTED.findall(templates))
    assert asked - PHRASES.keys() == set()
    unused = PHRASES.keys() - asked - noted - conditional
    assert {name for name in unused if not name.startswith(PREFIXES)} == set()


def test_every_page_has_a_title() -> None:
    assert [page.path for page in all_pages() if page.title not in PHRASES] == []


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("role", [role.value for role in Role]),
        ("standing", [standing.value for standing in Standing]),
        ("kind", [kind.value for kind in EntryKind]),
        ("purpose", ["new", "replace", "recover"]),
        ("card", ["active", "blocked", "replaced"]),
        ("ended", ["settled", "dismissed"]),
    ],
)
def test_every_word_of_a_closed_list_is_there(group: str, names: list[str]) -> None:
    assert [name for name in names if name not in WORDS[group]] == []


def test_every_deed_has_a_word_in_the_trail() -> None:
    deeds = (HERE.parent / "deeds.py").read_text(encoding="utf-8")
    noted = set(re.findall(r'_note\(tx, person, "([a-z_]+)"', deeds))
    pages = "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "views").glob("*.py"))
    noted |= set(re.findall(r'trail\("([a-z_]+)"', pages))
    assert noted
    assert noted - WORDS["act"].keys() == set()


def test_every_reason_a_page_is_refused_for_has_words() -> None:
    judge = Path(str(importlib.import_module("ledger.protocol.judge").__file__)).read_text(encoding="utf-8")
    intake = (HERE.parent / "intake.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'PageRefused\([a-z_.]+, "([a-z_]+)"', judge + intake))
    assert len(reasons) > 10
    assert reasons - REASONS.keys() == set()


def refusals() -> list[type[errors.HeadOfficeError]]:
    """Every refusal of head office that has no more special one."""
    found, waiting = [], [errors.HeadOfficeError]
    while waiting:
        kind = waiting.pop()
        special = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
        waiting += special
        found += [] if special and kind is not errors.DeedRefused else [kind]
    return sorted(found, key=lambda kind: kind.__name__)


def example(kind: type[Any]) -> Exception:
    """A refusal with a plausible value in each field."""
    taken = typing.get_type_hints(kind.__init__ if "__init__" in vars(kind) else kind)
    hints = {name: hint for name, hint in taken.items() if name != "return"}
    if dataclasses.is_dataclass(kind) and "__init__" not in kind.__dict__:
        hints = {field.name: hints[field.name] for field in dataclasses.fields(kind)}
    made = kind(**{name: SAMPLES[hint] for name, hint in hints.items()})
    assert isinstance(made, Exception)
    return made


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.__name__)
def test_a_refusal_is_worded_in_both_languages(kind: type[errors.HeadOfficeError]) -> None:
    refused = example(kind)
    for language in Language:
        said = word(refused, language)
        assert bool(CHINESE.search(said)) == (language is Language.ZH)
        assert "{" not in said


def test_a_reason_is_told_in_words_not_by_its_name() -> None:
    assert "分叉" in word(errors.DeedRefused("forked", "xuhui-1"), Language.ZH)
    assert "forked" in word(errors.DeedRefused("forked", "xuhui-1"), Language.EN)
    assert word(PageRefused(3, "overdrawn", ""), Language.ZH)


def test_a_name_nobody_gave_a_word_is_told_as_it_is() -> None:
    assert told("kind", "points_given", Language.ZH) == "points_given"
