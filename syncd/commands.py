"""What the daemon's command line does; each command returns its exit code and says a refusal in the shop's language."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Final

from kiosk.clock import SystemClock
from kiosk.config import Config, ConfigError, load_config
from kiosk.i18n import Language, Phrase
from kiosk.log_lines import log_to
from kiosk.model import cipher
from kiosk.model.backup_marker import MARKER, stop, weigh
from kiosk.model.errors import ModelError
from kiosk.model.file_modes import refuse_changeable, refuse_open_files
from kiosk.model.store import BoxIdentity, Store
from kiosk.uplink import SyncDaemon
from ledger.errors import LedgerError
from ledger.money import format_minor
from line.errors import LineFault
from line.keys import SigningKey
from line.packing import pack
from line.tls import pinned_context
from syncd import phrases
from syncd.client import HeadOffice
from syncd.daemon import Doors, make_engine, run_until_told
from syncd.enrolment import Shown, confirmed, journal_fetcher, keep, signer
from syncd.errors import AnotherBox, SyncError
from syncd.recovery import Recovered
from syncd.recovery import recover as rebuild
from syncd.settings import Settings, StateFolder

_DEFAULT_CONFIG: Final = Path("/var/lib/kiosk/kiosk.toml")
_TOLD: Final = (SyncError, ModelError, LedgerError, LineFault, ConfigError, OSError)
Command = Callable[[Namespace], int]


def default_config() -> Path:
    """Return the box's config file in use: `GUITAI_CONFIG`, or the installed box's."""
    return Path(os.environ.get("GUITAI_CONFIG", _DEFAULT_CONFIG))


def refusals_said(command: Command) -> Command:
    """Turn what a command refuses into a line on standard error."""

    @wraps(command)
    def said(asked: Namespace) -> int:
        try:
            return command(asked)
        except _TOLD as error:
            sys.stderr.write(phrases.word(error, _language()) + "\n")
            return 1

    return said


@refusals_said
def run(asked: Namespace) -> int:
    """Keep the line to head office until told to stop."""
    log_to(logging.StreamHandler(), "%(levelname)s %(name)s %(message)s", logging.WARNING)
    config, folder = _opened(asked)
    refuse_changeable(asked.config)
    refuse_open_files(config.database, config.state, config.backup.folder)
    settings = folder.load()
    store, clock = Store.open(config.database), SystemClock()
    _same_box(settings, store.identity)
    _stop_old_books(config, store)
    sign = signer(SigningKey.load(folder.key), settings.box, settings.epoch)
    office = HeadOffice(settings.url, sign, pack, pinned_context(folder.authority.read_bytes()))
    doors = Doors(_socket(config, folder), settings.status_port or None, Language(config.language), config.zone)

    async def until_told() -> None:
        try:
            await run_until_told(make_engine(store, clock, config.zone), office, doors, clock)
        finally:
            await office.close()

    asyncio.run(until_told())
    return 0


@refusals_said
def enrol(asked: Namespace) -> int:
    """Let this box belong to a head office, once a person there compared the fingerprint."""
    config, folder = _opened(asked)
    store = Store.open(config.database)
    enrolled = asyncio.run(confirmed(folder, asked.url, asked.code, store.identity, _show))
    keep(folder, store, asked.url, enrolled)
    store.close()
    _say(phrases.ENROLLED)
    if config.daemon is None:
        _say(phrases.NAME_THE_SOCKET, socket=folder.socket)
    return 0


@refusals_said
def recover(asked: Namespace) -> int:
    """Give this box its own journal back from head office, under a new epoch."""
    config, folder = _opened(asked)
    url = asked.url or folder.load().url
    expected = None
    if config.database.is_file():
        store = Store.open(config.database)
        expected = store.identity
        store.close()
    recovered = asyncio.run(_recovered(config, folder, url, asked.code, expected))
    _say(phrases.RECOVERED, entries=recovered.entries)
    if recovered.old_books is not None:
        _say(phrases.OLD_BOOKS, path=recovered.old_books)
    for number in recovered.set_aside:
        _say(phrases.SET_ASIDE, number=number)
    return 0


@refusals_said
def state(asked: Namespace) -> int:
    """Say where the running daemon stands."""
    config, folder = _opened(asked)
    found = SyncDaemon(_socket(config, folder)).state()
    if found is None:
        _say(phrases.NO_DAEMON)
        return 1
    _say(phrases.MODES[found.mode])
    if found.stop_reason:
        sys.stdout.write(f"{found.stop_reason}: {phrases.next_step(found.stop_reason, _language())}\n")
    _say(phrases.ONLINE if found.online else phrases.OFFLINE)
    _say(phrases.WAITS, entries=found.pending, amount=format_minor(found.pending_minor))
    return 0


async def _recovered(
    config: Config, folder: StateFolder, url: str, code: str, expected: BoxIdentity | None
) -> Recovered:
    """Enrol for a recovery, rebuild the books on a thread of their own, and keep the new life's settings."""
    enrolled = await confirmed(folder, url, code, expected, _show)
    answer = enrolled.answer
    office = HeadOffice(url, signer(enrolled.key, answer.box, answer.epoch), pack, pinned_context(enrolled.authority))
    fetch = journal_fetcher(office, answer.epoch, asyncio.get_running_loop())
    try:
        recovered = await asyncio.to_thread(rebuild, config.database, answer, fetch)
    finally:
        await office.close()
    folder.save(Settings(url, answer.box, answer.store, answer.epoch), enrolled.authority)
    return recovered


def _opened(asked: Namespace) -> tuple[Config, StateFolder]:
    config = load_config(asked.config)
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    cipher.use(config.key_file)
    return config, StateFolder(config.state)


def _socket(config: Config, folder: StateFolder) -> Path:
    return folder.socket if config.daemon is None else config.daemon


def _same_box(settings: Settings, found: BoxIdentity) -> None:
    """Refuse to speak for another life than the books are of; raises AnotherBox."""
    wanted = (settings.box, settings.store, settings.epoch)
    if wanted != (found.box, found.store, found.epoch):
        names = (f"{store} / {box} / {epoch}" for box, store, epoch in (wanted, (found.box, found.store, found.epoch)))
        raise AnotherBox(*names)


def _stop_old_books(config: Config, store: Store) -> None:
    """Let books that are older than the box's own past give nothing away either: what they hold may be spent."""
    found = weigh(store, config.state / MARKER, config.backup.folder)
    if found is not None:
        stop(store, found.reason)


def _show(shown: Shown) -> None:
    _say(phrases.COMPARE, box=shown.box, store=shown.store, fingerprint=shown.fingerprint)


def _say(phrase: Phrase, **values: object) -> None:
    sys.stdout.write(phrase.said(_language(), **values) + "\n")
    sys.stdout.flush()


def _language() -> Language:
    return Language.EN if os.environ.get("LANG", "").startswith("en") else Language.ZH
