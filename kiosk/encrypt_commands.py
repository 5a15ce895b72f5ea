"""The command for books that nobody reads without a key: `kiosk encrypt`."""

from __future__ import annotations

import argparse
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.commands import asked_language, refusals_said, say
from kiosk.config import Config, load_config
from kiosk.i18n import Language


def add_encrypt(several: Any) -> None:
    """Add the command to the kiosk's."""
    encrypt = several.add_parser("encrypt", help="put plain books under the key that the config's key_file names")
    other = encrypt.add_mutually_exclusive_group()
    other.add_argument("--new-key", type=Path, metavar="FILE", help="from that key to a new one, kept in FILE")
    other.add_argument("--off", action="store_true", help="from that key to none")
    encrypt.add_argument("--language", choices=("zh", "en"), help="zh, or en where LANG says so")
    encrypt.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the box's config file")
    encrypt.set_defaults(run=encrypt_books)


@refusals_said
def encrypt_books(asked: Namespace) -> int:
    """Change the key of the books, and say what has to be kept, written into the config, and deleted."""
    from kiosk.model import cipher
    from kiosk.model.encrypting import change_key
    from kiosk.model.verify import verify
    from kiosk.screens import phrases_encrypt as words

    config, language = load_config(asked.config), asked_language(asked)
    if config.key_file is None:
        say(words.NAME_THE_KEY.said(language, config=asked.config))
        return 1
    cipher.refuse_without_ciphers()
    if asked.off:
        change_key(config.database, config.key_file, None, verify)
        say(words.PLAIN_AGAIN.said(language, database=config.database))
        say(words.TAKE_THE_KEY_OUT.said(language, config=asked.config))
        return 0
    after = asked.new_key.absolute() if asked.new_key else config.key_file
    cipher.lay_key(after)
    change_key(config.database, config.key_file if asked.new_key else None, after, verify)
    say(words.ENCRYPTED.said(language, database=config.database))
    say(words.KEEP_THE_KEY.said(language, key=after))
    if asked.new_key:
        say(words.NAME_THE_NEW_KEY.said(language, config=asked.config, key=after))
    _tell_of_old_backups(config, language)
    return 0


def _tell_of_old_backups(config: Config, language: Language) -> None:
    """Say how many backups there are that the key of the books does not lock."""
    from kiosk.model.backup_manifest import backups_in
    from kiosk.model.store import Store
    from kiosk.screens import phrases_encrypt as words
    from kiosk.wiring import backup_places

    with closing(Store.open(config.database)) as store:
        box = store.identity.box
    places = backup_places(config)
    older = sum(len(backups_in(folder, box).backups) for folder in filter(None, (places.folder, places.second)))
    if older:
        say(words.STILL_AS_BEFORE.said(language, count=older))
