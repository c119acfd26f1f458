"""Refusals: a sentence for the person, problem details for the machine."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from rest_framework.exceptions import NotFound
from rest_framework.exceptions import ValidationError as ApiValidationError

from phare_platform.lib.errors import Conflict, Refusal, refused_by
from phare_platform.lib.problems import problem_details
from phare_platform.outbox.models import Unsubscription


@pytest.mark.parametrize(
    ("error", "status", "extra"),
    [
        (Refusal("No.", code="no"), 400, {"code": "no"}),
        (Conflict("Late.", code="late"), 409, {"code": "late"}),
        (NotFound(), 404, {}),
        (ApiValidationError({"siren": ["Wrong."]}), 400, {"errors": {"siren": ["Wrong."]}}),
        (ValidationError({"siren": ["Wrong."]}), 400, {"errors": {"siren": ["Wrong."]}}),
        (ValidationError("Wrong."), 400, {"errors": ["Wrong."]}),
    ],
)
def test_each_refusal_becomes_problem_details(error, status, extra):
    answer = problem_details(error, {})
    assert answer.status_code == answer.data["status"] == status
    assert answer.content_type == "application/problem+json"
    assert answer.data["detail"]
    assert extra.items() <= answer.data.items()


def test_a_fault_of_ours_is_not_dressed_up():
    assert problem_details(ZeroDivisionError(), {}) is None


@pytest.mark.django_db
def test_only_the_named_constraint_becomes_a_sentence(alice):

    row = {"address": "a@example.org", "kind": "digest"}
    Unsubscription.objects.create(**row)
    with pytest.raises(Conflict, match="Already"), refused_by("unsubscribed_once", "Already."):
        Unsubscription.objects.create(**row)


@pytest.mark.django_db
def test_another_constraint_stays_a_fault():

    with pytest.raises(IntegrityError), refused_by("unsubscribed_once", "Already."):
        Unsubscription.objects.create(address="a@example.org", kind="security")
