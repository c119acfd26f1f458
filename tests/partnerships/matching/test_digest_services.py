"""Digests: a few new suggestions, once a week or a month, never twice, never empty."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import resolve

from partnerships.matching import tasks
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Digest, Introduction, SuggestionAnswer
from partnerships.matching.services import answer_suggestion, send_digest, send_digests
from phare_platform.lib import jobs
from phare_platform.lib.models import Job
from phare_platform.outbox.models import Message
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)  # Friday of week 47
WEEK = timedelta(days=7)


def partners_told(organisation):
    return [
        list(digest.told.order_by("rank").values_list("other", flat=True))
        for digest in Digest.objects.filter(organisation=organisation).order_by("pk")
    ]


def test_owners_and_editors_are_told_in_their_own_language(pair, rita, make_person):
    ateliers, mobilites = pair
    make_person("emma@ateliers.example", organisation=ateliers, role="editor", language="en")
    assert send_digests(now=NOW).sent == 2
    messages = {message.to: message for message in Message.objects.all()}
    assert set(messages) == {
        "alice@ateliers.example",
        "emma@ateliers.example",
        "bob@mobilites.example",
    }
    french, english = messages["alice@ateliers.example"], messages["emma@ateliers.example"]
    assert french.subject == "Mobilités Vienne Services agit là où vous cherchez de l’aide"
    assert english.subject == "Mobilités Vienne Services acts where you look for help"
    assert "Vous cherchez de l’aide sur la mobilité" in french.text
    assert "Vous cherchez de l’aide sur" in french.html
    assert "You look for help on mobility" in english.text
    assert french.kind == "digest"
    digest = Digest.objects.get(organisation=ateliers)
    assert (digest.slot, digest.told_count) == ("2026-W47", 1)
    assert partners_told(ateliers) == [[mobilites.pk]]


def test_a_digest_carries_the_one_click_way_out(pair):
    send_digests(now=NOW)
    for message in Message.objects.all():
        assert message.headers["List-Unsubscribe"].startswith("<http")
        assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_its_links_answer_in_the_readers_name(client, pair, alice):
    send_digests(now=NOW)
    text = Message.objects.get(to=alice.email).text
    links = [line for line in text.splitlines() if "/suggestions/lien/" in line]
    assert len(links) == 3
    for link, kind in zip(links, ("interested", "later", "declined"), strict=True):
        path = "/" + link.split("/", 3)[3]
        assert resolve(path).view_name == "partnerships:suggestion_link"
        client.post(path, {})
        answer = SuggestionAnswer.objects.get()
        assert (answer.kind, answer.answered_by) == (kind, alice)
    message = Message.objects.get(to=alice.email)
    assert message.answered_at is not None
    assert Message.objects.filter(answered_at=None).exclude(pk=message.pk).exists()


def test_at_most_three_and_never_the_same_twice(ateliers, alice, crowd, listed):
    listed(ateliers, *crowd[:8])
    for week in range(4):
        send_digests(now=NOW + week * WEEK)
    ids = [other.pk for other in crowd[:8]]
    assert partners_told(ateliers) == [ids[:3], ids[3:6], ids[6:8]]
    assert Message.objects.count() == 3


def test_running_again_in_the_same_week_sends_nothing(ateliers, alice, crowd, listed):
    listed(ateliers, *crowd)
    monday = NOW - timedelta(days=4)
    assert send_digests(now=monday).sent == 1
    assert send_digests(now=monday).sent == 0
    sunday_night = datetime(2026, 11, 22, 22, 59, tzinfo=UTC)  # 23:59 in Paris
    assert send_digests(now=sunday_night).sent == 0
    assert send_digests(now=sunday_night + timedelta(minutes=1)).sent == 1


def test_a_monthly_rhythm_has_one_slot_a_month(ateliers, alice, crowd, listed):
    ateliers.digest_rhythm = "monthly"
    ateliers.save()
    listed(ateliers, *crowd)
    sent = [send_digests(now=NOW + week * WEEK).sent for week in range(4)]
    assert sent == [1, 0, 1, 0]
    assert list(Digest.objects.order_by("pk").values_list("slot", flat=True)) == [
        "2026-W47",
        "2026-W49",
    ]


def test_an_empty_digest_is_never_sent(pair):
    ateliers, mobilites = pair
    answer_suggestion(ateliers, other=mobilites, kind=AnswerKind.LATER, by=None, at=NOW)
    send_digests(now=NOW)
    assert partners_told(ateliers) == []


@pytest.mark.parametrize(
    "change", ["never", "paused", "nobody", "reader only", "no list", "full", "left"]
)
def test_who_is_not_written_to(pair, alice, change):
    ateliers, _mobilites = pair
    if change == "never":
        ateliers.digest_rhythm = "never"
    elif change == "paused":
        ateliers.status = "paused"
    elif change == "nobody":
        ateliers.memberships.all().delete()
    elif change == "reader only":
        ateliers.memberships.update(role="reader")
    elif change == "no list":
        ateliers.suggestion_list.delete()
    elif change == "full":
        ateliers.capacity = 0
    else:
        alice.is_active = False
        alice.save()
    ateliers.save()
    send_digests(now=NOW)
    assert partners_told(ateliers) == []
    assert not Message.objects.filter(to=alice.email).exists()


def test_somebody_under_introduction_is_not_told_of_again(pair, crowd, listed):
    ateliers, mobilites = pair
    listed(ateliers, mobilites, crowd[0])
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    assert Introduction.objects.exists()
    send_digests(now=NOW)
    assert partners_told(ateliers) == [[crowd[0].pk]]


def test_organisations_are_taken_in_batches_until_all_are_done(
    crowd, ateliers, listed, make_person
):
    for number, other in enumerate(crowd):
        make_person(f"p{number}@voisine.example", organisation=other)
        listed(other, ateliers)
    batch, sent, rounds = send_digests(now=NOW, limit=4), 0, 0
    while True:
        sent, rounds = sent + batch.sent, rounds + 1
        if batch.next_after is None:
            break
        batch = send_digests(now=NOW, after=batch.next_after, limit=4)
    assert (sent, rounds) == (10, 3)


def test_one_faulty_organisation_stops_only_its_own_digest(
    crowd, ateliers, listed, make_person, monkeypatch, caplog
):
    for number, other in enumerate(crowd[:3]):
        make_person(f"p{number}@voisine.example", organisation=other)
        listed(other, ateliers)
    from partnerships.matching import emails

    real = emails.digest_context

    def faulty(organisation, suggestions, **options):
        if organisation == crowd[1]:
            raise RuntimeError("a row nobody foresaw")
        return real(organisation, suggestions, **options)

    monkeypatch.setattr(emails, "digest_context", faulty)
    assert send_digests(now=NOW).sent == 2
    assert not Digest.objects.filter(organisation=crowd[1]).exists()
    assert "a row nobody foresaw" in caplog.text
    monkeypatch.undo()
    assert send_digests(now=NOW).sent == 1


def test_the_task_hands_over_to_the_next_batch_with_the_same_instant(pair, monkeypatch):
    from partnerships.matching.services import digests

    defaults = {"after": 0, "limit": 1, "pace": None}
    monkeypatch.setattr(digests.send_digests, "__kwdefaults__", defaults)
    monkeypatch.setattr(tasks, "HALF_A_MINUTE", 0)
    tasks.send_digests()
    waiting = Job.objects.get()
    assert waiting.kwargs["after"] == pair[0].pk
    assert datetime.fromisoformat(waiting.kwargs["at"]).tzinfo
    assert jobs.run_waiting_jobs() >= 1
    assert Digest.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_two_schedulers_at_once_send_one_digest(pair, _round):
    batches = at_once(*[lambda: send_digests(now=NOW)] * 3)
    assert sum(batch.sent for batch in batches) == 2
    assert Digest.objects.count() == 2
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_the_same_digest_asked_for_twice_at_once_is_one(pair, _round):
    ateliers, _mobilites = pair
    results = at_once(*[lambda: send_digest(ateliers, now=NOW)] * 4)
    assert sum(digest is not None for digest in results) == 1
    assert Message.objects.count() == 1
