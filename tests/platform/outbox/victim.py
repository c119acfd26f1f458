"""A worker that is killed again and again. Run by `test_faults.py`, never by itself.

Arguments: port of the mail server, chance of death at each point, seed, "claim" or "naive".
Each generation is a forked child that sends what is due in random order and may be killed with
SIGKILL at five points. The parent starts the next generation until one has nothing left to do.
Prints the number of deaths.
"""

import os
import random
import signal
import sys

import django
from django.conf import settings
from django.core.mail.utils import DNS_NAME


def main(port: int, chance: float, seed: int, way: str) -> None:
    django.setup()
    # Done once, before the children are born; none of it opens a connection.
    from phare_platform.outbox import sender  # noqa: F401

    DNS_NAME.get_fqdn()
    settings.EMAIL_BACKEND = "phare_platform.outbox.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    deaths = 0
    for generation in range(1000):
        child = os.fork()
        if child == 0:
            dice = random.Random(seed * 1000 + generation)
            os._exit(0 if live(dice, chance, way) == 0 else 7)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            deaths += 1
        elif os.WEXITSTATUS(status) == 0:
            break
    sys.stdout.write(str(deaths))


def live(dice: random.Random, chance: float, way: str) -> int:
    from phare_platform.outbox import sender
    from phare_platform.outbox.models import Message

    def may_die() -> None:
        if dice.random() < chance:
            os.kill(os.getpid(), signal.SIGKILL)

    def mortal(step):  # type: ignore[no-untyped-def]
        def wrapped(*args):  # type: ignore[no-untyped-def]
            may_die()
            answer = step(*args)
            may_die()
            return answer

        return wrapped

    if way == "naive":  # reads, sends, then writes: what a task without a claim does
        sender.claim = lambda pk: Message.objects.filter(pk=pk, status="pending").first()
        sender.close = lambda message, *_: Message.objects.filter(pk=message.pk).update(
            status="sent", sent_at=message.created_at
        )
    sender.claim, sender.deliver = mortal(sender.claim), mortal(sender.deliver)
    sender.close = mortal(sender.close)
    pks = list(sender.due().values_list("pk", flat=True))
    dice.shuffle(pks)
    for pk in pks:
        sender.send(pk)
    return len(pks)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
