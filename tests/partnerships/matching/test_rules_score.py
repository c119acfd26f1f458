"""The rules give the points that the plain oracle gives, and reasons that add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.matching import rules
from partnerships.matching.enums import Component
from partnerships.matching.rules import Weights, proximity, worlds
from partnerships.organisations.enums import Kind
from tests.partnerships.matching import oracle
from tests.partnerships.matching.world import HOMES, inside, organisations, policies, profile

SHIPPED = Weights()


@given(organisations(2, 2), policies())
def test_rules_give_the_points_of_the_oracle(pair, weights):
    one, other = pair
    expected = oracle.directed(one, other, weights)
    assert rules.directed(one, other, weights)._asdict() == expected


@given(organisations(3, 6), policies())
def test_a_list_made_with_the_rules_is_the_oracles(everyone, weights):
    one = everyone[0]
    found = [rules.match(one, other, weights) for other in everyone]
    expected = oracle.full_list(one, everyone, weights, inside, excluded=set())
    assert [tuple(m) for m in rules.ranked(m for m in found if m)] == [e[:2] for e in expected]
    for other, _points, brings, receives in expected:
        them = next(two for two in everyone if two.id == other)
        assert rules.directed(one, them, weights).total == brings
        assert rules.directed(them, one, weights).total == receives


@given(organisations(2, 2), policies())
def test_a_match_is_worth_the_same_from_both_sides(pair, weights):
    one, other = pair
    here, there = rules.match(one, other, weights), rules.match(other, one, weights)
    assert (here is None) == (there is None)
    if here and there:
        assert here.points == there.points


@given(organisations(2, 2), policies())
def test_reasons_add_up_to_the_directed_score(pair, weights):
    one, other = pair
    reasons = rules.explain(one, other, weights)
    assert sum(part.points for part in reasons.parts) == reasons.total
    assert reasons.total == rules.directed(one, other, weights).total
    assert reasons.receives == rules.directed(other, one, weights).total
    assert all(0 <= part.points <= part.maximum for part in reasons.parts)


@given(organisations(1, 1))
def test_the_most_points_always_sum_to_all_of_them(alone):
    assert sum(rules.maxima(rules.answered(alone[0]), SHIPPED)) == rules.ALL_POINTS


@given(st.integers(0, 10_000), st.lists(st.integers(0, 100), max_size=8))
def test_cutting_points_loses_none(points, weights):
    shares = rules.apportion(points, weights)
    assert sum(shares) == (points if sum(weights) else 0)
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


def test_points_left_over_go_to_the_largest_remainder_then_to_the_first():
    assert rules.apportion(10, [1, 1, 1]) == [4, 3, 3]
    assert rules.apportion(10, [1, 2, 4]) == [1, 3, 6]


def test_unanswered_components_hand_their_points_to_the_others():
    silent = profile(1, areas=[11], acts={1: 2})
    assert rules.maxima(rules.answered(silent), SHIPPED) == (0, 4546, 0, 4545, 909, 0)


def test_half_of_the_points_come_with_the_first_domain_that_fits():
    seeker = profile(1, areas=[11], seeks={1: 2, 2: 2, 3: 2, 4: 2})
    helper = profile(2, areas=[11], acts={4: 1})
    most = rules.maxima(rules.answered(seeker), SHIPPED).complementary
    points = rules.directed(seeker, helper, SHIPPED).complementary
    assert points == most - most // 2 + most // 2 // 4


def test_levels_and_priorities_weigh_domains():
    one = profile(1, areas=[11], acts={1: 3, 2: 1, 3: 1}, priorities={2: 1})
    facts = rules.explain(one, one, SHIPPED).part(Component.SHARED).domains
    weighed = {fact.domain: fact.points for fact in facts}
    assert weighed[1] / weighed[3] == pytest.approx(3, rel=0.01)
    assert weighed[2] / weighed[3] == pytest.approx(2.6, rel=0.01)


def test_proximity_halves_at_fifty_five_kilometres():
    assert proximity.NEARNESS[0] == 2000
    assert proximity.NEARNESS[111] == pytest.approx(1000, abs=1)
    assert list(proximity.NEARNESS) == sorted(proximity.NEARNESS, reverse=True)
    assert proximity.NEARNESS[-1] == 0


def test_a_neighbour_across_the_border_outranks_a_far_one_inside():
    here = rules.Home(1, 0, 11, 10, rules.position_of(48.0, -1.0))
    across = rules.Home(2, 0, 21, 20, rules.position_of(48.0, -0.93))
    far = rules.Home(3, 0, 11, 10, rules.position_of(48.7, -1.0))
    assert rules.nearness(here, across) > rules.nearness(here, far)
    assert rules.distance_km(here, across) == pytest.approx(5, abs=0.5)


def test_one_intermunicipality_counts_as_five_kilometres_at_most():
    assert rules.distance_km(HOMES[3], HOMES[5]) > 50
    assert rules.nearness(HOMES[3], HOMES[5]) == proximity.NEARNESS[10]


@pytest.mark.parametrize(
    ("other", "points"),
    [(HOMES[4], 2000), (HOMES[5], 1800), (HOMES[0], 500), (HOMES[7], 150), (HOMES[8], 150)],
)
def test_levels_stand_in_where_a_position_is_missing(other, points):
    assert rules.nearness(HOMES[4], other) == points


def test_nowhere_is_not_a_place_in_common():
    nowhere = rules.Home()
    assert rules.nearness(nowhere, nowhere) == proximity.ELSEWHERE


def test_every_meeting_of_worlds_has_a_worth_the_same_both_ways():
    for one in Kind.values:
        for other in Kind.values:
            assert 0 < worlds.meeting(one, other) <= worlds.WORLDS_SCALE
            assert worlds.meeting(one, other) == worlds.meeting(other, one)
        assert worlds.meeting(one, one) == min(worlds.meeting(one, k) for k in Kind.values)


def test_without_a_domain_that_fits_there_is_no_match():
    one = profile(1, areas=[11], acts={1: 2})
    other = profile(2, areas=[11], acts={2: 2}, seeks={3: 2})
    assert rules.match(one, other, SHIPPED) is None


def test_a_direction_below_the_floor_is_no_match():
    one = profile(1, areas=[1], acts={1: 2}, home=HOMES[7])
    other = profile(
        2, areas=[1], acts={1: 1, 2: 3, 3: 3}, seeks={4: 3}, needs=["data_field"], home=HOMES[8]
    )
    assert rules.directed(one, other, SHIPPED).total >= SHIPPED.floor
    assert rules.directed(other, one, SHIPPED).total < SHIPPED.floor
    assert rules.match(one, other, SHIPPED) is None
    assert rules.match(one, other, Weights(floor=0))


@pytest.mark.parametrize(
    ("areas", "others", "nest"),
    [
        ([11], [11], True),
        ([11], [100], True),
        ([1], [111], True),
        ([11], [12], False),
        ([31], [12], True),
        ([31], [21], True),
        ([31], [20], True),
        ([30], [21], False),
        ([11, 32], [120], True),
    ],
)
def test_areas_nest_even_across_a_border(areas, others, nest):
    one, other = profile(1, areas=areas), profile(2, areas=others)
    assert rules.areas_nest(one, other) is nest
    assert rules.areas_nest(other, one) is nest


def test_nobody_is_matched_with_itself():
    one = profile(1, areas=[11], acts={1: 2})
    assert rules.match(one, one, SHIPPED) is None


def test_ties_are_decided_by_the_smaller_id():
    found = [rules.Match(9, 50), rules.Match(4, 50), rules.Match(5, 60)]
    assert [match.other for match in rules.ranked(found)] == [5, 4, 9]
    assert [match.other for match in rules.ranked(found, 2)] == [5, 4]


def test_the_harmonic_mean_of_nothing_is_nothing():
    assert rules.harmonic(0, 0) == 0
    assert rules.harmonic(10_000, 10_000) == 10_000


def test_a_policy_that_does_not_sum_is_refused():
    with pytest.raises(ValueError, match="10,000"):
        Weights(complementary=1)
