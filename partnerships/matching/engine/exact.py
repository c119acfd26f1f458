"""Compiled: one pair scored to the point, and put into a list where it belongs."""

# numba compiles for the types it is called with; its integers grow with every operation.
import numpy as np
from numba import types
from numba.extending import intrinsic

from partnerships.matching.engine.compiled import compiled, inlined
from partnerships.matching.engine.records import (
    ACTED,
    FIRST_SHARED,
    FIRST_SOUGHT,
    KIND,
    MODES,
    MOST_MODES,
    MOST_PROXIMITY,
    MOST_RESOURCES,
    NEEDS,
    OFFERS,
    SOUGHT,
    WORLDS,
)
from partnerships.matching.rules.proximity import (
    BY_LEVEL,
    ELSEWHERE,
    NEARNESS,
    PROXIMITY_SCALE,
    SAME_INTERMUNICIPALITY_AT_MOST,
)

i16 = np.int16
i32 = np.int32
NEAR = np.array([*NEARNESS, 0], np.int32)
FURTHEST = len(NEAR) - 1
LEVELS = np.array(list(BY_LEVEL.values()), np.int32)
SAME_NEIGHBOURHOOD = int(NEAR[SAME_INTERMUNICIPALITY_AT_MOST])
DOMAINS = 16


@intrinsic
def ones(_context, _number):
    """How many bits are set in a 16-bit number; the processor has an instruction for it."""
    from llvmlite import ir  # noqa: PLC0415  # comes with numba

    def build(_context, builder, _signature, arguments):
        word = ir.IntType(16)
        return builder.call(builder.module.declare_intrinsic("llvm.ctpop", [word]), arguments)

    return types.int16(types.int16), build


@compiled
def nearness(one, other):
    """`rules.nearness` of two homes: x, y, z, located, then the keys of four levels."""
    if one[3] == 0 or other[3] == 0:
        for level in range(4):
            if one[4 + level] != 0 and one[4 + level] == other[4 + level]:
                return LEVELS[level]
        return np.int32(ELSEWHERE)
    x = np.int64(one[0] - other[0])
    y = np.int64(one[1] - other[1])
    z = np.int64(one[2] - other[2])
    # A double holds the square exactly, and its root is never rounded up to a whole number.
    distance = np.int64(np.sqrt(np.float64(x * x + y * y + z * z)))
    near = NEAR[min(distance, FURTHEST)]
    together = (one[4] != 0 and one[4] == other[4]) or (one[5] != 0 and one[5] == other[5])
    if together and near < SAME_NEIGHBOURHOOD:
        return np.int32(SAME_NEIGHBOURHOOD)
    return near


@inlined
def directed(records, one, other, near):
    """What `other` brings to `one`, and whether a domain fits: `rules.directed` on records."""
    acted = records[other, ACTED]
    sought = records[one, FIRST_SOUGHT] if i16(records[one, SOUGHT] & acted) else i16(0)
    shared = records[one, FIRST_SHARED] if i16(records[one, ACTED] & acted) else i16(0)
    points = i32(records[one, WORLDS + records[other, KIND]]) + i32(sought) + i32(shared)
    for domain in range(DOMAINS):
        points += i32(records[one, domain]) if i16(acted & i16(1 << domain)) else i32(0)
    points += i32(records[one, MOST_PROXIMITY]) * i32(near) // i32(PROXIMITY_SCALE)
    low, high = records[one, NEEDS], records[one, NEEDS + 1]
    met = ones(i16(low & records[other, OFFERS])) + ones(i16(high & records[other, OFFERS + 1]))
    wanted = max(i32(ones(low)) + i32(ones(high)), i32(1))
    points += i32(records[one, MOST_RESOURCES]) * i32(met) // wanted
    modes = records[one, MODES]
    met = ones(i16(modes & records[other, MODES]))
    points += i32(records[one, MOST_MODES]) * i32(met) // max(i32(ones(modes)), i32(1))
    return i32(points), (sought > 0) or (shared > 0)


@compiled
def harmonic_of(brings, receives):
    """`rules.harmonic`: twice 10,000 times 10,000 still fits 32 bits."""
    return i32(i32(2) * brings * receives // max(i32(brings + receives), i32(1)))


@inlined
def match_of(records, homes, home_of, one, other, floor):
    """`rules.match` of two places, apart from who may meet whom: points, or -1 for none."""
    near = nearness(homes[home_of[one]], homes[home_of[other]])
    brings, fits = directed(records, one, other, near)
    receives, fits_back = directed(records, other, one, near)
    if brings < floor or receives < floor or not (fits or fits_back):
        return i32(-1)
    return harmonic_of(brings, receives)


@inlined
def _is_in(values, first, last, wanted):
    """True when an ascending stretch has this number."""
    end = last
    while first < last:
        middle = (first + last) >> 1
        if values[middle] < wanted:
            first = middle + 1
        else:
            last = middle
    return first < end and values[first] == wanted


@inlined
def allowed(one, other, order, areas, around, around_at, excluded, excluded_at):
    """True when two posts' areas nest and their organisations may meet; both by place in order."""
    row, wanted = order[one], order[other]
    return (
        row != wanted
        and (
            areas[one] == areas[other]
            or _is_in(around, around_at[other], around_at[other + 1], areas[one])
            or _is_in(around, around_at[one], around_at[one + 1], areas[other])
        )
        and not _is_in(excluded, excluded_at[row], excluded_at[row + 1], wanted)
    )


@inlined
def insert(points, who, one, place, harmonic, row):
    """Put a match into a list, at `place` or wherever before it belongs."""
    while place > 0 and (
        points[one, place - 1] < harmonic
        or (points[one, place - 1] == harmonic and who[one, place - 1] > row)
    ):
        points[one, place], who[one, place] = points[one, place - 1], who[one, place - 1]
        place -= 1
    points[one, place], who[one, place] = harmonic, row


@compiled
def enter(points, who, one, harmonic, row):
    """Put a match into a list where it belongs, unless it is there or behind the last place."""
    last = points.shape[1] - 1
    if points[one, last] > harmonic or (points[one, last] == harmonic and who[one, last] <= row):
        return False
    for place in range(last + 1):
        if who[one, place] == row and points[one, place] == harmonic:
            return False
    insert(points, who, one, last, harmonic, row)
    return True


@compiled
def limit_of(points, one, floor):
    """The sum of both directions that a match needs to enter this list."""
    return i16(2 * max(points[one, points.shape[1] - 1], floor))


@compiled
def limit_at(points, slots, order, one, floor):
    """The same for a post: what its organisation has found elsewhere counts as well."""
    return max(limit_of(points, slots[one], floor), limit_of(points, order[one], floor))
