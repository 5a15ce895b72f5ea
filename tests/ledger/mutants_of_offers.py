"""Mutants of offers: cuts, coupons, stacking, caps, points, top-ups and what a refusal names."""

from __future__ import annotations

from typing import Final

from ledger.rules import bill, conditions, cuts, offers, pieces, topping
from tests.ledger import laws_of_caps, laws_of_gifts, laws_of_offers, laws_of_points, laws_of_refusals
from tests.ledger.mutant import Change, breaking

MUTANTS: Final = (
    *breaking(
        laws_of_offers.a_bill_is_the_list_price_less_cuts_and_points_and_no_line_goes_below_nothing,
        Change(
            "a cut takes more than is left",
            pieces._one,
            "min(wanted, whole, wanted if cut.most_minor is None else cut.most_minor)",
            "(wanted if cut.most_minor is None else min(wanted, cut.most_minor))",
        ),
        Change(
            "what a rule took off is not missing for the next",
            cuts._Run._apply,
            "self.left = [minor - gone for minor, gone in zip(self.left, off, strict=True)]",
            "pass",
        ),
        Change("points pay without the bill getting smaller", bill._less, "if not off_minor:", "if True:"),
    ),
    *breaking(
        laws_of_offers.what_is_used_up_is_held_and_usable_and_the_soonest_to_end_goes_first,
        Change(
            "an expired coupon is taken",
            bill._units,
            "purse.holdings if holding.units], on)",
            "purse.holdings if holding.units], on.replace(year=2026, month=11, day=19))",
        ),
        Change(
            "coupons are taken as they lie in the purse",
            bill._units,
            "spend_order(",
            "(lambda holdings, _: tuple(h for h in holdings if h.lot.conditions.usable(on)))(",
        ),
    ),
    *breaking(
        laws_of_offers.a_coupon_is_one_unit_and_a_visit_covers_one_unit_of_goods_whole,
        Change("two coupons are used for one bill", pieces._times, "return min(most, 1)", "return most"),
        Change(
            "a visit covers a part of each unit",
            pieces.Ground.__init__,
            "self._counted = any(",
            "self._counted = False and any(",
        ),
        Change(
            "a price holds for a whole line",
            pieces._counts,
            "or cut.price_minor is not None",
            "",
        ),
        Change(
            "more visits are used than the cap lets cut",
            pieces.try_rule,
            "if min(total, limit_minor) < best.total_minor:",
            "if best.total_minor:",
        ),
        Change("a coupon takes one unit where it costs two", pieces.try_rule, "times * rule.takes_units)", "times)"),
    ),
    *breaking(
        laws_of_offers.what_comes_off_a_line_does_not_hang_on_a_rule_that_counts_units,
        Change(
            "units are split at once, and a line pays a fen more for it",
            pieces.Ground.spread,
            "if not total_minor or not self._counted:",
            "if True:",
        ),
    ),
    *breaking(
        laws_of_offers.nothing_is_used_up_without_taking_something_off,
        Change(
            "a coupon goes although nothing is left to cut",
            cuts._Run._take_all,
            "if tried.total_minor:",
            "if tried.total_minor or rule.takes:",
        ),
        Change("a rule cuts without the coupon it takes", pieces.try_rule, "if not rule.takes:", "if True:"),
    ),
    *breaking(
        laws_of_offers.offers_that_exclude_each_other_never_stand_together,
        Change(
            "a group's exclusion counts one way only",
            cuts._excluding,
            "(other.group_id in one.excludes or one.group_id in other.excludes)",
            "(other.group_id in one.excludes and one.group_id in other.excludes)",
        ),
        Change("a group that takes the best takes all", cuts._Run.work, "if group.take is Take.BEST:", "if False:"),
    ),
    *breaking(
        laws_of_offers.no_other_allowed_choice_of_groups_is_better_for_the_member,
        Change("the worst choice of groups stands", cuts.cut_bill, "max(runs, key=_worth)", "min(runs, key=_worth)"),
        Change("only the first choice of groups is tried", cuts.cut_bill, "max(runs, key=_worth)", "runs[0]"),
    ),
    *breaking(
        laws_of_offers.of_a_group_that_takes_the_best_the_rule_that_takes_most_off_applies,
        Change("of a group the least is given", cuts._Run._take_best, "max(tried, key", "min(tried, key"),
        Change(
            "of a group the first is given",
            cuts._Run._take_best,
            "key=lambda pair: (pair[1].total_minor, -pair[1].units)",
            "key=lambda pair: pair[0].priority",
        ),
    ),
    *breaking(
        laws_of_offers.the_better_of_two_sets_stands_and_an_equal_one_that_costs_no_coupon,
        Change(
            "so much off for every so much is counted on what is left",
            pieces._amount,
            "ground.listed, ground",
            "[1] * len(ground.listed), ground",
        ),
        Change(
            "of equal offers the one that costs a coupon is given",
            cuts._Run._take_best,
            "(pair[1].total_minor, -pair[1].units)",
            "(pair[1].total_minor, pair[1].units)",
        ),
        Change(
            "a refusal names a group that is in nobody's way", cuts._Run._by, "if _excluding(group, other)", "if True"
        ),
    ),
    *breaking(
        laws_of_offers.a_price_for_stored_value_is_given_to_who_pays_all_of_it_so,
        Change(
            "a price for stored value is given for a part of it",
            bill._stored_pays_all,
            "asked >= max(1, sum(rest))",
            "asked >= 1",
        ),
        Change(
            "a price for stored value is given without any",
            bill._stored_pays_all,
            "asked >= max(1, sum(rest))",
            "asked >= sum(rest)",
        ),
    ),
    *breaking(
        laws_of_offers.a_price_for_stored_value_stays_where_another_offer_takes_the_rest,
        Change(
            "a price for stored value falls away where nothing is left",
            bill._stored_pays_all,
            "return asked >= max(1, sum(rest))",
            "return bool(due) and asked >= max(1, sum(rest))",
        ),
    ),
    *breaking(
        laws_of_caps.no_cap_and_no_budget_is_passed_and_none_stops_too_soon,
        Change(
            "a member is given one more than the cap",
            offers._caps_used,
            "if used >= caps.per_member:",
            "if used > caps.per_member:",
        ),
        Change("a window of seven days has eight", conditions.since_of, "days=per_days - 1", "days=per_days"),
        Change(
            "all members together are given one more than the cap",
            offers._caps_used,
            "on).uses) >= caps.in_all:",
            "on).uses) > caps.in_all:",
        ),
        Change(
            "a day gives one more than its cap",
            offers._caps_used,
            "on).uses) >= caps.per_day:",
            "on).uses) > caps.per_day:",
        ),
        Change("a cap for a day counts for ever", offers._caps_used, "_told(occasion.today,", "_told(occasion.ever,"),
        Change(
            "the last cut passes the budget",
            cuts._Run._try,
            "min(most, self.budgets.get(rule.rule_id, most))",
            "most",
        ),
    ),
    *breaking(
        laws_of_offers.no_more_comes_off_a_bill_than_the_programme_allows,
        Change(
            "each offer may take as much as all together", cuts._Run._apply, "self.room -= tried.total_minor", "pass"
        ),
    ),
    *breaking(
        laws_of_offers.every_offer_is_given_or_declined_with_its_reasons,
        Change("an excluded offer is silent", cuts._Run.cut, "if rule.group not in ids", "if False"),
        Change(
            "a cut does not say which rule made it",
            bill._cut_reasons,
            "for reduction in cut.reductions:",
            "for reduction in cut.reductions[1:]:",
        ),
        Change(
            "an offer that comes to nothing is silent", bill._earned, "elif rule.rule_id not in cut:", "elif False:"
        ),
    ),
    *breaking(
        laws_of_offers.who_gives_nothing_says_why,
        Change("a coupon gives without being used", offers._closed, "if planned.idle:", "if False:"),
        Change("somebody unknown is given coupons", bill._gifts, "if not is_member(occasion):", "if False:"),
        Change("a rule is applied unasked", offers._closed, "if rule.on_request and", "if False and"),
    ),
    *breaking(
        laws_of_points.bonus_earns_nothing_and_what_ended_or_has_not_begun_never_pays,
        Change(
            "bonus earns points",
            vars(bill._Basis)["really_paid_minor"].fget,
            "self.spend.principal_minor + self.spend.rest_minor",
            "self.spend.paid_price_minor",
        ),
        Change(
            "a bonus for drinks pays for cake",
            bill.usable_money,
            "within = [room if in_scope(line, scope) else 0 for room, line in zip(rooms, basket, strict=True)]",
            "within = rooms",
        ),
    ),
    *breaking(
        laws_of_points.points_are_earned_by_goods_and_multiplier_and_rounded_down_once,
        Change("goods do not count for points", bill._points, "percents.get(line.goods, 100)", "100"),
        Change(
            "two multipliers are multiplied",
            bill.times_percent,
            "100 + sum(percent - 100 for percent in percents)",
            "sum(percents)",
        ),
        Change(
            "points are rounded down line by line",
            bill._points,
            "sum(share * percents.get(line.goods, 100) for",
            "sum(share * percents.get(line.goods, 100) // 10_000 * 10_000 for",
        ),
        Change(
            "a multiplier is not told, so no cap counts it",
            bill._gifts,
            "if multiplied else gifts",
            "if False else gifts",
        ),
    ),
    *breaking(
        laws_of_points.points_pay_in_whole_steps_and_never_past_their_part_of_a_bill,
        Change("points pay past their part of a bill", bill._pay_points, "if asked > cap:", "if False:"),
        Change("points that are not there pay", bill._pay_points, "if asked > held:", "if False:"),
        Change(
            "a part of a step pays",
            bill._pay_points,
            "return PointsUse(used * policy.burn_units,",
            "return PointsUse(asked,",
        ),
    ),
    *breaking(
        laws_of_points.points_come_later_and_end_as_the_policy_says,
        Change("points are there at once", bill.points_given, "Span(policy.pending_days, ", "Span(0, "),
        Change(
            "something given for thirty days lives thirty-one",
            offers.special_of.__wrapped__,
            "days=span.valid_days - 1",
            "days=span.valid_days",
        ),
        Change("points for top-ups are given for bills", bill._points, "policy.on is not Event.PAY", "False"),
    ),
    *breaking(
        laws_of_refusals.the_change_that_a_refusal_names_flips_it,
        Change(
            "one reason of two is named as if it were the only one",
            offers._flip,
            "if len(against) == 1 else None",
            "if against else None",
        ),
        Change(
            "a day is named that another condition refuses",
            offers._flip,
            "return None if _against(planned, later, uses)[0] else against[0]",
            "return against[0]",
        ),
        Change(
            "more goods are asked for than the amount allows",
            offers._flip,
            "_UNDONE.get(code, ())",
            "()",
        ),
        Change("the step is one short", conditions._at_least, "needed - found)", "needed - found - 1)"),
    ),
    *breaking(
        laws_of_refusals.a_step_is_named_where_one_would_do,
        Change("a weekday is a day too late", conditions._days, "min((day - found) % 7", "1 + min((day - found) % 7"),
        Change(
            "a visit too many is named as a step",
            conditions._at_most,
            "needed=needed, found=found)",
            "needed=needed, found=found, missing=1)",
        ),
    ),
    *breaking(
        laws_of_refusals.a_member_is_in_one_part_of_a_split_and_always_the_same,
        Change(
            "a member at the edge is in both parts", conditions._shares, "place < share.high", "place <= share.high"
        ),
    ),
    *breaking(
        laws_of_gifts.a_top_up_gives_its_bonuses_to_the_fen_and_the_principal_never_has_a_condition,
        Change("a bonus passes its budget", topping._gifts, "else min(room, total)", "else total"),
        Change("each effect of a rule has the whole budget", topping._gifts, "else room - _worth(gifts)", "else room"),
        Change(
            "instalments lose a fen",
            topping._parts,
            "allot(total_minor, [1] * effect.instalments)",
            "[total_minor // effect.instalments] * effect.instalments",
        ),
        Change("a bonus for drinks joins the principal", topping._part, "and not special.scope", ""),
    ),
    *breaking(
        laws_of_gifts.a_bonus_in_parts_comes_month_by_month_or_the_next_day,
        Change("all instalments come at once", topping._parts, "month), on))", "0), on))"),
        Change(
            "a month that is shorter overflows",
            topping.add_months,
            "min(day.day, monthrange(year, month + 1)[1])",
            "min(day.day, 28)",
        ),
    ),
    *breaking(
        laws_of_gifts.a_free_order_is_a_coupon_of_the_bill_that_waits,
        Change(
            "a free order passes the budget",
            topping._gifts,
            "effect.most_minor if room is None else min(room, effect.most_minor)",
            "effect.most_minor",
        ),
    ),
    *breaking(
        laws_of_gifts.of_bonuses_that_exclude_each_other_the_larger_is_given,
        Change(
            "of two bonuses the smaller is given",
            offers.choose,
            "-worth(rule), -rule.priority",
            "worth(rule), -rule.priority",
        ),
    ),
    *breaking(
        laws_of_gifts.the_room_that_a_refused_top_up_names_is_accepted_with_every_bonus,
        Change(
            "the room forgets the rules' bonus",
            topping.top_up_offer,
            "raise replace(met, room_minor=room) from None",
            "raise",
        ),
    ),
    *breaking(
        laws_of_gifts.a_claim_gives_what_is_open_and_of_a_group_one,
        Change("a claim gives all of a group", offers._clash, "return group.take is Take.BEST", "return False"),
        Change("somebody unknown is given a pack", offers._closed, "if planned.for_members and", "if False and"),
    ),
)
