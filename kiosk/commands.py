"""What the command line does; each command returns the exit code and says a refusal in the shop's language."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from getpass import getpass
from pathlib import Path
from typing import Final

from kiosk.config import Config, load_config
from kiosk.i18n import Language
from kiosk.running import RunningMark
from kiosk.screens.phrases import TOLD, word
from ledger.money import format_minor

_DEFAULT_CONFIG: Final = Path("/var/lib/kiosk/kiosk.toml")
_PROGRESS_WIDTH: Final = 30

Command = Callable[[Namespace], int]


def default_config() -> Path:
    """Return the config file in use: `GUITAI_CONFIG`, or the installed box's."""
    return Path(os.environ.get("GUITAI_CONFIG", _DEFAULT_CONFIG))


def say(text: str) -> None:
    """Write one line for a person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def refusals_said(command: Command) -> Command:
    """Turn what a command refuses into what, why and what to do next, on standard error."""

    @wraps(command)
    def said(asked: Namespace) -> int:
        try:
            return command(asked)
        except TOLD as error:
            refusal = word(error, asked_language(asked))
            sys.stderr.write(f"{refusal.what}\n{refusal.why}\n{refusal.next_step}\n")
            return 1

    return said


def asked_language(asked: Namespace) -> Language:
    """Return the language a command speaks: the one that is named, else English where `LANG` says so."""
    named = getattr(asked, "language", None)
    if named is not None:
        return Language(named)
    return Language.EN if os.environ.get("LANG", "").startswith("en") else Language.ZH


@refusals_said
def run_counter(asked: Namespace) -> int:
    """Open the counter full screen."""
    from kiosk.model.file_modes import refuse_changeable

    refuse_changeable(asked.config)
    return _open_counter(load_config(asked.config), demo=False)


def _open_counter(config: Config, *, demo: bool) -> int:
    from kiosk.app import KioskApp
    from kiosk.app import run_counter as run_full_screen
    from kiosk.screens.desk import Desk
    from kiosk.services.latest import last_act_id
    from kiosk.wiring import open_till

    till = open_till(config)
    shop = till.counter.programme().shop
    mark = RunningMark(config.state, config.till)
    desk = Desk(
        till.counter,
        till.devices,
        till.daemon,
        till.display,
        till.backups,
        shop_name=shop.name,
        branch=shop.branch,
        demo=demo,
        scanner="keyboard" if config.scanner.wedge else "none",
        cut_off_after=last_act_id(till.counter) if mark.begin() else None,
    )
    exit_code = run_full_screen(KioskApp(desk, till.wedge))
    if not exit_code:
        mark.end()
    return exit_code


@refusals_said
def follow_till(asked: Namespace) -> int:
    """Show the customer what this box's till does, full screen, until `q`."""
    from kiosk.display.app import DisplayApp, run_display
    from kiosk.display_wire import socket_of

    config = load_config(asked.config)
    return run_display(DisplayApp(socket_of(config.state, config.till), Language(config.language)))


@refusals_said
def demo(asked: Namespace) -> int:
    """Open the demo shop; without a terminal, or when asked, walk the whole path as a script."""
    from kiosk.demo.chain import DemoChain, DemoChainBroken
    from kiosk.demo.shop import demo_folder, make_demo_shop
    from kiosk.demo.walk import walk

    folder = demo_folder(asked.home, asked.trade)
    place = make_demo_shop(folder, asked.language, _progress, asked.trade)
    config = load_config(place)
    try:
        with DemoChain(folder, place).running(say):
            say(f"客户屏，另开一个终端 the customer's display, in another terminal: kiosk display --config {place}")
            if asked.script or not (sys.stdin.isatty() and sys.stdout.isatty()):
                return walk(config, say)
            return _open_counter(config, demo=True)
    except DemoChainBroken as broken:
        sys.stderr.write(f"演示总部没有起来 the demo's head office did not start:\n{broken}\n")
        return 1


