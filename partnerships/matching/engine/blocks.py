"""Every organisation's best partners with NumPy alone, block by block, in bounded memory.

The same lists as the compiled kernel gives, to the point and to the tie: it takes its place where
numba is missing, and bears witness against it.
"""

from collections.abc import Iterator

import numpy as np

from partnerships.matching.engine.columns import Array, Columns
from partnerships.matching.engine.found import Lists, Progress
from partnerships.matching.engine.reach import Reach
from partnerships.matching.engine.scoring import Scores, Scoring
from partnerships.matching.rules import ALL_POINTS, Weights

CELLS = 1 << 18  # pairs in a block: one megabyte for each array of the score
MOST_IN_INT32 = (2**31 - 1) // (ALL_POINTS + 1)  # columns of a block whose keys fit


class Blocks:
    """The score of a policy over all organisations; building it indexes them."""

    def __init__(self, columns: Columns, records: Array, weights: Weights) -> None:
        self.columns, self.weights = columns, weights
        self.scoring, self.reach = Scoring(columns, records), Reach(columns)

    @property
    def pairs(self) -> int:
        """How many pairs of organisations have areas that nest."""
        return self.reach.pairs

    def lists(self, length: int, rows: Array, progress: Progress) -> Lists:
        """The `length` best partners of each of the `rows`."""
        place = np.zeros(len(self.columns), np.int64)
        place[rows] = np.arange(len(rows))
        found = Lists.empty(self.columns.ids[rows], length)
        for block, others in self._blocks(rows):
            self._best(block, others, length, found, place[block])
            progress(len(block))
        return found

    def _blocks(self, chosen: Array) -> Iterator[tuple[Array, Array]]:
        """Cut rows into blocks with much the same candidates; with each, all of its candidates.

        Neighbours with reaches of a similar width are taken together: that a few candidates are
        of no use to some of them costs less than many small blocks.
        """
        reach, department = self.reach, self.columns.home[:, 2]
        width = np.log2(np.maximum(reach.counts, 1)).astype(np.int64)[reach.group]
        order = chosen[
            np.lexsort(
                (self.scoring.home[chosen], department[chosen], width[chosen]),
            )
        ]
        alike = np.stack([width[order], department[order]])
        edges = np.flatnonzero((alike[:, 1:] != alike[:, :-1]).any(axis=0)) + 1
        for together in np.split(order, edges):
            groups = [reach.groups_for(group) for group in np.unique(reach.group[together])]
            others = reach.members(np.unique(np.concatenate(groups))) if groups else together
            size = max(1, CELLS // max(1, len(others)))
            for start in range(0, len(together), size):
                yield together[start : start + size], others

    def _best(self, rows: Array, others: Array, length: int, found: Lists, into: Array) -> None:
        """Write the best of `others` for each row into `found`, at the places `into`."""
        if not len(others):
            return
        scores = self.scoring.block(rows, others)
        eligible = scores.fits & self._allowed(rows, others)
        eligible &= (scores.brings >= self.weights.floor) & (scores.receives >= self.weights.floor)
        best = _top(_keys(scores, eligible), length)
        counts = (best >= 0).sum(axis=1)
        column = np.where(best >= 0, len(others) - 1 - best % len(others), 0)
        kept = slice(0, best.shape[1])
        for target, values in (
            (found.ids, self.columns.ids[others][column]),
            (found.points, best // len(others)),
        ):
            target[into, kept] = np.where(best >= 0, values, 0)
        found.counts[into] = counts

    def _allowed(self, rows: Array, others: Array) -> Array:
        """True where areas nest, except with itself and with excluded organisations."""
        groups, group = np.unique(self.reach.group[rows], return_inverse=True)
        nests = np.zeros((len(groups), len(self.reach.sizes)), np.bool_)
        for k, own in enumerate(groups):
            nests[k, self.reach.groups_for(own)] = True
        allowed = nests[:, self.reach.group[others]][group]
        excluded, owner = self.columns.excluded.rows(rows)
        excluded = np.concatenate([excluded, rows])
        owner = np.concatenate([owner, np.arange(len(rows))])
        column = np.minimum(np.searchsorted(others, excluded), len(others) - 1)
        there = others[column] == excluded
        allowed[owner[there], column[there]] = False
        return np.asarray(allowed)


def _keys(scores: Scores, eligible: Array) -> Array:
    """One integer per pair, for sorting: more points first, then the smaller id.

    Pairs that are not eligible get negative ones, all different in a row: many equal numbers
    would slow the choice of the largest down tenfold.
    """
    width = eligible.shape[1]
    integer = np.int32 if width < MOST_IN_INT32 else np.int64
    # Exact: the product is far below 2^53, and the quotient never so near an integer.
    mean = np.multiply(scores.brings, scores.receives, dtype=np.float64)
    mean *= 2
    mean /= np.maximum(scores.brings + scores.receives, 1)
    keys: Array = mean.astype(integer)
    keys *= width
    keys += np.arange(width - 1, -1, -1, dtype=integer)
    return np.where(eligible, keys, -np.arange(1, width + 1, dtype=integer))


def _top(keys: Array, length: int) -> Array:
    """The largest keys of each row, largest first."""
    width = keys.shape[1]
    if length < width:
        keys = np.partition(keys, width - length, axis=1)[:, width - length :]
    return np.asarray(np.sort(keys, axis=1)[:, ::-1])
