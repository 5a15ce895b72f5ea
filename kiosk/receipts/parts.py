"""The parts every slip is put together from: head, member, foot, figures, signature lines."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from kiosk.receipts.document import (
    Align,
    AmountLine,
    Blank,
    Block,
    Document,
    Emphasis,
    KeyValue,
    Marker,
    Qr,
    Rule,
    SlipKind,
    Sum,
    Text,
    Title,
)
from kiosk.receipts.facts import Everywhere, Letterhead, SlipMember, Stamp, TermsReference
from kiosk.receipts.wording import WORDS
from ledger.money import format_minor

Words = dict[str, str]
SIGNATURE_COLUMNS = 16
_PHONE_TAIL = 4


def words_of(letterhead: Letterhead) -> Words:
    """Return the table a slip is worded from."""
    return WORDS[letterhead.language]


def amount(label: str, minor: int) -> AmountLine:
    """Return an amount line with the figure as people read it: `1,234.50`."""
    return AmountLine(label, minor, format_minor(minor))


def total(label: str, minor: int) -> AmountLine:
    """Return a total: the same figure with the sign of the currency, once."""
    return AmountLine(label, minor, money(minor))


def money(minor: int) -> str:
    """Return fen with the sign of the currency before the figure: `￥1,234.50`, `-￥0.05`."""
    sign = "-" if minor < 0 else ""
    return f"{sign}￥{format_minor(abs(minor))}"


def clock_time(moment: datetime, zone: tzinfo) -> str:
    """Return an aware moment in the store's zone, to the second."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def day(of: date) -> str:
    """Return a business date."""
    return of.isoformat()


def masked_phone(phone: str) -> str:
    """Return a phone number with its middle hidden: `138****1234`; shorter numbers keep their last four only."""
    tail = phone[-_PHONE_TAIL:]
    if len(phone) < 2 * _PHONE_TAIL:
        return f"****{tail}" if len(phone) > _PHONE_TAIL else "*" * len(phone)
    return f"{phone[:3]}****{tail}"


def masked_name(name: str) -> str:
    """Return a name of which only the first character shows: `李*`, `欧**`, `A***`."""
    name = name.strip()
    if not name:
        return ""
    hidden = len(name) - 1 if not name.isascii() else 3
    return name[0] + "*" * min(max(hidden, 1), 3)


def shown_code(code: str) -> str:
    """Return a member or card code as people read it, without its kind letter: `8F3K-72QX`."""
    return f"{code[1:5]}-{code[5:]}"


def house_head(letterhead: Letterhead, title: str) -> tuple[Block, ...]:
    """Return the head of a slip that stays in the house: its title first, the store in small."""
    shop = letterhead.shop
    store = " ".join(part for part in (shop.name, shop.branch) if part)
    return (*_training(letterhead), Title(title, Emphasis.LARGE), Title(store, Emphasis.PLAIN), Rule(heavy=True))


def head(letterhead: Letterhead, title: str) -> tuple[Block, ...]:
    """Return the shop and the slip's title; a slip made in training says so before anything else."""
    shop = letterhead.shop
    blocks: list[Block] = [*_training(letterhead), Title(shop.name, Emphasis.LARGE)]
    if shop.branch:
        blocks.append(Title(shop.branch, Emphasis.PLAIN))
    blocks += [Text(line, Align.CENTRE) for line in (shop.address, shop.phone) if line]
    return (*blocks, Rule(heavy=True), Title(title), Blank())


def member_lines(words: Words, member: SlipMember) -> tuple[Block, ...]:
    """Return whose slip it is, masked: a slip is left on tables."""
    who = " ".join(part for part in (masked_name(member.name), masked_phone(member.phone)) if part)
    return (
        KeyValue(words["member"], who or words["member.anonymous"]),
        KeyValue(words["member.code"], shown_code(member.code)),
    )


def stamp_lines(letterhead: Letterhead, words: Words, stamp: Stamp) -> tuple[Block, ...]:
    """Return when, by whom and with whose approval."""
    lines: list[Block] = [
        KeyValue(words["time"], clock_time(stamp.occurred_at, letterhead.zone)),
        KeyValue(words["cashier"], f"{stamp.cashier} / {stamp.till}"),
    ]
    if stamp.approver:
        lines.append(KeyValue(words["approver"], stamp.approver))
    return tuple(lines)


def evidence(words: Words, stamp: Stamp | None, terms: TermsReference | None = None) -> tuple[Block, ...]:
    """Return what proves the slip: entry number with its short hash, and the terms it was sold under."""
    lines: list[Block] = []
    if stamp:
        lines.append(KeyValue(words["entry"], f"{stamp.entry_no} #{stamp.short_hash}"))
    if terms:
        lines.append(KeyValue(words["terms"], f"{terms.version} #{terms.text_hash[:8]}"))
    return tuple(lines)


def farewell(letterhead: Letterhead, words: Words, member: SlipMember | None) -> tuple[Block, ...]:
    """Return the end of a slip for the customer: complaint number, member code as QR, thanks."""
    shop = letterhead.shop
    blocks: list[Block] = []
    if shop.complaint_phone:
        blocks.append(KeyValue(words["complaints"], shop.complaint_phone))
    if member:
        blocks += [Blank(), Qr(member.code, f"{words['member.qr']} {shown_code(member.code)}")]
    blocks += [Blank(), Title(shop.thanks or words["thanks"], Emphasis.PLAIN)]
    return tuple(blocks)


def balance_sum(
    letterhead: Letterhead,
    words: Words,
    parts: tuple[AmountLine, ...],
    after_minor: int,
    everywhere: Everywhere | None,
) -> tuple[Block, ...]:
    """Return the addition that ends in the balance here, and below it what all stores hold together where it is known."""
    if everywhere is None:
        return (Sum(parts, total(words["balance"], after_minor)),)
    return (
        Sum(parts, total(words["balance.here"], after_minor)),
        Blank(),
        KeyValue(words["balance.everywhere"], money(everywhere.total_minor), Emphasis.BOLD),
        KeyValue(words["as_of"], clock_time(everywhere.as_of, letterhead.zone), indent=2),
    )


def signature(label: str) -> tuple[Block, ...]:
    """Return room for a signature on paper."""
    return Blank(), KeyValue(label, "_" * SIGNATURE_COLUMNS)


def finish(letterhead: Letterhead, kind: SlipKind, *groups: tuple[Block, ...]) -> Document:
    """Return the document of the groups in order; the training band closes it too."""
    blocks = tuple(block for group in groups for block in group)
    return Document(kind, letterhead.language, blocks + _training(letterhead))


def _training(letterhead: Letterhead) -> tuple[Block, ...]:
    if not letterhead.training:
        return ()
    words = words_of(letterhead)
    return (Marker(words["marker.training"], words["marker.training_note"]),)
