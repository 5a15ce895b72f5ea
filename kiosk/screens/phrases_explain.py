"""Words of `kiosk programme`: what a file says and what changes, as people say it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kiosk.i18n import Phrase

FRAME: Final[Mapping[str, Phrase]] = {
    "fits": Phrase(
        "方案 {version} 可以施行（自 {starts_on} 起）：{rungs} 个档位，{rules} 条规则，{goods} 种商品，{assets} 种券和卡",
        "Programme {version} would load (from {starts_on}): {rungs} rungs, {rules} rules, {goods} goods, "
        "{assets} kinds of coupons and cards",
    ),
    "faults": Phrase("共 {count} 处要改，方案没有生效", "{count} to correct; nothing was put in force"),
}
