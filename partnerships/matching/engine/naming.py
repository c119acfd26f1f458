"""In whose lists an organisation is named, and what it takes to enter each list."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np

from partnerships.matching.engine.columns import Array
from partnerships.matching.engine.compiled import compiled


class Naming:
    """The lists of everyone turned round: for each organisation, the owners of lists that name it.

    Names are added and never taken back, so `owners_of` may give some owners too many.
    """

    def __init__(self, owners: Array, named: Array) -> None:
        """`named` holds a row of organisations for each of the `owners`, 0 for nobody."""
        self.keys, counts = _counted(named)
        self.starts = np.zeros(len(self.keys) + 1, np.int64)
        np.cumsum(counts, out=self.starts[1:])
        self.owners = np.zeros(int(self.starts[-1]), np.int32)
        place = np.searchsorted(self.keys, named.reshape(-1)).astype(np.int32)
        _turn_round(
            owners.astype(np.int32), place, named.reshape(-1), self.starts[:-1].copy(), self.owners
        )
        self._later: dict[int, set[int]] = defaultdict(set)

    def owners_of(self, pk: int) -> set[int]:
        """The owners of all lists that name this organisation, and perhaps of some that did."""
        k = int(np.searchsorted(self.keys, pk))
        known: list[int] = []
        if k < len(self.keys) and self.keys[k] == pk:
            known = self.owners[self.starts[k] : self.starts[k + 1]].tolist()
        return self._later.get(pk, set()).union(known)

    def add(self, owner: int, named: Iterable[int]) -> None:
        """The list of `owner` names these organisations from now on."""
        for pk in named:
            self._later[pk].add(owner)


def _counted(named: Array) -> tuple[Array, Array]:
    """Who is named, ascending, and how often."""
    counts = np.bincount(named.reshape(-1))
    if len(counts):
        counts[0] = 0
    keys = np.flatnonzero(counts).astype(np.int32)
    return keys, counts[keys]


@compiled
def _turn_round(owners: Array, place: Array, named: Array, free: Array, found: Array) -> None:
    """Put each owner where the next of those is free who name the same organisation."""
    width = named.size // max(owners.size, 1)
    for k in range(named.size):
        if named[k] != 0:
            found[free[place[k]]] = owners[k // width]
            free[place[k]] += 1
