"""A real web server and people who use it: what they get, and how long they wait."""

import http.client
import os
import random
import socket
import subprocess
import sys
import threading
import time
from importlib import import_module
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from phare_platform.accounts.models import User
from tests.chaos.world import ROOT, SEED, World

THREADS = 4
PEOPLE = 20
CSRF = "a" * 32
LOGIN = "/login/"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Measure(NamedTuple):
    """What a number of writes, each followed by a page, met."""

    writes: int
    refused: int
    median: float
    p95: float
    longest: float
    statuses: dict[int, int]

    def __str__(self) -> str:
        return (
            f"{self.writes} writes and as many pages, {self.refused} not 2xx, median"
            f" {self.median * 1000:.0f} ms, p95 {self.p95 * 1000:.0f} ms, longest"
            f" {self.longest * 1000:.0f} ms"
        )


class Site:
    """Gunicorn on the database and the Redis of a world. Use it in a `with` block."""

    def __init__(self, world: World) -> None:
        self.world = world
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = trial.getsockname()[1]

    def __enter__(self) -> "Site":
        self.sessions = [session_of(number) for number in range(PEOPLE)]
        options = f"--workers 2 --threads 4 --worker-class gthread --bind 127.0.0.1:{self.port}"
        quiet = ["--no-control-socket", "--log-level", "error"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "phare_platform.wsgi", *options.split(), *quiet],
            cwd=ROOT,
            # People come from many addresses, by one proxy: limits count each of them.
            env={
                **self.world.environment,
                "TRUSTED_PROXY_COUNT": "1",
                "DEBUG": "0",
                "SECRET_KEY": settings.SECRET_KEY,  # which signed the sessions
            },
            start_new_session=True,
        )
        limit = time.monotonic() + 40
        while time.monotonic() < limit:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)
        raise TimeoutError("gunicorn does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def measure(self, writes: int) -> Measure:
        """So many writes by people at once; a write is well when its page is reached in the end."""
        times: list[float] = []
        statuses: list[int] = []

        def person(number: int) -> None:
            dice = random.Random(f"{SEED}:{number}:{os.urandom(8).hex()}")
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            for turn in range(writes // THREADS):
                began = time.monotonic()
                try:
                    status, where = self.write(line, dice, turn)
                except OSError:
                    status, where = 0, ""
                    line.close()
                times.append(time.monotonic() - began)
                if LOGIN in where:  # nobody asked for that
                    status = 401
                if status == 302:
                    status, _ = self.ask(line, "GET", where, dice)
                statuses.append(status)
            line.close()

        threads = [threading.Thread(target=person, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times.sort()
        return Measure(
            writes=len(times),
            refused=sum(not 200 <= status < 300 for status in statuses),
            median=times[len(times) // 2],
            p95=times[int(len(times) * 0.95)],
            longest=times[-1],
            statuses={status: statuses.count(status) for status in set(statuses)},
        )

    def write(
        self, line: http.client.HTTPConnection, dice: random.Random, turn: int
    ) -> tuple[int, str]:
        """By turns: choose one's messages, signed in; ask for a new password, signed out."""
        if turn % 2:
            body = {"kinds": dice.sample(["digest", "introduction", "partnership"], 2)}
            return self.ask(line, "POST", "/compte/courrier/", dice, body)
        # Each time another address: of one, more than five in a minute are refused, rightly.
        body = {"email": f"nobody{dice.randrange(10**9)}@example.org"}
        return self.ask(line, "POST", "/compte/password/reset/", dice, body, signed_in=False)

    def ask(
        self,
        line: http.client.HTTPConnection,
        method: str,
        path: str,
        dice: random.Random,
        body: dict | None = None,
        *,
        signed_in: bool = True,
    ) -> tuple[int, str]:
        """One request; its status and where it leads."""
        home = ".".join(str(dice.randrange(256)) for _ in range(3))
        cookies = {settings.CSRF_COOKIE_NAME: CSRF, settings.LANGUAGE_COOKIE_NAME: "fr"}
        if signed_in:
            cookies[settings.SESSION_COOKIE_NAME] = dice.choice(self.sessions)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-Forwarded-For": f"10.{home}",
            "X-CSRFToken": CSRF,
            **(FORM if body else {}),
        }
        line.request(method, path, urlencode(body, doseq=True) if body else None, headers)
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Location", "")


def session_of(number: int) -> str:
    """A person who is signed in; the key of their session."""
    person = User.objects.create_user(f"person{number}@example.org", "not-used-2026")
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(person.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    store.create()
    return str(store.session_key)
