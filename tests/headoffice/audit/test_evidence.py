"""`headoffice evidence`: an archive that anybody can check without us, and that no one can change."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from headoffice.audit.check import signed
from headoffice.audit.evidence import evidence
from headoffice.errors import MemberUnknown
from kiosk.model.members import Member
from line.keys import EVIDENCE, SigningKey
from line.keys import verify as check_signature
from tests.builders import BAKERY
from tests.headoffice.chain import BOSS, Chain

KEY = SigningKey.generate()
SIGN = partial(KEY.sign, EVIDENCE)


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the archive's own check as a stranger would: alone, without our packages."""
    command = [sys.executable, "-I", "-S", "-B", str(folder / "check.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, encoding="utf-8")


def story(chain: Chain) -> Member:
    """Let a member be enrolled in two stores, pay in both, undo one, and be merged."""
    chain.office.deeds.publish(BAKERY.read_bytes(), BOSS)
    a, b = chain.box("a", "xuhui"), chain.box("b", "jingan")
    first, twin = a.enrol("李雪"), b.enrol("李雪")
    a.top_up(first)
    b.top_up(twin, 10_000)
    b.void(b.pay(twin, 2_000))
    a.pay(first, 5_000)
    a.top_up(a.enrol("别人", "13900000000"), 20_000)
    chain.settle()
    return first


def archive(chain: Chain, member: Member, folder: Path, name: str = "evidence.zip") -> Path:
    path = folder / name
    evidence(chain.database, member.member_id, path, SIGN, KEY.public_bytes())
    return path


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as opened:
        opened.extractall(folder)
    return folder


def test_a_strangers_check_finds_every_entry_genuine(chain: Chain, tmp_path: Path) -> None:
    folder = unpacked(archive(chain, story(chain), tmp_path), tmp_path / "out")
    done = checked(folder)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [json.loads(line) for line in (folder / "entries.jsonl").read_text(encoding="utf-8").splitlines()]
    assert done.stdout == f"相符 genuine: {len(rows)} entries\n"
    kinds = [json.loads(row["body"])["kind"] for row in rows]
    assert kinds.count("member_enrolled") == 2
    assert {"top_up", "spend", "void", "merged"} <= set(kinds)
    assert "别人" not in "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.json*"))
    check_signature(
        KEY.public_bytes(),
        EVIDENCE,
        (folder / "manifest.json").read_bytes(),
        bytes.fromhex((folder / "manifest.sig").read_text(encoding="ascii")),
    )


def test_the_archive_says_what_the_slips_said(chain: Chain, tmp_path: Path) -> None:
    member = story(chain)
    folder = unpacked(archive(chain, member, tmp_path), tmp_path / "out")
    rows = [json.loads(line) for line in (folder / "entries.jsonl").read_text(encoding="utf-8").splitlines()]
    sold = next(row for row in rows if row["box"] == "a" and json.loads(row["body"])["kind"] == "top_up")
    number = f"{sold['epoch']}-{sold['sequence']:06d}"
    receipt = (folder / "receipts" / f"a-{number}.txt").read_text(encoding="utf-8")
    assert f"凭证 Entry: {number} #{sold['hash'][:8]}\n" in receipt
    assert "本金 Principal: 300.00\n赠送金 Bonus: 50.00\n支付方式 Tender: 现金 cash 300.00\n" in receipt
    records = json.loads((folder / "member.json").read_text(encoding="utf-8"))
    assert len(records) == 2
    assert member.member_id in {one["record"]["member_id"] for one in records}
    terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
    assert [lot["paid_minor"] for lot in terms["lots"]] == [30_000, 10_000]
    (programme,) = [known for known in terms["programmes"].values() if known is not None]
    assert (folder / programme["file"]).read_bytes() == BAKERY.read_bytes()
    assert json.loads((folder / "verification.json").read_text(encoding="utf-8"))["result"] == "verified"
    assert "核对" in (folder / "README.zh-CN.txt").read_text(encoding="utf-8")


def test_either_record_of_a_merged_person_opens_the_same_entries(chain: Chain, tmp_path: Path) -> None:
    story(chain)
    with chain.database.read() as tx:
        members = [row[0] for row in tx.rows("SELECT member_id FROM member WHERE name = '李雪'")]
    contents = []
    for member_id in members:
        evidence(chain.database, member_id, tmp_path / "one.zip", SIGN, KEY.public_bytes())
        with zipfile.ZipFile(tmp_path / "one.zip") as opened:
            contents.append(opened.read("entries.jsonl"))
    assert contents[0] == contents[1]


def test_the_same_content_gives_the_same_bytes(chain: Chain, tmp_path: Path) -> None:
    member = story(chain)
    first, second = archive(chain, member, tmp_path, "1.zip"), archive(chain, member, tmp_path, "2.zip")
    assert first.read_bytes() == second.read_bytes()
    assert {path.name for path in tmp_path.glob("*.zip*")} == {"1.zip", "2.zip"}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _forge_manifest(path: Path) -> None:
    """Change an entry, and the manifest along with it."""
    said = json.loads((path.parent / "manifest.json").read_bytes())
    said["member_id"] = "somebody else"
    (path.parent / "manifest.json").write_text(json.dumps(said), encoding="utf-8")


def _slip_in(path: Path) -> None:
    (path.parent / "more.txt").write_text("and one more", encoding="utf-8")


@pytest.mark.parametrize("harm", [_flip, Path.unlink, _forge_manifest, _slip_in])
def test_whatever_is_changed_is_found(chain: Chain, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    folder = unpacked(archive(chain, story(chain), tmp_path), tmp_path / "out")
    harm(folder / "entries.jsonl")
    done = checked(folder)
    assert done.returncode == 1
    assert done.stdout.startswith("不符 NOT GENUINE: ")


def test_books_that_do_not_hold_are_told_not_hidden(chain: Chain, tmp_path: Path) -> None:
    member = story(chain)
    with chain.database.write() as tx:
        tx.execute("UPDATE mirror SET amount_minor = amount_minor + 1")
    folder = unpacked(archive(chain, member, tmp_path), tmp_path / "out")
    told = json.loads((folder / "verification.json").read_text(encoding="utf-8"))
    assert (told["result"], told["table"]) == ("failed", "mirror")
    assert checked(folder).returncode == 0


def test_nobodys_archive_is_refused(chain: Chain, tmp_path: Path) -> None:
    with pytest.raises(MemberUnknown):
        evidence(chain.database, "nobody", tmp_path / "x.zip", SIGN, KEY.public_bytes())
    assert not (tmp_path / "x.zip").exists()


def test_the_check_knows_a_signature_by_itself() -> None:
    content = b"what was signed"
    signature = KEY.private.sign(content)
    assert signed(KEY.public_bytes(), content, signature)
    assert not signed(KEY.public_bytes(), content + b"!", signature)
    assert not signed(SigningKey.generate().public_bytes(), content, signature)
    assert not signed(KEY.public_bytes(), content, signature[:32] + bytes(32))
