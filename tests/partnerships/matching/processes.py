"""Workers in processes of their own, with a memory and a database connection of their own."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

ROOT = Path(__file__).resolve().parents[3]


class Worker:
    """One that does what it is told, one deed after the other, and may be killed while it does."""

    def __init__(self, process):
        self.process = process
        self.child = None

    def start(self, deed):
        self.child = self._say(deed)

    def kill(self):
        """As the kernel does: without a word. False when it had ended already."""
        os.kill(self.child, signal.SIGKILL)
        return self.ended() == -signal.SIGKILL

    def ended(self):
        """Wait for the end; how it ended, 0 when well."""
        return self._say("wait")

    def _say(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def workers(count, **environment):
    """So many workers on the database of this test."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.partnerships.matching.worker"],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                **environment,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    try:
        for process in processes:
            assert process.stdout.readline() == "ready\n"
        yield [Worker(process) for process in processes]
    finally:
        for process in processes:
            process.stdin.close()
            process.stdout.close()
            process.wait(60)
