"""Seeded organisations on the real places: as many as wanted, a million in seconds."""

from dataclasses import dataclass

import numpy as np

from benchmarks.places import (
    COUNTRY,
    DEPARTMENT,
    INTERMUNICIPALITY,
    MUNICIPALITY,
    Places,
)
from partnerships.matching.engine import Columns, Ragged
from partnerships.matching.engine.columns import BIT_OF_MODE, BIT_OF_RESOURCE, DOMAINS, Array

KINDS = [0.70, 0.25, 0.04, 0.01]
REACH = [0.40, 0.20, 0.20, 0.12, 0.08]  # municipality, intermunicipality, … country
SEVERAL_AREAS = 0.15
NO_NEEDS, NO_MODES, NO_SEEKS = 0.10, 0.10, 0.05
TOWNS_WITHOUT_POSITION = 0.03
STATES_PRIORITIES = 0.6  # of the intermunicipalities; all departments do
EXCLUSIONS_EACH = 4
# A few domains are everybody's, as in the real file.
POPULARITY = 1 / np.arange(1, DOMAINS + 1) ** 0.6


@dataclass(frozen=True)
class World:
    """Organisations and the territory they were put on.

    `priorities` are rows (place, domain, rank); `unlocated` the towns said to have no position.
    `truth` tells what seeded organisations really act on and seek, of which `columns` hold what
    they declared; partnerships held out are drawn from it.
    """

    columns: Columns
    places: Places
    priorities: Array
    unlocated: Array
    truth: tuple[Array, Array]


def generate(count: int, places: Places, seed: int = 20261121) -> World:
    """Draw `count` organisations; the same number and seed give the same ones."""
    dice = np.random.default_rng(seed)
    towns = _towns(dice, count, places)
    home = places.home[towns]
    unlocated = dice.random(len(places.home)) < TOWNS_WITHOUT_POSITION
    areas = _areas(dice, towns, places)
    around, owner = places.around.rows(areas.values)
    whose = np.repeat(np.arange(count), np.diff(areas.starts))[owner]
    priorities, ranks = _priorities(dice, places)
    acts = _levels(dice, count, most=5)
    seeks = _levels(dice, count, most=4)
    declared = dice.random(count) >= NO_SEEKS
    ids = np.cumsum(dice.integers(1, 4, count)).astype(np.int64)
    located = ~unlocated[towns]
    columns = Columns(
        ids=ids,
        kind=dice.choice(4, count, p=KINDS).astype(np.int8),
        home=home[:, :COUNTRY].copy(),
        position=np.where(located[:, None], places.position[towns], 0).astype(np.int32),
        located=located,
        acts=acts,
        seeks=seeks * declared[:, None],
        ranks=ranks[towns],
        offers=_bits(dice, count, len(BIT_OF_RESOURCE), most=6),
        needs=_bits(dice, count, len(BIT_OF_RESOURCE), most=5, silent=NO_NEEDS),
        modes=_bits(dice, count, len(BIT_OF_MODE), most=3, silent=NO_MODES),
        areas=areas,
        around=Ragged.of_pairs(whose, around, count),
        excluded=_excluded(dice, towns),
    )
    return World(columns, places, priorities, places.home[unlocated, 0], (acts, seeks))


