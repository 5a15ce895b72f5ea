"""Words: both languages, the same values in both, no symbol whose width is a guess, nothing that nobody says."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from rich.cells import cell_len
from wcwidth import wcswidth

import kiosk
from kiosk import screens
from kiosk.i18n import Language, Phrase
from kiosk.screens.base import Standing
from kiosk.screens.phrases import Unworded, word, word_reason
from kiosk.screens.phrases_help import TOPICS
from kiosk.screens.phrases_offers import MONEY, OFFERS
from kiosk.screens.phrases_reasons import REASONS
from kiosk.screens.phrases_why import NEARER, NEARER_TOP_UP, UNKNOWN
from kiosk.screens.routes import Routes
from kiosk.screens.wording import Cases, Wording
from ledger.errors import LimitExceeded
from ledger.rules.reasons import Reason

FAMILIES = [name for _, name, _ in pkgutil.iter_modules(screens.__path__) if name.startswith("phrases")]
SOURCES = {path: path.read_text(encoding="utf-8") for path in Path(kiosk.__path__[0]).rglob("*.py")}


def phrases() -> Iterator[tuple[str, Phrase]]:
    """Every phrase with the place it is written at."""
    for family in FAMILIES:
        module = importlib.import_module(f"kiosk.screens.{family}")
        for name, value in vars(module).items():
            if name.isupper() and name != "WORDINGS":
                yield from within(f"{family}.{name}", value)
        for error, wording in getattr(module, "WORDINGS", {}).items():
            yield from within(f"{family}.{error.__name__}", wording)


def within(place: str, value: object) -> Iterator[tuple[str, Phrase]]:
    """The phrases in a value, however deep."""
    if isinstance(value, Phrase):
        yield place, value
    elif isinstance(value, Wording):
        yield from within(place, (value.what, value.why, value.next_step))
    elif isinstance(value, Cases):
        yield from within(place, (*value.by.values(), value.otherwise))
    elif isinstance(value, dict):
        for inner in value.values():
            yield from within(place, inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from within(place, inner)


ALL = list(phrases())


def values_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_a_phrase_says_the_same_in_both_languages() -> None:
    assert len(ALL) > 400
    assert [place for place, phrase in ALL if not (phrase.zh.strip() and phrase.en.strip())] == []
    assert [place for place, phrase in ALL if values_of(phrase.zh) != values_of(phrase.en)] == []


def test_no_symbol_has_a_width_that_is_a_guess() -> None:
    guessed = [
        (place, character)
        for place, phrase in ALL
        for character in phrase.zh + phrase.en
        if unicodedata.east_asian_width(character) == "A"
    ]
    assert guessed == []
    assert [place for place, phrase in ALL if wcswidth(phrase.zh) != cell_len(phrase.zh)] == []


def test_english_has_no_chinese_in_it() -> None:
    assert [place for place, phrase in ALL if re.search(r"[\u4e00-\u9fff]", phrase.en)] == []


def test_every_phrase_is_said_somewhere() -> None:
    everything = "".join(SOURCES.values())
    unsaid = [
        f"{family}.{name}"
        for family in FAMILIES
        for name, value in vars(importlib.import_module(f"kiosk.screens.{family}")).items()
        if name.isupper() and list(within(name, value)) and len(re.findall(rf"\b{name}\b", everything)) < 2
    ]
    assert unsaid == []


CODE = re.compile(r"(?:bill|offer|recommend|spend|top_up|when)\.[a-z_]+")
CONDITIONS = {
    "_said": set[str](),
    "_at_least": {"needed", "found", "missing"},
    "_at_most": {"needed", "found"},
    "_one_of": {"needed", "found"},
}
"""What writes the reason of a condition, with the values it gives it."""


def emitted() -> dict[str, set[str]]:
    """Every reason code that the rules write, with the names of the values it may carry; read from their sources."""
    found: dict[str, set[str]] = {}
    for path in (Path(kiosk.__path__[0]).parent / "ledger" / "rules").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name not in CONDITIONS:
                for code, values in written(node):
                    found.setdefault(code, set()).update(values)
    return found | {"offer.nothing_to_cut": set(), "when.member": set()}


def written(function: ast.FunctionDef) -> Iterator[tuple[str, set[str]]]:
    """The codes a function writes; values that are gathered before stand somewhere in the same function."""
    named = {name for node in ast.walk(function) for name in names_of(node)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CONDITIONS:
            keywords = {name for keyword in node.keywords for name in ({keyword.arg} if keyword.arg else named)}
            yield f"when.{text(node.args[0])}", CONDITIONS[node.func.id] | (keywords - {"holds"})
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason" and len(node.args) == 1:
            yield text(node.args[0]), set()
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason" and CODE.fullmatch(text(node.args[0])):
            yield text(node.args[0]), {name for part in ast.walk(node) for name in names_of(part)} or named
        elif CODE.fullmatch(text(node)):
            yield text(node), set() if single(function, text(node)) else named


def single(function: ast.FunctionDef, code: str) -> bool:
    """Whether a code stands only in reasons that say what they carry themselves."""
    reasons = [node for node in ast.walk(function) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason"]
    inside = sum(text(part) == code for reason in reasons for part in ast.walk(reason))
    return inside == sum(text(node) == code for node in ast.walk(function))


def text(node: ast.AST) -> str:
    """The text of a constant, empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def names_of(node: ast.AST) -> set[str]:
    """The names of values that a node holds: of a pair `("name", value)`, or the keys of a mapping."""
    if isinstance(node, ast.Dict):
        return {text(key) for key in node.keys if key is not None}
    pair = isinstance(node, ast.Tuple) and len(node.elts) == len(("name", "value"))
    return {text(node.elts[0])} - {""} if pair and isinstance(node, ast.Tuple) else set()


