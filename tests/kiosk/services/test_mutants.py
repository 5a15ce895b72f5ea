"""One mutant for each safety check: the random days must notice every one of them, or the check is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from kiosk.model import journal, shifts
from kiosk.services import cash, pay, recording, top_up, void
from kiosk.services.acts import Done
from ledger import wire
from ledger.accounts import Tender
from tests.kiosk.services.machine import CounterMachine

Patch = Callable[[pytest.MonkeyPatch], None]


def forget_what_was_recorded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(journal, "find", lambda _store, _entry_id: None)


def answer_whatever_the_id_was_used_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(recording, "_first_answer", lambda _counter, known, _asked: Done(known, None, repeated=True))


def record_a_repetition_as_new(patch: pytest.MonkeyPatch) -> None:
    really = recording.record

    def anew(counter: Any, act: Any, *rest: Any) -> Any:
        return really(counter, replace(act, entry_id=counter.mint()), *rest)

    for service in (cash, pay, top_up, void):
        patch.setattr(service, "record", anew)


def leave_the_purse_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(journal, "_move_purse", lambda _store, _key, _delta: None)


def move_the_purse_twice(patch: pytest.MonkeyPatch) -> None:
    really = journal._move_purse

    def twice(store: Any, key: Any, delta: int) -> None:
        really(store, key, delta)
        if delta > 0:
            really(store, key, delta)

    patch.setattr(journal, "_move_purse", twice)


def forget_the_bonus(patch: pytest.MonkeyPatch) -> None:
    really = top_up._postings
    patch.setattr(top_up, "_postings", lambda *asked: really(*asked)[:1])


def book_the_cash_given_instead_of_the_cash_kept(patch: pytest.MonkeyPatch) -> None:
    really = pay._postings

    def gross(counter: Any, asked: pay.Payment, offered: pay.PayQuote) -> Any:
        if asked.rest_tender is Tender.CASH and offered.terms.rest_minor:
            given = replace(offered.terms, rest_minor=asked.tendered_minor)
            offered = replace(offered, bill=replace(offered.bill, spend=given))
        return really(counter, asked, offered)

    patch.setattr(pay, "_postings", gross)


def hand_change_without_counting(patch: pytest.MonkeyPatch) -> None:
    really = pay._change

    def generous(asked: pay.Payment, rest_minor: int) -> int:
        return really(replace(asked, rest_tender=asked.rest_tender or Tender.CASH, tendered_minor=10**9), rest_minor)

    patch.setattr(pay, "_change", generous)


def take_stored_value_that_is_not_there_in_cash(patch: pytest.MonkeyPatch) -> None:
    really = pay.quote_at

    def lenient(counter: Any, programme: Any, bill: pay.Bill, moment: Any, *, withheld: bool) -> Any:
        everything = replace(bill, stored_minor=None)
        held = really(counter, programme, everything, moment, withheld=withheld).terms.stored_minor
        least = replace(bill, stored_minor=min(bill.stored_minor or 0, held))
        return really(counter, programme, least, moment, withheld=withheld)

    patch.setattr(pay, "quote_at", lenient)


def void_by_doing_it_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(void, "mirror", lambda original: original.postings)


def void_without_looking(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(void, "_check", lambda _counter, _original, _shift_id: None)


def let_the_drawer_owe(patch: pytest.MonkeyPatch) -> None:
    for service in (cash, void):
        patch.setattr(service, "drawer_cash", lambda _counter, _shift: 10**9)


def call_a_shortage_a_surplus(patch: pytest.MonkeyPatch) -> None:
    from kiosk.services import shifts as service  # noqa: PLC0415 - the model's module of the same name stands above

    really = service.close_shift

    def flattering(*asked: Any) -> Any:
        closed = really(*asked)
        return replace(closed, over_short_minor=abs(closed.over_short_minor))

    patch.setattr(service, "close_shift", flattering)


def close_the_day_over_open_tills(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(shifts, "open_shifts", lambda _store: [])


def break_the_chain(patch: pytest.MonkeyPatch) -> None:
    def loose(box: str, epoch: int, sequence: int, _previous: bytes | None, body: bytes) -> wire.JournalRow:
        return wire.chain(box, epoch, sequence, None, body)

    patch.setattr(journal, "chain", loose)


MUTANTS: tuple[Patch, ...] = (
    forget_what_was_recorded,
    answer_whatever_the_id_was_used_for,
    record_a_repetition_as_new,
    leave_the_purse_alone,
    move_the_purse_twice,
    forget_the_bonus,
    book_the_cash_given_instead_of_the_cash_kept,
    hand_change_without_counting,
    take_stored_value_that_is_not_there_in_cash,
    void_by_doing_it_again,
    void_without_looking,
    let_the_drawer_owe,
    call_a_shortage_a_surplus,
    close_the_day_over_open_tills,
    break_the_chain,
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_the_random_days_notice(mutant: Patch, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant(monkeypatch)
    hunt = settings(
        max_examples=300,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    with pytest.raises(BaseException) as noticed:  # noqa: PT011 - whichever promise breaks first
        run_state_machine_as_test(CounterMachine, settings=hunt)
    assert not isinstance(noticed.value, (KeyboardInterrupt, SystemExit))
