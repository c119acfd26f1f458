"""Everyone's columns straight from packed profiles, in blocks: what a refresh computes from.

The same as `columns_of(load_profiles().values(), exclusions())`, without a profile in between.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet

from partnerships.matching.engine import Columns, Ragged
from partnerships.matching.engine.columns import DOMAINS, rows_in
from partnerships.matching.models import PackedProfile
from partnerships.matching.queries.blocks import ROWS_IN_A_BLOCK, Array, pairs_of, rows_of
from partnerships.matching.queries.exclusions import excluded_pairs
from partnerships.matching.queries.profiles import candidates_for, territories_of
from partnerships.organisations.models import AreaOfAction
from territories.places.models import Containment, Place

RECORDS = f"""
SELECT organisation_id / {ROWS_IN_A_BLOCK}, int8send(organisation_id) || int4send(home) || body
FROM partnerships_packedprofile
"""  # noqa: S608  # a number of ours
LAYOUT = [
    ("id", ">i8"),
    ("home", ">i4"),
    ("kind", ">i2"),
    ("modes", ">u2"),
    ("acts", ">u4"),
    ("seeks", ">u4"),
    ("offers", ">u4"),
    ("needs", ">u4"),
]


class Homes(NamedTuple):
    """What the different homes give to those who live there, one row each."""

    keys: Array
    position: Array
    located: Array
    ranks: Array


def load_columns(pks: Collection[int] | None = None) -> Columns:
    """The columns of all organisations that have a packed profile; exact as far as these are.

    With `pks`, of these organisations and of all who may match one of them; then exclusions among
    the others are left out. About ten queries, and no Python object per organisation.
    """
    if pks is None:
        records = rows_of(RECORDS, LAYOUT)
    else:
        among = list(candidates_for(pks) | set(pks))
        records = rows_of(f"{RECORDS} WHERE organisation_id = ANY(%s)", LAYOUT, [among])
    records = records[np.argsort(records["id"])]
    ids = records["id"].astype(np.int64)
    places, home = np.unique(records["home"].astype(np.int32), return_inverse=True)
    lived_in: QuerySet[Any, Any] = PackedProfile.objects.values("home")
    acting = AreaOfAction.objects.all()
    if pks is not None:
        lived_in = Place.objects.filter(pk__in=places.tolist()).values("pk")
        acting = AreaOfAction.objects.filter(organisation__in=ids.tolist())
    homes = homes_of(places, lived_in)
    areas, around = _areas(ids, acting)
    return Columns(
        ids=ids,
        kind=records["kind"].astype(np.int8),
        home=homes.keys[home],
        position=homes.position[home],
        located=homes.located[home],
        acts=_levels(records["acts"]),
        seeks=_levels(records["seeks"]),
        ranks=homes.ranks[home],
        offers=records["offers"].astype(np.uint32),
        needs=records["needs"].astype(np.uint32),
        modes=records["modes"].astype(np.uint32),
        areas=areas,
        around=around,
        excluded=_excluded(ids, excluded_pairs(pks)),
    )


def _levels(packed: Array) -> Array:
    """Sixteen levels of two bits each, the first domain lowest."""
    numbers = packed.astype(np.uint32)
    table = np.empty((len(numbers), DOMAINS), np.uint8)
    for domain in range(DOMAINS):
        table[:, domain] = numbers >> np.uint32(2 * domain) & np.uint32(3)
    return table


def homes_of(places: Array, homes: QuerySet[Any, Any]) -> Homes:
    """What these places give, which are keys out of `homes`."""
    found = territories_of(homes)
    shape = len(places)
    keys, position = np.zeros((shape, 4), np.int32), np.zeros((shape, 3), np.int32)
    located, ranks = np.zeros(shape, np.bool_), np.zeros((shape, DOMAINS), np.uint8)
    for row, place in enumerate(places.tolist()):
        home, priorities, _stated = found[place]
        keys[row] = home.municipality, home.intermunicipality, home.department, home.region
        if home.position is not None:
            position[row], located[row] = home.position, True
        for number, rank in priorities.items():
            ranks[row, number - 1] = rank
    return Homes(keys, position, located, ranks)


def _areas(ids: Array, acting: QuerySet[AreaOfAction]) -> tuple[Ragged, Ragged]:
    """The areas of each organisation, and the places around them."""
    pairs = pairs_of(acting.values_list("organisation_id", "place_id"))
    row, known = rows_in(ids, pairs[:, 0])
    areas = Ragged.of_pairs(row[known], pairs[known, 1], len(ids))
    alike, examples = _alike(areas)
    around = _around(areas.taken(examples))
    return areas, around.taken(alike)


def _alike(ragged: Ragged) -> tuple[Array, Array]:
    """For each row the number of its set of values; and a row that stands for each number.

    Sets are told apart value by value: those that agree so far and agree in the next stay
    together. Few sets are different: most organisations act around their home.
    """
    lengths = ragged.starts[1:] - ragged.starts[:-1]
    number = lengths.astype(np.int64)
    _values, value = np.unique(ragged.values, return_inverse=True)
    for place in range(int(lengths.max(initial=0))):
        longer = np.flatnonzero(lengths > place)
        keys = number[longer] << 32 | value[ragged.starts[longer] + place]
        _keys, number[longer] = np.unique(keys, return_inverse=True)
        number[longer] += len(ragged.starts) * (place + 1)  # apart from all shorter ones
    _numbers, examples, alike = np.unique(number, return_index=True, return_inverse=True)
    return alike, examples


def _around(areas: Ragged) -> Ragged:
    """For each row of areas all the places that contain one of them, even in part."""
    contained = pairs_of(Containment.objects.values_list("inner_id", "outer_id"))
    inner, place = np.unique(contained[:, 0], return_inverse=True)
    outer = Ragged.of_pairs(place, contained[:, 1], len(inner))
    found, known = rows_in(inner, areas.values)
    size = len(areas.starts) - 1
    owner = np.repeat(np.arange(size), areas.starts[1:] - areas.starts[:-1])
    values, which = outer.rows(found[known])
    return Ragged.of_pairs(owner[known][which], values, size)


def _excluded(ids: Array, pairs: Array) -> Ragged:
    one, one_known = rows_in(ids, pairs[:, 0])
    other, other_known = rows_in(ids, pairs[:, 1])
    both = one_known & other_known
    one, other = one[both], other[both]
    return Ragged.of_pairs(np.concatenate([one, other]), np.concatenate([other, one]), len(ids))
