"""Open a member: everything the counter shows of one, in one read."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model import cards, journal, members, purses
from kiosk.model.cards import Card
from kiosk.model.journal import Recorded
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.errors import MemberUnknown
from kiosk.services.masking import masked_phone
from ledger.purses import Holding, purse_deltas


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

    `here_minor` is guaranteed at this box; `total_minor` is everything known of. With no head office both are the same.
    """

    member: Member
    masked_phone: str
    cards: tuple[Card, ...]
    holdings: tuple[Holding, ...]
    recent: tuple[MemberLine, ...]

    @property
    def principal_minor(self) -> int:
        """Principal held here, in fen."""
        return sum(holding.principal_minor for holding in self.holdings)

    @property
    def bonus_minor(self) -> int:
        """Bonus held here, in fen."""
        return sum(holding.bonus_minor for holding in self.holdings)

    @property
    def here_minor(self) -> int:
        """What can be spent here now, in fen."""
        return self.principal_minor + self.bonus_minor

    @property
    def total_minor(self) -> int:
        """Everything the box knows the member owns, in fen."""
        return self.here_minor


def load_member(counter: Counter, member_id: str) -> Member:
    """Return a member; raises MemberUnknown."""
    member = members.get(counter.store, member_id)
    if member is None:
        raise MemberUnknown(member_id)
    return member


def open_member(counter: Counter, member_id: str, lines: int = 20) -> MemberView:
    """Return a member with balance, lots, cards and last entries, newest first; raises MemberUnknown."""
    member = load_member(counter, member_id)
    return MemberView(
        member=member,
        masked_phone=masked_phone(member.phone or ""),
        cards=tuple(cards.of_member(counter.store, member_id)),
        holdings=purses.holdings(counter.store, member_id),
        recent=tuple(_line(recorded) for recorded in journal.of_member(counter.store, member_id, limit=lines)),
    )


def _line(recorded: Recorded) -> MemberLine:
    deltas = purse_deltas(recorded.entry.postings)
    principal = sum(delta for key, delta in deltas.items() if key.instrument.value == "principal")
    return MemberLine(recorded, principal, sum(deltas.values()) - principal)
