"""The app: one Textual program over one desk; it routes keys, scans and device states to the screen that stands.

`KioskApp(desk, wedge)` takes a `screens.desk.Desk` and, where a scanner types like a keyboard, a detector such as
`devices.wedge.WedgeDetector`. `run_counter(app)` runs it full screen without a mouse; on SIGTERM it finishes the act
under way, stops the devices and leaves cleanly.
"""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Protocol

from textual import events
from textual.binding import Binding, BindingType

from kiosk.i18n import Phrase
from kiosk.screens import phrases_devices as device_words
from kiosk.screens import phrases_frame as words
from kiosk.screens import phrases_line as line_words
from kiosk.screens.backing_up import LEAVE_SECONDS
from kiosk.screens.base import CounterScreen, Standing
from kiosk.screens.basket import NO_BILL
from kiosk.screens.billing import GOODS_UNKNOWN
from kiosk.screens.desk import Desk
from kiosk.screens.device_states import printer_state, scanner_state
from kiosk.screens.member import LINES
from kiosk.screens.messages import CodeScanned, PrinterChanged, ScannerChanged, ScreenKey, SlipDrawn
from kiosk.screens.paying import Presented
from kiosk.screens.phrases import TOLD, word
from kiosk.screens.quiet import QUIET_SECONDS, QuietCollector
from kiosk.screens.result import ResultScreen
from kiosk.screens.routes import Routes
from kiosk.screens.sign_in import SignInScreen
from kiosk.screens.theme import COUNTER_THEME
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.wording import Refusal
from kiosk.services.counter import Counter
from kiosk.services.errors import CardIsBlocked, CardUnknown, StoredValueStopped
from kiosk.services.find_member import Candidates, Found, GoodsFound, MemberFound, NothingFound, find, find_scanned
from kiosk.services.look_up import can_look_up, look_up
from kiosk.services.open_member import MemberView, open_member
from kiosk.services.sync_state import sync_state

if TYPE_CHECKING:
    from kiosk.devices.errors import DeviceError
    from kiosk.devices.ports import DeviceState
    from kiosk.services.print_loop import PrinterView


LINE_SECONDS: Final = 5.0
"""How often the counter looks how it stands with head office."""


Look = Callable[[Counter, str], Found]
"""How a text is looked for: as it was typed, or as it was scanned."""


class Decision(Protocol):
    """What a wedge detector says after a key; `devices.wedge.Decision` is one."""

    @property
    def typed(self) -> str:
        """Characters that were typing after all."""

    @property
    def code(self) -> str | None:
        """A scanned code, or None."""

    @property
    def expires_at(self) -> float | None:
        """When to let go of what is held, in monotonic seconds."""


class Wedge(Protocol):
    """Tells a scanner that types from a person who types; `devices.wedge.WedgeDetector` is one."""

    def feed(self, character: str, at: float) -> Decision:
        """Take a character."""

    def expire(self, at: float) -> Decision:
        """Let go of what nothing followed in time."""

    def flush(self) -> Decision:
        """Let go of everything."""


