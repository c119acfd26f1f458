"""Both servers of a folder, and the addresses by which the settings find them."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

from phare_platform.embedded import folders
from phare_platform.embedded.errors import Trouble
from phare_platform.embedded.postgres import Postgres
from phare_platform.embedded.redis import BROKER, find_redis
from phare_platform.embedded.server import Server

WATCH = 1  # seconds between two looks at the servers


class Services:
    """The servers under one folder. One whose address is given is left to whoever runs it."""

    def __init__(
        self, folder: Path, *, fast: bool = False, given: Mapping[str, str] | None = None
    ) -> None:
        """Look, start nothing. `given` is the environment; fast gives up safety for speed."""
        self.folder = folder.resolve()
        self.fast = fast
        self.given = dict(os.environ if given is None else given)
        self.postgres = self._unless_given(
            "DATABASE_URL", lambda: Postgres(self.folder, fast=self.fast)
        )
        self.redis = self._unless_given(
            "REDIS_URL", lambda: find_redis(self.folder, fast=self.fast)
        )

    def _unless_given(self, name: str, make: Callable[[], Server]) -> Server | None:
        given = self.given.get(name)
        if not given:
            return make()
        try:
            server = make()
        except Trouble:  # nothing to run here; the given address is all we need
            return None
        # An address printed by an earlier start is still our own.
        return server if server.addresses.get(name) == given else None

    @property
    def ours(self) -> list[Server]:
        """The servers we start and stop."""
        return [server for server in (self.postgres, self.redis) if server is not None]

    @property
    def addresses_of_ours(self) -> dict[str, str]:
        """The variables that lead to our own servers."""
        found: dict[str, str] = {}
        for server in self.ours:
            found |= server.addresses
        return found

    @property
    def addresses(self) -> dict[str, str]:
        """The variables for the settings: what was given, and our own for the rest."""
        found = self.addresses_of_ours
        for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
            if self.given.get(name):
                found[name] = self.given[name]
        found.setdefault("CELERY_BROKER_URL", broker_beside(found["REDIS_URL"]))
        return found

    def start(self) -> None:
        """Start what is ours and not running, in line with anyone else who does."""
        if not self.ours:
            return
        folders.make_base(self.folder)
        with folders.one_at_a_time(self.folder):
            for server in self.ours:
                server.start()

    def watch(self) -> NoReturn:
        """Start again whatever dies, until a signal ends us. Raises Trouble without data."""
        while True:
            for server in self.ours:
                if not server.inside.exists():  # somebody is deleting them: not the time to write
                    raise Trouble(f"The data of {server.name} in {self.folder} are gone.")
            if not all(server.pid() for server in self.ours):
                self.start()
            time.sleep(WATCH)

    def stop(self) -> None:
        """Stop what is ours; a stopped server is fine."""
        self._each(Server.stop)

    def erase(self) -> None:
        """Stop what is ours and delete all its data, wherever they are."""
        self._each(Server.erase)
        (self.folder / "lock").unlink(missing_ok=True)
        with suppress(OSError):  # missing, or holding files that are not ours
            self.folder.rmdir()

    def _each(self, deed: Callable[[Server], None]) -> None:
        if not (self.folder / "lock").exists():  # never started from here, or deleted since
            for server in self.ours:
                server.stop()
            return
        with folders.one_at_a_time(self.folder):
            for server in self.ours:
                deed(server)


def broker_beside(redis_url: str) -> str:
    """Return where the queues live when only the cache has an address: the database next to it.

    Emptying the cache empties its database; the queues must not be in it.
    """
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={_number(parts.query) + BROKER}"
    path = parts.path.strip("/")
    number = int(path) if path.isdigit() else _number(parts.query)
    return parts._replace(path=f"/{number + BROKER}", query="").geturl()


def _number(query: str) -> int:
    return int(parse_qs(query).get("db", ["0"])[0])
