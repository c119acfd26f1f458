"""Jobs of matching: lists by night and after a change, digests, what time does to introductions.

Each task calls one service.
"""

import time
from datetime import datetime

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from partnerships.matching import services
from partnerships.matching.models import PolicyComparison, Refresh
from phare_platform.lib.errors import Conflict
from phare_platform.lib.jobs import later
from phare_platform.outbox.pace import Pace

HALF_AN_HOUR = 1800
HALF_A_MINUTE = 30  # under the soft limit of tasks, with room for a last batch


@shared_task(
    name="partnerships.matching.refresh",
    soft_time_limit=HALF_AN_HOUR,
    time_limit=HALF_AN_HOUR + 60,
)
def refresh() -> int | None:
    """Compute everyone's list; returns how many got a suggestion, or None if it runs already.

    A broker that tires of waiting hands the message out again: the second one finds the first at
    work and leaves.
    """
    try:
        return services.refresh_matches().with_suggestions_count
    except Conflict:
        return None


@shared_task(
    name="partnerships.matching.refresh_chunk",
    soft_time_limit=HALF_AN_HOUR,
    time_limit=HALF_AN_HOUR + 60,
)
def refresh_chunk(refresh_id: int, helper: int) -> int:  # makes messages different
    """Help with a refresh too large for one worker until no chunk is free; returns how many.

    Any number of helpers may be asked for, each by a number of its own; who finds nothing to do
    leaves at once.
    """
    refresh = Refresh.objects.filter(pk=refresh_id).select_related("policy").first()
    return 0 if refresh is None else services.compute_chunks(refresh)


@shared_task(
    name="partnerships.matching.refresh_organisations", soft_time_limit=150, time_limit=180
)
def refresh_organisations(together: list[int]) -> int:
    """Compute the lists of organisations that changed, all that were waiting in one go.

    Returns how many lists of others were written; who is gone meanwhile is passed over.
    """
    return services.refresh_organisations(together, remember=True)


@shared_task(
    name="partnerships.matching.compare_policies",
    soft_time_limit=HALF_AN_HOUR,
    time_limit=HALF_AN_HOUR + 60,
)
def compare_policies(comparison_id: int) -> None:
    """Compute a comparison that somebody asked for; nothing when it is under way or gone."""
    comparison = (
        PolicyComparison.objects.select_related("first", "second").filter(pk=comparison_id).first()
    )
    if comparison is not None:
        services.run_comparison(comparison)


@shared_task(name="partnerships.matching.share_places", soft_time_limit=150, time_limit=180)
def share_places() -> int | None:
    """Share all places anew after changes; bursts wait as one job and are shared once."""
    return services.share_places()


@shared_task(name="partnerships.matching.send_digests")
def send_digests(*, after: int = 0, at: str = "") -> None:
    """Write the digests that are due, batch after batch, for half a minute; three days a week.

    Then it asks for its own continuation, with the instant of the beginning, so that a run that
    passes midnight stays in its week. Ended in between, the next run does what is left.
    """
    now = datetime.fromisoformat(at) if at else timezone.now()
    pace, ends = Pace(now=now), time.monotonic() + HALF_A_MINUTE
    batch = services.send_digests(now=now, after=after, pace=pace)
    while batch.next_after is not None and time.monotonic() < ends:
        batch = services.send_digests(now=now, after=batch.next_after, pace=pace)
    if batch.next_after is not None:
        with transaction.atomic():
            later("partnerships.matching.send_digests", after=batch.next_after, at=now.isoformat())


@shared_task(name="partnerships.matching.expire_introductions")
def expire_introductions() -> None:
    """Close introductions whose ten days are over; hourly."""
    while services.expire_introductions(now=timezone.now()):
        pass
