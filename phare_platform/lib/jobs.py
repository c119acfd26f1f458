"""Asking for a task from a service, without knowing who does it and without touching Redis.

The request path never publishes: `later` writes a row in the caller's transaction, and the task
`lib.hand_out_jobs` (every five seconds) gives the rows to the workers. A frozen Redis slows
nothing down; a lost message is handed out again; the same deed waits only once.
"""

import json
from collections.abc import Iterable
from typing import Any

from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from phare_platform.lib.models import Job

WINDOW = 80
ASK = f"""
INSERT INTO {Job._meta.db_table} (task, kwargs, created_at) VALUES (%s, %s, %s)
ON CONFLICT DO NOTHING
"""  # noqa: S608  # our own name


def later(task: str, **kwargs: object) -> None:
    """Have the named task run soon after the present transaction commits.

    `kwargs` must be JSON values. The same task with the same values, still waiting, is kept once.
    With `together=[…]` alone, all that wait for the same task become one call with all of the list.
    """
    with connection.cursor() as cursor:
        cursor.execute(ASK, [task, json.dumps(kwargs), timezone.now()])


def hand_out_jobs(*, limit: int = WINDOW) -> int:
    """Publish the waiting jobs and forget them; returns how many there were.

    The row disappears only once the broker has taken the message, so nothing is lost when the
    broker is away; a crash between the two publishes twice, which every task must allow.
    """
    with transaction.atomic():
        jobs = list(Job.objects.select_for_update(skip_locked=True).order_by("pk")[:limit])
        for task, kwargs in _calls(jobs):
            current_app.send_task(task, kwargs=kwargs, retry=False)
        Job.objects.filter(pk__in=[job.pk for job in jobs]).delete()
    return len(jobs)


def _calls(jobs: Iterable[Job]) -> list[tuple[str, dict[str, Any]]]:
    """The calls that these jobs make, those that may go together as one."""
    calls: list[tuple[str, dict[str, Any]]] = []
    lists: dict[str, list[Any]] = {}
    for job in jobs:
        if job.kwargs.keys() != {"together"}:
            calls.append((job.task, job.kwargs))
        elif job.task in lists:
            lists[job.task] += job.kwargs["together"]
        else:
            lists[job.task] = [*job.kwargs["together"]]
            calls.append((job.task, {"together": lists[job.task]}))
    return calls


def run_waiting_jobs() -> int:
    """Run the waiting jobs here and now, for tests and for `manage.py`; returns how many ran."""
    count = 0
    while job := Job.objects.order_by("pk").first():
        job.delete()
        current_app.tasks[job.task](**job.kwargs)
        count += 1
    return count
