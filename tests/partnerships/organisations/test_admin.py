"""The team's pages: verify, refuse, let the first person in; nothing else is changed there."""

import pytest
from django.urls import reverse

from partnerships.organisations.enums import RequestState
from partnerships.organisations.services import ask_to_join
from tests.partnerships.organisations.factories import OrganisationFactory

ORGANISATIONS = reverse("admin:partnerships_organisation_changelist")
REQUESTS = reverse("admin:partnerships_joinrequest_changelist")


@pytest.fixture
def as_team(client, dora):
    client.force_login(dora)
    return client


def act(client, url, action, *things, **more):
    chosen = [thing.pk for thing in things]
    data = {"action": action, "_selected_action": chosen, **more}
    return client.post(url, data, follow=True)


def test_verifying_and_refusing(as_team, ateliers, transports, dora):
    act(as_team, ORGANISATIONS, "verify", ateliers)
    act(as_team, ORGANISATIONS, "refuse", transports, reason="No such number.")
    ateliers.refresh_from_db()
    transports.refresh_from_db()
    assert ateliers.verified_by == dora
    assert transports.verification_note == "No such number."


def test_a_refusal_without_a_reason_is_told(as_team, transports):
    response = act(as_team, ORGANISATIONS, "refuse", transports, reason="")
    assert "Say why" in response.content.decode()
    transports.refresh_from_db()
    assert transports.verification == "unverified"


@pytest.mark.parametrize("words", ["atel", "W863001234", ""])
def test_the_team_finds_by_name_or_number(as_team, ateliers, words):
    ateliers.rna = "W863001234"
    ateliers.save()
    page = as_team.get(ORGANISATIONS, {"q": words}).content.decode()
    assert "Les Ateliers du Clain" in page


def test_what_is_not_meant_is_not_found(as_team, ateliers):
    assert "Les Ateliers" not in as_team.get(ORGANISATIONS, {"q": "zzz"}).content.decode()
    assert "Les Ateliers" not in as_team.get(ORGANISATIONS, {"q": "732829321"}).content.decode()


def test_a_page_is_read_and_nothing_is_typed_there(as_team, ateliers):
    url = reverse("admin:partnerships_organisation_change", args=[ateliers.pk])
    page = as_team.get(url).content.decode()
    assert "Les Ateliers du Clain" in page
    assert "Alice Morin" in page
    assert 'name="name"' not in page
    assert as_team.post(url, {"name": "Other"}).status_code == 403


def test_the_first_person_of_an_organisation_is_let_in(as_team, poitiers, nina):
    orphan = OrganisationFactory(home=poitiers)
    wish = ask_to_join(orphan, by=nina)
    page = as_team.get(REQUESTS, {"answers": "team"}).content.decode()
    assert str(nina) in page
    act(as_team, REQUESTS, "accept", wish)
    assert orphan.memberships.get(user=nina).role == "owner"
    assert str(nina) not in as_team.get(REQUESTS, {"answers": "team"}).content.decode()


def test_or_not(as_team, poitiers, nina):
    wish = ask_to_join(OrganisationFactory(home=poitiers), by=nina)
    act(as_team, REQUESTS, "decline", wish)
    wish.refresh_from_db()
    assert wish.state == RequestState.DECLINED


def test_others_do_not_enter(client, alice, ateliers):
    client.force_login(alice)
    for url in (ORGANISATIONS, REQUESTS):
        assert client.get(url).status_code == 302
