"""Profiles come out of the database as they were put in, in few queries."""

from dataclasses import replace

import pytest

from partnerships.matching.models import Policy
from partnerships.matching.queries import candidates_for, load_profiles, profiles_of, weights_of
from partnerships.matching.rules import Weights, match
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Organisation
from tests.partnerships.matching.country import (
    DATABASE_HOMES,
    build_country,
    put,
    put_all,
    state_priorities,
)
from tests.partnerships.matching.world import HOMES, crowd, profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(db):
    build_country()
    everyone = crowd(40, seed=5, homes=DATABASE_HOMES)
    put_all(everyone)
    return {one.id: replace(one, priorities={}) for one in everyone}


def test_profiles_come_back_as_they_were_declared(everyone):
    assert load_profiles() == everyone


def test_the_number_of_queries_does_not_grow(everyone, django_assert_num_queries):
    with django_assert_num_queries(9):
        load_profiles()
    with django_assert_num_queries(9):
        profiles_of([1, 2, 3])


def test_only_the_asked_ones_come(everyone):
    assert profiles_of([3, 9, 999]) == {pk: everyone[pk] for pk in (3, 9)}
    assert profiles_of([]) == {}


def test_only_active_ones_are_loaded_but_any_may_be_asked_for(everyone):
    Organisation.objects.filter(pk=3).update(status=Status.PAUSED)
    assert 3 not in load_profiles()
    assert profiles_of([3])[3] == everyone[3]


def test_the_nearest_place_that_states_priorities_speaks(db):
    build_country()
    for pk, home in enumerate(DATABASE_HOMES, 1):
        put(profile(pk, areas=[11], home=home))
    state_priorities(1, 9)
    state_priorities(10, 16, 2)
    state_priorities(30, 5, 1, 3)
    state_priorities(101, 7)
    found = load_profiles()
    assert {pk: one.priority_place for pk, one in found.items()} == {
        1: 30, 2: 101, 3: 10, 4: 10, 5: 1, 6: 1,
    }  # fmt: skip
    assert found[1].priorities == {5: 1, 1: 2, 3: 3}
    assert found[3].priorities == {16: 1, 2: 2}
    assert found[6].priorities == {9: 1}


def test_candidates_are_all_who_may_match_and_few_others(everyone):
    Organisation.objects.filter(pk=4).update(status=Status.PAUSED)
    weights = Weights(floor=0)
    for pk in (1, 2, 3, 7, 20):
        one = everyone[pk]
        matching = {
            other.id for other in everyone.values() if other.id != 4 and match(one, other, weights)
        }
        found = candidates_for([pk])
        assert matching <= found
        assert 4 not in found
    nearby = put(profile(90, areas=[120], home=HOMES[7], acts={1: 1}))
    put(profile(91, areas=[12], home=HOMES[3], acts={1: 1}))
    put(profile(92, areas=[32], home=HOMES[7], acts={2: 1}))
    put(profile(93, areas=[32], home=HOMES[7], seeks={1: 1}))
    assert candidates_for([nearby.pk]) & {90, 91, 92, 93} == {90, 93}


def test_candidates_of_several_are_those_of_each(everyone):
    assert candidates_for([1, 2]) >= candidates_for([1]) | candidates_for([2])


def test_a_policy_gives_the_weights_that_ship():
    assert weights_of(Policy(name="any")) == Weights()
