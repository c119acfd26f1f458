"""Organisations as columns of numbers, one row each, ordered by id."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from partnerships.matching.rules import Profile
from partnerships.matching.rules.worlds import KINDS
from partnerships.organisations.enums import Mode, Resource

Array = NDArray[Any]
DOMAINS = 16
SPARSE = 8  # ids for each organisation, at most, for a table of all of them
MANY = 16  # organisations for each look-up, at most, for that table to be worth it
BIT_OF_RESOURCE = {code: 1 << place for place, code in enumerate(Resource.values)}
BIT_OF_MODE = {code: 1 << place for place, code in enumerate(Mode.values)}
PLACE_OF_KIND = {kind.value: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of different lengths: `values[starts[k]:starts[k + 1]]` is row k."""

    starts: Array
    values: Array

    @classmethod
    def of(cls, rows: Sequence[Collection[int]]) -> "Ragged":
        """Pack rows of integers."""
        starts = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=starts[1:])
        flat = (value for row in rows for value in sorted(row))
        return cls(starts, np.fromiter(flat, np.int32, count=int(starts[-1])))

    @classmethod
    def of_pairs(cls, rows: Array, values: Array, count: int) -> "Ragged":
        """`count` rows out of pairs of a row and a value; values ascend, double ones count once."""
        keys = distinct(rows.astype(np.int64) << 32 | values)
        starts = np.zeros(count + 1, np.int64)
        np.cumsum(np.bincount(keys >> 32, minlength=count), out=starts[1:])
        return cls(starts, (keys & 0xFFFFFFFF).astype(np.int32))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, k: int) -> Array:
        """The values of one row."""
        return self.values[self.starts[k] : self.starts[k + 1]]

    def rows(self, chosen: Array) -> tuple[Array, Array]:
        """The values of several rows in a line; beside each, its row's place in `chosen`."""
        lengths = self.starts[chosen + 1] - self.starts[chosen]
        owner = np.repeat(np.arange(len(chosen)), lengths)
        before = np.repeat(np.cumsum(lengths) - lengths, lengths)
        inside = np.arange(int(lengths.sum())) - before
        return self.values[self.starts[chosen][owner] + inside], owner

    def taken(self, chosen: Array) -> "Ragged":
        """The chosen rows as ragged rows of their own."""
        lengths = (self.starts[1:] - self.starts[:-1])[chosen]
        starts = np.zeros(len(chosen) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        place = np.arange(starts[-1], dtype=np.int32)
        place += np.repeat((self.starts[chosen] - starts[:-1]).astype(np.int32), lengths)
        return Ragged(starts, self.values[place])

    def and_row(self, values: Array) -> "Ragged":
        """The same rows and one more."""
        starts = np.append(self.starts, self.starts[-1] + len(values))
        return Ragged(starts, np.concatenate([self.values, values.astype(self.values.dtype)]))

    def alike(self) -> tuple[Array, Array]:
        """For each row the number of its set of values; and a row that stands for each number.

        Sets are told apart value by value: those that agree so far and agree in the next stay
        together. Few sets are different where organisations act around their home.
        """
        lengths = self.starts[1:] - self.starts[:-1]
        number = lengths.astype(np.int64)
        _values, value = np.unique(self.values, return_inverse=True)
        for place in range(int(lengths.max(initial=0))):
            longer = np.flatnonzero(lengths > place)
            keys = number[longer] << 32 | value[self.starts[longer] + place]
            _keys, number[longer] = np.unique(keys, return_inverse=True)
            number[longer] += len(self.starts) * (place + 1)  # apart from all shorter ones
        _numbers, examples, alike = np.unique(number, return_index=True, return_inverse=True)
        return alike, examples


@dataclass(frozen=True, slots=True)
class Columns:
    """What the engine needs to know, one row per organisation, ids ascending.

    `kind` is a place in `worlds.KINDS`; `home` holds the keys of municipality, intermunicipality,
    department and region (0: none); `position` the half-kilometres of `Position` where `located`.
    `acts` and `seeks` are levels 0 to 3 by domain, `ranks` the territory's priorities (0: not
    named); `offers`, `needs`, `modes` are sets of bits. `areas` and `around` are keys of places,
    `excluded` the rows that must not be suggested, given from both sides.
    """

    ids: Array
    kind: Array
    home: Array
    position: Array
    located: Array
    acts: Array
    seeks: Array
    ranks: Array
    offers: Array
    needs: Array
    modes: Array
    areas: Ragged
    around: Ragged
    excluded: Ragged

    def __len__(self) -> int:
        return len(self.ids)


def distinct(values: Array) -> Array:
    """All values, each once, ascending; for millions of them several times as fast as np.unique."""
    values = np.sort(values, axis=None)
    first = np.ones(len(values), np.bool_)
    first[1:] = values[1:] != values[:-1]
    return np.asarray(values[first])


def rows_in(ids: Array, wanted: Array) -> tuple[Array, Array]:
    """The row of each wanted id (ids ascend), and whether it is there at all."""
    if not len(ids):
        return np.zeros(np.shape(wanted), np.int64), np.zeros(np.shape(wanted), np.bool_)
    if ids[0] >= 0 and ids[-1] < SPARSE * len(ids) <= SPARSE * MANY * np.size(wanted):
        # Many look-ups among ids with few gaps: a table is ten times as fast as searching.
        table = np.zeros(int(ids[-1]) + 1, np.int32)
        table[ids] = np.arange(len(ids), dtype=np.int32)
        row = table[np.clip(wanted, 0, ids[-1])]
    else:
        row = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return row, ids[row] == wanted


def columns_of(profiles: Iterable[Profile], exclusions: Iterable[tuple[int, int]] = ()) -> Columns:
    """The columns of these organisations; `exclusions` are pairs of ids, in either order.

    Exclusions that name an organisation left out are passed over.
    """
    people = sorted(profiles, key=lambda profile: profile.id)
    homes = [p.home for p in people]
    return Columns(
        ids=np.array([p.id for p in people], np.int64),
        kind=np.array([PLACE_OF_KIND[p.kind] for p in people], np.int8),
        home=_table(
            [(h.municipality, h.intermunicipality, h.department, h.region) for h in homes], 4
        ),
        position=_table([h.position or (0, 0, 0) for h in homes], 3),
        located=np.array([h.position is not None for h in homes], np.bool_),
        acts=_by_domain([p.acts for p in people]),
        seeks=_by_domain([p.seeks for p in people]),
        ranks=_by_domain([p.priorities for p in people]),
        offers=_bits([p.offers for p in people], BIT_OF_RESOURCE),
        needs=_bits([p.needs for p in people], BIT_OF_RESOURCE),
        modes=_bits([p.modes for p in people], BIT_OF_MODE),
        areas=Ragged.of([p.areas for p in people]),
        around=Ragged.of([p.around for p in people]),
        excluded=_excluded([p.id for p in people], exclusions),
    )


def _table(rows: Sequence[Sequence[int]], width: int) -> Array:
    return np.array(rows, np.int32).reshape(-1, width)


def _by_domain(rows: Sequence[Mapping[int, int]]) -> Array:
    table = np.zeros((len(rows), DOMAINS), np.uint8)
    for k, row in enumerate(rows):
        for number, value in row.items():
            table[k, number - 1] = value
    return table


def _bits(rows: Sequence[Iterable[str]], bit_of: Mapping[str, int]) -> Array:
    return np.array([sum(bit_of[code] for code in row) for row in rows], np.uint32)


def _excluded(ids: Sequence[int], pairs: Iterable[tuple[int, int]]) -> Ragged:
    row_of = {pk: row for row, pk in enumerate(ids)}
    rows: list[set[int]] = [set() for _ in ids]
    for one, other in pairs:
        if one in row_of and other in row_of:
            rows[row_of[one]].add(row_of[other])
            rows[row_of[other]].add(row_of[one])
    return Ragged.of(rows)
