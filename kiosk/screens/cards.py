"""Cards: a member's plastic, issued, blocked, unblocked, replaced; and the anonymous card that needs no member."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from kiosk.i18n import Phrase, day_text
from kiosk.screens import phrases_counter as counter_words
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.card_deeds import anonymous_deed, card_deed, gift_card_deed, issue_deed, replace_deed
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.member_lines import head_line
from kiosk.screens.result import Outcome
from kiosk.screens.theme import AMBER, FAINT, GREEN, INK, MUTED
from kiosk.screens.widgets.amount_entry import AmountEntry
from kiosk.screens.widgets.columns import cell, row
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.screens.widgets.rows import Rows
from kiosk.services.cards import CardDone
from kiosk.services.enrol import Enrolled
from kiosk.services.find_member import Via
from kiosk.services.open_member import MemberView, open_member
from kiosk.services.sell_gift_card import GiftCardSold, quote_gift_card
from kiosk.services.values import Card, CardState
from ledger.accounts import Tender
from ledger.codes import Code, CodeKind, looks_like_code, read_code
from ledger.entries import EntryKind
from ledger.errors import CodeError, MoneyError
from ledger.rules.topping import TopUpOffer

_COLOURS = {"active": GREEN, "blocked": AMBER, "replaced": FAINT}


def shown_card(code: str) -> str:
    """Return a card's code as people read it."""
    return Code(CodeKind.CARD, code).shown


def is_card(text: str) -> bool:
    """Tell whether a scanned text is the code of a card."""
    try:
        return looks_like_code(text) and read_code(text).kind is CodeKind.CARD
    except CodeError:
        return False


class CardsScreen(CounterScreen):
    """One member's cards; `n` and `r` wait for a new card to be scanned, Enter lets the system give a code."""

    title_phrase = words.CARDS_TITLE
    topic = "cards"

    def __init__(self, desk: Desk, member_id: str, via: Via) -> None:
        """Take whose cards they are."""
        super().__init__(desk)
        self.member_id = member_id
        self.via = via
        self.view: MemberView | None = None
        self.waiting: Callable[[str | None], None] | None = None

    def compose_body(self) -> ComposeResult:
        """Build the list and the line that waits for a card."""
        yield Static(id="who", markup=False)
        yield Static(self.say(words.CARDS_TITLE), classes="title", markup=False)
        yield MessageLines()
        yield Static(self.say(words.SCAN_NEW_CARD), id="waiting", markup=False)
        yield Rows()

    def on_mount(self) -> None:
        """Read the cards."""
        super().on_mount()
        self.query_one("#waiting").display = False
        self.query_one(Rows).focus()
        counter, member_id = self.desk.counter, self.member_id
        self.read(lambda: open_member(counter, member_id, lines=0), self._show)

    def _show(self, view: MemberView) -> None:
        self.view = view
        who = self.query_one("#who", Static)
        today = self.desk.counter.now().astimezone(self.desk.counter.zone).date()
        who.update(head_line(view, today, self.room, self.language))
        self.query_one(Rows).fill([self._row(card) for card in view.cards])
        title = words.CARDS_TITLE if view.cards else words.CARDS_EMPTY
        self.query_one(".title", Static).update(self.say(title))
        self.refresh_keys()

    def _row(self, card: Card) -> Text:
        return row(
            cell(shown_card(card.code), 14, style=f"bold {INK}"),
            cell(self.say(words.CARD_STATES[card.state.value]), 12, style=_COLOURS[card.state.value]),
            cell(day_text(card.issued_at, self.desk.counter.zone), 10, style=MUTED),
            cell(shown_card(card.replaced_by) if card.replaced_by else "", 14, style=FAINT),
        )

    def keys(self) -> Sequence[Key]:
        """Return what can be done with the marked card."""
        if not self.is_mounted:
            return ()
        if self.waiting is not None:
            return (Key("enter", words.NEW_CARD_MINTED, lambda: self._take(None), rank=0), self.escape_key())
        return self.with_function_keys(
            Key("n", words.ISSUE, self._issue, self.why_no_money(words.ISSUE), rank=0),
            self._card_key("b", words.BLOCK, CardState.ACTIVE, self._block),
            self._card_key("u", words.UNBLOCK, CardState.BLOCKED, self._unblock),
            self._card_key("r", words.REPLACE, None, self._replace),
            Key("enter", frame.CHOOSE, lambda: None, shown=False),
            self.escape_key(),
        )

    def _card_key(self, name: str, label: Phrase, wanted: CardState | None, press: Callable[[], None]) -> Key:
        refusal, card = self.why_no_money(label), self._card()
        if refusal is None and card is None:
            refusal = self.refusal(words.PICK_CARD, words.PICK_CARD_WHY, words.PICK_CARD_NEXT, label=self.say(label))
        elif refusal is None and card is not None:
            fits = card.state is wanted if wanted else card.state is not CardState.REPLACED
            if not fits:
                refusal = self.refusal(
                    words.CARD_NOT_SO,
                    words.CARD_NOT_SO_WHY,
                    words.CARD_NOT_SO_NEXT,
                    label=self.say(label),
                    state=self.say(words.CARD_STATES[card.state.value]),
                )
        return Key(name, label, press, refusal, rank=1)

    def _card(self) -> Card | None:
        place = self.query_one(Rows).highlighted
        return None if self.view is None or place is None else self.view.cards[place]

    def on_option_list_option_highlighted(self) -> None:
        """Fit the keys to the marked card."""
        self.clear_message()
        self.refresh_keys()

    def escape(self) -> None:
        """Stop waiting for a card, or go back."""
        if self.waiting is not None:
            self._wait(None)
        else:
            self.app.pop_screen()

    def on_scan(self, text: str) -> bool:
        """Take a card that is waited for."""
        if self.waiting is not None and is_card(text):
            self._take(text)
            return True
        return False

    def _wait(self, waiting: Callable[[str | None], None] | None) -> None:
        self.waiting = waiting
        self.query_one("#waiting").display = waiting is not None
        self.clear_message()
        self.refresh_keys()

    def _take(self, code: str | None) -> None:
        waiting = self.waiting
        self._wait(None)
        if waiting is not None:
            waiting(code)

    def _issue(self) -> None:
        self._wait(self._issue_card)

    def _issue_card(self, code: str | None) -> None:
        if self.view is not None:
            self.paths.confirm(issue_deed(self.desk, self.view.member, code), self._done)

    def _replace(self) -> None:
        card, view = self._card(), self.view
        if card is not None and view is not None:
            old, member = card.code, view.member
            self._wait(lambda code: self.paths.confirm(replace_deed(self.desk, member, old, code), self._done))

    def _block(self) -> None:
        self._change(EntryKind.CARD_BLOCKED)

    def _unblock(self) -> None:
        self._change(EntryKind.CARD_UNBLOCKED)

    def _change(self, kind: EntryKind) -> None:
        card, view = self._card(), self.view
        if card is not None and view is not None:
            self.paths.confirm(card_deed(self.desk, kind, view.member, card.code), self._done)

    def _done(self, done: object) -> None:
        assert isinstance(done, CardDone), "a card act answers with CardDone"
        member_id, via = self.member_id, self.via
        self.paths.show_result(
            Outcome(
                headline=self.say(words.CARD_DONE[done.done.recorded.entry.kind]),
                sentence=self.say(words.CARD_CODE, code=shown_card(done.card.code)),
                done=done.done,
                go_on=(counter_words.MEMBER, lambda: self.paths.open_member(member_id, via)),
            )
        )


