"""Suggestions and introductions through the API: the reads, writes and rights of the pages."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from partnerships.lifecycle.models import Partnership
from partnerships.matching.enums import AnswerKind
from partnerships.matching.models import Introduction, SuggestionAnswer
from partnerships.matching.services import answer_suggestion, refresh_matches

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    """A client in somebody's name; nobody's without one."""

    def make(person=None):
        client = APIClient()
        if person is not None:
            client.force_authenticate(person)
        return client

    return make


@pytest.fixture
def introduction(pair):
    ateliers, mobilites = pair
    for us, them in ((ateliers, mobilites), (mobilites, ateliers)):
        answer_suggestion(us, other=them, kind=AnswerKind.INTERESTED, by=None)
    return Introduction.objects.get()


def url_of(organisation, rest=""):
    return f"/api/v1/organisations/{organisation.pk}/suggestions/{rest}"


def test_the_list_says_who_why_and_how_much_in_exact_points(api, alice, ateliers, mobilites):
    refresh_matches()
    body = api(alice).get(url_of(ateliers)).json()
    (card,) = body["results"]
    assert body["count"] == 1
    assert card["other"] == {
        "id": mobilites.pk,
        "name": "Mobilités Vienne Services",
        "type": "sme",
        "kind": "company",
        "home": "municipality:86062",
        "home_name": "Chasseneuil-du-Poitou",
        "verification": "verified",
    }
    for side in ("brings", "gives"):
        assert sum(part["points"] for part in card[side]["parts"]) == card[side]["total"]
        assert sum(part["maximum"] for part in card[side]["parts"]) == 10_000
    a, b = card["brings"]["total"], card["gives"]["total"]
    assert card["points"] == 2 * a * b // (a + b)
    assert "la mobilité" in card["reason"]
    assert "<b>" not in card["reason"]
    assert "contact" not in str(body)


def test_the_list_has_the_filters_of_the_page(api, alice, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    client = api(alice)
    kinds = {
        card["other"]["kind"]
        for card in client.get(url_of(ateliers), {"kind": "company"}).json()["results"]
    }
    assert kinds == {"company"}
    near = client.get(url_of(ateliers), {"up_to": "intermunicipality"}).json()
    assert near["count"] == sum(other.home.name == "Poitiers" for other in crowd)
    assert client.get(url_of(ateliers), {"subject": 6}).json()["count"] == 0
    assert client.get(url_of(ateliers), {"kind": "nonsense"}).status_code == 400


def test_the_list_goes_by_fives(api, alice, ateliers, crowd, listed):
    listed(ateliers, *crowd)
    client = api(alice)
    body = client.get(url_of(ateliers)).json()
    assert [card["other"]["id"] for card in body["results"]] == [other.pk for other in crowd[:5]]
    assert client.get(url_of(ateliers), {"page": 3}).status_code == 404


@pytest.mark.parametrize("count", [2, 5])
def test_the_number_of_queries_is_fixed(
    api, alice, ateliers, crowd, listed, django_assert_num_queries, count
):
    listed(ateliers, *crowd[:count])
    client = api(alice)
    with django_assert_num_queries(7):
        client.get(url_of(ateliers))


def test_answering_and_undoing(api, alice, bob, pair):
    ateliers, mobilites = pair
    client = api(alice)
    answer = url_of(ateliers, f"{mobilites.pk}/answer/")
    body = client.post(answer, {"kind": "later"}, format="json").json()
    assert (body["kind"], body["introduction"]) == ("later", None)
    assert body["hidden_until"]
    assert client.get(url_of(ateliers)).json()["count"] == 0
    assert client.delete(answer).status_code == 204
    assert client.delete(answer).status_code == 409
    client.post(answer, {"kind": "interested"}, format="json")
    other_way = url_of(mobilites, f"{ateliers.pk}/answer/")
    body = api(bob).post(other_way, {"kind": "interested"}, format="json").json()
    assert body["introduction"] == Introduction.objects.get().pk
    again = client.post(answer, {"kind": "declined"}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "introduced")


@pytest.mark.parametrize(
    "body", [{}, {"kind": "love"}, {"kind": "declined", "reason": "ugly"}, {"kind": None}, [], "x"]
)
def test_a_wrong_answer_is_400_with_the_field_at_fault(api, alice, pair, body):
    ateliers, mobilites = pair
    url = url_of(ateliers, f"{mobilites.pk}/answer/")
    response = api(alice).post(url, body, format="json")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert not SuggestionAnswer.objects.exists()


@pytest.mark.parametrize(
    ("role", "read", "write"),
    [
        ("alice", 200, 200),
        ("rita", 200, 404),
        ("charlie", 404, 404),
        ("dora", 404, 404),
        (None, 401, 401),
    ],
)
def test_who_may_read_and_answer(request, api, pair, role, read, write):
    ateliers, mobilites = pair
    client = api(request.getfixturevalue(role) if role else None)
    assert client.get(url_of(ateliers)).status_code == read
    assert client.get(url_of(ateliers, f"{mobilites.pk}/")).status_code == read
    url = url_of(ateliers, f"{mobilites.pk}/answer/")
    assert client.post(url, {"kind": "later"}, format="json").status_code == write
    assert SuggestionAnswer.objects.exists() == (write == 200)


@pytest.mark.parametrize("pk", [0, 999_999_999, 2**63, 10**40])
def test_ids_that_do_not_exist_are_404(api, alice, ateliers, pk):
    client = api(alice)
    assert client.get(f"/api/v1/organisations/{pk}/suggestions/").status_code == 404
    assert client.get(url_of(ateliers, f"{pk}/")).status_code == 404
    url = url_of(ateliers, f"{pk}/answer/")
    assert client.post(url, {"kind": "later"}, format="json").status_code == 404
    assert client.get(f"/api/v1/introductions/{pk}/").status_code == 404


def test_one_that_was_never_suggested_is_404_to_read_and_409_to_answer(api, alice, pair, foret):
    url = url_of(pair[0], f"{foret.pk}/")
    assert api(alice).get(url).status_code == 404
    response = api(alice).post(url + "answer/", {"kind": "later"}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "not_suggested")


def test_a_repeated_key_is_one_answer(client, alice, pair):
    client.force_login(alice)
    ateliers, mobilites = pair
    url = url_of(ateliers, f"{mobilites.pk}/answer/")
    headers = {"Idempotency-Key": "abc"}
    bodies = [
        client.post(url, '{"kind": "later"}', content_type="application/json", headers=headers)
        for _ in range(2)
    ]
    assert [response.status_code for response in bodies] == [200, 200]
    assert bodies[0].content == bodies[1].content
    other = client.post(
        url, '{"kind": "declined"}', content_type="application/json", headers=headers
    )
    assert other.status_code == 422
    assert SuggestionAnswer.objects.get().kind == "later"


def test_contacts_show_once_both_have_accepted_and_one_by_one_only(api, alice, bob, introduction):
    client = api(alice)
    url = f"/api/v1/introductions/{introduction.pk}/"
    for person in (alice, bob):
        assert "contact@" not in str(client.get(url).json())
        api(person).post(f"{url}accept/", {}, format="json")
    (listed_one,) = client.get("/api/v1/introductions/").json()["results"]
    assert [side["contact"] for side in listed_one["sides"]] == [None, None]
    body = client.get(f"/api/v1/introductions/{introduction.pk}/").json()
    emails = {side["contact"]["email"] for side in body["sides"]}
    assert emails == {"contact@ateliers.example", "contact@mobilites.example"}


def test_a_declined_introduction_tells_neither_contacts_nor_the_reason(
    api, alice, bob, introduction
):
    url = f"/api/v1/introductions/{introduction.pk}/"
    body = api(bob).post(url + "decline/", {"reason": "no_time"}, format="json").json()
    assert (body["state"], body["sides"][0]["contact"]) == ("declined", None)
    assert "no_time" not in str(api(alice).get(url).json())


def test_both_accept_and_the_partnership_opens(api, alice, bob, introduction):
    url = f"/api/v1/introductions/{introduction.pk}/accept/"
    body = api(alice).post(url, {}, format="json").json()
    assert (body["state"], body["partnership"]) == ("open", None)
    assert api(alice).post(url, {}, format="json").json()["code"] == "already_accepted"
    body = api(bob).post(url, {"title": "Navettes"}, format="json").json()
    assert body["state"] == "accepted"
    assert Partnership.objects.get(pk=body["partnership"]).title == "Navettes"


@pytest.mark.parametrize("deed", ["accept", "decline"])
def test_strangers_and_readers_find_no_introduction_to_answer(
    api, rita, charlie, introduction, deed
):
    url = f"/api/v1/introductions/{introduction.pk}/"
    for person in (rita, charlie):
        assert api(person).post(f"{url}{deed}/", {}, format="json").status_code == 404
    assert api(charlie).get(url).status_code == 404
    assert api(rita).get(url).status_code == 200
    assert api().get(url).status_code == 401
    assert api(charlie).get("/api/v1/introductions/").json()["count"] == 0


def test_the_organisation_of_somebody_else_in_a_body_does_not_exist(
    api, alice, introduction, mobilites, foret
):
    url = f"/api/v1/introductions/{introduction.pk}/accept/"
    for organisation in (mobilites.pk, foret.pk, 999_999_999, "x", 2**63):
        response = api(alice).post(url, {"organisation": organisation}, format="json")
        assert response.status_code == 400
    introduction.refresh_from_db()
    assert (introduction.first_accepted_at, introduction.second_accepted_at) == (None, None)


def test_who_answers_for_both_sides_names_one(api, alice, introduction, mobilites):
    mobilites.memberships.create(user=alice, role="owner")
    url = f"/api/v1/introductions/{introduction.pk}/accept/"
    assert api(alice).post(url, {}, format="json").status_code == 400
    response = api(alice).post(url, {"organisation": mobilites.pk}, format="json")
    assert response.status_code == 200


def test_an_expired_introduction_is_409(api, alice, introduction):
    Introduction.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    url = f"/api/v1/introductions/{introduction.pk}/accept/"
    response = api(alice).post(url, {}, format="json")
    assert (response.status_code, response.json()["code"]) == (409, "expired")
