"""Reminders: one for each thing, step and recipient; sent once; closed by what happens."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.evaluation.models import AnswerSheet, Evaluation
from partnerships.lifecycle.models import Partnership
from partnerships.lifecycle.services import add_note, end_partnership, open_partnership
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction
from partnerships.matching.services import (
    accept_introduction,
    answer_suggestion,
    decline_introduction,
    expire_introductions,
)
from partnerships.organisations.models import Declaration, Membership, Organisation
from partnerships.organisations.services import declare, pause_organisation
from partnerships.reminders.models import Reminder
from partnerships.reminders.queries import waiting_for
from partnerships.reminders.services import open_reminders, send_reminders
from partnerships.reminders.tasks import remind
from phare_platform.outbox.models import Message
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db
WEDNESDAY = datetime(2026, 12, 23, 17, tzinfo=UTC)  # Christmas and a weekend come next
THIRD = datetime(2026, 12, 29, 6, tzinfo=UTC)
STEP = "introduction_unanswered"


@pytest.fixture
def introduction(pair):
    ateliers, mobilites = pair
    answer_suggestion(ateliers, other=mobilites, kind=AnswerKind.INTERESTED, by=None, at=WEDNESDAY)
    opened = answer_suggestion(
        mobilites, other=ateliers, kind=AnswerKind.INTERESTED, by=None, at=WEDNESDAY
    )
    Organisation.objects.update(created_at=WEDNESDAY, confirmed_at=WEDNESDAY)
    Message.objects.all().delete()
    return opened.introduction


@pytest.fixture
def old(pair):
    """Nothing else is due for these two."""
    Organisation.objects.update(confirmed_at=timezone.now())


@pytest.fixture
def partnership(pair, places, bob, old):
    made = open_partnership(
        title="Navettes du matin",
        organisations=pair,
        place=places["vienne"],
        domains=[],
        by=bob,
    )
    Message.objects.all().delete()
    return made


def states(**filters):
    found = Reminder.objects.filter(**filters).order_by("organisation", "pk")
    return list(found.values_list("state", flat=True))


def test_nobody_is_reminded_of_an_organisation_that_has_left(introduction, ateliers, mobilites):
    Organisation.objects.filter(pk=mobilites.pk).update(status="closed")
    open_reminders(now=THIRD)
    assert not Reminder.objects.filter(step=STEP).exists()


def test_a_silent_side_is_reminded_once_on_the_third_working_day(introduction, ateliers, daily):
    accept_introduction(introduction, organisation=ateliers, by=None, at=WEDNESDAY)
    Message.objects.all().delete()
    for day in range(6):
        daily(WEDNESDAY + timedelta(days=day - 1))
        assert not Message.objects.exists()
    assert daily(THIRD) == 1
    mail = Message.objects.get()
    assert (mail.to, mail.campaign) == ("bob@mobilites.example", f"reminder:{STEP}")
    assert mail.subject == "Les Ateliers du Clain waits for your answer"
    assert "January 2027" in mail.text
    for hours in (1, 24, 48):
        assert daily(THIRD + timedelta(hours=hours)) == 0
    assert Message.objects.count() == 1


def test_both_silent_sides_are_reminded_in_their_languages(introduction, daily):
    daily(THIRD)
    subjects = dict(Message.objects.values_list("to", "subject"))
    assert subjects["alice@ateliers.example"] == "Mobilités Vienne Services attend votre réponse"
    assert subjects["bob@mobilites.example"] == "Les Ateliers du Clain waits for your answer"


def test_what_is_answered_closes_and_what_ends_otherwise_is_without_object(
    introduction, ateliers, mobilites, daily
):
    daily(THIRD)
    assert states() == ["sent", "sent"]
    accept_introduction(introduction, organisation=ateliers, by=None, at=THIRD)
    daily(THIRD + timedelta(hours=1))
    assert states() == ["closed", "sent"]
    expire_introductions(now=introduction.expires_at)
    daily(introduction.expires_at)
    assert states() == ["closed", "obsolete"]


def test_the_no_of_one_side_closes_its_own_and_voids_the_others(introduction, ateliers, daily):
    daily(THIRD)
    decline_introduction(introduction, organisation=ateliers, by=None, at=THIRD)
    daily(THIRD + timedelta(hours=1))
    assert states() == ["closed", "obsolete"]


def test_what_was_settled_between_due_and_sent_is_not_sent(introduction, ateliers):
    assert open_reminders(now=THIRD) == 2
    decline_introduction(introduction, organisation=ateliers, by=None, at=THIRD)
    Message.objects.all().delete()
    send_reminders(now=THIRD)
    assert not Message.objects.exists()
    assert states() == ["closed", "obsolete"]


def test_nothing_is_sent_on_a_day_without_work(introduction):
    Introduction.objects.update(opened_at=WEDNESDAY - timedelta(days=5))
    christmas = datetime(2026, 12, 25, 6, tzinfo=UTC)
    assert open_reminders(now=christmas) == 2
    assert send_reminders(now=christmas) == 0
    assert states() == ["open", "open"]


def test_a_reminder_for_nobody_is_without_object(introduction, daily):
    Membership.objects.all().delete()
    daily(THIRD)
    assert states(step=STEP) == ["obsolete", "obsolete"]


def test_an_unfinished_profile_after_three_working_days(pair, ateliers, daily):
    Declaration.objects.filter(organisation=ateliers).delete()
    Organisation.objects.update(created_at=WEDNESDAY, confirmed_at=WEDNESDAY)
    daily(THIRD - timedelta(days=1))
    assert not Reminder.objects.exists()
    daily(THIRD)
    mail = Message.objects.get()
    assert (mail.to, mail.campaign) == ("alice@ateliers.example", "reminder:profile_unfinished")
    assert f"/organisations/{ateliers.pk}/declarer/" in mail.text
    Declaration.objects.create(organisation=ateliers, domain_id=5, side="acts", level=1)
    daily(THIRD + timedelta(days=1))
    assert states() == ["closed"]


def test_a_paused_organisation_is_not_reminded_of_its_profile(pair, ateliers, alice, daily):
    Declaration.objects.filter(organisation=ateliers).delete()
    Organisation.objects.update(created_at=WEDNESDAY, confirmed_at=WEDNESDAY)
    assert open_reminders(now=THIRD) == 1
    pause_organisation(ateliers, by=alice)
    daily(THIRD)
    assert states() == ["obsolete"]
    assert not Message.objects.exists()


def test_a_profile_is_to_be_confirmed_every_six_months_once_each_time(
    pair, ateliers, mobilites, alice, daily
):
    at = datetime(2026, 6, 1, 9, tzinfo=UTC)
    Organisation.objects.update(created_at=at, confirmed_at=at)
    Organisation.objects.filter(pk=mobilites.pk).update(confirmed_at="2027-12-01T09:00Z")
    daily(at + timedelta(days=181))
    assert not Reminder.objects.exists()
    first = datetime(2026, 12, 1, 9, tzinfo=UTC)
    for days in range(3):
        daily(first + timedelta(days=days))
    assert states() == ["sent"]
    Organisation.objects.filter(pk=ateliers.pk).update(confirmed_at=first)
    daily(first + timedelta(days=4))
    assert states() == ["closed"]
    daily(first + timedelta(days=185))
    assert states() == ["closed", "sent"]
    assert Message.objects.count() == 2


def test_declaring_confirms(pair, ateliers, alice):
    Organisation.objects.update(confirmed_at=WEDNESDAY - timedelta(days=400))
    declare(ateliers, by=alice, capacity=2)
    ateliers.refresh_from_db()
    assert timezone.now() - ateliers.confirmed_at < timedelta(minutes=1)


def test_a_late_partnership_reminds_its_partners_or_who_accompanies_it(
    partnership, make_person, bob, daily
):
    now = timezone.now()
    Partnership.objects.update(stage_since=now - timedelta(days=190))
    Organisation.objects.update(created_at=now)
    open_reminders(now=now)
    assert set(Reminder.objects.values_list("organisation", flat=True)) == set(
        Organisation.objects.values_list("pk", flat=True)
    )
    fanny = make_person("fanny@phare.example", is_facilitator=True)
    Partnership.objects.update(facilitator=fanny)
    open_reminders(now=now)
    assert Reminder.objects.get(person=fanny).step == "point_due"


def test_a_word_on_the_timeline_closes_what_was_due_and_ending_voids_it(partnership, bob, daily):
    now = timezone.now()
    Organisation.objects.update(created_at=now, confirmed_at=now)
    past = now - timedelta(days=100)
    Partnership.objects.update(stage="accompany", stage_since=past, accompany_at=past)
    partnership.events.update(happened_at=past)
    open_reminders(now=now)
    assert states() == ["open", "open"]
    add_note(partnership, text="Tout va bien.", by=bob)
    daily(now)
    assert states() == ["closed", "closed"]
    partnership.events.update(happened_at=past - timedelta(days=1))
    Partnership.objects.update(stage_since=past - timedelta(days=1))
    open_reminders(now=now)
    partnership.refresh_from_db()
    end_partnership(partnership, reason="no_means", by=bob, expected_version=partnership.version)
    daily(now)
    assert states() == ["closed", "obsolete", "closed", "obsolete"]


def test_partners_that_have_not_evaluated_are_reminded_after_two_weeks(
    partnership, ateliers, mobilites, daily
):
    now = timezone.now()
    Organisation.objects.update(created_at=now, confirmed_at=now)
    Partnership.objects.update(stage="evaluate", stage_since=now, accompany_at=now, evaluate_at=now)
    asked = now - timedelta(days=13)
    evaluation = Evaluation.objects.create(partnership=partnership, opened_at=asked)
    assert open_reminders(now=now) == 0
    AnswerSheet.objects.create(evaluation=evaluation, organisation=ateliers, submitted_at=now)
    AnswerSheet.objects.create(evaluation=evaluation, organisation=mobilites)  # a draft
    assert open_reminders(now=now + timedelta(days=1)) == 1
    assert Reminder.objects.get().organisation == mobilites
    AnswerSheet.objects.update(submitted_at=now)
    daily(now + timedelta(days=1))
    assert states() == ["closed"]


def test_the_database_keeps_one_for_each_thing_step_and_recipient(introduction, daily):
    daily(THIRD)
    twin = Reminder.objects.first()
    twin.pk = None
    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        twin.save(force_insert=True)
    with pytest.raises(IntegrityError, match="reminder_of_one"), transaction.atomic():
        Reminder.objects.update(organisation=None)


def test_what_waits_is_told_at_once_when_it_is_done(introduction, ateliers, daily):
    daily(THIRD)
    (line,) = waiting_for(ateliers, now=THIRD)
    assert line.path == f"/introductions/{introduction.pk}/"
    accept_introduction(introduction, organisation=ateliers, by=None, at=THIRD)
    assert waiting_for(ateliers, now=THIRD) == []


def test_where_nothing_waits_one_query_is_asked(ateliers, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert waiting_for(ateliers, now=timezone.now()) == []


def test_the_task_closes_opens_and_sends(introduction):
    with time_machine.travel(THIRD, tick=False):
        remind()
        assert states(step=STEP) == ["sent", "sent"]
        remind()
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_three_rounds_at_once_are_one(introduction, daily):
    at_once(*[lambda: daily(THIRD)] * 3)
    assert states() == ["sent", "sent"]
    assert Message.objects.count() == 2
