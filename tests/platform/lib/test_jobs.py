"""Jobs: asked for in a transaction, kept once, handed out after the commit, never lost."""

import pytest
from celery import current_app, shared_task
from django.db import connections, transaction
from kombu.exceptions import OperationalError

from phare_platform.lib.jobs import hand_out_jobs, later, run_waiting_jobs
from phare_platform.lib.models import Job

RUNS = []
pytestmark = pytest.mark.django_db


@shared_task(name="tests.note_run")
def note_run(**kwargs):
    RUNS.append(kwargs)


@pytest.fixture(autouse=True)
def _no_runs():
    RUNS.clear()


@pytest.fixture
def published(monkeypatch):
    sent = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, **options: sent.append((name, options))
    )
    return sent


@pytest.mark.django_db(transaction=True)
def test_a_job_vanishes_with_its_transaction(published):
    with transaction.atomic():
        later("tests.note_run", pk=1)
        transaction.set_rollback(True)
    assert hand_out_jobs() == 0
    assert published == []


def test_the_same_deed_waits_once_and_another_waits_beside_it():
    for _ in range(3):
        later("tests.note_run", pk=1)
    later("tests.note_run", pk=2)
    later("tests.note_run")
    assert Job.objects.count() == 3


def test_a_waiting_job_is_published_once(published):
    later("tests.note_run", pk=1)
    assert (hand_out_jobs(), hand_out_jobs()) == (1, 0)
    assert published == [("tests.note_run", {"kwargs": {"pk": 1}, "retry": False})]


def test_jobs_that_may_go_together_are_published_as_one(published):
    for pk in (3, 1, 3, 2):
        later("tests.note_run", together=[pk])
    later("tests.note_run", pk=1)
    later("tests.other", together=[9])
    assert hand_out_jobs() == 5
    assert [(task, options["kwargs"]) for task, options in published] == [
        ("tests.note_run", {"together": [3, 1, 2]}),
        ("tests.note_run", {"pk": 1}),
        ("tests.other", {"together": [9]}),
    ]


def test_when_the_broker_is_away_the_job_stays(monkeypatch):
    def absent(*_, **__):
        raise OperationalError

    later("tests.note_run", pk=1)
    monkeypatch.setattr(current_app, "send_task", absent)
    with pytest.raises(OperationalError):
        hand_out_jobs()
    assert Job.objects.count() == 1


def test_asking_touches_no_broker(monkeypatch):
    monkeypatch.setattr(current_app, "send_task", None)
    later("tests.note_run", pk=1)


def test_waiting_jobs_run_here_in_order_and_may_ask_for_more():
    later("tests.note_run", pk=1)
    later("tests.note_run", pk=2)
    assert run_waiting_jobs() == 2
    assert RUNS == [{"pk": 1}, {"pk": 2}]


@pytest.mark.django_db(transaction=True)
def test_two_hands_never_give_out_the_same_job(published):
    later("tests.note_run", pk=1)
    with transaction.atomic():
        list(Job.objects.select_for_update())
        other = connections.create_connection("default")
        try:
            with other.cursor() as cursor:
                cursor.execute("SELECT id FROM lib_job FOR UPDATE SKIP LOCKED")
                assert cursor.fetchall() == []
        finally:
            other.close()
    assert hand_out_jobs() == 1
