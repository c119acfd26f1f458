"""Writing and reading: once, in turn, within limits, and told by one mail until it is read."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from partnerships.conversations.models import ConversationMessage, ReadMark
from partnerships.conversations.queries import conversation_of, unread_count
from partnerships.conversations.services import mark_read, post_message
from partnerships.matching.services import (
    accept_introduction,
    decline_introduction,
    expire_introductions,
)
from phare_platform.lib.errors import Conflict, Refusal, TooMany
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def say(introduction):
    def write(organisation, text="Bonjour", **values):
        return post_message(
            introduction, organisation=organisation, text=text, **{"by": None, **values}
        )

    return write


def test_a_message_keeps_who_what_when_and_leaves_a_trace_without_its_words(
    say, ateliers, alice, introduction
):
    written = say(ateliers, " Bonjour,\r\nà mardi ? ", by=alice, via="mail")
    assert (written.text, written.author, written.organisation) == (
        "Bonjour,\nà mardi ?", alice, ateliers,
    )  # fmt: skip
    trace = Trace.objects.get(deed="conversations.post_message")
    assert (trace.actor, trace.details) == (alice, {"via": "mail"})


@pytest.mark.parametrize("text", ["", " \n ", "\u202e"])
def test_nothing_is_not_a_message(say, ateliers, text):
    with pytest.raises(Refusal) as refusal:
        say(ateliers, text)
    assert refusal.value.code == "message_empty"


def test_four_thousand_characters_and_not_one_more(say, ateliers):
    assert len(say(ateliers, "é" * 4000).text) == 4000
    with pytest.raises(Refusal) as refusal:
        say(ateliers, "é" * 4001)
    assert refusal.value.code == "message_too_long"


def test_the_database_keeps_the_length_and_refuses_every_change(say, ateliers):
    written = say(ateliers)
    for text in ("x" * 4001, " \n"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConversationMessage.objects.create(
                introduction=written.introduction, organisation=ateliers, text=text
            )
    for change in ({"text": "Autre"}, {"written_at": timezone.now()}, {"key": "x"}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            ConversationMessage.objects.update(**change)


def test_an_author_who_is_erased_leaves_the_words(say, ateliers, alice):
    say(ateliers, by=alice)
    alice.delete()
    message = ConversationMessage.objects.get()
    assert (message.author, message.author_name, message.text) == (None, "", "Bonjour")


def test_the_same_form_again_is_the_same_message(say, ateliers, mobilites):
    first = say(ateliers, key="k")
    assert say(ateliers, "Autre chose", key="k") == first
    assert say(mobilites, key="k") != first
    assert ConversationMessage.objects.count() == 2
    assert Message.objects.filter(campaign="conversation").count() == 2


def test_the_other_side_gets_one_mail_until_it_has_read(say, ateliers, mobilites, introduction):
    for text in ("Un", "Deux", "Trois"):
        last = say(ateliers, text)
    mail = Message.objects.get()
    assert (mail.to, mail.campaign, mail.language) == (
        "bob@mobilites.example", "conversation", "en",
    )  # fmt: skip
    assert "Un" in mail.text
    assert "Deux" not in mail.text
    mark_read(introduction, organisation=mobilites, up_to=last.pk)
    assert Message.objects.count() == 1
    say(ateliers, "Quatre")
    assert Message.objects.count() == 2
    assert "Quatre" in Message.objects.latest("pk").text


def test_the_mail_says_who_and_about_what_in_the_readers_language(say, pair, alice, bob):
    ateliers, mobilites = pair
    say(ateliers, "À mardi ?", by=alice)
    say(mobilites, "On Tuesday.", by=bob)
    to_bob = Message.objects.get(to=bob.email)
    assert to_bob.subject == "Les Ateliers du Clain has written to you: Isolation, social link"
    assert to_bob.text.splitlines()[2].startswith(
        "Alice, of Les Ateliers du Clain, writes to Mobilités Vienne Services about"
    )
    to_alice = Message.objects.get(to=alice.email)
    assert to_alice.subject.startswith("Mobilités Vienne Services vous a écrit")
    assert "Bob, de Mobilités Vienne Services, écrit à Les Ateliers du Clain" in to_alice.text


def test_in_a_partnership_the_mail_names_it(say, pair, introduction):
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    Message.objects.all().delete()
    say(pair[0], "La suite")
    introduction.refresh_from_db()
    assert introduction.partnership.title in Message.objects.get().subject


def test_no_mail_and_no_page_gives_contacts_away(say, ateliers, make_person, introduction):
    nameless = make_person("secret@ateliers.example", organisation=ateliers)
    nameless.display_name = ""
    nameless.save()
    say(ateliers, by=nameless)
    mail = Message.objects.get()
    for part in (mail.subject, mail.text, mail.html, str(mail.headers)):
        assert "secret@" not in part
        assert "contact@" not in part
        assert "05 49" not in part


def test_readers_of_the_organisation_are_not_written_to(say, mobilites, rita):
    say(mobilites)
    assert set(Message.objects.values_list("to", flat=True)) == {"alice@ateliers.example"}


def test_a_mark_never_goes_back_nor_beyond_what_was_written(say, pair, introduction):
    ateliers, mobilites = pair
    first, second = say(ateliers), say(ateliers)
    mark_read(introduction, organisation=mobilites, up_to=10**15)
    assert ReadMark.objects.get().last == second.pk
    mark_read(introduction, organisation=mobilites, up_to=first.pk)
    assert ReadMark.objects.get().last == second.pk
    say(ateliers)
    assert unread_count(mobilites) == 1
    assert unread_count(ateliers) == 0


def test_what_came_while_the_page_was_read_is_told_by_a_new_mail(say, pair, introduction):
    """Bob's page shows the first message only; the second came before his mark was kept."""
    ateliers, mobilites = pair
    first = say(ateliers, "Un")
    say(ateliers, "Deux")
    mark_read(introduction, organisation=mobilites, up_to=first.pk)
    assert "Deux" in Message.objects.latest("pk").text
    assert Message.objects.count() == 2


