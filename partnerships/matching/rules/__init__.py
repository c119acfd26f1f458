"""How well two organisations fit, in whole points that explain themselves.

The score has six components (`Component`) that sum to at most 10,000 points: what `other` brings
to `one`. Both directions are worked out, and the match is their harmonic mean, because a
partnership must serve both sides. All of it is integer arithmetic, so that every way of computing
it gives the same lists, ties are decided by the id alone, and the reasons shown add up.

This package is plain Python on plain data: no database, no clock.
"""

from partnerships.matching.rules.explanation import (
    DomainFact,
    Explanation,
    Part,
    Unknown,
    explain,
)
from partnerships.matching.rules.profiles import (
    ALL_POINTS,
    Components,
    Home,
    Position,
    Profile,
    Weights,
    position_of,
)
from partnerships.matching.rules.proximity import PROXIMITY_SCALE, distance_km, nearness
from partnerships.matching.rules.score import (
    Match,
    areas_nest,
    directed,
    harmonic,
    match,
    ranked,
)
from partnerships.matching.rules.shares import answered, apportion, maxima

__all__ = [
    "ALL_POINTS",
    "PROXIMITY_SCALE",
    "Components",
    "DomainFact",
    "Explanation",
    "Home",
    "Match",
    "Part",
    "Position",
    "Profile",
    "Unknown",
    "Weights",
    "answered",
    "apportion",
    "areas_nest",
    "directed",
    "distance_km",
    "explain",
    "harmonic",
    "match",
    "maxima",
    "nearness",
    "position_of",
    "ranked",
]
