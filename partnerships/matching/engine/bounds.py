"""Compiled: bounds on the sums of both directions, for a row and the 256 of a tile at once."""

# Every intermediate result is cut back to 16 bits by hand, so that one instruction works on many.
import numpy as np

from partnerships.matching.engine.compiled import compiled
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
ALIKE = 40  # parts of 2,000: a tile whose nearness varies less is taken as equally near


@compiled
def _near_each(xs, ys, zs, together, home, near):
    """Fill `near` for each organisation of a tile from its position."""
    x, y, z, here = f32(home[0]), f32(home[1]), f32(home[2]), f32(home[5])
    same, per = f32(SAME_NEIGHBOURHOOD * (ONE / PROXIMITY_SCALE)), f32(1 / DECAY)
    most, point = f32(ONE - 1), f32(ONE / PROXIMITY_SCALE)
    for c in range(TILE):
        dx, dy, dz = f32(xs[c] - x), f32(ys[c] - y), f32(zs[c] - z)
        # Half a kilometre less than it is, for the table takes whole ones, rounded down.
        t = f32(f32(f32(np.sqrt(f32(dx * dx + dy * dy + dz * dz))) - f32(1)) * per)
        t = t if t > f32(0) else f32(0)
        # exp(-t) is below the inverse of the first terms of exp(t).
        terms = f32(f32(1 / 6) + f32(t * f32(f32(1 / 24) + f32(t * f32(1 / 120)))))
        growth = f32(f32(1) + f32(t * f32(f32(1) + f32(t * f32(f32(0.5) + f32(t * terms))))))
        part = f32(f32(f32(ONE) / growth) + point)
        raised = part if part > same else same
        part = raised if together[c] == here else part
        near[c] = u16(np.int32(part if part < most else most))


