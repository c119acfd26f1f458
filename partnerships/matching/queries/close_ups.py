"""A few organisations with all that a card says about them, in one query however many they are.

The profiles are those of `profiles_of`, which reads many in a fixed number of queries.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from partnerships.matching.queries.profiles import LEVELS_UP, NOTHING
from partnerships.matching.rules import Home, Profile, position_of
from partnerships.organisations.enums import ResourceSide, Side
from territories.places.enums import Level
from territories.places.models import Place

CLOSE_UPS = """
SELECT organisation.id, json_build_object(
    'kind', organisation.kind,
    'home', home.id, 'home_level', home.level, 'home_name', home.name,
    'lat', home.lat, 'lon', home.lon,
    'modes', organisation.modes,
    'declared', (SELECT json_agg(json_build_array(side, domain_id, level))
        FROM partnerships_declaration WHERE organisation_id = organisation.id),
    'means', (SELECT json_agg(json_build_array(side, resource, note))
        FROM partnerships_resourcedeclaration WHERE organisation_id = organisation.id),
    'areas', (SELECT json_agg(place_id)
        FROM partnerships_areaofaction WHERE organisation_id = organisation.id),
    'around', (SELECT json_agg(DISTINCT containment.outer_id)
        FROM partnerships_areaofaction area
        JOIN territories_containment containment ON containment.inner_id = area.place_id
        WHERE area.organisation_id = organisation.id),
    'outer', (SELECT json_agg(json_build_array(place.level, place.id, place.name) ORDER BY place.id)
        FROM territories_containment containment
        JOIN territories_place place ON place.id = containment.outer_id
        WHERE containment.inner_id = home.id),
    'ranks', (SELECT json_agg(json_build_array(place_id, domain_id, rank))
        FROM territories_priority WHERE place_id = home.id OR place_id IN
            (SELECT outer_id FROM territories_containment WHERE inner_id = home.id))
)::text
FROM partnerships_organisation organisation
JOIN territories_place home ON home.id = organisation.home_id
WHERE organisation.id = ANY(%s)
"""


@dataclass(frozen=True)
class CloseUp:
    """A profile, the place whose priorities it goes by, and the words about what it offers."""

    profile: Profile
    priority_place: Place | None
    notes: Mapping[str, str]


def close_ups(pks: Collection[int]) -> dict[int, CloseUp]:
    """These organisations, active or not, by id; unknown ids are left out. One query."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_UPS, [list(pks)])
        return {pk: _close_up(pk, json.loads(text)) for pk, text in cursor.fetchall()}


def _close_up(pk: int, told: dict[str, Any]) -> CloseUp:
    names = {}  # where there are several of a level, the smallest key
    for level, key, name in reversed(told["outer"] or []):
        names[level] = (key, name)
    names[told["home_level"]] = (told["home"], told["home_name"])
    ranks: dict[int, dict[int, int]] = {}
    for key, domain, rank in told["ranks"] or []:
        ranks.setdefault(key, {})[domain] = rank
    level_up = next((up for up in LEVELS_UP if up in names and names[up][0] in ranks), None)
    stated = None
    if level_up is not None:
        stated = Place(pk=names[level_up][0], level=level_up, name=names[level_up][1])
    profile = Profile(
        id=pk,
        kind=told["kind"],
        home=_home(names, told["lat"], told["lon"]),
        acts=_levels(told["declared"], Side.ACTS),
        seeks=_levels(told["declared"], Side.SEEKS),
        offers=frozenset(_means(told["means"], ResourceSide.OFFER)),
        needs=frozenset(_means(told["means"], ResourceSide.NEED)),
        modes=frozenset(told["modes"]),
        areas=frozenset(told["areas"] or []),
        around=frozenset(told["around"] or []),
        priorities=ranks[stated.pk] if stated else NOTHING,
        priority_place=stated.pk if stated else None,
    )
    offered = _means(told["means"], ResourceSide.OFFER)
    return CloseUp(profile, stated, {code: note for code, note in offered.items() if note})


def _home(names: Mapping[str, tuple[int, str]], lat: float | None, lon: float | None) -> Home:
    keys = {level: key for level, (key, _name) in names.items()}
    return Home(
        municipality=keys.get(Level.MUNICIPALITY, 0),
        intermunicipality=keys.get(Level.INTERMUNICIPALITY, 0),
        department=keys.get(Level.DEPARTMENT, 0),
        region=keys.get(Level.REGION, 0),
        position=None if lat is None or lon is None else position_of(lat, lon),
    )


def _levels(declared: list[tuple[str, int, int]] | None, side: Side) -> dict[int, int]:
    return {domain: level for one, domain, level in declared or [] if one == side}


def _means(declared: list[tuple[str, str, str]] | None, side: ResourceSide) -> dict[str, str]:
    return {code: note for one, code, note in declared or [] if one == side}
