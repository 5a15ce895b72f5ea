"""`headoffice evidence MEMBER`: one archive with all there is about a member's value, and the means to check it.

The same content gives the same bytes: nothing in it tells when it was made.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from headoffice import lives
from headoffice.audit import words
from headoffice.audit.verify import verify
from headoffice.errors import AuditFailed, MemberUnknown
from headoffice.many import rows_in
from headoffice.members import Directory
from headoffice.store.database import Database, Tx
from ledger.accounts import Instrument, till_tender
from ledger.balances import fold_balances
from ledger.clock import to_wire_time
from ledger.entries import Entry
from ledger.money import format_minor
from ledger.protocol.messages import body_of
from ledger.purses import purse_deltas
from ledger.wire import JournalRow, canonical, read_entry

FORMAT: Final = 1
_EPOCH_OF_ZIP: Final = (1980, 1, 1, 0, 0, 0)
_SHORT: Final = 8
_ROWS: Final = "SELECT box, epoch, sequence, previous_hash, hash, body FROM journal WHERE member_id IN (*)"
_PROGRAMMES: Final = "SELECT version, hash, content, signature, activated_at FROM programme WHERE version IN (*)"
_HEAD: Final = "SELECT state, first_sequence, head_sequence, head_hash FROM life WHERE box = ? AND epoch = ?"
_SIGNED: Final = "SELECT sequence, hash, signature, at FROM countersign WHERE box = ? AND epoch = ? ORDER BY sequence"
Files = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An entry with its row in a box's journal."""

    box: str
    row: JournalRow
    entry: Entry

    @property
    def entry_no(self) -> str:
        """The number a slip shows."""
        return f"{self.row.epoch}-{self.row.sequence:06d}"


def evidence(
    database: Database, member_id: str, out_path: Path, sign: Callable[[bytes], bytes], office_key: bytes
) -> None:
    """Write a member's archive (.zip) to a path, whole or not at all.

    `sign` signs the manifest's bytes under the domain EVIDENCE, `office_key` is the public key that checks it (32
    bytes). Raises MemberUnknown; books that do not hold are told in the archive, not hidden.
    """
    with database.read() as tx:
        files = _about(tx, member_id)
    files["verification.json"] = _text(_verification(database))
    files["check.py"] = Path(__file__).with_name("check.py").read_bytes()
    files["README.zh-CN.txt"], files["README.txt"] = words.README_ZH.encode(), words.README_EN.encode()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = _text({"format": FORMAT, "member_id": member_id, "office_key": office_key.hex(), "files": digests})
    files |= {"manifest.json": manifest, "manifest.sig": sign(manifest).hex().encode()}
    _write(out_path, files)


def _about(tx: Tx, member_id: str) -> Files:
    """Return the files that head office's tables fill."""
    directory = Directory(tx, lives.office_state(tx).shards)
    if directory.get(member_id) is None:
        raise MemberUnknown(member_id)
    records = sorted(directory.one_person(directory.standing_for(member_id)))
    kept = [
        _Kept(box, JournalRow(epoch, sequence, bytes(previous), bytes(own), bytes(body)), read_entry(bytes(body)))
        for box, epoch, sequence, previous, own, body in sorted(
            rows_in(tx, _ROWS, (), records), key=lambda found: found[:3]
        )
    ]
    files = {
        "member.json": _text([_record(directory, record) for record in records]),
        "entries.jsonl": b"".join(canonical(_line(one)) + b"\n" for one in kept),
        "chains.json": _text([_chain(tx, box, epoch) for box, epoch in sorted({(k.box, k.row.epoch) for k in kept})]),
        **_programmes(tx, kept),
    }
    for one in kept:
        if one.entry.kind in words.TITLES:
            files[f"receipts/{quote(one.box, safe='')}-{one.entry_no}.txt"] = _receipt(one).encode()
    return files


def _record(directory: Directory, member_id: str) -> dict[str, Any]:
    record = directory.get(member_id)
    assert record is not None, "a record that stands for another is there"
    return {"record": body_of(record), "cards": [body_of(card) for card in directory.cards(member_id)]}


def _line(one: _Kept) -> dict[str, Any]:
    row = one.row
    place = {"box": one.box, "epoch": row.epoch, "sequence": row.sequence}
    return {**place, "previous_hash": row.previous_hash.hex(), "hash": row.hash.hex(), "body": row.body.decode()}


