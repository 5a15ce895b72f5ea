"""Enrol: phone digits first, then the name with the input method, the birthday, and consent to the terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, Static

from kiosk.i18n import Phrase
from kiosk.model.errors import PhoneTaken
from kiosk.screens import phrases_frame as frame
from kiosk.screens import phrases_shop as words
from kiosk.screens.base import CounterScreen
from kiosk.screens.confirm import Deed, Settling
from kiosk.screens.desk import Desk
from kiosk.screens.keys import Key
from kiosk.screens.result import Outcome
from kiosk.screens.theme import FAINT, GREEN, INK, MUTED
from kiosk.screens.widgets.message_lines import MessageLines
from kiosk.services.acts import Act
from kiosk.services.enrol import Enrolled, Enrolment, enrol, read_birthday, read_phone
from kiosk.services.errors import ConsentMissing, NameMissing, ServiceError
from kiosk.services.find_member import Via
from kiosk.services.look_up import holder_of
from kiosk.services.masking import masked_phone
from kiosk.services.values import Member
from ledger.codes import Code, CodeKind, looks_like_code, read_code
from ledger.errors import CodeError
from ledger.rules.occasion import Event
from ledger.rules.programme import Programme

_FIELDS = ("phone", "name", "birthday")
_LABELS: dict[str, tuple[Phrase, Phrase, int]] = {
    "phone": (words.ENROL_PHONE, words.ENROL_PHONE_HINT, 17),
    "name": (words.ENROL_NAME, words.ENROL_NAME_HINT, 20),
    "birthday": (words.ENROL_BIRTHDAY, words.ENROL_BIRTHDAY_HINT, 10),
}


class EnrolScreen(CounterScreen):
    """Enter goes from field to field and complains in each; the last step asks for consent."""

    title_phrase = words.ENROL
    topic = "enrol"

    def __init__(self, desk: Desk, phone: str = "") -> None:
        """Take a phone typed already."""
        super().__init__(desk)
        self.phone = phone
        self.step = 0
        self.consented = False
        self.terms_version = ""
        self.thanks_referrers = False
        self.referrer = ""

    def compose_body(self) -> ComposeResult:
        """Build the fields and the consent."""
        yield Static(self.say(words.ENROL), classes="title", markup=False)
        with Vertical(id="form"):
            for name in _FIELDS:
                label, hint, longest = _LABELS[name]
                with Horizontal(classes="field"):
                    yield Static(self.say(label), classes="field-label", markup=False)
                    yield Input(id=name, placeholder=self.say(hint), max_length=longest)
            with Horizontal(classes="field"):
                yield Static(self.say(words.ENROL_CONSENT), classes="field-label", markup=False)
                yield Static(id="consent", markup=False)
        yield MessageLines()
        with VerticalScroll(id="terms"):
            yield Static(id="terms-text", markup=False)

    def on_mount(self) -> None:
        """Begin with the phone, or after it where it is known."""
        super().on_mount()
        for box in self.query(Input):
            box.cursor_blink = False
        self.query_one("#phone", Input).value = self.phone
        counter = self.desk.counter
        self.read(counter.programme, self._show_terms)
        self._stand(1 if self.phone else 0)

    def _show_terms(self, programme: Programme) -> None:
        self.terms_version = programme.version
        self.thanks_referrers = any(rule.event is Event.REFERRAL for rule in programme.promises.rules)
        self.query_one("#terms-text", Static).update(programme.terms.text)
        self._draw()

    def keys(self) -> Sequence[Key]:
        """Return the steps and the way back."""
        last = self.step == len(_FIELDS)
        own = [Key("enter", words.ENROL if last else frame.NEXT, self._next, rank=0)]
        if last:
            own.append(Key("space", words.AGREE, self._consent, rank=0))
        else:
            own.append(Key("up", frame.BACK, self._previous, shown=False))
        return self.with_function_keys(*own, self.escape_key())

    def escape(self) -> None:
        """Go one field back, or leave."""
        if self.step:
            self._stand(self.step - 1)
        else:
            self.app.pop_screen()

    def on_scan(self, text: str) -> bool:
        """Take the code of whoever brought the new member, where the programme thanks them; else it opens a member."""
        if not self.thanks_referrers or not looks_like_code(text):
            return False
        try:
            code = read_code(text)
        except CodeError as unreadable:
            self.refuse_error(unreadable)
            return True
        if code.kind is not CodeKind.MEMBER:
            return False
        self.referrer = code.text
        self.clear_message()
        self._draw()
        return True

    def on_input_changed(self) -> None:
        """Take a refusal away."""
        self.clear_message()

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    def _previous(self) -> None:
        self._stand(max(0, self.step - 1))

    def _stand(self, step: int) -> None:
        self.step = step
        if step < len(_FIELDS):
            self.query_one(f"#{_FIELDS[step]}", Input).focus()
        else:
            self.query_one(VerticalScroll).focus()
        self._draw()
        self.refresh_keys()

    def _consent(self) -> None:
        self.consented = not self.consented
        self.clear_message()
        self._draw()

    def _draw(self) -> None:
        line = (
            Text(self.say(words.CONSENT_YES), f"bold {GREEN}")
            if self.consented
            else Text(self.say(words.CONSENT_NO), INK)
        )
        if self.step < len(_FIELDS) and not self.consented:
            line.stylize(FAINT)
        note = self.say(words.TERMS_VERSION, version=self.terms_version)
        if self.referrer:
            note += "   " + self.say(words.REFERRED_BY, code=Code(CodeKind.MEMBER, self.referrer).shown)
        self.query_one("#consent", Static).update(Text.assemble(line, "\n", (note, MUTED)))

    def _next(self) -> None:
        self.clear_message()
        try:
            if self.step < len(_FIELDS):
                self._check(_FIELDS[self.step])
                self._stand(self.step + 1)
            else:
                self._ask_for(self._enrolment())
        except ServiceError as refusal:
            self.refuse_error(refusal)

    def _check(self, name: str) -> None:
        if name == "phone":
            self._look_for(read_phone(self._value("phone")))
        elif name == "name" and not self._value("name"):
            raise NameMissing("")
        elif name == "birthday":
            read_birthday(self._value("birthday"), self._today())

    def _look_for(self, phone: str) -> None:
        """Look whether somebody has this phone, here or in another store, while the name is being typed."""
        desk = self.desk
        self._ask(
            desk.ask(holder_of, desk.counter, desk.daemon, phone), partial(self._held, phone), None, group="phone"
        )

    def _held(self, phone: str, holder: Member | None) -> None:
        if holder is not None and self._value("phone") and read_phone(self._value("phone")) == phone:
            self._stand(0)
            self.refuse_error(PhoneTaken(phone, holder.code))

    def _today(self) -> date:
        counter = self.desk.counter
        return counter.now().astimezone(counter.zone).date()

    def _enrolment(self) -> Enrolment:
        if not self.consented:
            raise ConsentMissing(self.terms_version)
        return Enrolment(
            name=self._value("name"),
            phone=read_phone(self._value("phone")),
            birthday=read_birthday(self._value("birthday"), self._today()),
            consented=True,
            referrer_code=self.referrer,
        )

    def _ask_for(self, enrolment: Enrolment) -> None:
        self.paths.confirm(enrolment_deed(self.desk, enrolment), self._done)

    def _done(self, enrolled: object) -> None:
        assert isinstance(enrolled, Enrolled), "an enrolment answers with Enrolled"
        member = enrolled.member
        code = Code(CodeKind.MEMBER, member.code).shown
        self.paths.show_result(
            Outcome(
                headline=self.say(words.ENROLLED),
                sentence=f"{member.name}  {masked_phone(member.phone)}",
                done=enrolled.done,
                lines=((self.say(frame.MEMBER), code),),
                go_on=(frame.MEMBER, lambda: self.paths.open_member(member.member_id, Via.MEMBER_CODE)),
                go_on_line=self.say(words.WELCOME, code=code),
            )
        )


def enrolment_deed(desk: Desk, enrolment: Enrolment) -> Deed:
    """Return an enrolment as it is asked."""
    counter, language = desk.counter, desk.language
    line = words.CONFIRM_ENROL.said(language, name=enrolment.name, phone=enrolment.phone)

    def command(act: Act, _: Settling) -> Enrolled:
        return enrol(counter, act, enrolment)

    return Deed(
        title=words.ENROL,
        sentence=lambda _: line,
        command=command,
        line=words.CONFIRM_ENROL_LINE.said(language),
        action=words.ENROL,
    )
