"""The counter: everything a use case needs of the world, handed in once by the wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.model import days, programmes
from kiosk.model.store import Store
from kiosk.services.errors import ProgrammeMissing
from kiosk.services.pepper_file import PepperFile
from ledger.clock import Clock, business_date
from ledger.ids import Entropy, EntryId, IdMint
from ledger.rules.pack import read_programme
from ledger.rules.programme import Programme


@dataclass(frozen=True, slots=True)
class Counter:
    """One till at one box; `zone` and `language` (`zh` or `en`) are the store's; `training` marks every slip."""

    store: Store
    clock: Clock
    ids: IdMint
    entropy: Entropy
    till: str
    zone: ZoneInfo
    language: str = "zh"
    training: bool = False
    pepper_file: PepperFile | None = None
    """Where the secret for PINs is kept; None for a counter that knows only PINs kept without one."""
    referrers: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    """Who brought a member, by the entry that enrolled them: read once, for it never changes."""
    _programmes: dict[str, Programme] = field(default_factory=dict)

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return self.clock.now()

    def mint(self) -> EntryId:
        """Return a fresh entry id, before acting."""
        return self.ids.mint()

    def programme(self) -> Programme:
        """Return the programme in force; raises ProgrammeMissing."""
        in_force = programmes.current_hash(self.store)
        known = self._programmes.get(in_force or "")
        if known is None:
            stored = programmes.current(self.store)
            if stored is None:
                raise ProgrammeMissing(self.store.identity.store)
            known = read_programme(stored.content)
            self._programmes[stored.hash] = known
        return known

    def programme_of(self, version: str) -> Programme:
        """Return the programme of a version this till has worked under, else the one in force; raises ProgrammeMissing."""
        known = (programme for programme in self._programmes.values() if programme.version == version)
        return next(known, None) or self.programme()

    def business_date(self, moment: datetime) -> date:
        """Return the day a moment counts for: by the cut-off, and never a day that is closed already."""
        by_clock = business_date(moment, self.zone, self.programme().day_ends)
        closed = days.last_closed(self.store)
        return by_clock if closed is None else max(by_clock, closed + timedelta(days=1))
