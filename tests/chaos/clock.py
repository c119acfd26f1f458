"""R5 and R9: several schedulers, clocks that are wrong, days of 23 and of 25 hours."""

import os
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import time_machine
from celery.schedules import crontab
from django.utils import timezone
from django_celery_beat.tzcrontab import TzAwareCrontab

from phare_platform.lib.signing import LinkExpired, make_token, read_token
from phare_platform.outbox.models import Message
from phare_platform.schedules import ENTRIES
from tests.chaos.figures import Figure
from tests.chaos.kills import publish
from tests.chaos.world import World, idle

PARIS = ZoneInfo("Europe/Paris")
SUMMER_ENDS, SUMMER_BEGINS = date(2026, 10, 25), date(2027, 3, 28)
SLOW = 4  # long tasks, more than one worker takes
LIBRARIES = [
    *[os.environ.get("LIBFAKETIME", "")],
    *["/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"],
    *["/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"],
    *["/usr/local/lib/faketime/libfaketimeMT.so.1"],
]


def beats(world: World, *, slots: int, seconds: int) -> list[Figure]:
    """Three beats on one timetable, with and without the occasion in the key."""
    world.every("chaos.period", seconds, seconds=seconds)
    world.every("chaos.naive_period", seconds, seconds=seconds)
    world.every("outbox.relay", 1)
    world.bear("worker", hands=3)
    for _ in range(3):
        world.bear("beat")
    first = time.monotonic()
    world.wait(
        lambda states: sum(states.values()) >= slots and idle(states),
        seconds=slots * seconds * 1.2 + 60,
        what="three beats:",
    )
    lasted = time.monotonic() - first
    subjects = Counter(mail["Subject"] for mail in list(world.sink.accepted))
    kept = {name: count for name, count in subjects.items() if name.startswith("slot")}
    numbers = sorted(int(name.split()[1]) for name in kept)
    missed = numbers[-1] - numbers[0] + 1 - len(numbers) if numbers else slots
    naive = [count for name, count in subjects.items() if not name.startswith("slot")]
    doubled = sum(count > 1 for count in kept.values())
    return [
        Figure(
            "R5",
            f"{slots} slots, {slots} effects, 0 double, 0 missed",
            f"{len(kept)} slots of {seconds} s in {lasted:.0f} s: {sum(kept.values())} effects,"
            f" {doubled} double, {missed} missed",
            len(kept) >= slots and not doubled and not missed,
        ),
        Figure(
            "R5 control",
            "without a key, three beats have more than one effect",
            f"{sum(naive)} effects for {len(naive)} slots",
            sum(naive) > len(naive),
        ),
    ]


def library() -> str:
    """Where libfaketime is on this machine; empty when it is not."""
    return next((path for path in LIBRARIES if path and Path(path).exists()), "")


def wrong_clocks(world: World, *, mails: int) -> list[Figure]:
    """Workers two hours early and two hours late beside a right one."""
    found = library()
    if not found:
        say = "libfaketime is not on this machine: set LIBFAKETIME (the rest of R9 was measured)"
        return [Figure("R9", "workers at ±2 h", say, passed=False)]
    world.every("outbox.relay", 1)
    world.every("outbox.reconcile", 1)
    world.sink.plan = lambda number: "accept"
    nurseries = [
        world.nurse(LD_PRELOAD=found, FAKETIME=skew, DONT_FAKE_MONOTONIC="1")
        for skew in ("+2h", "-2h")
    ]
    try:
        world.bear("beat")
        right = world.bear("worker", hands=2)
        for nursery in nurseries:
            world.order(right.order, nursery)
        return measure_wrong_clocks(world, mails)
    finally:
        world.clear()
        for nursery in nurseries:
            world.end(nursery)


