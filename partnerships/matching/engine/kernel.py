"""The compiled inner loops: many pairs tested at once, few of them scored to the point.

A tile holds 256 organisations as columns of 16-bit numbers, so that one instruction works on
many of them. For a row (one organisation) and a tile, `_bounds` works out for each pair a number
that is never below the sum of both directions, and a few points above it at most. Since the
harmonic mean is never above half of that sum, a pair whose sum is below twice the last place of
both lists can enter neither. The pairs that are left are scored exactly, by `_score`.

Needs numba; `blocks` gives the same lists without it.
"""

# numba compiles for the types it is called with. Its integers grow with every operation, so each
# intermediate result is cut back to 16 bits by hand.
from typing import Any, NamedTuple

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

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
    ZEROS,
)
from partnerships.matching.rules.proximity import (
    BY_LEVEL,
    DECAY,
    ELSEWHERE,
    NEARNESS,
    PROXIMITY_SCALE,
    SAME_INTERMUNICIPALITY_AT_MOST,
)

# Division by zero is looked after by hand: a check inside the loops would undo them.
compiled = njit(nogil=True, cache=True, error_model="numpy")
i16 = np.int16
u16 = np.uint16
i32 = np.int32
f32 = np.float32
NEAR = np.array([*NEARNESS, 0], np.int32)
FURTHEST = len(NEAR) - 1
LEVELS = np.array(list(BY_LEVEL.values()), np.int32)
SAME_NEIGHBOURHOOD = int(NEAR[SAME_INTERMUNICIPALITY_AT_MOST])
ONE = 1 << 16  # `_bounds` takes nearness in parts of this
NEVER = 32767  # no pair reaches it: the limit of a place that does not exist
ALIKE = 40  # parts of 2,000: a tile whose nearness varies less is taken as equally near
DOMAINS = 16


class Found(NamedTuple):
    """Lists as they grow, by place in order: points, row of the partner, and by tile the limits."""

    points: Any
    who: Any
    limits: Any


class Ready(NamedTuple):
    """What `_bounds` needs of 256 rows: coverage points with the bits of their domains, lines of
    the tile that their acts answer, how many of each, points of one means and one form, limits;
    and the tiles that each looks at, on a line that those with the same areas share."""

    weights: Any
    bits: Any
    answers: Any
    sizes: Any
    each: Any
    limits: Any
    line_of: Any
    wanted: Any
    reached: Any


@intrinsic
def _ones(_context, _number):
    """How many bits are set in a 16-bit number; the processor has an instruction for it."""
    from llvmlite import ir  # noqa: PLC0415  # comes with numba

    def build(_context, builder, _signature, arguments):
        word = ir.IntType(16)
        return builder.call(builder.module.declare_intrinsic("llvm.ctpop", [word]), arguments)

    return types.int16(types.int16), build


@compiled
def _nearness(one, other):
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


@compiled
def _met(one, other):
    """How many of one's needs the other offers; the 24 kinds of means fill two numbers."""
    return _ones(i16(one[NEEDS] & other[OFFERS])) + _ones(i16(one[NEEDS + 1] & other[OFFERS + 1]))


@compiled
def _directed(one, other, near):
    """What `other` brings to `one`, and whether a domain fits: `rules.directed` on records."""
    acted = other[ACTED]
    sought = one[FIRST_SOUGHT] if i16(one[SOUGHT] & acted) else i16(0)
    shared = one[FIRST_SHARED] if i16(one[ACTED] & acted) else i16(0)
    points = i32(one[WORLDS + other[KIND]]) + i32(sought) + i32(shared)
    for domain in range(DOMAINS):
        points += i32(one[domain]) if i16(acted & i16(1 << domain)) else i32(0)
    points += i32(one[MOST_PROXIMITY]) * i32(near) // i32(PROXIMITY_SCALE)
    wanted = i32(_ones(one[NEEDS])) + i32(_ones(one[NEEDS + 1]))
    points += i32(one[MOST_RESOURCES]) * i32(_met(one, other)) // max(wanted, i32(1))
    wanted = i32(_ones(one[MODES]))
    points += (
        i32(one[MOST_MODES]) * i32(_ones(i16(one[MODES] & other[MODES]))) // max(wanted, i32(1))
    )
    return i32(points), (sought > 0) or (shared > 0)


