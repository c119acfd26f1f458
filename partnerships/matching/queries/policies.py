"""Policies: the one in force, each parameter in words, and whether lists are being computed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnerships.matching.enums import Component, RefreshState
from partnerships.matching.models import Policy, Refresh, SuggestionAnswer, SuggestionList
from partnerships.matching.rules import Weights
from phare_platform.lib.formats import decimal

WEIGHTS = [component.value for component in Component]
# name: what it is called, what it does
PARAMETERS: Mapping[str, tuple[Any, Any]] = {
    "complementary": (
        Component.COMPLEMENTARY.label,
        _("one looks for help on a domain, the other acts on it."),
    ),
    "shared": (Component.SHARED.label, _("both act on the same domain.")),
    "resources": (Component.RESOURCES.label, _("one offers what the other needs.")),
    "proximity": (
        Component.PROXIMITY.label,
        _("falls with the distance; half is left at about 55 km."),
    ),
    "worlds": (Component.WORLDS.label, _("two different kinds of organisation meet.")),
    "modes": (Component.MODES.label, _("forms of partnership that suit both.")),
    "floor": (
        _("Least in each direction"),
        _("points out of 10,000 that each side must bring the other."),
    ),
    "list_length": (_("Length of a list"), _("how many partners are kept for each, 1 to 100.")),
    "places": (_("Places"), _("how many of them are shown, 1 to 30.")),
    "reserved_places": (
        _("Reserved places"),
        _("of these, for organisations that would be shown nowhere."),
    ),
    "exposure_cap": (
        _("Most lists for one"),
        _("in how many lists an organisation is shown at most; 0 for as many as it fits."),
    ),
    "load_penalty": (
        _("Penalty for load"),
        _("points taken off for each introduction that waits for an answer."),
    ),
}


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


def all_policies() -> QuerySet[Policy]:
    """Every policy, the one in force first, then the newest; `is_used` where anything rests on it.

    A refresh, a list or an answer does.
    """
    used = (
        Exists(Refresh.objects.filter(policy=OuterRef("pk")))
        | Exists(SuggestionList.objects.filter(policy=OuterRef("pk")))
        | Exists(SuggestionAnswer.objects.filter(policy=OuterRef("pk")))
    )
    found = Policy.objects.annotate(is_used=used)
    return found.order_by("-is_active", "-created_at", "-pk")


def told(policy: Policy, *, beside: Policy | None = None) -> list[tuple[str, str, str, str]]:
    """Each parameter: name, what it does, its value; that of the policy beside if it differs."""
    language = get_language() or "fr"

    def value(one: Policy, name: str) -> str:
        return decimal(getattr(one, name), language=language)

    return [
        (
            str(label),
            str(meaning),
            value(policy, name),
            value(beside, name)
            if beside and getattr(beside, name) != getattr(policy, name)
            else "",
        )
        for name, (label, meaning) in PARAMETERS.items()
    ]


def running_refresh() -> Refresh | None:
    """The refresh of everyone that is under way, if any."""
    return Refresh.objects.filter(state=RefreshState.RUNNING).first()
