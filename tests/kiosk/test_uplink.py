"""The uplink: the daemon's answers as values, and never a moment beyond the budget."""

from __future__ import annotations

import json
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.uplink import GrantAnswer, GrantOutcome, NoDaemon, RefreshOutcome, SyncDaemon
from tests.builders import OPENING

Peer = Callable[[socket.socket, bytes], None]
ASK = "0" * 26
STATE = {
    "mode": "going",
    "online": True,
    "pending": 3,
    "pending_minor": 12_800,
    "stop_reason": None,
    "last_contact_at": "2026-11-20T01:00:00.000Z",
}


@contextmanager
def daemon(peer: Peer, budget_ms: int = 2_000) -> Iterator[tuple[SyncDaemon, list[bytes]]]:
    """A daemon on a real socket that answers each connection as told; and what it was asked."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        path, asked = Path(folder) / "syncd.sock", list[bytes]()
        listening.bind(str(path))
        listening.listen()

        def serve() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                with line:
                    asked.append(whole_request(line))
                    peer(line, asked[-1])

        server = threading.Thread(target=serve)
        server.start()
        try:
            yield SyncDaemon(path, budget_ms), asked
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            server.join()


def whole_request(line: socket.socket) -> bytes:
    """Read a request with its body."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += line.recv(4096)
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        (int(each.split(b":")[1]) for each in head.split(b"\r\n") if each.lower().startswith(b"content-len")), 0
    )
    while len(body) < length:
        body += line.recv(4096)
    return head + b"\r\n\r\n" + body


def saying(content: object, status: str = "200 OK") -> Peer:
    """A peer with one answer."""

    def peer(line: socket.socket, _: bytes) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        line.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    return peer


def until_given_up(line: socket.socket, _: bytes) -> None:
    """A peer that says nothing until the other side hangs up."""
    line.recv(1)


def drop_by_drop(line: socket.socket, _: bytes) -> None:
    """A peer that always says a little, and never all."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
    try:
        while True:
            line.sendall(b" ")
            time.sleep(0.01)
    except OSError:
        return


def hangs_up(line: socket.socket, _: bytes) -> None:
    """A peer that leaves in the middle."""
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Le")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ({"outcome": "granted", "granted_minor": 3_400, "recalled_minor": 0}, GrantAnswer(GrantOutcome.GRANTED, 3_400)),
        (
            {"outcome": "partly", "granted_minor": 1_000, "recalled_minor": 2_400},
            GrantAnswer(GrantOutcome.PARTLY, 1_000, 2_400),
        ),
        ({"outcome": "none", "granted_minor": 0, "recalled_minor": 0}, GrantAnswer(GrantOutcome.NONE)),
        ({"outcome": "checking", "granted_minor": 0, "recalled_minor": 0}, GrantAnswer(GrantOutcome.CHECKING)),
    ],
)
def test_what_head_office_grants_comes_as_it_was_said(said: object, heard: GrantAnswer) -> None:
    with daemon(saying(said)) as (asking, asked):
        assert asking.grant(ASK, "m1", 3_400) == heard
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /grant HTTP/1.1\r\n")
    assert json.loads(body) == {"ask_id": ASK, "member_id": "m1", "amount_minor": 3_400, "budget_ms": 2_000}


def test_units_are_asked_for_by_their_asset() -> None:
    with daemon(saying({"outcome": "partly", "granted_minor": 1, "recalled_minor": 2})) as (asking, asked):
        assert asking.grant(ASK, "m1", 3, "COUPON:cake") == GrantAnswer(GrantOutcome.PARTLY, 1, 2)
    assert json.loads(asked[0].partition(b"\r\n\r\n")[2])["asset"] == "COUPON:cake"


@pytest.mark.parametrize("outcome", ["found", "nobody", "offline"])
def test_a_member_is_asked_for_by_what_is_known_of_them(outcome: str) -> None:
    with daemon(saying({"outcome": outcome})) as (asking, asked):
        assert asking.refresh(phone="13800001111") is RefreshOutcome(outcome)
        assert asking.refresh(code="M2345678X") is RefreshOutcome(outcome)
        assert asking.refresh(member_id="m1") is RefreshOutcome(outcome)
    bodies = [json.loads(each.partition(b"\r\n\r\n")[2]) for each in asked]
    assert bodies == [{"phone": "13800001111"}, {"code": "M2345678X"}, {"member_id": "m1"}]


def test_where_the_box_stands_is_read_as_it_was_said() -> None:
    with daemon(saying(STATE)) as (asking, asked):
        state = asking.state()
    assert state is not None
    assert (state.mode, state.online, state.pending, state.pending_minor) == ("going", True, 3, 12_800)
    assert (state.stop_reason, state.last_contact_at) == (None, OPENING)
    assert asked[0].startswith(b"GET /state HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "peer",
    [
        hangs_up,
        saying({"outcome": "granted"}),
        saying({"outcome": "granted", "granted_minor": -1, "recalled_minor": 0}),
        saying({"outcome": "granted", "granted_minor": True, "recalled_minor": 0}),
        saying({"outcome": "granted", "granted_minor": 1.5, "recalled_minor": 0}),
        saying({"outcome": "maybe", "granted_minor": 0, "recalled_minor": 0}),
        saying(["granted"]),
        saying(b"{"),
        saying(b"[" * 60_000),
        saying(b" " * 70_000),
        saying({"outcome": "granted", "granted_minor": 1, "recalled_minor": 0}, "500 Oh"),
    ],
)
def test_an_answer_that_is_none_leaves_the_ask_open_and_nobody_found(peer: Peer) -> None:
    with daemon(peer) as (asking, _):
        assert asking.grant(ASK, "m1", 1) == GrantAnswer(GrantOutcome.CHECKING)
        assert asking.refresh(member_id="m1") is RefreshOutcome.OFFLINE
        assert asking.state() is None


@pytest.mark.parametrize("peer", [until_given_up, drop_by_drop])
def test_a_daemon_that_is_too_slow_is_left_when_the_budget_is_spent(peer: Peer) -> None:
    with daemon(peer, budget_ms=50) as (asking, _):
        assert asking.grant(ASK, "m1", 1) == GrantAnswer(GrantOutcome.CHECKING)
        assert asking.refresh(code="M1") is RefreshOutcome.OFFLINE
        assert asking.state() is None


def test_a_daemon_that_does_not_listen_was_never_asked(tmp_path: Path) -> None:
    asking = SyncDaemon(tmp_path / "nobody.sock")
    assert asking.grant(ASK, "m1", 1) == GrantAnswer(GrantOutcome.OFFLINE)
    assert asking.refresh(member_id="m1") is RefreshOutcome.OFFLINE
    assert asking.state() is None


def test_a_path_too_long_for_a_socket_is_a_daemon_that_does_not_listen(tmp_path: Path) -> None:
    asking = SyncDaemon(tmp_path / ("x" * 200))
    assert asking.grant(ASK, "m1", 1).outcome is GrantOutcome.OFFLINE
    assert asking.state() is None


def test_a_box_without_a_head_office_asks_nobody() -> None:
    alone = NoDaemon()
    assert alone.grant(ASK, "m1", 1).outcome is GrantOutcome.OFFLINE
    assert alone.refresh(member_id="m1") is RefreshOutcome.OFFLINE
    assert alone.state() is None
