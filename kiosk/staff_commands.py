"""`kiosk staff`: who signs in, with which PIN, and who does no more; `kiosk pepper`: the secret that PINs are kept under."""

from __future__ import annotations

import argparse
from argparse import Namespace
from contextlib import closing
from typing import TYPE_CHECKING

from kiosk.commands import new_pin, refusals_said, say
from kiosk.config import load_config

if TYPE_CHECKING:
    from kiosk.services.counter import Counter

ROOT = "root"
"""Who sets a PIN from the command line: whoever may write the box's files."""


def add_staff(several: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `kiosk staff` and `kiosk pepper` to the command line."""
    person = several.add_parser("staff", help="list who signs in; add somebody, set a PIN anew, let somebody go")
    person.add_argument("number", nargs="?")
    person.add_argument("name", nargs="?")
    person.add_argument("--role", choices=("cashier", "manager"), default="cashier")
    act = person.add_mutually_exclusive_group()
    act.add_argument("--reset", action="store_true", help="set the PIN of NUMBER anew and lift a lock-out")
    act.add_argument("--leave", action="store_true", help="let NUMBER sign in no more")
    act.add_argument("--back", action="store_true", help="let NUMBER sign in again, with the PIN there was")
    person.set_defaults(run=staff, refuse=person.error)
    pepper = several.add_parser("pepper", help="say which secret PINs are kept under")
    pepper.add_argument("--rotate", action="store_true", help="a new secret; each PIN moves to it at the next sign-in")
    pepper.set_defaults(run=show_pepper)


@refusals_said
def staff(asked: Namespace) -> int:
    """List staff, or change one of them."""
    from kiosk.wiring import open_counter

    changes = asked.reset or asked.leave or asked.back
    if bool(asked.name) == bool(changes) and asked.number:
        asked.refuse("NUMBER NAME adds somebody; NUMBER --reset, --leave or --back changes one")
    if changes and not asked.number:
        asked.refuse("which NUMBER?")
    counter = open_counter(load_config(asked.config))
    with closing(counter.store):
        if asked.number is None:
            return _list(counter)
        return _change(counter, asked) if changes else _add(counter, asked)


def _list(counter: Counter) -> int:
    from kiosk.services.sign_in import staff_on_duty

    for person in staff_on_duty(counter):
        say(f"{person.staff_id:<8} {person.role.value:<8} {person.name}")
    return 0


def _add(counter: Counter, asked: Namespace) -> int:
    from kiosk.services.set_up import NewPerson, hire
    from kiosk.services.sign_in import begin_pepper, needed_pepper
    from kiosk.services.values import Role

    begin_pepper(counter)
    pepper = needed_pepper(counter)
    hire(counter.store, NewPerson(asked.number, asked.name, Role(asked.role), new_pin()), pepper)
    say(f"已添加 added: {asked.number} {asked.name} ({asked.role})")
    return 0


def _change(counter: Counter, asked: Namespace) -> int:
    from kiosk.services.staff_pins import let_go, reset_pin, take_back

    if asked.reset:
        pin = new_pin()
        person = reset_pin(counter, asked.number, pin, pin, by=ROOT)
        say(f"密码已重设 PIN set anew: {person.staff_id} {person.name}")
    elif asked.leave:
        person = let_go(counter, asked.number)
        say(f"已停用 signs in no more: {person.staff_id} {person.name}")
    else:
        person = take_back(counter, asked.number)
        say(f"已恢复 signs in again: {person.staff_id} {person.name}")
    return 0


@refusals_said
def show_pepper(asked: Namespace) -> int:
    """Say the id of the secret in use and who is not under it yet; 1 where there is none."""
    from kiosk.services.sign_in import pepper_of, under_older_secret
    from kiosk.services.staff_pins import laid_pepper
    from kiosk.wiring import open_counter, pepper_file

    config = load_config(asked.config)
    counter, file = open_counter(config), pepper_file(config.state)
    with closing(counter.store):
        if asked.rotate:
            laid_pepper(counter)
            file.rotate()
        pepper = pepper_of(counter)
        if pepper is None:
            say(f"没有密钥 no secret: {file.path}")
            return 1
        waiting = ", ".join(under_older_secret(counter)) or "-"
    say(f"密钥 secret: {pepper.current} ({file.path})\n等下次登录换上 to move at the next sign-in: {waiting}")
    return 0
