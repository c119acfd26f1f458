"""The trials of `make chaos-mail` in small: the same functions, the same servers, fewer of all."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from phare_platform.outbox import sender
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message
from phare_platform.outbox.services import unsubscribe_url
from tests.chaos import broker, clock, kills, readers, server
from tests.chaos.world import World
from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db(transaction=True)
SHORTER = {"lease": 3, "lent": 4}
REMEMBERS = {"OUTBOX_RELAY_REMEMBERS": "3600"}


def failed(figures):
    assert figures
    return [figure for figure in figures if not figure.passed]


@pytest.fixture
def world():
    with World() as world:
        yield world


@pytest.fixture
def remembering():
    with World(**REMEMBERS) as world:
        yield world


def test_senders_killed_at_every_step_and_by_whole_trees(world):
    found = kills.killed(world, mails=60, kills=20, trees=3, chance=0.15, **SHORTER)
    assert not failed(found)


def test_with_a_server_that_recognises_copies_nothing_stays_in_doubt(remembering):
    assert not failed(
        kills.killed_with_memory(remembering, mails=40, kills=12, trees=2, chance=0.1, **SHORTER)
    )


@pytest.mark.parametrize("control", [kills.control_early, kills.control_late])
def test_tasks_without_an_outbox_do_lose_or_double(world, control):
    assert not failed(control(world, mails=40, chance=0.25))


def test_a_message_that_kills_is_set_aside_and_the_rest_leaves(remembering):
    assert not failed(kills.poison(remembering, mails=30))


def test_a_server_in_bad_moods(world):
    assert not failed(server.moods(world, mails=100))


def test_a_broker_emptied_thrice(world):
    assert not failed(broker.emptied(world, times=3, mails=30, lent=3))


def test_pages_and_writes_while_the_broker_is_away(world):
    # The 50 ms of the bar need a quiet machine.
    assert not failed(broker.away(world, writes=40, slower=5, lent=3))


def test_three_beats_have_one_effect(world):
    assert not failed(clock.beats(world, slots=5, seconds=2))


def test_the_days_of_23_and_of_25_hours():
    assert not failed(clock.calendar(SimpleNamespace()))


def test_a_scanner_that_opens_every_link_changes_nothing():
    for kind in (MessageKind.DIGEST, MessageKind.INTRODUCTION):
        message = queue(f"{kind}", kind=kind)
        link = unsubscribe_url(message.to, kind)
        headers = {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        Message.objects.filter(pk=message.pk).update(text=f"Stop: {link}\n", headers=headers)
    assert not failed(readers.open_every_link())


def test_who_left_by_one_post_gets_no_more(world):
    assert not failed(readers.unsubscribed(world, people=20))


@pytest.mark.parametrize("hours", [-2, 2])
def test_a_worker_whose_clock_is_wrong_does_no_harm(smtp, hours):
    """What libfaketime does to a whole process in the long run, on the machines that have it."""
    now = timezone.now()
    due, later = queue("due"), queue("later", not_before=now + timedelta(hours=1))
    taken = sender.claim(queue("taken by another").pk)
    with time_machine.travel(now + timedelta(hours=hours)):
        sender.reconcile()
        assert sender.send(due.pk) == MessageStatus.SENT
        assert sender.send(due.pk) is None
        assert sender.send(later.pk) is None
        assert sender.send(taken.pk) is None
    due.refresh_from_db()
    taken.refresh_from_db()
    assert abs((due.sent_at - now).total_seconds()) < 60
    assert taken.status == MessageStatus.SENDING
    assert list(smtp.copies().values()) == [1]
