"""CPU seconds of this process and of its database backends, and wall seconds."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple, ParamSpec, TypeVar

from django.db import connection

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
TICKS = os.sysconf("SC_CLK_TCK")


class Spent(NamedTuple):
    """Seconds: CPU of ours, CPU of the database, and by the clock on the wall."""

    client: float
    database: float
    wall: float

    @property
    def cpu(self) -> float:
        """CPU of both together."""
        return self.client + self.database


def backend_pid() -> int:
    """The process that serves our connection. It must run on this machine to be measured."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    command = Path(f"/proc/{pid}/cmdline")
    if not command.exists() or b"postgres" not in command.read_bytes():
        raise SystemExit("The database must run on this machine (Linux): its CPU is counted too.")
    return pid


def cpu_of(pid: int) -> float:
    """CPU seconds of another process: to the nanosecond where the kernel tells, else to a tick."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS


class Meter:
    """Measures calls. Parallel workers of the database are off: they would escape."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
            cursor.execute("SET max_parallel_maintenance_workers = 0")
            cursor.execute("SET jit = off")
        self.backend = backend_pid()

    def of(
        self, work: Callable[Arguments, Result], *of: Arguments.args, **named: Arguments.kwargs
    ) -> tuple[Result, Spent]:
        """Call `work` with these arguments; its result, and what it cost."""
        database, client = cpu_of(self.backend), time.process_time()
        wall = time.perf_counter()
        result = work(*of, **named)
        wall = time.perf_counter() - wall
        client = time.process_time() - client
        return result, Spent(client, cpu_of(self.backend) - database, wall)


def middle(rounds: list[Spent]) -> Spent:
    """The medians of several rounds."""
    return Spent(*(median(values) for values in zip(*rounds, strict=True)))
