"""`headoffice verify`: the whole chain's books follow from the journals, whatever the chain went through."""

from __future__ import annotations

import secrets

import pytest

from headoffice.audit.countersign import signed_content
from headoffice.audit.verify import verify
from kiosk.model.members import Member
from ledger.protocol.shards import shard_of
from line.keys import COUNTERSIGN, SigningKey
from line.keys import verify as check
from tests.builders import OPENING
from tests.headoffice.chain import BOSS, Chain, ChainBox
from tests.headoffice.conftest import SHARDS


def test_an_empty_head_office_holds_nothing(chain: Chain) -> None:
    found = verify(chain.database)
    assert (found.lives, found.entries, found.issued_minor, found.free_minor) == (0, 0, 0, 0)


def test_every_fen_is_in_one_place(chain: Chain) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    member = a.enrol()
    a.top_up(member)
    a.void(a.top_up(member, 10_000))
    a.pay(member, 5_000)
    chain.sync()
    assert chain.bring(b, member, 10_000) == 10_000
    b.void(b.pay(member, 1_000))
    b.pay(member, 8_000)
    chain.sync()
    found = verify(chain.database)
    assert found.spent_minor == 13_000
    assert found.in_stores_minor + found.free_minor + found.in_flight_minor == found.issued_minor - 13_000


def test_a_recovered_box_runs_on_and_a_replaced_one_begins_anew(chain: Chain) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    member = a.enrol()
    a.top_up(member)
    chain.sync()
    image = chain.image(a)
    a.pay(member, 500)
    chain.sync()
    old = chain.put_back(a, image)
    chain.hello(old)
    a = chain.recover(old)
    a.pay(member, 300)
    chain.settle()
    chain.bring(b, member, 2_000)
    chain.sync()
    chain.office.deeds.fence("b", BOSS)
    suspended = verify(chain.database)
    assert suspended.suspense_minor == 2_000
    assert chain.release(b) == 2_000
    chain.box("b", "jingan", "replace")
    found = verify(chain.database)
    assert (found.suspense_minor, found.free_minor, found.spent_minor) == (0, 2_000, 800)
    assert found.lives == 4


def test_each_open_lifes_head_is_countersigned_once(chain: Chain) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    chain.sync(a, b)
    chain.office.deeds.fence("b", BOSS)
    signed: list[bytes] = []

    def sign(content: bytes) -> bytes:
        signed.append(content)
        return b"signature"

    assert verify(chain.database, sign, OPENING).countersigned == 1
    assert verify(chain.database, sign, OPENING).countersigned == 0
    with chain.database.read() as tx:
        row = tx.one("SELECT box, epoch, sequence, hash, signature FROM countersign")
    assert row is not None
    assert signed == [signed_content(row[0], row[1], row[2], bytes(row[3]))]
    assert bytes(row[4]) == b"signature"
    a.top_up(a.enrol())
    chain.sync(a)
    key = SigningKey.generate()
    assert verify(chain.database, key, OPENING).countersigned == 1
    with chain.database.read() as tx:
        rows = tx.rows("SELECT box, epoch, sequence, hash, signature FROM countersign ORDER BY sequence")
    box, epoch, sequence, head_hash, signature = rows[-1]
    check(key.public_bytes(), COUNTERSIGN, signed_content(box, epoch, sequence, bytes(head_hash)), bytes(signature))


@pytest.mark.parametrize("names", [("王五", "王五"), ("王五", "赵六")])
def test_a_merge_leaves_every_fen_where_it_was(chain: Chain, names: tuple[str, str]) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    first, second = a.enrol(names[0]), b.enrol(names[1])
    a.top_up(first, 10_000)
    b.top_up(second, 10_000)
    chain.sync()
    if names[0] != names[1]:
        chain.office.deeds.merge(second.member_id, first.member_id, BOSS)
    b.top_up(second, 5_000)
    chain.settle()
    before = verify(chain.database)
    assert chain.bring(a, first, 100_000) == before.issued_minor - 10_000 - 500
    chain.settle()
    assert verify(chain.database).issued_minor == before.issued_minor


def enrolled(box: ChainBox, shard: int) -> Member:
    """Enrol a member whose value is kept in a shard."""
    numbers = (f"138{secrets.randbelow(10**8):08}" for _ in iter(int, 1))
    members = (box.enrol(f"客人{number}", number) for number in numbers)
    return next(member for member in members if shard_of(member.member_id, SHARDS) == shard)


def test_value_sold_before_a_box_heard_of_a_merge_can_be_spent_elsewhere(chain: Chain) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    source, into = enrolled(a, 1), enrolled(a, 2)
    chain.sync()
    chain.meet(b, source)
    chain.office.deeds.merge(source.member_id, into.member_id, BOSS)
    b.top_up(source, 10_000)
    chain.settle()
    assert chain.bring(a, into, 10_500) == 10_500
    verify(chain.database)


def test_value_goes_along_when_a_record_is_merged_twice(chain: Chain) -> None:
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    source, between, into = enrolled(a, 1), enrolled(a, 1), enrolled(a, 2)
    a.top_up(source, 10_000)
    chain.sync()
    chain.meet(b, source)
    chain.ask(b, source, 10_500)
    chain.sync(a)
    chain.office.deeds.merge(source.member_id, between.member_id, BOSS)
    chain.office.deeds.merge(between.member_id, into.member_id, BOSS)
    found = verify(chain.database)
    assert (found.free_minor, found.in_stores_minor) == (10_500, 0)
    chain.meet(b, into)
    assert chain.ask(b, into, 10_500) == 10_500
