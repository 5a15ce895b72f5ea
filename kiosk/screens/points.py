"""Points: how many and until when, how they are earned and used, what they pay and what they buy (D4–D9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from kiosk.screens import phrases_benefits as words
from kiosk.screens import phrases_bring as bring_words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_why as why_words
from kiosk.screens.base import Panel
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu
from kiosk.screens.offer_deeds import mall_deed
from kiosk.screens.owned import OwnedScreen
from kiosk.screens.phrases import word
from kiosk.screens.theme import ACCENT, AMBER, FAINT, INK, MUTED
from kiosk.screens.why_lines import Speech, points_sections, policy_lines
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.footer import KeyFooter
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services import mall
from kiosk.services.benefits import Benefits, PointsLot, benefits
from kiosk.services.bring_here import Spread, spread_of
from kiosk.services.find_member import Via
from kiosk.services.offer_names import names_of
from kiosk.services.presence import Presence
from ledger.errors import UnitsTooFew
from ledger.money import PTS, format_minor
from ledger.rules.mall import MallOffer
from ledger.rules.promises import MallItem, PointsPolicy

_LOTS_SHOWN = 4
_LONGEST = 7


@dataclass(frozen=True, slots=True)
class _Read:
    """What the screen shows: the member's points and the mall."""

    found: Benefits
    mall: tuple[MallOffer, ...]
    spread: Spread


