"""A policy applied to organisations: each becomes a record of thirty-two 16-bit numbers.

All the score needs but for places is in it: 64 bytes an organisation.
"""

from collections.abc import Iterable
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from partnerships.matching.engine.columns import DOMAINS, Array, Columns
from partnerships.matching.rules import Weights, maxima
from partnerships.matching.rules.shares import FIRST_RANK_WEIGHT, UNRANKED_WEIGHT
from partnerships.matching.rules.worlds import KINDS, WORLDS_SCALE
from partnerships.matching.rules.worlds import WORLDS as MEETINGS

# Where each number stands. 0 to 15: the coverage points of each domain, sought and shared.
WORLDS = 16  # points of a meeting with each of the four kinds
FIRST_SOUGHT, FIRST_SHARED = 20, 21  # points of the first domain that fits
ACTED, SOUGHT = 22, 23  # sets of domains
NEEDS, OFFERS = 24, 26  # sets of means: 24 bits over two numbers
MOST_RESOURCES, MOST_MODES, MOST_PROXIMITY = 28, 29, 30
MODES, KIND = 31, 32
WIDTH = 33
ZEROS = 33  # in a tile, a line of zeros follows

TILE = 256
EMPTY = -1  # points of a place in a list that nobody has
AT_A_TIME = 1 << 16

WORLDS_TABLE = np.array([[MEETINGS[one, other] for other in KINDS] for one in KINDS], np.int32)


def records_of(columns: Columns, weights: Weights) -> Array:
    """The records of all organisations under a policy, int16, one row each."""
    records = np.zeros((len(columns), WIDTH), np.int16)
    for start in range(0, len(columns), AT_A_TIME):
        _fill(records, columns, weights, slice(start, start + AT_A_TIME))
    return records


def _fill(records: Array, columns: Columns, weights: Weights, part: slice) -> None:
    into, kind = records[part], columns.kind[part]
    seeks, acts, ranks = columns.seeks[part], columns.acts[part], columns.ranks[part]
    needs, offers, modes = columns.needs[part], columns.offers[part], columns.modes[part]
    most = _maxima([seeks.any(axis=1), acts.any(axis=1), needs > 0, modes > 0], weights)
    ranked = FIRST_RANK_WEIGHT + 1 - ranks.astype(np.int64)
    territory = np.where(ranks > 0, ranked, UNRANKED_WEIGHT)
    sought, shared = most[:, 0] // 2, most[:, 1] // 2
    into[:, :DOMAINS] = _apportion(sought, seeks * territory)
    into[:, :DOMAINS] += _apportion(shared, acts * territory).astype(np.int16)
    into[:, WORLDS:FIRST_SOUGHT] = most[:, 4, None] * WORLDS_TABLE[kind] // WORLDS_SCALE
    into[:, FIRST_SOUGHT], into[:, FIRST_SHARED] = most[:, 0] - sought, most[:, 1] - shared
    into[:, ACTED], into[:, SOUGHT] = _mask(acts), _mask(seeks)
    into[:, NEEDS : NEEDS + 2], into[:, OFFERS : OFFERS + 2] = _halves(needs), _halves(offers)
    into[:, MOST_RESOURCES], into[:, MOST_MODES] = most[:, 2], most[:, 5]
    into[:, MOST_PROXIMITY] = most[:, 3]
    into[:, MODES], into[:, KIND] = modes, kind


def _maxima(answers: Iterable[Any], weights: Weights) -> Array:
    """`rules.maxima` for every row: there are only sixteen ways of having answered."""
    which = sum(answer.astype(np.int64) << place for place, answer in enumerate(answers))
    return np.asarray(_maxima_table(weights)[which])


@cache
def _maxima_table(weights: Weights) -> Array:
    return np.array(
        [
            maxima((seeks, acts, needs, True, True, modes), weights)
            for modes, needs, acts, seeks in product([False, True], repeat=4)
        ],
        np.int32,
    )


def _apportion(points: Array, weights: Array) -> Array:
    """`rules.apportion` for every row at once; rows without weight get nothing."""
    whole = weights.sum(axis=1, keepdims=True)
    parts = points[:, None].astype(np.int64) * weights
    shares, remainders = np.divmod(parts, np.maximum(whole, 1))
    left_over = np.where(whole[:, 0] > 0, points - shares.sum(axis=1), 0)
    largest_first = np.argsort(-remainders, axis=1, kind="stable")
    order = np.argsort(largest_first, axis=1)
    return np.asarray(shares + (order < left_over[:, None]))


def _mask(declared: Array) -> Array:
    bits = (declared > 0).astype(np.uint16) << np.arange(DOMAINS, dtype=np.uint16)
    return np.asarray(bits.sum(axis=1, dtype=np.uint16).view(np.int16))


def _halves(bits: Array) -> Array:
    return np.ascontiguousarray(bits, "<u4").view(np.int16).reshape(-1, 2)
