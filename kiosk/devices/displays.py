"""All displays of one customer as one: terminals that follow the till, and a line display where there is one."""

from __future__ import annotations

from kiosk.devices.ports import CustomerDisplay, DisplayView
from kiosk.display_wire import Shown


class Displays:
    """A CustomerDisplay that shows the same on the terminals and on the line."""

    def __init__(self, terminals: CustomerDisplay, line: CustomerDisplay) -> None:
        """Take both."""
        self._terminals = terminals
        self._line = line

    def start(self) -> None:
        """Begin to show on both."""
        self._terminals.start()
        self._line.start()

    def show(self, shown: Shown) -> None:
        """Show a state on both."""
        self._terminals.show(shown)
        self._line.show(shown)

    def stop(self) -> None:
        """End both."""
        self._terminals.stop()
        self._line.stop()

    def view(self) -> DisplayView:
        """Return how both are."""
        line = self._line.view()
        return DisplayView(self._terminals.view().screens, line.line, line.error)
