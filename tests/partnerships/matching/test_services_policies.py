"""One policy is in force, from the first day on."""

import pytest

from partnerships.matching.models import Policy
from partnerships.matching.services import activate_policy, ensure_policy
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
