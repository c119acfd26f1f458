"""A policy applied to columns: what each organisation pays for what it is brought."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from partnerships.matching.engine.columns import DOMAINS, Array, Columns
from partnerships.matching.rules import Weights, maxima
from partnerships.matching.rules.shares import FIRST_RANK_WEIGHT, UNRANKED_WEIGHT
from partnerships.matching.rules.worlds import KINDS, WORLDS, WORLDS_SCALE

WORLDS_TABLE = np.array([[WORLDS[one, other] for other in KINDS] for one in KINDS], np.int32)


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Per organisation, in points. `wants[i] @ gives[j]` is all of j's worth to i that adds up.

    That is the coverage of i's domains and the meeting of worlds; beside it stand the points of
    the first domain that fits (`first_sought`, `first_shared`), and the most that resources,
    modes and proximity can give. The products are float32 for speed: whole numbers up to 10,000,
    which it holds exactly.
    """

    wants: Array
    gives: Array
    sought: Array
    acted: Array
    first_sought: Array
    first_shared: Array
    needs: Array
    offers: Array
    needs_count: Array
    most_resources: Array
    modes: Array
    modes_count: Array
    most_modes: Array
    most_proximity: Array

    def along(self, chosen: Array, shape: tuple[int, int]) -> "Coefficients":
        """Those of some organisations, laid along one axis of a block of pairs."""
        columns = [getattr(self, name)[chosen] for name in self.__slots__]
        return Coefficients(*(c.reshape(shape) if c.ndim == 1 else c for c in columns))


def coefficients_of(columns: Columns, weights: Weights) -> Coefficients:
    """Work out the coefficients of every organisation under a policy."""
    most = _maxima(columns, weights)
    territory = np.where(
        columns.ranks > 0, FIRST_RANK_WEIGHT + 1 - columns.ranks, UNRANKED_WEIGHT
    ).astype(np.int64)
    sought, shared = most[:, 0] // 2, most[:, 1] // 2
    coverage = _apportion(sought, columns.seeks * territory)
    coverage += _apportion(shared, columns.acts * territory)
    meeting = most[:, 4, None] * WORLDS_TABLE[columns.kind] // WORLDS_SCALE
    acting = columns.acts > 0
    return Coefficients(
        wants=np.hstack([coverage, meeting]).astype(np.float32),
        gives=np.hstack([acting, np.eye(len(KINDS))[columns.kind]]).astype(np.float32),
        sought=_mask(columns.seeks > 0),
        acted=_mask(acting),
        first_sought=most[:, 0] - sought,
        first_shared=most[:, 1] - shared,
        needs=columns.needs,
        offers=columns.offers,
        needs_count=_count(columns.needs),
        most_resources=most[:, 2],
        modes=columns.modes,
        modes_count=_count(columns.modes),
        most_modes=most[:, 5],
        most_proximity=most[:, 3],
    )


def _maxima(columns: Columns, weights: Weights) -> Array:
    """`rules.maxima` for every row: there are only sixteen ways of having answered."""
    answers = [
        (columns.seeks > 0).any(axis=1),
        (columns.acts > 0).any(axis=1),
        columns.needs > 0,
        columns.modes > 0,
    ]
    table = np.array(
        [
            maxima((seeks, acts, needs, True, True, modes), weights)
            for modes, needs, acts, seeks in product([False, True], repeat=4)
        ],
        np.int32,
    )
    which = sum(answer.astype(np.int64) << place for place, answer in enumerate(answers))
    return np.asarray(table[which])


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
    bits = declared.astype(np.uint32) << np.arange(DOMAINS, dtype=np.uint32)
    return np.asarray(bits.sum(axis=1, dtype=np.uint32))


def _count(bits: Array) -> Array:
    """How many bits are set, at least one: it divides."""
    return np.maximum(np.bitwise_count(bits), 1).astype(np.float32)
