"""The directory: every filter, every order, pages, the file, and no more queries than said."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from partnerships.organisations.models import Organisation
from partnerships.organisations.rules import Declared, Means
from partnerships.organisations.services import declare, verify_organisation
from partnerships.organisations.views import directory
from tests.partnerships.organisations.factories import DeclarationFactory, OrganisationFactory

INDEX = reverse("partnerships:organisation_index")
EXPORT = reverse("partnerships:organisation_export")


@pytest.fixture
def client(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def several(ateliers, transports, places, dora):
    """Alice's and Charlie's, and a laboratory near Alice."""
    alice, charlie = (o.memberships.get(role="owner").user for o in (ateliers, transports))
    declare(
        ateliers,
        by=alice,
        declarations=[Declared(5, "acts", 3), Declared(11, "seeks", 2)],
        resources=[Means("premises_room", "offer"), Means("goods_vehicles", "need")],
    )
    declare(
        transports,
        by=charlie,
        declarations=[Declared(11, "acts", 3)],
        resources=[Means("goods_vehicles", "offer")],
    )
    laboratory = OrganisationFactory(
        name="Laboratoire Vieillir", type="university", home=places["latille"]
    )
    verify_organisation(laboratory, by=dora)
    now = timezone.now()
    for age, organisation in enumerate([laboratory, transports, ateliers]):
        Organisation.objects.filter(pk=organisation.pk).update(created_at=now - timedelta(days=age))
    return {"ateliers": ateliers, "transports": transports, "laboratory": laboratory}


def names(client, **query):
    response = client.get(INDEX, query)
    assert response.status_code == 200
    return [card.organisation.name.split()[-1] for card in response.context["cards"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Vieillir", "Clain", "Marais"]),
        ({"name": "ATEL"}, ["Clain"]),
        ({"name": "du"}, ["Clain", "Marais"]),
        ({"name": "clain ateliers"}, ["Clain"]),
        ({"name": "zzz"}, []),
        ({"kind": "company"}, ["Marais"]),
        ({"kind": ["company", "university"]}, ["Vieillir", "Marais"]),
        ({"domain": "D11"}, ["Clain", "Marais"]),
        ({"domain": "D11", "side": "acts"}, ["Marais"]),
        ({"domain": "D11", "side": "seeks"}, ["Clain"]),
        ({"side": "seeks"}, ["Vieillir", "Clain", "Marais"]),
        ({"territory": "department:86"}, ["Vieillir", "Clain"]),
        ({"territory": "municipality:79191"}, ["Marais"]),
        ({"territory_text": "niort", "territory": ""}, ["Marais"]),
        ({"offers": "goods_vehicles"}, ["Marais"]),
        ({"needs": "goods_vehicles"}, ["Clain"]),
        ({"verified": "on"}, ["Vieillir"]),
        ({"sort": "newest"}, ["Vieillir", "Marais", "Clain"]),
        ({"sort": "nearest"}, ["Clain", "Vieillir", "Marais"]),
        ({"domain": "D11", "territory": "department:86"}, ["Clain"]),
    ],
)
def test_filters_and_orders(client, several, query, found):
    assert names(client, **query) == found


@pytest.mark.parametrize(
    "query",
    [
        {"domain": "D99"},
        {"kind": "pirates"},
        {"territory": "department:00"},
        {"territory_text": "Atlantis"},
        {"sort": "-password"},
        {"page": "many"},
        {"page": "-1"},
    ],
)
def test_a_choice_that_does_not_exist_is_said_or_ignored_never_an_error(client, several, query):
    assert client.get(INDEX, query).status_code == 200


def test_closed_ones_are_not_listed_not_even_ones_own(client, several):
    Organisation.objects.filter(pk=several["ateliers"].pk).update(status="closed")
    assert "Clain" not in names(client)


def test_accents_and_case_do_not_order_the_list(client, places, alice):
    for name in ("zèbre", "Étoile", "abri"):
        OrganisationFactory(name=name, home=places["poitiers"])
    assert names(client) == ["abri", "Étoile", "zèbre"]


def test_nearest_counts_from_the_chosen_organisation(client, several, places, alice):
    other = OrganisationFactory(name="Alice à Niort", home=places["niort"], owner=alice)
    client.post(reverse("partnerships:organisation_choose"), {"organisation": other.pk})
    assert names(client, sort="nearest")[0] in ("Niort", "Marais")


def test_without_a_position_nearest_is_by_name(client, several, places):
    places["poitiers"].lat = places["poitiers"].lon = None
    places["poitiers"].save()
    assert names(client, sort="nearest") == ["Vieillir", "Clain", "Marais"]


def test_nothing_found_says_what_to_do(client, several):
    page = client.get(INDEX, {"name": "zzz"}).content.decode()
    assert "See them all" in page


def test_htmx_gets_the_list_alone(client, several):
    page = client.get(INDEX, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "Les Ateliers du Clain" in page


def test_pages_of_twenty_counted_no_further_than_a_limit(client, places, monkeypatch):
    for number in range(45):
        OrganisationFactory(name=f"Amicale {number:02}", home=places["poitiers"])
    response = client.get(INDEX, {"page": 3})
    assert len(response.context["cards"]) == 5
    monkeypatch.setattr(directory, "SHOWN_AT_MOST", 40)
    response = client.get(INDEX, {"page": 3})
    assert response.context["page"].number == 2
    assert "More than 40 organisations" in response.content.decode()


def test_the_number_of_queries_does_not_grow(client, places, django_assert_num_queries):
    """Seven that know the person and keep the session; then: in whose name, how many, which ones,
    these, their roses, in whose name else."""
    for number in range(25):
        organisation = OrganisationFactory(name=f"A{number}", home=places["poitiers"])
        DeclarationFactory(organisation=organisation, domain_id=number % 16 + 1)
    client.get(INDEX)
    with django_assert_num_queries(7):
        client.get(INDEX)


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_the_file_holds_the_same_choice_without_contacts(client, several):
    response = client.get(EXPORT, {"domain": "D11"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="organisations.csv"'
    rows = rows_of(response)
    assert [row["name"] for row in rows] == ["Les Ateliers du Clain", "Transports du Marais"]
    assert rows[0]["acts_on"] == "D05"
    assert rows[0]["seeks_help_on"] == "D11"
    assert rows[0]["offers"] == "premises_room"
    assert "contact@example.org" not in str(rows)


def test_a_name_that_looks_like_a_formula_stays_text(client, places):
    OrganisationFactory(name='=HYPERLINK("http://x")', home=places["poitiers"])
    assert rows_of(client.get(EXPORT))[0]["name"] == '\'=HYPERLINK("http://x")'


def test_the_number_of_queries_of_the_file_does_not_grow(
    client, places, django_assert_max_num_queries
):
    for number in range(30):
        OrganisationFactory(name=f"A{number}", home=places["poitiers"])
    with django_assert_max_num_queries(15):
        assert len(rows_of(client.get(EXPORT))) == 30
