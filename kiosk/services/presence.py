"""Presence: whoever uses or gives away what a member owns shows a code or a card, or a second person agrees."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.services.acts import Act, require_approval
from kiosk.services.counter import Counter
from kiosk.services.find_member import Via, living_card
from kiosk.services.sync_state import require_going
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class Presence:
    """How a member was identified: by a code, by a card (`card_code`), or searched for."""

    via: Via = Via.MEMBER_CODE
    card_code: str | None = None


PRESENT = Presence()


def require_presence(
    counter: Counter, programme: Programme, act: Act, presence: Presence, value_minor: int = 0
) -> None:
    """Refuse to move what a member owns (worth so many fen) for somebody who may not be here.

    Raises StoredValueStopped, CardUnknown, CardIsBlocked, CardWasReplaced, ApprovalNeeded.
    """
    require_going(counter)
    if presence.card_code is not None:
        living_card(counter, presence.card_code)
    if presence.via is Via.SEARCH:
        require_approval(programme, act, ApprovedAct.SPEND_WITHOUT_CODE, value_minor)
