"""Transfers a second: django-hordak 2 (the newest on the package index) and head office's intake, on the same PostgreSQL.

Compared is one balanced event made durable in a double-entry ledger. hordak: `account.transfer_to(other, Money(…))` in one
database transaction each, as its documentation does it: three inserts and its balance triggers. Guitai: one entry, most of
two postings, pushed in signed pages of 500 and verified whole. hordak answers each transfer by itself, head office a page
at a time: that is what the difference is made of. Run: `python -m bench.peers [transfers]`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from bench.figures import Figure, show
from bench.ingest import THREADS, by_one, lay, make_senders
from tests.postgres_cluster import Cluster

AIM: Final = 50
HORDAK_WORKERS: Final = 3
"""With more of them than this it got slower on two cores."""
_FOLDER: Final = Path(".cache/peers/hordak")
_PACKAGES: Final = ("django-hordak>=2", "psycopg[binary]")
_HORDAK: Final = """
import sys, time
import dj_database_url, django
from django.conf import settings
settings.configure(
    DATABASES={"default": dj_database_url.config()},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    HORDAK_CURRENCIES=["EUR"], USE_TZ=True,
)
django.setup()
from django.core.management import call_command
from django.db import transaction
from hordak.models import Account
from moneyed import Money
if sys.argv[1] == "lay":
    call_command("migrate", verbosity=0)
    for worker in range(int(sys.argv[2])):
        for side, kind in (("from", Account.TYPES.asset), ("to", Account.TYPES.asset)):
            Account.objects.create(name=f"{side} {worker}", type=kind, currencies=["EUR"])
else:
    worker, transfers = sys.argv[2], int(sys.argv[3])
    one, other = Account.objects.get(name=f"from {worker}"), Account.objects.get(name=f"to {worker}")
    amount = Money("8.57", "EUR")
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(transfers):
        with transaction.atomic():
            one.transfer_to(other, amount)
    print("done", flush=True)
"""


def hordak_python() -> Path:
    """Return the interpreter of hordak's own environment, made by name from the package index where it is missing."""
    python = _FOLDER / "bin" / "python"
    if not (_FOLDER / "laid").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(_FOLDER)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *_PACKAGES], check=True)
        (_FOLDER / "laid").touch()
    return python


def hordak(python: Path, url: str, workers: int, transfers: int) -> float:
    """Let so many processes post transfers between accounts of their own; return the seconds from start to the last one."""
    command, environment = [str(python), "-c", _HORDAK], {**os.environ, "DATABASE_URL": url}
    running = [
        subprocess.Popen(
            [*command, "post", str(worker), str(transfers // workers)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for worker in range(workers)
    ]
    for one in running:
        assert one.stdout is not None, "it is a pipe"
        assert one.stdout.readline() == "ready\n", "a worker of hordak is at its accounts"
    began = time.perf_counter()
    for one in running:
        assert one.stdin is not None, "it is a pipe"
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        assert one.stdout is not None, "it is a pipe"
        assert one.stdout.readline() == "done\n", "every transfer of a worker is committed"
    took = time.perf_counter() - began
    for one in running:
        one.communicate()
    return took


def version_of(python: Path) -> str:
    """Return which hordak it is."""
    asked = "from importlib.metadata import version as v; print(v('django-hordak'), 'on Django', v('django'))"
    return subprocess.run([str(python), "-c", asked], check=True, capture_output=True, text=True).stdout.strip()


def main(transfers: int = 900) -> list[Figure]:
    """Measure and print."""
    python = hordak_python()
    senders = make_senders(8, 6)
    entries = sum(len(sender.rows) for sender in senders)
    cluster = Cluster(durable=True)
    try:
        theirs, ours = cluster.make_database("hordak"), cluster.make_database("office")
        environment = {**os.environ, "DATABASE_URL": theirs}
        subprocess.run([str(python), "-c", _HORDAK, "lay", str(HORDAK_WORKERS)], env=environment, check=True)
        lay(ours, senders)
        print(f"django-hordak {version_of(python)}")
        alone = transfers / hordak(python, theirs, 1, transfers)
        pushed, _ = by_one(ours, senders)
        together = transfers / hordak(python, theirs, HORDAK_WORKERS, transfers)
    finally:
        cluster.remove()
    rate = entries / pushed
    what, measured = f"entries made durable, one process, {THREADS} threads", f"{rate:,.0f} entries/s"
    peers = {"hordak, one process": alone, f"hordak, {HORDAK_WORKERS} processes": together}
    return [
        Figure(
            what,
            measured,
            f"{name} {theirs:,.0f} transfers/s",
            f"{rate / theirs:.0f}×",
            f"≥ {AIM}×",
            rate / theirs >= AIM,
        )
        for name, theirs in peers.items()
    ]


if __name__ == "__main__":
    show(main(*(int(argument) for argument in sys.argv[1:])))
