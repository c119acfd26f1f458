"""R2 and R3: a Redis that is stopped, frozen, or comes back with nothing in it."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from phare_platform.outbox.models import Message
from tests.chaos.figures import Figure
from tests.chaos.kills import publish
from tests.chaos.visitors import Site
from tests.chaos.world import World, idle

SLOWER = 0.05  # seconds that the 95th percentile may lose
DRAINED = 300
RESUMED = 60


def away(world: World, *, writes: int, slower: float = SLOWER, lent: float = 0) -> list[Figure]:
    """People read and write while Redis is well, stopped, and frozen; mail leaves afterwards."""
    world.every("outbox.relay", 1)
    world.bear("worker", hands=2, lent=lent)
    world.bear("beat")
    figures = []
    with Site(world) as site:
        site.measure(writes // 5)  # everything is loaded once
        healthy = site.measure(writes)
        figures.append(
            Figure("R2", f"{writes} writes with a healthy Redis", str(healthy), not healthy.refused)
        )
        stop, start = world.redis.stop, world.redis.start
        for name, begin, end in (
            ("stopped", stop, start),
            ("frozen", lambda: freeze(world), lambda: thaw(world)),
        ):
            world.say(f"  Redis {name} …")
            begin()
            try:
                found = site.measure(writes)
                waiting = Message.objects.pending().count()
            finally:
                end()
            drained = drain(world)
            figures.append(
                Figure(
                    "R2",
                    f"Redis {name}, {writes} writes: 0 not 2xx, p95 within +50 ms",
                    f"{found}; healthy p95 {healthy.p95 * 1000:.0f} ms",
                    not found.refused and found.p95 - healthy.p95 < slower,
                )
            )
            lost = world.tally()
            figures.append(
                Figure(
                    "R2",
                    f"Redis {name}: mail late, gone within 5 min, none lost",
                    f"{waiting} waited, gone after {drained:.0f} s, {lost['lost']} lost,"
                    f" {lost['doubles']} duplicates, {lost['unfinished']} left",
                    waiting > 0
                    and drained < DRAINED
                    and not (lost["lost"] or lost["doubles"] or lost["unfinished"]),
                )
            )
        figures.append(control_publishing(world))
    return figures


def freeze(world: World) -> None:
    """Redis is there, takes connections, and says nothing."""
    os.kill(world.redis.pid() or 0, signal.SIGSTOP)


def thaw(world: World) -> None:
    """Redis goes on where it was."""
    os.kill(world.redis.noted_pid() or 0, signal.SIGCONT)


def drain(world: World) -> float:
    """Seconds until nothing waits any more."""
    began = time.monotonic()
    world.wait(idle, seconds=DRAINED, what="after the pause:")
    return time.monotonic() - began


def control_publishing(world: World) -> Figure:
    """A page that publishes by itself: how long it hangs on a frozen Redis."""
    freeze(world)
    began = time.monotonic()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError()))
    signal.alarm(10)
    try:
        with suppress(Exception):
            publish(world, "early", [{"key": "frozen"}])
        lasted = time.monotonic() - began
    finally:
        signal.alarm(0)
        thaw(world)
    return Figure(
        "R2 control",
        "a page that calls delay() hangs on a frozen Redis",
        f"still waiting after {lasted:.0f} s, then given up",
        lasted > 1,
    )


def emptied(world: World, *, times: int, mails: int, lent: float = 0) -> list[Figure]:
    """Redis killed and started empty again and again, each fifth time thrice in a row."""
    world.every("outbox.relay", 1)
    world.bear("worker", hands=2, lent=lent)
    world.bear("beat")
    world.queue(20, prefix="first")
    world.wait(idle, seconds=60)
    pauses, late = [], 0
    for number in range(times):
        world.queue(mails // times, prefix=f"r{number}-")
        publish_hints(world)
        for _ in range(3 if number % 5 == 4 else 1):
            empty(world)
        # Not lent to the broker that is gone, so it tells when mail flows again.
        world.queue(1, prefix=f"probe{number}-")
        pause = resumed(world, f"probe{number}-0")
        pauses.append(pause)
        late += pause > RESUMED
        if number % 10 == 9:
            world.say(f"  emptied {number + 1} times, longest pause {max(pauses):.1f} s")
    world.wait(idle, seconds=DRAINED, what="last ones:")
    found = world.tally()
    asked = times * (mails // times) + times + 20
    pauses.sort()
    return [
        Figure(
            "R3",
            f"Redis emptied {times} times: 0 of {mails} lost, 0 duplicates",
            f"{found['sent']} of {asked} sent, {found['lost']} lost, {found['doubles']} duplicates,"
            f" {found['unfinished']} left",
            found["sent"] == asked and not (found["lost"] or found["doubles"]),
        ),
        Figure(
            "R3",
            f"mail flows again within {RESUMED} s each time",
            f"median {pauses[len(pauses) // 2]:.1f} s, longest {pauses[-1]:.1f} s, {late} too late;"
            f" {world.reborn} processes started again",
            not late,
        ),
    ]


def publish_hints(world: World) -> None:
    """Let the messages of this round be lent to the broker, so that they are in it when it dies."""
    limit = time.monotonic() + 3
    while time.monotonic() < limit:
        if not Message.objects.pending().filter(queued_until=None).exists():
            return
        time.sleep(0.02)


def empty(world: World) -> None:
    """kill -9, then start: nothing is on disk, so nothing comes back."""
    os.kill(world.redis.pid() or 0, signal.SIGKILL)
    until(lambda: world.redis.pid() is None)
    world.redis.start()


def resumed(world: World, key: str) -> float:
    """Seconds until that message has left."""
    began = time.monotonic()
    while time.monotonic() - began < RESUMED + 30:
        world.supervise()
        if not Message.objects.filter(dedupe_key=key, status__in=["pending", "sending"]).exists():
            break
        time.sleep(0.05)
    return time.monotonic() - began


def until(done: Callable[[], bool]) -> None:
    """Wait a little."""
    limit = time.monotonic() + 10
    while not done() and time.monotonic() < limit:
        time.sleep(0.01)


def control_unsupervised(world: World, *, mails: int) -> list[Figure]:
    """Tasks that live only in the broker are gone with it."""
    publish(world, "late", [{"key": f"gone{n}"} for n in range(mails)])
    empty(world)
    world.bear("worker", hands=2)
    time.sleep(5)
    arrived = len(world.sink.copies())
    seen = f"{mails - arrived} of {mails} lost"
    return [Figure("R3 control", "what lives only in Redis is lost", seen, arrived < mails)]
