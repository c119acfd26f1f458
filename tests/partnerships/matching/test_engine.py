"""The engine's lists are the oracle's: same partners, same points, same ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching import engine, rules
from partnerships.matching.engine import Engine, Ragged, columns_of
from partnerships.matching.engine import lists as blocks
from partnerships.matching.rules import Weights
from tests.partnerships.matching import oracle
from tests.partnerships.matching.world import crowd, inside, organisations, policies, profile

SHIPPED = Weights()


def tuples(matches):
    return [tuple(match) for match in matches]


def pairs_of(everyone, numbers):
    ids = sorted(one.id for one in everyone)
    return {(ids[a % len(ids)], ids[b % len(ids)]) for a, b in numbers}


@settings(deadline=None)
@given(
    organisations(2, 9),
    policies(),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=4),
    st.integers(1, 10),
)
def test_every_list_is_the_oracles(everyone, weights, excluded, length):
    excluded = pairs_of(everyone, excluded)
    found = Engine(columns_of(everyone, excluded), weights).lists(length)
    for k, one in enumerate(sorted(everyone, key=lambda p: p.id)):
        expected = oracle.full_list(one, everyone, weights, inside, excluded)
        assert found.organisations[k] == one.id
        assert tuples(found.row(k)) == expected[:length]


@pytest.fixture(scope="module")
def everyone():
    return crowd(160, seed=11)


@pytest.fixture(scope="module")
def expected(everyone):
    excluded = {(1, 2), (70, 3), (5, 160)}
    return {
        one.id: oracle.full_list(one, everyone, SHIPPED, inside, excluded) for one in everyone
    }, excluded


def test_a_crowd_gets_the_oracles_lists_whatever_the_size_of_the_blocks(
    everyone, expected, monkeypatch
):
    lists, excluded = expected
    assert max(len(found) for found in lists.values()) > 12
    for cells in (1, 700, 1 << 20):
        monkeypatch.setattr(blocks, "CELLS", cells)
        found = Engine(columns_of(everyone, excluded), SHIPPED).lists(12)
        for k, pk in enumerate(found.organisations):
            assert tuples(found.row(k)) == lists[pk][:12]


def test_one_organisation_gets_all_of_its_matches(everyone, expected):
    lists, excluded = expected
    ours = Engine(columns_of(everyone, excluded), SHIPPED)
    for pk in (1, 70, 160):
        assert tuples(ours.one(pk)) == lists[pk]
    with pytest.raises(KeyError):
        ours.one(161)


def test_chosen_rows_get_the_same_lists_as_in_a_full_run(everyone, expected):
    lists, excluded = expected
    found = Engine(columns_of(everyone, excluded), SHIPPED).lists(5, rows=np.array([40, 7]))
    assert found.organisations.tolist() == [41, 8]
    assert [tuples(found.row(k)) for k in (0, 1)] == [lists[41][:5], lists[8][:5]]


def test_it_counts_the_pairs_whose_areas_nest(everyone):
    nesting = sum(
        oracle.nest(one, other, inside)
        for one in everyone
        for other in everyone
        if one.id < other.id
    )
    assert Engine(columns_of(everyone), SHIPPED).pairs == nesting


def test_it_tells_how_far_it_is(everyone):
    told = []
    Engine(columns_of(everyone), SHIPPED).lists(3, progress=told.append)
    assert sum(told) == len(everyone)


def test_places_beyond_the_last_match_stay_empty(everyone):
    found = Engine(columns_of(everyone), SHIPPED).lists(500)
    for k in range(len(everyone)):
        beyond = found.counts[k]
        assert (found.ids[k, :beyond] > 0).all()
        for column in (found.ids, found.points, found.brings, found.receives):
            assert not column[k, beyond:].any()


def test_nobody_is_too_few():
    assert len(Engine(columns_of([]), SHIPPED).lists(5).ids) == 0
    alone = Engine(columns_of([profile(4, areas=[11], acts={1: 2})]), SHIPPED)
    assert alone.lists(5).counts.tolist() == [0]
    assert alone.pairs == 0


def test_an_organisation_without_area_is_in_no_list():
    everyone = [profile(k, areas=[11], acts={1: 2}) for k in (1, 2)]
    nowhere = rules.Profile(3, "association", everyone[0].home, acts={1: 2})
    found = Engine(columns_of([*everyone, nowhere]), SHIPPED)
    assert found.pairs == 1
    assert [tuples(found.lists(5).row(k)) != [] for k in range(3)] == [True, True, False]


def test_exclusions_hold_both_ways_and_pass_over_strangers():
    everyone = [profile(k, areas=[11], acts={1: 2}) for k in (1, 2, 3)]
    found = engine.Engine(columns_of(everyone, [(3, 1), (2, 99)]), SHIPPED).lists(5)
    partners = [[match.other for match in found.row(k)] for k in range(3)]
    assert partners == [[2], [1, 3], [2]]


def test_ragged_rows_come_back_as_they_went_in():
    ragged = Ragged.of([{3, 1}, set(), [5]])
    assert [ragged.row(k).tolist() for k in range(3)] == [[1, 3], [], [5]]
    values, owner = ragged.rows(np.array([2, 1, 0]))
    assert values.tolist() == [5, 1, 3]
    assert owner.tolist() == [0, 2, 2]
