"""A small book with an entry of every kind there is: money, points, coupons, draws, families, imports, reprints, voids."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from kiosk.model import journal, print_queue
from kiosk.services import cards, cash, enrol, family, gift, pay, reports, reprint, shifts, tag_member, void
from kiosk.services.close_day import close_day
from kiosk.services.errors import ServiceError
from kiosk.services.opening import Batch, OpeningRow, open_balances, totals_of
from kiosk.services.opening_members import OldMember
from kiosk.services.opening_revert import revert_import
from kiosk.services.values import Member
from ledger.entries import Entry, EntryKind, Lot, Posting
from ledger.errors import LedgerError
from ledger.family import FamilyAction, Limits
from ledger.rules.programme import ApprovedAct
from ledger.rules.promises import FamilyPolicy
from tests.builders import MANAGER, Shop, open_shop
from tests.kiosk.model.books import TERMS_HASH, Books
from tests.kiosk.services.promising import PROMISES, claims, exchanges, give_points, promise, sells, uses


def every_kind(folder: Path) -> Path:
    """Write the book into a folder, close it and return its path."""
    shop = open_shop(folder)
    promise(shop.counter, replace(PROMISES, family=FamilyPolicy(most_members=3, per_month_minor=80_000)))
    move_in(shop)
    shop.open_shift()
    member, friend = shop.enrol(), shop.enrol("王朋", "13912341234")
    sell_and_undo(shop, member)
    keep_promises(shop, member, friend)
    share_a_pot(shop, member, friend)
    hand_out_cards(shop, friend)
    move_cash(shop)
    come_and_go(shop, member, friend)
    close(shop)
    shop.counter.store.close()
    return shop.path


def sell_and_undo(shop: Shop, member: Member) -> None:
    """Top up, pay, void, reprint, and be refused."""
    topped_up = shop.top_up(member).recorded.entry.entry_id
    shop.pay(member, 3_050)
    paid = shop.pay(member, 12_000).done.recorded.entry.entry_id
    void.void(shop.counter, shop.approved(ApprovedAct.VOID), paid)
    for _ in range(2):
        reprint.reprint(shop.counter, shop.approved(ApprovedAct.REPRINT), topped_up)
    with contextlib.suppress(ServiceError, LedgerError):
        pay.pay(shop.counter, shop.act(), pay.Payment(member.member_id, 99_000, 99_000))


def keep_promises(shop: Shop, member: Member, friend: Member) -> None:
    """Points, coupons, visits, draws, the mall, a gift."""
    give_points(shop, member, 200)
    sells(shop, member)
    uses(shop, member, units=2)
    gift.give(shop.counter, shop.act(), gift.Gift(member.member_id, friend.code, "VISIT:wash", 3))
    exchanges(shop, member, "cake", 30)
    for _ in range(2):
        claims(shop, member, "spin", digits="88")
    tagging = tag_member.Tagging(member.member_id, ("vip",), ())
    tag_member.tag_member(shop.counter, shop.act(), tagging)
    tag_member.tag_member(shop.counter, shop.act(), replace(tagging, add=("tea",), remove=("vip",)))


def share_a_pot(shop: Shop, owner: Member, child: Member) -> None:
    """A family, a person of it who pays, and one who leaves."""
    formed = family.Change(FamilyAction.FORMED, owner.member_id, "", "")
    family.change(shop.counter, shop.act(), formed)
    joined = family.Change(FamilyAction.JOINED, owner.member_id, child.code, limits=Limits(per_day_minor=5_000))
    family.change(shop.counter, shop.act(), joined)
    pay.pay(shop.counter, shop.act(), pay.Payment(owner.member_id, 700, 700, person=child.member_id))


def move_in(shop: Shop) -> None:
    """An import that stays, and one that was taken back."""
    bring(shop, "8000124")
    revert_import(shop.counter, MANAGER, bring(shop, "8000125").batch_id)


def bring(shop: Shop, number: str) -> Batch:
    """Import one member's balances."""
    row = OpeningRow(2, OldMember(old_number=number), 20_000, 3_000, 150)
    batch = Batch(shop.counter.mint(), "会员.xlsx", "ab" * 32, totals_of(row))
    open_balances(shop.counter, MANAGER, batch, lambda: (row,))
    return batch


def hand_out_cards(shop: Shop, member: Member) -> None:
    """An anonymous card, and a member's card that is blocked, found, and replaced."""
    enrol.enrol_anonymous(shop.counter, shop.act())
    card = cards.issue_card(shop.counter, shop.approved(ApprovedAct.CARD_ISSUE), member.member_id).card
    cards.block_card(shop.counter, shop.act(), card.code)
    cards.unblock_card(shop.counter, shop.approved(ApprovedAct.CARD_UNBLOCK), card.code)
    cards.replace_card(shop.counter, shop.approved(ApprovedAct.CARD_REPLACE), card.code)


def move_cash(shop: Shop) -> None:
    """Cash in and out, an opened drawer, and a report on paper that is no entry."""
    for kind in (EntryKind.PAID_IN, EntryKind.PAID_OUT, EntryKind.DROP, EntryKind.NO_SALE):
        act = shop.approved(cash.CASH_KINDS[kind][0])
        cash.move_cash(shop.counter, act, kind, 0 if kind is EntryKind.NO_SALE else 900, "零钱")
    shift = shifts.current(shop.counter)
    assert shift is not None
    reports.print_report(shop.counter, reports.x_report(shop.counter, shift.shift_id))


class BooksInForce(Books):
    """Books whose entries name the programme in force."""

    def entry(self, kind: EntryKind, *postings: Posting, **more: object) -> Entry:
        """Return an entry that is not written yet."""
        latest = journal.recent(self.store, 1)[0].entry
        return super().entry(kind, *postings, **{"programme_version": latest.programme_version} | more)


def come_and_go(shop: Shop, member: Member, friend: Member) -> None:
    """What head office sends and takes: a grant, a return, a merge; and the entry of a restored book."""
    books = BooksInForce(shop.path, shop.counter.store)
    lot = Lot("granted", member.member_id, 5_000, 500, "2026-11", TERMS_HASH)
    books.granted(member.member_id, lot, 5_000, 500)
    books.returned(member.member_id, "granted", 1_000)
    books.granted("another record", replace(lot, lot_id="merged", member_id="another record"), 700)
    books.merged("another record", friend.member_id)
    write_as_told(shop, books, EntryKind.LAPSED)
    write_as_told(shop, books, EntryKind.RESTORED)


def write_as_told(shop: Shop, books: Books, kind: EntryKind) -> Entry:
    """An entry of a kind that moves nothing here."""
    like = journal.recent(shop.counter.store, 1)[0].entry
    entry = replace(like, entry_id=shop.counter.mint(), kind=kind, postings=(), lots=(), member_id=None, facts={})
    return books.write(entry).entry


def close(shop: Shop) -> None:
    """Slips of every state, the shift and the day closed, and the next day begun."""
    store = shop.counter.store
    with store.write():
        jobs = print_queue.waiting(store, "1")
        print_queue.mark_printed(store, jobs[0].job_id, shop.clock.now(), "answer")
        print_queue.mark_sending(store, jobs[1].job_id)
        print_queue.drop(store, jobs[2].job_id)
    shifts.close_shift(shop.counter, shop.act(), 80_000)
    close_day(shop.counter, shop.approved(ApprovedAct.DAY_CLOSE))
    shop.clock.forward(days=1)
    shop.open_shift()
