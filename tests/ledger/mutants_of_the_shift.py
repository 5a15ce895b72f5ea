"""Mutants of corrections and of the shift."""

from __future__ import annotations

from typing import Final

from ledger import corrections
from ledger.rules import shift
from tests.ledger import laws_of_the_shift
from tests.ledger.mutant import Change, breaking, getter

MUTANTS: Final = (
    *breaking(
        laws_of_the_shift.a_void_leaves_every_balance_as_if_the_original_had_never_been,
        Change("a void repeats its original", corrections.mirror, "posting.mirrored()", "posting"),
        Change(
            "a void forgets the last posting",
            corrections.mirror,
            "reversed(original.postings)",
            "reversed(original.postings[:1])",
        ),
    ),
    *breaking(
        laws_of_the_shift.an_entry_is_reversed_at_most_once_and_only_in_its_shift,
        Change("a void is voided", corrections.check_void, "if original.kind not in VOIDABLE:", "if False:"),
        Change("an entry is reversed twice", corrections.check_void, "if reversal_id is not None:", "if False:"),
        Change(
            "a closed shift is voided into",
            corrections.check_void,
            "if original.shift_id != open_shift_id:",
            "if False:",
        ),
    ),
    *breaking(
        laws_of_the_shift.a_top_up_that_was_spent_from_is_not_voided_until_the_payment_is,
        Change(
            "a top-up is voided after it was spent from",
            corrections.check_void,
            "if any(purse.get(key, 0) + delta < 0 for key, delta in undone.items()):",
            "if False:",
        ),
    ),
    *breaking(
        laws_of_the_shift.the_figures_of_a_shift_are_what_its_standing_entries_say,
        Change(
            "voids are not taken off",
            shift.ShiftFold.take,
            "self._voided += flows_of(_original(entry, self._originals))",
            "pass",
        ),
        Change(
            "the bonus spent is reported as principal",
            shift._spend_flows,
            "spent_bonus_minor=-bonus",
            "spent_bonus_minor=-principal",
        ),
        Change("every tender is reported as cash", shift._moved_values, "taken[tender[1]]", "taken[Tender.CASH]"),
        Change(
            "the bonus of top-ups is left out", shift._top_up_flows, "top_up_bonus_minor=bonus", "top_up_bonus_minor=0"
        ),
        Change(
            "two shifts' bonuses do not add up",
            shift.Flows.__add__,
            "self.top_up_bonus_minor + other.top_up_bonus_minor",
            "self.top_up_bonus_minor",
        ),
    ),
    *breaking(
        laws_of_the_shift.the_drawer_holds_what_is_expected_x_equals_z_and_closing_empties_it,
        Change(
            "the float is not expected back",
            shift.ShiftFold.figures,
            "self._float_minor + (self._done - self._voided).cash_minor",
            "(self._done - self._voided).cash_minor",
        ),
        Change(
            "the closing itself changes what was expected",
            shift.ShiftFold.take,
            "self._closings.append(entry)",
            "self._closings.append(entry); self._cash_minor += _cash_in(entry)",
        ),
        Change("drops stay in the drawer's sum", getter(shift.Flows, "cash_minor"), " - self.drop.minor", ""),
        Change(
            "paid out is added to the drawer",
            getter(shift.Flows, "cash_minor"),
            "- self.paid_out.minor",
            "+ self.paid_out.minor",
        ),
    ),
)
