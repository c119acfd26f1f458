"""Which of a list's entries its organisation is shown."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerships.matching.engine import Lists
from partnerships.matching.models import Policy


class Shown(NamedTuple):
    """What some organisations are shown, one row each, best first.

    `ids` and `points` count for the first `counts` of a row; the last `reserved` of these stand in
    places reserved for those that would be shown nowhere otherwise.
    """

    ids: NDArray[np.integer]
    points: NDArray[np.integer]
    counts: NDArray[np.integer]
    reserved: NDArray[np.integer]


def fill_places(lists: Lists, *, policy: Policy) -> Shown:
    """Fill the places that the policy gives each organisation: the first ones of its list."""
    places = policy.places
    return Shown(
        ids=lists.ids[:, :places],
        points=lists.points[:, :places],
        counts=np.minimum(lists.counts, places),
        reserved=np.zeros(len(lists.organisations), np.int16),
    )
