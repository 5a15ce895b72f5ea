"""The message where the eye is: one line of what, one of why, one of what to do."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from kiosk.screens.theme import AMBER, INK, MUTED, RED
from kiosk.screens.wording import Refusal


class MessageLines(Static):
    """Empty and without height until something is refused."""

    DEFAULT_CSS = f"""
    MessageLines {{ display: none; height: auto; padding: 0 0 0 1; margin: 0 0 1 0; border-left: outer {RED}; }}
    MessageLines.-shown {{ display: block; }}
    MessageLines.-look {{ border-left: outer {AMBER}; }}
    """

    refusal: Refusal | None = None
    gives_way = False
    """Whether what is shown may be covered by something newer that nobody asked for."""

    def show(self, refusal: Refusal, *, stops: bool = True, gives_way: bool = False) -> None:
        """Show a refusal; `stops` False marks what works but wants a look."""
        self.refusal, self.gives_way = refusal, gives_way
        colour = RED if stops else AMBER
        self.set_class(not stops, "-look")
        self.add_class("-shown")
        self.update(
            Text.assemble((refusal.what, f"bold {colour}"), "\n", (refusal.why, MUTED), "\n", (refusal.next_step, INK))
        )

    def clear_message(self) -> None:
        """Take the message away and give its place back."""
        if self.refusal is not None:
            self.refusal = None
            self.remove_class("-shown")
            self.update("")
