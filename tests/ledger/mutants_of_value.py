"""Mutants of lots, spending and topping up."""

from __future__ import annotations

from typing import Final

from ledger import lots
from ledger.rules import programme, spend, topup
from tests.ledger import laws_of_value
from tests.ledger.mutant import Change, breaking

MUTANTS: Final = (
    *breaking(
        laws_of_value.a_newer_lot_pays_nothing_while_an_older_one_holds_value,
        Change(
            "the newest lot pays first",
            lots.take_oldest_first,
            "for holding in holdings:",
            "for holding in reversed(holdings):",
        ),
        Change("a shortage is paid all the same", lots.take_oldest_first, "if take_minor > available:", "if False:"),
    ),
    *breaking(
        laws_of_value.what_remains_of_a_lot_keeps_its_ratio_to_half_a_fen_and_it_is_spent_to_the_last,
        Change(
            "the ratio is taken of the take, not of what remains",
            lots.take_from_holding,
            "target = half_up(remaining * holding.lot.paid_minor, holding.lot.total_minor)",
            "target = holding.principal_minor - half_up(take_minor * holding.lot.paid_minor, holding.lot.total_minor)",
        ),
        Change(
            "the bonus is spent last",
            lots.take_from_holding,
            "target = half_up(remaining * holding.lot.paid_minor, holding.lot.total_minor)",
            "target = remaining - holding.bonus_minor",
        ),
    ),
    *breaking(
        laws_of_value.a_take_is_exact_and_never_more_of_either_than_there_is,
        Change(
            "a take is not held to the principal there is",
            lots.take_from_holding,
            "min(target, holding.principal_minor, remaining)",
            "min(target, remaining)",
        ),
        Change(
            "a take is not held to the bonus there is",
            lots.take_from_holding,
            "max(remaining - holding.bonus_minor, ",
            "max(0, ",
        ),
    ),
    *breaking(
        laws_of_value.a_bill_is_paid_to_the_fen_and_a_named_part_is_kept_or_refused,
        Change(
            "a named stored part is quietly made smaller",
            spend.spend_terms,
            "if stored > available:",
            "stored = min(stored, available)\n    if False:",
        ),
        Change(
            "more stored value is taken than the bill",
            spend.spend_terms,
            "else min(stored_minor, due)",
            "else stored_minor",
        ),
        Change(
            "a bill of nothing is taken", spend.spend_terms, "if list_price_minor <= 0:", "if list_price_minor < 0:"
        ),
    ),
    *breaking(
        laws_of_value.a_top_up_gives_what_was_paid_and_the_bonus_of_the_highest_rung_reached,
        Change("the lowest rung counts", topup.top_up_terms, "rung = max(", "rung = min("),
        Change(
            "a rung's own amount does not reach it",
            topup.top_up_terms,
            "if r.pay_minor <= facts.paid_minor)",
            "if r.pay_minor < facts.paid_minor)",
        ),
        Change(
            "a rung is not valid on its first day", topup.valid_rungs, "rung.starts_on <= on", "rung.starts_on < on"
        ),
        Change("a rung never ends", topup.valid_rungs, "on <= rung.ends_on", "True"),
        Change(
            "the limit itself is refused",
            topup.check_limits,
            "amount_minor > limit.ceiling_minor",
            "amount_minor >= limit.ceiling_minor",
        ),
        Change("an anonymous card has a member's limit", topup._balance_limit, "if facts.registered:", "if True:"),
        Change("the cash limit is forgotten", topup._paid_limits, "if facts.tender is Tender.CASH", "if False"),
        Change("an amount off the ladder is sold", topup._check_amount, "not on_rung and", "False and"),
    ),
    *breaking(
        laws_of_value.a_percentage_bonus_is_rounded_half_up_to_the_member,
        Change(
            "a percentage bonus is cut off",
            topup.rung_bonus,
            "half_up(paid_minor * (rung.bonus_percent or 0), 100)",
            "paid_minor * (rung.bonus_percent or 0) // 100",
        ),
    ),
    *breaking(
        laws_of_value.a_member_who_may_hold_no_more_is_told_so_at_the_fen,
        Change(
            "a fen above the limit is accepted",
            topup.check_limits,
            "amount_minor > limit.ceiling_minor",
            "amount_minor > limit.ceiling_minor + 1",
        ),
        Change(
            "the bonus does not count towards the limit",
            topup.top_up_terms,
            "facts.paid_minor + bonus,",
            "facts.paid_minor,",
        ),
        Change(
            "what is held does not count towards the limit",
            topup.check_limits,
            "facts.balance_minor + credited_minor",
            "credited_minor",
        ),
    ),
    *breaking(
        laws_of_value.the_room_a_refusal_names_is_the_most_that_is_accepted,
        Change(
            "the room ignores the bonus", topup._paid_for_credit, "credited_minor - rung.bonus_minor", "credited_minor"
        ),
        Change("the room of a percentage is a fen short", topup._paid_for_credit, "+ 99)", "- 1)"),
    ),
    *breaking(
        laws_of_value.an_act_needs_approval_from_its_threshold_on,
        Change(
            "approval begins a fen too late",
            programme.Approvals.needed,
            "amount_minor >= least",
            "amount_minor > least",
        ),
    ),
)
