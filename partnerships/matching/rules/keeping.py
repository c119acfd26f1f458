"""Keeping a stored list right when one organisation changes."""

from collections.abc import Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """A place in a stored list: who, and the points of the match."""

    other: int
    points: int


def kept_list(
    current: Sequence[Entry], other: int, found: Entry | None, length: int
) -> list[Entry] | None:
    """A list of at most `length` after `other` changed, without looking at anyone else.

    `found` is its new entry (None: no longer eligible). The answer is None when only a new
    computation can tell: a full list that `other` leaves, or in which it falls to the last place,
    may miss somebody who was just below.
    """
    before = next((entry for entry in current if entry.other == other), None)
    rest = [entry for entry in current if entry.other != other]
    after = sorted(
        [*rest, found] if found else rest, key=lambda entry: (-entry.points, entry.other)
    )[:length]
    if before is None or len(current) < length:
        return after
    if found and (after[-1] is not found or found.points >= before.points):
        return after
    return None