@compiled
def near_tile(home, tile, people, tiles, near):
    """Fill `near` with how near each organisation of a tile is, in parts of ONE.

    Never too little; a little too much where that saves work.
    """
    sphere, where = tiles.spheres[tile], tiles.where[tile]
    if home[3] == 0 or sphere[3] < 0:  # somebody has no position: one by one
        before, scaled = -1, u16(0)
        for c in range(min(TILE, people.order.size - tile * TILE)):
            other = people.home_of[tile * TILE + c]
            if other != before:
                exact = nearness(home, people.homes[other])
                scaled = u16(min(ONE - 1, -(-exact * ONE // PROXIMITY_SCALE)))
                before = other
            near[c] = scaled
        return
    x, y, z = home[0] - sphere[0], home[1] - sphere[1], home[2] - sphere[2]
    distance = np.sqrt(x * x + y * y + z * z)
    nearest = NEAR[min(np.int64(max(0.0, distance - sphere[3])), FURTHEST)]
    farthest = NEAR[min(np.int64(distance + sphere[3]) + 1, FURTHEST)]
    # Within an intermunicipality of ours, distance is not all.
    ours = sphere[4] <= home[5] <= sphere[5] and home[5] != 0
    if nearest - farthest <= ALIKE and not ours:
        near[:] = u16(min(ONE - 1, -(-nearest * ONE // PROXIMITY_SCALE)))
    else:
        _near_each(where[0], where[1], where[2], where[3], home, near)


@compiled
def _base(row, each, x, near, sums):
    """Fill `sums` with all but the coverage of domains, in both directions."""
    kind = row[KIND]
    acted, sought = row[ACTED], row[SOUGHT]
    needs, needs_high = row[NEEDS], row[NEEDS + 1]
    offers, offers_high = row[OFFERS], row[OFFERS + 1]
    first_sought, first_shared = row[FIRST_SOUGHT], row[FIRST_SHARED]
    each_need, each_mode = each[0], each[1]
    proximity, modes = row[MOST_PROXIMITY], row[MODES]
    world_0, world_1, world_2, world_3 = (
        row[WORLDS], row[WORLDS + 1], row[WORLDS + 2], row[WORLDS + 3],
    )  # fmt: skip
    x_world, x_first_sought, x_first_shared = x[WORLDS + kind], x[FIRST_SOUGHT], x[FIRST_SHARED]
    x_acted, x_sought, x_kind = x[ACTED], x[SOUGHT], x[KIND]
    x_needs, x_needs_high, x_offers, x_offers_high = (
        x[NEEDS], x[NEEDS + 1], x[OFFERS], x[OFFERS + 1],
    )  # fmt: skip
    x_each_need, x_each_mode, x_proximity = x[MOST_RESOURCES], x[MOST_MODES], x[MOST_PROXIMITY]
    x_modes = x[MODES]
    for c in range(TILE):
        s = i16(x_world[c] + 2)
        k = x_kind[c]
        w = world_0
        w = world_1 if k == 1 else w
        w = world_2 if k == 2 else w
        w = world_3 if k == 3 else w
        s = i16(s + w)
        acts = x_acted[c]
        s = i16(s + (first_sought if i16(sought & acts) != 0 else i16(0)))
        both = i16(first_shared + x_first_shared[c])
        s = i16(s + (both if i16(acted & acts) != 0 else i16(0)))
        s = i16(s + (x_first_sought[c] if i16(acted & x_sought[c]) != 0 else i16(0)))
        met = i16(ones(i16(needs & x_offers[c])) + ones(i16(needs_high & x_offers_high[c])))
        s = i16(s + i16(each_need * met))
        met = i16(ones(i16(offers & x_needs[c])) + ones(i16(offers_high & x_needs_high[c])))
        s = i16(s + i16(x_each_need[c] * met))
        met = ones(i16(modes & x_modes[c]))
        s = i16(s + i16(met * i16(each_mode + x_each_mode[c])))
        both_near = u16(u16(proximity) + u16(x_proximity[c]))
        s = i16(s + i16((np.uint32(both_near) * np.uint32(near[c])) >> np.uint32(16)))
        sums[c] = s


@compiled
def _add_coverage(weights, bits, acted, sums):
    """Add a row's coverage points of each domain that an organisation of the tile acts on."""
    for z in range(0, weights.size, 4):
        w0, w1, w2, w3 = weights[z], weights[z + 1], weights[z + 2], weights[z + 3]
        b0, b1, b2, b3 = bits[z], bits[z + 1], bits[z + 2], bits[z + 3]
        for c in range(TILE):
            acts = acted[c]
            s = i16(
                (w0 if i16(acts & b0) != 0 else i16(0)) + (w1 if i16(acts & b1) != 0 else i16(0))
            )
            t = i16(
                (w2 if i16(acts & b2) != 0 else i16(0)) + (w3 if i16(acts & b3) != 0 else i16(0))
            )
            sums[c] = i16(sums[c] + i16(s + t))


@compiled
def bounds(row, each, weights, bits, answers, x, near, limit, limits, sums):
    """Bound the sums of both directions of a row with each of a tile into `sums`.

    Never too little. `weights` and `bits` are the row's coverage points and their domains,
    `answers` the lines of the tile that its own acts answer. Afterwards `sums` are negative where
    the smaller of the two limits is not reached; returns how many reach it.
    """
    _base(row, each, x, near, sums)
    _add_coverage(weights, bits, x[ACTED], sums)
    for z in range(0, answers.size - 4, 4):
        x0, x1, x2, x3 = x[answers[z]], x[answers[z + 1]], x[answers[z + 2]], x[answers[z + 3]]
        for c in range(TILE):
            sums[c] = i16(sums[c] + i16(i16(x0[c] + x1[c]) + i16(x2[c] + x3[c])))
    z = answers.size - 4
    x0, x1, x2, x3 = x[answers[z]], x[answers[z + 1]], x[answers[z + 2]], x[answers[z + 3]]
    reached = i16(0)
    for c in range(TILE):
        s = i16(sums[c] + i16(i16(x0[c] + x1[c]) + i16(x2[c] + x3[c])))
        lowest = limit if limit < limits[c] else limits[c]
        sums[c] = i16(s - lowest) if s >= lowest else i16(-1)
        reached = i16(reached + (i16(1) if s >= lowest else i16(0)))
    return reached
