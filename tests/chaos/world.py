"""A small world for one trial: the database of the settings, a Redis, a mail server, processes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import urlsplit, urlunsplit

from django.db import connection, transaction
from django.test import override_settings
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from phare_platform.embedded.processes import command_of
from phare_platform.embedded.redis import find_redis
from phare_platform.outbox import sender
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message
from phare_platform.outbox.rendering import Rendered
from phare_platform.outbox.services import queue_rendered
from phare_platform.schedules import ensure_schedules
from tests.platform.outbox.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
POINTS = ["start", "after_claim", "before_smtp", "after_data", "after_250", "after_commit"]
SEED = 20261121


class Child:
    """One process of the nursery, and the orders to bear it again."""

    def __init__(self, order: dict, pid: int) -> None:
        self.order = order
        self.pid = pid

    def alive(self) -> bool:
        return command_of(self.pid) is not None

    def kill_tree(self) -> None:
        """SIGKILL for the process and all its children at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


class World:
    """Use it in a `with` block; at its end everything that it started is gone."""

    def __init__(self, say: Callable[[str], None] = print, **environment: str) -> None:
        self.say = say
        self.folder = Path(tempfile.mkdtemp(prefix="phare-chaos-"))
        self.folder.chmod(0o711)
        self.ledger = self.folder / "deaths"
        self.ledger.touch()
        self.redis = find_redis(self.folder, fast=True)
        self.sink = Sink()
        self.extra = environment
        self.children: list[Child] = []
        self.nursery: subprocess.Popen[str] | None = None
        self.trees = self.reborn = 0
        self.lease = sender.LEASE.total_seconds()
        self.longest_hidden = 0.0

    def __enter__(self) -> "World":
        self.sink.__enter__()
        try:
            self.redis.start()
            self.nursery = self.nurse(**self.extra)
            ensure_schedules()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for child in self.children:
            child.kill_tree()
        if self.nursery is not None:
            self.end(self.nursery)
        self.redis.erase()
        self.sink.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """Where the processes of this world find everything."""
        parts = urlsplit(os.environ["DATABASE_URL"])
        return {
            **os.environ,
            **self.redis.addresses,
            "DATABASE_URL": urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"])),
            "DJANGO_SETTINGS_MODULE": "phare_platform.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
        }

    # Processes

    def nurse(self, **extra: str) -> "subprocess.Popen[str]":
        """A nursery of its own, for processes that live under other circumstances."""
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.nursery"],
            cwd=ROOT,
            env={**self.environment, **extra},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert nursery.stdout is not None
        assert nursery.stdout.readline() == "ready\n"
        return nursery

    def bear(
        self, deed: str, *, hands: int = 2, chance: float = 0, way: str = "", **shorter: float
    ) -> Child:
        """Start a worker or a beat; with a chance, its children die at the named points.

        `shorter`: seconds of a `lease` or a loan to the broker (`lent`), instead of the product's.
        """
        faults = {
            "points": dict.fromkeys(POINTS, chance),
            "ledger": str(self.ledger),
            "seed": SEED,
        }
        order = {
            "deed": deed,
            "hands": hands,
            "faults": faults if chance else {},
            "lease": shorter.get("lease", 0),
            "lent": shorter.get("lent", 0),
            "way": way,
            "log": str(self.folder / f"{deed}.log"),
        }
        return self.order(order, self.nursery)

    def order(self, order: dict, nursery: "subprocess.Popen[str] | None") -> Child:
        """Have that nursery bear a process."""
        assert nursery is not None
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(json.dumps(order) + "\n")
        nursery.stdin.flush()
        child = Child(order, int(nursery.stdout.readline()))
        self.children.append(child)
        return child

    def supervise(self) -> int:
        """Start again what has died, as `phare_platform.keep` does; how many that were."""
        dead = [child for child in self.children if not child.alive()]
        for child in dead:
            self.children.remove(child)
            child.kill_tree()  # what is left of its group
            self.order(child.order, self.nursery)
        self.reborn += len(dead)
        return len(dead)

    def kill_a_tree(self, number: int) -> None:
        """SIGKILL for a whole worker with its children; the supervisor brings another."""
        workers = [child for child in self.children if child.order["deed"] == "worker"]
        workers[number % len(workers)].kill_tree()
        self.trees += 1

    def clear(self) -> None:
        """End all workers and beats."""
        for child in self.children:
            child.kill_tree()
        self.children.clear()

    def end(self, nursery: "subprocess.Popen[str]") -> None:
        """End a nursery with all that it bore."""
        assert nursery.stdin is not None
        nursery.stdin.close()
        nursery.wait(20)
        assert nursery.stdout is not None
        nursery.stdout.close()

    @property
    def kills(self) -> int:
        """Deaths at named points so far."""
        return sum(self.deaths().values())

    def deaths(self) -> Counter[str]:
        """Deaths by point."""
        return Counter(self.ledger.read_text().split())

    # Time

    def every(self, task: str, pause: int, /, **kwargs: object) -> None:
        """Have the beats start this task every so many seconds."""
        interval, _ = IntervalSchedule.objects.get_or_create(
            every=pause, period=IntervalSchedule.SECONDS
        )
        known = PeriodicTask.objects.filter(task=task)
        if known.exists():
            for entry in known:
                entry.interval, entry.crontab = interval, None
                entry.save()
        else:
            PeriodicTask.objects.create(
                name=task, task=task, interval=interval, kwargs=json.dumps(kwargs)
            )

    # Messages

    def queue(
        self, count: int, *, prefix: str = "m", kind: MessageKind = MessageKind.DIGEST
    ) -> None:
        """So many waiting messages to as many addresses."""
        with transaction.atomic():
            for number in range(count):
                key = f"{prefix}{number}"
                queue_rendered(
                    key=key,
                    kind=kind,
                    rendered=Rendered(f"Subject of {key}", f"Text of {key}\n", f"<p>{key}</p>"),
                    to=f"{key}@example.org",
                    recipient=None,
                    language="fr",
                )

    def moods(self, **chances: float) -> None:
        """Let the mail server misbehave with these chances, by seeded dice."""
        dice = Random(SEED)
        names, weights = [*chances, "accept"], [*chances.values(), 1 - sum(chances.values())]
        self.sink.plan = lambda number: dice.choices(names, weights)[0]

    def mail_server(self) -> override_settings:
        """The mail server of this world for what this very process sends."""
        return override_settings(
            EMAIL_BACKEND="phare_platform.outbox.smtp.Backend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=self.sink.port,
            EMAIL_TIMEOUT=10,
        )

    def look(self) -> Counter[str]:
        """Rows by status, those waiting for a later hour as "scheduled"; notes what hides."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT CASE WHEN status = 'pending' AND not_before > now() THEN 'scheduled'"
                " ELSE status END AS state, count(*), max(extract(epoch FROM now() - lease_until)"
                " + %s) FILTER (WHERE status = 'sending') FROM outbox_message GROUP BY 1",
                [self.lease],
            )
            rows = cursor.fetchall()
        hidden = [float(age) for _, _, age in rows if age is not None]
        self.longest_hidden = max([self.longest_hidden, *hidden])
        return Counter({state: count for state, count, _ in rows})

    def wait(
        self,
        done: Callable[[Counter[str]], bool],
        *,
        seconds: float,
        meanwhile: Callable[[], None] = lambda: None,
        what: str = "",
    ) -> bool:
        """Look, supervise and report until it is done, or the seconds are over (False)."""
        ends, told = time.monotonic() + seconds, time.monotonic()
        while not done(states := self.look()):
            if time.monotonic() > ends:
                return False
            self.supervise()
            meanwhile()
            if time.monotonic() - told > 10:
                told = time.monotonic()
                counts = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
                self.say(f"  {what} {self.kills} deaths, {self.trees} trees; {counts}")
            time.sleep(0.2)
        return True

    def tally(self) -> dict[str, int]:
        """Every row against what the mail server took: copies too many, losses, states."""
        copies = self.sink.copies()
        rows = list(Message.objects.values_list("status", "message_id", "last_error"))
        states = self.look()
        lost = sum(status == MessageStatus.SENT and not copies[key] for status, key, _ in rows)
        lost += sum(
            status == MessageStatus.CANCELLED
            or (status == MessageStatus.FAILED and " 5" not in words.replace("(", " "))
            for status, _, words in rows
        )
        strangers = set(copies) - {key for _, key, _ in rows}
        return {
            "rows": len(rows),
            "doubles": sum(count > 1 for count in copies.values()),
            "lost": lost + len(strangers),
            "unfinished": states["pending"] + states["sending"],
            **{name: states[name] for name in (*MessageStatus.values, "scheduled")},
        }


def idle(states: Counter[str]) -> bool:
    """Nothing waits and nothing is under way."""
    return states["pending"] == 0 and states["sending"] == 0
