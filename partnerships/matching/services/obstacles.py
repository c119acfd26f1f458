"""Keeping what stands in the way of each organisation: of everyone at a refresh, of a few after.

It is stored so that a page of them costs the same however many organisations there are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from partnerships.matching.engine import Columns, Lists
from partnerships.matching.engine.surroundings import Surroundings
from partnerships.matching.enums import IntroductionState, ObstacleKind
from partnerships.matching.models import Introduction, Obstacle, SuggestionList
from partnerships.matching.queries import candidates_for, profiles_of
from partnerships.matching.queries.blocks import asked
from partnerships.matching.queries.exclusions import excluded_with
from partnerships.matching.rules import Profile
from partnerships.matching.rules.obstacles import Situation, domain_to_name, obstacle_of
from partnerships.matching.services.storing import Written, alone
from partnerships.organisations.enums import Side, Status
from partnerships.organisations.models import AreaOfAction, Declaration, Organisation
from territories.places.models import Containment

COLUMNS = "organisation_id, kind, domain_id, acting_count, since"
MERGE = f"""
DELETE FROM partnerships_obstacle old WHERE NOT EXISTS (
    SELECT FROM fresh_obstacles new WHERE new.organisation_id = old.organisation_id);
INSERT INTO partnerships_obstacle AS old ({COLUMNS})
SELECT {COLUMNS} FROM fresh_obstacles WHERE EXISTS (
    SELECT FROM partnerships_organisation WHERE id = organisation_id AND status <> 'closed')
ON CONFLICT (organisation_id) DO UPDATE
SET kind = EXCLUDED.kind, domain_id = EXCLUDED.domain_id, acting_count = EXCLUDED.acting_count,
    since = CASE WHEN old.kind = EXCLUDED.kind THEN old.since ELSE EXCLUDED.since END
WHERE (old.kind, old.domain_id, old.acting_count)
      IS DISTINCT FROM (EXCLUDED.kind, EXCLUDED.domain_id, EXCLUDED.acting_count);
"""  # noqa: S608  # our own names

# Of organisations with suggestions, those that have an obstacle or may have one.
LOOK_CLOSER = """
SELECT organisation.id FROM partnerships_organisation organisation
LEFT JOIN partnerships_obstacle obstacle ON obstacle.organisation_id = organisation.id
WHERE organisation.id = ANY(%(pks)s::bigint[]) AND (
    obstacle.organisation_id IS NOT NULL
    OR organisation.id = ANY(%(own)s::bigint[]) AND capacity <= (
        SELECT count(*) FROM partnerships_introduction
        WHERE state = %(open)s::text AND organisation.id IN (first_id, second_id)))
