"""Words for what a key of the programme file takes; the codes are those of docs/rules/programme.md."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

EXPECTED: Final = {
    "amount": Phrase('加引号的金额，如 "300.00"，或整元数', 'an amount such as "300.00", or whole yuan'),
    "quoted_amount": Phrase('金额要加引号，如 "300.00"', 'the amount in quotes, such as "300.00"'),
    "amount_above_zero": Phrase("大于零的金额", "an amount above zero"),
    "whole_number": Phrase("整数", "a whole number"),
    "percent": Phrase("整数百分比", "a whole percentage"),
    "date": Phrase("日期，如 2026-09-01", "a date such as 2026-09-01"),
    "end_after_start": Phrase("不早于首日的末日", "a last day not before the first"),
    "time_before_noon": Phrase("中午以前的时刻，如 04:00:00", "a time before noon, such as 04:00:00"),
    "true_or_false": Phrase("true 或 false", "true or false"),
    "text": Phrase("文字", "text"),
    "one_line_text": Phrase("一行文字", "one line of text"),
    "name": Phrase("字母、数字、点、横线组成的代号", "a name of letters, digits, dots and dashes"),
    "table": Phrase("一个表", "a table"),
    "list_of_tables": Phrase("一组表", "a list of tables"),
    "bonus_or_bonus_percent": Phrase("bonus 与 bonus_percent 二选一", "exactly one of bonus and bonus_percent"),
    "bonus_below_ten_times_pay": Phrase("小于实付十倍的赠金", "a bonus below ten times what is paid"),
    "unique": Phrase("别的档位没用过的代号", "a name no other rung has"),
    "no_overlapping_period": Phrase("不与同额档位日期重叠", "another amount, or dates apart from the other rung's"),
    "at_least_one_rung": Phrase("至少一个档位", "at least one rung"),
    "list_of_names": Phrase("一组不重复的代号", "a list of names, each once"),
    "list_of_whole_numbers": Phrase("一组整数", "a list of whole numbers"),
    "list_of_hours": Phrase('时段，如 ["07:00-10:00"]', 'hours such as ["07:00-10:00"]'),
    "four_rising_values": Phrase("四个从小到大的值", "four rising values"),
    "keep_not_above_reach": Phrase("不高于 reach 的 keep", "a keep that is not above reach"),
    "values_that_fit_together": Phrase("互相不矛盾的值", "values that fit together"),
    "everything_auto_or_amount": Phrase(
        '"everything"、"auto" 或加引号的金额', '"everything", "auto" or an amount in quotes'
    ),
}


def expectation(code: str) -> Phrase | None:
    """Return the words for an expectation; a range that follows the code (`whole_number 3-10`) stays behind the words."""
    word, _, limits = code.partition(" ")
    known = EXPECTED.get(word)
    return Phrase(f"{known.zh} {limits}", f"{known.en} {limits}") if known and limits else known
