"""Everyone in memory under one policy, changed row by row: what a single edit computes from.

The lists of everyone are worked out tile by tile; here one organisation is held against all, in
no particular order, so that a changed row needs no new layout.
"""

from collections import defaultdict
from collections.abc import Collection

import numpy as np

from partnerships.matching.engine.columns import Array, Columns, Ragged
from partnerships.matching.engine.compiled import COMPILED
from partnerships.matching.engine.records import ACTED, SOUGHT, records_of
from partnerships.matching.engine.scoring import homes_of, nearness_of, score
from partnerships.matching.rules import Weights

Entries = tuple[list[int], list[int]]
SPARE = 4096  # newcomers that find room; after them, everyone is loaded anew
NOBODY = -1
GONE = 0  # the set of areas of those who have left


class Full(Exception):
    """There is no room for another organisation."""


class _Index:
    """The numbers of the rows that hold a value."""

    def __init__(self, rows: Ragged) -> None:
        owner = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
        self._rows = Ragged.of_pairs(rows.values, owner, int(rows.values.max(initial=0)) + 1)
        self._later: dict[int, list[int]] = defaultdict(list)

    def of(self, value: int) -> Array:
        """The rows that hold this value."""
        known = self._rows.row(value) if value < len(self._rows) else self._rows.values[:0]
        return (
            known
            if value not in self._later
            else np.append(known, self._later[value]).astype(np.int32)
        )

    def add(self, values: Array, row: int) -> None:
        """Another row, with these values."""
        for value in values.tolist():
            self._later[value].append(row)


