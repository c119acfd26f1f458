"""The first page after signing up: find, join or create, without a double, without a script."""

import pytest
from django.urls import reverse

from partnerships.organisations.models import JoinRequest, Organisation
from tests.partnerships.organisations.factories import OrganisationFactory

NEW = reverse("partnerships:organisation_new")


@pytest.fixture
def client(client, nina):
    client.force_login(nina)
    return client


def valid(**values):
    return {
        "name": "Les Jardins",
        "type": "association",
        "home_text": "Poitiers",
        "home": "municipality:86194",
        "siren": "",
        "siret": "",
        "rna": "",
        **values,
    }


def test_somebody_without_organisation_starts_here(client):
    response = client.get(reverse("start"))
    assert response.url == NEW


def test_the_page_asks_for_a_name_or_a_number_first(client):
    page = client.get(NEW).content.decode()
    assert 'name="q"' in page
    assert 'name="home_text"' not in page


@pytest.mark.parametrize("words", ["ateliers", "ATELIERS clain", "les ate", "W863001234"])
def test_what_exists_is_found_and_can_be_joined(client, ateliers, words):
    ateliers.rna = "W863001234"
    ateliers.save()
    page = client.get(NEW, {"q": words}).content.decode()
    assert "Les Ateliers du Clain" in page
    assert reverse("partnerships:organisation_join", args=[ateliers.pk]) in page


def test_a_closed_organisation_is_not_found(client, ateliers):
    ateliers.status = "closed"
    ateliers.save()
    assert "Les Ateliers du Clain" not in client.get(NEW, {"q": "ateliers"}).content.decode()


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("Les Jardins", "name", "Les Jardins"),
        ("732 829 320", "siren", "732829320"),
        ("732 829 320 00074", "siret", "73282932000074"),
        ("w863001234", "rna", "W863001234"),
    ],
)
def test_what_was_typed_fills_in_the_form(client, places, typed, field, value):
    form = client.get(NEW, {"q": typed}).context["form"]
    assert form.initial[field] == value


@pytest.mark.parametrize("typed", ["732829321", "732 829 320 00075"])
def test_a_number_that_cannot_exist_is_refused_at_the_field(client, typed):
    response = client.get(NEW, {"q": typed})
    assert response.status_code == 422
    assert "check digit" in response.context["find"].errors["q"][0]


@pytest.mark.parametrize("typed", ["", "%%%", "'; drop table", "a" * 201])
def test_odd_words_are_answered_calmly(client, typed):
    assert client.get(NEW, {"q": typed}).status_code in (200, 422)


def test_creating_leads_straight_to_declaring(client, poitiers, nina):
    response = client.post(NEW, valid(siret="73282932000074"))
    organisation = Organisation.objects.get()
    assert response.url == reverse("partnerships:organisation_declare", args=[organisation.pk])
    assert (organisation.siren, organisation.home) == ("732829320", poitiers)
    assert client.session["current_organisation"] == organisation.pk


@pytest.mark.parametrize("typed", ["Poitiers", "poitiers", "86000", "86194"])
def test_without_a_script_the_server_finds_the_municipality(client, poitiers, typed):
    client.post(NEW, valid(home_text=typed, home=""))
    assert Organisation.objects.get().home == poitiers


def test_several_municipalities_of_one_name_are_offered(client, places):
    response = client.post(NEW, valid(home_text="Saint-Maurice", home=""))
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="municipality:86235"' in page
    assert 'value="municipality:79280"' in page
    chosen = valid(home_text="Saint-Maurice", home="", home_choice="municipality:79280")
    client.post(NEW, chosen)
    assert Organisation.objects.get().home == places["st_maurice_79"]


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"siren": "732829321"}, "siren", "check digit"),
        ({"siret": "73282932000075"}, "siret", "check digit"),
        ({"siren": "552100554", "siret": "73282932000074"}, "siret", "SIREN"),
        ({"rna": "863001234"}, "rna", "W"),
        ({"home_text": "", "home": "municipality:99999"}, "home", None),
        ({"home_text": "99999", "home": ""}, "home", "99999"),
        ({"home_text": "", "home": "department:86"}, "home", None),
        ({"home_text": "Atlantis", "home": ""}, "home", "Atlantis"),
        ({"type": "wizard"}, "type", "wizard"),
        ({"name": ""}, "name", "required"),
        ({"name": "\0"}, "name", None),
        ({"home_text": "a\0b", "home": ""}, "home", "cannot be stored"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    client, places, values, field, words
):
    response = client.post(NEW, valid(**values))
    form = response.context["form"]
    assert response.status_code == 422
    assert list(form.errors) == [field]
    assert words is None or words in form.errors[field][0]
    assert not Organisation.objects.exists()
    if field != "name":
        assert 'value="Les Jardins"' in response.content.decode()


def test_an_unknown_municipality_code_from_a_script_is_refused(client, places):
    data = valid(home="municipality:99999")
    del data["home_text"]
    response = client.post(NEW, data)
    assert "99999" in response.context["form"].errors["home"][0]


def test_one_that_exists_already_is_offered_for_joining(client, ateliers):
    response = client.post(NEW, valid(name="les ateliers du clain"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "ask to join" in page
    assert reverse("partnerships:organisation_join", args=[ateliers.pk]) in page
    assert Organisation.objects.count() == 1


def test_one_that_looks_the_same_is_created_after_a_tick(client, ateliers):
    twin = valid(name="Les Ateliers du Clain", rna="W863001234")
    response = client.post(NEW, twin)
    assert response.status_code == 409
    assert 'type="checkbox" name="distinct"' in response.content.decode()
    assert client.post(NEW, {**twin, "distinct": "on"}).status_code == 302
    assert Organisation.objects.count() == 2


def test_a_double_click_creates_one_organisation(client, places):
    data = valid(idempotency_key="k" * 32)
    first, second = client.post(NEW, data), client.post(NEW, data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Organisation.objects.count() == 1


def test_html_in_a_name_is_shown_as_text(client, places):
    name = "<script>alert(1)</script> & Co"
    client.post(NEW, valid(name=name))
    organisation = Organisation.objects.get()
    assert organisation.name == name
    for url in (organisation.get_absolute_url(), reverse("partnerships:organisation_index")):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


def test_asking_to_join_from_the_list(client, ateliers, nina):
    join = reverse("partnerships:organisation_join", args=[ateliers.pk])
    assert client.post(join, {"message": "Me!"}).url == ateliers.get_absolute_url()
    wish = JoinRequest.objects.get()
    assert (wish.user, wish.message) == (nina, "Me!")
    page = client.get(NEW, {"q": "ateliers"}).content.decode()
    assert "you have asked to join" in page
    assert join not in page


def test_asking_twice_says_so(client, ateliers):
    join = reverse("partnerships:organisation_join", args=[ateliers.pk])
    client.post(join)
    page = client.post(join, follow=True).content.decode()
    assert "You have asked already" in page


def test_the_page_is_quick_whatever_it_finds(client, places, django_assert_num_queries):
    for number in range(12):
        OrganisationFactory(name=f"Amicale {number}", home=places["poitiers"])
    client.get(NEW)
    with django_assert_num_queries(8):
        client.get(NEW, {"q": "amicale"})