@compiled
def _harmonic(brings, receives):
    """`rules.harmonic`: twice 10,000 times 10,000 still fits 32 bits."""
    return i32(i32(2) * brings * receives // max(i32(brings + receives), i32(1)))


@compiled
def _share_a_value(a, a_from, a_to, b, b_from, b_to):
    """True when two ascending stretches have a number in common."""
    while a_from < a_to and b_from < b_to:
        if a[a_from] == b[b_from]:
            return True
        if a[a_from] < b[b_from]:
            a_from += 1
        else:
            b_from += 1
    return False


@compiled
def _allowed(one, other, people):
    """True when areas nest and the pair is not excluded; `one`, `other` are places in order."""
    areas, area_at, around, around_at = (
        people.areas, people.area_at, people.around, people.around_at,
    )  # fmt: skip
    a, b = area_at[one], area_at[one + 1]
    c, d = area_at[other], area_at[other + 1]
    if not (
        _share_a_value(areas, a, b, areas, c, d)
        or _share_a_value(areas, a, b, around, around_at[other], around_at[other + 1])
        or _share_a_value(around, around_at[one], around_at[one + 1], areas, c, d)
    ):
        return False
    row, wanted = people.order[one], people.order[other]
    low, high = people.excluded_at[row], people.excluded_at[row + 1]
    last = high
    while low < high:
        middle = (low + high) >> 1
        if people.excluded[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return not (low < last and people.excluded[low] == wanted)


@compiled
def _enter(points, who, harmonic, row):
    """Put a match into a list where it belongs, unless it is there or behind the last place."""
    last = points.size - 1
    if points[last] > harmonic or (points[last] == harmonic and who[last] <= row):
        return False
    for place in range(last + 1):
        if who[place] == row and points[place] == harmonic:
            return False
    place = last
    while place > 0 and (
        points[place - 1] < harmonic or (points[place - 1] == harmonic and who[place - 1] > row)
    ):
        points[place], who[place] = points[place - 1], who[place - 1]
        place -= 1
    points[place], who[place] = harmonic, row
    return True


@compiled
def _limit(points, floor):
    """The sum of both directions that a match needs to enter this list."""
    return i16(2 * max(points[points.size - 1], floor))


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
def _near_tile(home, tile, people, tiles, near):
    """Fill `near` with how near each organisation of a tile is, in parts of ONE.

    Never too little; a little too much where that saves work.
    """
    sphere, where = tiles.spheres[tile], tiles.where[tile]
    if home[3] == 0 or sphere[3] < 0:  # somebody has no position: one by one
        before, scaled = -1, u16(0)
        for c in range(min(TILE, people.order.size - tile * TILE)):
            other = people.home_of[tile * TILE + c]
            if other != before:
                exact = _nearness(home, people.homes[other])
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
def _bounds(row, rows, weights, bits, answers, x, near, limit, limits, sums):
    """Bound the sums of both directions of a row with each of a tile into `sums`.

    Returns how many reach the smaller of the two limits. `weights` and `bits` are the row's
    coverage by domain, `answers` the lines of the tile that its own acts answer.
    """
    kind = row[KIND]
    acted, sought = row[ACTED], row[SOUGHT]
    needs, needs_high = row[NEEDS], row[NEEDS + 1]
    offers, offers_high = row[OFFERS], row[OFFERS + 1]
    first_sought, first_shared = row[FIRST_SOUGHT], row[FIRST_SHARED]
    each_need, each_mode = rows[0], rows[1]
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
        met = i16(_ones(i16(needs & x_offers[c])) + _ones(i16(needs_high & x_offers_high[c])))
        s = i16(s + i16(each_need * met))
        met = i16(_ones(i16(offers & x_needs[c])) + _ones(i16(offers_high & x_needs_high[c])))
        s = i16(s + i16(x_each_need[c] * met))
        met = _ones(i16(modes & x_modes[c]))
        s = i16(s + i16(met * i16(each_mode + x_each_mode[c])))
        both_near = u16(u16(proximity) + u16(x_proximity[c]))
        s = i16(s + i16((np.uint32(both_near) * np.uint32(near[c])) >> np.uint32(16)))
        sums[c] = s
    for z in range(0, weights.size, 4):
        w0, w1, w2, w3 = weights[z], weights[z + 1], weights[z + 2], weights[z + 3]
        b0, b1, b2, b3 = bits[z], bits[z + 1], bits[z + 2], bits[z + 3]
        for c in range(TILE):
            acts = x_acted[c]
            s = i16(
                (w0 if i16(acts & b0) != 0 else i16(0)) + (w1 if i16(acts & b1) != 0 else i16(0))
            )
            t = i16(
                (w2 if i16(acts & b2) != 0 else i16(0)) + (w3 if i16(acts & b3) != 0 else i16(0))
            )
            sums[c] = i16(sums[c] + i16(s + t))
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


@compiled
def _same(values, at, one, other):
    """True when two rows of a ragged array are equal."""
    many = at[one + 1] - at[one]
    if at[other + 1] - at[other] != many:
        return False
    for k in range(many):
        if values[at[one] + k] != values[at[other] + k]:
            return False
    return True


@compiled
def _mark(line, columns, tiles, at, place):
    """Set the tiles that are listed for a place and lie within `columns`."""
    low, high = at[place], at[place + 1]
    last = high
    while low < high:
        middle = (low + high) >> 1
        if tiles[middle] < columns[0]:
            low = middle + 1
        else:
            high = middle
    while low < last and tiles[low] < columns[1]:
        line[tiles[low] - columns[0]] = 1
        low += 1


@compiled
def _prepare(rows, start, some, columns, floor, people, points, ready):
    """Lay out what `_bounds` needs of some rows, and mark the tiles that each must look at."""
    ready.reached[:] = 0
    for q in range(some):
        one = rows[start + q]
        record, weights, bits, answers = (
            people.records[one], ready.weights[q], ready.bits[q], ready.answers[q],
        )  # fmt: skip
        seeking = answering = 0
        for domain in range(DOMAINS):
            if record[domain] != 0:
                weights[seeking] = record[domain]
                bits[seeking] = i16(u16(1 << domain))
                seeking += 1
            if (u16(record[ACTED]) >> domain) & 1:
                answers[answering] = domain
                answering += 1
        while seeking % 4:
            weights[seeking] = 0
            seeking += 1
        while answering % 4 or answering == 0:
            answers[answering] = ZEROS
            answering += 1
        ready.sizes[q, 0], ready.sizes[q, 1] = seeking, answering
        needs = max(1, _ones(record[NEEDS]) + _ones(record[NEEDS + 1]))
        ready.each[q, 0] = -(-np.int64(record[MOST_RESOURCES]) // needs)
        ready.each[q, 1] = -(-np.int64(record[MOST_MODES]) // max(1, _ones(record[MODES])))
        ready.limits[q] = _limit(points[one], floor)
        if q and _same(people.areas, people.area_at, one, rows[start + q - 1]):
            ready.line_of[q] = ready.line_of[q - 1]
            continue
        ready.line_of[q] = q
        line = ready.wanted[q]
        line[:] = 0
        for k in range(people.area_at[one], people.area_at[one + 1]):
            _mark(line, columns, people.with_area, people.with_area_at, people.areas[k])
            _mark(line, columns, people.with_inside, people.with_inside_at, people.areas[k])
        for k in range(people.around_at[one], people.around_at[one + 1]):
            _mark(line, columns, people.with_area, people.with_area_at, people.around[k])
        ready.reached[:] |= line


@compiled
def _score_hits(one, tile, sums, hits, people, found, theirs, limit, floor, both):
    """Score to the point whoever reached the limit, and enter who belongs into the lists.

    Returns the new limit of the row, and how many were scored.
    """
    several = 0
    for c in range(min(TILE, people.order.size - tile * TILE)):
        hits[several] = c
        several += sums[c] >= 0
    home, record, scored = people.homes[people.home_of[one]], people.records[one], 0
    for hit in range(several):
        c = hits[hit]
        other = tile * TILE + c
        if other == one or (both and other < one):
            continue
        scored += 1
        near = _nearness(home, people.homes[people.home_of[other]])
        brings, fits = _directed(record, people.records[other], near)
        receives, fits_back = _directed(people.records[other], record, near)
        if brings < floor or receives < floor or not (fits or fits_back):
            continue
        harmonic = _harmonic(brings, receives)
        if 2 * harmonic < limit and (not both or 2 * harmonic < theirs[c]):
            continue
        if not _allowed(one, other, people):
            continue
        if _enter(found.points[one], found.who[one], harmonic, people.order[other]):
            limit = _limit(found.points[one], floor)
            if both:
                found.limits[one // TILE, one % TILE] = limit
        if both and _enter(found.points[other], found.who[other], harmonic, people.order[one]):
            theirs[c] = _limit(found.points[other], floor)
    return limit, scored


@compiled
def scan(rows, columns, people, tiles, found, floor, both, counted):
    """Score `rows` (places in order) against the tiles of `columns` (first, last), once each.

    `both`: each pair also enters the column's list, and pairs are taken from one side only, the
    one that comes first in order. `counted` receives pairs tested, and pairs scored.
    """
    width = columns[1] - columns[0]
    ready = Ready(
        np.zeros((TILE, DOMAINS), np.int16),
        np.zeros((TILE, DOMAINS), np.int16),
        np.full((TILE, DOMAINS), ZEROS, np.int64),
        np.zeros((TILE, 2), np.int64),
        np.zeros((TILE, 2), np.int16),
        np.zeros(TILE, np.int16),
        np.zeros(TILE, np.int64),
        np.zeros((TILE, width), np.uint8),
        np.zeros(width, np.uint8),
    )
    sums, near = np.empty(TILE, np.int16), np.empty(TILE, np.uint16)
    hits, nobody = np.zeros(TILE + 1, np.int64), np.full(TILE, NEVER, np.int16)
    for start in range(0, rows.size, TILE):
        some = min(TILE, rows.size - start)
        _prepare(rows, start, some, columns, floor, people, found.points, ready)
        for t in range(width):
            tile = columns[0] + t
            if ready.reached[t] == 0 or (both and tile < rows[start] // TILE):
                continue
            x, before = tiles.lines[tile], -1
            theirs = found.limits[tile] if both else nobody
            for q in range(some):
                one = rows[start + q]
                if ready.wanted[ready.line_of[q], t] == 0:
                    continue
                if people.home_of[one] != before:
                    before = people.home_of[one]
                    _near_tile(people.homes[before], tile, people, tiles, near)
                counted[0] += TILE
                if _bounds(
                    people.records[one], ready.each[q], ready.weights[q, : ready.sizes[q, 0]],
                    ready.bits[q], ready.answers[q, : ready.sizes[q, 1]], x, near,
                    ready.limits[q], theirs, sums,
                ):  # fmt: skip
                    ready.limits[q], scored = _score_hits(
                        one, tile, sums, hits, people, found, theirs, ready.limits[q], floor, both
                    )
                    counted[1] += scored


@compiled
def rescore(old, place_of, people, found, floor, first, last):
    """Enter earlier partners of the places `first` to `last`, as they score today.

    Each list then has a lower bound before the first tile is looked at.
    """
    for one in range(first, last):
        home, record = people.homes[people.home_of[one]], people.records[one]
        for row in old[people.order[one]]:
            if row < 0:
                break
            other = place_of[row]
            near = _nearness(home, people.homes[people.home_of[other]])
            brings, fits = _directed(record, people.records[other], near)
            receives, fits_back = _directed(people.records[other], record, near)
            if other == one or brings < floor or receives < floor or not (fits or fits_back):
                continue
            if _allowed(one, other, people):
                _enter(found.points[one], found.who[one], _harmonic(brings, receives), row)
