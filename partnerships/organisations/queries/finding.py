"""Finding organisations: by identifier, by name, by what they declare, by distance."""

import math
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Power

from partnerships.organisations.enums import RequestState, Status
from partnerships.organisations.models import (
    Declaration,
    JoinRequest,
    Membership,
    Organisation,
    OrganisationQuerySet,
)
from partnerships.organisations.rules import Identifiers
from phare_platform.accounts.models import User
from phare_platform.lib.text import plain
from territories.places.models import Place

MOST_COMPARED = 200
AROUND_DEGREES = 1.0  # of latitude: about 111 km


@dataclass(frozen=True)
class JoinWish:
    """An organisation that a person may mean, and how they stand to it."""

    organisation: Organisation
    is_member: bool
    is_waiting: bool


def find_organisations(text: str, *, by: User, limit: int = 8) -> list[JoinWish]:
    """The organisations, not closed, that `text` may mean: an identifier or the words of a name.

    An identifier that cannot exist finds nothing: the form says why.
    """
    meant = Organisation.objects.meant_by(text).exclude(status=Status.CLOSED)
    meant = meant.select_related("home__parent")
    key = plain(text)
    same = list(meant.filter(name_key=key).order_by("pk")[:limit])
    # A few hundred of those that hold the words, then the likeliest: never a sort of all of them.
    others = meant.exclude(name_key=key).order_by()[:MOST_COMPARED]
    likely = sorted(others, key=lambda o: (not o.name_key.startswith(key), o.name_key, o.pk))
    return _wishes((same + likely)[:limit], by)


def alike(name: str, *, home: Place, identifiers: Identifiers) -> OrganisationQuerySet:
    """Organisations, not closed, that one of this name, home and numbers may repeat."""
    same = Q(name_key=plain(name), home=home)
    if identifiers.siren:
        same |= Q(siren=identifiers.siren)
    if identifiers.rna:
        same |= Q(rna=identifiers.rna)
    return Organisation.objects.filter(same).exclude(status=Status.CLOSED)


def find_alike(
    name: str, *, home: Place, identifiers: Identifiers, by: User, limit: int = 8
) -> list[JoinWish]:
    """The same, with how this person stands to each."""
    found = alike(name, home=home, identifiers=identifiers).select_related("home__parent")
    return _wishes(list(found.order_by("pk")[:limit]), by)


def _wishes(organisations: list[Organisation], by: User) -> list[JoinWish]:
    joined = set(
        Membership.objects.filter(user=by, organisation__in=organisations).values_list(
            "organisation", flat=True
        )
    )
    waiting = set(
        JoinRequest.objects.filter(
            user=by, organisation__in=organisations, state=RequestState.OPEN
        ).values_list("organisation", flat=True)
    )
    return [JoinWish(o, o.pk in joined, o.pk in waiting) for o in organisations]


def declaring(
    organisations: OrganisationQuerySet, domain: int, *, side: str = ""
) -> OrganisationQuerySet:
    """Those that declare this domain (its number, 1 to 16), on one side, or on either."""
    declared = Declaration.objects.filter(organisation=OuterRef("pk"), domain=domain)
    return organisations.filter(Exists(declared.filter(side=side) if side else declared))


def nearest_first(organisations: OrganisationQuerySet, home: Place) -> OrganisationQuerySet:
    """Those within about 100 km of `home`, the nearest first; all by name where it has no position.

    The box keeps the sort small whatever the number of organisations; inside it, a plane is as
    good as the globe for the order.
    """
    if home.lat is None or home.lon is None:
        return organisations.order_by("name_key", "pk")
    shrink = max(0.1, math.cos(math.radians(home.lat)))
    wide = AROUND_DEGREES / shrink
    around = Place.objects.filter(
        lat__range=(home.lat - AROUND_DEGREES, home.lat + AROUND_DEGREES),
        lon__range=(home.lon - wide, home.lon + wide),
    )
    squared = Power(F("home__lat") - home.lat, 2) + Power(
        (F("home__lon") - home.lon) * Value(shrink), 2
    )
    return (
        organisations.filter(home__in=around.values("pk"))
        .annotate(away=Case(When(home=home, then=Value(0.0)), default=squared))
        .order_by("away", "name_key", "pk")
    )
