"""Names: what people call the tiers, goods, scopes, assets and prizes that rules name by id."""

from __future__ import annotations

from kiosk.services.counter import Counter
from ledger.rules.lottery import prize_rule


def names_of(counter: Counter) -> dict[str, str]:
    """Return the programme's own names by id."""
    promises = counter.programme().promises
    names = {tier.tier_id: tier.name for tier in promises.tiers}
    names |= {goods.goods_id: goods.name for goods in promises.goods}
    names |= {scope.scope_id: scope.name for scope in promises.scopes}
    names |= {kind.asset: kind.name for kind in promises.assets}
    for lottery in promises.lotteries:
        names[lottery.lottery_id] = lottery.name
        names |= {prize_rule(lottery.lottery_id, prize.prize_id): prize.name for prize in lottery.prizes}
    return names | {rule.rule_id: rule.name for rule in promises.rules}
