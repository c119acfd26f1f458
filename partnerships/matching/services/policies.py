"""Which weights are in force."""

from django.db import transaction

from partnerships.matching.models import Policy
from partnerships.matching.queries.policies import active_policy
from phare_platform.accounts.models import User
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace

FIRST_POLICY = "2026-11"


@transaction.atomic
def ensure_policy() -> Policy:
    """The policy in force; on a database without one, the first is created and put in force."""
    policy = active_policy()
    if policy is None:
        policy, _created = Policy.objects.update_or_create(
            name=FIRST_POLICY, defaults={"is_active": True}
        )
        leave_trace("matching.ensure_policy", policy, by=None, name=policy.name)
    return policy


@transaction.atomic
def activate_policy(policy: Policy, *, by: User | None) -> Policy:
    """Put a policy in force instead of the present one, and have all lists computed with it.

    Lists keep the policy that made them until then.
    """
    list(Policy.objects.select_for_update().order_by("pk").values_list("pk"))
    Policy.objects.filter(is_active=True).exclude(pk=policy.pk).update(is_active=False)
    Policy.objects.filter(pk=policy.pk).update(is_active=True)
    policy.is_active = True
    leave_trace("matching.activate_policy", policy, by=by, name=policy.name)
    later("partnerships.matching.refresh")
    return policy
