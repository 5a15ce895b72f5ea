"""Laws of entries, bytes, chain and balances: what was written is what is read, and everything adds up."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from hypothesis import strategies as st

from ledger.accounts import Instrument, PurseKey, Tender, member_account, purse_key, till_account, till_tender
from ledger.balances import fold_balances
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.errors import ChainBroken, PurseOverdrawn, WireUnreadable
from ledger.ids import EntryId
from ledger.money import CEILING_MINOR
from ledger.purses import apply_deltas, purse_deltas
from ledger.wire import JournalRow, canonical, chain, check_chain, decode_entry, encode_entry, genesis_hash, row_hash
from tests.ledger.book import Book
from tests.ledger.law import law

NAMES: Final = st.text("ab1:王", min_size=1, max_size=4)
FEN: Final = st.integers(1, CEILING_MINOR - 1)
MOMENTS: Final = st.integers(0, 4_000_000_000_000).map(
    lambda ms: datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
)
MEMBERS: Final = st.sampled_from(["m1", "m2"])
PURSE_KEYS: Final = st.builds(PurseKey, MEMBERS, st.sampled_from(["l1", "l2"]), st.sampled_from(Instrument))
ACCOUNTS: Final = (
    PURSE_KEYS.map(member_account)
    | st.builds(till_account, st.sampled_from("12"), st.sampled_from(Tender))
    | st.sampled_from(["sales:xuhui", "promotion:xuhui", "safe:xuhui"])
)


def _postings(minor: st.SearchStrategy[int] = FEN) -> st.SearchStrategy[list[Posting]]:
    two = st.lists(ACCOUNTS, min_size=2, max_size=2, unique=True)
    one = st.builds(
        lambda pair, fen, asset: Posting(pair[0], pair[1], fen, asset), two, minor, st.sampled_from(["CNY", "PTS"])
    )
    return st.lists(one, max_size=6)


PLAIN: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
FACTS: Final = st.dictionaries(st.text(max_size=4), PLAIN, max_size=4)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    member_id = draw(st.none() | NAMES)
    lot = st.builds(Lot, NAMES, st.just(member_id or ""), FEN, st.integers(0, 10**9), NAMES, NAMES)
    return Entry(
        entry_id=EntryId(draw(NAMES)),
        kind=draw(st.sampled_from(EntryKind)),
        store=draw(NAMES),
        box=draw(NAMES),
        till=draw(NAMES),
        cashier=draw(NAMES),
        occurred_at=draw(MOMENTS),
        recorded_at=draw(MOMENTS),
        business_date=draw(st.dates(date(2020, 1, 1))),
        programme_version=draw(NAMES),
        postings=tuple(draw(_postings())),
        lots=tuple(draw(st.lists(lot, max_size=2))) if member_id else (),
        member_id=member_id,
        shift_id=draw(st.none() | NAMES),
        approver=draw(st.none() | NAMES),
        reverses=draw(st.none() | NAMES.map(EntryId)),
        facts=draw(FACTS),
    )


def sold() -> Entry:
    """Return an entry with every field filled."""
    book = Book()
    book.open_shift()
    return replace(book.top_up(), reverses=EntryId("x"), approver="9001")


@law({"entry": sold()}, entry=entries())
def an_entry_comes_back_from_the_wire_as_it_went(entry: Entry) -> None:
    body = encode_entry(entry)
    assert decode_entry(body) == entry
    assert encode_entry(decode_entry(body)) == body


@law({"entry": sold()}, entry=entries())
def two_entries_never_share_their_bytes_and_two_bytes_never_share_their_entry(entry: Entry) -> None:
    body = encode_entry(entry)
    fields = json.loads(body)
    others = (
        b" " + body,
        body + b"\n",
        json.dumps(fields, ensure_ascii=False, separators=(",", ":"), sort_keys=True, indent=1).encode(),
        json.dumps(dict(reversed(fields.items())), ensure_ascii=False, separators=(",", ":")).encode(),
        body[:-1] + b',"v":1}',
        body[:-1] + b',"zz":null}',
        body.replace(b'"v":1', b'"v":1.0'),
        body.replace(b'"v":1', b'"v":true'),
        body.replace(b"Z", b"000Z"),
    )
    for other in others:
        assert other != body
        with pytest.raises(WireUnreadable):
            decode_entry(other)


@law(entry=entries(), place=st.integers(0, 10**6), byte=st.integers(0, 255))
def a_changed_byte_is_unreadable_or_another_entry(entry: Entry, place: int, byte: int) -> None:
    body = bytearray(encode_entry(entry))
    before = body[place % len(body)]
    body[place % len(body)] = byte
    try:
        changed = decode_entry(bytes(body))
    except WireUnreadable:
        return
    assert (changed == entry) == (before == byte)


@law(
    {"facts": {}, "key": "", "depth": 0},
    {"facts": {}, "key": "", "depth": 1},
    facts=FACTS,
    key=st.text(max_size=3),
    depth=st.integers(0, 3),
)
def what_the_wire_cannot_say_exactly_is_refused_however_deep(facts: dict[str, Any], key: str, depth: int) -> None:
    for unfit in (1.5, float("nan"), b"1", {1: "a number for a key"}, {"a set"}, date(2026, 1, 1)):
        buried: Any = unfit
        for level in range(depth):
            buried = [buried] if level % 2 else {key: buried}
        with pytest.raises(TypeError):
            encode_entry(replace(sold(), facts={**facts, "buried": buried}))


@law()
def a_float_in_received_facts_is_unreadable() -> None:
    body = encode_entry(replace(sold(), facts={"price": 15}))
    for unfit in (b"1.5", b"15.0", b"NaN", b"Infinity", b"1e1"):
        with pytest.raises(WireUnreadable):
            decode_entry(body.replace(b'"price":15', b'"price":' + unfit))


@law()
def a_field_of_the_wrong_kind_is_unreadable() -> None:
    fields = json.loads(encode_entry(sold()))
    wrong: dict[str, Any] = {
        "facts": [],
        "v": 2,
        "postings": [["a", "b", "CNY", True]],
        "lots": [["l", True, 0, "1", "h"]],
    }
    for name in fields:
        values: tuple[Any, ...] = (wrong.get(name, 7), {}, [[]], "\ud800")
        for value in values:
            changed = {**fields, name: value}
            if name == "facts" and value == {}:
                continue
            body = json.dumps(changed, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode()
            with pytest.raises(WireUnreadable):
                decode_entry(body)
        with pytest.raises(WireUnreadable):
            decode_entry(canonical({other: fields[other] for other in fields if other != name}))
    for body in (b"", b"[]", b"null", b"\xff", b"[" * 100_000):
        with pytest.raises(WireUnreadable):
            decode_entry(body)


def journal(bodies: list[bytes], box: str = "box-1", epoch: int = 1) -> list[JournalRow]:
    """Return the chained rows of a journal that holds these bytes."""
    rows: list[JournalRow] = []
    for sequence, body in enumerate(bodies, start=1):
        rows.append(chain(box, epoch, sequence, rows[-1].hash if rows else None, body))
    return rows


BODIES: Final = st.lists(st.binary(min_size=1, max_size=20), min_size=2, max_size=8)


@law(bodies=BODIES)
def a_journal_that_nobody_touched_holds(bodies: list[bytes]) -> None:
    rows = journal(bodies)
    assert check_chain(rows, "box-1", 1) == len(bodies)
    assert check_chain([], "box-1", 1) == 0


@law({"bodies": [b"a", b"b"], "place": 0, "bit": 0}, bodies=BODIES, place=st.integers(0, 7), bit=st.integers(0, 10**4))
def a_flipped_bit_in_any_row_breaks_the_chain_there(bodies: list[bytes], place: int, bit: int) -> None:
    rows = journal(bodies)
    row = rows[place % len(rows)]
    for field in ("body", "hash", "previous_hash"):
        content = bytearray(getattr(row, field))
        content[bit // 8 % len(content)] ^= 1 << bit % 8
        changed, other = list(rows), bytes(content)
        if field == "body":
            changed[place % len(rows)] = replace(row, body=other)
        elif field == "hash":
            changed[place % len(rows)] = replace(row, hash=other)
        else:
            changed[place % len(rows)] = replace(row, previous_hash=other)
        with pytest.raises(ChainBroken) as broken:
            check_chain(changed, "box-1", 1)
        assert broken.value.sequence == row.sequence


@law(bodies=BODIES, one=st.integers(0, 7), other=st.integers(0, 7))
def rows_moved_left_out_or_doubled_break_the_chain(bodies: list[bytes], one: int, other: int) -> None:
    rows = journal(bodies)
    one, other = one % len(rows), other % len(rows)
    swapped = list(rows)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    without = rows[:one] + rows[one + 1 :]
    doubled = [*rows[: one + 1], rows[one], *rows[one + 1 :]]
    for wrong in (swapped if one != other else without, without, doubled):
        if wrong == rows[:-1]:
            continue  # a cut end is seen only by whoever knows how long the journal was
        with pytest.raises(ChainBroken):
            check_chain(wrong, "box-1", 1)


@law(
    {"bodies": [b"a", b"b"], "place": 0, "body": b"c"},
    bodies=BODIES,
    place=st.integers(0, 7),
    body=st.binary(min_size=1, max_size=20),
)
def a_row_rewritten_with_a_fresh_hash_breaks_the_row_after_it(bodies: list[bytes], place: int, body: bytes) -> None:
    rows = journal(bodies)
    place %= len(rows) - 1
    row, following = rows[place], rows[place + 1]
    if body == row.body:
        return
    rewritten = replace(row, body=body, hash=row_hash(row.epoch, row.sequence, row.previous_hash, body))
    for relinked in (following, replace(following, previous_hash=rewritten.hash)):
        with pytest.raises(ChainBroken) as broken:
            check_chain([*rows[:place], rewritten, relinked, *rows[place + 2 :]], "box-1", 1)
        assert broken.value.sequence == following.sequence


@law(bodies=BODIES, place=st.integers(0, 7))
def a_row_left_out_breaks_the_chain_even_if_the_rest_is_renumbered(bodies: list[bytes], place: int) -> None:
    rows = journal([b"same", *bodies])
    place %= len(rows) - 1
    rest = [replace(row, sequence=row.sequence - 1) for row in rows[place + 1 :]]
    rest[0] = replace(rest[0], previous_hash=rows[place].previous_hash)
    with pytest.raises(ChainBroken):
        check_chain([*rows[:place], *rest], "box-1", 1)


@law(
    {"bodies": [b"a", b"b"], "place": 0, "skipped": 1},
    bodies=BODIES,
    place=st.integers(0, 7),
    skipped=st.integers(1, 3),
)
def a_journal_that_skips_a_number_is_broken_there_although_every_hash_holds(
    bodies: list[bytes], place: int, skipped: int
) -> None:
    rows: list[JournalRow] = []
    for count, body in enumerate(bodies):
        sequence = 1 + count + (skipped if count >= place % len(bodies) else 0)
        rows.append(chain("box-1", 1, sequence, rows[-1].hash if rows else None, body))
    with pytest.raises(ChainBroken) as broken:
        check_chain(rows, "box-1", 1)
    assert broken.value.reason == "sequence"


@law({"bodies": [b"a", b"b"]}, bodies=BODIES)
def a_journal_passes_for_no_other_box_and_no_other_epoch(bodies: list[bytes]) -> None:
    rows = journal(bodies)
    later = [replace(row, epoch=2) for row in rows]
    for wrong, box, epoch in ((rows, "box-2", 1), (rows, "box-1", 2), (later, "box-1", 2), (rows[1:], "box-1", 1)):
        with pytest.raises(ChainBroken):
            check_chain(wrong, box, epoch)


@law(
    {"epoch": 0, "sequence": 1, "previous": bytes(32), "body": b""},
    epoch=st.integers(0, 9),
    sequence=st.integers(1, 9),
    previous=st.binary(min_size=32, max_size=32),
    body=st.binary(),
)
def the_hash_of_a_row_covers_epoch_place_the_row_before_and_content(
    epoch: int, sequence: int, previous: bytes, body: bytes
) -> None:
    hashes = {
        row_hash(epoch, sequence, previous, body),
        row_hash(epoch + 1, sequence, previous, body),
        row_hash(epoch, sequence + 1, previous, body),
        row_hash(epoch, sequence, bytes(byte ^ 1 for byte in previous), body),
        row_hash(epoch, sequence, previous, body + b"0"),
        genesis_hash("box-1", epoch),
        genesis_hash("box-1", epoch + 1),
        genesis_hash("box-2", epoch),
    }
    assert len(hashes) == 8


@law({"postings": [Posting("member:m1:l1:principal", "till:1:cash", 1)]}, postings=_postings())
def debits_and_credits_are_equal_for_each_asset(postings: list[Posting]) -> None:
    balances = fold_balances(postings)
    for asset in ("CNY", "PTS"):
        assert sum(minor for (_, of), minor in balances.items() if of == asset) == 0
    turnover = sum(posting.amount_minor for posting in postings)
    debited = sum(
        p.amount_minor for (account, asset) in balances for p in postings if (p.debit, p.asset) == (account, asset)
    )
    assert turnover == debited


@law(
    {"postings": [Posting("member:m1:l1:principal", "till:1:cash", 1)]},
    {"postings": [Posting("member:m1:l1:principal", "member:m1:l1:bonus", 1, "PTS")]},
    postings=_postings(),
)
def a_mirrored_posting_undoes_it_and_twice_mirrored_is_itself(postings: list[Posting]) -> None:
    mirrored = [posting.mirrored() for posting in postings]
    assert not any(fold_balances([*postings, *mirrored]).values())
    assert [posting.mirrored() for posting in mirrored] == postings


@law({"postings": [Posting("member:m1:l1:principal", "till:1:cash", 1)]}, postings=_postings())
def a_purse_moves_by_what_its_accounts_are_credited_less_debited(postings: list[Posting]) -> None:
    money = [posting for posting in postings if posting.asset == "CNY"]
    owed = {key: -minor for (account, _), minor in fold_balances(money).items() if (key := purse_key(account))}
    assert purse_deltas(money) == {key: minor for key, minor in owed.items() if minor}


@law(
    {"purse": {}, "deltas": {PurseKey("m1", "l1", Instrument.PRINCIPAL): -1}},
    {
        "purse": {PurseKey("m1", "l1", Instrument.BONUS): 1},
        "deltas": {PurseKey("m1", "l1", Instrument.BONUS): -1, PurseKey("m1", "l1", Instrument.PRINCIPAL): -1},
    },
    purse=st.dictionaries(PURSE_KEYS, st.integers(0, 100), max_size=4),
    deltas=st.dictionaries(PURSE_KEYS, st.integers(-100, 100), max_size=4),
)
def a_purse_takes_a_change_whole_or_not_at_all_and_never_goes_below_zero(
    purse: dict[PurseKey, int], deltas: dict[PurseKey, int]
) -> None:
    before, wanted = dict(purse), {key: purse.get(key, 0) + deltas.get(key, 0) for key in {*purse, *deltas}}
    if min(wanted.values(), default=0) >= 0:
        apply_deltas(purse, deltas)
        assert purse == wanted
        return
    with pytest.raises(PurseOverdrawn) as refused:
        apply_deltas(purse, deltas)
    line = PurseKey(refused.value.member_id, refused.value.lot_id, Instrument(refused.value.instrument))
    assert wanted[line] == refused.value.held_minor - refused.value.asked_minor < 0
    assert purse == before


@law(
    {"key": PurseKey("m1", "l1", Instrument.PRINCIPAL)},
    key=st.builds(
        PurseKey,
        NAMES.map(lambda n: n.replace(":", "")),
        NAMES.map(lambda n: n.replace(":", "")),
        st.sampled_from(Instrument),
    ),
)
def an_account_of_a_purse_or_a_till_names_it_again(key: PurseKey) -> None:
    assert purse_key(member_account(key)) == key
    for tender in Tender:
        account = till_account("1", tender)
        assert till_tender(account) == ("1", tender)
        assert purse_key(account) is None
    assert till_tender(member_account(key)) is None


@law()
def a_posting_an_entry_and_a_lot_that_make_no_sense_cannot_be_written_down() -> None:
    for debit, credit, minor in (
        ("a", "a", 1),
        ("a", "b", 0),
        ("a", "b", -1),
        ("a", "b", CEILING_MINOR),
        ("a", "b", 1.0),
    ):
        with pytest.raises(AssertionError):
            Posting(debit, credit, minor)  # type: ignore[arg-type] # a float on purpose
    for paid, bonus in ((0, 100), (-1, 0), (100, -1)):
        with pytest.raises(AssertionError):
            Lot("l", "m", paid, bonus, "1", "h")
    entry = sold()
    for naive in ("occurred_at", "recorded_at"):
        with pytest.raises(AssertionError):
            replace(entry, **{naive: datetime(2026, 1, 1)})  # type: ignore[arg-type] # noqa: DTZ001 - naive on purpose
    with pytest.raises(AssertionError):
        replace(entry, member_id="somebody else")
