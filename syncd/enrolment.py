"""Enrolment: a code, a key made here, and one fingerprint that two screens show and a person compares.

Nothing is trusted before that: whoever sits between the box and head office shows another authority or another key, and
then the digits differ. Source: `docs/protocol.md`; `line/keys.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from kiosk.model import journal, uplink
from kiosk.model.store import BoxIdentity, Store
from ledger.protocol.messages import Enrol, EnrolAnswer, JournalAsk
from ledger.protocol.page import Page
from line.keys import SigningKey, fingerprint
from line.packing import pack
from line.signatures import key_id, sign_request
from line.tls import fetch_authority, pinned_context
from syncd.client import HeadOffice, Sign
from syncd.errors import AnotherBox, JournalUnfit, NotConfirmed, SettingUnfit
from syncd.settings import Settings, StateFolder

_POLL_SECONDS: Final = 2.0
_PATIENCE_SECONDS: Final = 15 * 60
_HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person compares: the digits, and whose they are."""

    box: str
    store: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A confirmed enrolment that is not yet kept: what head office said, its authority (PEM) and the box's key."""

    answer: EnrolAnswer
    authority: bytes
    key: SigningKey


async def confirmed(
    folder: StateFolder,
    url: str,
    code: str,
    expected: BoxIdentity | None,
    show: Callable[[Shown], None],
    *,
    poll_seconds: float = _POLL_SECONDS,
    patience_seconds: int = _PATIENCE_SECONDS,
) -> Enrolled:
    """Ask to be let in and wait until a person at head office says that the digits are the same.

    The key waits in the state folder, so that the same code can be tried again. Raises AnotherBox, NotConfirmed,
    SettingUnfit, LineError, LineFault, OSError.
    """
    host, port = _address(folder, url)
    authority = await asyncio.to_thread(fetch_authority, host, port)
    key = _waiting_key(folder)
    office = HeadOffice(url, signer(key, expected.box if expected else "new", 0), pack, pinned_context(authority))
    asked = Enrol(code.replace("-", "").strip().upper(), key.public_bytes().hex())
    try:
        answer = await office.enrol(asked)
        if expected is not None and (answer.box, answer.store) != (expected.box, expected.store):
            raise AnotherBox(f"{answer.store} / {answer.box}", f"{expected.store} / {expected.box}")
        digits = fingerprint(authority, key.public_bytes(), answer.box.encode(), answer.store.encode())
        show(Shown(answer.box, answer.store, digits))
        async with asyncio.timeout(patience_seconds):
            while not answer.confirmed:
                await asyncio.sleep(poll_seconds)
                answer = await office.enrol(asked)
    except TimeoutError as nobody:
        raise NotConfirmed(patience_seconds) from nobody
    finally:
        await office.close()
    return Enrolled(answer, authority, key)


def fits(store: Store, answer: EnrolAnswer) -> None:
    """Refuse a life that this box's journal does not begin or go on; raises JournalUnfit."""
    epoch, sequence, _ = journal.head(store)
    if answer.first != 1 or (sequence and epoch != answer.epoch) or store.identity.epoch > answer.epoch:
        raise JournalUnfit(answer.first)


def keep(folder: StateFolder, store: Store, url: str, enrolled: Enrolled) -> None:
    """Let the box belong to its head office from now on."""
    answer = enrolled.answer
    fits(store, answer)
    with store.write():
        if store.identity.epoch < answer.epoch:
            store.change("UPDATE box SET epoch = ?", (answer.epoch,))
        uplink.join(store, bytes.fromhex(answer.office_key))
    folder.save(Settings(url, answer.box, answer.store, answer.epoch), enrolled.authority)


def signer(key: SigningKey, box: str, epoch: int) -> Sign:
    """Return what signs the requests of a life."""
    named = key_id(box, epoch)
    return lambda method, url, headers, body: sign_request(method, url, headers, body, key, named)


def journal_fetcher(office: HeadOffice, epoch: int, loop: asyncio.AbstractEventLoop) -> Callable[[int], Page]:
    """Return what fetches the page of the journal after a sequence number, for another thread than the loop's."""

    def fetch(after: int) -> Page:
        return asyncio.run_coroutine_threadsafe(office.journal(JournalAsk(epoch, after)), loop).result()

    return partial(fetch)


def _waiting_key(folder: StateFolder) -> SigningKey:
    if not folder.next_key.exists():
        SigningKey.generate().save(folder.next_key)
    return SigningKey.load(folder.next_key)


def _address(folder: StateFolder, url: str) -> tuple[str, int]:
    """Return host and port of head office's URL; raises SettingUnfit for one that is not https."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.path not in {"", "/"}:
        raise SettingUnfit(str(folder.settings), "url")
    return parts.hostname, parts.port or _HTTPS
