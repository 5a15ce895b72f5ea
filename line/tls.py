"""TLS on the line: head office is its own authority, and a box trusts that one alone, pinned at enrolment.

Validity is not checked against the box's clock, which may be ten years off after its battery died: what makes the
certificate good is that the pinned authority signed it. It spans 1970 to 2099 for whoever does check, a browser on such
a computer say, whose clock began again with the first second it knows.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from line.errors import CertificateRefused, KeyUnreadable

_FROM: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNTIL: Final = datetime(2099, 12, 31, tzinfo=UTC)
_NO_CHECK_TIME: Final = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME."""
_CONNECT_SECONDS: Final = 10.0


def make_authority(folder: Path, name: str) -> None:
    """Write a new authority's key and certificate (`authority.key`, `authority.pem`) into a folder.

    Raises KeyUnreadable where there is one: every box that pinned it would be shut out.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / "authority.key").exists():
        raise KeyUnreadable(str(folder / "authority.key"), "exists")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} authority")])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _builder(subject, subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(folder / "authority.key", _pem(key))
    (folder / "authority.pem").write_bytes(certificate.public_bytes(Encoding.PEM))


def issue_server(folder: Path, names: Sequence[str]) -> None:
    """Write the server's key and certificate chain (`server.key`, `server.pem`) for its names and addresses."""
    authority = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
    signer = load_pem_private_key((folder / "authority.key").read_bytes(), password=None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey), "an authority of this house signs on P-256"
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    certificate = (
        _builder(subject, authority.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(folder / "server.key", _pem(key))
    chain = certificate.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM)
    (folder / "server.pem").write_bytes(chain)


def server_context(folder: Path) -> ssl.SSLContext:
    """Return how head office listens: TLS 1.3 with the chain in a folder."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return context


def pinned_context(authority_pem: bytes) -> ssl.SSLContext:
    """Return how a box connects: this authority and no other, the server's name checked, no clock asked.

    Raises CertificateRefused for what is no certificate.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_verify_locations(cadata=authority_pem.decode("ascii"))
    except (ssl.SSLError, ValueError) as refused:
        raise CertificateRefused("no certificate") from refused
    context.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    return context


def fetch_authority(host: str, port: int) -> bytes:
    """Return the authority (PEM) a server shows, trusting nothing yet: people compare its fingerprint.

    The server's own certificate must be signed by it. Raises CertificateRefused, OSError.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), _CONNECT_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname=host) as line,
    ):
        shown = line._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001 - public from 3.13
    try:
        certificates = [x509.load_der_x509_certificate(ssl.PEM_cert_to_DER_cert(c.public_bytes())) for c in shown or ()]
        if len(certificates) < 2:  # noqa: PLR2004 - the server's and the authority's
            raise CertificateRefused("the server shows no authority")
        server, authority = certificates[0], certificates[-1]
        server.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm) as refused:
        raise CertificateRefused(type(refused).__name__) from refused
    return authority.public_bytes(Encoding.PEM)


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes) -> None:
    """Write a key for its owner alone, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
