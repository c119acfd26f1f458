"""Partnerships in the API: the same rights and refusals as the pages, as JSON."""

import pytest
from rest_framework.test import APIClient

from partnerships.lifecycle.models import Partner, Partnership, PartnershipEvent
from tests.partnerships.lifecycle.cast import fresh, organisation, settle

pytestmark = pytest.mark.django_db
LIST = "/api/v1/partnerships/"
FIELDS = {
    "id", "title", "purpose", "territory", "domains", "modes", "partners", "facilitator", "stage",
    "stage_since", "version", "opened_at", "finished_at", "decision", "end_reason", "end_note",
    "key_points_settled", "key_points", "is_ready", "days_late", "next_step", "turn_of",
}  # fmt: skip


@pytest.fixture
def api():
    def as_(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return as_


def one(partnership, deed=""):
    return f"{LIST}{partnership.pk}/{deed}"


def test_one_partnership_tells_exactly_these_fields(api, partnership, alice, workshops):
    answer = api(alice).get(one(partnership)).json()
    assert set(answer) == FIELDS
    assert answer["territory"] == "municipality:86194"
    assert answer["domains"] == ["D11"]
    assert answer["partners"][0]["organisation"] == workshops.pk
    assert answer["next_step"]


def test_without_a_name_the_api_answers_401(partnership):
    client = APIClient()
    assert client.get(LIST).status_code == 401
    assert client.post(one(partnership, "stage/"), {}).status_code == 401


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("", None),
        ("stage/", {"to": "accompany", "version": 1}),
        ("end/", {"reason": "other", "version": 1}),
        ("points/", {"code": "PR01", "state": "todo"}),
        ("points/", None),
        ("notes/", {"text": "Bonjour"}),
        ("notes/", None),
    ],
)
def test_a_stranger_gets_404_and_a_reader_403_for_writes(
    api, partnership, charlie, rita, deed, body
):
    def ask(who):
        client = api(who)
        url = one(partnership, deed)
        return client.get(url) if body is None else client.post(url, body, format="json")

    assert ask(charlie).status_code == 404
    assert ask(rita).status_code == (200 if body is None else 403)
    assert fresh(partnership).version == 1
    assert not PartnershipEvent.objects.filter(kind="note").exists()


def test_the_list_holds_ones_own_with_the_filters_of_the_page(api, partnership, alice, charlie):
    assert api(alice).get(LIST).json()["count"] == 1
    assert api(charlie).get(LIST).json()["count"] == 0
    assert api(alice).get(LIST, {"stage": "closed"}).json()["count"] == 0
    assert api(alice).get(LIST, {"domain": "D11", "territory": "region:75"}).json()["count"] == 1
    refused = api(alice).get(LIST, {"territory": "region:99"})
    assert refused.status_code == 400
    assert "territory" in refused.json()["errors"]


