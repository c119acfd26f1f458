"""Throw-away PostgreSQL and Redis for one test session; pytest loads this before the settings.

The process that was called starts them; xdist workers inherit the addresses, each with Redis
databases of its own (pytest-django gives each its own PostgreSQL database). An address that is
in the environment already is used as it is.
"""

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "phare_platform.embedded"]


class Throwaway:
    """The servers of this session, and the process that ends them when the session is over."""

    watcher: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start what has no address yet, and put all addresses into the environment."""
        folder = Path(tempfile.mkdtemp(prefix="phare-tests-"))
        folder.chmod(0o711)  # run by root, PostgreSQL's own user must pass
        # It waits for our end, so that Ctrl-C and even kill -9 leave nothing running.
        self.watcher = subprocess.Popen(
            [*COMMAND, "erase", "--dir", str(folder), "--when-stdin-ends"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        said = subprocess.run(
            [*COMMAND, "start", "--fast", "--dir", str(folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode:
            raise pytest.UsageError(f"The servers for the tests did not start.\n{said.stderr}")
        for assignment in shlex.split(said.stdout):
            name, _, value = assignment.partition("=")
            os.environ[name] = value

    def stop(self) -> None:
        """End the servers and delete their data; starting none is fine."""
        if self.watcher is not None and self.watcher.stdin is not None:
            self.watcher.stdin.close()
            self.watcher.wait(60)
            self.watcher = None


servers = Throwaway()


# A wrapper runs before every plain hook, also before the one that reads the Django settings.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, object, object]:
    """Start the servers, except in a worker, which finds the addresses in its environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        servers.start()
    try:
        return (yield)
    except BaseException:  # settings that do not load: no session, so nothing else would stop them
        servers.stop()
        raise


def pytest_unconfigure() -> None:
    """Stop the servers at the very end."""
    servers.stop()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[object]) -> None:
    """Give each worker two Redis databases: one for the cache, one for the queues."""
    for index, spec in enumerate(specs, start=1):
        environment: dict[str, str] = spec.env  # type: ignore[attr-defined]
        for name, number in (("REDIS_URL", 2 * index), ("CELERY_BROKER_URL", 2 * index + 1)):
            environment[name] = with_database(os.environ[name], number)


def with_database(url: str, number: int) -> str:
    """Return the address of another database of the same Redis.

    >>> with_database("redis://host:6379/0", 3)
    'redis://host:6379/3'
    """
    parts = urlsplit(url)
    if not parts.netloc:  # a socket
        name = "db" if parts.scheme == "unix" else "virtual_host"
        return f"{parts.scheme}://{parts.path}?{name}={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))
