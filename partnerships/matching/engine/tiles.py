"""Organisations laid out for the kernel: in an order that puts like with like, cut into tiles."""

from typing import NamedTuple

import numpy as np

from partnerships.matching.engine.columns import Array, Columns, Ragged, distinct
from partnerships.matching.engine.posts import Posts, posts_of
from partnerships.matching.engine.records import (
    MODES,
    MOST_MODES,
    MOST_RESOURCES,
    NEEDS,
    TILE,
    WIDTH,
    ZEROS,
)

INTERMUNICIPALITY = 5  # where a home keeps its number
NOWHERE = -1.0  # the radius of a tile that has homes without a position


class People(NamedTuple):
    """Posts of organisations by place in order: those that reach far last, neighbours together.

    `order` gives the row of the organisation at each place, `slots` the number of the list that
    it fills: the organisation's own row at its main post, further ones elsewhere. `posts` lists
    the places of each row, the main one first. `homes` are the different homes: position,
    located, keys of four levels (of the intermunicipality a number). `areas`, and what is around
    them, are numbers of places from 0; `with_area` and `with_inside` list for each place the tiles
    that have somebody with that area, or with an area inside it. Each `…_at` says where a row
    begins. `excluded` are rows, by row.
    """

    order: Array
    slots: Array
    posts: Array
    post_at: Array
    records: Array
    homes: Array
    home_of: Array
    areas: Array
    around: Array
    around_at: Array
    excluded: Array
    excluded_at: Array
    with_area: Array
    with_area_at: Array
    with_inside: Array
    with_inside_at: Array


class Tiles(NamedTuple):
    """The same, 256 at a time, as columns.

    `lines[t]` are the records, with the points of one means and one form (rounded up) instead of
    the most of all, and a line of zeros; `spheres[t]` the centre and radius of their homes, and
    the lowest and highest number of their intermunicipalities; `where[t]` position and
    intermunicipality of each.
    """

    lines: Array
    spheres: Array
    where: Array


def lay_out(columns: Columns, records: Array) -> tuple[People, Tiles]:
    """Put the posts of organisations, and their records, into order, and cut them into tiles."""
    homes, home = _homes(columns)
    posts = posts_of(columns)
    order = _order(columns, posts, home)
    rows, mains, areas = posts.rows[order], posts.mains[order], posts.areas[order]
    slots = np.where(mains, rows, len(columns) - 1 + np.cumsum(~mains)).astype(np.int32)
    records, home = records[rows], home[rows]
    around = posts.around.taken(order)
    place_of = np.empty(len(order), np.int32)
    place_of[order] = np.arange(len(order), dtype=np.int32)
    with_area = _tiles_by_place(Ragged(np.arange(len(order) + 1), areas), len(posts.ranks))
    with_inside = _tiles_by_place(around, len(posts.ranks))
    people = People(
        rows, slots, place_of, posts.starts, records, homes, home,
        areas, around.values, around.starts,
        columns.excluded.values, columns.excluded.starts,
        with_area.values, with_area.starts, with_inside.values, with_inside.starts,
    )  # fmt: skip
    return people, Tiles(_lines(records), _spheres(homes, home), _where(homes, home))


def _homes(columns: Columns) -> tuple[Array, Array]:
    """The different homes (x, y, z, located, four keys), and the number of each one's home."""
    located = columns.located[:, None]
    table = np.hstack([columns.position * located, located, columns.home]).astype(np.int32)
    packed = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * 8)))[:, 0]
    _values, first, number = np.unique(packed, return_index=True, return_inverse=True)
    homes = table[first]
    keys, numbers = np.unique(homes[:, INTERMUNICIPALITY], return_inverse=True)
    # From 1 where nobody is without; as small numbers they are exact in 32-bit floats.
    homes[:, INTERMUNICIPALITY] = numbers.reshape(-1) + int(len(keys) > 0 and keys[0] != 0)
    return homes, number.reshape(-1).astype(np.int32)


def _order(columns: Columns, posts: Posts, home: Array) -> Array:
    """Main posts first; by how far they reach, by area, then by region… down to the home.

    Homes without a position come together, because little can be said of their distance. Further
    posts come apart, since whoever reaches everywhere has met their organisations elsewhere.
    """
    rows, homes = posts.rows, columns.home[posts.rows]
    return np.lexsort(
        (
            home[rows],
            homes[:, 1],
            homes[:, 2],
            homes[:, 3],
            posts.ranks[posts.areas],
            ~columns.located[rows],
            posts.reach,
            ~posts.mains,
        )
    )


def _lines(records: Array) -> Array:
    count = -(-len(records) // TILE)
    tiles = np.zeros((count, ZEROS + 1, TILE), np.int16)
    for t in range(count):
        some = records[t * TILE : (t + 1) * TILE]
        tile = tiles[t, :WIDTH, : len(some)]
        tile[:] = some.T
        needs = np.bitwise_count(some[:, NEEDS : NEEDS + 2].view(np.uint16)).sum(axis=1)
        modes = np.bitwise_count(some[:, MODES].view(np.uint16))
        for line, many in ((MOST_RESOURCES, needs), (MOST_MODES, modes)):
            tile[line] = -(-tile[line].astype(np.int32) // np.maximum(many.astype(np.int32), 1))
    return tiles


def _spheres(homes: Array, home: Array) -> Array:
    spheres = np.zeros((-(-len(home) // TILE), 6), np.float64)
    for t in range(len(spheres)):
        here = homes[np.unique(home[t * TILE : (t + 1) * TILE])]
        centre = here[:, :3].mean(axis=0)
        radius = np.sqrt(((here[:, :3] - centre) ** 2).sum(axis=1).max())
        numbers = here[:, INTERMUNICIPALITY]
        spheres[t] = (
            *centre,
            radius if here[:, 3].all() else NOWHERE,
            numbers.min(),
            numbers.max(),
        )
    return spheres


def _where(homes: Array, home: Array) -> Array:
    """x, y, z and the intermunicipality of each, as columns of a tile."""
    count = -(-len(home) // TILE)
    where = np.zeros((4, count * TILE), np.float32)
    for line in range(3):
        where[line, : len(home)] = homes[home, line]
    where[3, : len(home)] = homes[home, INTERMUNICIPALITY]
    return np.ascontiguousarray(where.reshape(4, count, TILE).swapaxes(0, 1))


def _tiles_by_place(ragged: Ragged, places: int) -> Ragged:
    """For each place, the tiles that have it among their values, ascending."""
    owner = np.repeat(np.arange(len(ragged.starts) - 1), np.diff(ragged.starts)) // TILE
    count = -(-(len(ragged.starts) - 1) // TILE) or 1
    pairs = distinct(ragged.values.astype(np.int64) * count + owner)
    starts = np.searchsorted(pairs // count, np.arange(places + 1))
    return Ragged(starts.astype(np.int64), (pairs % count).astype(np.int32))
