"""`kiosk backup` and `kiosk restore`: take, list and check backups; put one in the place of the books."""

from __future__ import annotations

import argparse
import sys
from argparse import Namespace
from contextlib import closing
from dataclasses import replace
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.commands import asked_language, refusals_said, say
from kiosk.config import Config, load_config
from kiosk.i18n import Language, Phrase
from ledger.money import format_minor

if TYPE_CHECKING:
    from kiosk.services.backup import Outcome
    from kiosk.services.backup_restore import Plan
    from kiosk.services.counter import Counter

_WIDTH: Final = 30


def add_backup(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kiosk backup` and `kiosk restore` to the command line."""
    backup = several.add_parser("backup", help="take a backup now, checked, and its copy on the second medium")
    act = backup.add_mutually_exclusive_group()
    act.add_argument("--to", type=Path, metavar="DIR", help="into this folder, this time; nothing there is rotated")
    act.add_argument("--list", action="store_true", help="list the backups there are")
    act.add_argument("--check", type=Path, metavar="FILE", help="prove a backup: its hash, its books, its last entry")
    backup.set_defaults(run=back_up)
    restore = several.add_parser("restore", help="put a backup in the place of the books; what is there is kept aside")
    which = restore.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", type=Path, metavar="FILE", help="the backup: guitai-BOX-….db")
    which.add_argument("--present", action="store_true", help="go on with the books that are here, old as they are")
    restore.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")
    restore.add_argument("--manager", default="", help="the manager's number; the PIN is asked for")
    restore.set_defaults(run=restore_books)
    for parser in (backup, restore):
        parser.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
        parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the box's config file")


@refusals_said
def back_up(asked: Namespace) -> int:
    """Take a backup, or list or check what there is; 1 where there is no good first or second copy."""
    from kiosk.model import cipher

    config = load_config(asked.config)
    cipher.use(config.key_file)
    if asked.check is not None:
        return _check(config, asked.check, asked_language(asked))
    if asked.list:
        return _list(config, asked_language(asked))
    return _take(config, asked.to, asked_language(asked))


def _take(config: Config, to: Path | None, language: Language) -> int:
    from kiosk.services.backup import back_up as take
    from kiosk.wiring import backup_places, open_counter

    counter = open_counter(config)
    with closing(counter.store):
        outcome = take(counter.store, backup_places(config), counter.now(), _progress, to)
    return _say_outcome(outcome, config, language)


def _say_outcome(outcome: Outcome, config: Config, language: Language) -> int:
    from kiosk.screens import phrases_backup as words
    from kiosk.screens.backup_words import word_trouble
    from kiosk.services.backup import backup_at

    for file in (outcome.file, outcome.second_file):
        if file:
            manifest = backup_at(Path(file)).manifest
            values = {"epoch": manifest.epoch, "sequence": manifest.sequence, "bytes": manifest.size_bytes}
            say(words.TAKEN.said(language, file=file, total=format_minor(manifest.total_minor), **values))
    for name in outcome.deleted:
        say(words.ROTATED.said(language, name=name))
    trouble = outcome.trouble
    if trouble is not None:
        refusal = word_trouble(trouble, language, config.zone)
        sys.stderr.write(f"{refusal.what}\n{refusal.why}\n{refusal.next_step}\n")
        if trouble.second:
            sys.stderr.write(words.FIRST_STANDS.said(language) + "\n")
    return int(trouble is not None)


def _list(config: Config, language: Language) -> int:
    """List backups in both folders, newest first; 1 for none that is whole."""
    from kiosk.i18n import moment_text
    from kiosk.model.backup_manifest import backups_in
    from kiosk.screens import phrases_backup as words
    from kiosk.wiring import backup_places, open_counter

    places = backup_places(config)
    counter = open_counter(config)
    with closing(counter.store):
        box = counter.store.identity.box
    count = 0
    for folder in filter(None, (places.folder, places.second)):
        found = backups_in(folder, box)
        count += len(found.backups)
        say(words.LISTED.said(language, folder=folder, count=len(found.backups)))
        for backup in reversed(found.backups):
            manifest = backup.manifest
            values = {"epoch": manifest.epoch, "sequence": manifest.sequence, "members": manifest.members}
            taken, total = moment_text(manifest.taken, config.zone), format_minor(manifest.total_minor)
            say("  " + words.LINE.said(language, name=backup.file.name, taken=taken, total=total, **values))
        for file, reason in found.others:
            say("  " + words.NOT_WHOLE.said(language, name=file.name, reason=reason))
    return int(not count)


def _check(config: Config, file: Path, language: Language) -> int:
    """Prove a backup on a copy in the state folder, which goes away again."""
    from kiosk.screens import phrases_backup as words
    from kiosk.services.backup import check_backup
    from kiosk.wiring import backup_places

    manifest, proved = check_backup(file, backup_places(config), _progress)
    values = {"rows": proved.rows, "members": proved.members, "epoch": manifest.epoch, "sequence": manifest.sequence}
    say(words.CHECKED.said(language, file=file, total=format_minor(proved.total_minor), **values))
    return 0


@refusals_said
def restore_books(asked: Namespace) -> int:
    """Say in figures what a restore does, ask for the box's name and a manager's PIN, and do it."""
    from kiosk.model import cipher
    from kiosk.model.backup import forget
    from kiosk.screens import phrases_backup as words

    config, language = load_config(asked.config), asked_language(asked)
    cipher.use(config.key_file)
    plan = _planned(config, asked)
    try:
        _say_plan(plan, config, language)
        if asked.dry_run:
            say(words.DRY_RUN.said(language))
            return 0
        return _restored(plan, config, asked.manager, language)
    finally:
        forget(plan.draft)


def _planned(config: Config, asked: Namespace) -> Plan:
    from kiosk.services.backup_restore import plan_as_it_is, plan_restore
    from kiosk.wiring import backup_places

    joined = config.daemon is not None or (config.state / "syncd.toml").exists()
    places = backup_places(config)
    if asked.file is None:
        return plan_as_it_is(config.database, places, joined=joined, progress=_progress)
    return plan_restore(config.database, places, asked.file, joined=joined, progress=_progress)


def _say_plan(plan: Plan, config: Config, language: Language) -> None:
    from kiosk.screens.phrases_backup import plan_lines

    for line in plan_lines(plan, language, config.zone):
        say(line)


def _restored(plan: Plan, config: Config, manager: str, language: Language) -> int:
    from kiosk.screens import phrases_backup as words
    from kiosk.services.backup_restore import carry_out, manager_unasked, require_manager, require_name
    from kiosk.wiring import backup_places, open_counter

    def counter_over(database: Path) -> Counter:
        return open_counter(replace(config, database=database))

    require_name(plan, _answer(words.TYPE_NAME, language, box=plan.image.identity.box))
    number = manager or _answer(words.MANAGER, language).strip()
    judge = counter_over(config.database if plan.present is not None else plan.draft)
    with closing(judge.store):
        unasked = manager_unasked(judge, number) if plan.present is None else None
        person = unasked or require_manager(judge, number, _pin(language))
    aside = carry_out(plan, backup_places(config), counter_over, person)
    if aside is not None:
        say(words.ASIDE.said(language, path=aside))
    if unasked is not None:
        say(words.SET_PINS.said(language, number=number))
    say((words.RECOVER_NOW if plan.joined else words.RESTORED).said(language, epoch=plan.epoch))
    return 0


def _answer(question: Phrase, language: Language, **values: object) -> str:
    sys.stdout.write(question.said(language, **values) + " ")
    sys.stdout.flush()
    return sys.stdin.readline()


def _pin(language: Language) -> str:
    from kiosk.screens import phrases_backup as words

    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return getpass(words.PIN.said(language) + " ")


def _progress(what: str, done: int, of: int) -> None:
    """Draw a bar where a person looks on; a timer's log gets none."""
    if not sys.stderr.isatty() or not of:
        return
    bar = "#" * (_WIDTH * done // of)
    end = "\n" if done >= of else "\r"
    sys.stderr.write(f"{what:<7}[{bar:<{_WIDTH}}] {done}/{of}{end}")
    sys.stderr.flush()
