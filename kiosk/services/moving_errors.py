"""What reading another system's members refuses, as a whole; what is wrong with a single cell is a `Problem`.

```
MovingRefused
├── SheetUnreadable
├── HeaderMissing
├── MappingUnreadable
├── MappingUnfit
├── LayoutChanged
├── ControlTotalsMissing
├── ExportRefused
└── SheetHasProblems
```
All of it is a ServiceError.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.errors import ServiceError


class MovingRefused(ServiceError):
    """A file of members does not become an import."""


@dataclass(eq=False)
class SheetUnreadable(MovingRefused):
    """The file is none we read; `reason` is `suffix`, `encoding`, `csv`, `xlsx`, `missing` or `sheet`."""

    path: str
    reason: str
    detail: str = ""


@dataclass(eq=False)
class HeaderMissing(MovingRefused):
    """The first row names no columns."""

    path: str


@dataclass(eq=False)
class MappingUnreadable(MovingRefused):
    """The mapping file is not TOML; `detail` is the parser's position and reason."""

    path: str
    detail: str


@dataclass(eq=False)
class MappingUnfit(MovingRefused):
    """A line of the mapping cannot be: `key` names it.

    `reason` is `unknown_key`, `no_such_column`, `twice`, `value`, `pass_unknown` or `needed`.
    """

    key: str
    value: str
    reason: str


@dataclass(eq=False)
class LayoutChanged(MovingRefused):
    """The sheet's header is not the one the mapping was made for."""

    expected: str
    found: str


@dataclass(eq=False)
class ControlTotalsMissing(MovingRefused):
    """The mapping declares no control totals, so nothing can be compared."""

    path: str


@dataclass(eq=False)
class ExportRefused(MovingRefused):
    """A file cannot be written; `reason` is `suffix` or `exists`."""

    path: str
    reason: str


@dataclass(eq=False)
class SheetHasProblems(MovingRefused):
    """Cells or rows of the sheet cannot be taken; nothing is written before all of them are right."""

    problems: int
    first: str
