"""Declaring in three steps: plain forms, each saved at once, the first one enough for partners."""

import pytest
from django.urls import reverse

from partnerships.organisations.models import Declaration
from partnerships.organisations.rules import Declared
from partnerships.organisations.services import declare


def url_of(step, organisation):
    return reverse(f"partnerships:organisation_declare{step}", args=[organisation.pk])


@pytest.fixture
def client(client, bob):
    client.force_login(bob)  # an editor may declare
    return client


def test_the_first_save_leads_to_the_partners(client, ateliers):
    response = client.post(
        url_of("", ateliers), {"acts_D05": "3", "seeks_D11": "1", "acts_D01": "0"}
    )
    assert response.url == reverse("partnerships:suggestions")
    found = set(Declaration.objects.values_list("domain", "side", "level"))
    assert found == {(5, "acts", 3), (11, "seeks", 1)}


def test_one_may_go_on_instead(client, ateliers):
    response = client.post(url_of("", ateliers), {"acts_D05": "3", "then": "next"})
    assert response.url == url_of("_means", ateliers)


def test_the_form_shows_what_was_declared(client, ateliers, alice):
    declare(ateliers, by=alice, declarations=[Declared(5, "acts", 3)])
    page = client.get(url_of("", ateliers)).content.decode()
    assert 'name="acts_D05" id="id_acts_D05_3" value="3" checked' in page
    assert page.count(" checked") == 32  # one radio in each of the 32 scales


def test_nothing_chosen_is_refused_with_the_reason(client, ateliers):
    response = client.post(url_of("", ateliers), {"acts_D05": "0"})
    assert response.status_code == 422
    assert "nobody can be suggested" in response.content.decode()


@pytest.mark.parametrize("data", [{"acts_D05": "4"}, {"acts_D05": "x"}, {"seeks_D16": "-1"}])
def test_a_level_that_does_not_exist_is_refused(client, ateliers, data):
    assert client.post(url_of("", ateliers), data).status_code == 422
    assert not Declaration.objects.exists()


def test_a_domain_that_does_not_exist_is_ignored(client, ateliers):
    client.post(url_of("", ateliers), {"acts_D99": "3", "acts_D05": "1"})
    assert Declaration.objects.get().domain_id == 5


def test_means_with_their_words_and_forms_of_partnership(client, ateliers):
    response = client.post(
        url_of("_means", ateliers),
        {
            "offer_premises_room": "on",
            "offer_note_premises_room": "80 m²",
            "need_money_grant": "on",
            "need_note_time_staff": "not ticked: not kept",
            "modes": ["patronage", "societal_innovation"],
            "then": "next",
        },
    )
    assert response.url == url_of("_areas", ateliers)
    found = set(ateliers.resources.values_list("resource", "side", "note"))
    assert found == {("premises_room", "offer", "80 m²"), ("money_grant", "need", "")}
    ateliers.refresh_from_db()
    assert ateliers.modes == ["patronage", "societal_innovation"]


def test_a_means_form_shows_what_is_there(client, ateliers):
    client.post(url_of("_means", ateliers), {"offer_data_field": "on", "modes": "patronage"})
    page = client.get(url_of("_means", ateliers)).content.decode()
    assert page.count(" checked") == 2


@pytest.mark.parametrize(
    "data", [{"modes": "piracy"}, {"offer_note_data_field": "x" * 201, "offer_data_field": "on"}]
)
def test_wrong_means_are_refused(client, ateliers, data):
    assert client.post(url_of("_means", ateliers), data).status_code == 422
    assert not ateliers.resources.exists()


def test_areas_chosen_among_those_around_and_typed(client, ateliers, places):
    response = client.post(
        url_of("_areas", ateliers),
        {
            "areas": ["department:86", "intermunicipality:200069854"],
            "more_1_text": "niort",
            "more_1": "",
            "more_2_text": "",
            "capacity": "5",
        },
    )
    assert response.url == reverse("partnerships:suggestions")
    names = set(ateliers.areas.values_list("place__name", flat=True))
    assert names == {"Vienne", "Grand Poitiers", "Niort"}
    ateliers.refresh_from_db()
    assert ateliers.capacity == 5


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"areas": [], "capacity": "3"}, "areas"),
        ({"areas": ["department:99"], "capacity": "3"}, "areas"),
        ({"areas": ["department:86"], "capacity": "51"}, "capacity"),
        ({"areas": ["department:86"], "capacity": "many"}, "capacity"),
        ({"areas": ["department:86"], "capacity": "3", "more_1_text": "Atlantis"}, "more_1"),
        ({"areas": ["department:86"], "capacity": "3", "more_1": "region:99"}, "more_1"),
    ],
)
def test_wrong_areas_are_refused_at_their_field(client, ateliers, data, field):
    response = client.post(url_of("_areas", ateliers), data)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert ateliers.areas.count() == 1


@pytest.mark.parametrize("step", ["", "_means", "_areas"])
def test_every_step_says_what_the_profile_lacks(client, ateliers, step):
    page = client.get(url_of(step, ateliers)).content.decode()
    assert "Complete your profile" in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize(("step", "queries"), [("", 16), ("_means", 16), ("_areas", 18)])
def test_the_number_of_queries_is_known(
    client, ateliers, step, queries, django_assert_max_num_queries
):
    client.get(url_of(step, ateliers))
    with django_assert_max_num_queries(queries):
        client.get(url_of(step, ateliers))