def _towns(dice: np.random.Generator, count: int, places: Places) -> Array:
    """Homes by population; some always where an intermunicipality straddles a border."""
    towns = dice.choice(len(places.home), count, p=places.population / places.population.sum())
    border = np.flatnonzero(np.isin(places.home[:, INTERMUNICIPALITY], places.straddling))
    some = dice.choice(count, min(count, max(60, count // 100)), replace=False)
    towns[some] = dice.choice(border, len(some))
    return np.asarray(towns)


def _areas(dice: np.random.Generator, towns: Array, places: Places) -> Ragged:
    """One area around home by reach; for some, up to three more, half of them far away."""
    count, home = len(towns), places.home
    owners = [np.arange(count)]
    values = [_area(home[towns], dice.choice(5, count, p=REACH))]
    several = dice.random(count) < SEVERAL_AREAS
    more = np.where(several, dice.integers(1, 4, count), 0)
    by_department = np.argsort(home[:, DEPARTMENT], kind="stable")
    sorted_departments = home[by_department, DEPARTMENT]
    first = np.searchsorted(sorted_departments, home[towns, DEPARTMENT], side="left")
    last = np.searchsorted(sorted_departments, home[towns, DEPARTMENT], side="right")
    for turn in range(3):
        rows = np.flatnonzero(more > turn)
        near = by_department[dice.integers(first[rows], last[rows])]
        far = dice.integers(0, len(home), len(rows))
        chosen = np.where(dice.random(len(rows)) < 0.5, near, far)
        levels = dice.integers(MUNICIPALITY, DEPARTMENT + 1, len(rows))
        owners.append(rows)
        values.append(_area(home[chosen], levels))
    return Ragged.of_pairs(np.concatenate(owners), np.concatenate(values), count)


def _area(home: Array, level: Array) -> Array:
    places = home[np.arange(len(home)), level]
    return np.where(places > 0, places, home[:, DEPARTMENT])  # four islands are in no EPCI


def _priorities(dice: np.random.Generator, places: Places) -> tuple[Array, Array]:
    """What territories state, and the ranks that hold in each town: the nearest that states any."""
    size = len(places.level)
    states = (places.level == DEPARTMENT) | (
        (places.level == INTERMUNICIPALITY) & (dice.random(size) < STATES_PRIORITIES)
    )
    ranks = np.zeros((size, DOMAINS), np.uint8)
    order = np.argsort(dice.random((size, DOMAINS)), axis=1)
    how_many = np.where(states, dice.integers(3, 9, size), 0)
    place, rank = np.nonzero(np.arange(DOMAINS) < how_many[:, None])
    domain = order[place, rank]
    ranks[place, domain] = rank + 1
    intermunicipality = places.home[:, INTERMUNICIPALITY]
    speaks = np.where(states[intermunicipality], intermunicipality, places.home[:, DEPARTMENT])
    return np.stack([place, domain + 1, rank + 1], axis=1), ranks[speaks]


def _levels(dice: np.random.Generator, count: int, most: int) -> Array:
    """Between one and `most` domains with a level of 1 to 3."""
    table = np.zeros((count, DOMAINS), np.uint8)
    wanted, chances = dice.integers(1, most + 1, count), POPULARITY / POPULARITY.sum()
    for turn in range(most):
        rows = np.flatnonzero(wanted > turn)
        domains = dice.choice(DOMAINS, len(rows), p=chances)
        table[rows, domains] = dice.integers(1, 4, len(rows))
    return table


def _bits(
    dice: np.random.Generator, count: int, width: int, most: int, silent: float = 0.0
) -> Array:
    """Between one and `most` bits; none at all for those who stay silent."""
    wanted = np.where(dice.random(count) < silent, 0, dice.integers(1, most + 1, count))
    found = np.zeros(count, np.uint32)
    for turn in range(most):
        drawn = np.uint32(1) << dice.integers(0, width, count).astype(np.uint32)
        found |= np.where(wanted > turn, drawn, 0).astype(np.uint32)
    return found


def _excluded(dice: np.random.Generator, towns: Array) -> Ragged:
    """Partners and refusals, mostly between neighbours, given from both sides."""
    count = len(towns)
    by_town = np.argsort(towns, kind="stable")
    place = np.empty(count, np.int64)
    place[by_town] = np.arange(count)
    one = dice.integers(0, count, count * EXCLUSIONS_EACH // 2)
    near = np.clip(place[one] + dice.integers(-30, 31, len(one)), 0, count - 1)
    far = dice.integers(0, count, len(one))
    other = np.where(dice.random(len(one)) < 0.9, by_town[near], far)
    one, other = one[one != other], other[one != other]
    return Ragged.of_pairs(np.concatenate([one, other]), np.concatenate([other, one]), count)