class KioskApp(Routes):
    """The counter, full screen."""

    CSS_PATH: ClassVar[str | Path] = Path(__file__).parent / "screens" / "counter.tcss"
    ENABLE_COMMAND_PALETTE: ClassVar[bool] = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "stay", show=False, priority=True),
        Binding("ctrl+c", "stay", show=False, priority=True),
    ]

    def __init__(self, desk: Desk, wedge: Wedge | None = None) -> None:
        """Take the desk and the detector for scanners that type."""
        super().__init__()
        self.register_theme(COUNTER_THEME)
        self.theme = COUNTER_THEME.name
        self.desk = desk
        self.title = desk.shop_name
        self.quiet = QuietCollector()
        self._wedge = wedge
        self._held_keys: deque[events.Key] = deque()

    def on_mount(self) -> None:
        """Stand on the sign-in and listen to the devices."""
        self.push_screen(SignInScreen(self.desk))
        self.desk.devices.start(self)
        self.desk.display.start()
        self.set_interval(QUIET_SECONDS / 2, self.quiet.look)
        self.watch_past()
        self.look_at_line()
        self.set_interval(LINE_SECONDS, self.look_at_line)

    def look_at_line(self) -> None:
        """Look how this box stands with head office."""
        self.run_worker(self._look_at_line(), group="line", exclusive=True)

    async def _look_at_line(self) -> None:
        try:
            sync = await self.desk.ask(sync_state, self.desk.counter, self.desk.daemon)
        except TOLD:  # whoever reads or acts next is told, where there is room for words
            return
        if sync == self.desk.sync:
            return
        newly_stopped = sync.is_stopped and not self.desk.sync.is_stopped
        self.desk.sync = sync
        self._desk_changed(None)
        if newly_stopped and isinstance(self.screen, CounterScreen) and self.desk.signed_in is not None:
            self.screen.refuse_error(StoredValueStopped(sync.reason or ""))

    def action_stay(self) -> None:
        """Refuse to leave."""
        self.say_refusal(words.CANNOT_LEAVE, words.CANNOT_LEAVE_WHY, words.CANNOT_LEAVE_NEXT)

    def say_refusal(self, what: Phrase, why: Phrase, next_step: Phrase, **values: object) -> None:
        """Refuse something on the screen that stands."""
        if isinstance(self.screen, Standing):
            self.screen.refuse(self.screen.refusal(what, why, next_step, **values), stops=False)

    # keys

    async def on_event(self, event: events.Event) -> None:
        """Look at each key before the focused widget does: first as part of a scan, then as a key of the screen."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self.quiet.touch()
        if self._wedge is None:
            await self._type(event)
        else:
            await self._weigh(self._wedge, event)

    async def _weigh(self, wedge: Wedge, event: events.Key) -> None:
        character = "\r" if event.key == "enter" else event.character
        if character is None or not (event.is_printable or character == "\r"):
            await self._decide(wedge.flush())
            await self._type(event)
            return
        self._held_keys.append(event)
        await self._decide(wedge.feed(character, event.time))

    async def _decide(self, decision: Decision) -> None:
        for _ in decision.typed:
            await self._type(self._held_keys.popleft())
        if decision.code is not None:
            self._held_keys.clear()
            if decision.code:
                self.post_message(CodeScanned(decision.code))
        if decision.expires_at is not None:
            wait = max(0.001, decision.expires_at - asyncio.get_running_loop().time())
            self.set_timer(wait, self._expire)

    async def _expire(self) -> None:
        if self._wedge is not None and self._held_keys:
            await self._decide(self._wedge.expire(asyncio.get_running_loop().time()))

    async def _type(self, event: events.Key) -> None:
        """Give a key to the screen or to the focused widget, in the order they were pressed.

        What was typed waits in the queue of the widget, or of a screen that takes digits itself, and what it changed on
        the way up; so a key of the screen takes the same way behind both: Enter never overtakes a digit.
        """
        screen = self.screen
        if not (isinstance(screen, Standing) and screen.knows(event.key)):
            await super().on_event(event)
        elif self.focused is None:
            screen.post_message(ScreenKey(event.key))
        else:
            self.focused.call_later(self.focused.post_message, ScreenKey(event.key))

    # scans

    def on_code_scanned(self, message: CodeScanned) -> None:
        """Give a scan to the screen that stands; where it means nothing there, look for the member."""
        self.quiet.touch()
        screen = self.screen
        if isinstance(screen, Standing) and screen.on_scan(message.text):
            return
        self.search(message.text, find_scanned)

    def search(self, text: str, look: Look = find) -> None:
        """Find a member by a typed text, or a scanned one, and open them."""
        self.run_worker(self._search(text, look), group="search", exclusive=True)

    async def _search(self, text: str, look: Look) -> None:
        stood = self.screen
        try:
            found, view = await self._find(text, look)
        except TOLD as error:
            if self._is_overtaken(stood, text):
                return
            self._say_at_home(word(error, self.desk.language, self.desk.counter.zone))
            if isinstance(error, CardIsBlocked) and self.home is not None:
                self.home.offer_cards(error.member_id)
        else:
            if not self._is_overtaken(stood, text):
                self._open_found(found, view)

    def _is_overtaken(self, stood: object, text: str) -> bool:
        """Tell whether a screen that came up during a search takes the scan instead: a payment says "not now"."""
        screen = self.screen
        return screen is not stood and isinstance(screen, Standing) and screen.on_scan(text)

    async def _find(self, text: str, look: Look) -> tuple[Found, MemberView | None]:
        """Find a member here, else at head office; raises what `find` raises."""
        desk = self.desk
        try:
            found, view = await desk.read(find_and_open, desk.counter, text, look)
        except CardUnknown as unknown:
            elsewhere = await self._ask_elsewhere(unknown)
            if elsewhere is None:
                raise
            return elsewhere
        if isinstance(found, NothingFound):
            return await self._ask_elsewhere(found) or (found, view)
        return found, view

    async def _ask_elsewhere(self, missed: NothingFound | CardUnknown) -> tuple[Found, MemberView | None] | None:
        """Ask head office for whom this box does not know; None where it knows nobody or cannot be asked."""
        desk = self.desk
        if not await desk.read(can_look_up, desk.counter, missed):
            return None
        text = missed.text if isinstance(missed, NothingFound) else _shown_code(missed.card_code)
        self.say_refusal(line_words.LOOKING, line_words.LOOKING_WHY, line_words.LOOKING_NEXT, text=text)
        found = await desk.ask(look_up, desk.counter, desk.daemon, missed)
        if found is None:
            return None
        return found, await desk.read(opened, desk.counter, found)

    def _open_found(self, found: Found, view: MemberView | None) -> None:
        if isinstance(found, MemberFound):
            self._open_scanned(found, view)
        elif isinstance(found, Candidates):
            self.choose_member(found)
        elif isinstance(found, GoodsFound):
            self.take_goods(found.goods)
        elif found.kind == "part":
            partial = (device_words.SCAN_PARTIAL, device_words.SCAN_PARTIAL_WHY, device_words.SCAN_PARTIAL_NEXT)
            self.say_refusal(*partial, code=found.text)
        elif found.kind == "goods" and self.bill_screen is not None:
            self.say_refusal(*GOODS_UNKNOWN, text=found.text)
        else:
            self.go_home()
            if self.home is not None:
                self.home.nothing_found(found)

    def _open_scanned(self, found: MemberFound, view: MemberView | None) -> None:
        """Open a member; one whose bill is open keeps it, also when they show a better sign of who they are."""
        bill, waiting = self.bill_screen, NO_BILL
        if bill is not None and bill.member_id == found.member.member_id:
            if bill.presented == Presented(found.via, found.card_code):
                self.unwind(self.screen_stack.index(bill) + 1)
                return
            waiting = bill.waiting()
        member_id, card_code = found.member.member_id, found.card_code
        self.open_member(member_id, found.via, view=view, card_code=card_code, waiting=waiting)

    def _say_at_home(self, refusal: Refusal) -> None:
        self.go_home()
        if self.home is not None:
            self.home.refuse(refusal)

    # devices: called from their threads

    def hear_code(self, text: str) -> None:
        """Take a scanned code."""
        self.post_message(CodeScanned(text))

    def hear_scanner(self, state: DeviceState, error: DeviceError | None) -> None:
        """Take the scanner's state."""
        self.post_message(ScannerChanged(scanner_state(state), error))

    def hear_printer(self, view: PrinterView) -> None:
        """Take how printer and queue are."""
        self.post_message(PrinterChanged(printer_state(view), view.queue.waiting, view.queue.held, view.error))

    def hear_slip(self, lines: Sequence[str]) -> None:
        """Take a slip that the virtual printer drew."""
        self.post_message(SlipDrawn(tuple(lines)))

    def on_scanner_changed(self, message: ScannerChanged) -> None:
        """Show how the scanner is."""
        self._take_back(self.desk.scanner_error, message.error)
        self.desk.scanner, self.desk.scanner_error = message.state, message.error
        self._desk_changed(message.error)

    def on_printer_changed(self, message: PrinterChanged) -> None:
        """Show how the printer is."""
        desk, newly_held = self.desk, message.held and not self.desk.held
        changed = type(message.error) is not type(desk.printer_error) or message.waiting > desk.waiting
        self._take_back(desk.printer_error, message.error)
        desk.printer, desk.printer_error = message.state, message.error
        desk.waiting, desk.held = message.waiting, message.held
        self._desk_changed(message.error if changed else None)
        top = self.screen
        if newly_held and isinstance(top, Standing):
            top.remark(top.refusal(words.SLIPS_HELD, words.SLIPS_HELD_WHY, words.SLIPS_HELD_NEXT, held=message.held))

    def _take_back(self, said: Exception | None, now: Exception | None) -> None:
        """Say no longer what a device was troubled by, once it is over."""
        if now is None and isinstance(said, TOLD):
            over = word(said, self.desk.language)
            for screen in self.screen_stack:
                for lines in screen.query(MessageLines):
                    if lines.refusal == over:
                        lines.clear_message()

    def on_slip_drawn(self, message: SlipDrawn) -> None:
        """Show the slip where a result stands."""
        self.desk.slip = message.lines
        for screen in self.screen_stack:
            if isinstance(screen, ResultScreen):
                screen.slip_drawn(message.lines)

    def _desk_changed(self, trouble: Exception | None) -> None:
        """Show the header anew, and a fresh trouble in words; none of it stops money."""
        for screen in self.screen_stack:  # a question stands in front of a header that is still read
            if isinstance(screen, CounterScreen):
                screen.desk_changed()
        top = self.screen
        if isinstance(top, CounterScreen) and isinstance(trouble, TOLD) and self.desk.signed_in is not None:
            top.remark(word(trouble, self.desk.language))


def _shown_code(card_code: str) -> str:
    return f"{card_code[1:5]}-{card_code[5:]}"


def find_and_open(counter: Counter, text: str, look: Look = find) -> tuple[Found, MemberView | None]:
    """Return who a text stands for and, for exactly one, everything their screen shows: one reading, one frame."""
    found = look(counter, text)
    return found, opened(counter, found)


def opened(counter: Counter, found: Found) -> MemberView | None:
    """Return everything the screen shows of exactly one member who was found."""
    return open_member(counter, found.member.member_id, LINES) if isinstance(found, MemberFound) else None


def run_counter(app: KioskApp) -> int:
    """Run the counter until a manager leaves it or SIGTERM comes; the act under way is finished first.

    Returns the exit code: 0 for leaving, 75 for a fresh start wanted, 1 for a mistake of the program.
    """

    async def run() -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.leave)
        app.call_later(app.quiet.take_over)
        await app.run_async(mouse=False)

    try:
        asyncio.run(run())
    finally:
        app.desk.devices.stop()
        app.desk.display.stop()
        app.desk.backups.leave(LEAVE_SECONDS)
        app.desk.close()
    return app.return_code or 0
