"""Pause, resume, close, reopen: one state after another, never two at once."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from partnerships.organisations.enums import Status
from partnerships.organisations.services import (
    close_organisation,
    create_organisation,
    pause_organisation,
    reopen_organisation,
    resume_organisation,
    wake_organisations,
)
from partnerships.organisations.tasks import wake_organisations_now
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace


def in_days(count):
    return timezone.localdate() + timedelta(days=count)


def test_a_pause_ends_by_itself_on_its_day(ateliers, alice):
    pause_organisation(ateliers, by=alice, until=in_days(3))
    assert ateliers.status == Status.PAUSED
    assert wake_organisations(on=in_days(2)) == 0
    assert wake_organisations(on=in_days(3)) == 1
    ateliers.refresh_from_db()
    assert (ateliers.status, ateliers.paused_until) == (Status.ACTIVE, None)
    assert Trace.objects.get(deed="organisations.resume_organisation").actor is None


def test_a_pause_without_a_day_lasts_until_it_is_ended(ateliers, alice):
    pause_organisation(ateliers, by=alice)
    assert wake_organisations(on=date(2100, 1, 1)) == 0
    resume_organisation(ateliers, by=alice)
    assert ateliers.status == Status.ACTIVE


def test_the_morning_task_wakes_those_whose_day_has_come(ateliers, alice, time_machine):
    pause_organisation(ateliers, by=alice, until=in_days(1))
    assert wake_organisations_now() == 0
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert wake_organisations_now() == 1


@pytest.mark.parametrize("days", [0, -1, 400])
def test_a_pause_ends_within_the_year(ateliers, alice, days):
    with pytest.raises(Refusal) as refusal:
        pause_organisation(ateliers, by=alice, until=in_days(days))
    assert refusal.value.code == "pause_range"


def test_each_change_tells_the_matching_and_leaves_a_trace(ateliers, alice):
    pause_organisation(ateliers, by=alice)
    resume_organisation(ateliers, by=alice)
    close_organisation(ateliers, by=alice)
    reopen_organisation(ateliers, by=alice)
    assert Trace.objects.count() == 4
    assert Job.objects.get().kwargs == {"together": [ateliers.pk]}


@pytest.mark.parametrize(
    ("before", "deed"),
    [
        (Status.PAUSED, pause_organisation),
        (Status.CLOSED, pause_organisation),
        (Status.ACTIVE, resume_organisation),
        (Status.CLOSED, resume_organisation),
        (Status.CLOSED, close_organisation),
        (Status.ACTIVE, reopen_organisation),
        (Status.PAUSED, reopen_organisation),
    ],
)
def test_a_deed_that_came_too_late_is_told(ateliers, alice, before, deed):
    ateliers.status = before
    ateliers.save()
    with pytest.raises(Conflict) as conflict:
        deed(ateliers, by=alice)
    assert conflict.value.code == "organisation_state"
    ateliers.refresh_from_db()
    assert ateliers.status == before


def test_reopening_gives_way_to_the_one_that_took_the_name(nina, alice, poitiers):
    first = create_organisation("Les Jardins", type="association", home=poitiers, by=alice)
    close_organisation(first, by=alice)
    create_organisation("Les Jardins", type="association", home=poitiers, by=nina)
    with pytest.raises(Conflict) as conflict:
        reopen_organisation(first, by=alice)
    assert conflict.value.code == "organisation_name_once"
