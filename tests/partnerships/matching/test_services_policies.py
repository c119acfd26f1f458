"""One policy is in force, from the first day on; others are created beside it."""

import pytest

from partnerships.matching.models import Policy
from partnerships.matching.services import activate_policy, create_policy, ensure_policy
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.lib.models import Job
from phare_platform.trace.models import Trace

pytestmark = pytest.mark.django_db


def test_a_new_database_gets_the_first_policy_once():
    policy = ensure_policy()
    assert (policy.name, policy.is_active) == ("2026-11", True)
    assert ensure_policy() == policy
    assert Policy.objects.count() == 1
    assert Trace.objects.filter(deed="matching.ensure_policy").count() == 1


def test_another_policy_takes_its_place_and_lists_are_asked_for():
    ensure_policy()
    other = Policy.objects.create(name="trial", proximity=1000, shared=3000)
    assert activate_policy(other, by=None).is_active
    assert list(Policy.objects.filter(is_active=True)) == [other]
    assert ensure_policy() == other
    assert Job.objects.filter(task="partnerships.matching.refresh").count() == 1
    assert Trace.objects.filter(deed="matching.activate_policy", subject_id=other.pk).exists()


def test_the_first_policy_comes_back_when_none_is_in_force():
    policy = ensure_policy()
    Policy.objects.update(is_active=False)
    assert ensure_policy() == policy
    policy.refresh_from_db()
    assert policy.is_active


def test_a_created_policy_stands_beside_the_one_in_force_and_leaves_a_trace(dora):
    present = ensure_policy()
    values = {"name": "trial", "proximity": 1000, "shared": 3000, "exposure_cap": 20, "note": "?"}
    policy = create_policy(values, by=dora)
    assert (policy.is_active, policy.exposure_cap, policy.complementary) == (False, 20, 3000)
    assert ensure_policy() == present
    trace = Trace.objects.get(deed="matching.create_policy")
    assert (trace.actor, trace.details["exposure_cap"]) == (dora, 20)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "sum", "modes": 601}, Refusal),
        ({"name": "all-reserved", "places": 3, "reserved_places": 3}, Conflict),
        ({"name": "2026-11"}, Conflict),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_leaves_nothing(values, refusal):
    ensure_policy()
    with pytest.raises(refusal):
        create_policy(values, by=None)
    assert Policy.objects.count() == 1
    assert not Trace.objects.filter(deed="matching.create_policy").exists()
