"""Which weights are in force."""

from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext as _

from partnerships.matching.models import Policy
from partnerships.matching.queries.policies import active_policy, weights_of
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Refusal, refused_by
from phare_platform.lib.jobs import later
from phare_platform.trace.services import leave_trace

FIRST_POLICY = "2026-11"


class PolicyValues(TypedDict, total=False):
    """What a policy is made of; what is left out takes the value of the first policy of all."""

    name: str
    complementary: int
    shared: int
    resources: int
    proximity: int
    worlds: int
    modes: int
    floor: int
    list_length: int
    places: int
    reserved_places: int
    exposure_cap: int
    load_penalty: int
    note: str


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
def create_policy(values: PolicyValues, *, by: User | None) -> Policy:
    """A new policy beside the others, not in force; it is never changed afterwards.

    Raises Refusal when the six weights do not sum to 10,000 or the places do not fit, Conflict
    when the name is taken.
    """
    policy = Policy(**values)
    try:
        weights_of(policy)
    except ValueError as error:
        raise Refusal(_("The six weights must sum to 10,000."), code="policy_sum") from error
    taken = refused_by("partnerships_policy_name_key", _("A policy of this name exists already."))
    impossible = refused_by(
        "policy_places_fit", _("Some places must be left beside the reserved ones.")
    )
    with taken, impossible, transaction.atomic():
        policy.save(force_insert=True)
    leave_trace("matching.create_policy", policy, by=by, **values)
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
