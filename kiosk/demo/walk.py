"""The counter's whole path as a script, for a machine without a terminal: the same services, devices and slips."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from kiosk.config import Config
from kiosk.demo.people import CASHIER, STORE_MANAGER
from kiosk.devices.errors import DeviceError
from kiosk.devices.ports import DeviceState
from kiosk.services import approve, find_member, open_member, pay, shifts, sign_in, top_up, verify_books, void
from kiosk.services.acts import Act
from kiosk.services.counter import Counter
from kiosk.services.errors import ApprovalNeeded
from kiosk.services.latest import latest
from kiosk.services.print_loop import PrinterView
from kiosk.services.void import entry_amount
from kiosk.wiring import Till, open_till, scan_into
from ledger.accounts import Tender
from ledger.money import format_minor
from ledger.rules.programme import ApprovedAct

PATIENCE_SECONDS: Final = 20.0
FLOAT_MINOR: Final = 50_000
BILL_MINOR: Final = 4_550


@dataclass
class _Listener:
    """Hears the devices of the walk and keeps what they say."""

    codes: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    scanner: queue.SimpleQueue[DeviceState] = field(default_factory=queue.SimpleQueue)
    slips: queue.SimpleQueue[Sequence[str]] = field(default_factory=queue.SimpleQueue)

    def hear_code(self, text: str) -> None:
        self.codes.put(text)

    def hear_scanner(self, state: DeviceState, error: DeviceError | None) -> None:
        del error
        self.scanner.put(state)

    def hear_printer(self, view: PrinterView) -> None:
        """Leave it: a printer that fails shows by the missing slip."""

    def hear_slip(self, lines: Sequence[str]) -> None:
        self.slips.put(lines)


def walk(config: Config, say: Callable[[str], None]) -> int:
    """Walk one shift from sign-in to closing, print what happens, and return 0; whatever fails raises."""
    till, listener = open_till(config), _Listener()
    till.devices.start(listener)
    try:
        _walk(till, listener, Path(config.scanner.address.removeprefix("virtual:")), say)
    finally:
        till.devices.stop()
    return 0


def _walk(till: Till, listener: _Listener, scanner: Path, say: Callable[[str], None]) -> None:
    counter = till.counter
    person = sign_in.sign_in(counter, CASHIER.staff_id, CASHIER.pin)
    say(f"登录 signed in: {person.staff_id} {person.name}")
    _close_what_is_open(counter, say)
    shifts.open_shift(counter, _act(counter), FLOAT_MINOR)
    say(f"开班 shift open, float ￥{format_minor(FLOAT_MINOR)}")
    code = _somebody(counter)
    assert listener.scanner.get(timeout=PATIENCE_SECONDS) is DeviceState.READY, "the virtual scanner listens"
    scan_into(scanner, code)
    found = find_member.find(counter, listener.codes.get(timeout=PATIENCE_SECONDS))
    assert isinstance(found, find_member.MemberFound), "the demo's member is known"
    view = open_member.open_member(counter, found.member.member_id)
    say(f"扫码 scanned {code}: {view.member.name} {view.masked_phone}, here ￥{format_minor(view.here_minor)}")
    offer = next(offer for offer in top_up.ladder(counter, view.member.member_id, BILL_MINOR).offers if offer.fits)
    asked = top_up.TopUp(view.member.member_id, offer.rung.pay_minor, Tender.CASH, None, offer.bonus_minor)
    done = top_up.top_up(counter, _act(counter), asked)
    say(
        f"充值 topped up ￥{format_minor(asked.paid_minor)} + ￥{format_minor(offer.bonus_minor)}, 单号 {done.recorded.entry_no}"
    )
    _show_slip(till, listener, say)
    quote = pay.quote(counter, view.member.member_id, BILL_MINOR)
    terms, due = quote.terms, quote.bill.paid_price_minor
    payment = pay.Payment(view.member.member_id, BILL_MINOR, terms.stored_minor, via=found.via, expected_paid_minor=due)
    paid = pay.pay(counter, _act(counter), payment)
    say(
        f"收款 took ￥{format_minor(BILL_MINOR)}, left ￥{format_minor(terms.available_after_minor)}, 单号 {paid.done.recorded.entry_no}"
    )
    _show_slip(till, listener, say)
    _void(counter, paid.done.recorded.entry.entry_id, say)
    _show_slip(till, listener, say)
    _close_what_is_open(counter, say)
    till.devices.slip_queued()
    _show_slip(till, listener, say)
    proved = verify_books.verify_books(counter)
    say(f"账目一致 books agree: {proved.rows} entries, ￥{format_minor(proved.total_minor)} owed to members")


def _void(counter: Counter, entry_id: str, say: Callable[[str], None]) -> None:
    act = _act(counter)
    try:
        done = void.void(counter, act, entry_id)
    except ApprovalNeeded as needed:
        agreed = (STORE_MANAGER.pin, ApprovedAct(needed.act), act.entry_id, act.cashier, needed.content)
        approval = approve.approve(counter, STORE_MANAGER.staff_id, *agreed)
        done = void.void(counter, replace(act, approval=approval), entry_id)
    amount = format_minor(entry_amount(done.recorded.entry))
    say(f"撤销 voided ￥{amount}, approved by {STORE_MANAGER.name}, 单号 {done.recorded.entry_no}")


def _close_what_is_open(counter: Counter, say: Callable[[str], None]) -> None:
    shift = shifts.current(counter)
    if shift is None:
        return
    counted = shifts.drawer_cash(counter, shift)
    closer = replace(_act(counter), cashier=shift.cashier)
    closed = shifts.close_shift(counter, closer, counted)
    say(f"交班 shift closed, counted ￥{format_minor(counted)}, over/short ￥{format_minor(closed.over_short_minor)}")


def _act(counter: Counter) -> Act:
    return Act(counter.mint(), CASHIER.staff_id)


def _somebody(counter: Counter) -> str:
    """Return the code of the member who was served last: somebody the shop knows."""
    for line in latest(counter, 50):
        member_id = line.recorded.entry.member_id
        if member_id is not None:
            return open_member.load_member(counter, member_id).code
    raise LookupError("the demo shop has served nobody")


def _show_slip(till: Till, listener: _Listener, say: Callable[[str], None]) -> None:
    till.devices.slip_queued()
    for line in listener.slips.get(timeout=PATIENCE_SECONDS):
        say("    " + line)