def test_an_answer_marks_what_was_before_the_writers_eyes(say, pair):
    ateliers, mobilites = pair
    question = say(ateliers)
    say(mobilites, "Oui", seen=question.pk)
    assert unread_count(mobilites) == 0
    assert unread_count(ateliers) == 1


@pytest.mark.parametrize("end", ["declined", "expired", "late", "left"])
def test_nothing_is_written_after_the_end(say, introduction, ateliers, mobilites, end):
    say(ateliers)
    at = timezone.now()
    if end == "declined":
        decline_introduction(introduction, organisation=mobilites, by=None)
    elif end == "expired":
        expire_introductions(now=introduction.expires_at)
    elif end == "late":  # the task that expires has not passed yet
        at = introduction.expires_at
    else:
        mobilites.status = "closed"
        mobilites.save()
    for side in (ateliers, mobilites):
        with pytest.raises(Conflict) as refusal:
            say(side, at=at)
        assert refusal.value.code == "conversation_closed"
    talk = conversation_of(ateliers, introduction, now=at)
    assert [message.text for message in talk.messages] == ["Bonjour"]


def test_a_partnership_goes_on_talking(say, introduction, pair):
    for side in pair:
        accept_introduction(introduction, organisation=side, by=None)
    say(pair[0], at=introduction.expires_at + timedelta(days=300))


def test_thirty_messages_an_hour(say, ateliers, mobilites):
    begin = timezone.now()
    for minute in range(30):
        say(ateliers, at=begin + timedelta(minutes=minute))
    with pytest.raises(TooMany) as refusal:
        say(ateliers, at=begin + timedelta(minutes=59))
    assert (refusal.value.code, refusal.value.status) == ("too_many_messages", 429)
    say(mobilites, at=begin + timedelta(minutes=59))
    say(ateliers, at=begin + timedelta(minutes=60))


def test_a_stranger_to_the_introduction_is_a_fault_of_ours(say, foret):
    with pytest.raises(ValueError, match="is not a side"):
        say(foret)


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_when_forty_write_at_once(introduction, ateliers):
    results = at_once(
        *[
            lambda n=n: post_message(introduction, organisation=ateliers, text=f"{n}", by=None)
            for n in range(40)
        ]
    )
    assert sum(isinstance(result, TooMany) for result in results) == 10
    assert ConversationMessage.objects.count() == 30
    assert Message.objects.filter(campaign="conversation").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(3))
def test_a_double_click_is_one_message_and_both_sides_may_write_at_once(
    introduction, ateliers, mobilites, _round
):
    at_once(
        *[
            lambda side=side: post_message(
                introduction, organisation=side, text="Oui", by=None, key="form"
            )
            for side in (ateliers, mobilites, ateliers, mobilites)
        ]
    )
    assert ConversationMessage.objects.count() == 2
    assert Message.objects.filter(campaign="conversation").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_a_message_and_a_no_at_the_same_instant_have_one_order(
    introduction, ateliers, mobilites, _round
):
    said, _no = at_once(
        lambda: post_message(introduction, organisation=ateliers, text="Alors ?", by=None),
        lambda: decline_introduction(introduction, organisation=mobilites, by=None),
    )
    closed = isinstance(said, Conflict)
    assert ConversationMessage.objects.exists() != closed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_round", range(5))
def test_whoever_reads_while_the_other_writes_never_misses_a_mail(
    introduction, ateliers, mobilites, _round
):
    first = post_message(introduction, organisation=ateliers, text="Un", by=None)
    at_once(
        lambda: mark_read(introduction, organisation=mobilites, up_to=first.pk),
        lambda: post_message(introduction, organisation=ateliers, text="Deux", by=None),
    )
    assert unread_count(mobilites) == 1
    assert "Deux" in Message.objects.latest("pk").text
