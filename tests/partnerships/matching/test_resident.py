"""Everyone in memory, changed row by row, answers as the oracle and as an engine built anew."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.matching.engine import Engine, columns_of, resident
from partnerships.matching.engine.naming import Naming
from partnerships.matching.engine.resident import NOBODY, Full, Resident
from partnerships.matching.rules import Weights
from tests.partnerships.matching import oracle
from tests.partnerships.matching.world import all_matches, crowd, inside, organisations, policies

WAYS = (True, False)


def answer(rows, pk, excluded=(), length=1000):
    row = rows.row_of(pk)
    found = rows.best(row, excluded, length)
    assert found == rows.best_of(rows.points_of(row, excluded), length)
    return list(zip(*found, strict=True))


def full_list(one, everyone, weights, excluded=()):
    found = oracle.full_list(one, everyone, weights, inside, {(one.id, pk) for pk in excluded})
    return [match[:2] for match in found]


@settings(deadline=None)
@given(organisations(3, 9), organisations(1, 9), policies(), st.data())
def test_after_any_changes_each_answer_is_the_oracles(everyone, new, weights, data):
    people = {one.id: one for one in everyone}
    both = [Resident(columns_of(everyone), weights, compiled=compiled) for compiled in WAYS]
    for one in new:
        changed = replace(one, id=data.draw(st.sampled_from([*people, one.id, 1, 999])))
        leaves = data.draw(st.sampled_from([*people, 5]))
        for rows in both:
            rows.put(columns_of([changed]))
            rows.take_away(leaves)
        people[changed.id] = changed
        people.pop(leaves, None)
    excluded = data.draw(st.lists(st.sampled_from([*people, 12345]), max_size=2)) if people else []
    for one in people.values():
        expected = full_list(one, people.values(), weights, excluded)
        assert all(answer(rows, one.id, excluded) == expected for rows in both)
        assert all(answer(rows, one.id, excluded, 2) == expected[:2] for rows in both)
    assert all(not rows.is_here(pk) for rows in both for pk in {1, 5, 999} - people.keys())


@pytest.mark.parametrize("compiled", WAYS)
def test_a_crowd_that_changes_answers_as_an_engine_built_anew(compiled):
    draw = random.Random(4)
    people = {one.id: one for one in crowd(120, seed=1)}
    rows = Resident(columns_of(people.values()), Weights(), compiled=compiled)
    for one in crowd(60, seed=2):
        changed = replace(one, id=draw.randint(1, 150))
        people[changed.id] = changed
        rows.put(columns_of([changed]))
    engine = Engine(columns_of(people.values()), Weights())
    for pk in people:
        assert answer(rows, pk) == all_matches(engine, pk)
        assert answer(rows, pk, length=3) == answer(rows, pk)[:3]


def test_there_is_room_for_some_newcomers_only(monkeypatch):
    monkeypatch.setattr(resident, "SPARE", 2)
    people = crowd(5, seed=1)
    rows = Resident(columns_of(people[:2]), Weights())
    rows.put(columns_of(people[2:4]))
    rows.take_away(3)
    rows.put(columns_of([people[2]]))
    with pytest.raises(Full):
        rows.put(columns_of([people[4]]))
    assert rows.rows_of([4, 9, 3]).tolist() == [3, NOBODY, 2]


def test_nobody():
    rows = Resident(columns_of([]), Weights())
    assert rows.row_of(3) == NOBODY
    rows.put(columns_of(crowd(3, seed=3)))
    assert {pk for pk, _points in answer(rows, 1)} <= {2, 3}


def test_lists_turned_round():
    named = np.array([[5, 7, 0], [7, 0, 0], [0, 0, 0], [7, 5, 9]])
    naming = Naming(np.array([1, 2, 3, 4]), named)
    assert (naming.owners_of(7), naming.owners_of(5), naming.owners_of(8)) == (
        {1, 2, 4},
        {1, 4},
        set(),
    )
    naming.add(3, [8, 7])
    assert (naming.owners_of(8), naming.owners_of(7)) == ({3}, {1, 2, 3, 4})
    assert Naming(np.zeros(0, int), np.zeros((0, 3), int)).owners_of(7) == set()
