"""Conversations through the API: the reads, writes and rights of the pages."""

import pytest
from rest_framework.test import APIClient

from partnerships.conversations.models import ConversationMessage
from partnerships.conversations.services import post_message
from partnerships.matching.services import decline_introduction

pytestmark = pytest.mark.django_db
URL = "/api/v1/conversations/"


@pytest.fixture
def api():
    def make(person=None):
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return make


def test_writing_reading_and_marking(api, alice, bob, introduction, ateliers):
    url = f"{URL}{introduction.pk}/"
    answer = api(alice).post(f"{url}messages/", {"text": " Bonjour "}, format="json")
    assert answer.status_code == 201
    assert answer.json()["text"] == "Bonjour"
    (listed,) = api(bob).get(URL).json()["results"]
    assert (listed["id"], listed["unread"], listed["is_open"]) == (introduction.pk, 1, True)
    assert api(alice).get(url).json()["unread"] == 0
    (message,) = api(bob).get(f"{url}messages/").json()
    assert message["author"] == "Alice"
    assert message["organisation"] == ateliers.pk
    assert api(bob).get(url).json()["unread"] == 1  # reading through the API marks nothing
    marked = api(bob).post(f"{url}read/", {"up_to": message["id"]}, format="json")
    assert marked.status_code == 204
    assert api(bob).get(url).json()["unread"] == 0


def test_nothing_in_it_is_a_contact(api, alice, bob, introduction):
    api(alice).post(f"{URL}{introduction.pk}/messages/", {"text": "Bonjour"}, format="json")
    for rest in ("", f"{introduction.pk}/", f"{introduction.pk}/messages/"):
        body = api(bob).get(URL + rest).content.decode()
        assert "@" not in body
        assert "05 49" not in body


def test_the_same_key_is_one_message(api, alice, introduction):
    for _ in range(2):
        answer = api(alice).post(
            f"{URL}{introduction.pk}/messages/",
            {"text": "Bonjour"},
            format="json",
            headers={"Idempotency-Key": "k1"},
        )
        assert answer.status_code == 201
    assert ConversationMessage.objects.count() == 1


@pytest.mark.parametrize("who", ["charlie", "dora"])
def test_nobody_else_learns_of_it(api, request, who, introduction, ateliers):
    post_message(introduction, organisation=ateliers, text="Bonjour", by=None)
    client = api(request.getfixturevalue(who))
    assert client.get(URL).json()["results"] == []
    for rest in ("", "messages/"):
        assert client.get(f"{URL}{introduction.pk}/{rest}").status_code == 404
    for rest, sent in (("messages/", {"text": "x"}), ("read/", {"up_to": 1})):
        assert client.post(f"{URL}{introduction.pk}/{rest}", sent, format="json").status_code == 404


def test_a_reader_reads_only(api, rita, introduction):
    url = f"{URL}{introduction.pk}/"
    assert api(rita).get(f"{url}messages/").status_code == 200
    for rest, sent in (("messages/", {"text": "x"}), ("read/", {"up_to": 1})):
        assert api(rita).post(url + rest, sent, format="json").status_code == 404


def test_signed_out_nothing(api, introduction):
    assert api().get(f"{URL}{introduction.pk}/messages/").status_code == 401


@pytest.mark.parametrize(
    "sent",
    [{}, {"text": ""}, {"text": "x" * 4001}, {"text": None}, {"text": "x", "organisation": 0}],
)
def test_what_is_wrong_is_said(api, alice, introduction, sent):
    answer = api(alice).post(f"{URL}{introduction.pk}/messages/", sent, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_closed_and_too_many(api, alice, introduction, pair):
    url = f"{URL}{introduction.pk}/messages/"
    for number in range(30):
        post_message(introduction, organisation=pair[0], text=f"{number}", by=None)
    answer = api(alice).post(url, {"text": "x"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_messages")
    decline_introduction(introduction, organisation=pair[1], by=None)
    answer = api(alice).post(url, {"text": "x"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "conversation_closed")


def test_the_list_costs_the_same_however_long(
    api, alice, introduction, pair, django_assert_num_queries
):
    client = api(alice)
    for many in (1, 8):
        for _ in range(many):
            post_message(introduction, organisation=pair[1], text="Bonjour", by=None)
        with django_assert_num_queries(4):
            client.get(URL)
