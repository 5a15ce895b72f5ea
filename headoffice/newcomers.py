"""What a life of a box is told first, and again when head office comes back from a backup."""

from __future__ import annotations

from typing import Final

from headoffice import lives
from headoffice.downlink import Notice
from headoffice.many import rows_in
from headoffice.members import Directory
from headoffice.store.database import Tx
from ledger.protocol.messages import ItemKind, Merge, ProgrammePack
from ledger.rules.pack import parse_programme

_PACKS: Final = "SELECT version, hash, content, activated_at, signature FROM programme ORDER BY number"
_KNOWN: Final = "SELECT shard, member_id FROM member_box WHERE box = ? ORDER BY 1, 2"
_HELD: Final = "SELECT DISTINCT member_id FROM mirror WHERE box = ? AND amount_minor > 0"
_MERGES: Final = "SELECT at, merge_id, from_member, into_member FROM merge WHERE from_member IN (*)"


def first_notices(tx: Tx, life: tuple[str, int, str]) -> list[Notice]:
    """Return what a life (box, epoch, store) is told: its store's programmes, the members its box knew, their merges."""
    box, epoch, store = life
    directory = Directory(tx, lives.office_state(tx).shards)
    notices = list[Notice]()
    for version, hash_, content, activated_at, signature in tx.rows(_PACKS):
        if parse_programme(bytes(content)).shop.store == store:
            pack = ProgrammePack(version, hash_, bytes(content).decode(), activated_at, bytes(signature).hex())
            notices.append(Notice(box, epoch, 0, ItemKind.PROGRAMME, pack))
    known = [member_id for _, member_id in tx.rows(_KNOWN, (box,))]
    for member_id in known:
        record, shard = directory.get(member_id), directory.shard(member_id)
        if record is not None:
            notices.append(Notice(box, epoch, shard, ItemKind.MEMBER, record))
            notices += [Notice(box, epoch, shard, ItemKind.CARD, card) for card in directory.cards(member_id)]
    held = [member_id for (member_id,) in tx.rows(_HELD, (box,))]
    for _, merge_id, source, target in sorted(rows_in(tx, _MERGES, (), {*known, *held})):
        merge = Merge(merge_id, source, target)
        notices.append(Notice(box, epoch, directory.shard(source), ItemKind.MERGE, merge))
    return notices
