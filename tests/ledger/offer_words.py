"""Offers in the words of the pages: `10% off on drinks`, `coffee 30.00 ×3`, `amount_from 50.00`, `g best excludes h`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time
from typing import Any, Final

from ledger.accounts import Tender
from ledger.purses import Holding
from ledger.rules.member_facts import MemberFacts, RuleUse
from ledger.rules.occasion import BasketLine, Event, Occasion
from ledger.rules.promises import Caps, Group, PriceCut, Rule, Share, Take, When
from tests.ledger.bills import NOON, ON, bonus, days, paying, stored, units
from tests.ledger.book import MEMBER
from tests.ledger.worked import fen, pair

CATEGORIES: Final = {"bread": "bakery", "cake": "bakery", "coffee": "drinks", "tea": "drinks"}
STORED_ALONE: Final = " by stored value alone"
_LINE: Final = re.compile(r"(?P<goods>\w+) (?P<price>[0-9,.]+)(?: ×(?P<quantity>[0-9]+))?")
_RULE: Final = re.compile(r"(?P<id>[\w-]+): (?P<cut>[^\[(]+?)(?: \((?P<takes>[^)]+)\))?(?: \[(?P<group>\w+)\])?")


def basket(cell: str) -> tuple[BasketLine, ...]:
    """Read `coffee 30.00 ×3, bread 12.00`."""
    lines = []
    for part in cell.split(", "):
        found = _LINE.fullmatch(part)
        assert found is not None, part
        goods = found["goods"]
        lines.append(
            BasketLine(goods, goods, CATEGORIES.get(goods, ""), int(found["quantity"] or 1), fen(found["price"]))
        )
    return tuple(lines)


def price_cut(words: str) -> PriceCut:
    """Read `10% off on drinks`, `5.00 off per 30.00`, `price 10.00`, `free for 1`, `face`, each with `at most 20.00`."""
    said: dict[str, Any] = {}
    for pattern, name, read in _CUT_WORDS:
        found = re.search(pattern, words)
        if found is not None:
            said[name] = read(found[1]) if found.groups() else read("")
            words = words.replace(found[0], "", 1)
    assert not words.strip(), words
    return PriceCut(**said)


_CUT_WORDS: Final[tuple[tuple[str, str, Callable[[str], Any]], ...]] = (
    (r"at most ([0-9,.]+)", "most_minor", fen),
    (r"off per ([0-9,.]+)", "per_minor", fen),
    (r"on (\w+)", "scope", str),
    (r"for ([0-9]+)", "units_most", int),
    (r"([0-9]+)% ?(?:off)?", "percent_off", int),
    (r"price ([0-9,.]+)", "price_minor", fen),
    (r"free", "percent_off", lambda _: 100),
    (r"face", "face", lambda _: True),
    (r"([0-9,.]+) ?(?:off)?", "off_minor", fen),
)


def rules(cell: str) -> tuple[Rule, ...]:
    """Read `tier: 12% off [tier]; pass: free for 1 on drinks (VISIT:c)`; earlier ones have the higher priority."""
    made = []
    for place, part in enumerate(cell.split("; ")):
        found = _RULE.fullmatch(part)
        assert found is not None, part
        takes, _, count = (found["takes"] or "").partition(" ×")
        words = found["cut"].replace(STORED_ALONE, "")
        rule = Rule(found["id"], found["id"], Event.PAY, (price_cut(words),), priority=-place)
        rule = replace(rule, when=When(wholly_stored=words != found["cut"]))
        made.append(replace(rule, group=found["group"] or "", takes=takes, takes_units=int(count or 1)))
    return tuple(made)


def groups(cell: str) -> tuple[Group, ...]:
    """Read `tier best, step all excludes tier`."""
    made = []
    for part in cell.split(", ") if cell else ():
        name, take, *without = part.split(" ")
        made.append(Group(name, Take(take), frozenset(without[1:])))
    return tuple(made)


def holdings(cell: str) -> tuple[Holding, ...]:
    """Read `3×VISIT:c until 5, 300×PTS, 30.00+5.00, bonus 9.00 until 5 on drinks`; days count from the bill's date."""
    return tuple(_holding(number, part) for number, part in enumerate(cell.split(", ") if cell else (), start=1))


