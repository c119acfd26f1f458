"""Writing lists: all of them at once through COPY, or a few in place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

from partnerships.matching.engine import Lists
from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.rules import Match
from partnerships.organisations.enums import Status

AT_A_TIME = 2_000
WRITING = "partnerships.matching.lists"  # names the lock of whoever writes lists
COLUMNS = (
    "organisation_id, policy_id, partners, points, brings, receives, computed_at,"
    " shown, shown_points, reserved_count"
)


def alone(cursor: CursorWrapper) -> None:
    """Wait, a minute at most, until nobody else writes lists; it holds until the commit.

    Without it, two organisations that change at once would each put the other's old answers into
    its list, and a refresh of everyone could deadlock with a correction.
    """
    cursor.execute("SET LOCAL lock_timeout = '60s'")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [WRITING])


def database_time() -> datetime:
    """The time on the database's clock, the one that all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast(datetime, cursor.fetchone()[0])


def replace_lists(lists: Lists, *, policy: Policy, at: datetime) -> list[int]:
    """Put these lists in the place of all stored ones; must run inside a transaction.

    Until it commits, everybody reads the old lists; nobody else writes any meanwhile (`alone`).
    Organisations that are gone or no longer active get none. Returns the organisations whose list
    was written by somebody else after `at`, when these were begun.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS fresh_lists")
        cursor.execute(
            "CREATE TEMPORARY TABLE fresh_lists (LIKE partnerships_suggestionlist) ON COMMIT DROP"
        )
        with cursor.copy(f"COPY fresh_lists ({COLUMNS}) FROM STDIN") as copy:
            for text in _copy_lines(lists, policy=policy, at=at):
                copy.write(text)
        alone(cursor)
        cursor.execute("LOCK TABLE partnerships_suggestionlist IN SHARE ROW EXCLUSIVE MODE")
        newer = SuggestionList.objects.filter(computed_at__gt=at).order_by("pk")
        overtaken = list(newer.values_list("pk", flat=True))
        cursor.execute("DELETE FROM partnerships_suggestionlist")
        cursor.execute(
            f"INSERT INTO partnerships_suggestionlist ({COLUMNS})"  # noqa: S608  # our own names
            f" SELECT {COLUMNS} FROM fresh_lists WHERE organisation_id IN"
            " (SELECT id FROM partnerships_organisation WHERE status = %s)",
            [Status.ACTIVE],
        )
    return overtaken


def write_lists(
    lists: Mapping[int, Sequence[Match]], *, policy: Policy, at: datetime | None = None
) -> None:
    """Write the lists of a few organisations; `at` renews the time they say they are from."""
    fields = ["policy", "partners", "points", "brings", "receives", "shown", "shown_points"]
    SuggestionList.objects.bulk_create(
        (_row(pk, matches, policy=policy, at=at) for pk, matches in lists.items()),
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=[*fields, "computed_at"] if at else fields,
        batch_size=500,
    )


def matches_in(stored: SuggestionList) -> list[Match]:
    """A stored list as matches."""
    columns = (stored.partners, stored.points, stored.brings, stored.receives)
    return [Match(*match) for match in zip(*columns, strict=True)]


def _row(
    pk: int, matches: Sequence[Match], *, policy: Policy, at: datetime | None
) -> SuggestionList:
    return SuggestionList(
        organisation_id=pk,
        policy=policy,
        partners=[match.other for match in matches],
        points=[match.points for match in matches],
        brings=[match.brings for match in matches],
        receives=[match.receives for match in matches],
        shown=[match.other for match in matches[: policy.places]],
        shown_points=[match.points for match in matches[: policy.places]],
        **({"computed_at": at} if at else {}),
    )


def _copy_lines(lists: Lists, *, policy: Policy, at: datetime) -> Iterator[str]:
    for start in range(0, len(lists.organisations), AT_A_TIME):
        part = slice(start, start + AT_A_TIME)
        columns = (lists.ids, lists.points, lists.brings, lists.receives)
        arrays = [column[part].tolist() for column in columns]
        counts = lists.counts[part].tolist()
        lines = []
        for k, pk in enumerate(lists.organisations[part].tolist()):
            cells = [_array(array[k][: counts[k]]) for array in arrays]
            shown = [_array(array[k][: min(counts[k], policy.places)]) for array in arrays[:2]]
            lines.append("\t".join([str(pk), str(policy.pk), *cells, at.isoformat(), *shown, "0"]))
        yield "\n".join(lines) + "\n"


def _array(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"
