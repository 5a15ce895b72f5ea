"""`kiosk import`: members and balances of another system, mapped, checked, brought in, and taken back once."""

from __future__ import annotations

import argparse
import csv
import sys
from argparse import Namespace
from collections.abc import Iterable
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.commands import asked_language, refusals_said, say
from kiosk.config import load_config
from kiosk.i18n import Language
from kiosk.screens import phrases_moving as words
from ledger.money import format_minor

if TYPE_CHECKING:
    from kiosk.services.counter import Counter
    from kiosk.services.moving_check import Checked, Problem, Reader
    from kiosk.services.moving_mapping import Mapping
    from kiosk.services.opening import Batch, Totals

_SHOWN: Final = 20
_WIDTH: Final = 30


def add_import(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kiosk import map | members | list | revert` to the command line."""
    moving = several.add_parser("import", help="bring members and balances in from another system")
    acts = moving.add_subparsers(title="acts", metavar="ACT", required=True)
    mapping = acts.add_parser("map", help="propose which column is what, into a file to be checked")
    mapping.add_argument("file", type=Path, help="the other system's CSV or XLSX")
    mapping.add_argument("--sheet", default="", help="of a workbook; the first unless named")
    mapping.add_argument("--to", type=Path, help="where to (default: beside the file)")
    mapping.set_defaults(run=map_columns)
    members = acts.add_parser("members", help="bring them in; with --dry-run only say what would come")
    members.add_argument("file", type=Path)
    members.add_argument("--map", dest="mapping", type=Path, help="the mapping (default: beside the file)")
    members.add_argument("--dry-run", action="store_true", help="check everything and write nothing")
    members.add_argument("--more", action="store_true", help="another sheet of members who were brought in before")
    members.add_argument("--manager", default="", help="the manager's number; the PIN is asked for")
    members.set_defaults(run=import_members)
    acts.add_parser("list", help="list the imports of this box").set_defaults(run=list_imports)
    revert = acts.add_parser("revert", help="take a whole import back, once, while nothing of it was used")
    revert.add_argument("batch")
    revert.add_argument("--manager", required=True, help="the manager's number; the PIN is asked for")
    revert.set_defaults(run=revert_import)
    for parser in acts.choices.values():
        parser.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
        parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the box's config file")


def add_export(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kiosk export members | entries` to the command line."""
    export = several.add_parser("export", help="write members or entries into a CSV or XLSX of their own")
    export.add_argument("what", choices=("members", "entries"))
    export.add_argument("--to", type=Path, required=True, help="a .csv or .xlsx that is not there yet")
    export.add_argument("--gb18030", action="store_true", help="for spreadsheets that read no UTF-8")
    export.add_argument("--manager", default="", help="whole phones; the PIN is asked for")
    export.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
    export.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the box's config file")
    export.set_defaults(run=export_rows)


@refusals_said
def export_rows(asked: Namespace) -> int:
    """Write members or entries into a file."""
    from kiosk.screens.phrases_frame import KINDS
    from kiosk.services import moving_export as out
    from kiosk.services.moving_people import manager_of
    from kiosk.wiring import open_counter

    language, counter = asked_language(asked), open_counter(load_config(asked.config))
    if asked.manager:
        manager_of(counter, asked.manager, _pin(asked.manager, language))
    with out.table(asked.to, gb18030=asked.gb18030) as write:
        if asked.what == "members":
            rows = out.write_members(counter, write, whole_phones=bool(asked.manager))
        else:
            rows = out.write_entries(counter, write, {kind: phrase.said(language) for kind, phrase in KINDS.items()})
    say(words.EXPORTED.said(language, rows=f"{rows:,}", path=asked.to))
    if asked.what == "members" and not asked.manager:
        say(words.PHONES_MASKED.said(language))
    return 0


def mapping_of(file: Path) -> Path:
    """Return where a file's mapping is kept unless it is named."""
    return file.with_suffix(".map.toml")


@refusals_said
def map_columns(asked: Namespace) -> int:
    """Write a proposal of which column is what."""
    from kiosk.services.moving_mapping import propose, to_toml
    from kiosk.services.moving_sheets import open_sheet

    language = asked_language(asked)
    mapping, left = propose(open_sheet(asked.file, asked.sheet))
    place = asked.to or mapping_of(asked.file)
    place.write_text(to_toml(mapping, left), encoding="utf-8")
    say(words.MAPPED.said(language, path=place))
    if left:
        say(words.UNKNOWN_COLUMNS.said(language, names="、".join(left)))
    return 0


@refusals_said
def import_members(asked: Namespace) -> int:
    """Check a file whole; without --dry-run bring it in. 1 where anything is wrong."""
    from kiosk.services.moving_check import Reader, check
    from kiosk.services.moving_mapping import load_mapping
    from kiosk.services.moving_sheets import open_sheet
    from kiosk.wiring import open_counter

    language, counter = asked_language(asked), open_counter(load_config(asked.config))
    mapping = load_mapping(asked.mapping or mapping_of(asked.file))
    reader = Reader(counter, open_sheet(asked.file, mapping.sheet), mapping)
    if not asked.dry_run and (going := _began(counter, asked.file)) is not None:
        return _bring(asked, counter, reader, going)
    checked = check(reader, more=asked.more)
    _tell(checked, asked.file, language)
    if checked.problem_count:
        return 1
    if asked.dry_run:
        _compare(mapping, checked, language)
        say(words.DRY.said(language))
        return 0
    return _bring(asked, counter, reader, _new_batch(counter, asked, mapping))


def _new_batch(counter: Counter, asked: Namespace, mapping: Mapping) -> Batch:
    from kiosk.services.moving_errors import ControlTotalsMissing
    from kiosk.services.moving_sheets import sha256_of
    from kiosk.services.opening import Batch

    if mapping.control is None:
        raise ControlTotalsMissing(str(asked.mapping or mapping_of(asked.file)))
    return Batch(counter.mint(), asked.file.name, sha256_of(asked.file), mapping.control, asked.more)


def _began(counter: Counter, file: Path) -> Batch | None:
    """Return the import of this very file that was cut off, None for none: it goes on under its own number."""
    from kiosk.services.moving_sheets import sha256_of
    from kiosk.services.opening_revert import batches

    sha256 = sha256_of(file)
    open_ones = [
        state.batch
        for state in batches(counter)
        if state.batch.file_sha256 == sha256 and not state.complete and not state.reverted
    ]
    return open_ones[-1] if open_ones else None


def _bring(asked: Namespace, counter: Counter, reader: Reader, batch: Batch) -> int:
    from kiosk.services.moving_people import manager_of
    from kiosk.services.opening import open_balances

    language = asked_language(asked)
    person = manager_of(counter, asked.manager, _pin(asked.manager, language))
    say(words.BATCH.said(language, batch=batch.batch_id))
    whole = batch.declared.members
    opened = open_balances(counter, person, batch, reader.rows, lambda done: _progress(done, whole))
    say(words.DONE.said(language, members=opened.totals.members, enrolled=opened.enrolled))
    _write_summary(counter, asked.file, batch, opened.totals, language)
    return 0


def _compare(mapping: Mapping, checked: Checked, language: Language) -> None:
    """Say whether the file sums to what was declared; raises ControlTotalDiffers."""
    from kiosk.services.opening import compare

    if mapping.control is None:
        say(words.NOT_DECLARED.said(language))
        return
    compare(mapping.control, checked.totals)
    say(words.AS_DECLARED.said(language))


def _tell(checked: Checked, file: Path, language: Language) -> None:
    for problem in checked.problems[:_SHOWN]:
        sys.stderr.write(problem_text(problem, language) + "\n")
    if checked.problem_count > _SHOWN:
        sys.stderr.write(words.MORE.said(language, count=checked.problem_count - _SHOWN) + "\n")
    for warning in checked.warnings[:_SHOWN]:
        say(problem_text(warning, language))
    if checked.sums_left_out:
        say(words.LEFT_OUT.said(language, rows=", ".join(map(str, checked.sums_left_out[:_SHOWN]))))
    if checked.problem_count:
        place = file.with_suffix(".problems.csv")
        _write_problems(place, checked.problems, language)
        sys.stderr.write(words.PROBLEMS_AT.said(language, path=place) + "\n")
    else:
        say(words.FINE.said(language))
    say(totals_text(checked.totals, language))


def problem_text(problem: Problem, language: Language) -> str:
    """Return a problem in the sheet's own terms."""
    amount = format_minor(int(problem.value)) if problem.reason == "above_limit" else problem.value
    why = words.REASONS[problem.reason].said(language, value=amount)
    if not problem.column:
        return words.ROW_PROBLEM.said(language, row=problem.row, why=why)
    where = words.WHERE.said(language, column=problem.column, header=problem.header)
    return words.PROBLEM.said(language, row=problem.row, where=where, value=problem.value, why=why)


def totals_text(totals: Totals, language: Language) -> str:
    """Return control totals in a line."""
    principal, bonus = format_minor(totals.principal_minor), format_minor(totals.bonus_minor)
    return words.TOTALS.said(
        language,
        members=totals.members,
        principal=principal,
        bonus=bonus,
        points=totals.points,
        visits=totals.visits,
    )


def _write_problems(place: Path, problems: Iterable[Problem], language: Language) -> None:
    from kiosk.services.moving_cells import unformula

    with place.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "column", "header", "value", "problem"))
        for each in problems:
            said = problem_text(each, language)
            writer.writerow((each.row, each.column, unformula(each.header), unformula(each.value), unformula(said)))


