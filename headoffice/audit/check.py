"""Check an archive of evidence: `python3 check.py` in its folder, with nothing but Python's own library.

It proves that every file is the one head office signed, and that every entry hashes to what stands beside it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

UNLISTED = {"manifest.json", "manifest.sig"}
DOMAIN = b"guitai-evidence-1\x00"
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
TWIST = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)
Point = tuple[int, int, int, int]


class NotEvidence(Exception):
    """Something in the archive is not what head office put there."""


def check(folder: Path) -> int:
    """Check the archive unpacked in a folder and return how many entries hold; raises NotEvidence."""
    manifest = (folder / "manifest.json").read_bytes()
    said = json.loads(manifest)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    there = {name for name in there if "__pycache__" not in name} - UNLISTED
    if there != set(said["files"]):
        raise NotEvidence(f"files: {sorted(there ^ set(said['files']))}")
    for name, digest in said["files"].items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
            raise NotEvidence(f"{name}: changed")
    signature = bytes.fromhex((folder / "manifest.sig").read_text(encoding="ascii"))
    if not signed(bytes.fromhex(said["office_key"]), DOMAIN + manifest, signature):
        raise NotEvidence("manifest.sig: not signed by the key in the manifest")
    lines = (folder / "entries.jsonl").read_bytes().splitlines()
    for number, line in enumerate(lines, start=1):
        check_row(json.loads(line), number)
    return len(lines)


def check_row(row: dict[str, str | int], number: int) -> None:
    """Check that a row's hash is that of its place, the hash before it and its bytes."""
    body = str(row["body"]).encode()
    place = int(row["epoch"]).to_bytes(4, "big") + int(row["sequence"]).to_bytes(8, "big")
    content = b"guitai-entry-1\x00" + place + bytes.fromhex(str(row["previous_hash"])) + body
    if hashlib.sha256(content).hexdigest() != row["hash"]:
        raise NotEvidence(f"entries.jsonl line {number}: hash")
    if json.loads(body)["box"] != row["box"]:
        raise NotEvidence(f"entries.jsonl line {number}: box")


def signed(key: bytes, content: bytes, signature: bytes) -> bool:
    """Tell whether an Ed25519 signature over content is by a key (RFC 8032, 5.1.7)."""
    holder, first, scalar = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if holder is None or first is None or len(signature) != 64 or scalar >= ORDER:  # noqa: PLR2004 - RFC 8032's length
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + key + content).digest(), "little") % ORDER
    left, right = times(scalar, base()), plus(first, times(challenge, holder))
    same_x = (left[0] * right[2] - right[0] * left[2]) % PRIME == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % PRIME == 0


def base() -> Point:
    """Return the curve's base point."""
    found = point((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))
    assert found is not None, "the base point is on the curve"
    return found


def point(encoded: bytes) -> Point | None:
    """Return the curve's point in 32 bytes, None where there is none (RFC 8032, 5.1.3)."""
    y, odd = int.from_bytes(encoded, "little"), encoded[-1] >> 7
    y &= (1 << 255) - 1
    squared = (y * y - 1) * pow(TWIST * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(squared, (PRIME + 3) // 8, PRIME)
    if (x * x - squared) % PRIME:
        x = x * ROOT % PRIME
    if (x * x - squared) % PRIME or y >= PRIME:
        return None
    x = PRIME - x if x % 2 != odd else x
    return x, y, 1, x * y % PRIME


def plus(one: Point, other: Point) -> Point:
    """Return the sum of two points (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c, d = 2 * one[3] * other[3] * TWIST % PRIME, 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(scalar: int, of: Point) -> Point:
    """Return a multiple of a point."""
    total: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = plus(total, of)
        of, scalar = plus(of, of), scalar >> 1
    return total


def main() -> int:
    """Check the folder this file lies in, and say what came of it."""
    try:
        entries = check(Path(__file__).resolve().parent)
    except (NotEvidence, OSError, ValueError, KeyError, TypeError) as wrong:
        sys.stdout.write(f"不符 NOT GENUINE: {wrong}\n")
        return 1
    sys.stdout.write(f"相符 genuine: {entries} entries\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
