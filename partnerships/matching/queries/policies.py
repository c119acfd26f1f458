"""The policy in force, its weights, and whether lists are being computed with one."""

from partnerships.matching.enums import RefreshState
from partnerships.matching.models import Policy, Refresh
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


def running_refresh() -> Refresh | None:
    """The refresh of everyone that is under way, if any."""
    return Refresh.objects.filter(state=RefreshState.RUNNING).first()
