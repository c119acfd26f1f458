"""Tasks as they are often written. Each trial must see them fail, or it could see no fault at all.

They send by the same mail server and die at the same points as the outbox.
"""

import os
import select
import signal
import time

from celery import shared_task
from django.core.mail import EmailMessage

from phare_platform.lib.faults import fail_point


def send_now(key: str) -> None:
    fail_point("start")
    mail = EmailMessage(
        f"Subject of {key}", "text", to=[f"{key}@example.org"], headers={"Message-ID": f"<{key}@x>"}
    )
    fail_point("before_smtp")
    mail.send()
    fail_point("after_250")


@shared_task(name="chaos.early", acks_late=False, reject_on_worker_lost=False)
def early(*, key: str) -> None:
    """`delay()` with the defaults of Celery: acknowledged before it is done."""
    send_now(key)


@shared_task(name="chaos.late", acks_late=True, reject_on_worker_lost=True)
def late(*, key: str) -> None:
    """Acknowledged when done, so repeated whenever its worker dies."""
    send_now(key)


@shared_task(name="chaos.poison", acks_late=True, reject_on_worker_lost=True)
def poison(*, ledger: str) -> None:
    """Kills its worker each time, and nobody counts."""
    with open(ledger, "a") as lines:
        lines.write("poison\n")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task(name="chaos.slow", acks_late=True, reject_on_worker_lost=True)
def slow(*, key: str, seconds: float) -> None:
    """Takes long, claims nothing, and sends at the end.

    Where the clock is moved, `sleep` waits for an hour that has passed and returns at once.
    """
    select.select([], [], [], seconds)
    send_now(key)


@shared_task(name="chaos.period")
def period(*, seconds: int) -> None:
    """What the outbox makes of a periodic deed: its occasion is in the key."""
    from django.db import connection, transaction

    from phare_platform.outbox.enums import MessageKind
    from phare_platform.outbox.rendering import Rendered
    from phare_platform.outbox.services import queue_rendered

    with connection.cursor() as cursor:
        cursor.execute("SELECT floor(extract(epoch FROM now()) / %s)::bigint", [seconds])
        slot = cursor.fetchone()[0]
    with transaction.atomic():
        queue_rendered(
            key=f"slot:{slot}",
            kind=MessageKind.DIGEST,
            rendered=Rendered(f"slot {slot}", "text\n", ""),
            to="bob@example.org",
            recipient=None,
            language="fr",
        )


@shared_task(name="chaos.naive_period")
def naive_period(*, seconds: int) -> None:
    """The same without a key: each beat has its own effect."""
    send_now(f"naive-{int(time.time() // seconds)}")
