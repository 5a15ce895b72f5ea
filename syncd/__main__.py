"""The daemon's command line: run, enrol with head office, recover from it, say where the line stands."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

_OTHER_DATABASES: Final = ("psycopg", "psycopg2", "psycopg2cffi", "pymysql", "MySQLdb", "mysql")
"""peewee loads each driver it finds; a box has one database."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 refused with a reason, 2 wrong words."""
    _travel_light()
    from syncd import commands  # noqa: PLC0415 - after the drivers are out of the way

    parser = argparse.ArgumentParser(prog="syncd", description="Guitai 柜台: this box's line to head office.")
    parser.add_argument(
        "--config", type=Path, default=commands.default_config(), help="the box's config file (default: %(default)s)"
    )
    several = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    several.add_parser("run", help="keep the line to head office").set_defaults(act=commands.run)
    enrol = several.add_parser("enrol", help="let this box belong to a head office")
    enrol.add_argument("url", help="head office: https://office.example:8443")
    enrol.add_argument("--code", required=True, help="the single-use code head office gave out")
    enrol.set_defaults(act=commands.enrol)
    recover = several.add_parser("recover", help="get this box's own journal back from head office")
    recover.add_argument("--code", required=True, help="the recovery code head office gave out")
    recover.add_argument("--url", help="head office, where this machine does not know it yet")
    recover.set_defaults(act=commands.recover)
    several.add_parser("state", help="say where the running daemon stands").set_defaults(act=commands.state)
    asked = parser.parse_args(arguments)
    exit_code: int = asked.act(asked)
    return exit_code


def _travel_light() -> None:
    """Keep out of memory what a box has no use for: other databases' drivers, and every authority but the pinned one."""
    for driver in _OTHER_DATABASES:
        sys.modules.setdefault(driver, None)  # type: ignore[arg-type] # None is how Python is told not to look for it
    os.environ |= {"SSL_CERT_FILE": os.devnull, "SSL_CERT_DIR": os.devnull}


if __name__ == "__main__":
    sys.exit(main())
