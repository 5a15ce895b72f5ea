"""The tables of the store database, as peewee sees them; no behaviour.

The binding definitions (STRICT, CHECK, triggers) are in `migrations/`; these classes serve reports and the daemon, which
read at leisure, and a test holds both to each other. Money takes prepared statements.
"""

from __future__ import annotations

from peewee import BlobField, CompositeKey, IntegerField, Model, TextField

from kiosk.model.backup_tables import KeptPast
from kiosk.model.family_tables import FamilyMember, FamilySpend
from kiosk.model.moving_tables import OldNumber
from kiosk.model.seal_tables import Seal


class Box(Model):
    """Which box this is: one row."""

    id = IntegerField(primary_key=True)
    box = TextField()
    store = TextField()
    epoch = IntegerField()


class Journal(Model):
    """The append-only journal: an entry's bytes, its place in the chain, and the columns it is looked up by."""

    sequence = IntegerField(primary_key=True)
    epoch = IntegerField()
    entry_id = TextField()
    kind = TextField()
    member_id = TextField(null=True)
    shift_id = TextField(null=True)
    till = TextField()
    business_date = TextField()
    reverses = TextField(null=True)
    command_hash = TextField()
    previous_hash = BlobField()
    hash = BlobField()
    body = BlobField()


class JournalPosting(Model):
    """The postings of the journal, one row each, for sums."""

    sequence = IntegerField()
    line = IntegerField()
    debit = TextField()
    credit = TextField()
    asset = TextField()
    amount_minor = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "posting"
        primary_key = CompositeKey("sequence", "line")


class LotRow(Model):
    """The lots of the journal with their frozen terms."""

    lot_id = TextField(primary_key=True)
    member_id = TextField()
    opened_sequence = IntegerField()
    paid_minor = IntegerField()
    bonus_minor = IntegerField()
    programme_version = TextField()
    terms_hash = TextField()
    special = TextField()

    class Meta:
        """Named as in the migration."""

        table_name = "lot"


class Purse(Model):
    """The cached fold of the journal: what is left of each lot here; never negative."""

    member_id = TextField()
    lot_id = TextField()
    instrument = TextField()
    amount_minor = IntegerField()

    class Meta:
        """Keyed as in the migration."""

        primary_key = CompositeKey("member_id", "lot_id", "instrument")


class Member(Model):
    """The member directory: who is who."""

    member_id = TextField(primary_key=True)
    code = TextField()
    registered = IntegerField()
    name = TextField()
    initials = TextField()
    phone = TextField(null=True)
    phone_last_four = TextField(null=True)
    birthday = TextField(null=True)
    enrolled_at = TextField()
    consent_terms_hash = TextField(null=True)
    home_box = TextField()
    merged_into = TextField(null=True)
    from_head_office = IntegerField()


class DirectoryChange(Model):
    """Members enrolled here, in the order head office is told of them."""

    number = IntegerField(primary_key=True)
    member_id = TextField()

    class Meta:
        """Named as in the migration."""

        table_name = "directory_change"


class Card(Model):
    """Cards and what they can do now."""

    code = TextField(primary_key=True)
    member_id = TextField()
    state = TextField()
    issued_at = TextField()
    replaced_by = TextField(null=True)
    from_head_office = IntegerField()


class Staff(Model):
    """Who signs in."""

    staff_id = TextField(primary_key=True)
    name = TextField()
    role = TextField()
    pin_hash = TextField()
    failed_attempts = IntegerField()
    locked_until = TextField(null=True)
    active = IntegerField()


class Shift(Model):
    """One cashier's period on one till."""

    shift_id = TextField(primary_key=True)
    till = TextField()
    cashier = TextField()
    number = IntegerField()
    business_date = TextField()
    opened_at = TextField()
    closed_at = TextField(null=True)
    float_minor = IntegerField()
    counted_minor = IntegerField(null=True)


class Day(Model):
    """Closed business dates."""

    business_date = TextField(primary_key=True)
    entry_id = TextField()


class PrintJob(Model):
    """Slips, waiting or done."""

    number = IntegerField(primary_key=True)
    job_id = TextField()
    entry_id = TextField(null=True)
    copy = IntegerField()
    document = BlobField()
    queued_at = TextField()
    till = TextField()
    drawer = IntegerField()
    state = TextField()
    printed_at = TextField(null=True)
    confirmation = TextField(null=True)
    attempts = IntegerField()
    sending = IntegerField()
    last_error = TextField(null=True)

    class Meta:
        """Named as in the migration."""

        table_name = "print_job"


