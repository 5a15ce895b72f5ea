"""Every error that can reach a person says what, why and what next, in Chinese and in English."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import pkgutil
import re
import types
import typing
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from kiosk.config import ConfigError
from kiosk.devices.errors import DeviceError
from kiosk.i18n import Language
from kiosk.model.errors import ModelError
from kiosk.receipts.errors import ReceiptError
from kiosk.screens import phrases
from kiosk.screens.wording import wording
from kiosk.services.errors import ServiceError
from ledger.errors import LedgerError

ROOTS: Final = (LedgerError, ModelError, ServiceError, DeviceError, ReceiptError, ConfigError)
PLACES: Final = ("ledger", "kiosk.model", "kiosk.services", "kiosk.devices", "kiosk.receipts", "kiosk.config")
CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
SAMPLES: Final[dict[type, Any]] = {
    str: "sample",
    int: 12_345,
    bool: True,
    bytes: b"sample",
    date: date(2026, 11, 20),
    datetime: datetime(2026, 11, 20, 6, 2, tzinfo=UTC),
    object: "sample",
}


def error_classes() -> list[type[Exception]]:
    """Every error class of the trees that has no more special one: the ones that are raised."""
    for module in modules_below(*PLACES):
        importlib.import_module(module)
    found: list[type[Exception]] = []
    waiting: list[type[Exception]] = list(ROOTS)
    while waiting:
        error = waiting.pop()
        special = [one for one in error.__subclasses__() if one.__module__.startswith(PLACES)]
        waiting += special
        found += [] if special else [error]
    return sorted(set(found), key=lambda one: one.__qualname__)


def modules_below(*trees: str) -> list[str]:
    """The names of these modules and all below them."""
    names: list[str] = []
    for tree in trees:
        below = getattr(importlib.import_module(tree), "__path__", None)
        names += [tree, *(module.name for module in pkgutil.walk_packages(below or [], f"{tree}."))]
    return names


def example(error: Any) -> Exception:
    """An error of this class with a plausible value in each field."""
    hints = typing.get_type_hints(error)
    fields = dataclasses.fields(error) if dataclasses.is_dataclass(error) else ()
    made = error(**{field.name: sample(hints[field.name]) for field in fields if field.init})
    assert isinstance(made, Exception)
    return made


def sample(hint: Any) -> Any:
    """A value of a field's type."""
    if isinstance(hint, typing.NewType):
        return sample(hint.__supertype__)
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        return sample(typing.get_args(hint)[0])
    if typing.get_origin(hint) is tuple:
        return (sample(typing.get_args(hint)[0]),)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return next(iter(hint))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{field.name: sample(hints[field.name]) for field in dataclasses.fields(hint)})  # type: ignore[operator]  # a class, not an instance
    return SAMPLES[hint]


def badly_worded(error: type[Exception]) -> list[str]:
    """What is wrong with the words of an error; nothing when all is well."""
    if error not in phrases.WORDINGS:
        return [f"{error.__qualname__}: no words"]
    found = []
    for language in Language:
        refusal = phrases.word(example(error), language)
        for line in (refusal.what, refusal.why, refusal.next_step):
            spoken = bool(CHINESE.search(line)) == (language is Language.ZH)
            if not (line.strip() and spoken and "\n" not in line and "{" not in line):
                found.append(f"{error.__qualname__} {language}: {line!r}")
    return found


@pytest.mark.parametrize("error", error_classes(), ids=lambda error: error.__qualname__)
def test_an_error_says_what_why_and_what_next_in_both_languages(error: type[Exception]) -> None:
    assert badly_worded(error) == []


def test_an_error_nobody_worded_is_noticed() -> None:
    class DrawerStolen(LedgerError):
        """Nobody thought of that."""

    assert badly_worded(DrawerStolen) == ["test_an_error_nobody_worded_is_noticed.<locals>.DrawerStolen: no words"]


def test_an_error_worded_in_one_language_only_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class DrawerStuck(LedgerError):
        """Somebody thought of that in English."""

    stuck = ("Stuck", "Stuck")
    english = wording(stuck, stuck, stuck)
    monkeypatch.setattr(phrases, "WORDINGS", {DrawerStuck: english})
    assert len(badly_worded(DrawerStuck)) == len(("what", "why", "next_step"))


@pytest.mark.parametrize(
    "tree",
    [
        "ledger.errors",
        "kiosk.model.errors",
        "kiosk.services.errors",
        "kiosk.devices.errors",
        "kiosk.receipts.errors",
        "kiosk.config",
    ],
)
def test_every_error_tree_is_drawn_in_its_docstring(tree: str) -> None:
    module = importlib.import_module(tree)
    errors = {name for name, member in vars(module).items() if is_error_of(member, tree)}
    drawn = set(re.findall(r"^[│├└─ ]*([A-Z]\w+)$", drawing(module.__doc__ or ""), re.MULTILINE))
    assert drawn == errors


def is_error_of(member: object, module: str) -> bool:
    """Tell whether something is an error class that this module defines."""
    return isinstance(member, type) and issubclass(member, Exception) and member.__module__ == module


def drawing(docstring: str) -> str:
    """The part of a docstring between two fences."""
    _, _, fenced = docstring.partition("```\n")
    return fenced.partition("```")[0]
