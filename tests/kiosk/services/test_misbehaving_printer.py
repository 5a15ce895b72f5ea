"""The real print loop against printers that misbehave on real lines: the slip comes once or says that it is a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.devices.addresses import parse_address
from kiosk.devices.errors import (
    CoverOpen,
    PaperOut,
    PrinterError,
    PrinterGarbled,
    PrinterSilent,
    PrinterUnplugged,
    PrinterUnreachable,
    WriteStalled,
)
from kiosk.devices.escpos_printer import EscposPrinter, Patience
from kiosk.devices.ports import Confirm, Paper
from kiosk.devices.transports import transport_to
from kiosk.model.print_queue import JobState
from kiosk.services import print_loop
from kiosk.services.printing import drop_waiting
from kiosk.services.values import Member
from tests.builders import Shop, open_shop
from tests.kiosk.devices.hostile_peer import Blackhole, HostileSerial, HostileTcp
from tests.kiosk.devices.printer_peer import Mechanism
from tests.kiosk.services.printing_till import QUICK, SOON, Till, slips, wait_until

AnyPeer = HostileTcp | HostileSerial


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_loop, "POLL_SECONDS", 0.05)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = open_shop(tmp_path)
    shop.open_shift()
    return shop


@pytest.fixture
def member(shop: Shop) -> Member:
    member = shop.enrol()
    shop.top_up(member)
    drop_waiting(shop.counter)
    return member


@pytest.fixture(params=["tcp", "serial"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyPeer]:
    made: AnyPeer = HostileTcp() if request.param == "tcp" else HostileSerial(tmp_path / "printer")
    with made as running:
        assert isinstance(running, HostileTcp | HostileSerial)
        yield running


Tills = Callable[..., Till]


@pytest.fixture
def till_at(shop: Shop, member: Member) -> Iterator[Tills]:
    opened: list[Till] = []

    def at(address: str, confirm: Confirm = Confirm.ANSWER, patience: Patience = QUICK) -> Till:
        place = parse_address(address)
        made = Till(shop, member, EscposPrinter(transport_to(place), confirm, place.inquiry, patience))
        made.loop.start()
        opened.append(made)
        return made

    yield at
    for till in opened:
        till.loop.stop(0.2)
        assert not till.loop._thread.is_alive()


@dataclass(frozen=True)
class Trouble:
    """A fault of the mechanism, how it is said, and how it ends."""

    name: str
    begin: Callable[[Mechanism], None]
    end: Callable[[Mechanism], None]
    error: type[PrinterError]


def _set(**knobs: object) -> Callable[[Mechanism], None]:
    return lambda mechanism: vars(mechanism).update(knobs)


TROUBLES = (
    Trouble("cover open", _set(cover_open=True), _set(cover_open=False), CoverOpen),
    Trouble("paper out", _set(paper_out=True), _set(paper_out=False), PaperOut),
    Trouble("paper out in mid-job", _set(paper_left=40), _set(paper_out=False), PaperOut),
    Trouble("silent", _set(is_silent=True), _set(is_silent=False), PrinterSilent),
    Trouble("jammed", _set(is_jammed=True), _set(is_jammed=False), PrinterSilent),
    Trouble("never confirms for a while", _set(answers_behind=False), _set(answers_behind=True), PrinterSilent),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name.replace(" ", "_"))
def test_a_printer_in_trouble_holds_no_sale_and_its_slips_come_once(
    peer: AnyPeer, till_at: Tills, trouble: Trouble
) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    before = till.entries()
    with peer.lock:
        trouble.begin(peer.mechanism)
    number = till.sell()
    assert isinstance(till.see_trouble(trouble.error), trouble.error)
    assert till.entries() == before + 1, "the sale stands, once"
    with peer.lock:
        trouble.end(peer.mechanism)
    till.see_all_printed()
    originals, copies = slips(peer.mechanism, number)
    assert originals == 1
    assert copies <= 1
    assert till.states() == [JobState.PRINTED]


def test_near_end_is_said_and_the_slip_comes(peer: AnyPeer, till_at: Tills) -> None:
    peer.mechanism.near_end = True
    till = till_at(peer.address)
    number = till.sell()
    wait_until(lambda: slips(peer.mechanism, number) == (1, 0))
    till.see(lambda view: view.status is not None and view.status.paper is Paper.NEAR_END and view.error is None)
    assert slips(peer.mechanism, number) == (1, 0)


def test_answers_split_into_single_bytes_are_answers(peer: AnyPeer, till_at: Tills) -> None:
    peer.splits_answers = True
    till = till_at(f"{peer.address}?inquiry=process_id")
    number = till.sell()
    till.see_all_printed()
    assert slips(peer.mechanism, number) == (1, 0)


def test_a_line_that_breaks_in_mid_job_sends_a_copy_that_says_so(peer: AnyPeer, till_at: Tills, tmp_path: Path) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    with peer.lock:
        peer.resets_after = 60
    number = till.sell()
    till.see_trouble(PrinterUnreachable, PrinterUnplugged)
    if isinstance(peer, HostileTcp):
        till.see_all_printed()
        assert slips(peer.mechanism, number) in {(0, 1), (1, 1)}, "what was begun, and one copy"
        return
    with HostileSerial(tmp_path / "printer") as again:
        till.see_all_printed()
        assert slips(again.mechanism, number) == (0, 1)


def test_a_printer_that_takes_a_slip_and_loses_it_gets_it_again_as_a_copy(peer: AnyPeer, till_at: Tills) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    with peer.lock:
        peer.mechanism.is_jammed = True
    number = till.sell()
    till.see_trouble(PrinterSilent)
    with peer.lock:
        peer.mechanism.power_cycle()
        peer.mechanism.is_jammed = False
    till.see_all_printed()
    assert slips(peer.mechanism, number) == (0, 1)


def test_noise_on_the_line_is_said_to_be_noise_and_confirms_nothing(peer: AnyPeer, till_at: Tills) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    peer.babble = b"login: root\r\nPassword: \x91\xfe" * 40
    till.see_trouble(PrinterGarbled)
    number = till.sell()
    peer.babble = b""
    till.see_all_printed()
    assert slips(peer.mechanism, number) in {(1, 0), (1, 1)}


def test_a_flood_of_automatic_status_keeps_no_processor_busy_and_loses_no_slip(peer: AnyPeer, till_at: Tills) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    peer.babble = b"\x10\x00\x00\x00" * 200
    number = till.sell()
    till.see_trouble(PrinterGarbled)
    peer.babble = b""
    till.see_all_printed()
    assert sum(slips(peer.mechanism, number)) >= 1
    assert slips(peer.mechanism, number)[0] <= 1


def test_last_nights_slip_stays_in_the_queue_until_somebody_wants_it(peer: AnyPeer, till_at: Tills) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    with peer.lock:
        peer.mechanism.is_silent = True
    number = till.sell()
    till.see_trouble(PrinterSilent)
    till.shop.clock.forward(hours=9)
    with peer.lock:
        peer.mechanism.is_silent = False
    assert till.see(lambda view: view.error is None and view.queue.held).queue.held == 1
    assert slips(peer.mechanism, number) == (0, 0)
    till.loop.release_held()
    till.see_all_printed()
    assert slips(peer.mechanism, number) == (1, 0)


def test_a_slip_the_printer_finished_hours_later_counts_and_is_asked_of_nobody(peer: AnyPeer, till_at: Tills) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    with peer.lock:
        peer.mechanism.paper_left = 40
    number = till.sell()
    till.see_trouble(PaperOut)
    till.shop.clock.forward(hours=1)
    with peer.lock:
        peer.mechanism.paper_out = False
    till.see_all_printed()
    assert slips(peer.mechanism, number) == (1, 0), "the printer went on by itself"
    assert till.states() == [JobState.PRINTED]


def test_a_slip_nobody_saw_comes_once_more_when_a_person_asks(peer: AnyPeer, till_at: Tills) -> None:
    peer.mechanism.answers_behind = False
    till = till_at(peer.address)
    number = till.sell()
    till.see_trouble(PrinterSilent)
    till.shop.clock.forward(hours=1)
    till.see(lambda view: view.queue.held == 1)
    peer.mechanism.answers_behind = True
    till.loop.release_held()
    till.see_all_printed()
    assert slips(peer.mechanism, number) == (1, 1)


def test_the_next_customers_slip_is_not_confirmed_by_the_answer_behind_the_last_one(
    peer: AnyPeer, till_at: Tills
) -> None:
    till = till_at(peer.address)
    till.see_all_printed()
    with peer.lock:
        peer.mechanism.is_jammed = True
    till.sell()
    till.see_trouble(PrinterSilent)
    till.shop.clock.forward(seconds=121)
    till.sell()
    till.see(lambda view: view.queue.waiting == 2)
    wait_until(lambda: peer.mechanism.waits_for(2))
    with peer.lock:
        peer.mechanism.is_jammed = False
        peer.mechanism.paper_left = till.length_of(0) + 40
    till.see_trouble(PaperOut)
    assert not till.printer.came_out(till.jobs()[1].job_id), "what is in the printer is not on paper"
    assert till.states()[1] is JobState.WAITING
    with peer.lock:
        peer.mechanism.paper_out = False
    till.see(lambda view: view.error is None and view.queue.waiting == view.queue.held == 1)
    assert till.states() == [JobState.WAITING, JobState.PRINTED]


def test_a_slow_slip_is_said_to_be_under_way(peer: AnyPeer, till_at: Tills, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_loop, "BUSY_AFTER_SECONDS", 0.05)
    till = till_at(peer.address, patience=Patience(answer=SOON, look=0.1))
    till.see_all_printed()
    with peer.lock:
        peer.mechanism.is_jammed = True
    number = till.sell()
    till.see(lambda view: view.status is None and view.error is None)
    with peer.lock:
        peer.mechanism.is_jammed = False
    till.see_all_printed()
    assert slips(peer.mechanism, number) == (1, 0)


def test_looking_at_a_printer_that_reads_a_byte_at_a_time_does_not_keep_it_from_ever_catching_up(
    till_at: Tills,
) -> None:
    with HostileTcp() as peer:
        till = till_at(peer.address, patience=Patience(status=0.2, answer=1.0, look=0.1, ask_again=1.0))
        till.see_all_printed()
        peer.reads_a_turn = 1
        number = till.sell()
        till.see_trouble(PrinterSilent)
        peer.reads_a_turn = 20
        till.see_all_printed()
        assert slips(peer.mechanism, number)[0] == 1


def test_a_place_where_nobody_answers_is_unreachable(till_at: Tills) -> None:
    nowhere = Blackhole()
    till = till_at(nowhere.address)
    till.sell()
    assert isinstance(till.see_trouble(PrinterUnreachable), PrinterUnreachable)
    till.loop.stop(0.1)
    nowhere.close()


def test_bytes_that_only_the_kernel_took_are_no_slip(till_at: Tills) -> None:
    with HostileTcp() as peer:
        peer.reads_a_turn = 0
        till = till_at(peer.address, Confirm.WRITTEN)
        till.see(lambda view: view.error is None)
        job = b"U" * 300_000
        with pytest.raises(WriteStalled) as stalled:
            till.printer.print_job(job, "long")
        assert stalled.value.sent is True
        peer.reads_a_turn = 4096
        number = till.sell()
        wait_until(lambda: slips(peer.mechanism, number) == (1, 0))
        assert peer.mechanism.printed.count(b"U") < len(job), "the rest of the long one was taken back"


@pytest.mark.parametrize("fault", ["is_jammed", "is_silent", "paper_out"])
def test_a_till_leaves_in_a_moment_whatever_its_printer_does(
    peer: AnyPeer, till_at: Tills, fault: str, member: Member
) -> None:
    till = till_at(peer.address, patience=Patience(status=60.0, answer=60.0, look=60.0))
    till.see_all_printed()
    with peer.lock:
        setattr(peer.mechanism, fault, True)
    number = till.sell()
    wait_until(lambda: peer.mechanism.was_asked.is_set() or peer.heard > 0)
    till.loop.stop(0.1)
    assert not till.loop._thread.is_alive()
    with peer.lock:
        setattr(peer.mechanism, fault, False)
    again = Till(till.shop, member, EscposPrinter(transport_to(parse_address(peer.address)), patience=QUICK))
    again.loop.start()
    again.see_all_printed()
    again.loop.stop()
    originals, copies = slips(peer.mechanism, number)
    assert originals <= 1
    assert originals + copies >= 1
