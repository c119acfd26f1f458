"""Both directed scores of every pair of a block: some rows against some columns."""

from typing import NamedTuple

import numpy as np

from partnerships.matching.engine.coefficients import Coefficients, along
from partnerships.matching.engine.columns import Array, Columns
from partnerships.matching.rules import PROXIMITY_SCALE
from partnerships.matching.rules.proximity import (
    BY_LEVEL,
    ELSEWHERE,
    NEARNESS,
    SAME_INTERMUNICIPALITY_AT_MOST,
)

NEARNESS_TABLE = np.array([*NEARNESS, 0], np.int32)  # the last one stands for all beyond


class Scores(NamedTuple):
    """For each row and column: what the column brings, what it receives, whether a domain fits."""

    brings: Array
    receives: Array
    fits: Array


class Scoring:
    """The score of a policy over blocks of pairs."""

    def __init__(self, columns: Columns, records: Array) -> None:
        self.records = records
        homes = homes_of(columns)
        self.homes, home = np.unique(homes, axis=0, return_inverse=True)
        self.home = home.reshape(-1)  # of each organisation

    def block(self, rows: Array, columns: Array) -> Scores:
        """Score every row (an organisation) against every column (another)."""
        return score(self.records, rows, columns, self._nearness(rows, columns))

    def _nearness(self, rows: Array, columns: Array) -> Array:
        """`rules.nearness` of each pair, worked out once for each pair of homes."""
        ours, row_home = np.unique(self.home[rows], return_inverse=True)
        theirs, column_home = np.unique(self.home[columns], return_inverse=True)
        table = nearness_of(self.homes[ours], self.homes[theirs])
        return np.asarray(table[:, column_home][row_home])


def score(records: Array, rows: Array, columns: Array, near: Array) -> Scores:
    """Score every row against every column, whose homes are as near as `near` says."""
    ours = along(records, rows, (-1, 1))
    theirs = along(records, columns, (1, -1))
    both_act = (ours.acted & theirs.acted) != 0
    brings, one_way = _brought(ours, theirs, both_act, near)
    receives, other_way = _brought(theirs, ours, both_act, near)
    brings += (ours.wants @ theirs.gives.T).astype(np.int32)
    receives += (ours.gives @ theirs.wants.T).astype(np.int32)
    return Scores(brings, receives, one_way | other_way)


def homes_of(columns: Columns) -> Array:
    """The home of each organisation: x, y, z, whether it is located, the keys of four levels."""
    located = columns.located[:, None]
    return np.hstack([columns.position * located, located, columns.home]).astype(np.int32)


def _brought(
    wanting: Coefficients, giving: Coefficients, both_act: Array, near: Array
) -> tuple[Array, Array]:
    """What `giving` brings to `wanting` besides what adds up, and whether a domain fits."""
    points = wanting.first_sought * ((wanting.sought & giving.acted) != 0)
    points += wanting.first_shared * both_act
    fits = points > 0
    points += wanting.most_proximity * near // PROXIMITY_SCALE
    if wanting.needs.any() and giving.offers.any():
        met = np.bitwise_count(wanting.needs & giving.offers)
        points += _share(wanting.most_resources, met, wanting.needs_count)
    if wanting.modes.any() and giving.modes.any():
        met = np.bitwise_count(wanting.modes & giving.modes)
        points += _share(wanting.most_modes, met, wanting.modes_count)
    return points, fits


def _share(most: Array, met: Array, wanted: Array) -> Array:
    """`most * met // wanted`: exact in float32, for the quotient is never so near an integer."""
    return np.asarray((most.astype(np.float32) * met / wanted).astype(np.int32))


def nearness_of(ours: Array, theirs: Array) -> Array:
    """`rules.nearness` of each of our homes (`homes_of`) with each of theirs."""
    same = [(ours[:, k, None] == theirs[:, k]) & (ours[:, k, None] > 0) for k in range(4, 8)]
    squared = sum((ours[:, k, None] - theirs[:, k]) ** 2 for k in (0, 1, 2))
    distance = np.sqrt(squared).astype(np.int32)  # rounded down: a float64 root is exact enough
    neighbours = same[0] | same[1]
    np.minimum(distance, SAME_INTERMUNICIPALITY_AT_MOST, out=distance, where=neighbours)
    near = NEARNESS_TABLE[np.minimum(distance, len(NEARNESS_TABLE) - 1)]
    by_level = np.select(same, list(BY_LEVEL.values()), ELSEWHERE)
    located = (ours[:, 3, None] & theirs[:, 3]) > 0
    return np.where(located, near, by_level).astype(np.int32)
