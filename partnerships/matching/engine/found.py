"""What the engine finds: lists of partners."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine.columns import Array
from partnerships.matching.rules import Match

Progress = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of some organisations, one row each, best first.

    `ids` are the partners, 0 beyond the `counts` first; `points` the harmonic means.
    """

    organisations: Array
    ids: Array
    points: Array
    counts: Array

    @classmethod
    def empty(cls, organisations: Array, length: int) -> "Lists":
        """Lists with room for `length` partners each, and nobody in them."""
        shape = (len(organisations), length)
        counts = np.zeros(len(organisations), np.int32)
        # As small as the ids allow: with a million lists of thirty it makes a difference.
        small = organisations.max(initial=0) <= np.iinfo(np.int32).max
        ids = np.zeros(shape, np.int32 if small else np.int64)
        return cls(organisations, ids, np.zeros(shape, np.int16), counts)

    def row(self, k: int) -> list[Match]:
        """One list as matches."""
        some = slice(0, self.counts[k])
        pairs = zip(self.ids[k, some].tolist(), self.points[k, some].tolist(), strict=True)
        return [Match(*pair) for pair in pairs]
