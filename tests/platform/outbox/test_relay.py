"""The relay: a window, security first, nothing handed out twice at once; and what reconciles."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from kombu.exceptions import OperationalError

from phare_platform.outbox import sender, services
from phare_platform.outbox.enums import MessageKind, MessageStatus
from phare_platform.outbox.models import Message, Unsubscription
from tests.platform.outbox.conftest import queue

pytestmark = pytest.mark.django_db
AGO = timezone.now() - timedelta(days=2)


@pytest.fixture
def handed_out(monkeypatch):
    """The ids that the relay gives to the broker."""
    pks = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, *, kwargs, retry: pks.append(kwargs["pk"])
    )
    return pks


def test_a_message_is_handed_out_once_until_its_loan_runs_out(handed_out):
    message = queue()
    assert (sender.relay(), sender.relay()) == (1, 0)
    Message.objects.update(queued_until=AGO)
    sender.relay()
    assert handed_out == [message.pk] * 2


def test_a_long_digest_fills_the_window_and_security_passes_it(handed_out):
    for number in range(sender.WINDOW + 5):
        queue(f"digest:{number}")
    assert sender.relay() == sender.WINDOW
    code = queue("code", kind=MessageKind.SECURITY)
    assert sender.relay() == 1
    assert handed_out[-1] == code.pk


def test_a_message_whose_hour_has_not_come_stays(handed_out):
    queue(not_before=timezone.now() + timedelta(hours=1))
    assert sender.relay() == 0


def test_an_absent_broker_loses_nothing(monkeypatch):
    def absent(*_, **__):
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", absent)
    queue()
    sender.relay()
    Message.objects.update(queued_until=AGO)
    assert sender.send_all_due() == 1


def test_who_unsubscribes_while_mail_waits_gets_none_of_it():
    message = queue(to="Bob@Example.org")
    security = queue("code", kind=MessageKind.SECURITY, to="bob@example.org")
    services.unsubscribe("bob@example.org", kind=MessageKind.DIGEST)
    assert sender.send_all_due() == 1
    message.refresh_from_db()
    security.refresh_from_db()
    assert (message.status, security.status) == (MessageStatus.CANCELLED, MessageStatus.SENT)


def test_unsubscribing_is_for_one_kind_and_one_address():
    services.unsubscribe("bob@example.org", kind=MessageKind.INTRODUCTION)
    services.unsubscribe("zoe@example.org", kind=MessageKind.DIGEST)
    queue(to="bob@example.org")
    assert sender.send_all_due() == 1


def abandon(message, *, kind, attempts=1, since=AGO):
    """As if its sender had been killed."""
    Message.objects.filter(pk=message.pk).update(
        status=MessageStatus.SENDING, kind=kind, attempts=attempts, lease_until=since
    )


@pytest.mark.parametrize(
    ("kind", "attempts", "status"),
    [
        (MessageKind.DIGEST, 1, MessageStatus.IN_DOUBT),
        (MessageKind.INTRODUCTION, 1, MessageStatus.IN_DOUBT),
        (MessageKind.SECURITY, 1, MessageStatus.PENDING),
        (MessageKind.SECURITY, 5, MessageStatus.QUARANTINED),
    ],
)
def test_only_security_is_sent_again_when_in_doubt(kind, attempts, status):
    message = queue()
    abandon(message, kind=kind, attempts=attempts)
    sender.reconcile()
    message.refresh_from_db()
    assert message.status == status
    assert message.message_id == Message.objects.get().message_id


def test_doubt_lasts_an_hour_before_security_is_sent_again():
    message = queue()
    abandon(message, kind=MessageKind.SECURITY, since=timezone.now() - timedelta(minutes=30))
    sender.reconcile()
    message.refresh_from_db()
    assert message.status == MessageStatus.IN_DOUBT


def test_a_sender_still_at_work_is_left_alone():
    message = queue()
    abandon(message, kind=MessageKind.DIGEST, since=timezone.now() + timedelta(seconds=30))
    assert sender.reconcile() == {"in_doubt": 0, "sent_again": 0, "quarantined": 0}


def test_a_sender_that_was_given_up_still_tells_the_truth():
    message = sender.claim(queue().pk)
    Message.objects.update(lease_until=AGO)
    sender.reconcile()
    verdict, words = sender.deliver(message)
    assert sender.close(message, verdict, words) == MessageStatus.SENT


def test_a_sender_whose_message_was_taken_over_closes_nothing():
    first = sender.claim(queue().pk)
    Message.objects.update(status=MessageStatus.PENDING, lease_until=None)
    second = sender.claim(first.pk)
    assert sender.close(first, *sender.deliver(first)) is None
    assert sender.close(second, *sender.deliver(second)) == MessageStatus.SENT


def test_an_address_that_no_header_can_hold_fails_and_kills_nobody():
    message = queue()
    Message.objects.update(subject="two\nlines")
    assert sender.send(message.pk) == MessageStatus.FAILED


def test_after_a_restore_nothing_leaves_until_somebody_has_looked():
    for number, status in enumerate(["pending", "sending", "in_doubt", "failed"]):
        pk = queue(f"m{number}").pk
        Message.objects.filter(pk=pk).update(status=status)
    assert services.hold_unfinished() == 3
    assert sender.send_all_due() == 0
    assert services.send_again(Message.objects.all()) == 4
    assert sender.send_all_due() == 4


def test_sending_again_leaves_sent_mail_alone():
    sender.send(queue().pk)
    assert services.send_again(Message.objects.all()) == 0


def test_words_are_forgotten_after_a_month_and_rows_after_a_year():
    old, ancient, new, stuck = (queue(key) for key in ("old", "ancient", "new", "stuck"))
    Message.objects.exclude(pk=stuck.pk).update(status="cancelled")
    Message.objects.filter(pk=stuck.pk).update(status="failed")
    month, year = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=366)
    Message.objects.filter(pk__in=[old.pk, stuck.pk]).update(created_at=month)
    Message.objects.filter(pk=ancient.pk).update(created_at=year)
    services.forget_old_messages()
    assert set(Message.objects.values_list("dedupe_key", flat=True)) == {"old", "new", "stuck"}
    assert Message.objects.get(pk=old.pk).text == ""
    assert Message.objects.get(pk=new.pk).text
    assert Message.objects.get(pk=stuck.pk).text


def test_nobody_unsubscribes_from_security():
    with pytest.raises(ValueError, match="security"):
        services.unsubscribe("bob@example.org", kind=MessageKind.SECURITY)
    assert not Unsubscription.objects.exists()
