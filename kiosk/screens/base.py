"""What all screens share: the frame, the function keys, reads off the screen thread, refusals where the eye is."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.worker import Worker

from kiosk.display_wire import Shown
from kiosk.i18n import Language, Phrase
from kiosk.screens import phrases_frame as words
from kiosk.screens.desk import Busy, Desk
from kiosk.screens.keys import Key
from kiosk.screens.messages import ScreenKey
from kiosk.screens.paths import Paths
from kiosk.screens.phrases import TOLD, word
from kiosk.screens.shown_to_customer import idle
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.header import HeaderBar
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.wording import Refusal
from kiosk.services.errors import StoredValueStopped

T = TypeVar("T")
A = TypeVar("A")
_ROOMY_COLUMNS = 120


class Standing(Screen[T], Generic[T]):
    """Anything that stands on the terminal: says things, shows keys, refuses in three lines."""

    title_phrase: Phrase = words.PRODUCT
    topic: ClassVar[str] = "home"
    serves: ClassVar[bool] = False
    """Whether a member is being served as long as this is on the stack."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk."""
        super().__init__()
        self.desk = desk

    @property
    def language(self) -> Language:
        """The language of this counter."""
        return self.desk.language

    @property
    def paths(self) -> Paths:
        """Where this screen can go."""
        return cast("Paths", self.app)

    def say(self, phrase: Phrase, **values: object) -> str:
        """Return a phrase in the counter's language."""
        return phrase.said(self.language, **values)

    # the customer

    def customer_sees(self) -> Shown | None:
        """Return what the customer sees while this stands; None leaves what they see."""
        return None

    def tell_customer(self) -> None:
        """Let the customer's display follow, if this is what stands."""
        if self.app.screen_stack[-1:] == [self] and (shown := self.customer_sees()) is not None:
            self.desk.display.show(shown)

    # keys

    def keys(self) -> Sequence[Key]:
        """Return what the keys do now, the most important first."""
        return ()

    def refresh_keys(self) -> None:
        """Show what the keys do now."""
        for footer in self.query(KeyFooter):
            footer.show(self.keys())

    def knows(self, name: str) -> bool:
        """Tell whether a key means something here."""
        return any(key.name == name for key in self.keys())

    def on_screen_key(self, message: ScreenKey) -> None:
        """Do what a key means here, after everything that was typed before it."""
        message.stop()
        self.press(message.key)

    def press(self, name: str) -> bool:
        """Do what a key does now, or say why it does nothing; tell whether the key was known."""
        for key in self.keys():
            if key.name == name:
                if key.refusal is not None:
                    self.refuse(key.refusal, stops=False)
                else:
                    key.press()
                return True
        return False

    # refusals

    def refuse(self, refusal: Refusal, *, stops: bool = True) -> None:
        """Show a refusal where the eye is."""
        for lines in self.query(MessageLines):
            lines.show(refusal, stops=stops)

    def remark(self, refusal: Refusal) -> None:
        """Say what wants a look and nobody asked for; what the cashier is being told already is not covered by it."""
        for lines in self.query(MessageLines):
            if lines.refusal is None or lines.gives_way:
                lines.show(refusal, stops=False, gives_way=True)

    def refuse_error(self, error: Exception) -> None:
        """Show an error in words; a mistake of the program is raised again."""
        self.refuse(word(error, self.language, self.desk.counter.zone))

    def clear_message(self) -> None:
        """Take a refusal away."""
        for lines in self.query(MessageLines):
            lines.clear_message()

    def refusal(self, what: Phrase, why: Phrase, next_step: Phrase, **values: object) -> Refusal:
        """Return a refusal from three phrases."""
        return Refusal(self.say(what, **values), self.say(why, **values), self.say(next_step, **values))

    # scans

    def on_scan(self, text: str) -> bool:
        """Take a scanned code if it means something here; tell whether it did."""
        return False

    # reads

    def read(
        self, reading: Callable[[], A], then: Callable[[A], None], refused: Callable[[Exception], None] | None = None
    ) -> Worker[None]:
        """Read off the screen thread and hand the answer over; an answer overtaken by a later question is dropped."""
        return self._ask(self.desk.read(reading), then, refused, group="read")

    def _ask(
        self,
        asked: Coroutine[Any, Any, A],
        then: Callable[[A], None],
        refused: Callable[[Exception], None] | None,
        group: str,
    ) -> Worker[None]:
        async def ask() -> None:
            try:
                answer = await asked
            except Busy:
                self.refuse(self.refusal(words.BUSY, words.BUSY_WHY, words.BUSY_NEXT))
            except TOLD as error:
                (refused or self.refuse_error)(error)
            else:
                if self in self.app.screen_stack and self.is_attached:
                    then(answer)

        return self.run_worker(ask(), group=group, exclusive=group != "act")


