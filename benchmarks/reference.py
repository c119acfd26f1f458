"""Are the lists right? Every organisation of a sample, against every other one, pair by pair.

A third telling of the definition: scalar loops over plain integers, without blocks, bounds or
coefficients prepared beforehand, compiled only so that a million organisations do not take a day.
It is held to the plain oracle of the tests in the same run.
"""

from collections.abc import Sequence
from math import exp, sqrt
from typing import Any

import numba
import numpy as np

from benchmarks.places import Places
from partnerships.matching.engine import Columns, Lists
from partnerships.matching.engine.columns import BIT_OF_MODE, BIT_OF_RESOURCE, DOMAINS, Array
from partnerships.matching.rules import Home, Position, Profile, Weights
from partnerships.matching.rules.worlds import KINDS, WORLDS
from tests.partnerships.matching import oracle

POLICY = ("complementary", "shared", "resources", "proximity", "worlds", "modes")


Pair = tuple[int, int]  # an id and points


class Wrong(AssertionError):
    """A list that is not what the definition gives."""


def pairs_in(lists: Lists, place: int) -> list[Pair]:
    """One list of a result as ids and points."""
    some = slice(0, lists.counts[place])
    return list(
        zip(lists.ids[place, some].tolist(), lists.points[place, some].tolist(), strict=True)
    )


def sample(columns: Columns, places: Places, random: int = 300, straddling: int = 60) -> Array:
    """Rows to verify: some at random, and some at home where a border is straddled."""
    dice = np.random.default_rng(20261121)
    border = np.flatnonzero(np.isin(columns.home[:, 1], places.straddling))
    anyone = dice.choice(len(columns), min(random, len(columns)), replace=False)
    theirs = dice.choice(border, min(straddling, len(border)), replace=False)
    return np.unique(np.concatenate([anyone, theirs]))


def verify(
    columns: Columns, weights: Weights, places: Places, *, lists: Lists, rows: Array, length: int
) -> int:
    """How many lists were found identical: all of them, or it raises Wrong at the first."""
    everyone = _everyone(columns, weights)
    dice = np.random.default_rng(3)
    for number, row in enumerate(rows.tolist()):
        expected = _full_list(row, columns, weights, everyone)
        if number < 10:
            others = dice.choice(len(columns), min(100, len(columns)), replace=False)
            _agree_with_oracle((row, others), expected, columns, weights, places)
        place = int(np.searchsorted(lists.organisations, columns.ids[row]))
        found = pairs_in(lists, place)
        if lists.organisations[place] != columns.ids[row] or found != expected[:length]:
            raise Wrong(f"{columns.ids[row]}: {found} instead of {expected[:length]}")
    return len(rows)


def _everyone(columns: Columns, weights: Weights) -> tuple[Any, ...]:
    answers = [[bool(code >> place & 1) for place in range(4)] for code in range(16)]
    most = np.array([_most(answer, weights) for answer in answers], np.int64)
    worlds = np.array([[WORLDS[one, other] for other in KINDS] for one in KINDS], np.int64)
    return (
        most, worlds, columns.kind.astype(np.int64), columns.home.astype(np.int64),
        columns.position.astype(np.int64), columns.located.astype(np.bool_),
        columns.acts.astype(np.int64), columns.seeks.astype(np.int64),
        columns.ranks.astype(np.int64), columns.offers.astype(np.int64),
        columns.needs.astype(np.int64), columns.modes.astype(np.int64),
        columns.areas.starts, columns.areas.values.astype(np.int64),
        columns.around.starts, columns.around.values.astype(np.int64),
    )  # fmt: skip


def _most(said: Sequence[bool], weights: Weights) -> list[int]:
    """The oracle's maxima for an organisation that seeks, acts, needs, has modes, or not."""
    seeks, acts, needs, modes = said
    someone = Profile(
        0, "association", acts={1: 1} if acts else {}, seeks={1: 1} if seeks else {},
        needs=frozenset("x" if needs else ""), modes=frozenset("x" if modes else ""),
    )  # fmt: skip
    most = oracle.most_points(someone, weights)
    return [most[name] for name in POLICY]


def _full_list(
    row: int, columns: Columns, weights: Weights, everyone: tuple[Any, ...]
) -> list[Pair]:
    keys = int(max(columns.around.values.max(initial=0), columns.areas.values.max(initial=0)))
    ours, above = np.zeros(keys + 1, np.bool_), np.zeros(keys + 1, np.bool_)
    ours[columns.areas.row(row)] = True
    above[columns.around.row(row)] = True
    banned = np.zeros(len(columns), np.bool_)
    banned[columns.excluded.row(row)] = True
    banned[row] = True
    found = _scan(row, weights.floor, ours, above, banned, *everyone)
    chosen = np.flatnonzero(found[:, 0] >= 0)
    order = chosen[np.lexsort((columns.ids[chosen], -found[chosen, 0]))]
    return list(zip(columns.ids[order].tolist(), found[order, 0].tolist(), strict=True))


