"""Organisations in the API: the same filters, the same services, contacts for members only."""

import pytest
from rest_framework.test import APIClient

from partnerships.organisations.models import Declaration, Organisation
from partnerships.organisations.rules import Declared
from partnerships.organisations.services import declare
from phare_platform.trace.models import Trace
from tests.partnerships.organisations.factories import OrganisationFactory

LIST = "/api/v1/organisations/"
SECRETS = ("contact@example.org", "05 49 00 00 00")


def of(organisation, more=""):
    return f"{LIST}{organisation.pk}/{more}"


@pytest.fixture
def client_of():
    def make(person=None):
        client = APIClient()
        if person:
            client.force_authenticate(person)
        return client

    return make


@pytest.fixture
def api(client_of, alice):
    return client_of(alice)


def new(**values):
    return {"name": "Les Jardins", "type": "association", "home": "municipality:86194", **values}


def test_a_visitor_is_asked_who_they_are(client_of, ateliers):
    for url in (LIST, of(ateliers)):
        assert client_of().get(url).status_code == 401


def test_a_list_by_cursor_with_the_filters_of_the_page(api, ateliers, transports, alice):
    declare(ateliers, by=alice, declarations=[Declared(5, "acts", 3)])
    every = api.get(LIST).json()
    assert [o["id"] for o in every["results"]] == [ateliers.pk, transports.pk]
    for query in ({"domain": "D05"}, {"territory": "department:86"}, {"name": "atel"}):
        assert [o["id"] for o in api.get(LIST, query).json()["results"]] == [ateliers.pk]


def test_pages_are_read_to_the_end(api, places):
    for _ in range(5):
        OrganisationFactory(home=places["poitiers"])
    url, found = f"{LIST}?page_size=2", []
    while url:
        page = api.get(url).json()
        found += [o["id"] for o in page["results"]]
        url = page["next"]
    assert found == sorted(found)
    assert len(found) == 5


@pytest.mark.parametrize(
    "query",
    [{"domain": "D99"}, {"territory": "department:00"}, {"kind": "pirates"}, {"name": "a" * 201}],
)
def test_a_filter_that_does_not_exist_is_a_400_with_its_field(api, places, query):
    response = api.get(LIST, query)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == list(query)


def test_contacts_are_for_members(api, client_of, ateliers, charlie):
    assert api.get(of(ateliers)).json()["contact"] == {
        "name": "Alice Morin",
        "email": "contact@example.org",
        "phone": "05 49 00 00 00",
    }
    stranger = client_of(charlie)
    for url in (of(ateliers), LIST):
        text = stranger.get(url).content.decode()
        assert not any(secret in text for secret in SECRETS)


def test_the_shape_of_an_organisation(api, ateliers):
    shown = api.get(of(ateliers)).json()
    assert shown["home"] == {"id": "municipality:86194", "name": "Poitiers"}
    assert shown["areas"] == [{"id": "department:86", "name": "Vienne"}]
    assert {"source", "source_ref", "verified_by", "search"}.isdisjoint(shown)


def test_creating(api, poitiers, alice):
    response = api.post(LIST, new(siret="73282932000074"), format="json")
    assert response.status_code == 201
    organisation = Organisation.objects.get(pk=response.json()["id"])
    assert organisation.siren == "732829320"
    assert organisation.memberships.get().user == alice


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"siren": "732829321"}, "siren"),
        ({"siret": "73282932000075"}, "siret"),
        ({"siren": "552100554", "siret": "73282932000074"}, "siret"),
        ({"rna": "1"}, "rna"),
        ({"home": "municipality:99999"}, "home"),
        ({"home": "99999"}, "home"),
        ({"home": "department:86"}, "home"),
        ({"home": 86194}, "home"),
        ({"home": None}, "home"),
        ({"type": "pirates"}, "type"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"verification": "verified"}, "verification"),
        ({"organisation": 1}, "organisation"),
        ({"owner": 1}, "owner"),
    ],
)
def test_what_is_wrong_is_named(api, places, values, field):
    response = api.post(LIST, new(**values), format="json")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"x"', "{", '{"name": "a\\u0000"}', "[" * 5000, "null"])
def test_a_body_that_is_no_object_is_a_400(api, places, body):
    response = api.post(LIST, body, content_type="application/json")
    assert response.status_code == 400


