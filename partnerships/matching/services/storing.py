"""Writing a few lists in place, one writer at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from django.db import connection

from partnerships.matching.models import MatchingChange, Policy, SuggestionList
from partnerships.matching.queries.blocks import asked

LISTS, CHANGES = SuggestionList._meta.db_table, MatchingChange._meta.db_table
ALONE = """
SELECT pg_advisory_xact_lock(hashtext(%s::text)) IS NULL
FROM set_config('lock_timeout', '60s', true)
"""
NOTE = f"INSERT INTO {CHANGES} (lists, organisations) VALUES (true, %s)"  # noqa: S608  # our own names
MOST_IN_A_NOTE = 1000  # more are not worth reading one by one
NEW = """
SELECT organisation, %(policy)s::bigint, partners::int[], points::smallint[], shown::int[],
       shown_points::smallint[], reserved
FROM unnest(%(pks)s::bigint[], %(partners)s::text[], %(points)s::text[], %(shown)s::text[],
            %(shown_points)s::text[], %(reserved)s::smallint[])
     AS new(organisation, partners, points, shown, shown_points, reserved)
"""
FIELDS = "policy_id, partners, points, shown, shown_points, reserved_count"
NOTED = f"""
INSERT INTO {CHANGES} (lists, organisations) VALUES (true, %(pks)s::bigint[]) RETURNING id
"""  # noqa: S608  # our own names
MAKE = f"""
WITH written AS (
    INSERT INTO {LISTS} (organisation_id, {FIELDS}, computed_at)
    SELECT new.*, clock_timestamp() FROM ({NEW}) AS new
    ON CONFLICT (organisation_id) DO UPDATE SET ({FIELDS}, computed_at) = (
        EXCLUDED.policy_id, EXCLUDED.partners, EXCLUDED.points, EXCLUDED.shown,
        EXCLUDED.shown_points, EXCLUDED.reserved_count, EXCLUDED.computed_at)
)
{NOTED}
"""  # noqa: S608  # our own names
CORRECT = f"""
WITH new(organisation, {FIELDS}) AS ({NEW}), written AS (
    UPDATE {LISTS} list SET ({FIELDS}) = (
        new.policy_id, new.partners, new.points, new.shown, new.shown_points, new.reserved_count)
    FROM new WHERE list.organisation_id = new.organisation
)
{NOTED}
"""  # noqa: S608  # our own names
WRITING = "partnerships.matching.lists"  # names the lock of whoever writes lists


def alone() -> None:
    """Wait, a minute at most, until nobody else writes lists; it holds until the commit.

    Without it, two organisations that change at once would each put the other's old answers into
    its list, and a refresh of everyone could deadlock with a correction.
    """
    asked(ALONE, [WRITING])


def database_time() -> datetime:
    """The time on the database's clock, the one that all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])


class Written(NamedTuple):
    """A stored list: whom it names, and whom it shows, the last `reserved` in reserved places."""

    partners: list[int]
    points: list[int]
    shown: list[int]
    shown_points: list[int]
    reserved: int


def write_lists(lists: Mapping[int, Written], *, policy: Policy, anew: bool) -> int | None:
    """Write the lists of a few organisations: made anew, or stored ones corrected.

    Those that are corrected keep the time they say they are from. Returns the number of the note
    for those that remember lists, None where there was nothing to write.
    """
    if not lists:
        return None
    values = {
        "policy": policy.pk,
        "pks": list(lists),
        "partners": _literals(written.partners for written in lists.values()),
        "points": _literals(written.points for written in lists.values()),
        "shown": _literals(written.shown for written in lists.values()),
        "shown_points": _literals(written.shown_points for written in lists.values()),
        "reserved": [written.reserved for written in lists.values()],
    }
    return cast(int, asked(MAKE if anew else CORRECT, values)[0][0])


def note_lists(pks: Sequence[int] | None) -> None:
    """Note that these stored lists (None: all) change, for those that remember them."""
    some = None if pks is None or len(pks) > MOST_IN_A_NOTE else list(pks)
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [some])


def _literals(lists: Iterable[list[int]]) -> list[str]:
    """Arrays as the database writes them; those of a column may differ in length."""
    return ["{" + str(some)[1:-1] + "}" for some in lists]
