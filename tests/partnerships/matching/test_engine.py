"""The engine's lists are the oracle's: same partners, same points, same ties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching import rules
from partnerships.matching.engine import Engine, Ragged, blocks, columns_of, warm_up
from partnerships.matching.engine import compiled as loops
from partnerships.matching.rules import Weights
from tests.partnerships.matching import oracle
from tests.partnerships.matching.world import (
    all_matches,
    crowd,
    inside,
    organisations,
    policies,
    profile,
)

SHIPPED = Weights()
WAYS = (True, False)  # with the compiled kernel, and with NumPy alone


def tuples(matches):
    return [tuple(match) for match in matches]


def first_two(matches):
    return [match[:2] for match in matches]


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
    expected = {
        one.id: first_two(oracle.full_list(one, everyone, weights, inside, excluded))[:length]
        for one in everyone
    }
    for compiled in WAYS:
        found = Engine(columns_of(everyone, excluded), weights, compiled=compiled).lists(length)
        lists = {int(pk): tuples(found.row(k)) for k, pk in enumerate(found.organisations)}
        assert lists == expected, f"compiled: {compiled}"


@pytest.fixture(scope="module")
def everyone():
    return crowd(160, seed=11)


@pytest.fixture(scope="module")
def expected(everyone):
    excluded = {(1, 2), (70, 3), (5, 160)}
    return {
        one.id: first_two(oracle.full_list(one, everyone, SHIPPED, inside, excluded))
        for one in everyone
    }, excluded


@pytest.fixture(params=WAYS, ids=["kernel", "numpy"])
def make(request):
    """An engine over these columns, with the kernel and without."""
    return lambda columns: Engine(columns, SHIPPED, compiled=request.param)


def test_a_crowd_gets_the_oracles_lists_whatever_the_size_of_the_blocks(
    everyone, expected, monkeypatch
):
    lists, excluded = expected
    assert max(len(found) for found in lists.values()) > 12
    for cells in (1, 700, 1 << 20):
        monkeypatch.setattr(blocks, "CELLS", cells)
        found = Engine(columns_of(everyone, excluded), SHIPPED, compiled=False).lists(12)
        for k, pk in enumerate(found.organisations):
            assert tuples(found.row(k)) == lists[pk][:12]


def test_one_organisation_gets_all_of_its_matches(everyone, expected, make):
    lists, excluded = expected
    ours = make(columns_of(everyone, excluded))
    for pk in (1, 70, 160):
        assert all_matches(ours, pk) == lists[pk]


def test_chosen_rows_get_the_same_lists_as_in_a_full_run(everyone, expected, make):
    lists, excluded = expected
    found = make(columns_of(everyone, excluded)).lists(5, rows=np.array([40, 7]))
    assert found.organisations.tolist() == [41, 8]
    assert [tuples(found.row(k)) for k in (0, 1)] == [lists[41][:5], lists[8][:5]]


def test_it_counts_the_pairs_whose_areas_nest(everyone):
    nesting = sum(
        oracle.nest(one, other, inside)
        for one in everyone
        for other in everyone
        if one.id < other.id
    )
    assert Engine(columns_of(everyone), SHIPPED, compiled=False).pairs == nesting
    ours = Engine(columns_of(everyone), SHIPPED, compiled=True)
    ours.lists(5)
    assert ours.pairs >= nesting  # and what shares a tile with them


def test_it_tells_how_far_it_is(everyone, make):
    told = []
    make(columns_of(everyone)).lists(3, progress=told.append)
    assert sum(told) == len(everyone)


def test_places_beyond_the_last_match_stay_empty(everyone, make):
    found = make(columns_of(everyone)).lists(500)
    for k in range(len(everyone)):
        beyond = found.counts[k]
        assert (found.ids[k, :beyond] > 0).all()
        for column in (found.ids, found.points):
            assert not column[k, beyond:].any()


def test_nobody_is_too_few(make):
    assert len(make(columns_of([])).lists(5).ids) == 0
    alone = make(columns_of([profile(4, areas=[11], acts={1: 2})]))
    assert alone.lists(5).counts.tolist() == [0]


def test_an_organisation_without_area_is_in_no_list(make):
    everyone = [profile(k, areas=[11], acts={1: 2}) for k in (1, 2)]
    nowhere = rules.Profile(3, "association", everyone[0].home, acts={1: 2})
    found = make(columns_of([*everyone, nowhere]))
    assert [tuples(found.lists(5).row(k)) != [] for k in range(3)] == [True, True, False]


def test_exclusions_hold_both_ways_and_pass_over_strangers(make):
    everyone = [profile(k, areas=[11], acts={1: 2}) for k in (1, 2, 3)]
    found = make(columns_of(everyone, [(3, 1), (2, 99)])).lists(5)
    partners = [[match.other for match in found.row(k)] for k in range(3)]
    assert partners == [[2], [1, 3], [2]]


def test_ragged_rows_come_back_as_they_went_in():
    ragged = Ragged.of([{3, 1}, set(), [5]])
    assert [ragged.row(k).tolist() for k in range(3)] == [[1, 3], [], [5]]
    values, owner = ragged.rows(np.array([2, 1, 0]))
    assert values.tolist() == [5, 1, 3]
    assert owner.tolist() == [0, 2, 2]


@pytest.mark.parametrize("seed", range(4))
def test_several_tiles_and_threads_give_the_lists_of_numpy(seed, monkeypatch):
    """Enough organisations for many tiles, so that blocks, spheres and shares are all in play."""
    columns = columns_of(crowd(2_000, seed=seed), [(k, k + 9) for k in range(1, 1_900, 3)])
    expected = Engine(columns, SHIPPED, compiled=False).lists(30)
    found = Engine(columns, SHIPPED, compiled=True).lists(30)
    for column in ("organisations", "ids", "points", "counts"):
        assert np.array_equal(getattr(found, column), getattr(expected, column)), column


def test_earlier_lists_save_work_and_change_nothing():
    before = crowd(1_500, seed=5)
    after = crowd(1_600, seed=6)[:900] + before[900:1_450]
    columns = columns_of(after, [(1, 2), (30, 31)])
    expected = Engine(columns, SHIPPED, compiled=False).lists(20)
    for policy in (SHIPPED, Weights(proximity=1500, shared=2500)):
        old = Engine(columns_of(before), policy).lists(30)
        cold, warm = (Engine(columns, SHIPPED, compiled=True) for _ in range(2))
        assert np.array_equal(cold.lists(20).ids, expected.ids)
        found = warm.lists(20, before=old)
        for column in ("organisations", "ids", "points", "counts"):
            assert np.array_equal(getattr(found, column), getattr(expected, column)), column
        assert warm.scan.counted[1] < cold.scan.counted[1]


def test_what_is_compiled_is_kept_under_a_name_made_of_its_sources(tmp_path, monkeypatch):
    rules_folder, folder = tmp_path / "rules", tmp_path / "engine"
    names = set()
    for text in ("points = 1", "points = 2"):
        for place in (rules_folder, folder):
            place.mkdir(exist_ok=True)
        (rules_folder / "score.py").write_text(text)
        monkeypatch.setattr(loops, "HERE", folder)
        names.add(loops.kept_in.__wrapped__())
    assert len(names) == 2
    assert all(name.parent == folder / "__pycache__" for name in names)


def test_compiling_ahead_is_done_once():
    warm_up()
    assert not warm_up()


def test_who_cannot_be_told_any_longer_ends_the_work(everyone, make):
    def interrupted(_done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make(columns_of(everyone)).lists(3, progress=interrupted)
