"""Find where communes lie, from the names, regions and populations of GeoNames.

Used by build.py alone. The rule in words is in README.md.
"""

import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# GeoNames files the five overseas regions as countries of their own.
OVERSEAS_REGIONS = {"GP": "01", "MQ": "02", "GF": "03", "RE": "04", "YT": "06"}

# A place whose population is this close to the census is the municipality, not a namesake.
POPULATION_RATIO = 1.6
POPULATION_SLACK = 150
# Beyond this distance from its neighbours a match is doubted (km).
DOUBT_KM = 25.0
# ... except where the intermunicipality itself is wider than that.
DOUBT_SPREAD = 2.5
# Fewer known neighbours than this in an intermunicipality cannot contradict anyone.
ENOUGH_NEIGHBOURS = 3

EARTH_KM = 6371.0

Point = tuple[float, float]


@dataclass
class Spot:
    """A populated place of GeoNames."""

    ident: int
    point: Point
    population: int
    name: str  # normalised; GeoNames knows others, which are less sure


@dataclass
class Municipality:
    """A commune of the official geographic code, and what we find out about its position."""

    code: str
    name: str
    siren: str
    department: str
    region: str
    postcodes: list[str]
    population: int
    epci: str = ""
    names: list[str] = field(default_factory=list)
    point: Point | None = None
    source: str = "none"


def read_spots(path: Path) -> dict[tuple[str, str], list[Spot]]:
    """Return the French populated places of GeoNames by (region code, normalised name)."""
    loaded = json.loads(path.read_text(encoding="utf-8"))
    spots: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    entries = loaded.values() if isinstance(loaded, dict) else loaded
    for entry in sorted(entries, key=lambda entry: entry["geonameid"]):
        country = entry["countrycode"]
        region = entry["admin1code"] if country == "FR" else OVERSEAS_REGIONS.get(country)
        if region:
            name = normalise(entry["name"])
            point = entry["latitude"], entry["longitude"]
            spot = Spot(entry["geonameid"], point, entry["population"], name)
            for known_as in {name, *map(normalise, entry["alternatenames"])} - {""}:
                spots[region, known_as].append(spot)
    return spots


def normalise(name: str) -> str:
    """Return a name without accents, case, ligatures or punctuation; St and Ste written out."""
    text = name.lower().replace("œ", "oe").replace("æ", "ae")
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    words = re.sub(r"[^a-z0-9]+", " ", text).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def locate_by_name(municipalities: list[Municipality], spots: dict[Any, list[Spot]]) -> None:
    """Give each commune the GeoNames place that bears its name in its region.

    First the communes that no namesake can be confused with and whose population agrees; then,
    nearest to the positions their neighbours already hold first, the other pairs. Where too few
    neighbours can judge, the name of a seat counts only if one place of the region bears it.
    """
    taken: set[int] = set()
    doubtful = []
    namesakes = count_namesakes(municipalities)
    for one in municipalities:
        candidates = candidates_of(one, spots)
        close = [
            spot
            for spot in candidates
            if spot.name in one.names and populations_agree(one.population, spot.population)
        ]
        alone = all(namesakes[one.region, name] == 1 for name in one.names)
        if alone and len(close) == 1 and close[0].ident not in taken:
            settle(one, close[0], taken)
        else:
            doubtful.append((one, candidates))
    drop_doubtful(municipalities)
    around = Neighbourhoods(municipalities)
    pairs = [
        (one, spot)
        for one, candidates in doubtful
        for spot in candidates
        if around.believes(one, spot.point)
        and (around.can_judge(one) or is_sure_name(one, spot, candidates))
    ]

    def doubt(pair: tuple[Municipality, Spot]) -> tuple[bool, float, str, int]:
        one, spot = pair
        strange = not populations_agree(one.population, spot.population)
        return strange, around.distance(one, spot.point), one.code, spot.ident

    for one, spot in sorted(pairs, key=doubt):
        if one.point is None and spot.ident not in taken:
            settle(one, spot, taken)


def is_sure_name(one: Municipality, spot: Spot, candidates: list[Spot]) -> bool:
    """Tell whether a place bears the present name of a commune, or alone that of its seat."""
    return spot.name == one.names[0] or (spot.name in one.names and len(candidates) == 1)


