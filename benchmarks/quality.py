"""How good and how fair: our lists beside the peer's rule, nearest-first and random."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import peer
from benchmarks.sql import nationwide
from partnerships.matching.engine import Columns, Lists
from partnerships.matching.engine.columns import Array

SHOWN = 10
CELLS = 1 << 23  # pairs worked out at a time
Score = Callable[[Array, Array], Array]  # rows, half-kilometres -> the higher the better


@dataclass(frozen=True)
class HeldOut:
    """Partnerships that no ranking was told of: for each row, the rows of its partners."""

    rows: Array
    partners: list[Array]
    what: str


def rankings(columns: Columns, lists: Lists) -> dict[str, Array]:
    """For each design everyone's ten, as rows of organisations, -1 where there are fewer."""
    dice = np.random.default_rng(5)
    everywhere = nationwide(columns)

    def nearest(rows: Array, half_km: Array) -> Array:
        ties = dice.random(half_km.shape, np.float32)  # who lives together is drawn, not sorted
        return np.asarray(-(half_km + ties / 2))

    def by_peer(rows: Array, half_km: Array) -> Array:
        return peer.score(columns, rows, half_km, everywhere)

    def drawn(rows: Array, half_km: Array) -> Array:
        return dice.random(half_km.shape, np.float32)

    return {
        "ours, heads of lists": rows_of(columns, lists.ids[:, :SHOWN]),
        "the peer's rule": _best(columns, by_peer),
        "nearest first": _best(columns, nearest),
        "random": _best(columns, drawn),
    }


def rows_of(columns: Columns, ids: Array) -> Array:
    """Ids (0: none) as rows."""
    return np.where(ids > 0, np.searchsorted(columns.ids, ids), -1)


def _best(columns: Columns, score: Score) -> Array:
    count = len(columns)
    best = np.full((count, SHOWN), -1, np.int64)
    for start in range(0, count, max(1, CELLS // count)):
        rows = np.arange(start, min(count, start + max(1, CELLS // count)))
        points = score(rows, half_kilometres(columns, rows)).astype(np.float32)
        banned, owner = columns.excluded.rows(rows)
        points[owner, banned] = -np.inf
        points[np.arange(len(rows)), rows] = -np.inf
        kept = min(SHOWN, count)
        # The smaller id where equal, as everywhere.
        keys = np.round(points * 1e4).astype(np.float64) * count - np.arange(count)
        chosen = np.argpartition(-keys, kept - 1, axis=1)[:, :kept]
        line = np.arange(len(rows))[:, None]
        chosen = chosen[line, np.argsort(-keys[line, chosen], axis=1)]
        best[rows, :kept] = np.where(np.isfinite(points[line, chosen]), chosen, -1)
    return best


def half_kilometres(columns: Columns, rows: Array) -> Array:
    """Distances from some to everyone; very far where a position is missing."""
    everyone = columns.position.astype(np.float32)
    found = np.full((len(rows), len(columns)), peer.FAR, np.float32)
    squared = sum((everyone[rows, k, None] - everyone[:, k]) ** 2 for k in range(3))
    known = columns.located[rows, None] & columns.located
    np.sqrt(squared, out=found, where=known)
    return found


def measures(columns: Columns, shown: Array, held_out: HeldOut | None = None) -> dict[str, float]:
    """What a table of suggestions is worth, and to whom."""
    row, place = np.nonzero(shown >= 0)
    other = shown[row, place]
    exposure = np.bincount(other, minlength=len(columns))
    acts, seeks = columns.acts > 0, columns.seeks > 0
    fits = (acts[row] & (acts[other] | seeks[other])).any(axis=1)
    fits |= (seeks[row] & acts[other]).any(axis=1)
    pairs = np.unique(row.astype(np.int64) * len(columns) + other)
    mutual = np.isin(other.astype(np.int64) * len(columns) + row, pairs)
    known = columns.located[row] & columns.located[other]
    apart = (columns.position[row[known]] - columns.position[other[known]]).astype(np.float64)
    found: dict[str, float] = {
        "suggestions": len(row),
        "no_shared_fragility": _share(~fits),
        "mutual": _share(mutual),
        "never_shown": 1 - np.count_nonzero(exposure) / len(columns),
        "most_shown": int(exposure.max(initial=0)),
        "gini": gini(exposure),
        "median_km": float(np.median(np.sqrt((apart**2).sum(axis=1)) / 2)) if len(apart) else 0.0,
    }
    if held_out:
        found.update(recovered(shown, held_out))
    return found


def gini(exposure: Array) -> float:
    """0 when everyone is shown equally often, towards 1 when few take everything."""
    ordered = np.sort(exposure).astype(np.float64)
    count, total = len(ordered), ordered.sum()
    if not total:
        return 0.0
    return float(
        2 * (np.arange(1, count + 1) * ordered).sum() / (count * total) - (count + 1) / count
    )


def recovered(shown: Array, held_out: HeldOut) -> Mapping[str, float]:
    """nDCG@10 and recall@10 of partnerships held out."""
    gains = 1 / np.log2(np.arange(SHOWN) + 2)
    ndcg, recall = [], []
    for row, partners in zip(held_out.rows.tolist(), held_out.partners, strict=True):
        hits = np.isin(shown[row], partners) & (shown[row] >= 0)
        possible = min(SHOWN, len(partners))
        ndcg.append((gains * hits).sum() / gains[:possible].sum())
        recall.append(hits.sum() / possible)
    return {"ndcg_at_10": float(np.mean(ndcg)), "recall_at_10": float(np.mean(recall))}


def _share(yes: Any) -> float:
    return float(yes.mean()) if len(yes) else 0.0
