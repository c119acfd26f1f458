"""The compiled scan: many pairs tested at once, few of them scored to the point.

A tile holds 256 organisations as columns of 16-bit numbers, so that one instruction works on
many of them. For a row (one organisation) and a tile, `bounds` works out for each pair a number
that is never below the sum of both directions, and a few points above it at most. Since the
harmonic mean is never above half of that sum, a pair whose sum is below twice the last place of
both lists can enter neither. The pairs that are left are scored exactly.

Needs numba; `blocks` gives the same lists without it.
"""

from typing import Any, NamedTuple

import numpy as np

from partnerships.matching.engine.bounds import bounds, near_tile
from partnerships.matching.engine.compiled import compiled, inlined
from partnerships.matching.engine.exact import (
    DOMAINS,
    allowed,
    enter,
    insert,
    limit_at,
    limit_of,
    match_of,
    ones,
)
from partnerships.matching.engine.records import (
    ACTED,
    MODES,
    MOST_MODES,
    MOST_RESOURCES,
    NEEDS,
    TILE,
    ZEROS,
)

i16 = np.int16
u16 = np.uint16
NEVER = 32767  # no pair reaches it: the limit of a place that does not exist


class Found(NamedTuple):
    """Lists as they grow: points, and row of the partner; by tile the limits.

    First those of the organisations' main posts, by row; then those of further posts.
    """

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
        needs = max(1, ones(record[NEEDS]) + ones(record[NEEDS + 1]))
        ready.each[q, 0] = -(-np.int64(record[MOST_RESOURCES]) // needs)
        ready.each[q, 1] = -(-np.int64(record[MOST_MODES]) // max(1, ones(record[MODES])))
        ready.limits[q] = limit_at(points, people.slots, people.order, one, floor)
        before = rows[start + q - 1] if q else one
        if (
            q
            and people.areas[before] == people.areas[one]
            and _same(people.around, people.around_at, before, one)
        ):
            ready.line_of[q] = ready.line_of[q - 1]
            continue
        ready.line_of[q] = q
        line = ready.wanted[q]
        line[:] = 0
        _mark(line, columns, people.with_area, people.with_area_at, people.areas[one])
        _mark(line, columns, people.with_inside, people.with_inside_at, people.areas[one])
        for k in range(people.around_at[one], people.around_at[one + 1]):
            _mark(line, columns, people.with_area, people.with_area_at, people.around[k])
        ready.reached[:] |= line


@inlined
def _score_hits(
    one, tile, sums, hits, records, homes, home_of, order, slots,
    areas, around, around_at, excluded, excluded_at,
    points, who, limits, limit, floor, both,
):  # fmt: skip
    """Score to the point whoever reached the limit, and enter who belongs into the lists.

    Returns the new limit of the row, and how many were scored.
    """
    several = scored = 0
    for c in range(min(TILE, order.size - tile * TILE)):
        hits[several] = c
        several += sums[c] >= 0
    for hit in range(several):
        c = hits[hit]
        other = tile * TILE + c
        if both and other <= one:
            continue
        scored += 1
        harmonic = match_of(records, homes, home_of, one, other, floor)
        if harmonic < 0:
            continue
        if 2 * harmonic < limit and (not both or 2 * harmonic < limits[tile, c]):
            continue
        if not allowed(one, other, order, areas, around, around_at, excluded, excluded_at):
            continue
        if enter(points, who, slots[one], harmonic, order[other]):
            limit = max(limit, limit_of(points, slots[one], floor))
            if both:
                limits[one // TILE, one % TILE] = limit
        if both and enter(points, who, slots[other], harmonic, order[one]):
            limits[tile, c] = max(limits[tile, c], limit_of(points, slots[other], floor))
    return limit, scored


@compiled
def renew_limits(columns, people, found, floor):
    """Take note of what organisations have found at other posts. An old limit does no harm."""
    order, slots = people.order, people.slots
    for one in range(columns[0] * TILE, min(columns[1] * TILE, order.size)):
        found.limits[one // TILE, one % TILE] = limit_at(found.points, slots, order, one, floor)


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
    # Taken out of their tuples, which the innermost loop would do again and again.
    records, homes, home_of = people.records, people.homes, people.home_of
    order, slots, areas = people.order, people.slots, people.areas
    around, around_at = people.around, people.around_at
    excluded, excluded_at = people.excluded, people.excluded_at
    lines, spheres, where, points, who = (
        tiles.lines, tiles.spheres, tiles.where, found.points, found.who,
    )  # fmt: skip
    weights, bits, answers, sizes = ready.weights, ready.bits, ready.answers, ready.sizes
    each, limits, line_of = ready.each, ready.limits, ready.line_of
    wanted, reached, tested, scored = ready.wanted, ready.reached, 0, 0
    for start in range(0, rows.size, TILE):
        some = min(TILE, rows.size - start)
        _prepare(rows, start, some, columns, floor, people, found.points, ready)
        for t in range(width):
            tile = columns[0] + t
            if reached[t] == 0 or (both and tile < rows[start] // TILE):
                continue
            before = -1
            theirs = found.limits[tile] if both else nobody
            for q in range(some):
                if wanted[line_of[q], t] == 0:
                    continue
                one = rows[start + q]
                if home_of[one] != before:
                    before = home_of[one]
                    near_tile(homes[before], tile, homes, home_of, spheres, where, near)
                tested += TILE
                if bounds(
                    one, q, records, each, weights, bits, answers, sizes, lines, tile, near,
                    limits[q], theirs, sums,
                ):  # fmt: skip
                    limits[q], several = _score_hits(
                        one, tile, sums, hits, records, homes, home_of, order, slots,
                        areas, around, around_at, excluded, excluded_at,
                        points, who, found.limits, limits[q], floor, both,
                    )  # fmt: skip
                    scored += several
    counted[0] += tested
    counted[1] += scored


@compiled
def rescore(old, rows, people, found, floor):
    """Enter earlier partners (rows) of the organisations at `rows`, as they score today.

    Each list then has a lower bound before the first tile is looked at.
    """
    records, homes, home_of, order = people.records, people.homes, people.home_of, people.order
    areas, around, around_at = people.areas, people.around, people.around_at
    excluded, excluded_at = people.excluded, people.excluded_at
    posts, post_at, points, who = people.posts, people.post_at, found.points, found.who
    for k in range(old.shape[0]):
        row = rows[k]
        entered = 0
        if post_at[row] == post_at[row + 1]:
            continue
        for place in range(old.shape[1]):
            partner = old[k, place]
            if partner < 0 or post_at[partner] == post_at[partner + 1]:
                continue
            one, other = posts[post_at[row]], posts[post_at[partner]]
            harmonic = match_of(records, homes, home_of, one, other, floor)
            if harmonic < 0:
                continue
            meet = False
            for a in range(post_at[row], post_at[row + 1]):
                for b in range(post_at[partner], post_at[partner + 1]):
                    meet = meet or allowed(
                        posts[a], posts[b], order, areas, around, around_at, excluded, excluded_at
                    )
            if meet:
                insert(points, who, row, entered, harmonic, partner)
                entered += 1


@compiled
def gather(people, found):
    """Enter what was found at further posts into the lists of their organisations."""
    order, slots, points, who = people.order, people.slots, found.points, found.who
    for one in range(order.size):
        if slots[one] != order[one]:
            for place in range(points.shape[1]):
                if who[slots[one], place] < 0:
                    break
                enter(points, who, order[one], points[slots[one], place], who[slots[one], place])
