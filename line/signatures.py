"""Each request of a box is signed: RFC 9421 over method, path, content digest (RFC 9530) and box; no bearer secrets.

The authority is left out: a box reaches head office by any of its names, through any forwarding, and the pinned TLS
already says with whom it speaks. No age is checked: clocks of boxes are years off now and then, and a replayed message
does nothing, because every message is told once or a hundred times with the same end
(`docs/decisions/0016-requests-are-signed-not-dated.md`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms

from line.errors import SignatureRefused
from line.keys import SigningKey

TAG: Final = "guitai-box-1"
_COVERED: Final = ("@method", "@path", "content-type", "content-digest")
_PACKED: Final = "content-encoding"
_LONGEST_HEADER: Final = 1024


@dataclass
class _Message:
    """A request as the library wants to see it."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class _PrivateKey(HTTPSignatureKeyResolver):
    """The one key that signs."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Any:  # noqa: ARG002 - the library asks by name
        return self._key.private


class _KnownKeys(HTTPSignatureKeyResolver):
    """The public keys that are known; `failed` is why nobody could look, which is no fault of who signed."""

    def __init__(self, key_of: Callable[[str], bytes | None]) -> None:
        self._key_of = key_of
        self.failed: Exception | None = None

    def resolve_public_key(self, key_id: str) -> Any:
        try:
            known = self._key_of(key_id)
        except SignatureRefused:
            raise
        except Exception as failed:
            self.failed = failed
            raise
        if known is None:
            raise SignatureRefused("unknown key")
        return Ed25519PublicKey.from_public_bytes(known)


class _Undated(HTTPMessageVerifier):
    """The library's verifier without its clock: it refuses what was made five seconds ahead of it, whatever the age."""

    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:
        """Take a signature of any time."""


def key_id(box: str, epoch: int) -> str:
    """Return the name of a life's key: `<box>/<epoch>`."""
    return f"{box}/{epoch}"


def read_key_id(text: str) -> tuple[str, int]:
    """Return (box, epoch) of a key's name; raises SignatureRefused."""
    box, _, epoch = text.rpartition("/")
    if not box or not epoch.isascii() or not epoch.isdigit() or len(epoch) > 9:  # noqa: PLR2004 - no box lives longer
        raise SignatureRefused("key id")
    return box, int(epoch)


def sign_request(
    method: str, url: str, headers: Mapping[str, str], body: bytes, key: SigningKey, signer: str
) -> dict[str, str]:
    """Return all headers to send with a request, its own and the signature's."""
    message = _Message(method, url, {name.lower(): value for name, value in headers.items()})
    covered = (*_COVERED, _PACKED) if _PACKED in message.headers else _COVERED
    signing = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_PrivateKey(key))
    signing.sign(message, key_id=signer, tag=TAG, label="box", covered_component_ids=covered, body=body)
    return message.headers


def verify_request(
    method: str, url: str, headers: Mapping[str, str], body: bytes, key_of: Callable[[str], bytes | None]
) -> str:
    """Return the key id of whoever signed a request, once; raises SignatureRefused, whatever was sent.

    `key_of` returns the public key (32 bytes) of a key id, None for one that nobody knows; what it raises is raised here
    as it is, for a database that is away says nothing about a signature.
    """
    message = _Message(method, url, {name.lower(): value for name, value in headers.items()})
    for name in ("signature", "signature-input", "content-digest", "content-type"):
        if not 0 < len(message.headers.get(name, "")) <= _LONGEST_HEADER:
            raise SignatureRefused(name)
    required = (*_COVERED, _PACKED) if _PACKED in message.headers else _COVERED
    keys = _KnownKeys(key_of)
    verifying = _Undated(signature_algorithm=algorithms.ED25519, key_resolver=keys)
    try:
        # told no tag, the library takes one signature and no more; told one, it passes over all others
        (found,) = verifying.verify(message, max_age=None, require_components=required, body=body)
    except SignatureRefused:
        raise
    except Exception as refused:
        if keys.failed is not None:
            raise keys.failed from None
        # whatever else a stranger's bytes make the library do, it is a refusal
        raise SignatureRefused(f"{type(refused).__name__}: {refused}"[:120]) from refused
    if found.parameters.get("tag") != TAG:
        raise SignatureRefused("tag")
    return str(found.parameters["keyid"])
