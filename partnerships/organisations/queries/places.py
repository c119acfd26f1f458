"""The places where an organisation acts by default."""

from collections import defaultdict
from math import floor

from partnerships.organisations.rules import MOST_AREAS, NEIGHBOUR_KM, distance_km
from territories.places.enums import Level
from territories.places.models import Containment, Place

KM_PER_DEGREE = 111.0


def default_areas(home: Place) -> list[Place]:
    """Where an organisation at home here acts unless it says otherwise.

    Its department, and the intermunicipalities outside it whose centre lies within 30 km of home,
    the nearest first, so that a border hides nobody; at most twelve places. Home itself where
    there is no department.
    """
    department = Place.objects.at(Level.DEPARTMENT).filter(contents__inner=home).first()
    if department is None:
        return [home]
    return [department, *_neighbours(home, department)][:MOST_AREAS]


def _neighbours(home: Place, department: Place) -> list[Place]:
    if home.lat is None or home.lon is None:
        return []
    margin = NEIGHBOUR_KM / KM_PER_DEGREE
    nearby = (
        Place.objects.at(Level.INTERMUNICIPALITY)
        .filter(lat__range=(home.lat - margin, home.lat + margin))
        .exclude(containers__outer=department)
    )
    distances = [
        (distance_km((home.lat, home.lon), (place.lat, place.lon)), place.pk, place)
        for place in nearby
        if place.lat is not None and place.lon is not None
    ]
    return [place for distance, _pk, place in sorted(distances) if distance <= NEIGHBOUR_KM]


class DefaultAreas:
    """`default_areas` for many homes: the places are read once (three queries)."""

    def __init__(self) -> None:
        """Read departments, and intermunicipalities by bands of latitude."""
        self._departments = dict(
            Containment.objects.filter(
                inner__level=Level.MUNICIPALITY, outer__level=Level.DEPARTMENT
            ).values_list("inner", "outer")
        )
        self._positions = {
            pk: (lat, lon)
            for pk, lat, lon in Place.objects.at(Level.MUNICIPALITY)
            .filter(lat__isnull=False)
            .values_list("pk", "lat", "lon")
        }
        straddled: dict[int, set[int]] = defaultdict(set)
        inside = Containment.objects.filter(
            inner__level=Level.INTERMUNICIPALITY, outer__level=Level.DEPARTMENT
        )
        for inner, outer in inside.values_list("inner", "outer"):
            straddled[inner].add(outer)
        self._bands: dict[int, list[tuple[int, tuple[float, float], set[int]]]] = defaultdict(list)
        centres = Place.objects.at(Level.INTERMUNICIPALITY).filter(lat__isnull=False)
        for pk, lat, lon in centres.values_list("pk", "lat", "lon"):
            if lat is not None and lon is not None:
                self._bands[self._band(lat)].append((pk, (lat, lon), straddled[pk]))

    @staticmethod
    def _band(lat: float) -> int:
        return floor(lat * KM_PER_DEGREE / NEIGHBOUR_KM)

    def of(self, home: int) -> list[int]:
        """The keys of the default areas of an organisation at home here, as `default_areas`."""
        department = self._departments.get(home)
        if department is None:
            return [home]
        here = self._positions.get(home)
        if here is None or here[0] is None or here[1] is None:
            return [department]
        at = (here[0], here[1])
        band = self._band(at[0])
        near = sorted(
            (distance, pk)
            for step in (band - 1, band, band + 1)
            for pk, centre, departments in self._bands[step]
            if department not in departments
            and (distance := distance_km(at, centre)) <= NEIGHBOUR_KM
        )
        return [department, *(pk for _distance, pk in near)][:MOST_AREAS]
