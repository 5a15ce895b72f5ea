"""The daemon as its own process: what it loads, what it takes, how it ends and what it says when it cannot begin."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from kiosk.config import KEY_VARIABLE
from kiosk.model import uplink
from syncd.settings import StateFolder
from tests.architecture.sources import ROOT
from tests.builders import Shop, open_shop
from tests.syncd.chain import STORE, Chain, chain, enrol, enrolled_daemon
from tests.syncd.stand_in import local

NEVER_LOADED = (
    *("textual", "rich", "escpos", "serial", "PIL", "qrcode", "argon2", "pypinyin", "jinja2", "msgspec"),
    *(
        "psycopg",
        "psycopg2",
        "pymysql",
        "headoffice",
        "kiosk.services",
        "kiosk.screens",
        "kiosk.devices",
        "kiosk.receipts",
    ),
)
MOST_PRIVATE_KB = 40 * 1024


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What the unit gives the daemon, without what a test run adds."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH", KEY_VARIABLE) if name in os.environ}
    return {
        **kept,
        "GUITAI_CONFIG": str(folder / "kiosk.toml"),
        "MALLOC_ARENA_MAX": "1",
        "PYTHONNODEBUGRANGES": "1",
        **more,
    }


def configured(folder: Path) -> Shop:
    """A shop with a config file."""
    shop = open_shop(folder)
    (folder / "kiosk.toml").write_text('[kiosk]\ndatabase = "shop.db"\nstate = "state"\n')
    return shop


def test_the_daemon_loads_no_terminal_no_printer_and_no_server(tmp_path: Path) -> None:
    configured(tmp_path)
    question = (
        "import sys; from syncd.__main__ import main; main(['state']);"
        f"print(*[name for name in {NEVER_LOADED!r} if sys.modules.get(name) is not None])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", question],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.splitlines()[-1] == ""


def test_a_box_that_was_not_enrolled_is_told_how(tmp_path: Path) -> None:
    configured(tmp_path)
    for language, said in (("zh_CN.UTF-8", "尚未接入总部"), ("en_GB.UTF-8", "not enrolled")):
        run = subprocess.run(
            [sys.executable, "-m", "syncd", "run"],
            cwd=ROOT,
            env=environment(tmp_path, LANG=language),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 1
        assert said in run.stderr
        assert "Traceback" not in run.stderr


def test_a_box_that_others_on_the_computer_can_read_keeps_no_line(tmp_path: Path) -> None:
    configured(tmp_path)
    with tempfile.TemporaryDirectory() as name:
        reachable = Path(name) / "box"
        shutil.copytree(tmp_path, reachable)
        Path(name).chmod(0o755)
        reachable.chmod(0o755)
        (reachable / "shop.db").chmod(0o644)
        run = subprocess.run(
            [sys.executable, "-m", "syncd", "run"],
            cwd=ROOT,
            env=environment(reachable, LANG="en_GB.UTF-8"),
            capture_output=True,
            text=True,
            check=False,
        )
    assert run.returncode == 1
    assert f"chmod -R go= {reachable}" in run.stderr


async def test_the_process_pushes_stays_small_and_leaves_when_told(tmp_path: Path) -> None:
    shop = await asyncio.to_thread(configured, tmp_path)
    shop.open_shift()
    folder = StateFolder(tmp_path / "state")
    async with chain(tmp_path / "office") as office:
        await enrol(office, folder, shop)
        folder.settings.write_text(re.sub("status_port = .*", "status_port = 0", folder.settings.read_text()))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "syncd", "run"), cwd=ROOT, env=environment(tmp_path), stderr=asyncio.subprocess.PIPE
        )
        await office.until_held(1)
        async with local(folder.socket) as near:
            await near.until(pending=0, online=True, mode="going")
        private = private_kb(process.pid)
        process.send_signal(signal.SIGTERM)
        _, errors = await process.communicate()
    assert (process.returncode, errors) == (0, b"")
    assert private < MOST_PRIVATE_KB
    assert not uplink.state(shop.counter.store).online


async def test_a_person_enrols_looks_and_recovers_by_typing(tmp_path: Path) -> None:
    shop = configured(tmp_path)
    shop.open_shift()
    async with chain(tmp_path / "office") as office:
        deeds = office.opened.office.deeds
        code = deeds.new_code("box-1", STORE, "new", "owner")
        said = await typed(tmp_path, office, 1, "enrol", office.url, "--code", code)
        assert "已接入总部" in said
        assert 'daemon = "' in said
        async with enrolled_daemon(StateFolder(tmp_path / "state"), shop.path) as near:
            await near.until(pending=0, online=True)
            assert "在线" in await typed(tmp_path, office, 1, "state")
        shop.counter.store.close()
        code = deeds.new_code("box-1", STORE, "recover", "owner")
        recovered = await typed(tmp_path, office, 2, "recover", "--code", code)
    assert "已从总部取回 1 笔流水" in recovered
    assert "shop.db.before-epoch-2" in recovered
    assert StateFolder(tmp_path / "state").load().epoch == 2


async def typed(folder: Path, office: Chain, epoch: int, *words: str) -> str:
    """Run a command; when it shows digits, a person at head office compares them and confirms."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "syncd", *words), cwd=ROOT, env=environment(folder), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = ""
    while line := (await process.stdout.readline()).decode():
        said += line
        if line.startswith("指纹 "):
            assert line.removeprefix("指纹 ").strip() == office.opened.fingerprint_of("box-1", epoch)
            office.opened.office.deeds.confirm_box("box-1", epoch, "owner")
    assert await process.wait() == 0
    return said


def private_kb(pid: int) -> int:
    """What a process holds for itself alone: what a container counts against it, without shared program text (KiB)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^RssAnon:\s+(\d+) kB", status, re.MULTILINE)
    assert found is not None
    return int(found[1])
