"""Months of a small world, day by day, with the real services; what must hold holds every day.

A seed and a number of weeks make a run; `PHARE_MAIL_SEEDS=200 PHARE_MAIL_WEEKS=52` makes it long.
The oracle keeps its own record of who said what and when, and reads only the messages themselves.
"""

import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.models import Q

from partnerships.matching.enums import AnswerKind, DeclineReason
from partnerships.matching.models import Digest, Introduction, ToldSuggestion
from partnerships.matching.rules.digests import slot_of
from partnerships.matching.services import (
    accept_introduction,
    answer_suggestion,
    decline_introduction,
    expire_introductions,
    send_digests,
)
from partnerships.organisations.enums import DigestRhythm
from partnerships.organisations.models import Membership
from partnerships.organisations.services import choose_notifications, pause_digests
from partnerships.organisations.services.notifying import DigestChoice
from partnerships.reminders.services import close_reminders, open_reminders, send_reminders
from phare_platform.lib.errors import Refusal
from phare_platform.lib.working_days import is_working_day
from phare_platform.outbox import sender
from phare_platform.outbox.budget import YEAR
from phare_platform.outbox.enums import OPTIONAL_KINDS, MessageKind
from phare_platform.outbox.models import Message
from phare_platform.outbox.services import resubscribe, unsubscribe

pytestmark = pytest.mark.django_db
SEEDS = int(os.environ.get("PHARE_MAIL_SEEDS", "2"))
WEEKS = int(os.environ.get("PHARE_MAIL_WEEKS", "10"))
START = datetime(2025, 1, 6, 3, tzinfo=UTC)  # past for the database, whose clock nobody moves
DAY, BUDGET, SIZE = timedelta(days=1), 14, 9
DEEDS = ["answer"] * 8 + ["introduction"] * 3 + ["choose", "pause", "unsubscribe", "resubscribe"]