def _progress(done: int, of: int) -> None:
    bar = "#" * (_PROGRESS_WIDTH * done // of)
    end = "\n" if done == of else "\r"
    sys.stdout.write(f"演示店 demo shop [{bar:<{_PROGRESS_WIDTH}}] {done}/{of}{end}")
    sys.stdout.flush()


@refusals_said
def verify(asked: Namespace) -> int:
    """Verify the books and say what was proved."""
    from kiosk.services.verify_books import verify_books
    from kiosk.wiring import open_counter

    counter = open_counter(load_config(asked.config))
    proved = verify_books(counter)
    say(
        f"账目一致 books agree: {proved.rows} entries, {proved.members} members, {proved.lots} lots, "
        f"￥{format_minor(proved.total_minor)} owed"
    )
    if asked.offers:
        from kiosk.services.recheck import recheck

        again = recheck(counter)
        say(
            f"按当时方案重算一致 offers agree: {again.entries} weighed again, {again.left_out} of merged members left out"
        )
    return 0


@refusals_said
def check_lottery(asked: Namespace) -> int:
    """Check every draw of an entry and say what was found; 1 where one is not what was committed to."""
    from kiosk.services.check_draw import check_draws
    from kiosk.wiring import open_counter

    checked = check_draws(open_counter(load_config(asked.config)), asked.entry)
    for each in checked:
        drawn = each.drawn
        verdict = each.wrong or ("other odds" if each.published is False else "ok")
        won = drawn.prize_id or "-"
        say(f"{drawn.lottery_id} {drawn.ticket}/{drawn.of} {won}: {verdict} (committed in {each.committed_in or '-'})")
    if not checked:
        say("没有抽奖 no draw in this entry")
    return int(any(each.wrong or each.published is False for each in checked))


@refusals_said
def probe_printer(asked: Namespace) -> int:
    """Print the probe pages and say which setting each stands for."""
    from kiosk.wiring import probe

    probed = probe(load_config(asked.config), asked.address)
    for page in probed.pages:
        if page.setting:
            say(f"{page.name:<10} {page.setting}")
    say(f'{"confirm":<10} confirm = "{probed.confirm.value}"')
    say("看纸上哪一页正确,把该页所写设置抄入配置文件。 Copy the setting of the page that looks right into the config.")
    return 0


@refusals_said
def scan(asked: Namespace) -> int:
    """Hand a code to the virtual scanner of a counter that runs."""
    from kiosk.wiring import scan_into

    scan_into(Path(load_config(asked.config).scanner.address.removeprefix("virtual:")), asked.code)
    return 0


@refusals_said
def load_programme(asked: Namespace) -> int:
    """Put a programme file in force."""
    from kiosk.services.set_up import load_programme as put_in_force
    from kiosk.wiring import open_counter

    counter = open_counter(load_config(asked.config))
    now = counter.now().astimezone(counter.zone)
    programme = put_in_force(counter.store, asked.file.read_bytes(), now)
    say(f"方案生效 programme in force: {programme.version} ({programme.hash[:8]})")
    return 0


@refusals_said
def init(asked: Namespace) -> int:
    """Set a box up: database, programme, first manager, and a config file to go on from."""
    from kiosk.model import cipher
    from kiosk.services.set_up import CONFIG_TEMPLATE, NewPerson, create_box
    from kiosk.services.values import Role
    from kiosk.wiring import pepper_file

    folder: Path = asked.config.parent
    manager = NewPerson(asked.manager, asked.name, Role.MANAGER, new_pin())
    programme = asked.programme.read_bytes()
    config = load_config(asked.config) if asked.config.exists() else None
    pepper = pepper_file(folder / "state" if config is None else config.state)
    if config is not None and config.key_file is not None:
        cipher.lay_key(config.key_file)
        cipher.use(config.key_file)
    create_box(folder / "shop.db", asked.box, programme, (manager,), datetime.now(UTC), pepper.lay()).close()
    if not asked.config.exists():
        asked.config.touch(mode=0o600)
        asked.config.write_text(CONFIG_TEMPLATE, encoding="utf-8")
    say(f"密码密钥，另存一份，别和备份放一起 the secret for PINs; keep a copy, apart from the backups: {pepper.path}")
    if config is not None and config.key_file is not None:
        say(
            f"账本密钥，另存一份，没有它谁也打不开账本 the key of the books; without it nobody opens them: {config.key_file}"
        )
    say(f"已建店 box set up: {folder / 'shop.db'}\n下一步 next: {asked.config}, `kiosk printer-probe`, `kiosk run`")
    return 0


def new_pin() -> str:
    """Return a PIN that is typed unseen, or piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return getpass("PIN(4-12 位数字 digits): ")
