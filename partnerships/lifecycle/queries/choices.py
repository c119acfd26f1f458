"""What people choose from: territories, partners, subjects."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from partnerships.lifecycle.access import visible_to
from partnerships.lifecycle.models import Partner
from partnerships.organisations.access import visible_to as visible_organisations
from partnerships.organisations.enums import Status
from partnerships.organisations.models import Declaration, Organisation, OrganisationQuerySet
from phare_platform.lib.text import plain
from territories.fragilities.models import Domain
from territories.places.enums import Level
from territories.places.models import Place, PlaceQuerySet

MOST_FOUND = 10
MOST_DOMAINS = 3  # the checklist's first point: keep one to three domains, no more


def organisations_in(user: Any) -> OrganisationQuerySet:
    """The partners of the partnerships this person may read, for choosing one of them."""
    partners = Partner.objects.filter(partnership__in=visible_to(user), left_at=None)
    return Organisation.objects.filter(pk__in=partners.values("organisation")).order_by(
        "name_key", "pk"
    )


def territories_in(user: Any) -> PlaceQuerySet:
    """The regions, departments and intermunicipalities with partnerships this person may read."""
    places = visible_to(user).order_by().values("place")
    levels = [Level.REGION, Level.DEPARTMENT, Level.INTERMUNICIPALITY]
    holding = Place.objects.filter(contents__inner__in=places).values("pk")
    return (
        Place.objects.at(*levels)
        .filter(Q(pk__in=places) | Q(pk__in=holding))
        .order_by("level", "name_key", "pk")
    )


def places_for(
    organisations: Sequence[Organisation], *, present: Place | None = None
) -> PlaceQuerySet:
    """Where these organisations may act together: their municipalities and all that holds them.

    `present` is the territory already chosen, which stays a choice when the partners change.
    """
    homes = [o.home_id for o in organisations]
    holding = Place.objects.filter(contents__inner__in=homes).values("pk")
    chosen = [present.pk] if present else []
    return (
        Place.objects.filter(Q(pk__in=homes) | Q(pk__in=holding) | Q(pk__in=chosen))
        .exclude(level=Level.COUNTRY)
        .order_by("level", "name_key", "pk")
    )


def shared_domains(organisations: Sequence[Organisation]) -> list[Domain]:
    """Up to three domains on which two of them or more have declared something, the most first."""
    declared = (
        Declaration.objects.filter(organisation__in=organisations)
        .values_list("domain", "organisation")
        .distinct()
    )
    counts = Counter(domain for domain, _ in declared)
    shared = [number for number, count in counts.most_common() if count > 1]
    return list(Domain.objects.filter(pk__in=shared[:MOST_DOMAINS]))


def find_organisations(user: Any, words: str) -> list[Organisation]:
    """Up to ten active organisations whose name holds these words, accents and case ignored."""
    key = plain(words)
    if len(key) < 2:
        return []
    return list(
        visible_organisations(user)
        .filter(status=Status.ACTIVE, name_key__contains=key)
        .select_related("home")
        .order_by("name_key", "pk")[:MOST_FOUND]
    )
