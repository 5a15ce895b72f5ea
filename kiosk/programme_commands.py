"""`kiosk programme`: check a file, compare it with the one in force, explain it, print its schema, put it in force."""

from __future__ import annotations

import argparse
import json
import sys
from argparse import Namespace
from pathlib import Path
from typing import Final

from kiosk.commands import asked_language, load_programme, refusals_said, say
from kiosk.screens.phrases import word

_CONFIG: Final = "--config"
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
    load.set_defaults(run=load_programme)
    check = acts.add_parser("check", help="say whether a file would load: line, what, why, what next")
    check.set_defaults(run=check_file)
    for parser in (load, check):
        parser.add_argument("file", type=existing_file)
    diff = acts.add_parser("diff", help="compare a file with the programme in force: what changes, and whom it touches")
    diff.add_argument("file", type=existing_file)
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


@refusals_said
def check_file(asked: Namespace) -> int:
    """Say whether a file would load; every fault with its line, what, why and what to do."""
    from kiosk.screens.phrases_explain import FRAME
    from kiosk.services.programme_check import check_programme

    language = asked_language(asked)
    checked = check_programme(asked.file.read_bytes())
    for fault in checked.faults:
        refusal = word(fault.error, language)
        place = f"{asked.file}:{fault.line}" if fault.line else str(asked.file)
        sys.stderr.write(f"{place}: {refusal.what}\n    {refusal.why}\n    {refusal.next_step}\n")
    if checked.programme is None:
        sys.stderr.write(FRAME["faults"].said(language, count=len(checked.faults)) + "\n")
        return 1
    programme, promises = checked.programme, checked.programme.promises
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


def print_schema(asked: Namespace) -> int:
    """Print the JSON Schema of a programme's JSON form."""
    from ledger.rules.pack_fields import schema_of_programme

    assert asked is not None, "the schema is the same whatever is asked"
    say(json.dumps(schema_of_programme(), ensure_ascii=False, indent=2))
    return 0


@refusals_said
def explain_file(asked: Namespace) -> int:
    """Tell what a file says in sentences: when, who, what, how often, what stacks."""
    from kiosk.screens.phrases_explain import FRAME, HEADINGS, SECTIONS, word_parts
    from kiosk.services.programme_explain import explain, names_in
    from ledger.rules.pack import parse_programme

    language = asked_language(asked)
    programme = parse_programme(asked.file.read_bytes())
    names, told = names_in(programme), explain(programme, asked.id)
    if not told:
        sys.stderr.write(FRAME["no_such_id"].said(language, ident=asked.id) + "\n")
        return 1
    for one in told:
        say(f"{SECTIONS[one.section].said(language)} {one.ident} {one.name}".rstrip())
        for heading, parts in one.parts:
            say(f"    {HEADINGS[heading].said(language)}  {word_parts(parts, language, names)}")
    return 0


@refusals_said
def diff_file(asked: Namespace) -> int:
    """Compare a file with the programme in force; 1 where members hold what they could no longer use."""
    from kiosk.config import load_config
    from kiosk.screens.phrases_diff import FRAME, change_lines, touched_lines
    from kiosk.services.programme_diff import changes
    from kiosk.services.programme_explain import names_in
    from kiosk.services.programme_touched import touched
    from kiosk.wiring import open_counter
    from ledger.rules.pack import parse_programme

    language = asked_language(asked)
    new = parse_programme(asked.file.read_bytes())
    counter = open_counter(load_config(asked.config))
    old = counter.programme()
    names = names_in(old) | names_in(new)
    found = changes(old, new)
    say(FRAME["between"].said(language, old=old.version, new=new.version, count=len(found)))
    for change in found:
        for line in change_lines(change, language, names):
            say(line)
    who = touched(counter, new)
    for line in touched_lines(who, language, names):
        say(line)
    if old.version == new.version and old.hash != new.hash:
        say(FRAME["same_version"].said(language, version=new.version))
        return 1
    if who.gone:
        sys.stderr.write(FRAME["keep"].said(language) + "\n")
        return 1
    return 0
