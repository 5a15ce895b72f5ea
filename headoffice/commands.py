"""What the command line of head office does; each command returns its exit code and says a refusal in words."""

from __future__ import annotations

import asyncio
import logging
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import wraps
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headoffice.errors import HeadOfficeError
from headoffice.log_lines import log_to
from headoffice.server import Opened, open_office, serve
from headoffice.settings import Settings, load_settings, write_settings
from headoffice.store.database import create_database
from headoffice.words import word
from ledger.clock import to_wire_time
from ledger.errors import LedgerError
from ledger.money import format_minor
from line.errors import LineFault
from line.keys import COUNTERSIGN, EVIDENCE, SigningKey
from line.tls import issue_server, make_authority

if TYPE_CHECKING:
    from aiohttp.web import Application

Command = Callable[[Namespace], int]
_DEFAULT_HOME: Final = Path("/var/lib/headoffice")


def default_home() -> Path:
    """Return where an installed head office lives."""
    return _DEFAULT_HOME


def say(text: str) -> None:
    """Write one line for a person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def refusals_said(command: Command) -> Command:
    """Turn what a command refuses into a sentence and the way out, on standard error."""

    @wraps(command)
    def said(asked: Namespace) -> int:
        try:
            return command(asked)
        except (HeadOfficeError, LedgerError, LineFault) as refused:
            sys.stderr.write(word(refused) + "\n")
            return 1

    return said


@refusals_said
def init(asked: Namespace) -> int:
    """Make a head office: settings, keys, authority, certificate, an empty database and its first owner."""
    from headoffice.people import add_person

    database = asked.database or f"sqlite:///{asked.home / 'headoffice.db'}"
    names = tuple(asked.name or ("localhost", "127.0.0.1"))
    settings = Settings(asked.home, database, asked.host, asked.boxes_port, asked.pages_port, names)
    laying = asked.owner_database or database
    create_database(laying, to_wire_time(datetime.now(UTC)), asked.shards).close()
    SigningKey.generate().save(settings.signing_key)
    make_authority(settings.tls, "Guitai")
    issue_server(settings.tls, names)
    path = write_settings(settings)
    opened = open_office(settings)
    add_person(opened.database, asked.owner, asked.owner, "owner", _password())
    say(f"{path}")
    say("run: headoffice run; then: headoffice box code STORE BOX")
    return 0


@refusals_said
def run(asked: Namespace) -> int:
    """Serve boxes and people until told to stop."""
    log_to(logging.StreamHandler(), "%(asctime)s %(levelname)s %(name)s %(message)s", logging.INFO)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    asyncio.run(serve(load_settings(asked.home), None if asked.without_pages else _pages))
    return 0


@refusals_said
def box_code(asked: Namespace) -> int:
    """Print a single-use code that lets a box in."""
    code = _open(asked).office.deeds.new_code(asked.box, asked.store, asked.purpose, asked.person)
    say("-".join((code[:4], code[4:8], code[8:])))
    return 0


@refusals_said
def box_confirm(asked: Namespace) -> int:
    """Show a waiting box's fingerprint and let it in once a person says that its own screen shows the same."""
    opened = _open(asked)
    epoch = asked.epoch or _latest_epoch(opened, asked.box)
    shown = opened.fingerprint_of(asked.box, epoch)
    say(f"{asked.box}/{epoch}: {shown}")
    if not asked.same and input("同一组数字? the same on the box? [y/N] ").strip().lower() != "y":
        return 1
    opened.office.deeds.confirm_box(asked.box, epoch, asked.person)
    return 0


@refusals_said
def box_fence(asked: Namespace) -> int:
    """Declare a box dead: what it holds is suspense until two people release it."""
    epoch = _open(asked).office.deeds.fence(asked.box, asked.person)
    say(f"{asked.box}/{epoch} fenced")
    return 0


