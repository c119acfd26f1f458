"""Replying from a mail, signed-out: the link shows, the button sends, once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from partnerships.conversations.models import ConversationMessage, ReadMark
from partnerships.conversations.services import post_message
from partnerships.matching.services import accept_introduction, decline_introduction
from partnerships.organisations.models import Membership
from phare_platform.lib.signing import make_token
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace
from tests.partnerships.matching.races import at_once

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://[^/\s]+(/conversations/lien/[^\s\"]+)")


@pytest.fixture
def question(introduction, ateliers):
    return post_message(introduction, organisation=ateliers, text="Une navette ?", by=None)


@pytest.fixture
def link(question):
    """The address in Bob's mail."""
    return LINK.search(Message.objects.get(to="bob@mobilites.example").text).group(1)


@pytest.fixture
def strict():
    """A visitor whose forms are checked as a browser's are, and who has no session."""
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(strict, link, method):
    before = Trace.objects.count()
    response = getattr(strict, method)(link)
    assert response.status_code == 200
    assert Trace.objects.count() == before
    assert not ReadMark.objects.exists()
    assert not Session.objects.exists()


def test_the_page_shows_the_message_in_the_readers_language_without_contacts(
    strict, link, introduction, pair
):
    for side in pair:  # not even when both have said yes: the reader is signed out
        accept_introduction(introduction, organisation=side, by=None)
    response = strict.get(link)
    html = response.content.decode()
    assert response.headers["Content-Language"] == "en"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "Une navette ?" in html
    assert "Les Ateliers du Clain has written to you" in html
    assert "contact@" not in html
    assert "alice@" not in html


def test_only_what_came_since_is_shown(strict, introduction, pair, link):
    ateliers, mobilites = pair
    last = ConversationMessage.objects.get()
    post_message(introduction, organisation=mobilites, text="Oui", by=None, seen=last.pk)
    post_message(introduction, organisation=ateliers, text="Parfait", by=None)
    newest = Message.objects.filter(to="bob@mobilites.example").latest("pk")
    html = strict.get(LINK.search(newest.text).group(1)).content.decode()
    assert "Parfait" in html
    assert "Une navette ?" not in html


def test_the_button_sends_marks_as_read_and_is_told(strict, link, question, bob, mobilites):
    response = strict.post(link, {"text": "Yes, on Tuesday.", "seen": question.pk})
    assert response.url == link
    reply = ConversationMessage.objects.latest("pk")
    assert (reply.text, reply.author, reply.organisation) == ("Yes, on Tuesday.", bob, mobilites)
    assert ReadMark.objects.get(organisation=mobilites).last == question.pk
    assert Message.objects.get(to="bob@mobilites.example").answered_at is not None
    html = strict.get(link).content.decode()
    assert "Your reply was sent to Les Ateliers du Clain" in html
    assert "<textarea" not in html


def test_the_link_writes_one_message(strict, link):
    for _ in range(2):
        assert strict.post(link, {"text": "Yes."}).status_code == 302
    response = strict.post(link, {"text": "And no."})
    assert response.status_code == 409
    assert "And no." in response.content.decode()
    assert "has been used for a reply already" in response.content.decode()
    assert ConversationMessage.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_write_one_message(link):
    at_once(*[lambda: Client().post(link, {"text": "Yes."}) for _ in range(4)])
    assert ConversationMessage.objects.count() == 2


def test_an_empty_reply_is_told_at_its_field(strict, link):
    response = strict.post(link, {"text": "  "})
    assert response.status_code == 422
    assert "is-invalid" in response.content.decode()


def test_after_the_end_the_link_says_so(strict, link, introduction, ateliers):
    decline_introduction(introduction, organisation=ateliers, by=None)
    html = strict.get(link).content.decode()
    assert "This conversation is closed" in html
    assert "<textarea" not in html
    assert strict.post(link, {"text": "Yes."}).status_code == 409


def test_the_link_ends_after_thirty_days(strict, link):
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert strict.get(link).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert strict.get(link).status_code == 410
        assert strict.post(link, {"text": "Yes."}).status_code == 410
    assert ConversationMessage.objects.count() == 1


@pytest.mark.parametrize("why", ["left", "reader", "inactive", "deleted"])
def test_who_no_longer_writes_for_the_organisation_gets_nothing(strict, link, bob, why):
    if why == "left":
        Membership.objects.filter(user=bob).delete()
    elif why == "reader":
        Membership.objects.filter(user=bob).update(role="reader")
    elif why == "inactive":
        bob.is_active = False
        bob.save()
    else:
        bob.delete()
    response = strict.get(link)
    assert response.status_code == 404
    assert "navette" not in response.content.decode()
    assert strict.post(link, {"text": "Yes."}).status_code == 404


def test_an_altered_or_foreign_token_opens_nothing(strict, link, introduction, foret, bob):
    token = link.rstrip("/").rsplit("/", 1)[1]
    payload = {
        "introduction": introduction.pk, "organisation": foret.pk, "user": bob.pk, "after": 0,
    }  # fmt: skip
    for made in (
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        make_token("suggestion-answer", {**payload, "organisation": introduction.second_id}),
        make_token("conversation-reply", payload),
        make_token("conversation-reply", {**payload, "introduction": 0}),
    ):
        assert strict.get(f"/conversations/lien/{made}/").status_code == 404
