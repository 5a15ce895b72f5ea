"""Look up: who is not known here is asked for at head office, while it can be asked."""

from __future__ import annotations

from kiosk.model import members
from kiosk.model.members import Member
from kiosk.services.counter import Counter
from kiosk.services.daemon import Daemon, RefreshOutcome
from kiosk.services.errors import CardUnknown
from kiosk.services.find_member import Found, NothingFound, find
from kiosk.services.sync_state import is_online


def can_look_up(counter: Counter, missed: NothingFound | CardUnknown) -> bool:
    """Tell whether head office may know whom this box does not: by a whole phone, a member code or a card."""
    return bool(_named(missed)) and is_online(counter)


def look_up(counter: Counter, daemon: Daemon, missed: NothingFound | CardUnknown) -> Found | None:
    """Return whom head office knows by what was missed here, None where it knows nobody or cannot be asked.

    Raises what `find` raises, but for CardUnknown. Belongs on a thread of its own: it takes as long as the budget.
    """
    if daemon.refresh(**_named(missed)) is not RefreshOutcome.FOUND:
        return None
    try:
        found = find(counter, missed.text if isinstance(missed, NothingFound) else missed.card_code)
    except CardUnknown:
        return None
    return None if isinstance(found, NothingFound) else found


def holder_of(counter: Counter, daemon: Daemon, phone: str) -> Member | None:
    """Return who has a phone, here or at head office; None where nobody is known or head office cannot be asked.

    Whoever enrols is asked for before, so that one person is not enrolled in two stores. Belongs on a thread of its own.
    """
    known = members.by_phone(counter.store, phone)
    if known is None and is_online(counter) and daemon.refresh(phone=phone) is RefreshOutcome.FOUND:
        known = members.by_phone(counter.store, phone)
    return None if known is None else members.standing(counter.store, known)


def _named(missed: NothingFound | CardUnknown) -> dict[str, str]:
    if isinstance(missed, CardUnknown):
        return {"code": missed.card_code}
    ways = {"member_code": "code", "phone": "phone"}
    return {ways[missed.kind]: missed.text} if missed.kind in ways else {}