def _holding(number: int, words: str) -> Holding:
    spans = {name: re.search(rf" {name} (-?[0-9]+)", words) for name in ("from", "until")}
    begins, ends = (int(found[1]) if found else None for found in (spans["from"], spans["until"]))
    scope, face = re.search(r" on (\w+)", words), re.search(r" worth ([0-9.]+)", words)
    word = words.split(" ", maxsplit=1)[0]
    if word == "bonus":
        return bonus(number, fen(words.split(" ")[1]), begins=begins, ends=ends, scope=scope[1] if scope else "")
    if "×" in word:
        count, asset = word.split("×")
        return units(number, asset, int(count), begins=begins, ends=ends, face=fen(face[1]) if face else 0)
    return stored(*pair(word), number=number)


def when(cell: str) -> When:
    """Read `amount_from 50.00; goods coffee, tea; weekdays 1 2`; amounts are fields that end in `_minor`."""
    return When(**dict(_condition(part) for part in cell.split("; ")))


def _condition(part: str) -> tuple[str, Any]:
    name, _, value = part.partition(" ")
    if f"{name}_minor" in When.__dataclass_fields__:
        return f"{name}_minor", fen(value)
    if name in {"weekdays", "month_days"}:
        return name, frozenset(int(day) for day in value.split(" "))
    if name == "hours":
        first, last = value.split("-")
        return name, ((time.fromisoformat(first), time.fromisoformat(last)),)
    if name == "share":
        salt, low, high = value.split(" ")
        return name, Share(salt, int(low), int(high))
    if name == "tenders":
        return name, frozenset(Tender(one) for one in value.split(", "))
    if name == "code":
        return name, value
    if When.__dataclass_fields__[name].type == "bool":
        return name, True
    kind = str(When.__dataclass_fields__[name].type)
    return name, int(value) if kind.startswith("int") else frozenset(value.split(", "))


_MEMBER: Final[dict[str, Callable[[str], Any]]] = {
    "visits": int,
    "top_ups": int,
    "registered": lambda value: value == "yes",
    "tags": lambda value: frozenset(value.split(", ")),
    "birthday": date.fromisoformat,
    "last_visit_on": date.fromisoformat,
    "enrolled_on": date.fromisoformat,
    "member_id": str,
    "held": lambda value: dict.fromkeys(value.split(", "), 1),
}
_SCENE: Final[dict[str, Callable[[str], Any]]] = {
    "store": str,
    "on": date.fromisoformat,
    "clock": time.fromisoformat,
    "festivals": lambda value: frozenset(value.split(", ")),
    "tier": str,
    "zodiac": str,
    "code": str,
    "tender": Tender,
    "wholly_stored": lambda value: value == "yes",
    "bill_minor": fen,
    "amount_minor": fen,
    "basket": basket,
}


def occasion(cell: str) -> Occasion:
    """Read `amount 49.99; on 2026-11-21; visits 2`; what is not said is a registered member's coffee at noon on ON."""
    said = {name: value for name, _, value in (part.partition(" ") for part in cell.split("; "))} if cell else {}
    member = MemberFacts(MEMBER, registered=True, enrolled_on=days(-100))
    seen = paying(*basket("coffee 30.00"), member=member, clock=NOON)
    for name, value in said.items():
        if name == "nobody":
            seen = replace(seen, member=None)
        elif name in _MEMBER:
            member = replace(member, **{name: _MEMBER[name](value)})
            seen = replace(seen, member=member)
        elif name == "basket":
            lines = basket(value)
            seen = replace(seen, basket=lines, amount_minor=sum(line.list_minor for line in lines))
        else:
            field = name if name in _SCENE else f"{name}_minor"
            seen = replace(seen, **{field: _SCENE[field](value)})
    return seen


def caps(cell: str) -> Caps:
    """Read `per_member 2, per_days 7, budget 10.00`."""
    said = (part.split(" ") for part in cell.split(", "))
    return Caps(
        **{
            ("budget_minor" if name == "budget" else name): fen(value) if name == "budget" else int(value)
            for name, value in said
        }
    )


def uses(cell: str, rule_id: str) -> tuple[RuleUse, ...]:
    """Read `2026-11-14 3.00, 2026-11-20 3.00`: what a rule gave, by date."""
    parts = [part.split(" ") for part in cell.split(", ")] if cell else []
    return tuple(RuleUse(rule_id, date.fromisoformat(on), 1, fen(minor)) for on, minor in parts)


__all__ = ["ON", "basket", "caps", "groups", "holdings", "occasion", "price_cut", "rules", "uses", "when"]
