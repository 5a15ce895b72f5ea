"""A chain on one machine: head office on PostgreSQL and three boxes, each in a network of its own, and what goes wrong.

Every process is the real one. The networks are namespaces joined by veth pairs; what is lost on them is lost by nftables.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.clock import SystemClock
from kiosk.model.store import Store
from kiosk.services.counter import Counter
from kiosk.services.set_up import create_box
from ledger.ids import IdMint
from tests.builders import BAKERY, PEOPLE, HandClock, Shop
from tests.postgres_cluster import Cluster

ROOT: Final = Path(__file__).parents[2]
BOXES_PORT: Final = 8443
PROXY_PORT: Final = 9443
PATIENCE_SECONDS: Final = 60.0


def missing_programs() -> list[str]:
    """Return what this machine lacks to lay networks of its own."""
    lacking = [name for name in ("ip", "nft", "faketime", "setpriv") if shutil.which(name) is None]
    return lacking + ([] if os.getuid() == 0 else ["root"])


def run(*command: str, **more: object) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, **more)  # type: ignore[call-overload]  # passed on
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)


def wait_until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS, what: str = "") -> float:
    """Look until something is true; return how long it took. The assertion fails after the patience."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Process:
    """A real process in a network, that can be killed and started again."""

    command: list[str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self, *before: str) -> None:
        """Start it; `before` is put in front of the command (faketime)."""
        namespace, rest = self.command[:4], self.command[4:]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen([*namespace, *before, *rest], stdout=log, stderr=log, cwd=ROOT)

    def kill(self) -> None:
        """Kill it at once, and whatever it started."""
        if self.running is not None:
            children = subprocess.run(
                ["pgrep", "-P", str(self.running.pid)], capture_output=True, text=True, check=False
            )
            for child in children.stdout.split():
                os.kill(int(child), signal.SIGKILL)
            self.running.kill()
            self.running.wait()
            self.running = None


class Network:
    """Head office's namespace and one for each box, joined by a pair of their own."""

    def __init__(self, boxes: int) -> None:
        """Lay the namespaces; `close` takes them away."""
        self.tag = f"gt{os.getpid() % 10_000}"
        self.office = f"{self.tag}-ho"
        self.boxes = [f"{self.tag}-b{number}" for number in range(boxes)]
        run("ip", "netns", "add", self.office)
        run("ip", "-n", self.office, "link", "set", "lo", "up")
        for number, box in enumerate(self.boxes):
            there, here = f"{self.tag}o{number}", f"{self.tag}x{number}"
            run("ip", "netns", "add", box)
            run("ip", "-n", box, "link", "set", "lo", "up")
            run("ip", "link", "add", there, "netns", self.office, "type", "veth", "peer", "name", here, "netns", box)
            run("ip", "-n", self.office, "addr", "add", f"10.77.{number}.1/30", "dev", there)
            run("ip", "-n", box, "addr", "add", f"10.77.{number}.2/30", "dev", here)
            run("ip", "-n", self.office, "link", "set", there, "up")
            run("ip", "-n", box, "link", "set", here, "up")

    def office_address(self, number: int) -> str:
        """Return head office's address as a box sees it."""
        return f"10.77.{number}.1"

    def lose(self, number: int, percent: int) -> None:
        """Drop this share of what a box is sent and sends, 0 for none."""
        rules = "flush ruleset\n"
        if percent:
            chains = [
                f"chain {way} {{ type filter hook {way} priority 0; policy accept;"
                f' {side} != "lo" numgen random mod 100 < {percent} drop; }}'
                for way, side in (("input", "iifname"), ("output", "oifname"))
            ]
            rules += "table inet loss {\n" + "\n".join(chains) + "\n}\n"
        run("ip", "netns", "exec", self.boxes[number], "nft", "-f", "-", input=rules)

    def cut(self, number: int, *, down: bool) -> None:
        """Take a box's link down, or up again."""
        run("ip", "-n", self.boxes[number], "link", "set", f"{self.tag}x{number}", "down" if down else "up")

    def close(self) -> None:
        """Take every namespace away."""
        for name in (self.office, *self.boxes):
            subprocess.run(["ip", "netns", "del", name], check=False)


@dataclass
class FloorBox:
    """A box: its books, its daemon, and a shop to sell with."""

    number: int
    name: str
    folder: Path
    shop: Shop
    daemon: Process

    @property
    def socket(self) -> Path:
        """Where its daemon listens for the counter."""
        return self.folder / "state" / "syncd.sock"