def count_namesakes(municipalities: list[Municipality]) -> dict[tuple[str, str], int]:
    """Count the communes of a region that answer to the same normalised name."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for one in municipalities:
        for name in one.names:
            counts[one.region, name] += 1
    return counts


def candidates_of(one: Municipality, spots: dict[Any, list[Spot]]) -> list[Spot]:
    """Return the places of the region that bear one of the names of a commune, without repeats."""
    found = {spot.ident: spot for name in one.names for spot in spots.get((one.region, name), [])}
    return list(found.values())


def populations_agree(ours: int, theirs: int) -> bool:
    """Tell whether two counts of inhabitants, years apart, can be those of one place."""
    low, high = sorted((ours, theirs))
    return high - low <= POPULATION_SLACK or high <= low * POPULATION_RATIO


def settle(one: Municipality, spot: Spot, taken: set[int]) -> None:
    """Give the place to the commune, and to no other."""
    one.point, one.source = spot.point, "geonames"
    taken.add(spot.ident)


class Neighbourhoods:
    """The positions known so far, to judge whether a commune can be where a name puts it."""

    def __init__(self, municipalities: list[Municipality]) -> None:
        self.points: dict[str, list[tuple[str, Point]]] = defaultdict(list)
        for one in municipalities:
            if one.point:
                for key in {one.epci, one.department} - {""}:
                    self.points[key].append((one.code, one.point))
        self.spread = {key: spread_of([p for _, p in group]) for key, group in self.points.items()}

    def others(self, one: Municipality, key: str) -> list[Point]:
        """Return the known positions of a group, that of the commune itself left out."""
        return [point for code, point in self.points.get(key, []) if code != one.code]

    def can_judge(self, one: Municipality) -> bool:
        """Tell whether the EPCI of a commune knows enough positions to contradict a name."""
        return len(self.others(one, one.epci)) >= ENOUGH_NEIGHBOURS

    def distance(self, one: Municipality, point: Point) -> float:
        """Return the km from a point to the middle of the EPCI, to the nearest of the department.

        The second when the EPCI knows too few positions to contradict anyone; infinite when
        nothing is known at all.
        """
        if self.can_judge(one):
            return kilometres(middle(self.others(one, one.epci)), point)
        nearby = (kilometres(other, point) for other in self.others(one, one.department))
        return min(nearby, default=math.inf)

    def believes(self, one: Municipality, point: Point) -> bool:
        """Tell whether a commune can be at a point.

        An overseas region is a single department: a name found in it is found in the right one,
        and its municipalities are too wide for the rule.
        """
        if is_overseas(one):
            return True
        spread = self.spread[one.epci] if self.can_judge(one) else 0.0
        return self.distance(one, point) <= max(DOUBT_KM, DOUBT_SPREAD * spread)


def is_overseas(one: Municipality) -> bool:
    """Tell whether a commune lies in one of the five overseas regions."""
    return one.region in OVERSEAS_REGIONS.values()


def spread_of(points: list[Point]) -> float:
    """Return the median distance (km) of the points to their middle."""
    centre = middle(points)
    return sorted(kilometres(centre, point) for point in points)[len(points) // 2]


def middle(points: list[Point]) -> Point:
    """Return the median of latitudes and of longitudes: one wrong point does not move it."""
    latitudes, longitudes = (sorted(axis) for axis in zip(*points, strict=True))
    return latitudes[len(points) // 2], longitudes[len(points) // 2]


def drop_doubtful(municipalities: list[Municipality]) -> None:
    """Forget the matches that lie too far from their neighbours."""
    around = Neighbourhoods(municipalities)
    doubtful = [one for one in municipalities if one.point and not around.believes(one, one.point)]
    for one in doubtful:
        one.point, one.source = None, "none"


def locate_by_neighbours(municipalities: list[Municipality]) -> None:
    """Give the others the mean of what is known nearby, the smallest group first.

    The municipalities of the same postcode and EPCI, of the same postcode, of the same EPCI, of
    the same department. Only positions found by name count: an estimate is not built on another.
    """
    known = [(one, one.point) for one in municipalities if one.point]
    for source, keys_of in GROUPS:
        groups: dict[str, list[tuple[Point, float]]] = defaultdict(list)
        for one, point in known:
            for key in keys_of(one):
                groups[key].append((point, 1))
        for one in municipalities:
            if one.point is None:
                one.point = mean(pair for key in keys_of(one) for pair in groups.get(key, []))
                one.source = source if one.point else "none"


GROUPS: list[tuple[str, Callable[[Municipality], list[str]]]] = [
    ("postcode_mean", lambda one: [f"{one.epci}/{code}" for code in one.postcodes]),
    ("postcode_mean", lambda one: one.postcodes),
    ("epci_mean", lambda one: [one.epci] if one.epci else []),
    ("department_mean", lambda one: [one.department]),
]


def mean(weighted: Iterable[tuple[Point, float]]) -> Point | None:
    """Return the weighted mean position, None when nothing weighs."""
    pairs = list(weighted)
    total = sum(weight for _, weight in pairs)
    if not total:
        return None
    latitude = sum(point[0] * weight for point, weight in pairs) / total
    longitude = sum(point[1] * weight for point, weight in pairs) / total
    return latitude, longitude


def kilometres(a: Point, b: Point) -> float:
    """Return the great-circle distance between two positions, in km."""
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    chord = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_KM * math.asin(math.sqrt(chord))
