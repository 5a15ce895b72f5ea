"""Lines of a slip for what rules gave: points, coupons, visits, bonus for later, gifts handed over."""

from __future__ import annotations

from kiosk.receipts.document import Blank, Block, KeyValue, Text
from kiosk.receipts.facts import Brought
from kiosk.receipts.parts import Words, money


def brought_lines(words: Words, brought: tuple[Brought, ...]) -> tuple[Block, ...]:
    """Return what was given beside the figures, a line each with its validity below; nothing for nothing."""
    if not brought:
        return ()
    lines: list[Block] = [Blank(), Text(words["brought"])]
    for gift in brought:
        lines.append(KeyValue(gift.name, _value(gift)))
        valid = _validity(words, gift)
        if valid:
            lines.append(Text(f"  {valid}"))
    return tuple(lines)


def _value(gift: Brought) -> str:
    if gift.amount_minor:
        return money(gift.amount_minor)
    return f"+{gift.units}" if gift.units else gift.words


def _validity(words: Words, gift: Brought) -> str:
    if gift.usable_from is not None and gift.expires_on is not None:
        return words["brought.between"].format(first=gift.usable_from.isoformat(), last=gift.expires_on.isoformat())
    if gift.usable_from is not None:
        return words["brought.from"].format(first=gift.usable_from.isoformat())
    return words["brought.until"].format(last=gift.expires_on.isoformat()) if gift.expires_on is not None else ""
