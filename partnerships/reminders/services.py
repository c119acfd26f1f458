"""Reminders are opened when something waits too long, sent once, and close themselves."""

from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from partnerships.reminders import emails
from partnerships.reminders.enums import WAITING, ReminderState
from partnerships.reminders.models import Reminder
from partnerships.reminders.queries import due, lines_of, settled
from phare_platform.lib.working_days import is_working_day
from phare_platform.trace.services import leave_trace

BATCH = 100
AT_A_TIME = 1000


def open_reminders(*, now: datetime) -> int:
    """Write a reminder for everything that waits and has none yet; returns how many are new."""
    before = Reminder.objects.count()
    waiting = due(now=now)
    while some := list(islice(waiting, AT_A_TIME)):
        Reminder.objects.bulk_create(
            [
                Reminder(
                    step=one.step,
                    thing=one.thing,
                    target=one.target,
                    organisation_id=one.organisation,
                    person_id=one.person,
                    due_at=one.due_at,
                    created_at=now,
                )
                for one in some
            ],
            ignore_conflicts=True,
        )
    return Reminder.objects.count() - before


def send_reminders(*, now: datetime, limit: int = BATCH) -> int:
    """Send the next open reminders, once each; returns how many were dealt with, `limit` at most.

    What no longer waits is closed instead of sent. Nothing is sent on a day without work. Several
    at once share the reminders among them.
    """
    if not is_working_day(timezone.localdate(now)):
        return 0
    with transaction.atomic():
        found = list(
            Reminder.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(state=ReminderState.OPEN, due_at__lte=now)
            .select_related("organisation", "person")
            .order_by("pk")[:limit]
        )
        _end(found, now=now)
        for line in lines_of([r for r in found if r.state == ReminderState.OPEN]):
            if emails.send_reminder(line):
                _become(line.reminder, ReminderState.SENT, now=now)
        for reminder in found:
            if reminder.state == ReminderState.OPEN:  # nobody is left to be told
                _become(reminder, ReminderState.OBSOLETE, now=now)
    return len(found)


def close_reminders(*, now: datetime) -> int:
    """Close the reminders whose thing was done, or waits no longer; returns how many."""
    closed, last = 0, 0
    while True:
        with transaction.atomic():
            found = list(
                Reminder.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(state__in=WAITING, pk__gt=last)
                .order_by("pk")[:AT_A_TIME]
            )
            closed += _end(found, now=now)
        if not found:
            return closed
        last = found[-1].pk


def _end(reminders: list[Reminder], *, now: datetime) -> int:
    ends = settled(reminders, now=now)
    for reminder in reminders:
        if reminder.pk in ends:
            _become(reminder, ends[reminder.pk], now=now)
    return len(ends)


def _become(reminder: Reminder, state: ReminderState, *, now: datetime) -> None:
    reminder.state = state
    if state == ReminderState.SENT:
        reminder.sent_at = now
        leave_trace("reminders.send_reminders", reminder, by=None, step=reminder.step)
    else:
        reminder.closed_at = now
    reminder.save(update_fields=["state", "sent_at", "closed_at"])