class CounterScreen(Standing[None]):
    """A whole screen: header, body, key footer, and the function keys that mean the same everywhere."""

    def compose(self) -> ComposeResult:
        """Build the frame around the body."""
        yield HeaderBar(self.desk)
        yield KeyFooter(self.language)
        with Vertical(id="body"):
            yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        """Build what stands between header and footer."""
        yield MessageLines()

    def on_mount(self) -> None:
        """Show the keys."""
        self.refresh_keys()

    def on_screen_resume(self) -> None:
        """Come back to what may have changed meanwhile."""
        self.refresh_keys()
        self.tell_customer()

    def customer_sees(self) -> Shown | None:
        """Return that nobody is served; above a member's screen, leave what they see."""
        serving = any(isinstance(screen, Standing) and screen.serves for screen in self.app.screen_stack)
        return None if serving else idle(self.desk)

    @property
    def room(self) -> int:
        """The columns between the margins of the body."""
        return max(40, self.app.size.width - 4)

    @property
    def is_roomy(self) -> bool:
        """Whether there is place for a third column."""
        return self.app.size.width >= _ROOMY_COLUMNS

    def desk_changed(self) -> None:
        """Show the header anew."""
        for header in self.query(HeaderBar):
            header.refresh()

    def on_minute_passed(self) -> None:
        """Let a screen that shows the time show it."""
        self.minute_passed()

    def minute_passed(self) -> None:
        """Show nothing of the time: the header does."""

    def escape(self) -> None:
        """Go back."""
        self.app.pop_screen()

    def why_no_money(self, label: Phrase) -> Refusal | None:
        """Return why money cannot be moved by this person now, None if it can."""
        desk = self.desk
        if desk.shift is None:
            return self.refusal(
                words.KEY_NEEDS_SHIFT,
                words.KEY_NEEDS_SHIFT_WHY,
                words.KEY_NEEDS_SHIFT_NEXT,
                label=self.say(label),
                till=desk.counter.till,
            )
        if desk.shift.cashier != desk.cashier:
            return self.refusal(
                words.KEY_OTHER_SHIFT,
                words.KEY_OTHER_SHIFT_WHY,
                words.KEY_OTHER_SHIFT_NEXT,
                label=self.say(label),
                till=desk.counter.till,
                cashier=desk.shift.cashier,
            )
        return None

    def why_no_stored_value(self, label: Phrase) -> Refusal | None:
        """Return why stored value cannot be sold by this person on this box now, None if it can."""
        sync = self.desk.sync
        if sync.is_stopped:
            return word(StoredValueStopped(sync.reason or ""), self.language, self.desk.counter.zone)
        return self.why_no_money(label)

    def _no_member(self, label: Phrase) -> Refusal:
        return Refusal(
            self.say(words.KEY_NEEDS_MEMBER, label=self.say(label)),
            self.say(words.KEY_NOT_HERE_WHY, screen=self.say(self.title_phrase)),
            self.say(words.KEY_NEEDS_MEMBER_NEXT),
        )

    def member_key(self, name: str, label: Phrase, press: Callable[[], object] | None, rank: int = 3) -> Key:
        """Return a key that needs a member: dimmed without one, and without a shift of one's own."""
        refusal = self._no_member(label) if press is None else self.why_no_money(label)
        return Key(name, label, press or _nothing, refusal, rank)

    def escape_key(self) -> Key:
        """Return the key that goes back."""
        return Key("escape", words.BACK, self.escape, rank=0)

    def function_keys(self) -> list[Key]:
        """Return the keys that mean the same on every screen, as far as a screen did not give them more meaning."""
        points = self.refusal(words.NO_POINTS, words.NO_POINTS_WHY, words.NO_POINTS_NEXT)
        return [
            Key("f1", words.HELP, lambda: self.paths.open_help(self.topic), rank=0),
            Key("f2", words.NEW_MEMBER, self.paths.open_enrol, self.why_no_money(words.NEW_MEMBER), rank=4),
            self.member_key("f3", words.TOP_UP, None, rank=6),
            self.member_key("f4", words.PAY, None, rank=7),
            Key("f5", words.REPRINT, self.paths.open_reprint, self.why_no_money(words.REPRINT), rank=5),
            Key("f6", words.POINTS, _nothing, points, rank=9),
            Key("f7", words.CARDS, lambda: self.paths.open_cards(None, None), self.why_no_money(words.CARDS), rank=6),
            Key("f8", words.VOID, self.paths.open_void, self.why_no_money(words.VOID), rank=5),
            Key("f9", words.SHIFT, self.paths.open_shift, rank=4),
            Key("f10", words.MORE, self.paths.open_more, rank=4),
            Key("f12", words.LOCK, self.paths.lock, rank=5),
        ]

    def with_function_keys(self, *own: Key) -> list[Key]:
        """Return a screen's own keys, then the function keys it did not give itself, then the way back."""
        taken = {key.name for key in own}
        return [*own, *(key for key in self.function_keys() if key.name not in taken)]


class Panel(Standing[T], ModalScreen[T]):
    """A question or an explanation that stands in front of a screen."""

    def on_mount(self) -> None:
        """Show the keys."""
        self.refresh_keys()


def _nothing() -> None:
    """Do nothing: the key is dimmed."""
