"""Sharing the places anew after single changes, so that all are as the night would make them."""

import time
from datetime import datetime, timedelta

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from partnerships.matching.enums import RefreshState
from partnerships.matching.models import Refresh
from partnerships.matching.queries.fairness import with_outcomes_of
from partnerships.matching.queries.showing import Stored, crowd_of, stored_lists
from partnerships.matching.services.policies import ensure_policy
from partnerships.matching.services.showing import Shown, share_among
from partnerships.matching.services.storing import alone, note_lists
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace

SHARE_PLACES = "partnerships.matching.share_places"
ROWS_AT_A_TIME = 10_000
# Where sharing takes long, because everyone is here, it rests nine times as long in between.
REST, WITHOUT_REST = 9, timedelta(seconds=1)
CORRECT = """
UPDATE partnerships_suggestionlist list
SET shown = new.shown::int[], shown_points = new.points::smallint[], reserved_count = new.reserved
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::smallint[])
     AS new(organisation, shown, points, reserved)
WHERE list.organisation_id = new.organisation
"""


def ask_to_share_places() -> None:
    """Have the places shared anew soon; asked for many times, it happens once."""
    later(SHARE_PLACES)


@transaction.atomic
def share_places(*, now: datetime | None = None) -> int | None:
    """Share all places anew from the stored lists, and correct what changes.

    Afterwards everyone is shown what a refresh would show. Returns how many organisations are
    shown something else; None when the last sharing was too recent for its length: a job comes
    back to it then.
    """
    now = now or timezone.now()
    refresh = (
        Refresh.objects.filter(state=RefreshState.DONE).order_by("-finished_at", "-pk").first()
    )
    if refresh and _must_rest(refresh, now):
        ask_to_share_places()
        return None
    alone()
    started, policy = time.monotonic(), ensure_policy()
    stored = stored_lists(policy)
    crowd = crowd_of(stored.ids, stored.partners, stored.points, now=now)
    shown, fairness = share_among(crowd, policy=policy, now=now)
    changed = _correct(stored, shown)
    if refresh:
        seconds = round(time.monotonic() - started, 3)
        refresh.fairness = with_outcomes_of(refresh.fairness, {**fairness, "seconds": seconds})
        refresh.save(update_fields=["fairness"])
    if changed:
        leave_trace("matching.share_places", policy, by=None, lists=changed)
    return changed


def _must_rest(refresh: Refresh, now: datetime) -> bool:
    took = timedelta(seconds=refresh.fairness.get("seconds", 0))
    last = parse_datetime(refresh.fairness.get("measured_at", ""))
    return took > WITHOUT_REST and last is not None and last <= now < last + REST * took


def _correct(stored: Stored, shown: Shown) -> int:
    """Write the rows that differ; returns how many."""
    same = (
        (stored.shown == shown.ids).all(axis=1)
        & (stored.shown_points == shown.points).all(axis=1)
        & (stored.reserved == shown.reserved)
    )
    rows = np.flatnonzero(~same)
    if len(rows):
        note_lists(stored.ids[rows].tolist())
    for start in range(0, len(rows), ROWS_AT_A_TIME):
        part = rows[start : start + ROWS_AT_A_TIME]
        counts = shown.counts[part].tolist()
        with connection.cursor() as cursor:
            values = [
                stored.ids[part].tolist(),
                _literals(shown.ids[part].tolist(), counts),
                _literals(shown.points[part].tolist(), counts),
                shown.reserved[part].tolist(),
            ]
            cursor.execute(CORRECT, values)
    return len(rows)


def _literals(table: list[list[int]], counts: list[int]) -> list[str]:
    """Arrays as the database writes them."""
    rows = zip(table, counts, strict=True)
    return ["{" + ",".join(map(str, row[:count])) + "}" for row, count in rows]
