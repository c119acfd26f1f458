"""Cutting points into whole shares: over components, over domains."""

from collections.abc import Mapping, Sequence

from partnerships.matching.rules.profiles import Components, Profile, Weights

UNRANKED_WEIGHT = 10  # of a domain that the territory does not name
FIRST_RANK_WEIGHT = 26  # of the first priority; one less for each rank after it


def apportion(points: int, weights: Sequence[int]) -> list[int]:
    """Cut `points` in proportion to `weights` into whole numbers that sum to it exactly.

    Each share is rounded down; the points left over go one by one to the largest remainders, the
    earlier place first where remainders are equal. All zero when no weight is positive.
    """
    whole = sum(weights)
    if whole <= 0:
        return [0] * len(weights)
    shares = [points * weight // whole for weight in weights]
    largest_first = sorted(range(len(weights)), key=lambda k: (-(points * weights[k] % whole), k))
    for place in largest_first[: points - sum(shares)]:
        shares[place] += 1
    return shares


def answered(profile: Profile) -> tuple[bool, bool, bool, bool, bool, bool]:
    """For each component, whether the organisation has said what it takes to receive points.

    Everyone has a home and a kind, so proximity and worlds are always answered.
    """
    return (
        bool(profile.seeks),
        bool(profile.acts),
        bool(profile.needs),
        True,
        True,
        bool(profile.modes),
    )


def maxima(answers: Sequence[bool], weights: Weights) -> Components:
    """The most that each component can give to an organisation with these answers.

    Components it has not answered leave its score; their points are shared out over the others in
    proportion to their weights (`apportion`). The maxima sum to 10,000 unless the policy gives
    no weight at all to what is answered.
    """
    kept = [weight if yes else 0 for weight, yes in zip(weights.points, answers, strict=True)]
    extra = apportion(sum(weights.points) - sum(kept), kept)
    return Components(*(own + more for own, more in zip(kept, extra, strict=True)))


def domain_weight(level: int, rank: int | None) -> int:
    """What a domain weighs for an organisation: its level times its place on the territory.

    The first priority of the territory weighs 26, the second 25, the sixteenth 11, a domain that
    the territory does not name 10; so priorities count without silencing the rest.
    """
    territory = UNRANKED_WEIGHT if rank is None else FIRST_RANK_WEIGHT + 1 - rank
    return level * territory


def domain_points(
    maximum: int, declared: Mapping[int, int], priorities: Mapping[int, int]
) -> tuple[int, dict[int, int]]:
    """How a fragility component pays: the points of the first domain that fits, and of each.

    Half of the maximum (rounded up) comes with the first fit; the other half is cut over the
    declared domains by weight, in the order of their numbers.
    """
    coverage = maximum // 2
    numbers = sorted(declared)
    weights = [domain_weight(declared[number], priorities.get(number)) for number in numbers]
    return maximum - coverage, dict(zip(numbers, apportion(coverage, weights), strict=True))
