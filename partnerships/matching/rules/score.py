"""Directed score, eligibility, harmonic mean, order."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from partnerships.matching.rules import proximity, worlds
from partnerships.matching.rules.profiles import Components, Profile, Weights
from partnerships.matching.rules.shares import answered, domain_points, maxima


class Match(NamedTuple):
    """Two organisations that may be suggested to each other, seen from the first.

    `points` is the harmonic mean of what each brings to the other: the same from both sides.
    """

    other: int
    points: int


def fragility_points(
    maximum: int, mine: Mapping[int, int], theirs: Collection[int], ranks: Mapping[int, int]
) -> int:
    """Half of the maximum with the first domain of mine among theirs, the rest with coverage."""
    fitting = [number for number in mine if number in theirs]
    if not fitting:
        return 0
    first, each = domain_points(maximum, mine, ranks)
    return first + sum(each[number] for number in fitting)


def share_points(maximum: int, wanted: frozenset[str], given: frozenset[str]) -> int:
    """The share of what is wanted that is given, rounded down to whole points."""
    return maximum * len(wanted & given) // len(wanted) if wanted else 0


def directed(one: Profile, other: Profile, weights: Weights) -> Components:
    """What `other` brings to `one`, in points out of 10,000, component by component."""
    most = maxima(answered(one), weights)
    near = proximity.nearness(one.home, other.home)
    meeting = worlds.meeting(one.kind, other.kind)
    return Components(
        fragility_points(most.complementary, one.seeks, other.acts.keys(), one.priorities),
        fragility_points(most.shared, one.acts, other.acts.keys(), one.priorities),
        share_points(most.resources, one.needs, other.offers),
        most.proximity * near // proximity.PROXIMITY_SCALE,
        most.worlds * meeting // worlds.WORLDS_SCALE,
        share_points(most.modes, one.modes, other.modes),
    )


def harmonic(a: int, b: int) -> int:
    """The harmonic mean of two directed scores, rounded down; 0 when both are 0."""
    return 2 * a * b // (a + b) if a + b else 0


def areas_nest(one: Profile, other: Profile) -> bool:
    """True when an area of action of one equals, contains or lies in an area of the other.

    An intermunicipality lies in each department and region that it straddles.
    """
    return (
        not one.areas.isdisjoint(other.areas)
        or not one.areas.isdisjoint(other.around)
        or not one.around.isdisjoint(other.areas)
    )


def match(one: Profile, other: Profile, weights: Weights) -> Match | None:
    """The match of two organisations, or None where it is not eligible.

    Not eligible: an organisation with itself; areas that do not nest; no domain that fits in
    either direction; a direction below the policy's floor. Excluded pairs (partners already,
    declined) are the caller's to leave out.
    """
    if one.id == other.id or not areas_nest(one, other):
        return None
    brings, receives = directed(one, other, weights), directed(other, one, weights)
    if not (brings.complementary or brings.shared or receives.complementary or receives.shared):
        return None
    a, b = brings.total, receives.total
    return Match(other.id, harmonic(a, b)) if min(a, b) >= weights.floor else None


def ranked(matches: Iterable[Match], length: int | None = None) -> list[Match]:
    """The best matches first: by points, and where these are equal by the smaller id."""
    return sorted(matches, key=lambda found: (-found.points, found.other))[:length]
