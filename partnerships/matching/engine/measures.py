"""How fair it is: measures of who is shown, from arrays alone."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from partnerships.matching.engine.columns import Array
from partnerships.matching.engine.places import Candidates, Places, heads_of_lists

FEW = 5  # fewer organisations than this are not told of: a figure would speak of somebody
DIGITS = 4
Measures = dict[str, dict[str, float | int | None]]


class View(NamedTuple):
    """What a way of showing comes to, one number per organisation.

    On how many pages each is, how many places of its own page are filled, and the sum of their
    points.
    """

    exposure: Array
    filled: Array
    points: Array


def view_of(places: Places) -> View:
    """The view of these places."""
    return View(places.exposure(), places.counts, places.points.sum(axis=1, dtype=np.int64))


def measures_of(
    everyone: Candidates, shown: Places, *, groups: Mapping[str, Array]
) -> dict[str, Measures | None]:
    """The measures of `shown` beside those of showing everyone the head of its list.

    `groups` maps a name to the rows of its organisations (a mask). For each: `before` and `after`
    with `gini`, `never_shown` and `most_shown` of those that may be shown; `after` also with
    `places_filled` and `score_kept`, as shares of what `before` fills and sums. None for groups
    of fewer than five.
    """
    heads = view_of(heads_of_lists(everyone, shown.rows.shape[1]))
    after = view_of(shown)
    found: dict[str, Measures | None] = {}
    for name, members in groups.items():
        if members.sum() < FEW:
            found[name] = None
            continue
        open_to = members & ~everyone.is_full
        found[name] = {
            "before": _exposure(heads.exposure[open_to]),
            "after": {
                **_exposure(after.exposure[open_to]),
                "places_filled": _share(after.filled[members], heads.filled[members]),
                "score_kept": _share(after.points[members], heads.points[members]),
            },
        }
    return found


def gini(values: Array) -> float | None:
    """How unequal values are: 0 when all are the same, near 1 when one has everything."""
    count, total = len(values), int(values.sum())
    if not total:
        return None
    ranks = np.arange(1, count + 1, dtype=np.int64)
    weighted = int((np.sort(values).astype(np.int64) * ranks).sum())
    return round(2 * weighted / (count * total) - (count + 1) / count, DIGITS)


def _exposure(exposure: Array) -> dict[str, float | int | None]:
    if len(exposure) < FEW:
        return {"gini": None, "never_shown": None, "most_shown": None}
    return {
        "gini": gini(exposure),
        "never_shown": round(float((exposure == 0).mean()), DIGITS),
        "most_shown": int(exposure.max()),
    }


def _share(some: Array, whole: Array) -> float | None:
    total = int(whole.sum(dtype=np.int64))
    return round(int(some.sum(dtype=np.int64)) / total, DIGITS) if total else None
