"""Each member's own rhythm, number, mornings, pause and budget."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Digest, Introduction, ToldSuggestion
from partnerships.matching.services import answer_suggestion, send_digests
from partnerships.organisations.models import Membership, Organisation
from partnerships.organisations.services import (
    change_role,
    close_organisation,
    leave_organisation,
    pause_digests,
    pause_organisation,
    remove_member,
)
from phare_platform.lib.working_days import is_working_day
from phare_platform.outbox.budget import budget_of, people_near_budget
from phare_platform.outbox.enums import MessageKind
from phare_platform.outbox.models import Message
from phare_platform.outbox.sender import send_all_due
from phare_platform.outbox.services import queue_message, unsubscribe
from territories.places.models import Place
from tests.partnerships.matching.cast import tell

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 11, 24, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
SUBJECT = "account/email/base_message.txt"


@pytest.fixture(autouse=True)
def _on_that_tuesday():
    with time_machine.travel(TUESDAY, tick=False):
        yield


@pytest.fixture
def member(ateliers, make_person):
    """A member of ateliers with choices of their own."""

    def make(name, **choices):
        person = make_person(f"{name}@ateliers.example", organisation=ateliers, role="editor")
        Membership.objects.filter(user=person).update(**choices)
        return person

    return make


def told_to(person):
    return Message.objects.filter(recipient=person, kind="digest").order_by("pk")


def names_in(message, others):
    return [other.name for other in others if other.name in message.text]


def test_each_member_is_told_at_their_own_rhythm(ateliers, member, crowd, listed):
    listed(ateliers, *crowd)
    Membership.objects.filter(organisation=ateliers).delete()
    people = {
        rhythm: member(rhythm or "usual", digest_rhythm=rhythm, digest_most=1)
        for rhythm in ["", "weekly", "fortnight", "monthly", "mutual", "never"]
    }
    for week in range(8):
        send_digests(now=TUESDAY + week * WEEK)
    counts = {rhythm: told_to(person).count() for rhythm, person in people.items()}
    assert counts == {"": 8, "weekly": 8, "fortnight": 4, "monthly": 3, "mutual": 0, "never": 0}
    weekly, monthly = told_to(people["weekly"]), told_to(people["monthly"])
    assert {message.dedupe_key[-8:] for message in monthly} <= {
        message.dedupe_key[-8:] for message in weekly
    }


def test_everyone_reads_the_first_of_the_same_suggestions(ateliers, member, crowd, listed):
    listed(ateliers, *crowd)
    few, many = member("few", digest_most=1), member("many", digest_most=5)
    send_digests(now=TUESDAY)
    assert names_in(told_to(few).get(), crowd) == ["Voisine 00"]
    assert names_in(told_to(many).get(), crowd) == [f"Voisine 0{n}" for n in range(5)]
    assert told_to(few).get().subject == "Voisine 00 agit là où vous cherchez de l’aide"
    assert "4" in told_to(many).get().subject
    send_digests(now=TUESDAY + WEEK)
    assert names_in(told_to(few).last(), crowd) == ["Voisine 05"]


def test_the_database_lets_nobody_be_told_twice(ateliers, mobilites):
    tell(ateliers, mobilites, slot="2026-W47")
    tell(mobilites, ateliers, slot="2026-W47")
    with pytest.raises(IntegrityError), transaction.atomic():
        tell(ateliers, mobilites, slot="2026-W48")
    with pytest.raises(IntegrityError), transaction.atomic():
        Digest.objects.create(organisation=ateliers, slot="2026-W49", told_count=0)


@pytest.mark.parametrize("why", ["answered", "declined", "introduced once", "later"])
def test_what_is_not_told(pair, why):
    ateliers, mobilites = pair
    if why == "answered":
        answer_suggestion(ateliers, other=mobilites, kind=AnswerKind.INTERESTED, by=None)
    elif why == "declined":
        answer_suggestion(mobilites, other=ateliers, kind=AnswerKind.DECLINED, by=None)
    elif why == "later":
        answer_suggestion(ateliers, other=mobilites, kind=AnswerKind.LATER, by=None)
    else:
        Introduction.objects.create(
            first=min(pair, key=lambda one: one.pk), second=max(pair, key=lambda one: one.pk),
            state="expired", expires_at=TUESDAY, answered_at=TUESDAY,
        )  # fmt: skip
    send_digests(now=TUESDAY)
    assert not ToldSuggestion.objects.filter(organisation=ateliers).exists()
    if why == "later":  # said on the page, and never told by mail: after the month it may be
        send_digests(now=TUESDAY + 5 * WEEK)
        assert ToldSuggestion.objects.filter(organisation=ateliers).count() == 1


def test_that_one_side_was_told_does_not_keep_the_other_from_learning(pair):
    ateliers, mobilites = pair
    tell(ateliers, mobilites, slot="2026-W40")
    send_digests(now=TUESDAY)
    assert not told_to(ateliers.memberships.get().user).exists()
    assert told_to(mobilites.memberships.get().user).exists()


@pytest.mark.parametrize("code", ["86", "974", "986", "987", "988"])
def test_it_leaves_in_the_morning_where_the_reader_lives(pair, places, alice, code):
    zones = {"86": "Europe/Paris", "974": "Indian/Reunion", "986": "Pacific/Wallis",
             "987": "Pacific/Tahiti", "988": "Pacific/Noumea"}  # fmt: skip
    Place.objects.filter(pk=places["vienne"].pk).update(code=code)
    Place.objects.filter(pk=places["poitiers"].pk).update(parent=places["vienne"])
    send_digests(now=TUESDAY)
    message = told_to(alice).get()
    there = message.not_before.astimezone(ZoneInfo(zones[code]))
    assert 8 <= there.hour < 10
    assert is_working_day(there.date())
    assert message.not_before - TUESDAY < timedelta(days=1)
    assert (message.territory, message.campaign) == (code, "digest:2026-W48")


def test_a_person_may_live_elsewhere(pair, alice):
    alice.time_zone = "Indian/Reunion"
    alice.save()
    send_digests(now=TUESDAY)
    assert told_to(alice).get().not_before == TUESDAY  # eight o'clock there


def test_no_minute_holds_more_than_the_provider_takes(
    crowd, ateliers, listed, make_person, settings
):
    settings.MAIL_PER_MINUTE = 3
    for number, other in enumerate(crowd):
        make_person(f"p{number}@voisine.example", organisation=other)
        listed(other, ateliers)
    for _ in range(2):
        send_digests(now=TUESDAY, limit=4)
        after = send_digests(now=TUESDAY, limit=4).next_after
        send_digests(now=TUESDAY, limit=4, after=after or 0)
    minutes = list(Message.objects.order_by("not_before").values_list("not_before", flat=True))
    assert len(minutes) == 10
    assert [(minute - minutes[0]).seconds // 60 for minute in minutes] == [
        0, 0, 0, 1, 1, 1, 2, 2, 2, 3,
    ]  # fmt: skip


def test_who_has_unsubscribed_is_not_written_to_and_uses_nothing_up(pair, alice):
    ateliers, _mobilites = pair
    unsubscribe(alice.email, kind=MessageKind.DIGEST)
    send_digests(now=TUESDAY)
    assert not told_to(alice).exists()
    assert not ToldSuggestion.objects.filter(organisation=ateliers).exists()


def test_whoever_unsubscribes_before_the_morning_receives_nothing(pair, alice, mailoutbox):
    send_digests(now=TUESDAY)
    unsubscribe(alice.email, kind=MessageKind.DIGEST)
    Message.objects.update(not_before=None)
    send_all_due()
    assert told_to(alice).get().status == "cancelled"
    assert alice.email not in {mail.to[0] for mail in mailoutbox}


def test_a_pause_withdraws_what_waits_and_ends_by_itself(ateliers, alice, crowd, listed):
    listed(ateliers, *crowd)
    send_digests(now=TUESDAY)
    pause_digests(Membership.objects.get(user=alice), until=date(2026, 12, 8))
    assert told_to(alice).get().status == "cancelled"
    send_digests(now=TUESDAY + WEEK)
    assert told_to(alice).count() == 1
    send_digests(now=TUESDAY + 2 * WEEK)
    assert told_to(alice).count() == 2


@pytest.mark.parametrize("deed", ["remove", "leave", "reader", "pause", "close"])
def test_who_answers_no_more_is_not_told_in_the_morning(
    ateliers, alice, member, crowd, listed, deed
):
    listed(ateliers, *crowd)
    colleague = member("zoe")
    send_digests(now=TUESDAY)
    membership = Membership.objects.get(user=colleague)
    if deed == "remove":
        remove_member(membership, by=alice)
    elif deed == "leave":
        leave_organisation(ateliers, by=colleague)
    elif deed == "reader":
        change_role(membership, role="reader", by=alice)
    else:
        {"pause": pause_organisation, "close": close_organisation}[deed](ateliers, by=alice)
    assert told_to(colleague).get().status == "cancelled"
    others = "cancelled" if deed in ("pause", "close") else "pending"
    assert told_to(alice).get().status == others


def test_the_yearly_budget_stops_digests_and_nothing_else(ateliers, alice, crowd, listed, settings):
    settings.MAIL_YEARLY_BUDGET = 2
    listed(ateliers, *crowd)
    for week in range(4):
        send_digests(now=TUESDAY + week * WEEK)
    assert told_to(alice).count() == 2
    assert budget_of(alice).left == 0
    assert list(people_near_budget()) == [alice]
    with transaction.atomic():
        words = {"template": "account/email/mail", "to": alice,
                 "context": {"body": "x", "subject_template": SUBJECT}}  # fmt: skip
        assert queue_message(key="a", kind=MessageKind.INTRODUCTION, **words)
        assert queue_message(key="b", kind=MessageKind.PARTNERSHIP, optional=True, **words) is None
    with time_machine.travel(TUESDAY + timedelta(days=366)):
        assert budget_of(alice).used == 0


def test_mutual_interest_reaches_all_but_those_who_said_never(pair, member, alice):
    ateliers, mobilites = pair
    only, never = member("only", digest_rhythm="mutual"), member("never", digest_rhythm="never")
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    told = set(Message.objects.filter(kind="introduction").values_list("to", flat=True))
    assert {alice.email, only.email} <= told
    assert never.email not in told


def test_the_number_of_queries_does_not_grow_with_the_organisations(
    crowd, ateliers, listed, make_person
):
    for number, other in enumerate(crowd):
        make_person(f"p{number}@voisine.example", organisation=other)
        listed(other, ateliers)
    counts = []
    for limit in (1, 9):
        after = 0 if limit == 1 else Organisation.objects.get(name="Voisine 00").pk
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert send_digests(now=TUESDAY, after=after, limit=limit).sent == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25
