"""Acts: the envelope every command travels in, and what comes back when it is durable."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.model.journal import Recorded
from kiosk.services.errors import ApprovalForOtherAct, ApprovalNeeded, ApproverIsCashier
from ledger.ids import EntryId
from ledger.rules.programme import ApprovedAct, Programme


@dataclass(frozen=True, slots=True)
class Approval:
    """A manager's yes to one act under one entry id with one content; it counts for nothing else.

    `content` is the hash of what was asked, as ApprovalNeeded told it.
    """

    approver: str
    act: ApprovedAct
    entry_id: EntryId
    content: str


@dataclass(frozen=True, slots=True)
class Act:
    """Who does it, under which id minted before acting, and who approved it."""

    entry_id: EntryId
    cashier: str
    approval: Approval | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """An entry that is durable; `repeated` tells that it was there already and this is its first answer again."""

    recorded: Recorded
    job_id: str | None
    repeated: bool


def require_approval(programme: Programme, act: Act, approved_act: ApprovedAct, amount_minor: int = 0) -> None:
    """Let an act pass only with the approval its programme wants, and with no approval that was given for another.

    Raises ApprovalNeeded, ApprovalForOtherAct, ApproverIsCashier.
    """
    approval = act.approval
    if approval is None:
        if programme.approvals.needed(approved_act, amount_minor):
            raise ApprovalNeeded(approved_act.value, amount_minor)
        return
    if approval.act is not approved_act or approval.entry_id != act.entry_id:
        raise ApprovalForOtherAct(approval.act.value, approved_act.value)
    if approval.approver == act.cashier:
        raise ApproverIsCashier(approval.approver)