class AnonymousCardScreen(CounterScreen):
    """Waits for a fresh card; Enter lets the system give a code; an amount typed before makes it a gift card (B1)."""

    title_phrase = words.ANONYMOUS_TITLE
    topic = "anonymous"

    def compose_body(self) -> ComposeResult:
        """Build what is waited for, and the value of a gift card."""
        yield Static(self.say(words.ANONYMOUS_TITLE), classes="title", markup=False)
        yield Static(self.say(words.ANONYMOUS_LINE), classes="quiet", markup=False)
        yield AmountEntry(self.say(words.GIFT_CARD_VALUE), id="value", classes="-left")
        yield MessageLines()

    def on_mount(self) -> None:
        """Listen for a card or a value."""
        super().on_mount()
        self.query_one(AmountEntry).focus()

    def on_amount_entry_changed(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def keys(self) -> Sequence[Key]:
        """Return the minted code and the way back."""
        return self.with_function_keys(
            Key("enter", words.NEW_CARD_MINTED, lambda: self._ask_for(None), rank=0), self.escape_key()
        )

    def on_scan(self, text: str) -> bool:
        """Take the fresh card."""
        if not is_card(text):
            return False
        self._ask_for(text)
        return True

    def _ask_for(self, code: str | None) -> None:
        entry, counter = self.query_one(AmountEntry), self.desk.counter
        if not entry.value:
            self.paths.confirm(anonymous_deed(self.desk, code), self._done)
            return
        try:
            value = entry.read()
        except MoneyError as unreadable:
            self.refuse_error(unreadable)
            return

        def quoted(offer: TopUpOffer) -> None:
            self.paths.confirm(gift_card_deed(self.desk, offer, code), self._sold)

        self.read(lambda: quote_gift_card(counter, value, Tender.CASH), quoted)

    def _sold(self, sold: object) -> None:
        assert isinstance(sold, GiftCardSold), "a gift card answers with GiftCardSold"
        card, facts = sold.enrolled.card, sold.value.recorded.entry.facts
        assert card is not None, "a gift card is a card"
        self.paths.show_result(
            Outcome(
                headline=self.say(words.GIFT_CARD_SOLD),
                sentence=self.say(words.CARD_CODE, code=shown_card(card.code)),
                done=sold.value,
                big=(self.say(counter_words.BALANCE), facts["balance_after_minor"]),
            )
        )

    def _done(self, enrolled: object) -> None:
        assert isinstance(enrolled, Enrolled), "an anonymous card answers with Enrolled"
        card, member_id = enrolled.card, enrolled.member.member_id
        assert card is not None, "an anonymous member has a card"
        self.paths.show_result(
            Outcome(
                headline=self.say(words.ENROLLED),
                sentence=self.say(words.CARD_CODE, code=shown_card(card.code)),
                done=enrolled.done,
                go_on=(counter_words.MEMBER, lambda: self.paths.open_member(member_id, Via.CARD)),
            )
        )