def _write_summary(counter: Counter, file: Path, batch: Batch, totals: Totals, language: Language) -> None:
    programme, identity = counter.programme(), counter.store.identity
    at = counter.now().astimezone(counter.zone).strftime("%Y-%m-%d %H:%M")
    shop = f"{programme.shop.name} {programme.shop.branch}".strip()
    told = "\n".join(
        (
            words.SUMMARY_TITLE.said(language),
            "",
            words.SUMMARY_SHOP.said(language, shop=shop, box=identity.box),
            words.SUMMARY_FILE.said(language, file=batch.file_name),
            words.SUMMARY_SHA.said(language, sha=batch.file_sha256),
            words.SUMMARY_BATCH.said(language, batch=batch.batch_id, version=programme.version),
            words.SUMMARY_TIME.said(language, at=at),
            "",
            totals_text(totals, language),
            "",
            words.SUMMARY_AGREES.said(language),
            "",
            words.SUMMARY_SIGNED.said(language),
            "",
        )
    )
    place = file.with_suffix(".summary.txt")
    place.write_text(told, encoding="utf-8")
    say(told)
    say(words.SUMMARY_AT.said(language, path=place))


@refusals_said
def list_imports(asked: Namespace) -> int:
    """List the imports of this box with their states."""
    from kiosk.services.opening_revert import batches
    from kiosk.wiring import open_counter

    language = asked_language(asked)
    for state in batches(open_counter(load_config(asked.config))):
        standing = words.STATE_BACK if state.reverted else words.STATE_DONE if state.complete else words.STATE_PART
        file, batch = state.batch.file_name, state.batch.batch_id
        say(words.LISTED.said(language, batch=batch, file=file, state=standing.said(language)))
        say(f"  {totals_text(state.written, language)}")
    return 0


@refusals_said
def revert_import(asked: Namespace) -> int:
    """Take a whole import back."""
    from kiosk.services.moving_people import manager_of
    from kiosk.services.opening_revert import revert_import as take_back
    from kiosk.wiring import open_counter

    language, counter = asked_language(asked), open_counter(load_config(asked.config))
    person = manager_of(counter, asked.manager, _pin(asked.manager, language))
    totals = take_back(counter, person, asked.batch)
    say(words.REVERTED.said(language) + totals_text(totals, language))
    return 0


def _pin(number: str, language: Language) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return getpass(words.PIN.said(language, number=number))


def _progress(done: int, whole: int) -> None:
    if not sys.stdout.isatty() and done < whole:
        return
    bar = "#" * (_WIDTH * done // max(1, whole))
    sys.stdout.write(f"[{bar:<{_WIDTH}}] {done}/{whole}" + ("\n" if done >= whole else "\r"))
    sys.stdout.flush()
