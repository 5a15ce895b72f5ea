"""What a new programme changes against another: what is added, what goes, what becomes different; pure.

Both are taken apart into the same sentences (`programme_explain.py`), so that a change is told as people would say it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.services.programme_explain import Explained, explain
from ledger.rules.programme import Limit, Programme, PursePolicy
from ledger.rules.promises import Goods, Group, Scope
from ledger.rules.reasons import Reason

_STACKING: Final = "stacking"
Parts = tuple[Reason, ...]


class Kind(StrEnum):
    """What happens to something that a programme declares."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One heading that says something else than before; an empty side said nothing."""

    heading: str
    before: Parts
    after: Parts


@dataclass(frozen=True, slots=True)
class Change:
    """Something that is added, goes, or changes; `one` is what the new programme says of it, the old one's where it goes."""

    kind: Kind
    one: Explained
    differences: tuple[Difference, ...] = ()


def changes(before: Programme, after: Programme) -> tuple[Change, ...]:
    """Return everything that changes, in the new programme's order; what goes comes last."""
    old, new = _by_id(before), _by_id(after)
    found = [
        Change(Kind.ADDED, one) if key not in old else Change(Kind.CHANGED, one, _between(old[key], one))
        for key, one in new.items()
    ]
    gone = [Change(Kind.REMOVED, one) for key, one in old.items() if key not in new]
    return tuple(change for change in (*found, *gone) if change.kind is not Kind.CHANGED or change.differences)


def _between(old: Explained, new: Explained) -> tuple[Difference, ...]:
    before, after = dict(old.parts), dict(new.parts)
    headings = [*after, *(heading for heading in before if heading not in after)]
    found = [Difference(heading, before.get(heading, ()), after.get(heading, ())) for heading in headings]
    if old.name != new.name:
        found.insert(0, Difference("name", _text(old.name), _text(new.name)))
    return tuple(each for each in found if each.before != each.after)


def _by_id(programme: Programme) -> dict[tuple[str, str], Explained]:
    everything = (*map(_alone, explain(programme)), *_catalogue(programme), *_settings(programme))
    own = {("rules", rule.rule_id): rule for rule in programme.promises.rules}
    own |= {("assets", kind.asset): kind.covers for kind in programme.promises.assets if kind.covers is not None}
    found = {}
    for one in everything:
        rule = own.get((one.section, one.ident))
        stacks = () if rule is None else ((_STACKING, _group(rule.group, rule.priority, asked=rule.on_request)),)
        found[one.section, one.ident] = Explained(one.section, one.ident, one.name, (*one.parts, *stacks))
    return found


def _alone(one: Explained) -> Explained:
    """Return what is said of one thing without its rivals: those change whenever another rule comes or goes."""
    parts = tuple((heading, said) for heading, said in one.parts if heading != _STACKING)
    return Explained(one.section, one.ident, one.name, parts)


def _group(group: str, priority: int, *, asked: bool) -> Parts:
    said = [Reason("stack.in", (("names", f"group:{group}"),)) if group else Reason("stack.free")]
    said += [Reason("stack.priority", (("n", priority),))] if priority else []
    return (*said, Reason("stack.on_request")) if asked else tuple(said)


def _catalogue(programme: Programme) -> list[Explained]:
    promises = programme.promises
    return [*map(_goods, promises.goods), *map(_scope, promises.scopes), *map(_stack, promises.groups)]


def _goods(goods: Goods) -> Explained:
    said = (
        Reason("goods.price", (("minor", goods.price_minor),)),
        Reason("goods.of", (("names", goods.category), ("percent", goods.points_percent))),
        Reason("goods.barcode", (("text", goods.barcode or "-"),)),
    )
    return Explained("goods", goods.goods_id, goods.name, (("says", said),))


def _scope(scope: Scope) -> Explained:
    covered = ", ".join([*sorted(scope.goods), *sorted(scope.categories)])
    return Explained("scopes", scope.scope_id, scope.name, (("says", (Reason("covers", (("names", covered),)),)),))


def _stack(group: Group) -> Explained:
    said = [Reason(f"group.{group.take.value}")]
    if group.excludes:
        said.append(Reason("stack.excludes", (("names", ", ".join(sorted(group.excludes))),)))
    return Explained("groups", group.group_id, "", (("says", tuple(said)),))


def _settings(programme: Programme) -> list[Explained]:
    """Return what a programme says once: shop, limits, approvals, terms, and the rest of its single keys."""
    limits, promises = programme.limits, programme.promises
    said: dict[str, Parts] = {
        "most_off_percent": (Reason("percent", (("percent", promises.most_off_percent),)),),
        "salt": _text(promises.salt) if promises.salt else (),
        "starts_on": _text(programme.starts_on.isoformat()),
        "day_ends": _text(programme.day_ends.isoformat()),
        "terms": _text(programme.terms.text_hash[:8]),
        "ladder.any_amount": _text("true" if programme.ladder.any_amount else "false"),
        "ladder.minimum": (Reason("amount", (("minor", programme.ladder.minimum_minor),)),),
        "sign_in.attempts": _text(str(programme.sign_in_attempts)),
        "sign_in.lock_out_minutes": _text(str(programme.lock_out_minutes)),
        "purses.home_keep": _home_keep(programme.purses),
        "purses.visiting_keep": (Reason("amount", (("minor", programme.purses.visiting_keep_minor),)),),
    }
    said |= {
        f"tags.{name.removesuffix('_minor')}": _figures(name, getattr(promises.tags, name))
        for name in promises.tags.__slots__
    }
    said |= {f"shop.{name}": _text(str(getattr(programme.shop, name))) for name in programme.shop.__slots__}
    said |= {f"limits.{name}": _limit(getattr(limits, name)) for name in limits.__slots__}
    said |= {
        f"approvals.{act.value}": (Reason("amount", (("minor", minor),)),)
        for act, minor in programme.approvals.from_minor.items()
    }
    return [Explained("settings", name, "", (("says", parts),)) for name, parts in said.items()]


def _home_keep(purses: PursePolicy) -> Parts:
    if purses.home_keep_minor is None:
        return _text("auto" if purses.home_keep_auto else "everything")
    return (Reason("amount", (("minor", purses.home_keep_minor),)),)


def _figures(name: str, figures: int | tuple[int, ...]) -> Parts:
    """Return one figure or several of the tags, amounts as amounts."""
    listed = figures if isinstance(figures, tuple) else (figures,)
    if name.endswith("_minor"):
        return tuple(Reason("amount", (("minor", figure),)) for figure in listed)
    return _text(", ".join(map(str, listed)))


def _limit(limit: Limit | None) -> Parts:
    if limit is None:
        return ()
    return (Reason("amount", (("minor", limit.ceiling_minor),)), *_text(limit.article))


def _text(text: str) -> Parts:
    return (Reason("text", (("text", text),)),)
