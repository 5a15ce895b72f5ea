"""A throw-away PostgreSQL server, for tests and measurements: laid, started, crashed and thrown away."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg


def server_programs() -> Path | None:
    """Return the folder of the newest PostgreSQL server here, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


class Cluster:
    """A server of its own on loopback, running as `postgres` where this process is root."""

    def __init__(self, *, durable: bool = False, inside: Sequence[str] = ()) -> None:
        """Lay and start it; `durable` keeps fsync on (for measurements and for crashes that must lose nothing).

        `inside` is put before every command: a network namespace, whose loopback the server then listens on.
        """
        self._inside = list(inside)
        programs = server_programs()
        assert programs is not None, "apt-get install postgresql"
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="guitai-pg-"))
        if os.getuid() == 0:
            who = pwd.getpwnam("postgres")
            os.chown(self.folder, who.pw_uid, who.pw_gid)
            self.folder.chmod(0o755)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            "max_connections": "200",
        }
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        self._options = f"-p {self.port} " + " ".join(f"-c {key}={value}" for key, value in settings.items())
        laying = ["-U", "postgres", "-A", "trust", "-N", "--no-instructions", "-E", "UTF8", "--locale=C.UTF-8"]
        self._run("initdb", "-D", str(self.folder / "data"), *laying)
        self.start()

    def start(self) -> None:
        """Start the server, after a crash too."""
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-s", "-l", log, "-o", self._options, "start")

    def crash(self) -> None:
        """Stop at once, as a power cut would; what was acknowledged is there after `start`."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-s", "-m", "immediate", "stop")

    def url(self, name: str, role: str = "postgres") -> str:
        """Return the URL of a database for a role."""
        return f"postgresql://{role}@127.0.0.1:{self.port}/{name}"

    def make_database(self, name: str, template: str | None = None) -> str:
        """Create a database and return its URL."""
        copied = f" TEMPLATE {template}" if template else ""
        self._sql(f"CREATE DATABASE {name}{copied}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Throw a database away, whoever is still in it."""
        self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def remove(self) -> None:
        """Stop the server and throw everything away."""
        self.crash()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _sql(self, statement: str) -> None:
        """Run a statement through the server's own socket, which no network is between."""
        address = f"host={self.folder} port={self.port} user=postgres dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _run(self, program: str, *arguments: str) -> None:
        prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.getuid() == 0 else []
        command = [*self._inside, *prefix, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, cwd=self.folder, stdout=subprocess.DEVNULL)
