"""Bears workers and beats quickly: it has loaded PHARE once, and each is a fork of it.

Each line of standard input is an order in JSON; the answer is the number of the new process, which
leads a group of its own, as a service would. When the input ends, so do all its children.
"""

import gc
import json
import os
import random
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import django

from phare_platform.keep import die_with_parent


def main() -> None:
    django.setup()
    from django.core.mail.utils import DNS_NAME
    from django.db import connections

    from phare_platform.celery import app
    from tests.chaos import controls  # noqa: F401  # tasks that do it wrong

    app.loader.import_default_modules()
    app.finalize()
    DNS_NAME.get_fqdn()
    connections.close_all()
    gc.collect()
    gc.freeze()  # nothing of it needs to be looked at again, nor copied, by each child
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    born = []
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            live(order)
        born.append(child)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
    for child in born:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def live(order: dict) -> None:
    """Be the worker or the beat that was ordered, to the end."""
    try:
        os.setsid()
        die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        random.seed()
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream, source in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
            os.dup2(source, stream)
        change(SimpleNamespace(**order))
        serve(order)
    finally:
        os._exit(0)


def change(order: SimpleNamespace) -> None:
    """Make mistakes on purpose, as ordered, and shorten what would take too long."""
    from django.conf import settings

    from phare_platform.outbox import sender
    from phare_platform.outbox.enums import MessageKind

    settings.FAULTS = order.faults
    if order.lease:
        sender.LEASE = timedelta(seconds=order.lease)
    if order.lent:
        sender.QUEUED_FOR = timedelta(seconds=order.lent)
    if order.way == "blind":  # whatever is in doubt is sent again, and no server recognises it
        sender.SENT_AGAIN_IN_DOUBT = list(MessageKind)
        sender.DOUBT = timedelta(0)
    if order.way == "poison":
        deliver = sender.deliver

        def die_of_it(message):
            if message.dedupe_key.startswith("poison"):
                os.kill(os.getpid(), signal.SIGKILL)
            return deliver(message)

        sender.deliver = die_of_it


def serve(order: dict) -> None:
    from phare_platform.celery import app

    if order["deed"] == "beat":
        scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
        app.start(["beat", "--scheduler", scheduler, "--loglevel", "WARNING", "--pidfile", ""])
    else:
        hands = ["-c", str(order["hands"]), "-n", f"{os.getpid()}@chaos"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        app.worker_main(["worker", "-Q", "mail,default", *hands, *quiet])


if __name__ == "__main__":
    main()
