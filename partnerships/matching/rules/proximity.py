"""How near two homes are, in parts of 2,000."""

import math

from partnerships.matching.rules.profiles import Home, Position

PROXIMITY_SCALE = 2000
SAME_INTERMUNICIPALITY_AT_MOST = 10  # half-kilometres
DECAY = 160  # half-kilometres: exp(-d / 80 km), so half is lost at 55 km
# NEARNESS[d]: parts of 2,000 at `d` half-kilometres; nothing is left beyond its end (663 km).
NEARNESS = tuple(
    round(PROXIMITY_SCALE * math.exp(-d / DECAY))
    for d in range(math.ceil(DECAY * math.log(2 * PROXIMITY_SCALE)) + 1)
)
# Where a position is missing, the smallest territory in common stands in for the distance.
BY_LEVEL = {"municipality": 2000, "intermunicipality": 1800, "department": 1000, "region": 500}
ELSEWHERE = 150


def half_kilometres(one: Position, other: Position) -> int:
    """The distance between two positions, rounded down to half-kilometres."""
    return math.isqrt(
        (one.x - other.x) ** 2 + (one.y - other.y) ** 2 + (one.z - other.z) ** 2,
    )


def distance_km(one: Home, other: Home) -> float | None:
    """Kilometres between two homes, to the half-kilometre; None where a position is missing."""
    if one.position is None or other.position is None:
        return None
    return half_kilometres(one.position, other.position) / 2


def common_level(one: Home, other: Home) -> str | None:
    """The smallest territory that two homes share: a key of `BY_LEVEL`, or None."""
    for level in BY_LEVEL:
        if getattr(one, level) and getattr(one, level) == getattr(other, level):
            return level
    return None


def nearness(one: Home, other: Home) -> int:
    """How near two homes are, 0 to 2,000: 2,000 at the same place, half at about 55 km.

    Homes of one intermunicipality count as at most 5 km apart. Where a position is missing, the
    smallest common territory decides: municipality 2,000, intermunicipality 1,800, department
    1,000, region 500, else 150.
    """
    level = common_level(one, other)
    if one.position is None or other.position is None:
        return BY_LEVEL[level] if level else ELSEWHERE
    distance = half_kilometres(one.position, other.position)
    if level in ("municipality", "intermunicipality"):
        distance = min(distance, SAME_INTERMUNICIPALITY_AT_MOST)
    return NEARNESS[distance] if distance < len(NEARNESS) else 0
