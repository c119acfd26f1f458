"""The yardstick: one indexed SQL query for each organisation, exact to the point.

It is made as good as it gets. A wide table holds what the query would otherwise join and sum
(the coefficients of every organisation); the organisation's own values stand in the query as
literals, and terms that are zero are left out.
"""

from dataclasses import dataclass

import numpy as np
from django.db import connection

from benchmarks.database import make_table
from benchmarks.worth import Worth, worth_of
from partnerships.matching.engine import Columns, Ragged
from partnerships.matching.engine.columns import DOMAINS, Array
from partnerships.matching.rules import Weights
from partnerships.matching.rules.proximity import NEARNESS, SAME_INTERMUNICIPALITY_AT_MOST

HOME = ["town", "epci", "department", "region"]
WORTH = [2000, 1800, 1000, 500]
NEARNESS_ARRAY = "'{" + ",".join(map(str, [*NEARNESS, 0])) + "}'::int[]"


@dataclass(frozen=True)
class Yardstick:
    """The tables of a world in the database, and the query for one of its rows."""

    columns: Columns
    weights: Weights
    worth: Worth

    @classmethod
    def over(cls, columns: Columns, weights: Weights) -> "Yardstick":
        """Write the tables (`bench_organisation`, `bench_area` …) and their indexes."""
        with connection.cursor() as cursor:
            cursor.execute("SET work_mem = '256MB'")
        ours = cls(columns, weights, worth_of(columns, weights))
        make_table("bench_organisation", ours._wide(), "(id)")
        for table, ragged in (("bench_area", columns.areas), ("bench_around", columns.around)):
            links = {"place": ragged.values.astype(np.int32), "id": _owner(columns, ragged)}
            make_table(table, links, "(place, id)")
        other = columns.ids[columns.excluded.values]
        links = {"one": _owner(columns, columns.excluded), "other": other}
        make_table("bench_excluded", links, "(one, other)")
        return ours

    def best(self, row: int, length: int) -> list[tuple[int, int]]:
        """The list of one organisation, best first: ids and points."""
        with connection.cursor() as cursor:
            cursor.execute(self.query(row, length))
            return list(cursor.fetchall())

    def _wide(self) -> dict[str, Array]:
        own, columns = self.worth, self.columns
        wide = {f"w{k}": own.wants[:, k] for k in range(DOMAINS)}
        wide |= {f"meets{k}": own.meets[:, k] for k in range(own.meets.shape[1])}
        wide |= {name: columns.home[:, k].astype(np.int32) for k, name in enumerate(HOME)}
        wide |= {axis: columns.position[:, k].astype(np.int32) for k, axis in enumerate("xyz")}
        wide |= own.numbers()
        wide["kind"] = columns.kind.astype(np.int16)
        wide["located"] = columns.located.astype(np.int16)
        wide["nationwide"] = nationwide(columns).astype(np.int16)
        return {"id": columns.ids, **wide}

    def query(self, row: int, length: int) -> str:
        """The query for the organisation of this row."""
        columns, own = self.columns, self.worth
        i, floor = int(columns.ids[row]), self.weights.floor
        return f"""
SELECT id, 2 * a * b / (a + b) AS points FROM (
  SELECT id, {self._brings(row)} AS a, {self._receives(row)} AS b FROM (
    SELECT *, {self._near(row)} AS near,
      bit_count((offers & {int(own.needs[row])})::bit(24))::int AS met,
      bit_count((needs & {int(own.offers[row])})::bit(24))::int AS given,
      bit_count((modes & {int(own.modes[row])})::bit(4))::int AS agreed,
      (acted & {int(own.sought[row])} <> 0)::int AS they_help,
      (sought & {int(own.acted[row])} <> 0)::int AS we_help,
      (acted & {int(own.acted[row])} <> 0)::int AS we_share
    FROM bench_organisation WHERE id IN ({self._nesting(row)})
      AND id <> {i} AND id NOT IN (SELECT other FROM bench_excluded WHERE one = {i}) OFFSET 0
  ) AS facts WHERE they_help + we_help + we_share > 0 OFFSET 0
) AS scored WHERE a >= {floor} AND b >= {floor}
ORDER BY points DESC, id LIMIT {length}"""

    def _nesting(self, row: int) -> str:
        """The organisations whose areas equal, contain or lie in one of ours."""
        inner = self.columns.areas.row(row).tolist()
        outer = [*inner, *self.columns.around.row(row).tolist()]
        return (
            f"SELECT id FROM bench_area WHERE place IN ({_listed(outer)})"
            f" UNION SELECT id FROM bench_around WHERE place IN ({_listed(inner)})"
        )

    def _brings(self, row: int) -> str:
        own = self.worth
        wants = own.wants[row].tolist()
        terms = [f"(acted >> {k} & 1) * {wants[k]}" for k in range(DOMAINS) if wants[k]]
        meeting = ", ".join(map(str, own.meets[row].tolist()))
        terms += [
            f"they_help * {int(own.first_sought[row])}",
            f"we_share * {int(own.first_shared[row])}",
            f"{int(own.most_resources[row])} * met / {int(own.needs_count[row])}",
            f"{int(own.most_modes[row])} * agreed / {int(own.modes_count[row])}",
            f"{int(own.most_proximity[row])} * near / 2000",
            f"(ARRAY[{meeting}])[kind + 1]",
        ]
        return " + ".join(terms)

    def _receives(self, row: int) -> str:
        acted = int(self.worth.acted[row])
        terms = [f"w{k}" for k in range(DOMAINS) if acted >> k & 1]
        terms += [
            "we_help * first_sought",
            "we_share * first_shared",
            "most_resources * given / needs_count",
            "most_modes * agreed / modes_count",
            "most_proximity * near / 2000",
            f"meets{self.columns.kind[row]}",
        ]
        return " + ".join(terms)

    def _near(self, row: int) -> str:
        home = self.columns.home[row].tolist()
        same = [f"{name} = {key}" for name, key in zip(HOME, home, strict=True)]
        levels = " ".join(
            f"WHEN {same[k]} THEN {WORTH[k]}" for k in range(len(HOME)) if home[k] > 0
        )
        by_level = f"CASE {levels} ELSE 150 END" if levels else "150"
        if not self.columns.located[row]:
            return by_level
        x, y, z = self.columns.position[row].tolist()
        distance = f"sqrt((x - {x}) ^ 2 + (y - {y}) ^ 2 + (z - {z}) ^ 2)"
        neighbours = [same[k] for k in (0, 1) if home[k] > 0]
        if neighbours:
            distance = (
                f"CASE WHEN {' OR '.join(neighbours)}"
                f" THEN least({distance}, {SAME_INTERMUNICIPALITY_AT_MOST}) ELSE {distance} END"
            )
        place = f"least(floor({distance}), {len(NEARNESS)})::int + 1"
        return f"CASE WHEN located = 1 THEN ({NEARNESS_ARRAY})[{place}] ELSE {by_level} END"


def nationwide(columns: Columns) -> Array:
    """True for those who act in the whole country: the place that nearly every other lies in."""
    found = np.zeros(len(columns), np.bool_)
    if len(columns.around.values):
        country = np.bincount(columns.around.values).argmax()
        owner = np.repeat(np.arange(len(columns)), np.diff(columns.areas.starts))
        found[owner[columns.areas.values == country]] = True
    return found


def _owner(columns: Columns, ragged: Ragged) -> Array:
    return np.repeat(columns.ids, np.diff(ragged.starts))


def _listed(keys: list[int]) -> str:
    return ", ".join(map(str, keys)) or "-1"
