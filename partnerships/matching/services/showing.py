"""Whom everyone is shown, and how fair that is: worked out for all lists at once."""

from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from partnerships.matching.engine import Lists
from partnerships.matching.engine.places import share_places
from partnerships.matching.models import Policy
from partnerships.matching.queries.fairness import Fairness, fairness_of, with_outcomes
from partnerships.matching.queries.showing import Crowd, crowd_of, sharing_of


class Shown(NamedTuple):
    """What some organisations are shown, one row each, best first.

    `ids` and `points` count for the first `counts` of a row, 0 beyond; the last `reserved` of these
    stand in places reserved for those that would be shown nowhere otherwise.
    """

    ids: NDArray[np.integer]
    points: NDArray[np.integer]
    counts: NDArray[np.integer]
    reserved: NDArray[np.integer]


def fill_places(lists: Lists, *, policy: Policy, now: datetime) -> tuple[Shown, Fairness]:
    """Fill the places that the policy gives everyone; with all measures of the result.

    `lists` are those of everyone, organisations ascending.
    """
    crowd = crowd_of(lists.organisations, lists.ids, lists.points, now=now)
    shown, fairness = share_among(crowd, policy=policy, now=now)
    return shown, with_outcomes(fairness, crowd, now=now)


def share_among(crowd: Crowd, *, policy: Policy, now: datetime) -> tuple[Shown, Fairness]:
    """Share the places among a crowd; with the measures of who is shown."""
    places = share_places(crowd.candidates, sharing_of(policy))
    ids = np.append(crowd.candidates.ids, 0).astype(np.int32)  # NOBODY finds the 0 at the end
    shown = Shown(ids[places.rows], places.points, places.counts, places.reserved)
    return shown, fairness_of(crowd, places, policy=policy, now=now)
