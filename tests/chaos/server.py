"""R8: a mail server that refuses for now, refuses for good, stalls, or loses its answer."""

import time
from collections import Counter

from django.core.mail import EmailMessage, get_connection

from phare_platform.outbox import sender
from phare_platform.outbox.enums import MessageStatus
from phare_platform.outbox.models import Message
from tests.chaos.figures import Figure
from tests.chaos.world import World, idle

SLOT = 15  # seconds after which a stalled server must have given the worker back


def moods(world: World, *, mails: int) -> list[Figure]:
    """Four answers in ten are not what one hopes for."""
    world.every("outbox.relay", 1)
    world.moods(later=0.2, refuse=0.02, lost_reply=0.05, drop_at_recipient=0.02)
    world.queue(mails)
    world.bear("worker", hands=4)
    world.bear("beat")
    world.wait(idle, seconds=180, what="moods:")
    found = world.tally()
    refused = Message.objects.filter(status=MessageStatus.FAILED).values_list("to", flat=True)
    repeated = sum(world.sink.attempts[address] > 1 for address in refused if not later(address))
    waits = Message.objects.filter(status=MessageStatus.PENDING, attempts__gte=1)
    return [
        Figure(
            "R8",
            f"{mails} messages: each ended or planned, 0 duplicates, 0 lost, every 5xx tried once",
            f"{found['sent']} sent, {found['scheduled']} planned ({waits.count()} after a 4xx),"
            f" {found['failed']} refused ({repeated} tried again), {found['in_doubt']} in doubt;"
            f" {found['doubles']} duplicates, {found['lost']} lost",
            not (found["doubles"] or found["lost"] or found["unfinished"] or repeated),
        )
    ]


def later(address: str) -> bool:
    """The row was refused for now before it was refused for good: two attempts are right."""
    return Message.objects.get(to=address).attempts > 1


def stalled(world: World) -> list[Figure]:
    """How long half a minute of silence holds the hands of a worker."""
    lasted = {}
    with world.mail_server():
        for mood in ("stall", "stall_at_end"):
            world.sink.plan = lambda number, mood=mood: mood
            world.queue(1, prefix=mood)
            began = time.monotonic()
            status = sender.send(Message.objects.get(dedupe_key=f"{mood}0").pk)
            lasted[mood] = (time.monotonic() - began, status)
    seen = [f"{mood} {seconds:.1f} s ({status})" for mood, (seconds, status) in lasted.items()]
    return [
        Figure(
            "R8",
            f"30 s of silence: the worker is free within {SLOT} s",
            ", ".join(seen),
            all(seconds < SLOT for seconds, _ in lasted.values())
            and lasted["stall"][1] == MessageStatus.PENDING
            and lasted["stall_at_end"][1] == MessageStatus.IN_DOUBT,
        )
    ]


def control_retry(world: World, *, mails: int) -> list[Figure]:
    """Try again after any error, as a plain retry does."""
    world.moods(later=0.2, lost_reply=0.05, drop_at_recipient=0.02)
    connection = get_connection(
        "phare_platform.outbox.smtp.Backend", host="127.0.0.1", port=world.sink.port, timeout=10
    )
    for number in range(mails):
        mail = EmailMessage("s", "t", to=[f"m{number}@example.org"])
        mail.extra_headers = {"Message-ID": f"<{number}@x>"}
        for _ in range(5):
            try:
                connection.send_messages([mail])
                break
            except Exception:  # noqa: S112  # that is the mistake
                continue
            finally:
                connection.close()
    doubled = sum(count > 1 for count in Counter(world.sink.copies()).values())
    seen = f"{doubled} of {mails} doubled"
    return [Figure("R8 control", "plain retry must double", seen, doubled > 0)]
