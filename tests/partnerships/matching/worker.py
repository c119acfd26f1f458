"""A worker in a process of its own, to be killed. Started by `processes.py`.

For each line that it reads (`refresh` or `help`) it bears a child that does so, prints the child's
number, and once it has ended how; `0` is well.
"""

import os
import sys
import time

import django


def main() -> None:
    django.setup()
    # Done once, before the children are born; none of it opens a connection.
    from partnerships.matching import tasks

    print("ready", flush=True)  # noqa: T201  # the test reads it
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            status = 1
            try:
                (tasks.refresh if line.strip() == "refresh" else help_once)()
                status = 0
            finally:
                os._exit(status)
        print(child, flush=True)  # noqa: T201  # the test reads it
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  # the test reads it


def help_once() -> None:
    """Wait for a refresh that asks for help, and give it, as a worker of the queue would."""
    from phare_platform.lib.jobs import run_waiting_jobs

    ends = time.monotonic() + 60
    while time.monotonic() < ends and not run_waiting_jobs():
        time.sleep(0.002)


main()
