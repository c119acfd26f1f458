"""Keeping a stored list right when one organisation changes."""

from collections.abc import Sequence

from partnerships.matching.rules.score import Match, ranked


def kept_list(
    current: Sequence[Match], other: int, found: Match | None, length: int
) -> list[Match] | None:
    """A list of at most `length` after `other` changed, without looking at anyone else.

    `found` is its new entry (None: no longer eligible). The answer is None when only a new
    computation can tell: a full list that `other` leaves, or in which it falls to the last place,
    may miss somebody who was just below.
    """
    before = next((entry for entry in current if entry.other == other), None)
    rest = [entry for entry in current if entry.other != other]
    after = ranked([*rest, found] if found else rest, length)
    if before is None or len(current) < length:
        return after
    if found and (after[-1] is not found or found.points >= before.points):
        return after
    return None
