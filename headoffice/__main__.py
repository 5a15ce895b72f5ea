"""Head office's command line: make one, serve, let boxes in, and what people do when something broke."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from headoffice import commands

_Several = argparse._SubParsersAction  # noqa: SLF001 - the type argparse names nowhere else


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 refused with a reason, 2 wrong words."""
    asked = _parser().parse_args(arguments)
    exit_code: int = asked.run(asked)
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="headoffice", description="Guitai 柜台: head office of a chain.")
    parser.add_argument("--home", type=Path, default=commands.default_home(), help="its folder (default: %(default)s)")
    parser.add_argument("--person", default="console", help="who does it, as it stands in the trail of acts")
    several = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _init(several)
    serving = several.add_parser("run", help="serve boxes and people")
    serving.add_argument("--without-pages", action="store_true", help="serve boxes alone")
    serving.set_defaults(run=commands.run)
    _box(several)
    quarantine = several.add_parser("quarantine", help="list refused pages, settle or dismiss one")
    quarantine.add_argument("--box")
    quarantine.add_argument("--settle", metavar="ID", help="apply it to the suspense of its fenced life")
    quarantine.add_argument("--dismiss", metavar="ID", help="note that people have seen to it otherwise")
    quarantine.set_defaults(run=commands.quarantine)
    merge = several.add_parser("merge", help="let one member's record stand for another's")
    merge.add_argument("from_member")
    merge.add_argument("into_member")
    merge.set_defaults(run=commands.merge)
    programme = several.add_parser("programme", help="sign a programme file and send it to its store's boxes")
    programme.add_argument("file", type=Path)
    programme.set_defaults(run=commands.programme)
    several.add_parser("restored", help="say that this head office came back from a backup").set_defaults(
        run=commands.restored
    )
    person = several.add_parser("person", help="add somebody who signs in; asks for the password")
    person.add_argument("number")
    person.add_argument("name")
    person.add_argument("--role", choices=("owner", "operator", "auditor"), default="operator")
    person.set_defaults(run=commands.add_person_command)
    _audit(several)
    return parser


def _init(several: _Several[argparse.ArgumentParser]) -> None:
    init = several.add_parser("init", help="make a head office in the folder")
    init.add_argument("--owner", required=True, help="the first owner's name to sign in with")
    init.add_argument("--database", help="sqlite:///path (default, in the folder) or postgresql://role@host/name")
    init.add_argument("--owner-database", help="PostgreSQL: the URL of the role that may lay the schema, used once")
    init.add_argument("--name", action="append", help="a name or address boxes call this machine; may be repeated")
    init.add_argument("--host", default="0.0.0.0", help="the address to listen at (default: %(default)s)")  # noqa: S104 - to be reached
    init.add_argument("--boxes-port", type=int, default=8443)
    init.add_argument("--pages-port", type=int, default=8444)
    init.add_argument("--shards", type=int, default=4, help="member shards, for good (default: %(default)s)")
    init.set_defaults(run=commands.init)


def _box(several: _Several[argparse.ArgumentParser]) -> None:
    boxes = several.add_parser("box", help="let boxes in, declare them dead").add_subparsers(required=True)
    code = boxes.add_parser("code", help="a single-use code for a box")
    code.add_argument("store")
    code.add_argument("box")
    code.add_argument("--purpose", choices=("new", "replace", "recover"), default="new")
    code.set_defaults(run=commands.box_code)
    confirm = boxes.add_parser("confirm", help="let a waiting box in after comparing fingerprints")
    confirm.add_argument("box")
    confirm.add_argument("--epoch", type=int)
    confirm.add_argument("--same", action="store_true", help="the fingerprints were compared")
    confirm.set_defaults(run=commands.box_confirm)
    fence = boxes.add_parser("fence", help="declare a box dead")
    fence.add_argument("box")
    fence.set_defaults(run=commands.box_fence)
    release = boxes.add_parser("release", help="propose, or --confirm, the release of a dead box's suspense")
    release.add_argument("box")
    release.add_argument("--confirm", action="store_true")
    release.set_defaults(run=commands.box_release)


def _audit(several: _Several[argparse.ArgumentParser]) -> None:
    several.add_parser("verify", help="recompute everything, countersign the heads").set_defaults(run=commands.verify)
    evidence = several.add_parser("evidence", help="write a member's archive")
    evidence.add_argument("member")
    evidence.add_argument("file", type=Path)
    evidence.set_defaults(run=commands.evidence)
    clearing = several.add_parser("clearing", help="who owes whom between stores, as CSV")
    clearing.add_argument("--begin", type=date.fromisoformat)
    clearing.add_argument("--end", type=date.fromisoformat)
    clearing.set_defaults(run=commands.clearing)


if __name__ == "__main__":
    sys.exit(main())