class Programme(Model):
    """Programme versions as they came."""

    version = TextField(primary_key=True)
    hash = TextField()
    content = BlobField()
    activated_at = TextField()
    number = IntegerField()


class Terms(Model):
    """The texts members agreed to."""

    text_hash = TextField(primary_key=True)
    text = TextField()


class Uplink(Model):
    """Where the box stands with head office, and how far the journal is acknowledged: one row."""

    id = IntegerField(primary_key=True)
    cursor = IntegerField()
    mode = TextField()
    stop_reason = TextField(null=True)
    ho_epoch = IntegerField()
    online = IntegerField()
    last_contact_at = TextField(null=True)
    members_through = IntegerField()
    office_key = BlobField(null=True)


class DownlinkPosition(Model):
    """The last item applied of what head office sends, one row a shard and head-office epoch."""

    ho_epoch = IntegerField()
    shard = IntegerField()
    number = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "downlink_position"
        primary_key = CompositeKey("ho_epoch", "shard")


class Snapshot(Model):
    """A member's total of all places as head office last told it."""

    member_id = TextField(primary_key=True)
    total_minor = IntegerField()
    sequence = IntegerField()
    as_of = TextField()
    ho_epoch = IntegerField()
    number = IntegerField()
    assets = TextField()


class Ask(Model):
    """Grants asked for, and what came of each."""

    ask_id = TextField(primary_key=True)
    member_id = TextField()
    amount_minor = IntegerField()
    asked_at = TextField()
    granted_minor = IntegerField(null=True)
    asset = TextField()


class MemberDay(Model):
    """What a member did on a business date, net of voids."""

    member_id = TextField()
    business_date = TextField()
    visits = IntegerField()
    spent_minor = IntegerField()
    top_ups = IntegerField()
    topped_minor = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "member_day"
        primary_key = CompositeKey("member_id", "business_date")


class RuleUsed(Model):
    """What a rule gave a member on a business date, net of voids."""

    member_id = TextField()
    rule_id = TextField()
    business_date = TextField()
    uses = IntegerField()
    amount_minor = IntegerField()
    units = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "rule_use"
        primary_key = CompositeKey("member_id", "rule_id", "business_date")


class RuleDay(Model):
    """What a rule gave at this box on a business date, net of voids."""

    rule_id = TextField()
    business_date = TextField()
    uses = IntegerField()
    amount_minor = IntegerField()
    units = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "rule_day"
        primary_key = CompositeKey("rule_id", "business_date")


class MemberTag(Model):
    """The tags that people gave a member, and took away again."""

    member_id = TextField()
    tag = TextField()
    held = IntegerField()
    sequence = IntegerField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "member_tag"
        primary_key = CompositeKey("member_id", "tag")


class Notice(Model):
    """Messages to members by channel, waiting or done; never a phone."""

    number = IntegerField(primary_key=True)
    member_id = TextField()
    channel = TextField()
    template = TextField()
    period = TextField()
    values_json = TextField()
    due_on = TextField()
    queued_at = TextField()
    state = TextField()
    done_at = TextField(null=True)
    entry_id = TextField(null=True)


class LotteryChain(Model):
    """Secrets of lotteries that were committed to, by their commitment."""

    anchor = TextField(primary_key=True)
    secret = BlobField()
    sequence = IntegerField()

    class Meta:
        """Named as in the migration."""

        table_name = "lottery_chain"


class LotteryDraw(Model):
    """Every draw with what it revealed, by its commitment and number."""

    anchor = TextField()
    number = IntegerField()
    lottery_id = TextField()
    member_id = TextField()
    entry_id = TextField()
    seed = TextField()
    mixed = TextField()
    digits = TextField()

    class Meta:
        """Named and keyed as in the migration."""

        table_name = "lottery_draw"
        primary_key = CompositeKey("anchor", "number")


TABLES = (
    *(Box, Journal, JournalPosting, LotRow, Purse),
    *(Member, DirectoryChange, Card, Staff, Shift, Day, PrintJob, Programme, Terms),
    *(Uplink, DownlinkPosition, Snapshot, Ask),
    *(MemberDay, RuleUsed, RuleDay, MemberTag, Notice),
    *(LotteryChain, LotteryDraw),
    *(FamilyMember, FamilySpend),
    *(OldNumber, KeptPast, Seal),
)
