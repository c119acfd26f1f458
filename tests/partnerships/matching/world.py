"""A small country for the matching tests, and organisations drawn at random in it.

Country 1; regions 10 and 20; departments 11 and 12 (region 10), 21 (region 20). Intermunicipality
30 lies in 11; 31 straddles departments 12 and 21 and with them both regions; 32 lies in 21.
"""

import random

import numpy as np
from hypothesis import strategies as st

from partnerships.matching.rules import Home, Position, Profile, Weights, position_of
from partnerships.organisations.enums import Kind, Mode, Resource

AROUND = {
    1: set(),
    10: {1},
    20: {1},
    11: {10, 1},
    12: {10, 1},
    21: {20, 1},
    30: {11, 10, 1},
    31: {12, 10, 21, 20, 1},
    32: {21, 20, 1},
    100: {30, 11, 10, 1},
    101: {30, 11, 10, 1},
    102: {11, 10, 1},
    110: {31, 12, 10, 1},
    111: {31, 21, 20, 1},
    120: {32, 21, 20, 1},
}
HOMES = [
    Home(100, 30, 11, 10, position_of(48.11, -1.68)),
    Home(101, 30, 11, 10, position_of(48.60, -1.20)),
    Home(102, 0, 11, 10, None),
    Home(110, 31, 12, 10, position_of(47.66, -2.75)),
    Home(110, 31, 12, 10, None),
    Home(111, 31, 21, 20, position_of(47.20, -1.55)),
    Home(111, 31, 21, 20, None),
    Home(120, 32, 21, 20, position_of(43.30, 5.40)),
    Home(0, 0, 0, 0, position_of(-21.1, 55.5)),
    Home(0, 0, 0, 0, Position(-12742, 0, 0)),
]
RESOURCES = Resource.values[:6]


def inside(small, large):
    """True when the place `small` lies, even in part, in `large`."""
    return large in AROUND[small]


def profile(pk, *, areas, home=HOMES[0], kind="association", **declared):
    """A profile with its closure; sets may be given as lists."""
    for name in ("offers", "needs", "modes"):
        declared[name] = frozenset(declared.get(name, ()))
    around = frozenset().union(*(AROUND[place] for place in areas))
    return Profile(id=pk, kind=kind, home=home, areas=frozenset(areas), around=around, **declared)


def some(values, most):
    return st.lists(st.sampled_from(values), max_size=most, unique=True)


DOMAINS = [1, 2, 5, 16]
LEVELS = st.dictionaries(st.sampled_from(DOMAINS), st.integers(1, 3), max_size=3)
DRAWN = st.fixed_dictionaries(
    {
        "areas": st.lists(st.sampled_from(sorted(AROUND)), min_size=1, max_size=4, unique=True),
        "home": st.sampled_from(HOMES),
        "kind": st.sampled_from(Kind.values),
        "acts": LEVELS,
        "seeks": LEVELS,
        "offers": some(RESOURCES, 4),
        "needs": some(RESOURCES, 4),
        "modes": some(Mode.values, 3),
        "priorities": st.dictionaries(st.sampled_from(DOMAINS), st.integers(1, 16), max_size=3),
    }
)


@st.composite
def organisations(draw, smallest=2, largest=9):
    """A few organisations with scattered ids, in no order."""
    drawn = draw(st.lists(DRAWN, min_size=smallest, max_size=largest))
    ids = draw(st.permutations([3 + 7 * k for k in range(len(drawn))]))
    return [profile(pk, **values) for pk, values in zip(ids, drawn, strict=True)]


@st.composite
def policies(draw):
    """Policies of any shape whose points sum to 10,000; mostly the one that ships."""
    if draw(st.booleans()):
        return Weights(floor=draw(st.sampled_from([0, 2500, 4000])))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=5, max_size=5)))
    points = [high - low for low, high in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return Weights(*points, floor=draw(st.integers(0, 5000)))


def crowd(size, seed, homes=HOMES):
    """Many organisations drawn from few values, so that ties and full lists are common."""
    draw = random.Random(seed)

    def levels():
        return {
            number: draw.randint(1, 3) for number in draw.sample(range(1, 17), draw.randint(0, 3))
        }

    def codes(values, most):
        return draw.sample(list(values), draw.randint(0, most))

    return [
        profile(
            pk,
            areas=draw.sample(sorted(AROUND), draw.choice([1, 1, 2, 3])),
            home=draw.choice(homes),
            kind=draw.choice(Kind.values),
            acts=levels(),
            seeks=levels(),
            offers=codes(Resource.values, 6),
            needs=codes(Resource.values, 5),
            modes=codes(Mode.values, 2),
            priorities={number: rank for rank, number in enumerate(codes(range(1, 17), 5), 1)},
        )
        for pk in range(1, size + 1)
    ]


def all_matches(engine, pk):
    """Every match of one organisation as (other, points), best first."""
    columns = engine.columns
    row = np.searchsorted(columns.ids, [pk])
    return [tuple(match) for match in engine.lists(len(columns), rows=row).row(0)]
