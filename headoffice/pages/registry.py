"""Which pages there are: each module in `views` names its own, so that a new page is one new file.

A module gives `PAGES` (what is looked at) and `DEEDS` (what is done, by forms alone).
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Final

from headoffice.pages import views
from headoffice.pages.desk import Handler
from headoffice.people import Role

EVERYBODY: Final = frozenset(Role)
ACTORS: Final = frozenset({Role.OWNER, Role.OPERATOR})
OWNERS: Final = frozenset({Role.OWNER})


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its path (`{name}` is a place to fill in), the phrase of its title, who may see it, and its handler.

    `rank` is its place in the navigation, None for a page that is not there; `key` its access key.
    """

    path: str
    title: str
    show: Handler
    roles: frozenset[Role] = EVERYBODY
    rank: int | None = None
    key: str = ""
    door: bool = False
    """Whether it is shown to somebody who has not signed in."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What a form does: its path, who may do it, its handler, and the page (by its path) a refusal is said on."""

    path: str
    do: Handler
    back: str
    roles: frozenset[Role] = ACTORS
    door: bool = False
    """Whether somebody may do it who has not signed in."""


@cache
def all_pages() -> tuple[Page, ...]:
    """Return every page, those of the navigation first and in its order."""
    found = [page for module in _modules() for page in getattr(module, "PAGES", ())]
    return tuple(sorted(found, key=lambda page: (page.rank is None, page.rank or 0, page.path)))


@cache
def all_deeds() -> tuple[Deed, ...]:
    """Return every deed by its path."""
    found = [deed for module in _modules() for deed in getattr(module, "DEEDS", ())]
    return tuple(sorted(found, key=lambda deed: deed.path))


def navigation(role: Role) -> list[Page]:
    """Return what somebody of a role finds in the navigation."""
    return [page for page in all_pages() if page.rank is not None and role in page.roles]


def _modules() -> list[object]:
    names = sorted(module.name for module in pkgutil.iter_modules(views.__path__))
    return [importlib.import_module(f"{views.__name__}.{name}") for name in names]
