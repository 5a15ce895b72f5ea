"""Ed25519 keys: each box makes its own and never gives it away; head office has one that signs what boxes must believe.

Every signature is over a domain and the content, so that none can stand where another was meant (RFC 8032).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from line.errors import KeyUnreadable, SignatureRefused

PROGRAMME: Final = "guitai-programme-1"
COUNTERSIGN: Final = "guitai-countersign-1"
EVIDENCE: Final = "guitai-evidence-1"
_GROUPS: Final = 8
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key; what it signs and its public half are bytes."""

    private: Ed25519PrivateKey

    @classmethod
    def generate(cls) -> SigningKey:
        """Return a new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """Return the key in a file; raises KeyUnreadable."""
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as unreadable:
            raise KeyUnreadable(str(path), type(unreadable).__name__) from unreadable
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnreadable(str(path), "not Ed25519")
        return cls(key)

    def save(self, path: Path) -> None:
        """Write the key (PEM, PKCS 8) for its owner alone, whole or not at all, over nothing; raises KeyUnreadable."""
        content = self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError as exists:
            raise KeyUnreadable(str(path), "exists") from exists
        finally:
            draft.unlink()
        _keep(path.parent)

    def public_bytes(self) -> bytes:
        """Return the public key (32 bytes)."""
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, domain: str, content: bytes) -> bytes:
        """Return the signature (64 bytes) over a domain and content."""
        return self.private.sign(_framed(domain, content))


def verify(public_key: bytes, domain: str, content: bytes, signature: bytes) -> None:
    """Check a signature over a domain and content; raises SignatureRefused."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, _framed(domain, content))
    except (InvalidSignature, ValueError, TypeError) as refused:
        raise SignatureRefused("wrong key or content") from refused


def fingerprint(*parts: bytes) -> str:
    """Return what two people compare: 8 groups of 4 digits of the SHA-256 of the parts (106 bits against a forger)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    number = int.from_bytes(digest.digest()) % 10 ** (_GROUPS * _DIGITS)
    digits = f"{number:0{_GROUPS * _DIGITS}d}"
    return " ".join(digits[start : start + _DIGITS] for start in range(0, len(digits), _DIGITS))


def _keep(folder: Path) -> None:
    """Make a new name in a folder outlive a power cut: head office may know this key a moment later."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _framed(domain: str, content: bytes) -> bytes:
    return domain.encode() + b"\x00" + content
