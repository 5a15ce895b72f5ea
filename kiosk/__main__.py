"""The kiosk's command line: open the counter, set a box up, verify its books, probe its printer."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from kiosk import commands
from kiosk.audit_commands import add_audit
from kiosk.backup_commands import add_backup
from kiosk.encrypt_commands import add_encrypt
from kiosk.moving_commands import add_export, add_import
from kiosk.programme_commands import add_programme, existing_file, with_act
from kiosk.staff_commands import add_staff

_OWNER_ALONE: Final = 0o077
"""No file or folder of the box is anybody else's from its first byte on: books, logs, sockets, slips, backups."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 refused with a reason, 2 wrong words."""
    asked = _parser().parse_args(with_act(sys.argv[1:] if arguments is None else arguments))
    before = os.umask(_OWNER_ALONE)
    try:
        exit_code: int = asked.run(asked)
    finally:
        os.umask(before)
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk", description="Guitai 柜台: a stored-value counter for shops.")
    parser.set_defaults(run=commands.run_counter, config=commands.default_config())
    parser.add_argument("--config", type=Path, help="the box's config file (default: %(default)s)")
    several = parser.add_subparsers(title="commands", metavar="COMMAND")
    several.add_parser("run", help="open the counter (the default)").set_defaults(run=commands.run_counter)
    _demo(several)
    _init(several)
    verify = several.add_parser("verify", help="re-derive every balance and walk the chain")
    verify.add_argument("--offers", action="store_true", help="weigh every offer again under the programme of its day")
    verify.set_defaults(run=commands.verify)
    lottery = several.add_parser("lottery", help="check the draws of an entry: lottery check 1-000123")
    lottery.add_argument("deed", choices=("check",))
    lottery.add_argument("entry", help="the number on the slip, or the entry's id")
    lottery.set_defaults(run=commands.check_lottery)
    probe = several.add_parser("printer-probe", help="print pages from which to pick what looks right")
    probe.add_argument("--address", help="the printer's address, the config's unless named: tcp:192.168.1.50:9100")
    probe.set_defaults(run=commands.probe_printer)
    display = several.add_parser("display", help="follow this till on a second terminal, for the customer")
    _config_too(display)
    display.set_defaults(run=commands.follow_till)
    scan = several.add_parser("scan", help="hand a code to the virtual scanner, as if it had been scanned")
    scan.add_argument("code")
    scan.set_defaults(run=commands.scan)
    add_programme(several)
    add_import(several)
    add_export(several)
    add_backup(several)
    add_encrypt(several)
    add_staff(several)
    add_audit(several)
    return parser


def _config_too(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the same, behind the command")


def _demo(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = several.add_parser("demo", help="open a demo shop that needs no hardware")
    demo.add_argument("--home", type=Path, default=Path.cwd(), help="where its folder is kept (default: here)")
    demo.add_argument("--language", choices=("zh", "en"), default="zh")
    demo.add_argument("--trade", default="bakery", help="bakery, beauty, fitness, retail, catering, or plain")
    demo.add_argument("--script", action="store_true", help="walk the whole path without a screen and print it")
    demo.set_defaults(run=commands.demo)


def _init(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = several.add_parser("init", help="set this box up: config, database, programme, first manager")
    init.add_argument("programme", type=existing_file, help="the shop's programme file")
    init.add_argument("--box", required=True, help="this box's short name, unique in the chain: xuhui-1")
    init.add_argument("--manager", required=True, help="the first manager's number: 9001")
    init.add_argument("--name", required=True, help="the first manager's name")
    init.set_defaults(run=commands.init)


if __name__ == "__main__":
    sys.exit(main())
