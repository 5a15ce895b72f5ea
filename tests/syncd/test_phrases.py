"""Every error the daemon can show says itself in Chinese and in English, with its fields filled in."""

from __future__ import annotations

import dataclasses
import importlib
import re
from typing import Any

import pytest

from kiosk.i18n import Language, Phrase
from line.errors import LineFault
from syncd import phrases
from syncd.errors import SyncError

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def leaves(root: type[Exception]) -> list[type[Exception]]:
    """The classes of a tree that are raised."""
    below = root.__subclasses__()
    return [leaf for one in below for leaf in leaves(one)] if below else [root]


def example(error: type[Any]) -> Exception:
    """An error with a plausible value in each field."""
    made = error(**{field.name: 7 if field.type == "int" else "sample" for field in dataclasses.fields(error)})
    assert isinstance(made, Exception)
    return made


@pytest.mark.parametrize("error", [*leaves(SyncError), *leaves(LineFault)], ids=lambda error: error.__name__)
def test_an_error_is_said_in_both_languages(error: type[Exception]) -> None:
    chinese, english = (phrases.word(example(error), language) for language in (Language.ZH, Language.EN))
    assert CHINESE.search(chinese)
    assert not CHINESE.search(english)
    assert "{" not in chinese + english


def test_every_phrase_is_in_both_languages() -> None:
    said = [(name, phrase) for name, phrase in vars(phrases).items() if isinstance(phrase, Phrase)]
    assert said
    for name, phrase in said:
        if phrase is not phrases.OTHER_LANGUAGE:
            assert CHINESE.search(phrase.zh), name
            assert not CHINESE.search(phrase.en), name


def test_the_error_tree_is_drawn_in_its_docstring() -> None:
    module = importlib.import_module("syncd.errors")
    errors = {name for name, one in vars(module).items() if isinstance(one, type) and issubclass(one, SyncError)}
    drawn = set(re.findall(r"^[│├└─ ]*([A-Z]\w+)$", (module.__doc__ or "").partition("```\n")[2], re.MULTILINE))
    assert drawn == errors