@dataclass
class Floor:
    """The whole chain."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="guitai-chaos-")))
    boxes: list[FloorBox] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Lay networks, the database server, head office and its proxy."""
        self.folder.chmod(0o755)
        self.network = Network(3)
        self.inside = ["ip", "netns", "exec", self.network.office]
        self.cluster = Cluster(durable=True, inside=self.inside)
        self.home = self.folder / "office"
        self.office = Process(
            [*self.inside, *self._python("headoffice"), "--home", str(self.home), "run", "--without-pages"],
            self.folder / "office.log",
        )
        proxy = [
            *self.inside,
            sys.executable,
            str(Path(__file__).with_name("proxy.py")),
            str(self.folder / "lose-answers"),
        ]
        self.proxy = Process([*proxy, str(PROXY_PORT), str(BOXES_PORT)], self.folder / "proxy.log")

    def open(self) -> None:
        """Make and start head office, and let three boxes in."""
        url = self.cluster.make_database("office")
        addresses = [argument for n in range(3) for argument in ("--name", self.network.office_address(n))]
        self.office_command(
            "init",
            "--owner",
            "boss",
            "--owner-database",
            url,
            "--database",
            self.cluster.url("office", "guitai_app"),
            *addresses,
            typed="chaos-password-1\n",
        )
        self.office.start()
        self.proxy.start()
        wait_until(self._listening, what="head office listens")
        for number in range(3):
            self.boxes.append(self._let_in(number))
        for box in self.boxes:
            box.daemon.start()

    def office_command(self, *arguments: str, typed: str = "") -> str:
        """Run a command of head office's and return what it printed."""
        return run(*self.inside, *self._python("headoffice"), "--home", str(self.home), *arguments, input=typed)

    def database_url(self) -> str:
        """Return head office's database as this process reaches it: through the server's own socket."""
        return f"postgresql:///office?host={self.cluster.folder}&port={self.cluster.port}&user=postgres"

    def close(self) -> None:
        """End everything and throw it away."""
        for process in (*(box.daemon for box in self.boxes), self.office, self.proxy):
            process.kill()
        for box in self.boxes:
            box.shop.counter.store.close()
        self.cluster.remove()
        self.network.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def lose_answers(self, *, on: bool) -> None:
        """Let the proxy swallow answers after head office has committed, or not."""
        flag = self.folder / "lose-answers"
        if on:
            flag.touch()
        else:
            flag.unlink(missing_ok=True)

    def _let_in(self, number: int) -> FloorBox:
        name, store, folder = f"box-{number}", f"store-{number}", self.folder / f"box-{number}"
        programme = BAKERY.read_bytes().replace(b'store = "xuhui"', f'store = "{store}"'.encode())
        (folder / "state").mkdir(mode=0o700, parents=True)
        config = folder / "kiosk.toml"
        config.write_text('[kiosk]\ndatabase = "shop.db"\nstate = "state"\ndaemon = "state/syncd.sock"\n')
        create_box(folder / "shop.db", name, programme, PEOPLE, SystemClock().now()).close()
        code = self.office_command("box", "code", store, name).strip()
        netns = ["ip", "netns", "exec", self.network.boxes[number]]
        syncd = [*netns, *self._python("syncd"), "--config", str(config)]
        url = f"https://{self.network.office_address(number)}:{PROXY_PORT}"
        with (folder / "enrol.log").open("wb") as log:
            enrolling = subprocess.Popen([*syncd, "enrol", url, "--code", code], stdout=log, stderr=log, cwd=ROOT)
        wait_until(lambda: " ".join(self._shown(folder)) != "", what="the box shows its fingerprint")
        confirmed = self.office_command("box", "confirm", name, "--same")
        assert " ".join(self._shown(folder)) in confirmed, "both screens show the same digits"
        assert enrolling.wait(60) == 0, (folder / "enrol.log").read_text()
        clock = SystemClock()
        store_ = Store.open(folder / "shop.db")
        counter = Counter(
            store_, clock, IdMint(clock, secrets.token_bytes), secrets.token_bytes, "1", ZoneInfo("Asia/Shanghai")
        )
        return FloorBox(
            number,
            name,
            folder,
            Shop(counter, HandClock(), folder / "shop.db"),
            Process([*syncd, "run"], folder / "syncd.log"),
        )

    def _shown(self, folder: Path) -> list[str]:
        """Return the fingerprint a box shows while it enrols, group by group."""
        words = (folder / "enrol.log").read_text(encoding="utf-8").split()
        groups = [word for word in words if len(word) == 4 and word.isdigit()]
        return groups[:8] if len(groups) >= 8 else []

    def _listening(self) -> bool:
        found = subprocess.run([*self.inside, "ss", "-ltn"], capture_output=True, text=True, check=False).stdout
        return f":{BOXES_PORT} " in found and f":{PROXY_PORT} " in found

    def _python(self, module: str) -> list[str]:
        return [sys.executable, "-m", module]
