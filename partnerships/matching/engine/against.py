"""Compiled: one organisation against everyone, row by row (`resident`)."""

import numpy as np

from partnerships.matching.engine.compiled import compiled, inlined
from partnerships.matching.engine.exact import (
    DOMAINS,
    FURTHEST,
    NEAR,
    SAME_NEIGHBOURHOOD,
    harmonic_of,
    nearness,
    ones,
)
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
from partnerships.matching.rules.proximity import PROXIMITY_SCALE

i16, i32, u16 = np.int16, np.int32, np.uint16
BYTE = 256


@compiled
def _coverage(record):
    """The coverage points of a record for each half of a set of domains."""
    table = np.zeros((2, BYTE), np.int32)
    for half in range(2):
        for domains in range(BYTE):
            for bit in range(8):
                if (domains >> bit) & 1:
                    table[half, domains] += record[8 * half + bit]
    return table


@compiled
def _shares(most, wanted):
    """The points for each number of means, or of forms, that are met out of those wanted."""
    table = np.zeros(33, np.int32)
    for met in range(wanted + 1):
        table[met] = most * met // max(wanted, 1)
    return table


@inlined
def _common(ours, theirs):
    """How many of the means that one record needs the other offers."""
    low = ones(i16(ours[NEEDS] & theirs[OFFERS]))
    return i32(low) + i32(ones(i16(ours[NEEDS + 1] & theirs[OFFERS + 1])))


@compiled
def _prepared(ours):
    """All that depends on the one row: coverage by domains, points by means and forms met, and the
    domains it acts on.
    """
    means = i32(ones(ours[NEEDS])) + i32(ones(ours[NEEDS + 1]))
    own, acting = np.empty(DOMAINS, np.int64), 0
    for domain in range(DOMAINS):
        if (u16(ours[ACTED]) >> domain) & 1:
            own[acting] = domain
            acting += 1
    return (
        _coverage(ours),
        _shares(i32(ours[MOST_RESOURCES]), means),
        _shares(i32(ours[MOST_MODES]), i32(ones(ours[MODES]))),
        own[:acting],
    )


@compiled
def _candidates(ours, tells, set_of, met, some):
    """Collect the rows that meet and have a domain in common; returns how many there are."""
    count = 0
    wanted = np.uint32(u16(ours[ACTED] | ours[SOUGHT])) | np.uint32(u16(ours[ACTED])) << 16
    for other in range(some.size - 1):  # without a jump that nobody can foresee
        some[count] = other
        count += met[set_of[other]] & ((tells[other] & wanted) != 0)
    return count


@compiled
def _near(one, some, homes, near):
    """Fill in how near each of `some` rows is."""
    home = homes[one]
    x, y, z, town, around = home[0], home[1], home[2], home[4], home[5]
    for k in range(near.size):
        other = some[k]
        a = np.float64(homes[other, 0] - x)
        b = np.float64(homes[other, 1] - y)
        c = np.float64(homes[other, 2] - z)
        # A double holds the square exactly, and its root is never rounded up to a whole number.
        near[k] = NEAR[min(i32(np.sqrt(a * a + b * b + c * c)), i32(FURTHEST))]
    for k in range(near.size):
        other = some[k]
        if home[3] == 0 or homes[other, 3] == 0:
            near[k] = nearness(home, homes[other])
        elif near[k] < SAME_NEIGHBOURHOOD and (
            (town != 0 and homes[other, 4] == town) or (around != 0 and homes[other, 5] == around)
        ):
            near[k] = SAME_NEIGHBOURHOOD


@compiled
def _matches(one, people, count, met, floor):  # arrays, for speed
    """The rows that a row may match with, and the match with each, -1 for none.

    The same as `exact.match_of`: all that depends on the one row is worked out beforehand, and
    nothing is left out for some, because the processor cannot foresee for whom.
    """
    records, homes, tells, set_of, _ids = people
    ours, some = records[one], np.empty(count + 1, np.int32)
    coverage, means, forms, own = _prepared(ours)
    some = some[: _candidates(ours, tells, set_of, met, some)]
    near, found = np.empty(some.size, np.int32), np.empty(some.size, np.int32)
    _near(one, some, homes, near)
    acts, seeks, sort = ours[ACTED], ours[SOUGHT], WORLDS + ours[KIND]
    for k in range(some.size):
        theirs = records[some[k]]
        acted = u16(theirs[ACTED])
        forms_met = i32(ones(i16(ours[MODES] & theirs[MODES])))
        we_seek = i32(i16(seeks & theirs[ACTED]) != 0)
        they_seek = i32(i16(acts & theirs[SOUGHT]) != 0)
        both = i32(i16(acts & theirs[ACTED]) != 0)
        first = we_seek * i32(ours[FIRST_SOUGHT]) + both * i32(ours[FIRST_SHARED])
        back = they_seek * i32(theirs[FIRST_SOUGHT]) + both * i32(theirs[FIRST_SHARED])
        brings = first + i32(ours[WORLDS + theirs[KIND]]) + means[_common(ours, theirs)]
        brings += forms[forms_met] + coverage[0, acted & 255] + coverage[1, acted >> 8]
        brings += i32(ours[MOST_PROXIMITY]) * near[k] // i32(PROXIMITY_SCALE)
        receives = back + i32(theirs[sort])
        receives += i32(theirs[MOST_PROXIMITY]) * near[k] // i32(PROXIMITY_SCALE)
        for domain in own:
            receives += i32(theirs[domain])
        wanted = max(i32(ones(theirs[NEEDS])) + i32(ones(theirs[NEEDS + 1])), i32(1))
        receives += i32(theirs[MOST_RESOURCES]) * _common(theirs, ours) // wanted
        receives += i32(theirs[MOST_MODES]) * forms_met // max(i32(ones(theirs[MODES])), i32(1))
        fine = brings >= floor and receives >= floor and first + back > 0
        found[k] = harmonic_of(brings, receives) if fine else i32(-1)
    return some, found


@compiled
def everyone(one, people, met, floor, points):
    """Fill `points` with the match of a row with each other; those that have none stay."""
    some, found = _matches(one, people, points.size, met, floor)
    for k in range(some.size):
        points[some[k]] = found[k]


@compiled
def best(one, people, count, met, floor, excluded, points, who):  # noqa: PLR0917  # for speed
    """Fill `points` and `who` (ids) with the best matches of a row; returns how many there are."""
    ids, last, filled = people[4], points.size - 1, 0
    some, found = _matches(one, people, count, met, floor)
    for k in range(some.size):
        match, other = found[k], some[k]
        if match < 0 or (filled > last and match < points[last]) or other == one:
            continue
        if filled > last and match == points[last] and who[last] < ids[other]:
            continue
        if np.any(excluded == other):
            continue
        place = min(filled, last)
        filled = min(filled + 1, last + 1)
        while place > 0 and (
            points[place - 1] < match
            or (points[place - 1] == match and who[place - 1] > ids[other])
        ):
            points[place], who[place] = points[place - 1], who[place - 1]
            place -= 1
        points[place], who[place] = match, ids[other]
    return filled
