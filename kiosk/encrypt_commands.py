"""The commands for books that nobody reads without a key: `kiosk encrypt`."""

from __future__ import annotations

import argparse
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.commands import asked_language, refusals_said, say
from kiosk.config import load_config


def add_encrypt(several: Any) -> None:
    """Add the command to the kiosk's."""
    encrypt = several.add_parser("encrypt", help="put plain books under the key that the config's key_file names")
    encrypt.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
    encrypt.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the box's config file")
    encrypt.set_defaults(run=encrypt_books)


@refusals_said
def encrypt_books(asked: Namespace) -> int:
    """Make the key where there is none, encrypt the books, and say what has to be kept and what is still plain."""
    from kiosk.model import cipher
    from kiosk.model.backup_manifest import backups_in
    from kiosk.model.encrypting import encrypt
    from kiosk.model.verify import verify
    from kiosk.screens import phrases_encrypt as words
    from kiosk.wiring import backup_places, open_counter

    config, language = load_config(asked.config), asked_language(asked)
    if config.key_file is None:
        say(words.NAME_THE_KEY.said(language, config=asked.config))
        return 1
    cipher.lay_key(config.key_file)
    cipher.use(config.key_file)
    encrypt(config.database, verify)
    counter = open_counter(config)
    with closing(counter.store):
        box = counter.store.identity.box
    places = backup_places(config)
    plain = [
        backup for folder in filter(None, (places.folder, places.second)) for backup in backups_in(folder, box).backups
    ]
    say(words.ENCRYPTED.said(language, database=config.database, key=config.key_file))
    if plain:
        say(words.STILL_PLAIN.said(language, count=len(plain)))
    return 0
