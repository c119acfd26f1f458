"""What runs by itself, and when. The rows live in the database, where the team may change them.

`ensure_schedules` creates what is missing, removes what has no task any more, and touches nothing
else: a time changed, or an entry switched off, in the administration stays so after a release.
"""

from typing import NamedTuple

from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


class Entry(NamedTuple):
    """One deed: every so many seconds, or by crontab in UTC, which has no summer time."""

    name: str
    task: str
    seconds: int = 0
    crontab: tuple[str, str, str] = ("", "", "")  # minute, hour, day of week


ENTRIES = [
    Entry("Mail: hand messages to the workers", "outbox.relay", seconds=5),
    Entry("Mail: look after interrupted senders", "outbox.reconcile", seconds=60),
    Entry("Mail: forget old messages", "outbox.forget_old_messages", crontab=("10", "3", "*")),
    Entry("Jobs: hand waiting jobs to the workers", "lib.hand_out_jobs", seconds=5),
    Entry("Keys: forget answered requests", "lib.forget_old_keys", crontab=("20", "3", "*")),
    Entry("Sessions: delete the expired ones", "accounts.clear_sessions", crontab=("30", "3", "*")),
    Entry(
        "Organisations: end the pauses that are over",
        "partnerships.organisations.wake_organisations",
        crontab=("0", "1", "*"),
    ),
    Entry("Matching: refresh the lists", "partnerships.matching.refresh", crontab=("30", "1", "*")),
    Entry(
        "Matching: send the digests",
        "partnerships.matching.send_digests",
        crontab=("0", "4", "tue,wed,thu"),  # before the morning; the later days catch up
    ),
    Entry(
        "Matching: close old introductions",
        "partnerships.matching.expire_introductions",
        crontab=("5", "*", "*"),
    ),
    Entry(
        "Reminders: of what waits too long",
        "partnerships.reminders.remind",
        crontab=("0", "6", "*"),
    ),
]
RETIRED = ["Matching: remind silent sides of introductions"]  # their tasks are gone


@transaction.atomic
def ensure_schedules() -> int:
    """Create the entries that do not exist yet, by name; returns how many were created."""
    PeriodicTask.objects.filter(name__in=RETIRED).delete()
    existing = set(PeriodicTask.objects.values_list("name", flat=True))
    missing = [entry for entry in ENTRIES if entry.name not in existing]
    for entry in missing:
        PeriodicTask.objects.create(name=entry.name, task=entry.task, **_times(entry))
    return len(missing)


def _times(entry: Entry) -> dict[str, object]:
    if entry.seconds:
        interval, _ = IntervalSchedule.objects.get_or_create(
            every=entry.seconds, period=IntervalSchedule.SECONDS
        )
        return {"interval": interval}
    minute, hour, day_of_week = entry.crontab
    crontab, _ = CrontabSchedule.objects.get_or_create(
        minute=minute,
        hour=hour,
        day_of_week=day_of_week,
        day_of_month="*",
        month_of_year="*",
        timezone="UTC",
    )
    return {"crontab": crontab}