def test_a_partnership_opened_here_invites_the_others(api, register, workshops, rides, alice):
    body = {
        "title": "Navettes",
        "territory": "department:86",
        "domains": ["D11"],
        "organisations": [workshops.pk, rides.pk],
    }
    answer = api(alice).post(LIST, body, format="json")
    assert answer.status_code == 201
    assert answer.json()["turn_of"] == [rides.name]
    assert Partner.objects.get(organisation=rides).agreed_at is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"territory": "municipality:00000"}, "territory"),
        ({"territory": 86}, "territory"),
        ({"domains": []}, "domains"),
        ({"domains": ["D17"]}, "domains"),
        ({"domains": [{"D01": 1}]}, "domains"),
        ({"organisations": [10**9, 1]}, "organisations"),
        ({"organisations": []}, "organisations"),
        ({"modes": ["barter"]}, "modes"),
    ],
)
def test_wrong_values_are_named_by_field(api, register, workshops, rides, alice, changes, field):
    body = {
        "title": "Navettes",
        "territory": "department:86",
        "domains": ["D11"],
        "organisations": [workshops.pk, rides.pk],
    }
    answer = api(alice).post(LIST, {**body, **changes}, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Partnership.objects.exists()


def test_nobody_opens_a_partnership_of_others(api, register, rides, neighbour, rennes, alice):
    body = {
        "title": "À leur place",
        "territory": "department:86",
        "domains": ["D11"],
        "organisations": [rides.pk, neighbour.pk],
    }
    assert api(alice).post(LIST, body, format="json").status_code == 403
    closed = organisation("Fermée", rennes)
    closed.status = "closed"
    closed.save()
    body["organisations"] = [rides.pk, closed.pk]
    refused = api(alice).post(LIST, body, format="json")
    assert refused.status_code == 400
    assert "organisations" in refused.json()["errors"]


def test_a_step_is_taken_and_the_late_one_gets_409(api, partnership, alice, bob):
    settle(partnership, "PR10", "PR15", by=alice)
    body = {"to": "accompany", "version": 1}
    assert api(alice).post(one(partnership, "stage/"), body, format="json").json()["version"] == 2
    late = api(bob).post(one(partnership, "stage/"), body, format="json")
    assert late.status_code == 409
    assert late.headers["Content-Type"] == "application/problem+json"
    assert late.json()["code"] == "changed_meanwhile"


@pytest.mark.parametrize(
    ("body", "status", "rule"),
    [
        ({"to": "evaluate", "version": 1}, 400, "stage_jump"),
        ({"to": "ended", "version": 1}, 400, "end_needs_reason"),
        ({"to": "accompany", "version": 1}, 400, "points_missing"),
        ({"to": "nowhere", "version": 1}, 400, None),
        ({"version": 1}, 400, None),
        ({"to": "accompany", "version": "one"}, 400, None),
        ([], 400, None),
    ],
)
def test_a_refused_step_names_its_rule(api, partnership, alice, body, status, rule):
    answer = api(alice).post(one(partnership, "stage/"), body, format="json")
    assert answer.status_code == status
    assert answer.json().get("code") == rule
    assert fresh(partnership).stage == "prepare"


def test_points_and_notes_are_read_and_written(api, partnership, alice):
    client = api(alice)
    body = {"code": "PR01", "state": "done", "evidence": "D11"}
    assert client.post(one(partnership, "points/"), body, format="json").status_code == 200
    points = {p["code"]: p for p in client.get(one(partnership, "points/")).json()}
    assert len(points) == 43
    assert (points["PR01"]["state"], points["PR01"]["evidence"]) == ("done", "D11")
    assert points["PR15"] | {"needed": True, "state": "todo"} == points["PR15"]
    written = client.post(one(partnership, "notes/"), {"text": "Bonjour"}, format="json")
    assert written.status_code == 201
    assert client.get(one(partnership, "notes/")).json()[0]["data"] == {"text": "Bonjour"}
    refused = client.post(
        one(partnership, "points/"), {"code": "ZZ", "state": "done"}, format="json"
    )
    assert refused.json()["code"] == "unknown_point"


def test_an_end_is_final(api, partnership, alice):
    body = {"reason": "no_means", "version": 1, "note": "Budget perdu"}
    ended = api(alice).post(one(partnership, "end/"), body, format="json").json()
    assert (ended["stage"], ended["end_reason"]) == ("ended", "no_means")
    again = api(alice).post(one(partnership, "end/"), {**body, "version": 2}, format="json")
    assert again.json()["code"] == "finished"


def test_the_same_request_twice_is_one_effect(client, partnership, alice):
    client.force_login(alice)
    for _time in range(2):
        answer = client.post(
            one(partnership, "notes/"),
            {"text": "Une fois"},
            content_type="application/json",
            headers={"Idempotency-Key": "k" * 20},
        )
        assert answer.status_code == 201
    assert PartnershipEvent.objects.filter(kind="note").count() == 1


def test_the_list_costs_the_same_with_more(
    api, partnership, alice, workshops, rides, poitiers, django_assert_num_queries
):
    from partnerships.lifecycle.services import open_partnership

    client = api(alice)
    with django_assert_num_queries(7):
        client.get(LIST)
    for number in range(5):
        open_partnership(
            title=f"Encore {number}", organisations=[workshops, rides], place=poitiers,
            domains=[], by=alice,
        )  # fmt: skip
    with django_assert_num_queries(7):
        assert client.get(LIST).json()["count"] == 6