def test_every_reason_of_a_rule_has_words() -> None:
    codes = emitted()
    assert len(codes) > len(CONDITIONS)
    assert set(codes) == set(REASONS) | set(OFFERS)


def test_the_words_of_a_reason_ask_only_for_values_it_carries() -> None:
    codes = emitted()
    wanting = {}
    for family in (REASONS, OFFERS, NEARER, NEARER_TOP_UP, UNKNOWN):
        for code, phrase in family.items():
            given = codes[code] | {f"{name}_minor" for name in codes[code] if code in MONEY}
            if not values_of(phrase.zh) <= given:
                wanting[code] = values_of(phrase.zh) - given
    assert wanting == {}


def test_every_step_that_flips_a_refusal_has_words() -> None:
    steps = {
        code for code, values in emitted().items() if "missing" in values and code.split(".")[0] in {"offer", "when"}
    }
    assert steps == set(NEARER)


def test_a_reason_nobody_worded_is_a_mistake_of_the_program() -> None:
    with pytest.raises(Unworded):
        word_reason(Reason("spend.magic"), Language.ZH)


def test_an_error_nobody_worded_is_a_mistake_of_the_program() -> None:
    with pytest.raises(Unworded):
        word(ZeroDivisionError(), Language.ZH)


def test_every_screen_has_help() -> None:
    importlib.import_module(Routes.__module__)
    topics = {kind.topic for kind in subclasses(Standing)}
    assert topics - {"help"} <= set(TOPICS)


def subclasses(kind: type[Standing[Any]]) -> set[type[Standing[Any]]]:
    found: set[type[Standing[Any]]] = set(kind.__subclasses__())
    return found | {deeper for inner in found for deeper in subclasses(inner)}


def test_a_limit_names_amount_reason_and_what_still_fits() -> None:
    refused = LimitExceeded("registered_balance", 550_000, 500_000, 12_300, "商务部令 2012-9 第十八条")
    said = word(refused, Language.ZH)
    assert said.what == "5,500.00 超过了记名会员余额上限"
    assert said.why == "上限 5,000.00（商务部令 2012-9 第十八条）"
    assert said.next_step == "最多还能充 123.00"
    assert word(refused, Language.EN).next_step == "At most 123.00 still fits"
