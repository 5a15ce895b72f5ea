"""The names of festivals, solar terms and zodiac animals that a programme may use; which day is which is not known here.

Page: docs/rules/activity.md, festivals.
"""

from __future__ import annotations

from typing import Final

PUBLIC: Final = (
    *("new_year", "spring_festival", "qingming", "labour_day"),
    *("dragon_boat", "mid_autumn", "national_day"),
)
LUNAR: Final = ("new_year_eve", "lantern", "qixi", "double_ninth", "laba", "winter_solstice")
SOLAR: Final = (
    *("valentine", "women_day", "children_day", "teachers_day"),
    *("double_eleven", "double_twelve", "christmas"),
)
TERMS: Final = (
    *("xiaohan", "dahan", "lichun", "yushui", "jingzhe", "chunfen", "qingming", "guyu"),
    *("lixia", "xiaoman", "mangzhong", "xiazhi", "xiaoshu", "dashu", "liqiu", "chushu"),
    *("bailu", "qiufen", "hanlu", "shuangjiang", "lidong", "xiaoxue", "daxue", "winter_solstice"),
)
"""The twenty-four solar terms from January on; two of them are festivals and named so."""
FESTIVALS: Final = frozenset({*PUBLIC, *LUNAR, *SOLAR, *TERMS})
ZODIACS: Final = (
    *("rat", "ox", "tiger", "rabbit", "dragon", "snake"),
    *("horse", "goat", "monkey", "rooster", "dog", "pig"),
)
"""The twelve animals in their order; 2020 began a year of the rat."""
