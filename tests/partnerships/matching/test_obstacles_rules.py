"""Why nobody is suggested: the rules, and what is met against loops over pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.matching.engine import Engine, columns_of
from partnerships.matching.engine.surroundings import Surroundings
from partnerships.matching.enums import ObstacleKind
from partnerships.matching.rules import Weights, areas_nest
from partnerships.matching.rules.obstacles import (
    Situation,
    domain_to_name,
    obstacle_of,
    what_helps,
)
from tests.partnerships.matching.world import HOMES, organisations, profile


@pytest.mark.parametrize(
    ("situation", "kind"),
    [
        (Situation(suggestions=3), None),
        (Situation(suggestions=3, is_paused=True), "paused"),
        (
            Situation(has_declared=False, around=False, fitting=False, left=False),
            "nothing_declared",
        ),
        (Situation(has_area=False, around=False, fitting=False, left=False), "no_area"),
        (Situation(suggestions=3, waiting=3, capacity=3), "full"),
        (Situation(waiting=3, capacity=3, is_computed=False), "full"),
        (Situation(is_computed=False), "not_computed"),
        (Situation(around=False, fitting=False, left=False), "nobody_around"),
        (Situation(fitting=False, left=False), "no_domain"),
        (Situation(left=False), "all_known"),
        (Situation(), "below_floor"),
        (Situation(suggestions=3, capacity=0), "full"),
    ],
)
def test_the_first_thing_in_the_way_is_named(situation, kind):
    assert obstacle_of(situation) == kind


def test_the_domain_named_is_one_that_somebody_acts_on_then_the_weightiest():
    seeks, acts = {2: 1, 5: 2, 9: 3}, {11: 3}
    assert domain_to_name(acts, seeks, {}, {}) == 9
    assert domain_to_name(acts, seeks, {}, {2: 12}) == 2
    assert domain_to_name(acts, seeks, {5: 1}, {}) == 5  # the territory's first priority
    assert domain_to_name(acts, {}, {}, {2: 12}) == 11
    assert domain_to_name({}, {}, {}, {2: 12}) is None


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("paused", {}, ["resume"]),
        ("nothing_declared", {"has_members": False}, ["declare", "invite"]),
        ("full", {"acting_count": 5}, ["answer"]),
        ("no_domain", {"acting_count": 12}, ["widen"]),
        ("no_domain", {"acting_count": 12, "can_widen": False}, ["find"]),
        ("nobody_around", {}, ["find"]),
        ("below_floor", {"lacks_answers": True, "acting_count": 3}, ["complete", "widen"]),
        ("below_floor", {}, ["find"]),
        ("all_known", {"acting_count": 3}, ["widen", "other_domains"]),
    ],
)
def test_what_would_help(kind, facts, expected):
    usual = {"acting_count": 0, "can_widen": True, "lacks_answers": False, "has_members": True}
    assert what_helps(ObstacleKind(kind), **(usual | facts)) == expected


def fits(one, other):
    acts = set(one.acts) | set(one.seeks)
    return bool(acts & set(other.acts) or set(one.acts) & set(other.seeks))


@given(organisations(smallest=2), st.data())
def test_what_is_met_is_what_loops_find(people, data):
    ids = [p.id for p in people]
    pairs = data.draw(st.sets(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=6))
    excluded = {(a, b) for a, b in pairs if a != b}
    columns = columns_of(people, excluded)
    met = Surroundings(columns).met(np.arange(len(columns)))
    for row, one in enumerate(sorted(people, key=lambda p: p.id)):
        around = [p for p in people if p.id != one.id and areas_nest(one, p)]
        fitting = [p for p in around if fits(one, p)]
        left = [p for p in fitting if not {(one.id, p.id), (p.id, one.id)} & excluded]
        expected = (bool(around), bool(fitting), bool(left))
        assert (met.around[row], met.fitting[row], met.left[row]) == expected


@given(organisations(smallest=2))
def test_without_a_floor_whoever_has_somebody_left_has_a_list(people):
    columns = columns_of(people)
    lists = Engine(columns, Weights(floor=0)).lists(30)
    met = Surroundings(columns).met(np.arange(len(columns)))
    assert (met.left == (lists.counts > 0)).all()


def test_others_at_home_in_the_department_are_counted_by_domain():
    people = [
        profile(1, areas=[100], home=HOMES[0], acts={5: 1}, seeks={11: 2}),
        profile(2, areas=[101], home=HOMES[1], acts={11: 1, 5: 3}),
        profile(3, areas=[102], home=HOMES[2], acts={11: 2}),
        profile(4, areas=[120], home=HOMES[7], acts={11: 2}),
        profile(5, areas=[120], home=HOMES[8], acts={11: 2}),
    ]
    acting = Surroundings(columns_of(people)).acting_at_home(np.array([0, 3, 4]))
    assert (acting[0, 10], acting[0, 4]) == (2, 1)
    assert acting[1].sum() == acting[2].sum() == 0
