"""The policy in force, and its weights."""

from partnerships.matching.models import Policy
from partnerships.matching.rules import Weights


def active_policy() -> Policy | None:
    """The policy that lists are computed with, or None on a database that has none yet."""
    return Policy.objects.filter(is_active=True).first()


def weights_of(policy: Policy) -> Weights:
    """The weights that a policy stands for."""
    return Weights(
        complementary=policy.complementary,
        shared=policy.shared,
        resources=policy.resources,
        proximity=policy.proximity,
        worlds=policy.worlds,
        modes=policy.modes,
        floor=policy.floor,
    )
