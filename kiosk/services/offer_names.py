"""Names: what people call the tiers, goods, categories, scopes and assets that rules name by id."""

from __future__ import annotations

from kiosk.services.counter import Counter


def names_of(counter: Counter) -> dict[str, str]:
    """Return the programme's own names by id."""
    promises = counter.programme().promises
    names = {tier.tier_id: tier.name for tier in promises.tiers}
    names |= {goods.goods_id: goods.name for goods in promises.goods}
    names |= {scope.scope_id: scope.name for scope in promises.scopes}
    names |= {kind.asset: kind.name for kind in promises.assets}
    return names | {rule.rule_id: rule.name for rule in promises.rules}