def _chain(tx: Tx, box: str, epoch: int) -> dict[str, Any]:
    head = tx.one(_HEAD, (box, epoch))
    assert head is not None, "an entry stands in a life"
    signed = [
        {"sequence": sequence, "hash": bytes(own).hex(), "signature": bytes(signature).hex(), "at": at}
        for sequence, own, signature, at in tx.rows(_SIGNED, (box, epoch))
    ]
    state, first, last, head_hash = head
    said = {"state": state, "first_sequence": first, "head_sequence": last, "head_hash": bytes(head_hash).hex()}
    return {"box": box, "epoch": epoch, **said, "countersigned": signed}


def _programmes(tx: Tx, kept: Sequence[_Kept]) -> Files:
    """Return the programmes these entries name, as far as head office has them, and which lot was sold under which."""
    lots = {lot.lot_id: lot for one in kept for lot in one.entry.lots}
    versions = {lot.programme_version for lot in lots.values()} | {one.entry.programme_version for one in kept}
    files: Files = {}
    known: dict[str, dict[str, str]] = {}
    for version, hash_, content, signature, activated_at in rows_in(tx, _PROGRAMMES, (), versions):
        name = f"programmes/{hash_}.toml"
        files[name] = bytes(content)
        known[version] = {"file": name, "signature": bytes(signature).hex(), "activated_at": activated_at}
    sold = [
        {"lot_id": lot_id, "programme_version": lot.programme_version, "terms_hash": lot.terms_hash}
        | {"paid_minor": lot.paid_minor, "bonus_minor": lot.bonus_minor, "special": lot.special}
        for lot_id, lot in sorted(lots.items())
    ]
    terms = {"programmes": {version: known.get(version) for version in sorted(versions)}, "lots": sold}
    return {**files, "terms.json": _text(terms)}


def _receipt(one: _Kept) -> str:
    """Return a receipt as text, set again from its entry."""
    entry, moved, units = one.entry, dict.fromkeys(Instrument, 0), Counter[str]()
    for posting in entry.postings:
        for key, delta in purse_deltas([posting]).items():
            moved[key.instrument] += delta
            units[posting.asset] += delta if key.instrument is Instrument.UNITS else 0
    lines = [
        words.TITLES[entry.kind],
        f"{words.STORE}: {entry.store}",
        f"{words.TILL}: {entry.till}",
        f"{words.CASHIER}: {entry.cashier}",
        f"{words.AT}: {to_wire_time(entry.occurred_at)}",
        f"{words.BUSINESS_DATE}: {entry.business_date.isoformat()}",
        f"{words.ENTRY}: {one.entry_no} #{one.row.hash.hex()[:_SHORT]}",
        f"{words.PRINCIPAL}: {format_minor(moved[Instrument.PRINCIPAL])}",
        f"{words.BONUS}: {format_minor(moved[Instrument.BONUS])}",
    ]
    lines += [f"{words.UNITS}: {asset} {count:+d}" for asset, count in sorted(units.items()) if count]
    for (account, _), minor in fold_balances(entry.postings).items():
        tender = till_tender(account)
        if tender is not None and minor:
            lines.append(f"{words.TENDER}: {words.TENDERS[tender[1].value]} {format_minor(minor)}")
    if entry.approver is not None:
        lines.append(f"{words.APPROVER}: {entry.approver}")
    if entry.reverses is not None:
        lines.append(f"{words.UNDOES}: {entry.reverses}")
    lines += [f"{words.TERMS}: {lot.programme_version} #{lot.terms_hash[:_SHORT]}" for lot in entry.lots]
    return "\n".join(lines) + "\n"


def _verification(database: Database) -> dict[str, Any]:
    try:
        return {"result": "verified", **asdict(verify(database))}
    except AuditFailed as wrong:
        return {"result": "failed", "table": wrong.table, "key": wrong.key, "reason": wrong.reason}


def _text(content: object) -> bytes:
    return canonical(content) + b"\n"


def _write(path: Path, files: Files) -> None:
    """Write the archive beside its place, then give it its name."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with zipfile.ZipFile(draft, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH_OF_ZIP)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    draft.replace(path)