def _agree_with_oracle(
    chosen: tuple[int, Array], expected: list[Pair], columns: Columns, weights: Weights,
    places: Places,
) -> None:  # fmt: skip
    """On some others and on the best, the oracle of the tests says the same."""
    row, others = chosen
    best = np.searchsorted(columns.ids, [pk for pk, _ in expected[:20]])
    others = np.union1d(others, best.astype(np.int64))
    others = others[others != row]
    us = profile_of(columns, row)
    people = [profile_of(columns, other) for other in others.tolist()]
    banned = {(us.id, int(columns.ids[other])) for other in columns.excluded.row(row)}
    said = oracle.full_list(
        us, people, weights, lambda p, q: bool((places.around.row(p) == q).any()), banned
    )
    among = {person.id for person in people}
    if [pair for pair in expected if pair[0] in among] != [pair[:2] for pair in said]:
        raise Wrong(f"{us.id}: the oracle of the tests disagrees with the reference")


def profile_of(columns: Columns, row: int) -> Profile:
    """One row as the plain profile that the rules and the oracle understand."""

    def by_domain(table: Array) -> dict[int, int]:
        return {number: int(v) for number, v in enumerate(table[row], 1) if v}

    def codes(bits: Array, bit_of: dict[str, int]) -> frozenset[str]:
        return frozenset(code for code, bit in bit_of.items() if int(bits[row]) & bit)

    town, intermunicipality, department, region = columns.home[row].tolist()
    position = Position(*columns.position[row].tolist()) if columns.located[row] else None
    return Profile(
        id=int(columns.ids[row]),
        kind=KINDS[columns.kind[row]].value,
        home=Home(town, intermunicipality, department, region, position),
        acts=by_domain(columns.acts),
        seeks=by_domain(columns.seeks),
        offers=codes(columns.offers, BIT_OF_RESOURCE),
        needs=codes(columns.needs, BIT_OF_RESOURCE),
        modes=codes(columns.modes, BIT_OF_MODE),
        areas=frozenset(columns.areas.row(row).tolist()),
        around=frozenset(columns.around.row(row).tolist()),
        priorities=by_domain(columns.ranks),
    )


@numba.njit(cache=True)
def _scan(  # noqa: PLR0917  # compiled loops take arrays one by one
    i, floor, ours, above, banned, most, worlds, kind, home, position, located, acts, seeks,
    ranks, offers, needs, modes, area_starts, areas, around_starts, around,
):  # fmt: skip
    """For every j: H, what it brings, what it receives; H is -1 where it is not eligible."""
    found = np.full((len(kind), 3), -1, np.int64)
    for j in range(len(kind)):
        if banned[j]:
            continue
        nests = False
        for place in areas[area_starts[j] : area_starts[j + 1]]:
            nests = nests or ours[place] or above[place]
        for place in around[around_starts[j] : around_starts[j + 1]]:
            nests = nests or ours[place]
        if not nests:
            continue
        near = _near(home[i], home[j], position[i], position[j], located[i] and located[j])
        points = np.zeros(2, np.int64)
        fits = False
        for way in range(2):
            one, other = (i, j) if way == 0 else (j, i)
            answers = 1 * (seeks[one].sum() > 0) + 2 * (acts[one].sum() > 0)
            answers += 4 * (needs[one] > 0) + 8 * (modes[one] > 0)
            own = most[answers]
            helped = _fragility(own[0], seeks[one], acts[other], ranks[one])
            shared = _fragility(own[1], acts[one], acts[other], ranks[one])
            fits = fits or helped > 0 or shared > 0
            points[way] = helped + shared + own[3] * near // 2000
            points[way] += own[4] * worlds[kind[one], kind[other]] // 400
            if needs[one]:
                points[way] += own[2] * _ones(needs[one] & offers[other]) // _ones(needs[one])
            if modes[one]:
                points[way] += own[5] * _ones(modes[one] & modes[other]) // _ones(modes[one])
        a, b = points
        if fits and a >= floor and b >= floor:
            found[j, 0] = 2 * a * b // (a + b) if a + b > 0 else 0
            found[j, 1], found[j, 2] = a, b
    return found


@numba.njit(cache=True)
def _ones(bits):
    count = 0
    while bits:
        count += bits & 1
        bits >>= 1
    return count


@numba.njit(cache=True)
def _near(one, other, here, there, located):
    same = -1
    for level in range(3, -1, -1):
        if one[level] > 0 and one[level] == other[level]:
            same = level
    if not located:
        return 150 if same < 0 else (2000, 1800, 1000, 500)[same]
    squared = ((here - there) ** 2).sum()
    distance = int(sqrt(squared))
    while distance * distance > squared:
        distance -= 1
    while (distance + 1) * (distance + 1) <= squared:
        distance += 1
    if same in (0, 1):
        distance = min(distance, 10)
    return int(2000 * exp(-distance / 160) + 0.5)


@numba.njit(cache=True)
def _fragility(most, mine, theirs, ranks):
    """Half with the first fit; the other half cut over my domains, coin by coin."""
    weights = np.zeros(DOMAINS, np.int64)
    fits = False
    for k in range(DOMAINS):
        if mine[k]:
            weights[k] = mine[k] * (27 - ranks[k] if ranks[k] else 10)
            fits = fits or theirs[k] > 0
    if not fits:
        return 0
    half, whole = most // 2, weights.sum()
    shares, rest = half * weights // whole, half * weights % whole
    for _ in range(half - shares.sum()):
        best = np.argmax(rest)
        shares[best] += 1
        rest[best] = -1
    total = most - half
    for k in range(DOMAINS):
        if theirs[k]:
            total += shares[k]
    return total