def test_one_that_exists_already_is_a_409_with_its_rule(api, client_of, poitiers, charlie):
    api.post(LIST, new(), format="json")
    response = client_of(charlie).post(LIST, new(distinct=True), format="json")
    assert response.status_code == 409
    assert response.json()["code"] == "organisation_name_once"


def test_the_same_request_twice_is_one_organisation(api, poitiers):
    headers = {"Idempotency-Key": "one"}
    answers = [api.post(LIST, new(), format="json", headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    other = api.post(LIST, new(name="Other"), format="json", headers=headers)
    assert other.status_code == 422


def test_an_editor_changes_the_profile(client_of, ateliers, bob):
    response = client_of(bob).patch(of(ateliers), {"description": "New."}, format="json")
    assert response.status_code == 200
    assert response.json()["description"] == "New."


@pytest.mark.parametrize("body", [{"status": "closed"}, {"id": 7}, {"kind": "company"}])
def test_what_is_not_theirs_to_change_is_refused(api, ateliers, body):
    assert api.patch(of(ateliers), body, format="json").status_code == 400


def test_a_stranger_changes_nothing(client_of, ateliers, charlie):
    stranger = client_of(charlie)
    body = {"declarations": [{"domain": "D05", "side": "acts", "level": 1}]}
    assert stranger.patch(of(ateliers), {"name": "Mine"}, format="json").status_code == 404
    assert stranger.post(of(ateliers, "declare/"), body, format="json").status_code == 404
    assert not Declaration.objects.exists()
    assert not Trace.objects.exists()


def test_declaring(api, ateliers, places):
    response = api.post(
        of(ateliers, "declare/"),
        {
            "declarations": [
                {"domain": "D05", "side": "acts", "level": 3},
                {"domain": "D11", "side": "seeks", "level": 1},
            ],
            "resources": [{"resource": "time_staff", "side": "offer", "note": "Tuesdays"}],
            "modes": ["patronage"],
            "areas": ["department:86", "region:75"],
            "capacity": 4,
        },
        format="json",
    )
    shown = response.json()
    assert response.status_code == 200
    assert {"domain": "D05", "side": "acts", "level": 3} in shown["declarations"]
    assert shown["resources"] == [{"resource": "time_staff", "side": "offer", "note": "Tuesdays"}]
    assert {a["id"] for a in shown["areas"]} == {"department:86", "region:75"}
    assert (shown["modes"], shown["capacity"]) == (["patronage"], 4)


@pytest.mark.parametrize(
    "body",
    [
        {"declarations": [{"domain": "D17", "side": "acts", "level": 1}]},
        {"declarations": [{"domain": "D05", "side": "acts", "level": 4}]},
        {"declarations": [{"domain": "D05", "side": "acts", "level": 1, "organisation": 2}]},
        {"declarations": "D05"},
        {"resources": [{"resource": "gold", "side": "offer"}]},
        {"modes": ["piracy"]},
        {"areas": []},
        {"areas": ["department:00"]},
        {"areas": ["department:86"] * 13},
        {"capacity": 51},
        {"organisation": 2},
        {"declarations": [{"domain": "D05", "side": "acts", "level": 1}] * 2},
    ],
)
def test_a_wrong_declaration_is_refused_whole(api, ateliers, body):
    valid = {"declarations": [{"domain": "D01", "side": "acts", "level": 1}]}
    response = api.post(of(ateliers, "declare/"), {**valid, **body}, format="json")
    assert response.status_code == 400
    assert not Declaration.objects.exists()


def test_nothing_is_deleted_or_replaced(api, ateliers):
    assert api.delete(of(ateliers)).status_code == 405
    assert api.put(of(ateliers), new(), format="json").status_code == 405


def test_a_closed_one_is_hidden_from_strangers(client_of, ateliers, alice, charlie):
    Organisation.objects.filter(pk=ateliers.pk).update(status="closed")
    assert client_of(charlie).get(of(ateliers)).status_code == 404
    assert client_of(alice).get(of(ateliers)).status_code == 200
    assert client_of(alice).get(LIST).json()["results"] == []


def test_the_number_of_queries_does_not_grow(api, places, django_assert_num_queries):
    for _ in range(15):
        OrganisationFactory(home=places["poitiers"])
    with django_assert_num_queries(5):
        assert len(api.get(LIST).json()["results"]) == 15
