"""Asking to join what exists already, and the answer of those who may give it."""

import pytest

from partnerships.organisations.enums import Role, Status
from partnerships.organisations.models import JoinRequest
from partnerships.organisations.services import (
    accept_join_request,
    ask_to_join,
    decline_join_request,
)
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.outbox.models import Message
from phare_platform.trace.models import Trace
from tests.partnerships.organisations.factories import OrganisationFactory


@pytest.fixture
def wish(ateliers, nina):
    return ask_to_join(ateliers, by=nina, message=" I run the workshops. ")


def test_the_owners_are_told_and_nobody_else(wish, alice):
    assert wish.message == "I run the workshops."
    message = Message.objects.get()
    assert message.recipient == alice
    assert "Nina Robin" in message.subject
    assert "I run the workshops." in message.text


def test_accepted_one_is_a_member_and_is_told(wish, ateliers, alice, nina):
    accept_join_request(wish, by=alice, role=Role.READER)
    assert ateliers.memberships.get(user=nina).role == Role.READER
    assert Message.objects.get(recipient=nina)
    trace = Trace.objects.get(deed="organisations.accept_join_request")
    assert trace.actor == alice


def test_declined_one_is_told_and_may_ask_again(wish, ateliers, alice, nina):
    decline_join_request(wish, by=alice)
    assert not ateliers.memberships.filter(user=nina).exists()
    assert Message.objects.get(recipient=nina)
    assert ask_to_join(ateliers, by=nina).pk


def test_a_request_is_answered_once(wish, alice):
    decline_join_request(wish, by=alice)
    with pytest.raises(Conflict) as conflict:
        accept_join_request(wish, by=alice)
    assert conflict.value.code == "join_answered"


def test_one_asks_once(wish, ateliers, nina):
    with pytest.raises(Conflict) as conflict:
        ask_to_join(ateliers, by=nina)
    assert conflict.value.code == "join_request_waits_once"
    assert JoinRequest.objects.count() == 1


def test_a_member_does_not_ask(ateliers, bob):
    with pytest.raises(Conflict) as conflict:
        ask_to_join(ateliers, by=bob)
    assert conflict.value.code == "membership_once"


def test_nobody_asks_to_join_what_is_closed(ateliers, nina):
    ateliers.status = Status.CLOSED
    ateliers.save()
    with pytest.raises(Conflict):
        ask_to_join(ateliers, by=nina)


def test_nobody_waits_for_more_than_ten_answers(nina, poitiers):
    for _ in range(10):
        ask_to_join(OrganisationFactory(home=poitiers), by=nina)
    with pytest.raises(Refusal) as refusal:
        ask_to_join(OrganisationFactory(home=poitiers), by=nina)
    assert refusal.value.code == "too_many_join_requests"


def test_where_nobody_belongs_the_team_answers_and_the_first_one_owns_it(poitiers, nina, dora):
    orphan = OrganisationFactory(home=poitiers)
    wish = ask_to_join(orphan, by=nina)
    assert Message.objects.get().recipient == dora
    accept_join_request(wish, by=dora)
    assert orphan.memberships.get(user=nina).role == Role.OWNER
