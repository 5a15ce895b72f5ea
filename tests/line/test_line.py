"""Keys, signatures, TLS and packing: what an honest box sends holds, and nothing else does."""

from __future__ import annotations

import socket
import ssl
import stat
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line import packing, tls
from line.errors import CertificateRefused, KeyUnreadable, PageTooLarge, PageUnreadable, SignatureRefused
from line.keys import COUNTERSIGN, PROGRAMME, SigningKey, fingerprint, verify
from line.signatures import key_id, read_key_id, sign_request, verify_request

KEY = SigningKey.generate()
URL = "https://head.office:8443/v1/box/push"
HEADERS = {"Content-Type": "application/x-guitai-page", "Content-Encoding": "zstd"}
BODY = b"a page of a journal"


def signed(body: bytes = BODY) -> dict[str, str]:
    return sign_request("POST", URL, HEADERS, body, KEY, "xuhui-1/1")


def test_a_request_names_its_box_by_whatever_name_head_office_was_reached() -> None:
    for url in (URL, "https://10.0.0.7/v1/box/push"):
        assert verify_request("POST", url, signed(), BODY, {"xuhui-1/1": KEY.public_bytes()}.get) == "xuhui-1/1"


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_changed_byte_of_the_body_is_refused(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    with pytest.raises(SignatureRefused):
        verify_request("POST", URL, signed(), bytes(changed), lambda _: KEY.public_bytes())


@given(
    st.sampled_from(["content-type", "content-encoding", "Content-Digest", "Signature", "Signature-Input"]), st.data()
)
def test_a_changed_or_missing_header_is_refused_or_changes_nothing(name: str, drawing: st.DataObject) -> None:
    headers = signed()
    value = headers.pop(name)
    way = drawing.draw(st.sampled_from(["gone", "random", "changed"]))
    if way == "random":
        headers[name] = drawing.draw(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
    elif way == "changed":
        place = drawing.draw(st.integers(0, len(value) - 1))
        letter = drawing.draw(st.characters(min_codepoint=33, max_codepoint=126))
        headers[name] = value[:place] + letter + value[place + 1 :]
    try:
        named = verify_request("POST", URL, headers, BODY, {"xuhui-1/1": KEY.public_bytes()}.get)
    except SignatureRefused:
        return
    assert named == "xuhui-1/1"
    assert headers.get("content-type") == HEADERS["Content-Type"]


@pytest.mark.parametrize(
    ("method", "url"),
    [("GET", URL), ("POST", URL.replace("push", "ask")), ("POST", URL.replace("/v1", "/v2"))],
)
def test_another_method_or_path_is_refused(method: str, url: str) -> None:
    with pytest.raises(SignatureRefused):
        verify_request(method, url, signed(), BODY, lambda _: KEY.public_bytes())


def test_another_key_an_unknown_box_and_no_signature_are_refused() -> None:
    attempts = [(signed(), SigningKey.generate().public_bytes()), (signed(), None), (dict(HEADERS), KEY.public_bytes())]
    for headers, known in attempts:
        with pytest.raises(SignatureRefused):
            verify_request("POST", URL, headers, BODY, lambda _, known=known: known)  # type: ignore[misc]  # bound here on purpose


def test_a_signature_that_covers_less_is_refused() -> None:
    bare = sign_request("POST", URL, {"Content-Type": "application/json"}, BODY, KEY, "xuhui-1/1")
    packed = {**bare, "content-encoding": "zstd"}
    with pytest.raises(SignatureRefused):
        verify_request("POST", URL, packed, BODY, lambda _: KEY.public_bytes())


@pytest.mark.parametrize("name", ["@method", "@path", "content-type", "content-digest"])
def test_a_signature_without_one_of_the_parts_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = ("@method", "@path", "content-type", "content-digest")
    monkeypatch.setattr("line.signatures._COVERED", tuple(part for part in parts if part != name))
    headers = sign_request("POST", URL, {"Content-Type": "text/plain"}, BODY, KEY, "xuhui-1/1")
    if name == "content-digest":  # the library signs it with every body: leave it out of the list by hand
        headers["Signature-Input"] = headers["Signature-Input"].replace(' "content-digest"', "")
    monkeypatch.setattr("line.signatures._COVERED", parts)
    with pytest.raises(SignatureRefused):
        verify_request("POST", URL, headers, BODY, lambda _: KEY.public_bytes())


@pytest.mark.parametrize("years", [-10, 10])
def test_a_box_whose_clock_is_years_off_is_let_in(years: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Off(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # noqa: ARG003 - a stand-in
            return datetime.now(UTC) + timedelta(days=365 * years)

    with monkeypatch.context() as off:
        off.setattr("http_message_signatures.signatures.datetime", SimpleNamespace(datetime=Off))
        headers = signed()
    assert verify_request("POST", URL, headers, BODY, {"xuhui-1/1": KEY.public_bytes()}.get) == "xuhui-1/1"


@pytest.mark.parametrize("tag", ["other", "guitai-box-1"])
def test_a_second_signature_beside_the_right_one_is_refused(tag: str) -> None:
    headers = signed()
    headers["Signature-Input"] += f', x=("@method");created=1;keyid="other-1/1";alg="ed25519";tag="{tag}"'
    headers["Signature"] += ", x=:AAAA:"
    with pytest.raises(SignatureRefused):
        verify_request("POST", URL, headers, BODY, lambda _: KEY.public_bytes())


def test_a_signature_made_for_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("line.signatures.TAG", "something-else")
    headers = signed()
    monkeypatch.undo()
    with pytest.raises(SignatureRefused):
        verify_request("POST", URL, headers, BODY, lambda _: KEY.public_bytes())


@pytest.mark.parametrize("algorithm", ["hmac-sha256", "rsa-v1_5-sha256", "ecdsa-p256-sha256", "none", ""])
def test_another_algorithm_is_refused(algorithm: str) -> None:
    headers = signed()
    headers["Signature-Input"] = headers["Signature-Input"].replace('alg="ed25519"', f'alg="{algorithm}"')
    with pytest.raises(SignatureRefused):
        verify_request("POST", URL, headers, BODY, lambda _: KEY.public_bytes())


def test_that_nobody_can_look_a_key_up_is_not_the_signers_fault() -> None:
    def away(_: str) -> bytes:
        raise ConnectionError("the database restarts")

    with pytest.raises(ConnectionError):
        verify_request("POST", URL, signed(), BODY, away)


@given(st.text(max_size=20))
def test_a_key_id_is_a_box_and_an_epoch_or_nothing(text: str) -> None:
    try:
        box, epoch = read_key_id(text)
    except SignatureRefused:
        return
    assert key_id(box, epoch).rpartition("/")[0] == box
    assert epoch >= 0


def test_what_is_signed_for_one_purpose_does_not_hold_for_another() -> None:
    signature = KEY.sign(PROGRAMME, BODY)
    verify(KEY.public_bytes(), PROGRAMME, BODY, signature)
    for domain, content in ((COUNTERSIGN, BODY), (PROGRAMME, BODY + b"!")):
        with pytest.raises(SignatureRefused):
            verify(KEY.public_bytes(), domain, content, signature)


def test_a_key_is_kept_for_its_owner_alone_and_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "box.key"
    KEY.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.load(path).public_bytes() == KEY.public_bytes()
    with pytest.raises(KeyUnreadable):
        SigningKey.generate().save(path)
    assert SigningKey.load(path).public_bytes() == KEY.public_bytes()
    assert [found.name for found in tmp_path.iterdir()] == ["box.key"]


def test_a_key_of_another_kind_is_no_signing_key(tmp_path: Path) -> None:
    tls.make_authority(tmp_path, "Guitai")
    with pytest.raises(KeyUnreadable):
        SigningKey.load(tmp_path / "authority.key")


def test_a_missing_or_torn_key_is_said_to_be(tmp_path: Path) -> None:
    torn = tmp_path / "torn.key"
    torn.write_bytes(b"-----BEGIN PRIVATE KEY-----\nAAAA\n")
    for path in (tmp_path / "none.key", torn):
        with pytest.raises(KeyUnreadable):
            SigningKey.load(path)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=4), st.lists(st.binary(max_size=8), min_size=1, max_size=4))
def test_a_fingerprint_is_eight_groups_that_differ_with_any_part(first: list[bytes], second: list[bytes]) -> None:
    groups = fingerprint(*first).split()
    assert [len(group) for group in groups] == [4] * 8
    assert (fingerprint(*first) == fingerprint(*second)) == (first == second)


@given(st.binary(max_size=5000))
def test_what_was_packed_comes_back_and_no_more_than_allowed(content: bytes) -> None:
    assert packing.unpack(packing.pack(content), len(content)) == content
    if content:
        with pytest.raises(PageTooLarge):
            packing.unpack(packing.pack(content), len(content) - 1)


@pytest.mark.parametrize(
    "content", [b"", b"x", packing.pack(b"x" * 999)[:-1], packing.pack(b"x") + b"y", b"\x28\xb5\x2f\xfd"]
)
def test_what_is_no_page_is_unreadable(content: bytes) -> None:
    with pytest.raises(PageUnreadable):
        packing.unpack(content, 10_000)


def test_a_bomb_is_stopped_before_it_fills_the_memory() -> None:
    with pytest.raises(PageTooLarge):
        packing.unpack(packing.pack(b"\0" * 50_000_000), 1_000_000)


def frame(told: int | None, blocks: list[int]) -> bytes:
    """Return a zstd frame that says it holds so many bytes, or nothing about it: blocks that repeat one letter."""
    size = b"\x00\x68" if told is None else b"\xc0\x68" + told.to_bytes(8, "little")  # a window of 8 MiB
    made = bytearray(b"\x28\xb5\x2f\xfd" + size)
    for place, repeated in enumerate(blocks):
        made += ((repeated << 3) | (1 << 1) | (place == len(blocks) - 1)).to_bytes(3, "little") + b"a"
    return bytes(made)


@pytest.mark.parametrize("told", [None, 0, 10, 101, 1_000_000, (1 << 64) - 1])
def test_a_page_that_lies_about_its_size_is_unreadable(told: int | None) -> None:
    assert packing.unpack(frame(100, [100]), 10_000_000) == b"a" * 100
    with pytest.raises(PageUnreadable):
        packing.unpack(frame(told, [100]), 10_000_000)


def test_a_small_bomb_is_stopped_before_it_takes_any_memory() -> None:
    blocks = [1 << 17] * 4096  # 16 KiB that unpack to 512 MiB
    tracemalloc.start()
    try:
        for told in (None, 512 << 20, 1 << 20, (1 << 64) - 1):
            with pytest.raises((PageTooLarge, PageUnreadable)):
                packing.unpack(frame(told, blocks), 32 << 20)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


@contextmanager
def server(folder: Path, shown: ssl.SSLContext | None = None) -> Iterator[int]:
    """Listen on loopback with the certificates in a folder, for whoever comes."""
    context = shown or tls.server_context(folder)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listening.accept()
            except OSError:
                return
            try:
                context.wrap_socket(plain, server_side=True).close()
            except OSError:
                plain.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    tls.make_authority(folder, "Guitai")
    tls.issue_server(folder, ("localhost", "127.0.0.1"))
    return folder


def connect(port: int, authority: bytes, name: str = "localhost") -> str | None:
    context = tls.pinned_context(authority)
    with (
        closing(socket.create_connection(("127.0.0.1", port))) as plain,
        context.wrap_socket(plain, server_hostname=name) as line,
    ):
        return line.version()


def test_a_box_learns_the_authority_once_and_trusts_it_alone(office: Path, tmp_path: Path) -> None:
    with server(office) as port:
        authority = tls.fetch_authority("127.0.0.1", port)
        assert authority == (office / "authority.pem").read_bytes()
        assert connect(port, authority) == "TLSv1.3"
        tls.make_authority(tmp_path, "Guitai")
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(port, (tmp_path / "authority.pem").read_bytes())
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(port, authority, "another.office")


def test_no_clock_is_asked_whether_the_certificate_holds(office: Path) -> None:
    context = tls.pinned_context((office / "authority.pem").read_bytes())
    assert context.verify_flags & 0x200000
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


def test_an_authority_is_never_written_over(tmp_path: Path) -> None:
    tls.make_authority(tmp_path, "Guitai")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(KeyUnreadable):
        tls.make_authority(tmp_path, "Guitai")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_server_gets_a_new_certificate_that_only_its_owner_can_use(office: Path, tmp_path: Path) -> None:
    for name in ("authority.key", "authority.pem"):
        (tmp_path / name).write_bytes((office / name).read_bytes())
    (tmp_path / "server.key").touch(mode=0o644)
    tls.issue_server(tmp_path, ("localhost",))
    assert stat.S_IMODE((tmp_path / "server.key").stat().st_mode) == 0o600
    with server(tmp_path) as port:
        assert connect(port, (office / "authority.pem").read_bytes()) == "TLSv1.3"


@pytest.mark.parametrize("content", [b"", b"no certificate", b"\xff\xfe", "证书".encode()])
def test_what_is_no_certificate_cannot_be_pinned(content: bytes) -> None:
    with pytest.raises(CertificateRefused):
        tls.pinned_context(content)


def test_a_server_without_its_authority_cannot_be_enrolled_with(office: Path, tmp_path: Path) -> None:
    alone = tmp_path / "server.pem"
    chain = (office / "server.pem").read_bytes()
    alone.write_bytes(chain[: chain.index(b"-----END CERTIFICATE-----") + len(b"-----END CERTIFICATE-----\n")])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(alone, office / "server.key")
    with server(office, context) as port, pytest.raises(CertificateRefused):
        tls.fetch_authority("127.0.0.1", port)
