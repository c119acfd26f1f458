"""Posts: an organisation stands once in each of its areas of action.

Who acts in several places far apart would otherwise be met, in the tiles, by everybody near any
of them. With a post in each area, those that stand together act in the same place.
"""

from typing import NamedTuple

import numpy as np

from partnerships.matching.engine.columns import Array, Columns, Ragged, distinct, rows_in

DEEPEST = 8  # places around a place that its rank takes note of


class Posts(NamedTuple):
    """The posts, those of one organisation together, its main one first.

    `rows` says whose each is, `areas` where, as the number of a place from 0; `mains` which are
    main ones: in an area at home, or else the first. `around` shares out what lies around an
    organisation's areas: each place to one of its posts. `starts` is where a row's posts begin.
    `reach` grows with how many act in an area or inside; `ranks` puts places in order, neighbours
    together.
    """

    rows: Array
    areas: Array
    mains: Array
    around: Ragged
    starts: Array
    reach: Array
    ranks: Array


def posts_of(columns: Columns) -> Posts:
    """The posts of all organisations; who has no area has none."""
    keys = distinct(np.concatenate([columns.areas.values, columns.around.values]))
    starts = columns.areas.starts
    rows = np.repeat(np.arange(len(columns), dtype=np.int32), np.diff(starts))
    at_home = (columns.areas.values[:, None] == columns.home[rows]).any(axis=1)
    first = np.lexsort((~at_home, rows))
    areas = rows_in(keys, columns.areas.values[first])[0].astype(np.int32)
    around = Ragged(columns.around.starts, rows_in(keys, columns.around.values)[0].astype(np.int32))
    mains = np.ones(len(rows), np.bool_)
    mains[1:] = rows[1:] != rows[:-1]
    known = _known(areas, around, starts, len(keys))
    homes, there = rows_in(keys, columns.home)
    homes[~there] = -1
    homes[rows[mains & ~at_home[first]]] = -1
    inside = np.bincount(around.values, minlength=len(keys))
    inside += np.bincount(areas, minlength=len(keys))
    return Posts(
        rows,
        areas,
        mains,
        _shared_out(areas, around, starts, known, homes),
        starts,
        np.log2(np.maximum(inside[areas], 1)).astype(np.int8),
        _ranks(known, inside),
    )


def _known(areas: Array, around: Ragged, starts: Array, places: int) -> Ragged:
    """What is around each place, by those who act there and nowhere else."""
    alone = np.flatnonzero(np.diff(starts) == 1)
    found, example = np.unique(areas[starts[alone]], return_index=True)
    taken = around.taken(alone[example])
    lengths = np.zeros(places, np.int64)
    lengths[found] = np.diff(taken.starts)
    return Ragged(np.concatenate([[0], np.cumsum(lengths)]), taken.values)


def _shared_out(areas: Array, around: Ragged, starts: Array, known: Ragged, homes: Array) -> Ragged:
    """What is around each post: a place goes to the first post that it is around.

    To the main one at home, also if it is around the home. What is around none, as far as is known,
    goes to the last of which nothing is known. Any would be right; these save work. A place where
    the organisation has a post goes to none: there, whoever acts in that place meets it.
    """
    places = len(known.starts) - 1
    nesting = np.repeat(np.arange(places), np.diff(known.starts)) * places + known.values
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(around.starts))
    post = starts[owner]
    left = np.flatnonzero(starts[owner + 1] - post > 1)
    manned = np.sort(np.repeat(np.arange(len(starts) - 1), np.diff(starts)) * places + areas)
    there = rows_in(manned, owner[left] * places + around.values[left])[1]
    post[left[there]] = len(areas)
    left = left[~there]
    outer, at_home = around.values[left].astype(np.int64), np.zeros(len(left), np.bool_)
    for home in homes[owner[left]].T:
        at_home |= (home == outer) | ((home >= 0) & rows_in(nesting, home * places + outer)[1])
    left = left[~at_home]
    fallback, step = post[left].copy(), 0
    while len(left):
        candidate = starts[owner[left]] + step
        there = candidate < starts[owner[left] + 1]
        post[left[~there]] = fallback[~there]
        left, fallback, candidate = left[there], fallback[there], candidate[there]
        area = areas[candidate].astype(np.int64)
        found = rows_in(nesting, area * places + around.values[left])[1]
        post[left[found]] = candidate[found]
        nothing = known.starts[area] == known.starts[area + 1]
        fallback = np.where(nothing, candidate, fallback)[~found]
        left, step = left[~found], step + 1
    lengths = np.bincount(post, minlength=len(areas) + 1)[: len(areas)]
    by_post = np.argsort(post, kind="stable")[: lengths.sum()]
    return Ragged(np.concatenate([[0], np.cumsum(lengths)]), around.values[by_post])


def _ranks(known: Ragged, inside: Array) -> Array:
    """The order of places: the widest place around them, the next one within…, and they last."""
    places = len(known.starts) - 1
    owner = np.repeat(np.arange(places), np.diff(known.starts))
    widest = np.lexsort((-inside[known.values], owner))
    depth = np.arange(len(owner)) - known.starts[owner]
    noted = depth < DEEPEST
    chains = np.full((places, DEEPEST + 1), -1, np.int64)
    chains[owner[noted], depth[noted]] = known.values[widest][noted]
    chains[np.arange(places), np.minimum(np.diff(known.starts), DEEPEST)] = np.arange(places)
    ranks = np.empty(places, np.int32)
    ranks[np.lexsort(chains.T[::-1])] = np.arange(places, dtype=np.int32)
    return ranks
