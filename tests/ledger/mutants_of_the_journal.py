"""Mutants of entries, bytes, chain, balances and purses."""

from __future__ import annotations

from typing import Final

from ledger import accounts, balances, entries, purses, wire
from tests.ledger import laws_of_the_journal
from tests.ledger.mutant import Change, breaking

MUTANTS: Final = (
    *breaking(
        laws_of_the_journal.a_posting_an_entry_and_a_lot_that_make_no_sense_cannot_be_written_down,
        Change(
            "a posting of nothing is written down",
            entries.Posting.__post_init__,
            "0 < self.amount_minor",
            "0 <= self.amount_minor",
        ),
        Change(
            "a posting moves value from an account to itself",
            entries.Posting.__post_init__,
            "self.debit != self.credit",
            "True",
        ),
        Change(
            "a posting of a float is written down",
            entries.Posting.__post_init__,
            "isinstance(self.amount_minor, int)",
            "True",
        ),
        Change("a lot is given away unpaid", entries.Lot.__post_init__, "self.paid_minor > 0", "True"),
        Change(
            "a lot is sold to somebody else",
            entries.Entry.__post_init__,
            "lot.member_id == self.member_id",
            "True",
        ),
    ),
    *breaking(
        laws_of_the_journal.what_the_wire_cannot_say_exactly_is_refused_however_deep,
        Change(
            "floats are let onto the wire",
            wire._refuse_unfit,
            "isinstance(item, (str, int))",
            "isinstance(item, (str, int, float))",
        ),
        Change(
            "only the top level of the facts is looked at",
            wire._refuse_unfit,
            "for value in item.values()",
            "for value in (item.values() if item is content else ())",
        ),
    ),
    *breaking(
        laws_of_the_journal.two_entries_never_share_their_bytes_and_two_bytes_never_share_their_entry,
        Change(
            "bytes that nobody would write are read",
            wire.decode_entry,
            "same = encode_entry(entry) == body",
            "same = True",
        ),
    ),
    *breaking(
        laws_of_the_journal.a_field_of_the_wrong_kind_is_unreadable,
        Change("numbers pass for names on the wire", wire._text, "if not isinstance(value, str):", "if False:"),
        Change("true passes for an amount on the wire", wire._whole, "isinstance(value, bool) or", ""),
    ),
    *breaking(
        laws_of_the_journal.an_entry_comes_back_from_the_wire_as_it_went,
        Change("the approver is not written", wire.encode_entry, '"approver": entry.approver', '"approver": None'),
    ),
    *breaking(
        laws_of_the_journal.a_row_rewritten_with_a_fresh_hash_breaks_the_row_after_it,
        Change("the row's hash leaves out the row before", wire.row_hash, "+ previous_hash", ""),
        Change("the link to the row before is not checked", wire.check_chain, "row.previous_hash != previous", "False"),
    ),
    *breaking(
        laws_of_the_journal.the_hash_of_a_row_covers_epoch_place_the_row_before_and_content,
        Change("the row's hash leaves out its place", wire.row_hash, "place + previous_hash", "previous_hash"),
        Change("a new epoch begins like the old", wire.genesis_hash, "{epoch}", ""),
    ),
    *breaking(
        laws_of_the_journal.a_journal_that_skips_a_number_is_broken_there_although_every_hash_holds,
        Change("a gap in the sequence is accepted", wire.check_chain, "row.sequence != count + 1", "False"),
    ),
    *breaking(
        laws_of_the_journal.a_flipped_bit_in_any_row_breaks_the_chain_there,
        Change("the row's hash leaves out its content", wire.row_hash, "+ body", ""),
        Change(
            "the row's own hash is not checked",
            wire.check_chain,
            "row.hash != row_hash(row.epoch, row.sequence, row.previous_hash, row.body)",
            "False",
        ),
    ),
    *breaking(
        laws_of_the_journal.a_journal_passes_for_no_other_box_and_no_other_epoch,
        Change("every box begins alike", wire.genesis_hash, "{box}", ""),
    ),
    *breaking(
        laws_of_the_journal.debits_and_credits_are_equal_for_each_asset,
        Change("credits are not counted", balances.fold_balances, "-= posting.amount_minor", "-= 0"),
    ),
    *breaking(
        laws_of_the_journal.a_mirrored_posting_undoes_it_and_twice_mirrored_is_itself,
        Change(
            "a mirror is the posting itself",
            entries.Posting.mirrored,
            "self.credit, self.debit",
            "self.debit, self.credit",
        ),
        Change("assets are mixed in a balance", entries.Posting.mirrored, ", self.asset", ""),
    ),
    *breaking(
        laws_of_the_journal.a_purse_moves_by_what_its_accounts_are_credited_less_debited,
        Change(
            "a purse grows when it is debited",
            purses.purse_deltas,
            "0) - posting.amount_minor",
            "0) + posting.amount_minor",
        ),
    ),
    *breaking(
        laws_of_the_journal.a_purse_takes_a_change_whole_or_not_at_all_and_never_goes_below_zero,
        Change("a purse goes below zero", purses.apply_deltas, "if held + delta < 0:", "if False:"),
        Change(
            "a refused change is half applied",
            purses.apply_deltas,
            "        held = purse.get(key, 0)\n",
            "        held = purse.get(key, 0)\n        purse[key] = held\n",
        ),
    ),
    *breaking(
        laws_of_the_journal.an_account_of_a_purse_or_a_till_names_it_again,
        Change("a till of one tender passes for another's", accounts.till_account, "tender.value", "'cash'"),
    ),
)