class PointsScreen(OwnedScreen):
    """A member's points and the mall."""

    title_phrase = frame.POINTS
    topic = "points"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take whose points they are and how they were identified."""
        super().__init__(desk, member_id, via)
        self.shown: _Read | None = None

    def compose_body(self) -> ComposeResult:
        """Build the list, and below it the points by when they end."""
        yield from super().compose_body()
        yield Static(id="points-lots", markup=False)

    def reload(self) -> None:
        """Read points and mall."""
        counter, member_id = self.desk.counter, self.member_id

        def reading() -> _Read:
            spread = spread_of(counter, member_id, PTS.code)
            return _Read(benefits(counter, member_id), mall.offers(counter, member_id), spread)

        self.read(reading, self._show)

    def _show(self, read: _Read) -> None:
        self.shown = read
        got, used = policy_lines(read.found.policy, self.language)
        line = "  ".join((*used, *got[:1]))
        if read.found.pending_points:
            line += "  " + self.say(words.POINTS_LATER, points=f"{read.found.pending_points:,}")
        heading = self.say(words.POINTS_TITLE, points=f"{read.found.points:,}")
        if read.spread.elsewhere:
            here, elsewhere = f"{read.spread.here:,}", f"{read.spread.elsewhere:,}"
            heading = self.say(bring_words.POINTS_SPREAD, here=here, elsewhere=elsewhere)
        self.show_menu(Menu(heading, line, tuple(self._item(offer, read.spread) for offer in read.mall)))
        self.query_one("#points-lots", Static).update(self._lots(read.found.points_lots))

    def _lots(self, lots: tuple[PointsLot, ...]) -> Text:
        """Return the points by when they end, soonest first."""
        if not lots:
            return Text("")
        lines = [Text(self.say(words.POINTS_LOTS), MUTED)]
        lines += [self._lot(lot) for lot in lots[:_LOTS_SHOWN]]
        rest = lots[_LOTS_SHOWN:]
        if rest:
            units = sum(lot.units for lot in rest)
            lines.append(Text(self.say(words.POINTS_LOTS_MORE, count=len(rest), points=f"{units:,}"), FAINT))
        return Text("\n").join(lines)

    def _lot(self, lot: PointsLot) -> Text:
        ends = self.say(words.VALID_UNTIL, day=lot.expires_on.isoformat()) if lot.expires_on else ""
        begins = ""
        if not lot.usable and lot.usable_from is not None:
            begins = self.say(words.VALID_FROM, day=lot.usable_from.isoformat())
        return row(
            cell(f"{lot.units:,}", 8, right=True, style=INK if lot.usable else AMBER),
            cell("", 3),
            cell(ends or self.say(words.NEVER_ENDS), 18, style=MUTED),
            Text(begins, AMBER),
        )

    def _item(self, offer: MallOffer, spread: Spread) -> Item:
        item, missing = offer.item, offer.missing_points
        value = self.say(words.MALL_LINE, points=f"{item.points:,}")
        note = self.say(words.MALL_MONEY, amount=format_minor(item.price_minor)) if item.price_minor else ""
        if offer.left is not None:
            note = f"{note}  {self.say(words.MALL_LEFT, left=offer.left)}".strip()
        if isinstance(offer.refusal, UnitsTooFew) and 0 < missing <= spread.elsewhere:
            note = self.say(bring_words.BRING_POINTS, missing=f"{missing:,}")
            return Item(item.name, value, note, partial(self.bring, spread, missing, partial(self._exchange, item)))
        if offer.refusal is not None:
            refusal = word(offer.refusal, self.language)
            if missing and offer.left != 0:
                refusal = replace(refusal, why=self.say(why_words.POINTS_MISSING, missing=f"{missing:,}"))
            return Item(item.name, value, note, refusal=refusal)
        return Item(item.name, value, note, partial(self._exchange, item))

    def menu_keys(self) -> Sequence[Key]:
        """Return the key that explains, and the one that brings the points of other stores here."""
        explains = Key("question_mark", frame.WHY, self.why, rank=1)
        spread = self.shown.spread if self.shown is not None else None
        if spread is None or not spread.elsewhere:
            return (explains,)
        return (Key("b", bring_words.BRING, lambda: self.bring(spread, spread.elsewhere), rank=1), explains)

    def why(self) -> None:
        """Show how points are earned and used, and why something cannot be had."""
        if self.shown is not None:
            speech = Speech(self.language, names_of(self.desk.counter))
            self.paths.open_why(points_sections(self.shown.found.policy, self.shown.mall, speech))

    def _exchange(self, item: MallItem) -> None:
        self.ask(mall_deed(self.desk.counter, self.member_id, item, Presence(self.via), self.language))


class PointsPanel(Panel[int | None]):
    """How many points pay a bill: digits, nothing typed is as many as it takes, 0 is none; leaves with None for no change."""

    topic = "points_panel"

    def __init__(self, desk: Desk, policy: PointsPolicy, most: int, have: int) -> None:
        """Take the rules, how many this bill takes at most, and how many there are."""
        super().__init__(desk)
        self.policy = policy
        self.most = most
        self.have = have
        self.typed = ""

    def compose(self) -> ComposeResult:
        """Build the question."""
        with Vertical(id="sheet"):
            yield Static(self.say(words.POINTS_ASK), classes="sheet-title", markup=False)
            yield Static(id="sentence", markup=False)
            yield Static(self._line(), id="line", markup=False)
            yield Static(id="settling", markup=False)
            yield MessageLines()
            yield KeyFooter(self.language)

    def on_mount(self) -> None:
        """Ask."""
        super().on_mount()
        self._draw()

    def _line(self) -> str:
        step = {"units": self.policy.burn_units, "amount": format_minor(self.policy.burn_minor)}
        return self.say(words.POINTS_ASK_LINE, have=f"{self.have:,}", most=f"{self.most:,}", **step)

    @property
    def points(self) -> int:
        """How many are asked for, in whole steps of the policy."""
        asked = int(self.typed) if self.typed else self.most
        return asked // self.policy.burn_units * self.policy.burn_units

    def keys(self) -> Sequence[Key]:
        """Return Enter, the mall and the way out."""
        return (
            Key("enter", words.POINTS_PAY, self.do_it, rank=0),
            Key("escape", frame.LEAVE_IT, lambda: self.dismiss(None), rank=0),
        )

    def on_key(self, event: events.Key) -> None:
        """Type how many."""
        character = event.character
        if event.key == "backspace":
            self.typed = self.typed[:-1]
        elif character is not None and character.isascii() and character.isdigit() and len(self.typed) < _LONGEST:
            self.typed += character
        else:
            return
        event.stop()
        self.clear_message()
        self._draw()

    def do_it(self) -> None:
        """Leave with the number, or say why it cannot be."""
        if self.points > self.most or (self.typed.strip("0") and not self.points):
            phrases = (words.POINTS_NOT_SO_MANY, words.POINTS_NOT_SO_MANY_WHY, words.POINTS_NOT_SO_MANY_NEXT)
            step = self.policy.burn_units
            self.refuse(self.refusal(*phrases, typed=self.typed, most=f"{self.most:,}", units=step), stops=False)
            return
        self.dismiss(self.points)

    def _draw(self) -> None:
        worth = format_minor(self.points // self.policy.burn_units * self.policy.burn_minor)
        said = self.say(words.POINTS_PAID_WORTH, points=f"{self.points:,}", amount=worth)
        self.query_one("#sentence", Static).update(said if self.points else self.say(words.POINTS_PAY_NONE))
        typed = Text.assemble(
            (f"{self.say(frame.POINTS)}  ", MUTED),
            (self.typed or self.say(words.POINTS_MOST), f"bold {INK}" if self.typed else FAINT),
            ("_", ACCENT),
        )
        self.query_one("#settling", Static).update(typed)
