"""Compiled: one organisation against everyone, row by row (`resident`)."""

import numpy as np

from partnerships.matching.engine.compiled import compiled
from partnerships.matching.engine.exact import directed, harmonic_of, nearness
from partnerships.matching.engine.records import ACTED, SOUGHT

i16 = np.int16


@compiled
def meets(marks, areas, area_at, around, around_at, found):
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
def everyone(one, records, homes, set_of, met, floor, points):
    """Fill `points` with the match of a row with each other; those that have none stay."""
    acted, sought, home = records[one, ACTED], records[one, SOUGHT], homes[one]
    domains = i16(acted | sought)
    some, count = np.empty(points.size + 1, np.int32), 0
    for other in range(points.size):  # without a jump that nobody can foresee
        some[count] = other
        count += met[set_of[other]]
    for k in range(count):
        other = some[k]
        # Without a domain in common there is no match.
        if i16(domains & records[other, ACTED]) == 0 and i16(acted & records[other, SOUGHT]) == 0:
            continue
        near = nearness(home, homes[other])
        brings, fits = directed(records, one, other, near)
        if brings < floor:
            continue
        receives, fits_back = directed(records, other, one, near)
        if receives >= floor and (fits or fits_back):
            points[other] = harmonic_of(brings, receives)