"""


class Noted(NamedTuple):
    """An obstacle, the domain that would help, and how many others at home near act on it."""

    kind: ObstacleKind
    domain: int | None = None
    acting_count: int = 0


@transaction.atomic
def note_all_obstacles(columns: Columns, *, lists: Lists) -> None:
    """Keep what stands in the way of everyone, from the lists just computed for all columns.

    What stays the same keeps its date.
    """
    full = _full()
    empty = np.flatnonzero((lists.counts == 0) | np.isin(columns.ids, list(full)))
    noted = _from_columns(columns, lists, empty, full)
    paused = Organisation.objects.filter(status=Status.PAUSED).values_list("pk", flat=True)
    noted |= dict.fromkeys(paused.iterator(), Noted(ObstacleKind.PAUSED))
    alone()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fresh_obstacles")
        cursor.execute(
            "CREATE TEMPORARY TABLE fresh_obstacles (organisation_id bigint, kind varchar,"
            " domain_id smallint, acting_count int, since timestamptz DEFAULT now())"
            " ON COMMIT DROP"
        )
        names = "organisation_id, kind, domain_id, acting_count"
        with cursor.copy(f"COPY fresh_obstacles ({names}) FROM STDIN") as copy:
            for pk, one in noted.items():
                copy.write_row((pk, one.kind.value, one.domain, one.acting_count))
        for statement in MERGE.split(";\n"):
            if statement.strip():
                cursor.execute(statement)


def note_obstacles_of(pks: Collection[int]) -> None:
    """Keep what stands in the way of these organisations, whose lists have just been written.

    For a few: each empty list costs some queries.
    """
    noted = _one_by_one(pks)
    before = dict(Obstacle.objects.filter(pk__in=pks).values_list("pk", "kind"))
    Obstacle.objects.filter(pk__in=[pk for pk in before if pk not in noted]).delete()
    rows = {
        pk: Obstacle(
            organisation_id=pk, kind=one.kind, domain_id=one.domain, acting_count=one.acting_count
        )
        for pk, one in noted.items()
    }
    for same, fields in (
        (True, ["domain", "acting_count"]),
        (False, ["kind", "domain", "acting_count", "since"]),
    ):
        Obstacle.objects.bulk_create(
            (row for pk, row in rows.items() if (before.get(pk) == row.kind) == same),
            update_conflicts=True,
            unique_fields=["organisation"],
            update_fields=fields,
        )


def note_after(*, own: Collection[int], written: Mapping[int, Written]) -> None:
    """Keep what stands in the way after some organisations changed (`own`) and lists were written.

    The lists of others change nothing, unless one becomes empty, or was so. For most it takes one
    query to see that nothing stands in the way.
    """
    empty = {pk for pk in {*own, *written} if pk not in written or not written[pk].partners}
    values = {
        "pks": list({*own, *written} - empty), "own": list(own),
        "open": IntroductionState.OPEN.value,
    }  # fmt: skip
    closer = empty.union(pk for (pk,) in asked(LOOK_CLOSER, values))
    if closer:
        note_obstacles_of(closer)


def _from_columns(
    columns: Columns, lists: Lists, rows: Iterable[int], full: Mapping[int, int]
) -> dict[int, Noted]:
    chosen = np.asarray(rows, np.int64)
    if not len(chosen):
        return {}
    surroundings = Surroundings(columns)
    met, acting = surroundings.met(chosen), surroundings.acting_at_home(chosen)
    has_area = np.diff(columns.areas.starts)[chosen] > 0
    noted = {}
    for line, row in enumerate(chosen.tolist()):
        acts, seeks, ranks = (
            _levels(side[row]) for side in (columns.acts, columns.seeks, columns.ranks)
        )
        pk = int(columns.ids[row])
        kind = obstacle_of(
            Situation(
                has_declared=bool(acts or seeks),
                has_area=bool(has_area[line]),
                waiting=full.get(pk, 0),
                capacity=1,  # `full` names only those that have no room
                suggestions=int(lists.counts[row]),
                around=bool(met.around[line]),
                fitting=bool(met.fitting[line]),
                left=bool(met.left[line]),
            )
        )
        if kind:
            noted[pk] = _noted(kind, acts, seeks, ranks, _levels(acting[line]))
    return noted


def _noted(
    kind: ObstacleKind,
    acts: Mapping[int, int],
    seeks: Mapping[int, int],
    ranks: Mapping[int, int],
    acting: Mapping[int, int],
) -> Noted:
    domain = domain_to_name(acts, seeks, ranks, acting)
    return Noted(kind, domain, acting.get(domain or 0, 0))


def _levels(row: np.typing.NDArray[np.int64]) -> dict[int, int]:
    """By number of domain, what is not zero."""
    return {number: int(row[number - 1]) for number in (np.flatnonzero(row) + 1).tolist()}


def _full() -> dict[int, int]:
    """Active organisations with no room for another introduction; at least 1 for each."""
    waiting: Counter[int] = Counter()
    for pair in _open().values_list("first_id", "second_id"):
        waiting.update(pair)
    busy = Organisation.objects.active().filter(Q(pk__in=list(waiting)) | Q(capacity=0))
    return {
        pk: max(1, waiting[pk])
        for pk, capacity in busy.values_list("pk", "capacity")
        if waiting[pk] >= capacity
    }


def _open() -> QuerySet[Introduction]:
    return Introduction.objects.filter(state=IntroductionState.OPEN)


def _one_by_one(pks: Collection[int]) -> dict[int, Noted]:
    profiles, lists = profiles_of(pks), SuggestionList.objects.in_bulk(list(pks))
    noted = {}
    for organisation in Organisation.objects.filter(pk__in=pks).exclude(status=Status.CLOSED):
        pk, profile = organisation.pk, profiles[organisation.pk]
        stored = lists.get(pk)
        kind = obstacle_of(
            Situation(
                is_paused=organisation.status == Status.PAUSED,
                has_declared=bool(profile.acts or profile.seeks),
                has_area=bool(profile.areas),
                waiting=_open().filter(Q(first=pk) | Q(second=pk)).count(),
                capacity=organisation.capacity,
                is_computed=stored is not None,
                suggestions=len(stored.partners) if stored else 0,
                **({} if stored and stored.partners else _met_by(profile)),
            )
        )
        if kind == ObstacleKind.PAUSED:
            noted[pk] = Noted(kind)
        elif kind:
            acting = _acting_near(profile)
            noted[pk] = _noted(kind, profile.acts, profile.seeks, profile.priorities, acting)
    return noted


def _met_by(profile: Profile) -> dict[str, bool]:
    """What `Surroundings.met` says of one organisation, asked of the database."""
    fitting = candidates_for([profile.id]) - {profile.id}
    known = excluded_with([profile.id])[profile.id]
    return {
        "around": bool(fitting) or _has_anybody_around(profile),
        "fitting": bool(fitting),
        "left": bool(fitting - known),
    }


def _has_anybody_around(profile: Profile) -> bool:
    inside = Containment.objects.filter(outer__in=profile.areas).values("inner")
    others = AreaOfAction.objects.filter(
        Q(place__in=profile.areas | profile.around) | Q(place__in=inside)
    ).exclude(organisation=profile.id)
    return others.filter(organisation__status=Status.ACTIVE).exists()


def _acting_near(profile: Profile) -> dict[int, int]:
    """How many others at home in its department act on each domain that it declares."""
    if not profile.home.department:
        return {}
    homes = Containment.objects.filter(outer=profile.home.department).values("inner")
    found = Declaration.objects.filter(
        side=Side.ACTS,
        domain__in=profile.seeks.keys() | profile.acts.keys(),
        organisation__in=Organisation.objects.active()
        .filter(home__in=homes)
        .exclude(pk=profile.id)
        .values("pk"),
    )
    return dict(found.order_by().values_list("domain_id").annotate(n=Count("pk")))
