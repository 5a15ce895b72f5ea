"""Device states as the header and the desk know them: one word each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.devices.ports import DeviceState
    from kiosk.services.print_loop import PrinterView


def printer_state(view: PrinterView) -> str:
    """Return `ready`, `paper_low`, `paper_out`, `cover_open`, `fault`, `offline` or `none`."""
    if type(view.error).__name__ == "PrinterMissing":
        return "none"
    status = view.status
    if status is None:
        named = {"PaperOut": "paper_out", "CoverOpen": "cover_open", "PrinterFault": "fault"}
        return named.get(type(view.error).__name__, "offline") if view.error else "busy"
    if status.cover_open:
        return "cover_open"
    if status.paper.value == "out":
        return "paper_out"
    if status.error.value:
        return "fault"
    if not status.online:
        return "offline"
    return "paper_low" if status.paper.value == "near_end" else "ready"


def scanner_state(state: DeviceState) -> str:
    """Return `ready`, `flooding` or `offline`."""
    return state.value if state.value in {"ready", "flooding"} else "offline"
