"""Whom an organisation could meet at all: who works around it, and on which domains.

Counts for every place are kept once; what one organisation meets is a sum over its areas. So the
reasons of many empty lists cost little more than reading them.
"""

from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine.columns import DOMAINS, Array, Columns, Ragged, distinct


@dataclass(frozen=True, slots=True)
class Met:
    """For some organisations, one row each, whether their areas nest with those of anyone else.

    `around`: of anyone at all; `fitting`: of anyone with whom a domain fits in one direction;
    `left`: of anyone who fits and is not excluded.
    """

    around: Array
    fitting: Array
    left: Array


class Surroundings:
    """Who works where, counted by place and by domain. Building it counts; `met` looks up."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.tells = np.hstack(
            [columns.acts > 0, columns.seeks > 0, np.ones((len(columns), 1), np.bool_)]
        )
        self.places = distinct(np.concatenate([columns.areas.values, columns.around.values]))
        self._exact = self._count(columns.areas)
        self._inside = self._count(columns.around)

    def met(self, rows: Array) -> Met:
        """What these organisations (rows of the columns) meet."""
        rows = np.asarray(rows, np.int64)
        seen = self._seen(rows)
        for line, row in enumerate(rows.tolist()):
            seen[line] -= self._times(row, row) * self.tells[row]
        left = seen.copy()
        for line, row in enumerate(rows.tolist()):
            for other in self.columns.excluded.row(row).tolist():
                left[line] -= self._times(row, other) * self.tells[other]
        return Met(seen[:, -1] > 0, self._fits(rows, seen), self._fits(rows, left))

    def acting_at_home(self, rows: Array) -> Array:
        """By row and domain, how many other organisations at home in the same department act on it.

        None are counted for a home without a department.
        """
        department = self.columns.home[:, 2]
        keys, place = np.unique(department, return_inverse=True)
        acting = self.tells[:, :DOMAINS]
        table = np.stack(
            [np.bincount(place, acting[:, k], minlength=len(keys)) for k in range(DOMAINS)], axis=1
        ).astype(np.int64)
        found = table[place[rows]] - acting[rows]
        return np.asarray(np.where(department[rows, None] > 0, found, 0))

    def _count(self, places: Ragged) -> Array:
        """What the organisations that name each place tell, place by place."""
        owner = np.repeat(np.arange(len(self.columns)), np.diff(places.starts))
        which = np.searchsorted(self.places, places.values)
        table = np.empty((len(self.places), self.tells.shape[1]), np.int64)
        for k in range(table.shape[1]):
            table[:, k] = np.bincount(which, self.tells[owner, k], minlength=len(self.places))
        return table

    def _seen(self, rows: Array) -> Array:
        """Those with an area equal to, inside or around one of ours, as often as they are so."""
        seen = np.zeros((len(rows), self.tells.shape[1]), np.int64)
        for places, table in (
            (self.columns.areas, self._exact),
            (self.columns.areas, self._inside),
            (self.columns.around, self._exact),
        ):
            values, owner = places.rows(rows)
            np.add.at(seen, owner, table[np.searchsorted(self.places, values)])
        return seen

    def _times(self, row: int, other: int) -> int:
        """How often `other` is counted among those that `row` sees."""
        areas, around = (
            (set(places.row(row).tolist()), set(places.row(other).tolist()))
            for places in (self.columns.areas, self.columns.around)
        )
        (ours, theirs), (our_around, their_around) = areas, around
        return len(ours & theirs) + len(ours & their_around) + len(our_around & theirs)

    def _fits(self, rows: Array, seen: Array) -> Array:
        acts, seeks = self.tells[rows, :DOMAINS] > 0, self.tells[rows, DOMAINS:-1] > 0
        acting, seeking = seen[:, :DOMAINS] > 0, seen[:, DOMAINS:-1] > 0
        return np.asarray((acting & (acts | seeks) | seeking & acts).any(axis=1))
