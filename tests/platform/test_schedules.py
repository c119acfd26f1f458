"""The timetable: created once, in UTC, never overwriting what the team changed."""

import pytest
from django.core.management import call_command
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from phare_platform.schedules import ENTRIES, ensure_schedules

pytestmark = pytest.mark.django_db


def test_each_entry_is_created_once():
    assert ensure_schedules() == len(ENTRIES)
    assert ensure_schedules() == 0
    assert PeriodicTask.objects.get(task="outbox.relay").interval.every == 5
    digest = PeriodicTask.objects.get(task="partnerships.matching.send_digests").crontab
    assert (digest.day_of_week, digest.hour, digest.minute) == ("tue,wed,thu", "4", "0")
    assert str(digest.timezone) == "UTC"


def test_what_the_team_changed_stays():
    ensure_schedules()
    slow = IntervalSchedule.objects.create(every=1, period=IntervalSchedule.HOURS)
    PeriodicTask.objects.filter(task="outbox.relay").update(interval=slow, enabled=False)
    ensure_schedules()
    entry = PeriodicTask.objects.get(task="outbox.relay")
    assert (entry.interval, entry.enabled) == (slow, False)


def test_a_new_release_adds_only_what_is_new():
    ensure_schedules()
    PeriodicTask.objects.filter(task="lib.forget_old_keys").delete()
    call_command("ensure_schedules", verbosity=0)
    assert PeriodicTask.objects.filter(task="lib.forget_old_keys").count() == 1
