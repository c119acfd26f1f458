"""Everyone's columns straight from packed profiles, in blocks: what a refresh computes from.

The same as `columns_of(load_profiles().values(), exclusions())`, without a profile in between.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet

from partnerships.matching.engine import Columns, Ragged
from partnerships.matching.engine.columns import DOMAINS
from partnerships.matching.models import PackedProfile
from partnerships.matching.queries.blocks import ROWS_IN_A_BLOCK, Array, pairs_of, rows_of
from partnerships.matching.queries.exclusions import excluded_pairs
from partnerships.matching.queries.profiles import territories_of
from partnerships.organisations.models import AreaOfAction
from territories.places.models import Containment

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

PLACE_OF_LEVEL = np.arange(0, 2 * DOMAINS, 2, dtype=np.uint32)


class Homes(NamedTuple):
    """What the different homes give to those who live there, one row each."""

    keys: Array
    position: Array
    located: Array
    ranks: Array


class Loaded(NamedTuple):
    """Everyone's columns, and the homes that they were made with; keys of places ascending."""

    columns: Columns
    places: Array
    homes: Homes


def load_columns() -> Columns:
    """The columns of all organisations that have a packed profile; exact as far as these are.

    About ten queries, and no Python object per organisation.
    """
    loaded = load_with_homes()
    return replace(loaded.columns, excluded=_excluded(loaded.columns.ids, excluded_pairs()))


def load_with_homes() -> Loaded:
    """The same without exclusions, and the homes."""
    records = rows_of(RECORDS, LAYOUT)
    records = records[np.argsort(records["id"])]
    ids = records["id"].astype(np.int64)
    places, home = np.unique(records["home"].astype(np.int32), return_inverse=True)
    homes = homes_of(places, PackedProfile.objects.values("home"))
    areas, around = _areas(ids, AreaOfAction.objects.all())
    return Loaded(columns_with(records, homes, home, areas, around), places, homes)


def columns_with(
    records: Array, homes: Homes, home: Array, areas: Ragged, around: Ragged
) -> Columns:
    """Columns out of packed records (`LAYOUT`), ids ascending; `home` is the row of each's home."""
    return Columns(
        ids=records["id"].astype(np.int64),
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
        excluded=Ragged.of([()] * len(records)),
    )


def _levels(packed: Array) -> Array:
    """Sixteen levels of two bits each, the first domain lowest."""
    numbers = packed.astype(np.uint32)
    table = np.empty((len(numbers), DOMAINS), np.uint8)
    for start in range(0, len(numbers), ROWS_IN_A_BLOCK):
        part = slice(start, start + ROWS_IN_A_BLOCK)
        table[part] = numbers[part, None] >> PLACE_OF_LEVEL & np.uint32(3)
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
    alike, examples = areas.alike()
    around = around_of(areas.taken(examples), Containment.objects.all())
    return areas, around.taken(alike)


def rows_in(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """The row of each wanted id, and whether it is there at all."""
    row = np.searchsorted(ids, wanted)
    inside = np.minimum(row, max(len(ids) - 1, 0))
    there = ids[inside] == wanted if len(ids) else np.zeros(len(wanted), np.bool_)
    return inside, there


def around_of(areas: Ragged, contained_in: QuerySet[Containment]) -> Ragged:
    """For each row of areas all the places that contain one of them, even in part."""
    contained = pairs_of(contained_in.values_list("inner_id", "outer_id"))
    inner, place = np.unique(contained[:, 0], return_inverse=True)
    outer = Ragged.of_pairs(place, contained[:, 1], len(inner))
    found, known = rows_in(inner, areas.values)
    size = len(areas)
    owner = np.repeat(np.arange(size), areas.starts[1:] - areas.starts[:-1])
    values, which = outer.rows(found[known])
    return Ragged.of_pairs(owner[known][which], values, size)


def _excluded(ids: Array, pairs: Array) -> Ragged:
    one, one_known = rows_in(ids, pairs[:, 0])
    other, other_known = rows_in(ids, pairs[:, 1])
    both = one_known & other_known
    one, other = one[both], other[both]
    return Ragged.of_pairs(np.concatenate([one, other]), np.concatenate([other, one]), len(ids))
