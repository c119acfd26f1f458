"""The published ranking of the closest open-source matching engine in France, on our data.

By theme (fragilities, means, forms): half the mark with the first shared key, the rest with the
share of what was asked; the mean over the themes answered. By place: 0.9 for a nationwide body,
else falling to nothing at 20 km. The two count the same. Ten are kept out of a pool: the best by
theme, and the nearest within 120 km.
"""

import numpy as np
from django.db import connection

from benchmarks.sql import Yardstick
from partnerships.matching.engine import Columns
from partnerships.matching.engine.columns import Array

BASE = 0.5
NATIONWIDE, NOTHING_AT_KM = 0.9, 20
POOL, POOL_KM = 200, 120
KEPT = 10
FAR = 1e9  # half-kilometres, where a position is missing


def asked_of(columns: Columns) -> Array:
    """The levels of the fragilities that each asks for: what it seeks, else what it acts on."""
    seeks = columns.seeks.sum(axis=1, keepdims=True)
    return np.where(seeks > 0, columns.seeks, columns.acts).astype(np.float32)


def best_by_sql(yardstick: Yardstick, row: int) -> list[int]:
    """The ten of one organisation, as the peer's own kind of query finds them."""
    columns = yardstick.columns
    asked = asked_of(columns)[row].astype(int)
    themes = []
    if asked.any():
        shared = " + ".join(f"(acted >> {k} & 1) * {asked[k]}" for k in np.flatnonzero(asked))
        themes.append((shared, asked.sum()))
    for have, want, width in (("offers", columns.needs[row], 24), ("modes", columns.modes[row], 4)):
        if want:
            shared = f"bit_count(({have} & {int(want)})::bit({width}))"
            themes.append((shared, int(want).bit_count()))
    marks = [
        f"CASE WHEN {shared} > 0 THEN {BASE} + {1 - BASE} * least(1.0, ({shared})::float8 / {most})"
        " ELSE 0 END"
        for shared, most in themes
    ]
    theme = f"({' + '.join(marks)}) / {len(marks)}.0" if marks else "0.0"
    x, y, z = columns.position[row].tolist()
    apart = f"sqrt((x - {x}) ^ 2 + (y - {y}) ^ 2 + (z - {z}) ^ 2) / 2"
    apart = f"CASE WHEN located = 1 THEN {apart} END" if columns.located[row] else "NULL::float8"
    me = int(columns.ids[row])
    with connection.cursor() as cursor:
        cursor.execute(f"""
WITH scored AS MATERIALIZED (
  SELECT id, nationwide, {theme} AS theme, {apart} AS km FROM bench_organisation
  WHERE id <> {me} AND id NOT IN (SELECT other FROM bench_excluded WHERE one = {me})
), pool AS (
  (SELECT * FROM scored ORDER BY theme DESC, id LIMIT {POOL})
  UNION (SELECT * FROM scored WHERE km <= {POOL_KM} ORDER BY km, id LIMIT {POOL})
)
SELECT id FROM pool ORDER BY round((0.3 * theme + 0.3 * CASE nationwide WHEN 1 THEN {NATIONWIDE}
  ELSE greatest(0, 1 - coalesce(km, {FAR}) / {NOTHING_AT_KM}) END)::numeric / 0.6, 4) DESC, id
LIMIT {KEPT}""")
        return [pk for (pk,) in cursor.fetchall()]


def themes(columns: Columns, rows: Array) -> Array:
    """The mark by theme of everyone (columns) for some organisations (rows), 0 to 1."""
    asked = asked_of(columns)[rows]
    marks = _mark(asked @ (columns.acts > 0).astype(np.float32).T, asked.sum(axis=1))
    answered = (asked.any(axis=1)).astype(np.float32)
    for have, want in ((columns.offers, columns.needs[rows]), (columns.modes, columns.modes[rows])):
        if want.any():
            marks += _mark(np.bitwise_count(want[:, None] & have), np.bitwise_count(want))
        answered += want > 0
    marks /= np.maximum(answered, 1)[:, None]
    return marks


def _mark(shared: Array, asked: Array) -> Array:
    share = shared / np.maximum(asked, 1).astype(np.float32)[:, None]
    return np.asarray((shared > 0) * (BASE + (1 - BASE) * np.minimum(1, share)), np.float32)


def score(columns: Columns, rows: Array, half_km: Array, everywhere: Array) -> Array:
    """The peer's total for everyone (columns), -1 outside of the pool; `half_km` the distances."""
    theme = themes(columns, rows)
    place = np.maximum(0, 1 - half_km / np.float32(2 * NOTHING_AT_KM))
    place[:, everywhere] = NATIONWIDE
    total = (theme + place) / 2
    if theme.shape[1] > POOL:
        best = np.partition(theme, -POOL, axis=1)[:, -POOL, None]
        near = np.partition(half_km, POOL - 1, axis=1)[:, POOL - 1, None]
        pool = (theme >= best) | (half_km <= np.minimum(near, 2 * POOL_KM))
        total[~pool] = -1
    return total