def measure_wrong_clocks(world: World, mails: int) -> list[Figure]:
    """Due messages leave once, later ones stay, the long task of the control runs twice."""
    began = timezone.now()
    world.queue(mails)
    world.queue(mails, prefix="later")
    hour = timezone.now() + timedelta(hours=1)
    Message.objects.filter(dedupe_key__startswith="later").update(not_before=hour)
    publish(world, "slow", [{"key": f"slow{n}", "seconds": 25.0} for n in range(SLOW)])
    world.wait(idle, seconds=120, what="wrong clocks:")
    world.say(f"  {world.reborn} processes started again")
    limit = time.monotonic() + 60  # kombu looks at what is unacknowledged every ten seconds
    while time.monotonic() < limit and not done_twice(world):
        time.sleep(0.5)
    copies, ours = world.sink.copies(), set(Message.objects.values_list("message_id", flat=True))
    doubled = sum(copies[key] > 1 for key in ours)
    early = Message.objects.filter(dedupe_key__startswith="later").exclude(status="pending").count()
    off = Message.objects.filter(sent_at__lt=began - timedelta(seconds=5)).count()
    off += Message.objects.filter(sent_at__gt=timezone.now() + timedelta(seconds=5)).count()
    sent = Message.objects.filter(status="sent").count()
    again = done_twice(world)
    return [
        Figure(
            "R9",
            "workers at +2 h and -2 h: 0 duplicates, nothing early, no wrong hour in a row",
            f"{sent} of {mails} sent, {doubled} duplicates, {early} early, {off} wrong hours",
            (sent, doubled, early, off) == (mails, 0, 0, 0),
        ),
        Figure(
            "R9 control",
            "a long task without a claim is done twice",
            f"{again} of {SLOW} done twice",
            again > 0,
        ),
    ]


def done_twice(world: World) -> int:
    """How many of the long tasks have sent their mail twice."""
    copies = world.sink.copies()
    return sum(copies[f"<slow{n}@x>"] > 1 for n in range(SLOW))


def calendar(_world: World) -> list[Figure]:
    """Every daily entry of the timetable on the days of 23 and of 25 hours; links at ±30 s."""
    wrong = []
    daily = [entry for entry in ENTRIES if entry.crontab[1] != "*" == entry.crontab[2]]
    for day in (SUMMER_ENDS, SUMMER_BEGINS):
        for entry in daily:
            minute, hour, _ = entry.crontab
            count = runs(day, TzAwareCrontab(minute=minute, hour=hour, tz=UTC))
            wrong += [] if count == 1 else [f"{entry.name} {count} times on {day}"]
    by_paris = {day: half_past_two(day) for day in (SUMMER_ENDS, SUMMER_BEGINS)}
    return [
        Figure(
            "R9",
            "each daily entry once on 25 October and on 28 March",
            f"{len(daily)} entries, {len(wrong)} wrong {'; '.join(wrong)}".strip(),
            not wrong and bool(daily),
        ),
        Figure(
            "R9 control",
            "a deed at 02:30 by the clock of Paris is not done once on both days",
            ", ".join(f"{count} on {day}" for day, count in by_paris.items()),
            set(by_paris.values()) != {1},
        ),
        links(),
    ]


def runs(day: date, schedule: crontab) -> int:
    """How often a beat that looks every minute starts this entry on a day in Paris."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    tomorrow = day + timedelta(days=1)
    end = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=PARIS).astimezone(UTC)
    now, last, count = midnight.astimezone(UTC), midnight.astimezone(UTC), 0
    while now < end:
        with time_machine.travel(now, tick=False):
            due, _ = schedule.is_due(last)
        if due:
            count, last = count + 1, now
        now += timedelta(minutes=1)
    return count


def half_past_two(day: date) -> int:
    """How often the clock of Paris shows 02:30 on this day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
    minutes = (midnight + timedelta(minutes=n) for n in range(25 * 60))
    shown = [now.astimezone(PARIS) for now in minutes]
    return sum((now.hour, now.minute, now.day) == (2, 30, day.day) for now in shown)


def links() -> Figure:
    """By how much a clock that is 30 seconds wrong moves the end of a link."""
    now = timezone.now()
    wrong = 0
    for skew in (-30, 30):
        with time_machine.travel(now + timedelta(seconds=skew), tick=False):
            token = make_token("trial", {})
        for after, valid in ((86400 - 60, True), (86400 + 60, False)):
            with time_machine.travel(now + timedelta(seconds=after), tick=False):
                try:
                    read_token("trial", token, days=1)
                    wrong += not valid
                except LinkExpired:
                    wrong += valid
    seen = f"{wrong} of 4 links end more than 60 s early or late"
    return Figure("R9", "end of a link within 60 s at ±30 s", seen, wrong == 0)
