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


@inlined
def _met(wanting, giving):
    """How many of the means that one record needs the other offers."""
    low = ones(i16(wanting[NEEDS] & giving[OFFERS]))
    return i32(low) + i32(ones(i16(wanting[NEEDS + 1] & giving[OFFERS + 1])))


@inlined
def _shares(wanting, giving):
    """The points for means and forms of partnership that one record brings the other."""
    points, met = i32(0), _met(wanting, giving)
    if met:
        wanted = i32(ones(wanting[NEEDS])) + i32(ones(wanting[NEEDS + 1]))
        points += i32(wanting[MOST_RESOURCES]) * met // wanted
    met = i32(ones(i16(wanting[MODES] & giving[MODES])))
    if met:
        points += i32(wanting[MOST_MODES]) * met // i32(ones(wanting[MODES]))
    return points


@compiled
def everyone(one, records, homes, set_of, met, floor, points):  # noqa: PLR0917  # arrays, for speed
    """Fill `points` with the match of a row with each other; those that have none stay.

    The same as `exact.match_of`, with all that depends on the one row worked out beforehand.
    """
    ours, home, coverage = records[one], homes[one], _coverage(records[one])
    acted, sought = ours[ACTED], ours[SOUGHT]
    own, acting = np.empty(DOMAINS, np.int64), 0
    for domain in range(DOMAINS):
        if (u16(acted) >> domain) & 1:
            own[acting] = domain
            acting += 1
    some, count = np.empty(points.size + 1, np.int32), 0
    for other in range(points.size):  # without a jump that nobody can foresee
        some[count] = other
        count += met[set_of[other]]
    for k in range(count):
        theirs = records[some[k]]
        we_seek, both, they_seek = (
            i16(sought & theirs[ACTED]), i16(acted & theirs[ACTED]), i16(acted & theirs[SOUGHT]),
        )  # fmt: skip
        if not (we_seek | both | they_seek):
            continue
        brings = i32(ours[WORLDS + theirs[KIND]]) + _shares(ours, theirs)
        brings += coverage[0, u16(theirs[ACTED]) & 255] + coverage[1, u16(theirs[ACTED]) >> 8]
        first = (i32(ours[FIRST_SOUGHT]) if we_seek else 0) + (
            i32(ours[FIRST_SHARED]) if both else 0
        )
        brings += first
        if brings + i32(ours[MOST_PROXIMITY]) < floor:
            continue
        near = i32(nearness(home, homes[some[k]]))
        brings += i32(ours[MOST_PROXIMITY]) * near // i32(PROXIMITY_SCALE)
        receives = i32(theirs[WORLDS + ours[KIND]]) + _shares(theirs, ours)
        receives += i32(theirs[MOST_PROXIMITY]) * near // i32(PROXIMITY_SCALE)
        for d in range(acting):
            receives += i32(theirs[own[d]])
        back = (i32(theirs[FIRST_SOUGHT]) if they_seek else 0) + (
            i32(theirs[FIRST_SHARED]) if both else 0
        )
        receives += back
        if brings >= floor and receives >= floor and first + back > 0:
            points[some[k]] = harmonic_of(brings, receives)
