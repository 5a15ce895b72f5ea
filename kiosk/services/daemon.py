"""The daemon as the counter sees it: a port, so that no use case knows how head office is reached."""

from __future__ import annotations

from typing import Protocol

from kiosk.uplink import DaemonState as DaemonState
from kiosk.uplink import GrantAnswer as GrantAnswer
from kiosk.uplink import GrantOutcome as GrantOutcome
from kiosk.uplink import NoDaemon as NoDaemon
from kiosk.uplink import RefreshOutcome as RefreshOutcome
from ledger.money import CNY


class Daemon(Protocol):
    """Speaks with head office for this box; every call answers within its budget and raises nothing."""

    def grant(self, ask_id: str, member_id: str, amount_minor: int, asset: str = CNY.code) -> GrantAnswer:
        """Ask for value of a member (fen, or units) to be brought here; asking twice under one id is asking once."""

    def refresh(self, *, member_id: str = "", code: str = "", phone: str = "") -> RefreshOutcome:
        """Have head office tell of one member; what it tells is in the database then."""

    def state(self) -> DaemonState | None:
        """Return where the daemon says the box stands, None where it does not answer."""