class Resident:
    """Everyone under one policy: rows that can be replaced, added and taken away.

    A row keeps its place for good. Organisations that act on the same areas share a set of them;
    those that have left are in set 0, which nobody meets. `compiled` chooses the loops (True),
    NumPy alone (False), or whichever there is (None).
    """

    def __init__(self, columns: Columns, weights: Weights, *, compiled: bool | None = None) -> None:
        self.weights, self.compiled = weights, COMPILED if compiled is None else compiled
        count, room = len(columns), len(columns) + SPARE
        alike, examples = columns.areas.alike()
        order = np.argsort(alike, kind="stable")  # whoever meets one meets its neighbours
        self.count, self._first = count, columns.ids  # ascending; those after them in `_later`
        self._place = np.empty(count, np.int32)
        self._place[order] = np.arange(count, dtype=np.int32)
        self._later: dict[int, int] = {}
        self.ids = _with_room(columns.ids[order], room)
        self.records = _with_room(records_of(columns, weights)[order], room)
        self.homes = _with_room(homes_of(columns)[order], room)
        self._tells = _tells(self.records)
        self.set_of = _with_room((alike[order] + 1).astype(np.int32), room)
        self.areas = _after_nothing(columns.areas.taken(examples))
        self.around = _after_nothing(columns.around.taken(examples))
        self._sets = {self.areas.row(k).tobytes(): k for k in range(1, len(self.areas))}
        self._with_area, self._with_around = _Index(self.areas), _Index(self.around)

    def row_of(self, pk: int) -> int:
        """The row of an organisation, NOBODY where it has none."""
        return int(self.rows_of([pk])[0])

    def rows_of(self, pks: Collection[int]) -> Array:
        """The row of each of these organisations, NOBODY for those that have none."""
        wanted = np.fromiter(pks, np.int64, len(pks))
        if not len(self._first):
            rows = np.full(len(wanted), NOBODY, np.int32)
        else:
            k = np.minimum(np.searchsorted(self._first, wanted), len(self._first) - 1)
            rows = np.where(self._first[k] == wanted, self._place[k], NOBODY)
        for place in np.flatnonzero(rows == NOBODY).tolist() if self._later else ():
            rows[place] = self._later.get(int(wanted[place]), NOBODY)
        return rows

    def is_here(self, pk: int) -> bool:
        """True for an organisation that is known and has not left."""
        row = self.row_of(pk)
        return row != NOBODY and self.set_of[row] != GONE

    def around_of(self, areas: Array) -> Array | None:
        """What lies around these areas (ascending), if somebody acts on just these already."""
        known = self._sets.get(areas.tobytes())
        return None if known is None else self.around.row(known)

    def put(self, columns: Columns) -> None:
        """Replace the rows of these organisations, or add them. Raises Full."""
        records, homes = records_of(columns, self.weights), homes_of(columns)
        tells = _tells(records)
        for k, pk in enumerate(columns.ids.tolist()):
            row = self._row_for(pk)
            self.records[row], self.homes[row] = records[k], homes[k]
            self._tells[row] = tells[k]
            self.set_of[row] = self._set_for(columns.areas.row(k), columns.around.row(k))

    def take_away(self, pk: int) -> None:
        """Let an organisation leave; nothing where it is not there."""
        row = self.row_of(pk)
        if row != NOBODY:
            self.set_of[row] = GONE

    def points_of(self, row: int, excluded: Collection[int]) -> Array:
        """The match of one row with every other row, -1 where there is none.

        `excluded` are the organisations that must not be suggested to it.
        """
        meets, points = self._meets(row), np.full(self.count, -1, np.int16)
        if self.compiled:
            from partnerships.matching.engine import against  # noqa: PLC0415  # numba is optional

            against.everyone(row, self._people, meets, self.weights.floor, points)
        else:
            others = np.flatnonzero(meets[self.set_of[: self.count]])
            points[others] = self._harmonic(row, others)
        points[row] = -1
        known = self.rows_of(excluded)
        points[known[known != NOBODY]] = -1
        return points

    def best(self, row: int, excluded: Collection[int], length: int) -> Entries:
        """The best matches of one row, ids and points: more points first, then the smaller id."""
        if not self.compiled:
            return self.best_of(self.points_of(row, excluded), length)
        from partnerships.matching.engine import against  # noqa: PLC0415  # numba is optional

        points, who = np.zeros(length, np.int32), np.zeros(length, np.int64)
        count = against.best(
            row, self._people, self.count, self._meets(row), self.weights.floor,
            self.rows_of(excluded), points, who,
        )  # fmt: skip
        return who[:count].tolist(), points[:count].tolist()

    def best_of(self, points: Array, length: int) -> Entries:
        """The same out of what `points_of` has found."""
        there = np.flatnonzero(points >= 0)
        found = points[there]
        if len(there) > length:
            last = np.partition(found, len(found) - length)[len(found) - length]
            there = there[found >= last]
        ids, found = self.ids[there], points[there]
        order = np.lexsort((ids, -found))[:length]
        return ids[order].tolist(), found[order].tolist()

    @property
    def _people(self) -> tuple[Array, Array, Array, Array, Array]:
        return self.records, self.homes, self._tells, self.set_of, self.ids

    def _row_for(self, pk: int) -> int:
        row = self.row_of(pk)
        if row == NOBODY:
            if self.count == len(self.ids):
                raise Full
            row = self.count
            self.count += 1
            self._later[pk] = row
            self.ids[row] = pk
        return row

    def _set_for(self, areas: Array, around: Array) -> int:
        key = areas.tobytes()
        if key not in self._sets:
            self._sets[key] = len(self.areas)
            self.areas, self.around = self.areas.and_row(areas), self.around.and_row(around)
            self._with_area.add(areas, self._sets[key])
            self._with_around.add(around, self._sets[key])
        return self._sets[key]

    def _meets(self, row: int) -> Array:
        """For each set of areas, whether they nest with those of a row."""
        areas, around = (some.row(self.set_of[row]) for some in (self.areas, self.around))
        meets = np.zeros(len(self.areas), np.bool_)
        # Theirs equal ours or lie around them, or ours lie around theirs.
        for places, index in (
            (areas, self._with_area), (around, self._with_area), (areas, self._with_around),
        ):  # fmt: skip
            for place in places.tolist():
                meets[index.of(place)] = True
        return meets

    def _harmonic(self, row: int, others: Array) -> Array:
        """The match of a row with others whose areas nest with its own, with NumPy alone."""
        near = nearness_of(self.homes[[row]], self.homes[others])
        scores = score(self.records, np.array([row]), others, near)
        brings, receives = scores.brings[0].astype(np.int64), scores.receives[0].astype(np.int64)
        fine = scores.fits[0] & (brings >= self.weights.floor) & (receives >= self.weights.floor)
        harmonic = 2 * brings * receives // np.maximum(brings + receives, 1)
        return np.asarray(np.where(fine, harmonic, -1))


def _tells(records: Array) -> Array:
    """What each acts on, and in the upper half what it seeks: sets of domains."""
    acted, sought = (records[:, k].view(np.uint16).astype(np.uint32) for k in (ACTED, SOUGHT))
    return np.asarray(acted | sought << np.uint32(16))


def _with_room(values: Array, rows: int) -> Array:
    """The same values, with room for as many rows."""
    table = np.zeros((rows, *values.shape[1:]), values.dtype)
    table[: len(values)] = values
    return table


def _after_nothing(ragged: Ragged) -> Ragged:
    """The same rows after an empty one."""
    return Ragged(np.concatenate([[0], ragged.starts]), ragged.values)
