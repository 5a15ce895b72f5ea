"""What `kiosk encrypt` says."""

from __future__ import annotations

from typing import Final

from kiosk.i18n import Phrase

NAME_THE_KEY: Final = Phrase(
    '先在 {config} 的 [kiosk] 里写一行 key_file = "放密钥的文件"，最好不在账本的文件夹里，再运行一次。什么都没有改',
    'First write key_file = "a file for the key" under [kiosk] in {config}, best not beside the books, and run this again. '
    "Nothing was changed",
)
ENCRYPTED: Final = Phrase(
    "账本已加密：{database}",
    "The books are encrypted: {database}",
)
KEEP_THE_KEY: Final = Phrase(
    "密钥在 {key}。现在另存一份，离开这台机器：没有它谁也打不开账本和备份",
    "The key is {key}. Keep a copy away from this computer now: without it nobody opens the books or a backup of them",
)
NAME_THE_NEW_KEY: Final = Phrase(
    '现在把 {config} 的 key_file 改成 "{key}"，不改柜台打不开。旧密钥只用来读以前的备份',
    'Now write key_file = "{key}" into {config}: the counter does not open before. The old key serves to read older backups alone',
)
PLAIN_AGAIN: Final = Phrase(
    "账本不再加密：{database}",
    "The books are plain again: {database}",
)
TAKE_THE_KEY_OUT: Final = Phrase(
    "现在从 {config} 里去掉 key_file，不去掉柜台打不开",
    "Now take key_file out of {config}: the counter does not open before",
)
STILL_AS_BEFORE: Final = Phrase(
    "以前的 {count} 份备份还和从前一样，不受这个密钥保护：新备份有了以后删掉。磁盘上旧文件的残留，程序擦不掉",
    "{count} backups taken before stay as they were, not under this key: delete them once there are new ones. What the disk "
    "keeps of old files no program can wipe",
)
