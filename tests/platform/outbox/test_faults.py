"""Whatever is killed or breaks: never two copies of a message, never a silent loss."""

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection, connections
from django.utils import timezone

from phare_platform.outbox import sender
from phare_platform.outbox.enums import MessageStatus
from phare_platform.outbox.models import Message
from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[3]
VICTIM = [sys.executable, "-m", "tests.platform.outbox.victim"]
SEED = 20261120
LONG_AGO = timedelta(days=1)


def kill_workers(sink, *, workers, way, chance=0.1):
    """Send what is due with workers that are killed all the time; returns the number of kills."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))
    running = [
        subprocess.Popen(
            [*VICTIM, str(sink.port), str(chance), str(SEED + number), way],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(workers)
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert all(process.returncode == 0 for process in running)
    return sum(int(output) for output in outputs)


def let_leases_run_out():
    Message.objects.filter(status=MessageStatus.SENDING).update(
        lease_until=timezone.now() - timedelta(seconds=1)
    )
    sender.reconcile()


def tally(sink):
    """Rows by status, how many were accepted twice, and how many of the `sent` never arrived."""
    copies = sink.copies()
    rows = list(Message.objects.values_list("status", "message_id"))
    doubles = sum(count > 1 for count in copies.values())
    lost = sum(status == MessageStatus.SENT and not copies[key] for status, key in rows)
    return Counter(status for status, _ in rows), doubles, lost


def test_two_workers_killed_at_every_step_neither_double_nor_lose(sink):
    for number in range(60):
        queue(f"m{number}", to=f"m{number}@example.org")
    kills = kill_workers(sink, workers=2, way="claim")
    let_leases_run_out()
    statuses, doubles, lost = tally(sink)
    assert kills >= 15
    assert (doubles, lost) == (0, 0)
    assert statuses[MessageStatus.IN_DOUBT] > 0
    assert set(statuses) == {MessageStatus.SENT, MessageStatus.IN_DOUBT}
    assert Message.objects.troubled().count() == statuses[MessageStatus.IN_DOUBT]


def test_without_a_claim_the_same_kills_do_double(sink):
    """The control: this test bench is able to see the fault that the claim prevents."""
    for number in range(25):
        queue(f"m{number}", to=f"m{number}@example.org")
    kill_workers(sink, workers=2, way="naive")
    _, doubles, _ = tally(sink)
    assert doubles > 0


def test_eight_senders_at_once_send_one_copy(smtp):
    pks = [queue(f"m{number}", to=f"m{number}@example.org").pk for number in range(12)]
    barrier = threading.Barrier(8)
    outcomes = []

    def race():
        barrier.wait()
        outcomes.extend(filter(None, map(sender.send, pks)))
        connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [MessageStatus.SENT] * 12
    assert sorted(smtp.copies().values()) == [1] * 12


def test_a_server_in_a_bad_mood_gets_each_message_once(smtp):
    dice = random.Random(SEED)
    moods = ["accept"] * 5 + ["later", "later", "refuse", "lost_reply", "drop_at_recipient"]
    smtp.plan = lambda number: dice.choice(moods)
    for number in range(60):
        queue(f"m{number}", to=f"m{number}@example.org")
    while sender.due().exists() or Message.objects.pending().exists():
        sender.send_all_due()
        Message.objects.pending().update(not_before=timezone.now() - LONG_AGO)
        sender.reconcile()
    statuses, doubles, lost = tally(smtp)
    assert (doubles, lost) == (0, 0)
    assert set(statuses) <= {
        MessageStatus.SENT,
        MessageStatus.FAILED,
        MessageStatus.IN_DOUBT,
        MessageStatus.QUARANTINED,
    }
    assert statuses[MessageStatus.SENT] > 25
    assert statuses[MessageStatus.FAILED] > 0
    assert statuses[MessageStatus.IN_DOUBT] > 0
    in_doubt = Message.objects.filter(status=MessageStatus.IN_DOUBT)
    assert all(smtp.copies()[message.message_id] == 1 for message in in_doubt)


def test_a_refusal_for_good_is_tried_once_and_shown(smtp):
    smtp.plan = lambda number: "refuse"
    message = queue()
    assert sender.send(message.pk) == MessageStatus.FAILED
    assert sender.send(message.pk) is None
    message.refresh_from_db()
    assert "550" in message.last_error
    assert smtp.attempts["bob@example.org"] == 1
    assert message in Message.objects.troubled()


@pytest.mark.parametrize("mood", ["sender_refused", "refuse_text"])
def test_any_refusal_for_good_fails(smtp, mood):
    smtp.plan = lambda number: mood
    assert sender.send(queue().pk) == MessageStatus.FAILED


def test_refusals_for_now_are_tried_five_times_then_set_aside(smtp):
    smtp.plan = lambda number: "later"
    message = queue()
    waits = []
    for _ in range(7):
        before = timezone.now()
        sender.send(message.pk)
        message.refresh_from_db()
        if message.status == MessageStatus.PENDING:
            waits.append(round((message.not_before - before).total_seconds()))
            assert sender.send(message.pk) is None, "not before its time"
            Message.objects.update(not_before=before - LONG_AGO)
    assert message.status == MessageStatus.QUARANTINED
    assert waits == [10, 300, 3600, 21600]
    assert smtp.attempts["bob@example.org"] == 5


def test_a_lost_answer_leaves_the_message_in_doubt_and_is_not_repeated(smtp):
    smtp.plan = lambda number: "lost_reply"
    message = queue()
    assert sender.send(message.pk) == MessageStatus.IN_DOUBT
    Message.objects.update(lease_until=timezone.now() - LONG_AGO)
    assert sender.reconcile()["sent_again"] == 0
    assert sender.send(message.pk) is None
    assert smtp.copies()[message.message_id] == 1


def test_a_silent_server_frees_the_worker_and_costs_no_attempt(smtp, settings):
    settings.EMAIL_TIMEOUT = 1
    smtp.plan = lambda number: "silent_greeting"
    message = queue()
    start = timezone.now()
    assert sender.send(message.pk) == MessageStatus.PENDING
    assert timezone.now() - start < timedelta(seconds=3)
    message.refresh_from_db()
    assert message.attempts == 0
    assert message.not_before - start > timedelta(seconds=55)


def test_no_server_at_all_is_not_the_message_s_fault(settings):
    settings.EMAIL_BACKEND = "phare_platform.outbox.smtp.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    message = queue()
    for _ in range(8):
        assert sender.send(message.pk) == MessageStatus.PENDING
        Message.objects.update(not_before=None)
    message.refresh_from_db()
    assert message.attempts == 0
