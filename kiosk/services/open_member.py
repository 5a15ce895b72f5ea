"""Open a member: everything the counter shows of one, in one read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.model import cards, journal, members, purses, snapshots
from kiosk.model.cards import Card
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.errors import MemberUnknown
from kiosk.services.masking import masked_phone
from kiosk.services.shifts import business_today
from ledger.purses import Holding, money_of, purse_deltas


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One entry of a member and what it did to their balance here (fen, signed)."""

    recorded: Recorded
    principal_delta_minor: int
    bonus_delta_minor: int

    @property
    def delta_minor(self) -> int:
        """Principal and bonus together, in fen."""
        return self.principal_delta_minor + self.bonus_delta_minor


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member as the counter shows them; amounts in fen.

    `here_minor` is guaranteed at this box; `total_minor` is everything known of, as head office knew it at `as_of`
    (aware UTC) and this box's own entries since. Where head office said nothing, `as_of` is None and both are the same.
    `unmoved_minor` still lies with records that were merged into this one: owned, not spendable before it has moved.
    `on` is the business date that decides what can be used now.
    """

    member: Member
    masked_phone: str
    cards: tuple[Card, ...]
    holdings: tuple[Holding, ...]
    recent: tuple[MemberLine, ...]
    on: date
    known_total_minor: int = 0
    as_of: datetime | None = None
    unmoved_minor: int = 0

    @property
    def money(self) -> tuple[Holding, ...]:
        """The lots of money that can be used now."""
        return tuple(held for held in self.holdings if held.total_minor and held.lot.conditions.usable(self.on))

    @property
    def units(self) -> tuple[Holding, ...]:
        """The lots of other assets, usable now or later."""
        return tuple(held for held in self.holdings if held.units and not held.lot.conditions.lapsed(self.on))

    @property
    def principal_minor(self) -> int:
        """Principal held here, in fen."""
        return sum(holding.principal_minor for holding in self.money)

    @property
    def bonus_minor(self) -> int:
        """Bonus that can be used here now, in fen."""
        return sum(holding.bonus_minor for holding in self.money)

    @property
    def here_minor(self) -> int:
        """What can be spent here now, in fen."""
        return self.principal_minor + self.bonus_minor

    @property
    def pending_minor(self) -> int:
        """Bonus here that begins on a later date, in fen: owned, not spendable yet (P7)."""
        later = (
            h for h in self.holdings if not h.lot.conditions.usable(self.on) and not h.lot.conditions.lapsed(self.on)
        )
        return sum(holding.total_minor for holding in later)

    @property
    def total_minor(self) -> int:
        """Everything the box knows the member owns, in fen."""
        return max(self.known_total_minor, self.here_minor + self.pending_minor + self.unmoved_minor)


def load_member(counter: Counter, member_id: str) -> Member:
    """Return a member, for a merged record the one that stands for it; raises MemberUnknown."""
    member = members.get(counter.store, member_id)
    if member is None:
        raise MemberUnknown(member_id)
    return members.standing(counter.store, member)


def owned(counter: Counter, member_id: str) -> int:
    """Return what a member owns in all places together, as far as this box knows (fen): never less than what is here."""
    here = sum(holding.total_minor for holding in purses.holdings(counter.store, member_id))
    return max(here, known_total(counter, member_id) or 0)


def known_total(counter: Counter, member_id: str) -> int | None:
    """Return what all places hold of a member together (fen), None where head office never said."""
    known = snapshots.shown_total(counter.store, member_id, members.merged_ids(counter.store, member_id))
    return None if known is None else known.total_minor


def open_member(counter: Counter, member_id: str, lines: int = 20) -> MemberView:
    """Return a member with balance, lots, cards and last entries, newest first; raises MemberUnknown.

    Records that were merged into the member show as theirs: cards, entries, and what has not moved yet.
    """
    store, member = counter.store, load_member(counter, member_id)
    merged = members.merged_ids(store, member.member_id)
    everyone = (member.member_id, *merged)
    shown = snapshots.shown_total(store, member.member_id, merged)
    recent = [recorded for each in everyone for recorded in journal.of_member(store, each, limit=lines)]
    recent.sort(key=lambda recorded: recorded.row.sequence, reverse=True)
    return MemberView(
        member=member,
        masked_phone=masked_phone(member.phone or ""),
        cards=tuple(card for each in everyone for card in cards.of_member(store, each)),
        holdings=purses.holdings(store, member.member_id),
        recent=tuple(line_of(recorded) for recorded in recent[:lines]),
        on=business_today(counter),
        known_total_minor=shown.total_minor if shown else 0,
        as_of=shown.as_of if shown else None,
        unmoved_minor=sum(held.total_minor for each in merged for held in purses.holdings(store, each)),
    )


def line_of(recorded: Recorded) -> MemberLine:
    """Return an entry with what it did to balances."""
    deltas = purse_deltas(recorded.entry.postings)
    principal = sum(delta for key, delta in deltas.items() if key.instrument.value == "principal")
    return MemberLine(recorded, principal, money_of(deltas) - principal)
