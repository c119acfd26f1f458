"""Evaluations in the API: answers stay hidden until all have answered."""

import pytest
from rest_framework.test import APIClient

from partnerships.evaluation.models import AnswerSheet
from partnerships.evaluation.services import submit_answers
from tests.partnerships.evaluation.answers import OF_A, OF_B, given

pytestmark = pytest.mark.django_db
LIST = "/api/v1/evaluations/"


@pytest.fixture
def api():
    def as_(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return as_


def answers(values):
    return {c: {"value": v, "not_applicable": v is None} for c, v in values.items()}


def one(evaluation, deed=""):
    return f"{LIST}{evaluation.pk}/{deed}"


def test_who_has_answered_is_told_but_not_what(api, evaluation, workshops, alice, bob, fanny):
    submit_answers(evaluation, organisation=workshops, answers=given(OF_A), by=alice)
    for who in (bob, fanny):
        told = api(who).get(one(evaluation)).json()
        sent = {p["organisation"]: p["submitted_at"] is not None for p in told["partners"]}
        assert sent[workshops.pk]
        assert told["scores"] == []
        assert api(who).get(one(evaluation, "answers/")).json() == []
    assert len(api(alice).get(one(evaluation, "answers/")).json()) == 1


def test_answers_are_saved_then_sent_then_scored(api, evaluation, workshops, rides, alice, bob):
    body = {"organisation": workshops.pk, "answers": answers(OF_A)}
    draft = api(alice).put(one(evaluation, "answers/"), body, format="json")
    assert draft.status_code == 200
    assert draft.json()["submitted_at"] is None
    for who, organisation, values in ((alice, workshops, {}), (bob, rides, OF_B)):
        body = {"organisation": organisation.pk, "answers": answers(values), "submit": True}
        sent = api(who).put(one(evaluation, "answers/"), body, format="json")
        assert sent.json()["submitted_at"]
    told = api(bob).get(one(evaluation)).json()
    assert told["state"] == "complete"
    assert {"impact": "innovation", "organisation": None, "value": "60.00", "answered_count": 11,
            "gap": "20.00"} in told["scores"]  # fmt: skip
    assert len(api(bob).get(one(evaluation, "answers/")).json()) == 2
    late = api(bob).put(one(evaluation, "answers/"), body, format="json")
    assert late.status_code == 409
    assert late.json()["code"] == "answers_sent"


def test_strangers_get_404_and_visitors_401(api, evaluation, charlie, felix):
    for who in (charlie, felix):
        assert api(who).get(one(evaluation)).status_code == 404
        assert api(who).get(one(evaluation, "answers/")).status_code == 404
        assert api(who).put(one(evaluation, "answers/"), {}, format="json").status_code == 404
        assert api(who).get(LIST).json()["count"] == 0
    assert APIClient().get(one(evaluation)).status_code == 401


def test_nobody_answers_for_another_organisation(
    api, evaluation, workshops, rides, neighbour, alice, rita, fanny, dora
):
    for who, organisation in (
        (alice, rides), (alice, neighbour), (rita, workshops), (fanny, workshops), (dora, rides),
    ):  # fmt: skip
        body = {"organisation": organisation.pk, "answers": answers(OF_A), "submit": True}
        refused = api(who).put(one(evaluation, "answers/"), body, format="json")
        assert refused.status_code == 404
    assert not AnswerSheet.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        {"I1": {"value": 5}},
        {"I1": {"value": "four"}},
        {"I1": {"value": 3, "not_applicable": True}},
        {"C1": {"codes": ["alien"]}},
        {"Z9": {"value": 1}},
        {"I1": 4},
        [],
    ],
)
def test_an_impossible_answer_is_named(api, evaluation, workshops, alice, answer):
    body = {"organisation": workshops.pk, "answers": answer}
    refused = api(alice).put(one(evaluation, "answers/"), body, format="json")
    assert refused.status_code == 400
    assert "answers" in refused.json()["errors"]
    assert not AnswerSheet.objects.exists()


def test_evaluations_are_found_by_partnership(api, evaluation, alice):
    found = api(alice).get(LIST, {"partnership": evaluation.partnership_id}).json()
    assert [e["id"] for e in found["results"]] == [evaluation.pk]
