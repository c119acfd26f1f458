"""The matching score written a second time, slowly and plainly, as the definition to compare with.

Nothing here comes from the rules or the engine: only the shape of the data is shared. Fractions,
loops and words instead of tables, bits and blocks. When an engine disagrees with this file, one
of the two misread the definition.
"""

from fractions import Fraction
from math import exp, floor, sqrt

FULL = 10_000
NAMES = ["complementary", "shared", "resources", "proximity", "worlds", "modes"]


def hand_out(total, wishes):
    """Give `total` coins to people who wish for parts; `wishes` maps a name to a weight, in order.

    Everyone first receives the whole coins of the exact share; then each coin left goes to the
    largest fraction still owed, the first in order where equal.
    """
    everything = sum(wishes.values())
    if everything == 0:
        return dict.fromkeys(wishes, 0)
    exact = {name: Fraction(total * weight, everything) for name, weight in wishes.items()}
    given = {name: floor(share) for name, share in exact.items()}
    while sum(given.values()) < total:
        best = None
        for name, share in exact.items():
            owed = share - given[name]
            if best is None or owed > exact[best] - given[best]:
                best = name
        given[best] += 1
    return given


def most_points(org, policy):
    """What each component can give to this organisation: silence leaves, the rest grows."""
    said = {
        "complementary": len(org.seeks) > 0,
        "shared": len(org.acts) > 0,
        "resources": len(org.needs) > 0,
        "proximity": True,
        "worlds": True,
        "modes": len(org.modes) > 0,
    }
    weights = {name: getattr(policy, name) for name in NAMES}
    silent = sum(weights[name] for name in NAMES if not said[name])
    growth = hand_out(silent, {name: weights[name] for name in NAMES if said[name]})
    return {name: weights[name] + growth[name] if said[name] else 0 for name in NAMES}


def fragilities(most, mine, theirs, ranks):
    """Half with the first domain that fits, the other half with the weighted share answered."""
    half = most // 2
    if not any(domain in theirs for domain in mine):
        return 0
    weights = {}
    for domain in sorted(mine):
        territory = 27 - ranks[domain] if domain in ranks else 10
        weights[domain] = mine[domain] * territory
    coins = hand_out(half, weights)
    return (most - half) + sum(coins[domain] for domain in mine if domain in theirs)


def share(most, wanted, given):
    """The share of what is wanted that is given, in whole points."""
    if not wanted:
        return 0
    return floor(Fraction(most * len([w for w in wanted if w in given]), len(wanted)))


def closeness(a, b):
    """0 to 2,000 for two homes: e-fold every 80 km, or by level where a position is missing."""
    together = {
        level
        for level in ("municipality", "intermunicipality", "department", "region")
        if getattr(a, level) != 0 and getattr(a, level) == getattr(b, level)
    }
    if a.position is None or b.position is None:
        for level, worth in (
            ("municipality", 2000),
            ("intermunicipality", 1800),
            ("department", 1000),
            ("region", 500),
        ):
            if level in together:
                return worth
        return 150
    squared = sum((p - q) ** 2 for p, q in zip(a.position, b.position, strict=True))
    half_km = floor(sqrt(squared))
    if {"municipality", "intermunicipality"} & together:
        half_km = min(half_km, 10)
    return round(2000 * exp(-(half_km / 2) / 80))


def worth_of_meeting(a, b):
    """0 to 400 for two kinds of organisation."""
    if a == b:
        return 150
    pair = {a, b}
    if "university" in pair:
        return 300
    if "municipality" in pair:
        return 350
    return 400


def directed(i, j, policy):
    """What j brings to i: points by component."""
    most = most_points(i, policy)
    return {
        "complementary": fragilities(most["complementary"], i.seeks, j.acts, i.priorities),
        "shared": fragilities(most["shared"], i.acts, j.acts, i.priorities),
        "resources": share(most["resources"], i.needs, j.offers),
        "proximity": floor(Fraction(most["proximity"] * closeness(i.home, j.home), 2000)),
        "worlds": floor(Fraction(most["worlds"] * worth_of_meeting(i.kind, j.kind), 400)),
        "modes": share(most["modes"], i.modes, j.modes),
    }


def nest(i, j, inside):
    """True when one of i's areas is, contains or lies in one of j's. `inside(small, large)`."""
    return any(
        p == q or inside(p, q) or inside(q, p) for p in sorted(i.areas) for q in sorted(j.areas)
    )


def full_list(i, everyone, policy, inside, excluded):
    """All of i's partners, best first: (id, H, what they bring, what they receive)."""
    found = []
    for j in everyone:
        if i.id == j.id or (i.id, j.id) in excluded or (j.id, i.id) in excluded:
            continue
        if not nest(i, j, inside):
            continue
        there, back = directed(i, j, policy), directed(j, i, policy)
        fitting = [there["complementary"], there["shared"], back["complementary"], back["shared"]]
        if max(fitting) == 0:
            continue
        a, b = sum(there.values()), sum(back.values())
        if a < policy.floor or b < policy.floor:
            continue
        mean = floor(Fraction(2 * a * b, a + b)) if a + b else 0
        found.append((j.id, mean, a, b))
    found.sort(key=lambda line: (-line[1], line[0]))
    return found
