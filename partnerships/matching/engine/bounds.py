"""Compiled: bounds on the sums of both directions, for a row and the 256 of a tile at once."""

# Every intermediate result is cut back to 16 bits by hand, so that one instruction works on many.
import numpy as np

from partnerships.matching.engine.compiled import inlined
from partnerships.matching.engine.exact import FURTHEST, NEAR, SAME_NEIGHBOURHOOD, nearness, ones
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
    TILE,
    WORLDS,
)
from partnerships.matching.rules.proximity import DECAY, PROXIMITY_SCALE

i16 = np.int16
u16 = np.uint16
f32 = np.float32
ONE = 1 << 16  # nearness is taken in parts of this
SCALED = np.minimum(ONE - 1, -(-np.arange(PROXIMITY_SCALE + 1) * ONE // PROXIMITY_SCALE)).astype(
    u16
)
ALIKE = 40  # parts of 2,000: a tile whose nearness varies less is taken as equally near


@inlined
def _near_each(home, tile, where, near):
    """Fill `near` for each organisation of a tile from its position."""
    x, y, z, here = f32(home[0]), f32(home[1]), f32(home[2]), f32(home[5])
    same, per = f32(SAME_NEIGHBOURHOOD * (ONE / PROXIMITY_SCALE)), f32(1 / DECAY)
    most, point = f32(ONE - 1), f32(ONE / PROXIMITY_SCALE)
    for c in range(TILE):
        dx, dy, dz = (
            f32(where[tile, 0, c] - x), f32(where[tile, 1, c] - y), f32(where[tile, 2, c] - z),
        )  # fmt: skip
        # Half a kilometre less than it is, for the table takes whole ones, rounded down.
        t = f32(f32(f32(np.sqrt(f32(dx * dx + dy * dy + dz * dz))) - f32(1)) * per)
        t = t if t > f32(0) else f32(0)
        # exp(-t) is below the inverse of the first terms of exp(t).
        terms = f32(f32(1 / 6) + f32(t * f32(f32(1 / 24) + f32(t * f32(1 / 120)))))
        growth = f32(f32(1) + f32(t * f32(f32(1) + f32(t * f32(f32(0.5) + f32(t * terms))))))
        part = f32(f32(f32(ONE) / growth) + point)
        raised = part if part > same else same
        part = raised if where[tile, 3, c] == here else part
        near[c] = u16(np.int32(part if part < most else most))


@inlined
def near_tile(home, tile, homes, home_of, spheres, where, near):
    """Fill `near` with how near each organisation of a tile is, in parts of ONE.

    Never too little; a little too much where that saves work.
    """
    radius = spheres[tile, 3]
    if home[3] == 0 or radius < 0:  # somebody has no position: one by one
        before, scaled = -1, u16(0)
        for c in range(min(TILE, home_of.size - tile * TILE)):
            other = home_of[tile * TILE + c]
            if other != before:
                scaled = SCALED[nearness(home, homes[other])]
                before = other
            near[c] = scaled
        return
    x, y, z = home[0] - spheres[tile, 0], home[1] - spheres[tile, 1], home[2] - spheres[tile, 2]
    distance = np.sqrt(x * x + y * y + z * z)
    nearest = NEAR[min(np.int64(max(0.0, distance - radius)), FURTHEST)]
    farthest = NEAR[min(np.int64(distance + radius) + 1, FURTHEST)]
    # Within an intermunicipality of ours, distance is not all.
    ours = spheres[tile, 4] <= home[5] <= spheres[tile, 5] and home[5] != 0
    if nearest - farthest <= ALIKE and not ours:
        scaled = SCALED[nearest]
        for c in range(TILE):
            near[c] = scaled
    else:
        _near_each(home, tile, where, near)


@inlined
def _base(one, records, each, q, lines, tile, near, sums):
    """Fill `sums` with all but the coverage of domains, in both directions."""
    kind = records[one, KIND]
    acted, sought = records[one, ACTED], records[one, SOUGHT]
    needs, needs_high = records[one, NEEDS], records[one, NEEDS + 1]
    offers, offers_high = records[one, OFFERS], records[one, OFFERS + 1]
    first_sought, first_shared = records[one, FIRST_SOUGHT], records[one, FIRST_SHARED]
    each_need, each_mode = each[q, 0], each[q, 1]
    proximity, modes = records[one, MOST_PROXIMITY], records[one, MODES]
    world_0, world_1 = i16(records[one, WORLDS] + 2), i16(records[one, WORLDS + 1] + 2)
    world_2, world_3 = i16(records[one, WORLDS + 2] + 2), i16(records[one, WORLDS + 3] + 2)
    for c in range(TILE):
        k = lines[tile, KIND, c]
        w = world_0
        w = world_1 if k == 1 else w
        w = world_2 if k == 2 else w
        w = world_3 if k == 3 else w
        s = i16(lines[tile, WORLDS + kind, c] + w)
        acts = lines[tile, ACTED, c]
        s = i16(s + (first_sought if i16(sought & acts) != 0 else i16(0)))
        both = i16(first_shared + lines[tile, FIRST_SHARED, c])
        s = i16(s + (both if i16(acted & acts) != 0 else i16(0)))
        theirs = lines[tile, FIRST_SOUGHT, c]
        s = i16(s + (theirs if i16(acted & lines[tile, SOUGHT, c]) != 0 else i16(0)))
        met = i16(
            ones(i16(needs & lines[tile, OFFERS, c]))
            + ones(i16(needs_high & lines[tile, OFFERS + 1, c]))
        )
        s = i16(s + i16(each_need * met))
        met = i16(
            ones(i16(offers & lines[tile, NEEDS, c]))
            + ones(i16(offers_high & lines[tile, NEEDS + 1, c]))
        )
        s = i16(s + i16(lines[tile, MOST_RESOURCES, c] * met))
        met = ones(i16(modes & lines[tile, MODES, c]))
        s = i16(s + i16(met * i16(each_mode + lines[tile, MOST_MODES, c])))
        both_near = u16(u16(proximity) + u16(lines[tile, MOST_PROXIMITY, c]))
        s = i16(s + i16((np.uint32(both_near) * np.uint32(near[c])) >> np.uint32(16)))
        sums[c] = s


@inlined
def _add_coverage(weights, bits, q, many, lines, tile, sums):
    """Add a row's coverage points of each domain that an organisation of the tile acts on."""
    for z in range(0, many, 4):
        w0, w1, w2, w3 = weights[q, z], weights[q, z + 1], weights[q, z + 2], weights[q, z + 3]
        b0, b1, b2, b3 = bits[q, z], bits[q, z + 1], bits[q, z + 2], bits[q, z + 3]
        for c in range(TILE):
            acts = lines[tile, ACTED, c]
            s = i16(
                (w0 if i16(acts & b0) != 0 else i16(0)) + (w1 if i16(acts & b1) != 0 else i16(0))
            )
            t = i16(
                (w2 if i16(acts & b2) != 0 else i16(0)) + (w3 if i16(acts & b3) != 0 else i16(0))
            )
            sums[c] = i16(sums[c] + i16(s + t))


@inlined
def _add_answers(answers, q, z, lines, tile, sums):
    """Add the coverage points that four of the row's own acts bring to each of the tile."""
    a0, a1, a2, a3 = answers[q, z], answers[q, z + 1], answers[q, z + 2], answers[q, z + 3]
    for c in range(TILE):
        s = i16(lines[tile, a0, c] + lines[tile, a1, c])
        t = i16(lines[tile, a2, c] + lines[tile, a3, c])
        sums[c] = i16(sums[c] + i16(s + t))


@inlined
def bounds(
    one, q, records, each, weights, bits, answers, sizes, lines, tile, near, limit, limits, sums
):
    """Bound the sums of both directions of a row with each of a tile into `sums`.

    Never too little. `weights` and `bits` are the row's coverage points and their domains,
    `answers` the lines of the tile that its own acts answer, `sizes` how many there are of each.
    Afterwards `sums` are negative where the smaller of the two limits is not reached; returns how
    many reach it.
    """
    _base(one, records, each, q, lines, tile, near, sums)
    _add_coverage(weights, bits, q, sizes[q, 0], lines, tile, sums)
    for z in range(0, sizes[q, 1], 4):
        _add_answers(answers, q, z, lines, tile, sums)
    reached = i16(0)
    for c in range(TILE):
        s = sums[c]
        lowest = limit if limit < limits[c] else limits[c]
        sums[c] = i16(s - lowest) if s >= lowest else i16(-1)
        reached = i16(reached + (i16(1) if s >= lowest else i16(0)))
    return reached