class World:
    """The organisations, their people, and what the oracle knows."""

    def __init__(self, seed, organisations, mailoutbox):
        self.dice = random.Random(seed)
        self.organisations, self.mailoutbox = organisations, mailoutbox
        self.members = list(Membership.objects.select_related("user", "organisation"))
        self.refused, self.declined, self.introduced = set(), set(), set()
        self.checked = 0
        self.now = START

    def live(self, days):
        for number in range(days):
            self.now = START + number * DAY
            with time_machine.travel(self.now, tick=False):
                for _ in range(self.dice.randint(0, 4)):
                    self.do(self.dice.choice(DEEDS))
                if self.now.weekday() in (1, 2, 3):
                    send_digests(now=self.now, limit=self.dice.choice([2, 500]))
                    send_digests(now=self.now)
                self.check_written()
                if self.dice.random() < 0.3:
                    self.do("unsubscribe")  # between writing and sending
                expire_introductions(now=self.now)
                self.remind()
            self.deliver(self.now + timedelta(hours=8))

    def remind(self):
        close_reminders(now=self.now)
        open_reminders(now=self.now)
        while send_reminders(now=self.now):
            pass

    def do(self, deed):
        try:
            getattr(self, deed)()
        except Refusal:
            return  # a rule said no: nothing happened

    def answer(self):
        ours, other = self.dice.sample(self.organisations, 2)
        kind = self.dice.choice([AnswerKind.INTERESTED] * 3 + list(AnswerKind))
        # "No time" is a "later", which may come back.
        reason = self.dice.choice([one for one in DeclineReason if one != DeclineReason.NO_TIME])
        answered = answer_suggestion(ours, other=other, kind=kind, reason=reason, by=None)
        self.declined.discard((ours.pk, other.pk))
        if kind == AnswerKind.DECLINED:
            self.declined.add((ours.pk, other.pk))
        if answered.introduction:
            self.introduced.add(frozenset((ours.pk, other.pk)))

    def introduction(self):
        waiting = list(Introduction.objects.filter(state="open"))
        if waiting:
            one = self.dice.choice(waiting)
            side = self.dice.choice([one.first, one.second])
            deed = self.dice.choice(
                [accept_introduction, accept_introduction, decline_introduction]
            )
            deed(one, organisation=side, by=None)
            if deed is decline_introduction:
                self.declined.add((side.pk, ({one.first_id, one.second_id} - {side.pk}).pop()))

    def choose(self):
        one = self.dice.choice(self.members)
        one.refresh_from_db()
        kinds = [k for k in OPTIONAL_KINDS if (one.user.email, k) not in self.refused]
        rhythm = self.dice.choice(["", *DigestRhythm.values, "weekly", "weekly"])
        choice = DigestChoice(rhythm, self.dice.randint(1, 5), one.digest_paused_until)
        choose_notifications(one.user, kinds=kinds, time_zone="", digests={one.pk: choice})

    def pause(self):
        one = self.dice.choice(self.members)
        one.refresh_from_db()
        pause_digests(one, until=(self.now + self.dice.randint(1, 40) * DAY).date())

    def unsubscribe(self):
        email = self.dice.choice(self.members).user.email
        unsubscribe(email, kind=MessageKind.DIGEST)
        self.refused.add((email, MessageKind.DIGEST))

    def resubscribe(self):
        email = self.dice.choice(self.members).user.email
        resubscribe(email, kind=MessageKind.DIGEST)
        self.refused.discard((email, MessageKind.DIGEST))

    def deliver(self, moment):
        """What may leave by this moment leaves; nobody who had said no is among them."""
        before = len(self.mailoutbox)
        due = Q(not_before=None) | Q(not_before__lte=moment)
        for pk in list(Message.objects.pending().filter(due).values_list("pk", flat=True)):
            sender.send(pk)
        for mail in self.mailoutbox[before:]:
            kind = Message.objects.get(message_id=mail.extra_headers["Message-ID"]).kind
            assert (mail.to[0], kind) not in self.refused

    def check_written(self):
        """The digests written since the last look: whom they name, how many, to whom."""
        new = Message.objects.filter(campaign__startswith="digest:", pk__gt=self.checked).order_by(
            "pk"
        )
        for message in new:
            self.checked = message.pk
            _digest, ours, person, week = message.dedupe_key.split(":")
            membership = Membership.objects.get(organisation=ours, user=person)
            rhythm = membership.digest_rhythm or membership.organisation.digest_rhythm
            assert rhythm in ("weekly", "fortnight", "monthly")
            assert not (membership.digest_paused_until or START.date()) > self.now.date()
            assert (message.to, MessageKind.DIGEST) not in self.refused
            named = [one for one in self.organisations if f"* {one.name}\n" in message.text]
            assert 1 <= len(named) <= membership.digest_most
            assert week == slot_of(DigestRhythm.WEEKLY, self.now.date())
            assert is_working_day(message.not_before.date())
            used = Message.objects.filter(
                recipient=person, pk__lt=message.pk, created_at__gt=self.now - YEAR
            ).exclude(status="cancelled")
            assert used.count() < BUDGET
            for other in named:
                assert (int(ours), other.pk) not in self.declined
                assert (other.pk, int(ours)) not in self.declined
                assert frozenset((int(ours), other.pk)) not in self.introduced


@pytest.fixture
def world(make_organisation, make_person, listed, mailoutbox, settings, request):
    settings.MAIL_YEARLY_BUDGET = BUDGET
    dice = random.Random(request.param)
    organisations = [
        make_organisation(f"Maison {chr(65 + n)}.", acts={11: 2}, seeks={5: 1}) for n in range(SIZE)
    ]
    for number, one in enumerate(organisations):
        others = [other for other in organisations if other != one]
        listed(one, *dice.sample(others, len(others)))
        for person in range(dice.randint(1, 2)):
            make_person(f"p{number}-{person}@maison.example", organisation=one)
    return World(request.param, organisations, mailoutbox)


@pytest.mark.parametrize("world", range(SEEDS), indirect=True)
def test_nothing_is_said_twice_and_everything_comes_to_an_end(world):
    world.live(7 * WEEKS)
    with time_machine.travel(world.now + 30 * DAY, tick=False):
        while expire_introductions(now=world.now + 30 * DAY):
            pass
    assert Digest.objects.count() > SIZE, "the world was not silent"
    said = Counter()
    for message in Message.objects.filter(campaign__startswith="digest:"):
        _digest, ours, person, _week = message.dedupe_key.split(":")
        for other in world.organisations:
            said[ours, person, other.name] += f"* {other.name}\n" in message.text
    assert said.most_common(1)[0][1] == 1
    told = ToldSuggestion.objects.values_list("organisation", "other")
    assert len(told) == len(set(told))
    weeks = Digest.objects.values_list("organisation", "slot")
    assert len(weeks) == len(set(weeks))
    assert set(Introduction.objects.values_list("state", flat=True)) <= {
        "accepted", "declined", "expired",
    }  # fmt: skip
    assert not Message.objects.filter(status__in=["failed", "in_doubt", "quarantined"]).exists()
