"""Writing a few lists in place, one writer at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, cast

from django.db import connection
from django.db.backends.utils import CursorWrapper

from partnerships.matching.models import Policy, SuggestionList
from partnerships.matching.rules import Match

WRITING = "partnerships.matching.lists"  # names the lock of whoever writes lists


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


class Written(NamedTuple):
    """A list to write: its matches, and those shown, of which the last `reserved` were reserved."""

    matches: Sequence[Match]
    shown: Sequence[Match]
    reserved: int = 0


def write_lists(
    lists: Mapping[int, Written], *, policy: Policy, at: datetime | None = None
) -> None:
    """Write the lists of a few organisations; `at` renews the time they say they are from."""
    fields = ["policy", "partners", "points", "shown", "shown_points", "reserved_count"]
    SuggestionList.objects.bulk_create(
        (_row(pk, written, policy=policy, at=at) for pk, written in lists.items()),
        update_conflicts=True,
        unique_fields=["organisation"],
        update_fields=[*fields, "computed_at"] if at else fields,
        batch_size=500,
    )


def matches_in(stored: SuggestionList) -> list[Match]:
    """A stored list as matches."""
    return [Match(*entry) for entry in zip(stored.partners, stored.points, strict=True)]


def shown_in(stored: SuggestionList) -> list[Match]:
    """What a stored list shows, as matches."""
    return [Match(*entry) for entry in zip(stored.shown, stored.shown_points, strict=True)]


def _row(pk: int, written: Written, *, policy: Policy, at: datetime | None) -> SuggestionList:
    return SuggestionList(
        organisation_id=pk,
        policy=policy,
        partners=[entry.other for entry in written.matches],
        points=[entry.points for entry in written.matches],
        shown=[entry.other for entry in written.shown],
        shown_points=[entry.points for entry in written.shown],
        reserved_count=written.reserved,
        **({"computed_at": at} if at else {}),
    )
