"""Coupons, visits, rights, and what can be claimed: the list behind F7 of a member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from kiosk.screens import phrases_benefits as words
from kiosk.screens import phrases_bring as bring_words
from kiosk.screens import phrases_frame as frame
from kiosk.screens.basket import NO_BILL
from kiosk.screens.billing import BillingScreen
from kiosk.screens.bringing import where
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.menu import Item, Menu
from kiosk.screens.offer_deeds import claim_deed, gift_deed, use_deed, use_of
from kiosk.screens.owned import OwnedScreen
from kiosk.screens.phrases import word_condition, word_reason
from kiosk.screens.why_lines import Speech, benefits_sections, held_why
from kiosk.screens.widgets.rows import Rows
from kiosk.screens.wording import Refusal
from kiosk.services import claim, redeem
from kiosk.services.benefits import Benefits, HeldUnits, benefits
from kiosk.services.bring_here import Spread, spread
from kiosk.services.find_member import Via
from kiosk.services.gift import Gift, receiver_of
from kiosk.services.goods import looks_like_barcode
from kiosk.services.offer_names import names_of
from kiosk.services.presence import Presence
from kiosk.services.values import Member
from ledger.money import PTS, format_minor
from ledger.rules.bill import BillTerms
from ledger.rules.gifts import Claimable, Claims
from ledger.rules.offers import Declined
from ledger.rules.promises import Goods

_USED_ALONE = ("VISIT:", "GOODS:", "EXCHANGE:")


@dataclass(frozen=True, slots=True)
class _Read:
    """What the list shows, and the code of an activity it was read with."""

    found: Benefits
    claims: Claims
    elsewhere: tuple[Spread, ...]
    code: str = ""


class BenefitsScreen(OwnedScreen):
    """What a member holds beside money; on a bill, Enter sets an offer aside or chooses it."""

    title_phrase = frame.CARDS
    topic = "benefits"

    def __init__(self, desk: Desk, member_id: str, via: Via, bill: BillingScreen | None = None) -> None:
        """Take whose they are, how the member was identified, and the screen whose bill they may be used on."""
        super().__init__(desk, member_id, via, bill.waiting() if bill is not None else NO_BILL)
        self.on_bill = bill
        self.shown: _Read | None = None
        self.giving: HeldUnits | None = None
        self.code = ""

    @property
    def bill(self) -> BillTerms | None:
        """The bill they may be used on, None where there is none."""
        view = self.on_bill.bill if self.on_bill is not None else None
        return view.quote.bill if view is not None else None

    @property
    def speech(self) -> Speech:
        """What reasons are said with."""
        return Speech(self.language, names_of(self.desk.counter))

    def reload(self) -> None:
        """Read what is held and what can be claimed."""
        counter, member_id, code = self.desk.counter, self.member_id, self.code

        def reading() -> _Read:
            elsewhere = tuple(each for each in spread(counter, member_id) if each.asset != PTS.code)
            return _Read(benefits(counter, member_id), claim.claimable(counter, member_id, code), elsewhere, code)

        self.read(reading, self._show)

    def _show(self, read: _Read) -> None:
        self.shown, speech = read, self.speech
        items = [self._held(each, speech) for each in read.found.held]
        items += [self._elsewhere(each) for each in read.elsewhere]
        items += [self._claimable(each, read.code) for each in read.claims.open]
        items += [self._declined(each, speech) for each in read.claims.declined]
        line = self.say(words.BENEFITS_ON_BILL) if self.bill is not None else self.say(words.BENEFITS_LINE)
        menu = Menu(self.say(words.BENEFITS_TITLE), line, tuple(items), self.say(words.BENEFITS_EMPTY))
        self.show_menu(menu)

    def _held(self, held: HeldUnits, speech: Speech) -> Item:
        count = f"x {held.units}"
        if held.expires_on is not None:
            count += f"  {self.say(words.VALID_UNTIL, day=held.expires_on.isoformat())}"
        refusal = self._why_not(held, speech)
        pick = partial(self._pick, held) if refusal is None else None
        return Item(held.name, count, self._note(held, speech), pick, refusal)

    def _elsewhere(self, each: Spread) -> Item:
        """Return what lies in other stores; picking it brings one here, or the right that works by being held."""
        is_held = each.asset.startswith("RIGHT:")
        note = self.say(bring_words.BRING_AND_HOLD if is_held else bring_words.BRING_AND_USE)
        then = None if is_held else partial(self._use_brought, each.asset)
        return Item(each.name, where(each, self.language), note, partial(self.bring, each, 1, then))

    def _use_brought(self, asset: str) -> None:
        """Go on with what came: on the bill it is asked for unless it comes off already, without one it is used."""
        found = self.shown.found.held if self.shown is not None else ()
        held = next((each for each in found if each.asset == asset and each.usable), None)
        screen, bill = self.on_bill, self.bill
        if held is None or self._why_not(held, self.speech) is not None:
            return
        if screen is None or bill is None:
            self._use(held)
        else:
            screen.set_aside(held.rule_id, chosen=True)
            self.app.pop_screen()

    def _note(self, held: HeldUnits, speech: Speech) -> str:
        """Return what something held does to the bill; without a bill under which conditions it works."""
        screen, bill = self.on_bill, self.bill
        if screen is not None and bill is not None and held.rule_id:
            return self.say(words.SET_ASIDE) if self._is_refused(screen, held) else held_why(held, bill, speech)
        notes = [word_condition(verdict.reason, self.language, speech.names) for verdict in held.conditions]
        if held.scope and not held.conditions:
            notes.append(self.say(words.SCOPE, scope=held.scope))
        if held.face_minor:
            notes.append(self.say(words.FACE, amount=format_minor(held.face_minor)))
        return "  ".join(notes)

    def _why_not(self, held: HeldUnits, speech: Speech) -> Refusal | None:
        """Return why something held cannot be used now, None where it can."""
        used_alone = self.bill is None and held.asset.startswith(_USED_ALONE)
        if not held.usable or not (held.rule_id or used_alone):
            why = held_why(held, None, speech) if not held.usable else self.say(words.RIGHT_HELD)
            return Refusal(held.name, why, self.say(words.PICK_ANOTHER))
        if self.bill is None and not used_alone:
            return Refusal(held.name, self._note(held, speech), self.say(words.NEEDS_BILL))
        return None

    @staticmethod
    def _is_refused(screen: BillingScreen, held: HeldUnits) -> bool:
        return held.rule_id in screen.basket.choice.refused

    def _pick(self, held: HeldUnits) -> None:
        """Turn an offer on or off for the bill; without a bill use a visit or a voucher by itself."""
        screen, bill = self.on_bill, self.bill
        if screen is None or bill is None:
            self._use(held)
            return
        applied = any(cut.rule_id == held.rule_id for cut in bill.reductions)
        screen.set_aside(held.rule_id, chosen=False if applied else None if self._is_refused(screen, held) else True)
        self.app.pop_screen()

    def _use(self, held: HeldUnits) -> None:
        """Use one now; what takes a choice is chosen first."""
        goods = redeem.choices(self.desk.counter, held.asset)
        if held.asset.startswith("EXCHANGE:") and len(goods) > 1:
            self.paths.choose_goods(goods, partial(self._confirm_use, held))
        else:
            self._confirm_use(held, goods[0] if goods else None)

    def _confirm_use(self, held: HeldUnits, goods: Goods | None) -> None:
        use = use_of(self.member_id, held, Presence(self.via), goods)
        chosen = held.name if goods is None or goods.name in held.name else f"{held.name} ({goods.name})"
        self.ask(use_deed(self.desk.counter, use, chosen, self.language))

    def _claimable(self, each: Claimable, code: str) -> Item:
        deed = partial(claim_deed, self.desk.counter, self.member_id, each, code, self.language)
        return Item(each.rule.name, self.say(words.CLAIMABLE), each.rule.script, lambda: self.ask(deed()))

    def _declined(self, each: Declined, speech: Speech) -> Item:
        why = word_reason(each.reasons[0], self.language, speech.names)
        return Item(each.name, "", "", refusal=Refusal(each.name, why, self.say(words.PICK_ANOTHER)))

    # keys

    def menu_keys(self) -> Sequence[Key]:
        """Return the explanation, giving on, what is sold, an activity's code, the plastic cards, and bringing here."""
        return (
            *self._bring_keys(),
            Key("question_mark", frame.WHY, self.why, rank=1),
            Key("g", words.GIVE, self.give, self._why_not_given(), rank=2),
            Key("s", words.SELL, lambda: self.paths.open_sales(self.member_id, self.via, self.waiting), rank=1),
            Key("a", words.ACTIVITY_CODE, lambda: self.paths.ask_code(self._take_code), rank=3),
            Key("c", words.CARDS_KEY, lambda: self.paths.open_cards(self.member_id, self.via), rank=2),
        )

    def _bring_keys(self) -> tuple[Key, ...]:
        """Return the key that brings everything of the marked row here; none where nothing lies elsewhere."""
        shown, place = self.shown, self._marked_row()
        if shown is None or not shown.elsewhere:
            return ()
        index = -1 if place is None else place - len(shown.found.held)
        if not 0 <= index < len(shown.elsewhere):
            return ()
        marked = shown.elsewhere[index]
        return (Key("b", bring_words.BRING, lambda: self.bring(marked, marked.elsewhere), rank=1),)

    def why(self) -> None:
        """Show of everything here why it can be had or not."""
        if self.shown is not None:
            sections = benefits_sections(self.shown.found, self.shown.claims, self.bill, self.speech)
            self.paths.open_why(sections)

    def _take_code(self, code: str) -> None:
        self.code = code
        self.reload()

    # giving on

    def _marked(self) -> HeldUnits | None:
        place = self.query_one(Rows).highlighted
        if self.shown is None or place is None or place >= len(self.shown.found.held):
            return None
        return self.shown.found.held[place]

    def _why_not_given(self) -> Refusal | None:
        marked = self._marked()
        if marked is not None and marked.giftable and marked.usable:
            return None
        name = marked.name if marked is not None else self.say(words.GIVE)
        return Refusal(name, self.say(words.NOT_GIVEN_ON), self.say(words.PICK_ANOTHER))

    def give(self) -> None:
        """Wait for the friend's code or card."""
        self.giving = self._marked()
        if self.giving is not None:
            phrases = (words.SCAN_FRIEND, words.SCAN_FRIEND_WHY, words.SCAN_FRIEND_NEXT)
            self.refuse(self.refusal(*phrases, name=self.giving.name), stops=False)

    def on_option_list_option_highlighted(self) -> None:
        """Take a refusal away, and fit the keys to the marked row."""
        super().on_option_list_option_highlighted()
        self.giving = None
        self.refresh_keys()

    def on_scan(self, text: str) -> bool:
        """Take the friend's code while something is given on; other codes mean what they mean everywhere."""
        giving = self.giving
        if giving is None or looks_like_barcode(text):
            return False
        counter = self.desk.counter
        self.read(lambda: receiver_of(counter, text), partial(self._friend_found, giving, text))
        return True

    def _friend_found(self, giving: HeldUnits, code: str, friend: Member) -> None:
        asked = Gift(self.member_id, code, giving.asset, 1, Presence(self.via))
        self.clear_message()
        self.ask(gift_deed(self.desk.counter, asked, giving.name, friend, self.language))
