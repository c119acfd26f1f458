"""Months of simulated time: every introduction ends, nobody is reminded twice or for nothing."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from partnerships.conversations.services import post_message
from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.services import (
    accept_introduction,
    answer_suggestion,
    decline_introduction,
    expire_introductions,
)
from partnerships.organisations.models import Organisation
from partnerships.reminders.models import Reminder
from phare_platform.lib.errors import Refusal
from phare_platform.lib.working_days import is_working_day
from phare_platform.outbox.models import Message

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 4, 1, 5, 5, tzinfo=UTC)  # Easter, three May holidays and Whitsun ahead
DAYS = 75


def deed(dice, one, other, *, at):
    """Something that somebody may do on this day; refusals are part of life."""
    waiting = list(Introduction.objects.filter(state="open").order_by("pk"))
    introduction = dice.choice(waiting) if waiting else None
    sides = (introduction.first, introduction.second) if introduction else (one, other)
    side = dice.choice(sides)
    kind = dice.choice(["answer"] * 4 + ["accept", "accept", "decline", "write", "write"])
    try:
        if kind == "answer":
            wish = dice.choice([AnswerKind.INTERESTED] * 4 + [AnswerKind.LATER])
            answer_suggestion(one, other=other, kind=wish, by=None, at=at)
        elif introduction and kind == "accept":
            accept_introduction(introduction, organisation=side, by=None, at=at)
        elif introduction and kind == "decline":
            reason = dice.choice(DeclineReason.values)
            decline_introduction(introduction, organisation=side, reason=reason, by=None, at=at)
        elif introduction:
            post_message(introduction, organisation=side, text="Bonjour", by=None, at=at)
    except Refusal:
        return


@pytest.mark.parametrize("seed", range(3))
def test_every_introduction_ends_and_nobody_is_reminded_twice(
    crowd, policy, listed, make_person, daily, seed
):
    dice = random.Random(seed)
    some = crowd[:6]
    for number, organisation in enumerate(some):
        listed(organisation, *[other for other in some if other != organisation])
        make_person(f"p{number}@voisine.example", organisation=organisation)
    Organisation.objects.update(created_at=BEGIN, confirmed_at=BEGIN)
    at = BEGIN
    for day in range(DAYS):
        at = BEGIN + timedelta(days=day)
        expire_introductions(now=at)
        daily(at + timedelta(hours=1))
        if day < DAYS - 11:
            for number in range(4):
                deed(dice, *dice.sample(some, 2), at=at + timedelta(hours=2 + number))
        late = Introduction.objects.filter(state="open", expires_at__lte=at)
        assert not late.exists()
    assert Introduction.objects.count() > 10
    assert not Introduction.objects.filter(state="open").exists()
    ends = set(Introduction.objects.values_list("state", flat=True))
    assert {"accepted", "declined"} <= ends <= {"accepted", "declined", "expired"}
    reminders = Reminder.objects.filter(step="introduction_unanswered")
    mails = Message.objects.filter(campaign="reminder:introduction_unanswered")
    sent = reminders.filter(sent_at__isnull=False)
    assert 0 < mails.count() == sent.count()
    assert not reminders.filter(state__in=["open", "sent"]).exists()
    for reminder in sent:
        introduction = Introduction.objects.get(pk=reminder.target)
        assert is_working_day(reminder.sent_at.date())
        assert 3 <= (reminder.sent_at - introduction.opened_at).days + 1 < 10
        ours = reminder.organisation_id == introduction.first_id
        accepted = introduction.first_accepted_at if ours else introduction.second_accepted_at
        assert accepted is None or accepted > reminder.sent_at
        assert introduction.answered_at > reminder.sent_at
    declined = SuggestionAnswer.objects.filter(kind="declined")
    for answer in declined:  # apart for good
        pair = sorted((answer.organisation_id, answer.other_id))
        after = Introduction.objects.filter(
            first=pair[0], second=pair[1], opened_at__gt=answer.answered_at
        )
        assert not after.exists()
