"""Asking for a task from a service, without knowing who does it and without touching Redis.

The request path never publishes: `later` writes a row in the caller's transaction, and the task
`lib.hand_out_jobs` (every five seconds) gives the rows to the workers. A frozen Redis slows
nothing down; a lost message is handed out again; the same deed waits only once.
"""

from celery import current_app
from django.db import transaction

from phare_platform.lib.models import Job

WINDOW = 80


def later(task: str, **kwargs: object) -> None:
    """Have the named task run soon after the present transaction commits.

    `kwargs` must be JSON values. The same task with the same values, still waiting, is kept once.
    """
    Job.objects.bulk_create([Job(task=task, kwargs=kwargs)], ignore_conflicts=True)


def hand_out_jobs(*, limit: int = WINDOW) -> int:
    """Publish the waiting jobs and forget them; returns how many were published.

    The row disappears only once the broker has taken the message, so nothing is lost when the
    broker is away; a crash between the two publishes twice, which every task must allow.
    """
    with transaction.atomic():
        jobs = list(Job.objects.select_for_update(skip_locked=True).order_by("pk")[:limit])
        for job in jobs:
            current_app.send_task(job.task, kwargs=job.kwargs, retry=False)
        Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)


def run_waiting_jobs() -> int:
    """Run the waiting jobs here and now, for tests and for `manage.py`; returns how many ran."""
    count = 0
    while job := Job.objects.order_by("pk").first():
        job.delete()
        current_app.tasks[job.task](**job.kwargs)
        count += 1
    return count
