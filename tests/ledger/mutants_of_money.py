"""Mutants of money, time, ids and codes."""

from __future__ import annotations

from typing import Final

from ledger import clock, codes, ids, money
from tests.ledger import laws_of_identity, laws_of_money
from tests.ledger.mutant import Change, breaking

MUTANTS: Final = (
    *breaking(
        laws_of_money.half_a_fen_is_rounded_up_and_anything_else_to_the_nearest,
        Change("half a fen is cut off", money.half_up, "2 * numerator + denominator", "2 * numerator"),
        Change("half a fen is rounded down", money.half_up, "+ denominator)", "+ denominator - 1)"),
    ),
    *breaking(
        laws_of_money.parts_sum_to_what_was_allotted_and_none_is_a_fen_off_its_share,
        Change("an allotment loses its remainder", money.allot, "parts[place] += 1", "parts[place] += 0"),
        Change("the whole remainder goes to the first part", money.allot, "parts[place] += 1", "parts[0] += 1"),
        Change("the smallest remainder is served first", money.allot, "-(total_minor", "+(total_minor"),
    ),
    *breaking(
        laws_of_money.a_text_that_is_no_amount_is_refused_and_never_guessed_at,
        Change("one decimal typed is taken for fen", money.parse_amount, 'ljust(asset.scale, "0")', 'ljust(1, "0")'),
        Change("a third decimal is dropped", money.parse_amount, "if len(fraction) > asset.scale:", "if False:"),
        Change(
            "any comma is dropped before reading",
            money.parse_amount,
            ".translate(_FULL_WIDTH)",
            '.translate(_FULL_WIDTH).replace(",", "")',
        ),
    ),
    *breaking(
        laws_of_money.an_amount_no_shop_can_mean_is_out_of_range,
        Change(
            "an amount without end is accepted", money.Amount.__post_init__, "abs(self.minor) >= CEILING_MINOR", "False"
        ),
    ),
    *breaking(
        laws_of_money.two_assets_never_meet_in_one_sum,
        Change("fen and points are added up", money.Amount._same_asset, "self.asset != other.asset", "False"),
    ),
    *breaking(
        laws_of_money.an_amount_shown_is_read_back_as_the_same_amount,
        Change(
            "0.05 is shown as 0.5", money.format_minor, "digits[-asset.scale :]", "digits[-asset.scale :].lstrip('0')"
        ),
    ),
    *breaking(
        laws_of_money.an_amount_is_shown_with_two_decimals_and_grouped_by_three,
        Change("amounts are shown ungrouped", money.format_minor, "{int(whole):,}", "{int(whole)}"),
    ),
    *breaking(
        laws_of_money.a_moment_before_the_cut_off_counts_for_the_day_before,
        Change("the cut-off itself still counts for yesterday", clock.business_date, "< day_ends", "<= day_ends"),
        Change("the business date is taken in UTC", clock.business_date, "moment.astimezone(zone)", "moment"),
    ),
    *breaking(
        laws_of_money.a_moment_on_the_wire_is_its_millisecond,
        Change("milliseconds are left out", clock.to_wire_time, 'timespec="milliseconds"', 'timespec="seconds"'),
        Change("a local time is written as if it were UTC", clock.to_wire_time, "moment.astimezone(UTC)", "moment"),
    ),
    *breaking(
        laws_of_money.a_wire_time_is_read_in_one_writing_only,
        Change("any writing of a time is read", clock.from_wire_time, "_FORM.fullmatch(text) is None", "False"),
    ),
    *breaking(
        laws_of_identity.ids_only_ever_grow_also_when_the_clock_steps_back,
        Change(
            "ids follow a clock that steps back",
            ids.IdMint.mint,
            "if milliseconds <= last_milliseconds:",
            "if milliseconds == last_milliseconds:",
        ),
        Change(
            "two ids of one millisecond are left to chance",
            ids.IdMint.mint,
            "if milliseconds <= last_milliseconds:",
            "if milliseconds < last_milliseconds:",
        ),
        Change(
            "the random part overflows into the version",
            ids.IdMint.mint,
            "milliseconds, random_bits = milliseconds + 1, 0",
            "pass",
        ),
        Change("the mint forgets the last id", ids.IdMint.mint, "self._last = (milliseconds, random_bits)", "pass"),
    ),
    *breaking(
        laws_of_identity.an_id_carries_the_millisecond_it_was_minted_and_all_of_its_randomness,
        Change("twelve random bits are lost", ids.uuid7, "high << 64", "0 << 64"),
    ),
    *breaking(
        laws_of_identity.what_was_not_written_as_an_id_is_no_id,
        Change("an id of 130 bits is read", ids.is_id, "_FORM.fullmatch(text)", "_FORM.fullmatch('0' + text[1:])"),
    ),
    *breaking(
        laws_of_identity.every_swap_of_two_characters_of_a_code_is_noticed,
        Change(
            "all characters of a code weigh the same",
            codes.check_character,
            "weight * _VALUES[letter]",
            "_VALUES[letter]",
        ),
    ),
    *breaking(
        laws_of_identity.every_single_wrong_character_of_a_code_is_noticed,
        Change("the first character weighs nothing", codes.check_character, "start=1", "start=0"),
        Change("the check is modulo 30", codes.check_character, "% len(ALPHABET)", "% 30"),
        Change(
            "the check character is not looked at",
            codes.read_code,
            "if check_character(plain[:-1]) != plain[-1]:",
            "if False:",
        ),
    ),
    *breaking(
        laws_of_identity.a_code_of_one_kind_is_never_one_of_another,
        Change(
            "a card passes as a member",
            codes.check_character,
            "enumerate(body, start=1)",
            "enumerate(body[1:], start=1)",
        ),
    ),
    *breaking(
        laws_of_identity.look_alikes_are_never_part_of_a_code,
        Change(
            "look-alikes are let through",
            codes.read_code,
            'raise CodeUnreadable(text, "alphabet")',
            "return Code(CodeKind.MEMBER, plain)",
        ),
    ),
)
