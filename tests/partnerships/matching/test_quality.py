"""The measures of lists against loops over plain lists, and on cases known by heart."""

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.matching.engine import Columns, Engine, Lists, columns_of
from partnerships.matching.engine.quality import (
    agreement_of,
    found_in,
    quality_of,
)
from partnerships.matching.rules import Weights
from tests.partnerships.matching.world import crowd, organisations, profile


def near(value):
    return None if value is None else pytest.approx(value, abs=1e-9)


def shown(lists, first):
    """Each list as plain ids."""
    return {
        int(pk): lists.ids[k, : lists.counts[k]].tolist()[:first]
        for k, pk in enumerate(lists.organisations)
    }


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None


def by_hand(ids):
    """Lists written down, points falling by one."""
    width = max((len(row) for row in ids.values()), default=1)
    table = np.zeros((len(ids), width), np.int64)
    for k, row in enumerate(ids.values()):
        table[k, : len(row)] = row
    counts = np.array([len(row) for row in ids.values()], np.int32)
    points = np.where(table > 0, 5000 - np.arange(width), 0).astype(np.int32)
    return Lists(np.array(list(ids), np.int64), table, points, counts)


def listed(people, first=4):
    columns = columns_of(people)
    return columns, Engine(columns, Weights(floor=0)).lists(first)


@given(organisations(), st.integers(1, 5))
def test_quality_is_what_loops_find(people, first):
    columns, lists = listed(people)
    by_id, rows = {p.id: p for p in people}, shown(lists, first)
    pairs = [(by_id[i], by_id[j]) for i, row in rows.items() for j in row]
    found = quality_of(columns, lists, first=first)
    points = [m.points for k in range(len(rows)) for m in lists.row(k)[:first]]
    assert found.mean_points == near(mean(points))
    assert found.mutual_share == near(mean(i.id in rows[j.id] for i, j in pairs))
    assert found.served_share == near(mean(bool(row) for row in rows.values()))
    assert found.other_worlds_share == near(mean(i.kind != j.kind for i, j in pairs))
    assert found.fragility_share in (None, 1.0)
    distances = [
        math.dist(i.home.position, j.home.position) / 2
        for i, j in pairs
        if i.home.position and j.home.position
    ]
    assert found.median_km == near(statistics.median(distances) if distances else None)
    assert found.pairs_count == len(pairs)


def test_a_list_without_any_common_domain_is_told():
    people = [
        profile(1, areas=[1], acts={1: 1}),
        profile(2, areas=[1], acts={2: 1}),
        profile(3, areas=[1], seeks={1: 1}),
    ]
    lists = by_hand({1: [2, 3], 2: [], 3: [1]})
    found = quality_of(columns_of(people), lists)
    assert found.fragility_share == near(2 / 3)
    assert found.mutual_share == near(2 / 3)


def test_in_a_sample_only_pairs_of_known_lists_are_called_mutual_or_not():
    columns = columns_of([profile(pk, areas=[1], acts={1: 1}) for pk in (1, 2, 3)])
    lists = by_hand({1: [2, 3], 2: [3]})
    found = quality_of(columns, lists)
    assert (found.mutual_count, found.mutual_share, found.lists_count) == (1, 0.0, 2)


LISTS = st.lists(st.lists(st.integers(1, 9), max_size=5, unique=True), min_size=1, max_size=6).map(
    lambda rows: {101 + k: row for k, row in enumerate(rows)}
)


@given(LISTS, st.data(), st.integers(1, 6))
def test_agreement_is_what_loops_find(one, data, first):
    other = {pk: data.draw(st.lists(st.integers(1, 9), max_size=4, unique=True)) for pk in one}
    found = agreement_of(by_hand(one), by_hand(other), first=first)
    overlaps = []
    for pk in one:
        a, b = one[pk][:first], other[pk][:first]
        longest = max(len(a), len(b))
        overlaps.append(len(set(a) & set(b)) / longest if longest else 1)
    assert found.overlap == near(mean(overlaps))
    assert found.unchanged_share == near(mean(one[pk][:first] == other[pk][:first] for pk in one))


@given(LISTS, st.data(), st.integers(1, 6))
def test_what_is_found_again_is_what_loops_find(rows, data, first):
    wanted = {pk: data.draw(st.sets(st.integers(1, 12), max_size=8)) for pk in rows}
    precision, recall, ndcg = [], [], []
    for pk, row in rows.items():
        if not wanted[pk]:
            continue
        ranks = [rank for rank, one in enumerate(row[:first], 1) if one in wanted[pk]]
        best = sum(1 / math.log2(1 + rank) for rank in range(1, min(first, len(wanted[pk])) + 1))
        precision.append(len(ranks) / first)
        recall.append(len(ranks) / len(wanted[pk]))
        ndcg.append(sum(1 / math.log2(1 + rank) for rank in ranks) / best)
    found = found_in(by_hand(rows), wanted, first=first)
    if not precision:
        assert found is None
        return
    assert found.lists_count == len(precision)
    assert found.precision == near(mean(precision))
    assert found.recall == near(mean(recall))
    assert found.ndcg == near(mean(ndcg))


def test_nobody_at_all_measures_nothing():
    columns: Columns = columns_of([])
    lists = Engine(columns, Weights()).lists(10)
    assert quality_of(columns, lists).mean_points is None
    assert agreement_of(lists, lists).overlap is None


def test_a_crowd_agrees_with_itself():
    columns, lists = listed(crowd(120, seed=3), first=30)
    assert agreement_of(lists, lists).unchanged_share == 1.0
    assert quality_of(columns, lists).fragility_share == 1.0
