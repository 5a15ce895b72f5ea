"""Lives of boxes through everything people do to them in the wrong order."""

from __future__ import annotations

import pytest

from headoffice.errors import BoxAlive, ClaimWindowOpen, CodeRefused, DeedRefused, LifeUnknown, SamePerson
from headoffice.store.database import Database
from kiosk.model import purses
from ledger.protocol.messages import Enrol
from tests.headoffice.chain import BOSS, OTHER_PERSON, Chain


def test_fencing_meets_the_life_that_stands_and_voids_an_enrolment_that_waits(database: Database) -> None:
    with Chain(database) as chain:
        box = chain.box("xuhui-1", "xuhui")
        box.top_up(box.enrol())
        chain.sync()
        code = chain.office.deeds.new_code("xuhui-1", "xuhui", "recover", BOSS)
        pending = chain.office.enrol(Enrol(code, "11" * 32))
        assert chain.office.deeds.fence("xuhui-1", BOSS) == 1
        with pytest.raises(DeedRefused):
            chain.office.deeds.confirm_box("xuhui-1", pending.epoch, BOSS)
        assert chain.release(box) == 35_000


def test_an_enrolment_nobody_confirmed_gives_way_to_the_next(database: Database) -> None:
    with Chain(database) as chain:
        box = chain.box("xuhui-1", "xuhui")
        box.top_up(box.enrol())
        chain.sync()
        codes = [chain.office.deeds.new_code("xuhui-1", "xuhui", "recover", BOSS) for _ in range(2)]
        pending = [chain.office.enrol(Enrol(code, "11" * 32)) for code in codes]
        assert [(answer.epoch, answer.first) for answer in pending] == [(2, 4), (3, 4)]
        recovered = chain.recover(box)
        assert recovered.epoch == 4
        assert purses.total(recovered.store) == 35_000


def test_a_living_box_is_not_replaced_and_a_dead_one_not_recovered(database: Database) -> None:
    with Chain(database) as chain:
        chain.box("xuhui-1", "xuhui")
        with pytest.raises(BoxAlive):
            chain.office.deeds.new_code("xuhui-1", "xuhui", "replace", BOSS)
        chain.office.deeds.fence("xuhui-1", BOSS)
        for purpose in ("recover", "borrow"):
            with pytest.raises(DeedRefused):
                chain.office.deeds.new_code("xuhui-1", "xuhui", purpose, BOSS)
        with pytest.raises(DeedRefused):
            chain.office.deeds.new_code("xuhui-1", "jingan", "replace", BOSS)
        with pytest.raises(DeedRefused):
            chain.office.deeds.fence("xuhui-1", BOSS)


def test_a_code_lets_one_key_in_once_and_not_for_ever(database: Database) -> None:
    with Chain(database) as chain:
        deeds = chain.office.deeds
        code = deeds.new_code("xuhui-1", "xuhui", "new", BOSS)
        first = chain.office.enrol(Enrol(code, "11" * 32))
        spelled = "-".join((code[:4], code[4:8], code[8:])).lower()
        assert chain.office.enrol(Enrol(spelled, "11" * 32)) == first
        with pytest.raises(CodeRefused) as used:
            chain.office.enrol(Enrol(code, "22" * 32))
        late = deeds.new_code("xuhui-2", "xuhui", "new", BOSS)
        chain.clock.forward(days=4)
        with pytest.raises(CodeRefused) as expired:
            chain.office.enrol(Enrol(late, "33" * 32))
        assert (used.value.reason, expired.value.reason) == ("used", "expired")


def test_a_release_takes_two_people_and_the_claim_window(database: Database) -> None:
    with Chain(database) as chain:
        box = chain.box("xuhui-1", "xuhui")
        box.top_up(box.enrol())
        chain.sync()
        deeds = chain.waiting(days=7)
        deeds.fence("xuhui-1", BOSS)
        with pytest.raises(DeedRefused):
            deeds.confirm_release("xuhui-1", OTHER_PERSON)
        deeds.propose_release("xuhui-1", BOSS)
        chain.clock.forward(days=6)
        with pytest.raises(ClaimWindowOpen):
            deeds.confirm_release("xuhui-1", OTHER_PERSON)
        chain.clock.forward(days=2)
        with pytest.raises(SamePerson):
            deeds.confirm_release("xuhui-1", BOSS)
        assert deeds.confirm_release("xuhui-1", OTHER_PERSON) == 35_000
        with pytest.raises(DeedRefused):
            deeds.confirm_release("xuhui-1", OTHER_PERSON)


@pytest.mark.parametrize("state", ["pending", "fenced", "forked", "closed", "released"])
def test_a_life_that_may_not_speak_is_told_nothing_of_anybody(database: Database, state: str) -> None:
    with Chain(database) as chain:
        box, other = chain.box("xuhui-1", "xuhui"), chain.box("jingan-1", "jingan")
        member = other.enrol()
        other.top_up(member)
        chain.sync()
        with database.write() as tx:
            tx.execute("UPDATE life SET state = ? WHERE box = 'xuhui-1'", (state,))
        asked = box.engine.ask(box.counter.mint(), member.member_id, 100)
        answers = (
            chain.office.lookup("xuhui-1", 1, box.engine.lookup(code=member.code)),
            chain.office.ask("xuhui-1", 1, asked),
            chain.office.pull("xuhui-1", 1, box.engine.pull(0)),
        )
        assert [answer.items for answer in answers] == [(), (), ()]
        assert not answers[0].found
        with pytest.raises(LifeUnknown):
            chain.office.journal("xuhui-1", 1, 0)


def test_an_account_made_after_the_proposal_is_no_second_person(database: Database) -> None:
    with Chain(database) as chain:
        box = chain.box("xuhui-1", "xuhui")
        box.top_up(box.enrol())
        chain.sync()
        deeds = chain.office.deeds
        deeds.fence("xuhui-1", BOSS)
        deeds.propose_release("xuhui-1", BOSS)
        added = (
            chain.ids.mint(),
            BOSS,
            "add_person",
            '{"person": "Shadow", "role": "owner"}',
            "2026-11-20T01:00:00.000Z",
        )
        with database.write() as tx:
            tx.insert("act", ("id", "person_id", "what", "detail", "at"), [added])
        with pytest.raises(SamePerson):
            deeds.confirm_release("xuhui-1", "shadow")
        assert deeds.confirm_release("xuhui-1", OTHER_PERSON) == 35_000
