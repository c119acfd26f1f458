"""Everyone in memory, as the database has them: loaded once, then brought in step with changes.

What changed is noted with the number of its transaction (`MatchingChange`). A transaction that
began early may end late, so the order of the notes says nothing; but the database tells which
transactions a snapshot could see. Whatever was noted by one that the last look could not see is
read again, and nothing else.
"""

import time
from collections.abc import Collection

import numpy as np

from partnerships.matching.engine import Columns, Ragged
from partnerships.matching.engine.naming import Naming
from partnerships.matching.engine.resident import NOBODY, Full, Resident
from partnerships.matching.models import MatchingChange, Policy
from partnerships.matching.queries.blocks import Array, asked
from partnerships.matching.queries.columns import (
    LAYOUT,
    Homes,
    around_of,
    columns_with,
    homes_of,
    load_with_homes,
)
from partnerships.matching.queries.policies import weights_of
from partnerships.matching.queries.showing import stored_lists
from territories.places.models import Containment, Place

CLOSED = 32_767  # no match reaches it: the last points of an organisation without a list
MOST = 1000  # changes that are read one by one; beyond, all is loaded anew
TOO_OLD = 3600.0  # seconds; notes are kept a day
NOW = "pg_current_snapshot()::text, pg_current_xact_id()::text::bigint"
CHANGES = f"""
WITH changed AS (
    SELECT id, organisations, lists FROM {MatchingChange._meta.db_table}
    WHERE transaction >= %(since)s::bigint AND (transaction = %(own)s::bigint
          OR NOT pg_visible_in_snapshot(transaction::text::xid8, %(snapshot)s::pg_snapshot))
)
SELECT {NOW}, changed.* FROM (SELECT) here LEFT JOIN changed ON true ORDER BY id
"""  # noqa: S608  # our own names
PROFILES = """
SELECT organisation_id, home, body, ARRAY(
    SELECT place_id::int FROM partnerships_areaofaction area
    WHERE area.organisation_id = packed.organisation_id ORDER BY 1)
FROM partnerships_packedprofile packed WHERE organisation_id = ANY(%s::bigint[]) ORDER BY 1
"""
LISTS = """
SELECT organisation_id, partners || shown,
       CASE WHEN cardinality(partners) < %s::int THEN 0 ELSE points[cardinality(points)] END
FROM partnerships_suggestionlist WHERE organisation_id = ANY(%s::bigint[])
"""


class Everyone:
    """Everyone's rows under a policy, who is named in which list, and what each list takes.

    `last` are the points of the last place of each row's list, 0 where there is room.
    """

    def __init__(self, policy: Policy) -> None:
        """Load all from the database."""
        self.policy, self.looked_at = policy, time.monotonic()
        self.applied: set[int] = set()  # notes of our own, on what we have put in ourselves
        ((self._snapshot, self._own),) = asked(f"SELECT {NOW}")
        loaded = load_with_homes()
        self.rows = Resident(loaded.columns, weights_of(policy))
        self._homes = loaded.homes
        self._home_of = {place: k for k, place in enumerate(loaded.places.tolist())}
        stored = stored_lists(policy)
        self.naming = Naming(stored.ids, np.hstack([stored.partners, stored.shown]))
        self.last = np.full(len(self.rows.ids), CLOSED, np.int16)
        row = self.rows.rows_of(stored.ids)
        known, full = row != NOBODY, stored.partners[:, -1] > 0
        self.last[row[known]] = np.where(full, stored.points[:, -1], 0)[known]

    def bring_in_step(self) -> bool:
        """Read what has changed since the last look; False when all must be loaded anew."""
        if time.monotonic() - self.looked_at > TOO_OLD:
            return False
        oldest = int(self._snapshot.partition(":")[0])
        values = {
            "snapshot": self._snapshot, "own": self._own, "since": min(oldest, self._own)
        }  # fmt: skip
        found = asked(CHANGES, values)
        snapshot, own = found[0][:2]
        if int(snapshot.partition(":")[0]) < oldest:
            return False  # another database has taken its place
        changed: dict[bool, set[int]] = {False: set(), True: set()}
        for _snapshot, _own, note, organisations, lists in found:
            if note is None or note in self.applied:
                continue
            if organisations is None:
                return False
            changed[lists].update(organisations)
        if sum(map(len, changed.values())) > MOST:
            return False
        try:
            self._read_profiles(changed[False])
        except Full:
            return False
        self.read_lists(changed[True])
        self._snapshot, self.looked_at = snapshot, time.monotonic()
        if own != self._own:
            self._own, self.applied = own, set()
        return True

    def owners(self, pk: int, points: Array) -> set[int]:
        """Whose lists an organisation with these points is named in, or enters."""
        entered = np.flatnonzero(points >= self.last[: len(points)])
        return self.naming.owners_of(pk).union(self.rows.ids[entered].tolist())

    def set_list(self, pk: int, named: Collection[int], last: int) -> None:
        """The list of an organisation names these as well, and takes so much to enter."""
        self.naming.add(pk, named)
        row = self.rows.row_of(pk)
        if row != NOBODY:
            self.last[row] = last

    def read_lists(self, pks: Collection[int]) -> None:
        """Read some stored lists again."""
        if not pks:
            return
        rows = self.rows.rows_of(pks)
        self.last[rows[rows != NOBODY]] = CLOSED
        for pk, named, last in asked(LISTS, [self.policy.list_length, list(pks)]):
            self.set_list(pk, named, last)

    def _read_profiles(self, pks: Collection[int]) -> None:
        if not pks:
            return
        found = asked(PROFILES, [list(pks)])
        for pk in set(pks) - {row[0] for row in found}:
            self.rows.take_away(pk)
        if found:
            self.rows.put(self._columns(found))

    def _columns(self, found: list[tuple[int, int, bytes, list[int]]]) -> Columns:
        records = np.zeros(len(found), np.dtype(list(LAYOUT)))
        packed = records.view(np.uint8).reshape(len(found), -1)
        for k, (pk, place, body, _areas) in enumerate(found):
            records[k]["id"], records[k]["home"] = pk, place
            packed[k, -len(body) :] = np.frombuffer(body, np.uint8)
        self._know({place for _pk, place, _body, _areas in found})
        home = np.array([self._home_of[place] for _pk, place, _body, _areas in found])
        areas = Ragged.of([places for *_, places in found])
        return columns_with(records, self._homes, home, areas, self._around(areas))

    def _know(self, places: Collection[int]) -> None:
        """Read the homes that nobody had before."""
        if new := sorted(place for place in places if place not in self._home_of):
            more = homes_of(np.array(new, np.int32), Place.objects.filter(pk__in=new).values("pk"))
            self._homes = Homes(*map(np.concatenate, zip(self._homes, more, strict=True)))
            for place in new:
                self._home_of[place] = len(self._home_of)

    def _around(self, areas: Ragged) -> Ragged:
        """What lies around areas; read where nobody acts on just the same."""
        found = [self.rows.around_of(areas.row(k)) for k in range(len(areas))]
        known = [some.tolist() for some in found if some is not None]
        if len(known) == len(found):
            return Ragged.of(known)
        inner = Containment.objects.filter(inner__in=np.unique(areas.values).tolist())
        return around_of(areas, inner)
