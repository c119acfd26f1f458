"""R1 and R17: senders that die, at every step and by whole trees; and a message that kills."""

import time
from collections.abc import Callable
from itertools import count

from celery import Celery
from django.test import Client

from phare_platform.accounts.models import User
from phare_platform.outbox.enums import MessageStatus
from phare_platform.outbox.models import Message
from tests.chaos.figures import Figure
from tests.chaos.world import World, idle

ADMIN = "/equipe/admin/outbox/message/"
LIMIT = 480  # seconds; a storm ends by itself
VISIBLE = 300


def storm(
    world: World, *, mails: int, kills: int, trees: int, chance: float, **shorter: float
) -> None:
    """Send with workers that die all the time, until enough have died and all is settled."""
    world.moods(later=0.03, refuse=0.01, drop_at_recipient=0.02, lost_reply=0.02)
    world.queue(mails)
    batches, batch = count(), max(20, mails // 15)

    def feed(states: dict[str, int]) -> None:
        if states["pending"] < batch // 2:
            world.queue(batch, prefix=f"more{next(batches)}-")

    def killed_enough(states: dict[str, int]) -> bool:
        feed(states)
        return world.kills >= kills

    world.bear("beat")
    for _ in range(6):  # a dead hand holds its worker up for a second
        world.bear("worker", hands=2, chance=chance, **shorter)
    world.wait(killed_enough, seconds=LIMIT, what="single deaths:")
    world.clear()
    fell_trees(world, trees, chance, feed, shorter)
    world.wait(idle, seconds=LIMIT, what="last ones:")


def fell_trees(
    world: World,
    trees: int,
    chance: float,
    feed: Callable[[dict[str, int]], None],
    shorter: dict[str, float],
) -> None:
    """Kill whole workers in turn, their children go on dying singly."""
    world.bear("beat")
    for _ in range(3):
        world.bear("worker", hands=1, chance=chance, **shorter)
    last = time.monotonic()

    def felled(states: dict[str, int]) -> bool:
        nonlocal last
        feed(states)
        # What a dead tree had in hand is handed out again a minute later: not all at once.
        if time.monotonic() - last > 1.5:
            world.kill_a_tree(world.trees)
            last = time.monotonic()
        return world.trees >= trees

    world.wait(felled, seconds=LIMIT, what="whole trees:")


def told_to_the_team() -> int:
    """How many messages in doubt the administration lists."""
    team, _ = User.objects.get_or_create(
        email="team@example.org", defaults={"is_staff": True, "is_superuser": True}
    )
    client = Client(headers={"host": "localhost"})
    client.force_login(team, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(ADMIN, {"status__exact": MessageStatus.IN_DOUBT})
    return int(page.context["cl"].result_count)


def killed(
    world: World, *, mails: int, kills: int, trees: int, chance: float, **shorter: float
) -> list[Figure]:
    """Real leases, the real hours of the reconciler, a server that takes everything twice."""
    world.every("outbox.relay", 1)
    if "lease" in shorter:
        world.lease = shorter["lease"]
        world.every("outbox.reconcile", 1)
    storm(world, mails=mails, kills=kills, trees=trees, chance=chance, **shorter)
    found = world.tally()
    listed = told_to_the_team()
    by_point = ", ".join(f"{name} {count}" for name, count in sorted(world.deaths().items()))
    world.say(f"  deaths: {by_point}")
    return [
        Figure(
            "R1",
            f"≥ {kills} senders killed, ≥ {trees} whole trees",
            f"{world.kills} killed, {world.trees} trees, {found['rows']} messages",
            world.kills >= kills and world.trees >= trees,
        ),
        Figure(
            "R1",
            "0 duplicates, 0 silent losses, every row ends",
            f"{found['doubles']} duplicates, {found['lost']} lost, {found['unfinished']} unfinished"
            f" ({found['sent']} sent, {found['in_doubt']} in doubt, {found['failed']} refused,"
            f" {found['scheduled']} to be tried later, {found['quarantined']} set aside)",
            found["doubles"] == found["lost"] == found["unfinished"] == 0,
        ),
        Figure(
            "R1",
            "every message in doubt listed to the team within 5 min",
            f"{listed} of {found['in_doubt']} listed, the last after {world.longest_hidden:.0f} s",
            listed == found["in_doubt"] > 0 and world.longest_hidden < VISIBLE,
        ),
    ]


def killed_with_memory(
    world: World, *, mails: int, kills: int, trees: int, chance: float, **shorter: float
) -> list[Figure]:
    """The same with a server that recognises a Message-ID: nothing needs to stay in doubt."""
    world.sink.remembers = True
    world.every("outbox.relay", 1)
    world.every("outbox.reconcile", 2)
    shorter = {"lease": 4} | shorter
    storm(world, mails=mails, kills=kills, trees=trees, chance=chance, **shorter)
    world.wait(lambda states: idle(states) and not states["in_doubt"], seconds=60, what="end:")
    found = world.tally()
    return [
        Figure(
            "R1",
            "relay that recognises copies: 0 duplicates, 0 in doubt, 0 lost",
            f"{found['doubles']} duplicates, {found['in_doubt']} in doubt, {found['lost']} lost,"
            f" {found['unfinished']} unfinished; {world.kills} killed, {world.trees} trees,"
            f" {found['sent']} of {found['rows']} sent, {world.sink.suppressed} copies dropped,"
            f" {found['failed']} refused, {found['scheduled']} to be tried later,"
            f" {found['quarantined']} set aside",
            not (found["doubles"] or found["in_doubt"] or found["lost"] or found["unfinished"])
            and world.kills >= kills
            and world.trees >= trees,
        )
    ]


def control_of_tasks(world: World, *, name: str, mails: int, chance: float) -> tuple[int, int]:
    """Send by a naive task under the same deaths; how many were lost, how many doubled."""
    publish(world, name, [{"key": f"{name}{number}"} for number in range(mails)])
    for _ in range(4):
        world.bear("worker", hands=2, chance=chance)
    quiet, seen = time.monotonic(), -1
    ends = time.monotonic() + 90
    while time.monotonic() - quiet < 8 and time.monotonic() < ends:
        world.supervise()
        now = len(world.sink.accepted) + world.kills
        if now != seen or now == 0:  # not begun: a busy machine takes its time to start workers
            quiet, seen = time.monotonic(), now
        time.sleep(0.2)
    world.clear()
    copies = world.sink.copies()
    return mails - len(copies), sum(count > 1 for count in copies.values())


def publish(world: World, name: str, values: list[dict]) -> None:
    """Give tasks to the broker of this world, as `delay()` does."""
    app = Celery()
    with app.connection_for_write(world.redis.addresses["CELERY_BROKER_URL"]) as connection:
        for kwargs in values:
            app.send_task(
                f"chaos.{name}", kwargs=kwargs, queue="default", retry=False, connection=connection
            )


def control_early(world: World, *, mails: int, chance: float) -> list[Figure]:
    """`delay()` with the defaults loses."""
    lost, _ = control_of_tasks(world, name="early", mails=mails, chance=chance)
    return [Figure("R1 control", "delay() must lose", f"{lost} of {mails} lost", lost > 0)]


def control_late(world: World, *, mails: int, chance: float) -> list[Figure]:
    """`acks_late` alone doubles."""
    lost, doubled = control_of_tasks(world, name="late", mails=mails, chance=chance)
    seen = f"{doubled} of {mails} doubled, {lost} lost"
    return [Figure("R1 control", "acks_late must double", seen, doubled > 0)]


def control_blind(world: World, *, mails: int, chance: float) -> list[Figure]:
    """The outbox, if it sent again whatever is in doubt."""
    world.every("outbox.relay", 1)
    world.every("outbox.reconcile", 1)
    world.queue(mails)
    for _ in range(4):
        world.bear("worker", hands=2, chance=chance, lease=2, way="blind")
    world.bear("beat")
    world.wait(
        lambda states: idle(states) and not states["in_doubt"], seconds=60, what="blind retry:"
    )
    doubled = world.tally()["doubles"]
    return [
        Figure(
            "R1 control", "blind retry must double", f"{doubled} of {mails} doubled", doubled > 0
        )
    ]


def poison(world: World, *, mails: int) -> list[Figure]:
    """One message that kills whoever sends it, among others that must leave."""
    world.sink.remembers = True
    world.every("outbox.relay", 1)
    world.every("outbox.reconcile", 1)
    world.queue(1, prefix="poison")
    world.queue(mails - 1)
    world.bear("worker", hands=2, lease=3, way="poison")
    world.bear("beat")
    settled = world.wait(
        lambda states: idle(states) and not states["in_doubt"], seconds=120, what="poison:"
    )
    bad = Message.objects.get(dedupe_key="poison0")
    found = world.tally()
    return [
        Figure(
            "R17",
            f"set aside after ≤ 5 attempts, the other {mails - 1} sent",
            f"{bad.get_status_display()} after {bad.attempts} attempts; {found['sent']} sent,"
            f" {found['doubles']} duplicates",
            settled
            and bad.status == MessageStatus.QUARANTINED
            and bad.attempts <= 5
            and found["sent"] == mails - 1
            and not found["doubles"],
        )
    ]


def control_poison(world: World, *, deaths: int) -> list[Figure]:
    """A task that is repeated when its worker dies, without anybody counting."""
    publish(world, "poison", [{"ledger": str(world.ledger)}])
    world.bear("worker", hands=1)
    ends = time.monotonic() + 60
    while world.kills < deaths and time.monotonic() < ends:
        time.sleep(0.2)
    seen = f"{world.kills} workers killed by one message, and going on"
    return [Figure("R17 control", "no counter: never ends", seen, world.kills >= deaths)]