@refusals_said
def box_release(asked: Namespace) -> int:
    """Propose the release of a dead box's suspense, or confirm what somebody else proposed."""
    deeds = _open(asked).office.deeds
    if not asked.confirm:
        deeds.propose_release(asked.box, asked.person)
        say(f"{asked.box}: proposed by {asked.person}; somebody else confirms it after the claim window")
        return 0
    say(f"{asked.box}: {format_minor(deeds.confirm_release(asked.box, asked.person))} released")
    return 0


@refusals_said
def quarantine(asked: Namespace) -> int:
    """List what is in quarantine, or settle or dismiss one page of it."""
    opened = _open(asked)
    if asked.settle:
        opened.office.deeds.settle(asked.box, asked.settle, asked.person)
        say("settled")
    elif asked.dismiss:
        opened.office.deeds.dismiss(asked.box, asked.dismiss, asked.person)
        say("dismissed")
    else:
        sql = (
            "SELECT q.box, q.epoch, q.sequence, q.reason, q.detail, q.at, q.id FROM quarantine q LEFT JOIN quarantine_end e"
            " ON e.box = q.box AND e.id = q.id WHERE e.id IS NULL ORDER BY q.at"
        )
        with opened.database.read() as tx:
            for row in tx.rows(sql):
                say("{}/{} {:06d} {} {} {} {}".format(*row))
    return 0


@refusals_said
def merge(asked: Namespace) -> int:
    """Let one member's record stand for another's."""
    _open(asked).office.deeds.merge(asked.from_member, asked.into_member, asked.person)
    return 0


@refusals_said
def programme(asked: Namespace) -> int:
    """Sign a programme file and send it to every box of its store."""
    say(_open(asked).office.deeds.publish(asked.file.read_bytes(), asked.person))
    return 0


@refusals_said
def restored(asked: Namespace) -> int:
    """Say that this head office came back from a backup: a new epoch, no grants until every box has told all again."""
    say(f"head office epoch {_open(asked).office.deeds.restored(asked.person)}")
    return 0


@refusals_said
def add_person_command(asked: Namespace) -> int:
    """Add somebody who signs in to the pages; asks for the password."""
    from headoffice.people import add_person

    add_person(_open(asked).database, asked.number, asked.name, asked.role, _password())
    return 0


@refusals_said
def verify(asked: Namespace) -> int:
    """Recompute everything from the journals' bytes and countersign the heads that hold."""
    from headoffice.audit.verify import verify as prove

    opened = _open(asked)
    proved = prove(opened.database, lambda content: opened.key.sign(COUNTERSIGN, content))
    say(str(proved))
    return 0


@refusals_said
def evidence(asked: Namespace) -> int:
    """Write one member's archive: entries, terms, receipts, and the proof of them."""
    from headoffice.audit.evidence import evidence as write

    opened = _open(asked)
    write(
        opened.database,
        asked.member,
        asked.file,
        lambda content: opened.key.sign(EVIDENCE, content),
        opened.key.public_bytes(),
    )
    say(str(asked.file))
    return 0


@refusals_said
def clearing(asked: Namespace) -> int:
    """Print who owes whom: value sold by one store and spent in another, as CSV."""
    from headoffice.audit.clearing import clearing as lines_between
    from headoffice.audit.clearing import to_csv

    opened = _open(asked)
    begin = asked.begin or date.min
    sys.stdout.write(to_csv(lines_between(opened.database, begin, asked.end or date.max)))
    return 0


def _pages(opened: Opened) -> Application:
    from headoffice.pages.application import pages_of

    return pages_of(opened)


def _open(asked: Namespace) -> Opened:
    return open_office(load_settings(asked.home))


def _latest_epoch(opened: Opened, box: str) -> int:
    with opened.database.read() as tx:
        row = tx.one("SELECT max(epoch) FROM life WHERE box = ?", (box,))
    return 1 if row is None or row[0] is None else int(row[0])


def _password() -> str:
    """Ask for a password; without a terminal it is the first line of standard input."""
    if sys.stdin.isatty():
        return getpass("密码 password: ")
    return sys.stdin.readline().rstrip("\n")
