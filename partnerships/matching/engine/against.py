"""Compiled: one organisation against everyone, row by row (`resident`)."""

import numpy as np

from partnerships.matching.engine.compiled import compiled, inlined
from partnerships.matching.engine.exact import DOMAINS, harmonic_of, nearness, ones
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
from partnerships.matching.rules import ALL_POINTS
from partnerships.matching.rules.proximity import PROXIMITY_SCALE

i16, i32, u16 = np.int16, np.int32, np.uint16
BYTE = 256


@compiled
def meets(marks, areas, area_at, around, around_at, found):  # noqa: PLR0917  # arrays, for speed
    """Set `found` for each set of areas with one that is marked, or 2 around one of them."""
    for some in range(found.size):
        for k in range(area_at[some], area_at[some + 1]):
            if marks[areas[k]] != 0:
                found[some] = True
                break
        else:
            for k in range(around_at[some], around_at[some + 1]):
                if marks[around[k]] == 2:  # as `Resident._meets` sets it
                    found[some] = True
                    break


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


@inlined
def _match(ours, theirs, home, other_home, prepared, floor, least):  # noqa: PLR0917  # for speed
    """The match of two rows, -1 where there is none or it is below `least` for sure.

    The same as `exact.match_of`, with all that depends on the one row worked out beforehand.
    """
    coverage, means, forms, own = prepared
    acted = u16(theirs[ACTED])
    brings = i32(ours[WORLDS + theirs[KIND]]) + means[_common(ours, theirs)]
    brings += forms[ones(i16(ours[MODES] & theirs[MODES]))]
    brings += coverage[0, acted & 255] + coverage[1, acted >> 8]
    both = i16(ours[ACTED] & theirs[ACTED]) != 0
    first = i32(0)
    if i16(ours[SOUGHT] & theirs[ACTED]) != 0:
        first += i32(ours[FIRST_SOUGHT])
    if both:
        first += i32(ours[FIRST_SHARED])
    brings += first
    # The other side brings 10,000 at most.
    most = brings + i32(ours[MOST_PROXIMITY])
    if most < floor or i32(2 * ALL_POINTS) * most < least * (most + i32(ALL_POINTS)):
        return i32(-1)
    near = i32(nearness(home, other_home))
    brings += i32(ours[MOST_PROXIMITY]) * near // i32(PROXIMITY_SCALE)
    if brings < floor or i32(2 * ALL_POINTS) * brings < least * (brings + i32(ALL_POINTS)):
        return i32(-1)
    receives = i32(theirs[WORLDS + ours[KIND]])
    receives += i32(theirs[MOST_PROXIMITY]) * near // i32(PROXIMITY_SCALE)
    for domain in own:
        receives += i32(theirs[domain])
    wanted = i32(ones(theirs[NEEDS])) + i32(ones(theirs[NEEDS + 1]))
    receives += i32(theirs[MOST_RESOURCES]) * _common(theirs, ours) // max(wanted, i32(1))
    met, wanted = i32(ones(i16(ours[MODES] & theirs[MODES]))), i32(ones(theirs[MODES]))
    receives += i32(theirs[MOST_MODES]) * met // max(wanted, i32(1))
    if i16(ours[ACTED] & theirs[SOUGHT]) != 0:
        first += i32(theirs[FIRST_SOUGHT])
        receives += i32(theirs[FIRST_SOUGHT])
    if both:
        first += i32(theirs[FIRST_SHARED])
        receives += i32(theirs[FIRST_SHARED])
    if receives < floor or first == 0:
        return i32(-1)
    return harmonic_of(brings, receives)


@compiled
def everyone(one, people, met, floor, points):
    """Fill `points` with the match of a row with each other; those that have none stay."""
    records, homes, tells, set_of, _ids = people
    some = np.empty(points.size + 1, np.int32)
    ours, home, prepared = records[one], homes[one], _prepared(records[one])
    for k in range(_candidates(ours, tells, set_of, met, some)):
        other = some[k]
        points[other] = _match(ours, records[other], home, homes[other], prepared, floor, i32(0))


@compiled
def best(one, people, count, met, floor, excluded, points, who):  # noqa: PLR0917  # for speed
    """Fill `points` and `who` (ids) with the best matches of a row; returns how many there are.

    Whoever cannot reach the last place any more is left as soon as that is known.
    """
    records, homes, tells, set_of, ids = people
    some = np.empty(count + 1, np.int32)
    ours, home, prepared = records[one], homes[one], _prepared(records[one])
    found, last = 0, points.size - 1
    for k in range(_candidates(ours, tells, set_of, met, some)):
        other = some[k]
        least = i32(points[last]) if found > last else i32(0)
        match = _match(ours, records[other], home, homes[other], prepared, floor, least)
        if (
            match < least
            or other == one
            or (match == least and found > last and who[last] < ids[other])
        ):
            continue
        if match < 0 or np.any(excluded == other):
            continue
        place = min(found, last)
        found = min(found + 1, last + 1)
        while place > 0 and (
            points[place - 1] < match
            or (points[place - 1] == match and who[place - 1] > ids[other])
        ):
            points[place], who[place] = points[place - 1], who[place - 1]
            place -= 1
        points[place], who[place] = match, ids[other]
    return found
