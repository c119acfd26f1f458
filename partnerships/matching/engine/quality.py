"""How good lists are: measures on arrays, for any way of listing (fairness: see `measures`).

A measure of nothing is None, never 0. Shares go from 0 to 1.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine.columns import DOMAINS, Array, Columns
from partnerships.matching.engine.found import Lists

FIRST = 10  # what is looked at of each list


@dataclass(frozen=True, slots=True)
class Quality:
    """What the first places of lists are worth to those who read them.

    `mutual_share` counts the pairs of which both see each other, out of `mutual_count` pairs whose
    both lists are known; `fragility_share` those in which a domain fits in one direction at least;
    `other_worlds_share` those of two kinds; `median_km` is between homes with a known position.
    """

    lists_count: int
    pairs_count: int
    mean_points: float | None
    mutual_share: float | None
    mutual_count: int
    fragility_share: float | None
    median_km: float | None
    served_share: float | None
    other_worlds_share: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two ways of listing agree: mean overlap of the first places, lists that are equal."""

    overlap: float | None
    unchanged_share: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """How well lists find pairs known to be good, as means over `lists_count` organisations."""

    lists_count: int
    pairs_count: int
    precision: float
    recall: float
    ndcg: float


def quality_of(columns: Columns, lists: Lists, *, first: int = FIRST) -> Quality:
    """Measure the `first` places of lists made from these columns."""
    here, there, points = _pairs(columns, lists, first)
    known = np.searchsorted(columns.ids, lists.organisations)
    mutual = _mutual(here, there, known, len(columns))
    km = _kilometres(columns, here, there)
    return Quality(
        lists_count=len(lists.organisations),
        pairs_count=len(here),
        mean_points=_mean(points),
        mutual_share=_mean(mutual),
        mutual_count=len(mutual),
        fragility_share=_mean(_fits(columns, here, there)),
        median_km=float(np.median(km)) if len(km) else None,
        served_share=_mean(lists.counts > 0),
        other_worlds_share=_mean(columns.kind[here] != columns.kind[there]),
    )


def agreement_of(one: Lists, other: Lists, *, first: int = FIRST) -> Agreement:
    """Compare the `first` places of two sets of lists of the same organisations, row by row.

    The overlap of two lists is what both hold, out of the longer one; two empty lists agree.
    """
    ours, theirs = _cut(one, first), _cut(other, first)
    common = np.zeros(len(ours), np.int64)
    for place in range(theirs.shape[1]):
        common += ((ours == theirs[:, place, None]) & (ours > 0)).any(axis=1)
    longest = np.maximum((ours > 0).sum(axis=1), (theirs > 0).sum(axis=1))
    overlap = np.where(longest > 0, common / np.maximum(longest, 1), 1.0)
    return Agreement(_mean(overlap), _mean((ours == theirs).all(axis=1)))


def found_in(
    lists: Lists, wanted: Mapping[int, Collection[int]], *, first: int = FIRST
) -> Found | None:
    """How many of the `wanted` partners (ids, by organisation) the `first` places hold.

    Precision is out of `first`, recall out of what is wanted; nDCG gives 1 / log2(1 + rank) to
    each hit, out of the best possible. Organisations without a list or a wish are left out; None
    when nobody is left.
    """
    worth = 1 / np.log2(np.arange(2, first + 2))
    rows = []
    for row, pk in enumerate(lists.organisations.tolist()):
        if wishes := wanted.get(pk):
            shown = lists.ids[row, : min(first, int(lists.counts[row]))]
            hits = np.isin(shown, list(wishes))
            best = worth[: min(first, len(wishes))].sum()
            gained = worth[: len(shown)][hits].sum()
            rows.append((len(wishes), hits.sum() / first, hits.sum() / len(wishes), gained / best))
    if not rows:
        return None
    wishes, precision, recall, ndcg = (np.array(column) for column in zip(*rows, strict=True))
    return Found(
        lists_count=len(rows),
        pairs_count=int(wishes.sum()),
        precision=float(precision.mean()),
        recall=float(recall.mean()),
        ndcg=float(ndcg.mean()),
    )


def _cut(lists: Lists, first: int) -> Array:
    """The ids of the first places, 0 where there is none; always `first` wide."""
    cut = np.zeros((len(lists.ids), first), np.int64)
    width = min(first, lists.ids.shape[1])
    there = np.arange(width) < lists.counts[:, None]
    cut[:, :width] = np.where(there, lists.ids[:, :width], 0)
    return cut


def _pairs(columns: Columns, lists: Lists, first: int) -> tuple[Array, Array, Array]:
    """Everything shown: the row of the reader, the row of the partner, their points."""
    cut = _cut(lists, first)
    line, place = np.nonzero(cut)
    here = np.searchsorted(columns.ids, lists.organisations[line])
    return here, np.searchsorted(columns.ids, cut[line, place]), lists.points[line, place]


def _mutual(here: Array, there: Array, known: Array, size: int) -> Array:
    """For each pair whose partner's list is known too, whether it is shown both ways."""
    listed = np.zeros(size, np.bool_)
    listed[known] = True
    both = listed[there]
    forth = here[both] * size + there[both]
    return np.asarray(np.isin(there[both] * size + here[both], forth))


def _fits(columns: Columns, here: Array, there: Array) -> Array:
    bits = 1 << np.arange(DOMAINS)
    acts, seeks = ((side > 0) @ bits for side in (columns.acts, columns.seeks))
    fitting = acts[there] & (acts[here] | seeks[here]) | seeks[there] & acts[here]
    return np.asarray(fitting > 0)


def _kilometres(columns: Columns, here: Array, there: Array) -> Array:
    located = columns.located[here] & columns.located[there]
    apart = columns.position[here[located]] - columns.position[there[located]]
    return np.asarray(np.sqrt((apart.astype(np.float64) ** 2).sum(axis=1)) / 2)


def _mean(values: Array) -> float | None:
    return float(values.mean()) if len(values) else None
