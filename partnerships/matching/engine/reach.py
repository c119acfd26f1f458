"""Who may be suggested to whom: areas of action that nest."""

from collections import defaultdict

import numpy as np

from partnerships.matching.engine.columns import Array, Columns


class Reach:
    """Organisations grouped by the set of their areas, and which groups nest with which.

    For a place P let E(P) be the groups with the area P itself, U(P) those with an area inside P.
    The eligible pairs are E(P) x E(P) and E(P) x U(P) over all places; a pair that comes several
    times counts once. Seen from one group: E and U of each of its areas, and E of each place
    around them.
    """

    def __init__(self, columns: Columns) -> None:
        self.group = np.zeros(len(columns), np.int32)  # of each organisation
        self._areas: list[tuple[int, ...]] = []
        self._around: list[tuple[int, ...]] = []
        self._form_groups(columns)
        self.sizes = np.bincount(self.group, minlength=len(self._areas))
        by_group = np.argsort(self.group, kind="stable")
        self._members = np.split(by_group, np.cumsum(self.sizes)[:-1])
        self._exact, self._inside = self._index(self._areas), self._index(self._around)
        self.counts = np.array(
            [self.sizes[self.groups_for(group)].sum() for group in range(len(self._areas))], int
        )

    @property
    def pairs(self) -> int:
        """How many pairs of organisations have areas that nest."""
        others = np.maximum(self.counts - 1, 0)
        return int((others * self.sizes).sum()) // 2

    def groups_for(self, group: int) -> Array:
        """The groups whose areas nest with those of this group, itself included."""
        found = [self._exact[place] for place in self._areas[group]]
        found += [self._inside[place] for place in self._areas[group] if place in self._inside]
        found += [self._exact[place] for place in self._around[group] if place in self._exact]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def members(self, groups: Array) -> Array:
        """The organisations (rows) of these groups, ascending."""
        if not len(groups):
            return np.zeros(0, np.int64)
        return np.sort(np.concatenate([self._members[group] for group in groups]))

    def _form_groups(self, columns: Columns) -> None:
        known: dict[tuple[int, ...], int] = {}
        for row in range(len(columns)):
            areas = tuple(columns.areas.row(row).tolist())
            if areas not in known:
                known[areas] = len(known)
                self._areas.append(areas)
                self._around.append(tuple(columns.around.row(row).tolist()))
            self.group[row] = known[areas]

    @staticmethod
    def _index(places_of_group: list[tuple[int, ...]]) -> dict[int, Array]:
        groups: dict[int, list[int]] = defaultdict(list)
        for group, places in enumerate(places_of_group):
            for place in places:
                groups[place].append(group)
        return {place: np.array(found, np.int64) for place, found in groups.items()}
