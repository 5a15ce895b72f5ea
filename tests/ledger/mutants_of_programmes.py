"""Mutants of programme files and their clauses."""

from __future__ import annotations

from typing import Final

from ledger.rules import clauses, pack, reading
from tests.ledger import laws_of_programmes
from tests.ledger.mutant import Change, breaking

MUTANTS: Final = (
    *breaking(
        laws_of_programmes.a_ladder_loads_exactly_if_no_day_offers_two_bonuses_for_one_amount,
        Change("two rungs may share the day they meet", pack._check_apart, "if starts <= ends:", "if starts < ends:"),
        Change("only neighbouring rungs are compared", pack._ladder, "in read[:place]", "in read[place - 1 : place]"),
        Change("a rung may end before it starts", pack._rung, "rung.ends_on < rung.starts_on", "False"),
        Change(
            "a ladder stays as it was written",
            pack._ladder,
            "rungs = sorted(",
            "rungs = (lambda given, key: list(given))(",
        ),
        Change(
            "rungs of any amount keep apart", pack._check_apart, "if rung.pay_minor != earlier.pay_minor:", "if False:"
        ),
    ),
    *breaking(
        laws_of_programmes.an_amount_without_quotes_and_with_a_point_is_refused,
        Change("a float is read as text", reading.Table.amount, "isinstance(value, float)", "False"),
    ),
    *breaking(
        laws_of_programmes.an_amount_in_the_file_is_the_amount_in_the_programme,
        Change(
            "whole numbers are taken for fen",
            reading.Table.amount,
            "parse_amount(str(value))",
            "int(value) if isinstance(value, int) else parse_amount(value)",
        ),
    ),
    *breaking(
        laws_of_programmes.a_bonus_of_ten_times_what_is_paid_is_a_slip_of_the_point,
        Change(
            "ten times is still fine",
            pack._rung,
            "rung.bonus_minor >= SANE_BONUS_FACTOR * rung.pay_minor",
            "rung.bonus_minor > SANE_BONUS_FACTOR * rung.pay_minor",
        ),
        Change("any bonus is fine", pack._rung, "rung.bonus_minor >= SANE_BONUS_FACTOR * rung.pay_minor", "False"),
    ),
    *breaking(
        laws_of_programmes.a_key_with_a_letter_missing_is_named_with_the_key_it_was_meant_to_be,
        Change("unknown keys are passed over", reading.Table.__init__, "if key not in keys:", "if False:"),
        Change("the nearest key is not named", reading.Table._nearest, "return self.path(near[0])", "return None"),
        Change(
            "the farthest key is named",
            reading.Table._nearest,
            "return self.path(near[0])",
            "return self.path(keys[-1])",
        ),
    ),
    *breaking(
        laws_of_programmes.a_void_clause_is_found_wherever_it_stands_and_however_it_is_spaced,
        Change("the terms are not looked at", pack._printed, "yield programme.terms.text", "yield programme.version"),
        Change(
            "only the first sentence is looked at",
            clauses.check_clauses,
            "in _SENTENCE.split(text)",
            "in _SENTENCE.split(text)[:1]",
        ),
    ),
    *breaking(
        laws_of_programmes.a_changed_byte_is_another_programme_or_none,
        Change(
            "the hash is of the text, not of the bytes",
            pack.read_programme,
            "hashlib.sha256(content)",
            "hashlib.sha256(content.strip())",
        ),
    ),
)
