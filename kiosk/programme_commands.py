"""`kiosk programme`: check a file, compare it with the one in force, explain it, print its schema, put it in force."""

from __future__ import annotations

import argparse
import json
import os
import sys
from argparse import Namespace
from functools import wraps
from pathlib import Path
from typing import Final

from kiosk.commands import Command, asked_language, load_programme, refusals_said, say
from kiosk.i18n import Language
from kiosk.screens.phrases import word
from ledger.rules.programme import Programme

_CONFIG: Final = "--config"
_CURRENT: Final = "current"
ACTS: Final = ("load", "check", "diff", "explain", "schema")


def with_act(arguments: list[str]) -> list[str]:
    """Return the command line with the act of `kiosk programme` named: a file alone is put in force."""
    at = 0
    while at < len(arguments) and arguments[at].startswith(_CONFIG):
        at += 1 if "=" in arguments[at] else 2
    if arguments[at : at + 1] != ["programme"]:
        return arguments
    following = arguments[at + 1 : at + 2]
    if not following or following[0] in ACTS or following[0] in {"-h", "--help"}:
        return arguments
    return [*arguments[: at + 1], "load", *arguments[at + 1 :]]


def add_programme(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kiosk programme` and its acts to the command line."""
    programme = several.add_parser(
        "programme", help="put a programme file in force; or check, diff, explain it, print its schema"
    )
    acts = programme.add_subparsers(title="acts", metavar="FILE | ACT", required=True)
    load = acts.add_parser("load", help="put a file in force (the act where only a file is named)")
    load.set_defaults(run=put_in_force)
    check = acts.add_parser("check", help="say whether a file would load: line, what, why, what next")
    check.set_defaults(run=check_file)
    for parser in (load, check):
        parser.add_argument("file", type=existing_file)
    diff = acts.add_parser("diff", help="compare a file with the programme in force: what changes, and whom it touches")
    diff.add_argument(
        "old",
        nargs="?",
        type=_file_or_current,
        metavar="OLD",
        help="a file, or current: the one in force (the default)",
    )
    diff.add_argument("file", type=existing_file, help="the new file")
    diff.set_defaults(run=diff_file)
    explain = acts.add_parser("explain", help="tell every rule of a file in sentences, or only the one of an id")
    explain.add_argument("file", type=existing_file)
    explain.add_argument("id", nargs="?", default="", help="a rule, coupon, tier, …: third-visit, COUPON:ten-off")
    explain.set_defaults(run=explain_file)
    acts.add_parser("schema", help="print the JSON Schema of a programme's JSON form").set_defaults(run=print_schema)
    for parser in (load, check, diff, explain):
        _common(parser)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
    parser.add_argument(_CONFIG, type=Path, default=argparse.SUPPRESS, help="the box's config file")


def existing_file(text: str) -> Path:
    """Return a path that a person named; raises ArgumentTypeError where no file is."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"no such file: {text}")
    return path


def _file_or_current(text: str) -> Path | None:
    """Return the path of the older programme, None for the one in force; raises ArgumentTypeError."""
    return None if text == _CURRENT else existing_file(text)


def _until_nobody_reads(command: Command) -> Command:
    """Let a command whose words go through a pipe end quietly where the reader has seen enough."""

    @wraps(command)
    def told(asked: Namespace) -> int:
        try:
            return command(asked)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0

    return told


def _read(file: Path, language: Language) -> Programme | None:
    """Return the programme of a file, or say every fault with its line, what, why and what to do, and return None."""
    from kiosk.screens.phrases_explain import FRAME
    from kiosk.services.programme_check import check_programme

    checked = check_programme(file.read_bytes())
    for fault in checked.faults:
        refusal = word(fault.error, language)
        place = f"{file}:{fault.line}" if fault.line else str(file)
        sys.stderr.write(f"{place}: {refusal.what}\n    {refusal.why}\n    {refusal.next_step}\n")
    if checked.faults:
        sys.stderr.write(FRAME["faults"].said(language, count=len(checked.faults)) + "\n")
    return checked.programme


def put_in_force(asked: Namespace) -> int:
    """Put a file in force; where it does not fit, say every fault with its line."""
    return 1 if _read(asked.file, asked_language(asked)) is None else load_programme(asked)


def check_file(asked: Namespace) -> int:
    """Say whether a file would load; every fault with its line, what, why and what to do."""
    from kiosk.screens.phrases_explain import FRAME

    language = asked_language(asked)
    programme = _read(asked.file, language)
    if programme is None:
        return 1
    promises = programme.promises
    say(
        FRAME["fits"].said(
            language,
            version=programme.version,
            starts_on=programme.starts_on.isoformat(),
            rungs=len(programme.ladder.rungs),
            rules=len(promises.rules),
            goods=len(promises.goods),
            assets=len(promises.assets),
        )
    )
    return 0


@_until_nobody_reads
def print_schema(asked: Namespace) -> int:
    """Print the JSON Schema of a programme's JSON form."""
    from ledger.rules.pack_fields import schema_of_programme

    assert asked is not None, "the schema is the same whatever is asked"
    say(json.dumps(schema_of_programme(), ensure_ascii=False, indent=2))
    return 0


@_until_nobody_reads
def explain_file(asked: Namespace) -> int:
    """Tell what a file says in sentences: when, who, what, how often, what stacks."""
    from kiosk.screens.phrases_explain import FRAME, HEADINGS, SECTIONS, word_parts
    from kiosk.services.programme_explain import explain, names_in

    language = asked_language(asked)
    programme = _read(asked.file, language)
    if programme is None:
        return 1
    names, told = names_in(programme), explain(programme, asked.id)
    if not told:
        sys.stderr.write(FRAME["no_such_id"].said(language, ident=asked.id) + "\n")
        return 1
    for one in told:
        say(f"{SECTIONS[one.section].said(language)} {one.ident} {one.name}".rstrip())
        for heading, parts in one.parts:
            say(f"    {HEADINGS[heading].said(language)}  {word_parts(parts, language, names)}")
    return 0


@_until_nobody_reads
@refusals_said
def diff_file(asked: Namespace) -> int:
    """Compare two programmes; 1 where members hold what they could no longer use, or the old version is kept."""
    language = asked_language(asked)
    new = _read(asked.file, language)
    if new is None:
        return 1
    if asked.old is None:
        return _diff_in_force(asked.config, new, language)
    old = _read(asked.old, language)
    if old is None:
        return 1
    _say_changes("between_files", old, new, language)
    return _same_version(old, new, language)


def _diff_in_force(config: Path, new: Programme, language: Language) -> int:
    """Compare with the programme in force, and say whom the new one touches."""
    from kiosk.config import load_config
    from kiosk.screens.phrases_diff import FRAME, touched_lines
    from kiosk.services.programme_explain import names_in
    from kiosk.services.programme_touched import touched
    from kiosk.wiring import open_counter

    counter = open_counter(load_config(config))
    old = counter.programme()
    _say_changes("between", old, new, language)
    who = touched(counter, new)
    for line in touched_lines(who, language, names_in(old) | names_in(new)):
        say(line)
    if _same_version(old, new, language):
        return 1
    if who.gone:
        sys.stderr.write(FRAME["keep"].said(language) + "\n")
    return int(bool(who.gone))


def _say_changes(heading: str, old: Programme, new: Programme, language: Language) -> None:
    """Say between which programmes, and everything that changes."""
    from kiosk.screens.phrases_diff import FRAME, change_lines
    from kiosk.services.programme_diff import changes
    from kiosk.services.programme_explain import names_in

    names, found = names_in(old) | names_in(new), changes(old, new)
    say(FRAME[heading].said(language, old=old.version, new=new.version, count=len(found)))
    for change in found:
        for line in change_lines(change, language, names):
            say(line)


def _same_version(old: Programme, new: Programme, language: Language) -> int:
    """Say where changed content keeps its version: it would not load; 1 then."""
    from kiosk.screens.phrases_diff import FRAME

    if old.version != new.version or old.hash == new.hash:
        return 0
    say(FRAME["same_version"].said(language, version=new.version))
    return 1
