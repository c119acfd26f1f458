"""A worker in a process of its own, to be killed. Started by `processes.py`.

For each line that it reads (`refresh`, `digests` or `help`) it bears a child that does so, and
prints the child's number, which nobody else gets until `wait`: that prints how the child ended, 0
when well.
"""

import os
import sys
import time

import django


def main() -> None:
    django.setup()
    # Done once, before the children are born; none of it opens a connection.
    from celery import current_app

    from partnerships.matching import tasks

    current_app.loader.import_default_modules()
    assert "partnerships.matching.refresh_chunk" in current_app.tasks

    print("ready", flush=True)  # noqa: T201  # the test reads it
    child = 0
    for line in sys.stdin:
        deed = line.strip()
        if deed == "wait":
            said = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        else:
            said = child = bear({"refresh": tasks.refresh, "digests": digests}.get(deed, help_once))
        print(said, flush=True)  # noqa: T201  # the test reads it


def bear(deed) -> int:
    """A child that does the deed; its number."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            deed()
            status = 0
        finally:
            os._exit(status)
    return child


def digests() -> None:
    """The digests of a Tuesday, one organisation after the other."""
    from datetime import UTC, datetime

    from partnerships.matching.services import send_digests

    now = datetime(2026, 11, 24, 4, tzinfo=UTC)
    batch = send_digests(now=now, limit=1)
    while batch.next_after is not None:
        batch = send_digests(now=now, after=batch.next_after, limit=1)


def help_once() -> None:
    """Wait for a refresh that asks for help, and give it, as a worker of the queue would."""
    from phare_platform.lib.jobs import run_waiting_jobs

    ends = time.monotonic() + 60
    while time.monotonic() < ends and not run_waiting_jobs():
        time.sleep(0.002)


main()
