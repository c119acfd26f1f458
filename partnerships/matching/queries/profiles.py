"""Organisations as matching sees them, read in a handful of queries however many there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from partnerships.matching.rules import Home, Profile, position_of
from partnerships.organisations.enums import ResourceSide, Side
from partnerships.organisations.models import (
    AreaOfAction,
    Declaration,
    Organisation,
    OrganisationQuerySet,
    ResourceDeclaration,
)
from territories.fragilities.models import Priority
from territories.places.enums import Level
from territories.places.models import Containment, Place

# From the nearest to the widest: the first that states priorities speaks for a home.
LEVELS_UP = [
    Level.MUNICIPALITY,
    Level.INTERMUNICIPALITY,
    Level.DEPARTMENT,
    Level.REGION,
    Level.COUNTRY,
]
NOTHING: Mapping[int, int] = {}
NO_PLACES: frozenset[int] = frozenset()


class Territory(NamedTuple):
    """What a home gives to those who live there: where it is and what comes first."""

    home: Home
    priorities: Mapping[int, int]
    priority_place: int | None


def load_profiles() -> dict[int, Profile]:
    """The profiles of all active organisations, by id. Eight queries."""
    return _profiles(Organisation.objects.active())


def profiles_of(pks: Iterable[int]) -> dict[int, Profile]:
    """The profiles of these organisations, active or not, by id; unknown ids are left out.

    Eight queries.
    """
    return _profiles(Organisation.objects.filter(pk__in=list(pks)))


def territories_of(homes: QuerySet[Any, Any]) -> dict[int, Territory]:
    """What each of these homes gives, by the key of the home. Four queries."""
    outer: dict[int, dict[str, int]] = defaultdict(dict)
    contained = Containment.objects.filter(inner__in=homes).order_by("-outer")
    for inner, level, place in contained.values_list("inner_id", "outer__level", "outer_id"):
        outer[inner][level] = place  # where there are several, the smallest key
    # Two questions: with an "or" between them, PostgreSQL walks through all homes for each place.
    ranks = {**_ranks(Q(place__in=homes)), **_ranks(Q(place__contents__inner__in=homes))}
    found = {}
    rows = Place.objects.filter(pk__in=homes).values_list("pk", "level", "lat", "lon")
    for pk, level, lat, lon in rows:
        keys = {**outer[pk], level: pk}
        stated = next((keys[up] for up in LEVELS_UP if keys.get(up) in ranks), None)
        home = Home(
            municipality=keys.get(Level.MUNICIPALITY, 0),
            intermunicipality=keys.get(Level.INTERMUNICIPALITY, 0),
            department=keys.get(Level.DEPARTMENT, 0),
            region=keys.get(Level.REGION, 0),
            position=None if lat is None or lon is None else position_of(lat, lon),
        )
        found[pk] = Territory(home, ranks.get(stated, NOTHING), stated)
    return found


def candidates_for(pks: Collection[int]) -> set[int]:
    """The active organisations that may match one of these: areas nest and a domain may fit.

    For several organisations it is the sum of their candidates, and a few more. Four queries.
    """
    ours = AreaOfAction.objects.filter(organisation__in=pks).values("place")
    places = (
        Q(place__in=ours)
        | Q(place__in=Containment.objects.filter(inner__in=ours).values("outer"))
        | Q(place__in=Containment.objects.filter(outer__in=ours).values("inner"))
    )
    declared: dict[str, set[int]] = {Side.ACTS: set(), Side.SEEKS: set()}
    rows = Declaration.objects.filter(organisation__in=pks).values_list("side", "domain_id")
    for side, domain in rows.distinct():
        declared[side].add(domain)
    acting, seeking = declared[Side.ACTS], declared[Side.SEEKS]
    fitting = Declaration.objects.filter(
        Q(side=Side.ACTS, domain__in=acting | seeking) | Q(side=Side.SEEKS, domain__in=acting)
    )
    near = AreaOfAction.objects.filter(places).values("organisation")
    found = Organisation.objects.active().filter(pk__in=near)
    return set(found.filter(pk__in=fitting.values("organisation")).values_list("pk", flat=True))


def _profiles(organisations: OrganisationQuerySet) -> dict[int, Profile]:
    territories = territories_of(organisations.values("home"))
    areas, around = _areas(organisations)
    declared = _declared(organisations)
    resources = _resources(organisations)
    found = {}
    rows = organisations.order_by("pk").values_list("pk", "kind", "home_id", "modes")
    for pk, kind, home, modes in rows.iterator(chunk_size=10_000):
        territory, places = territories[home], areas.get(pk, NO_PLACES)
        found[pk] = Profile(
            id=pk,
            kind=kind,
            home=territory.home,
            acts=declared.get((pk, Side.ACTS), NOTHING),
            seeks=declared.get((pk, Side.SEEKS), NOTHING),
            offers=frozenset(resources.get((pk, ResourceSide.OFFER), ())),
            needs=frozenset(resources.get((pk, ResourceSide.NEED), ())),
            modes=frozenset(modes),
            areas=places,
            around=around[places],
            priorities=territory.priorities,
            priority_place=territory.priority_place,
        )
    return found


def _ranks(places: Q) -> dict[int | None, dict[int, int]]:
    ranks: dict[int | None, dict[int, int]] = defaultdict(dict)
    rows = Priority.objects.filter(places).values_list("place_id", "domain_id", "rank")
    for place, domain, rank in rows.distinct():
        ranks[place][domain] = rank
    return ranks


def _areas(
    organisations: OrganisationQuerySet,
) -> tuple[dict[int, frozenset[int]], dict[frozenset[int], frozenset[int]]]:
    """The areas of each organisation, and what is around each set of areas."""
    places: dict[int, set[int]] = defaultdict(set)
    own = AreaOfAction.objects.filter(organisation__in=organisations.values("pk"))
    for organisation, place in own.values_list("organisation_id", "place_id"):
        places[organisation].add(place)
    areas = {organisation: frozenset(found) for organisation, found in places.items()}
    outer: dict[int, set[int]] = defaultdict(set)
    contained = Containment.objects.filter(inner__in=own.values("place"))
    for inner, place in contained.values_list("inner_id", "outer_id"):
        outer[inner].add(place)
    different = {NO_PLACES, *areas.values()}
    return areas, {some: NO_PLACES.union(*(outer[place] for place in some)) for some in different}


def _declared(organisations: OrganisationQuerySet) -> dict[tuple[int, str], dict[int, int]]:
    """Levels by domain, by organisation and side."""
    levels: dict[tuple[int, str], dict[int, int]] = defaultdict(dict)
    rows = Declaration.objects.filter(organisation__in=organisations.values("pk"))
    for pk, side, domain, level in rows.values_list(
        "organisation_id", "side", "domain_id", "level"
    ):
        levels[pk, side][domain] = level
    return levels


def _resources(organisations: OrganisationQuerySet) -> dict[tuple[int, str], set[str]]:
    """Codes of resources, by organisation and side."""
    codes: dict[tuple[int, str], set[str]] = defaultdict(set)
    rows = ResourceDeclaration.objects.filter(organisation__in=organisations.values("pk"))
    for pk, side, code in rows.values_list("organisation_id", "side", "resource"):
        codes[pk, side].add(code)
    return codes
