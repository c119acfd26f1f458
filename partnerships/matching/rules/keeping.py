"""Keeping a stored list right when one organisation changes."""

from bisect import bisect_left

Entries = tuple[list[int], list[int]]


def kept_list(
    others: list[int], points: list[int], other: int, found: int | None, length: int
) -> Entries | None:
    """A list (ids and points) of at most `length` after `other` changed, looking at nobody else.

    `found` are its new points (None: no longer eligible). The answer is None when only a new
    computation can tell: a full list that `other` leaves, or in which it falls to the last place,
    may miss somebody who was just below. The lists given are changed.
    """
    was_full, before = len(others) == length, None
    if other in others:
        place = others.index(other)
        before = points[place]
        del others[place], points[place]
    if found is not None:
        place = bisect_left(points, -found, key=_backwards)
        while place < len(points) and points[place] == found and others[place] < other:
            place += 1
        others.insert(place, other)
        points.insert(place, found)
        del others[length:], points[length:]
    if before is None or not was_full:
        return others, points
    if found is not None and (others[-1] != other or found >= before):
        return others, points
    return None


def _backwards(points: int) -> int:
    return -points
