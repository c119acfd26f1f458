"""Who is shown to whom, for everyone at once: `rules.places` over arrays, to the place.

Memory is bounded: entries are sorted by their points in bands of a few millions, by counting, and
nothing is larger than the lists themselves.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine.columns import Array
from partnerships.matching.engine.compiled import compiled
from partnerships.matching.rules.places import SHOWN_BY, Sharing
from partnerships.matching.rules.proximity import (
    BY_LEVEL,
    ELSEWHERE,
    NEARNESS,
    SAME_INTERMUNICIPALITY_AT_MOST,
)

NOBODY = -1
BAND = 1 << 22  # entries that are sorted together
BLOCK = 1 << 16  # organisations that are looked at together
NEARNESS_TABLE = np.array([*NEARNESS, 0], np.int16)  # the last one stands for all beyond
BY_COMMON_LEVEL = np.array([*BY_LEVEL.values(), ELSEWHERE], np.int16)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Everyone's list and what else decides who is shown: one row per organisation, ids ascending.

    `rows` are the candidates' rows, best first, `NOBODY` where there is none or where it is not
    known; `points` theirs. `open_counts` are the introductions that wait, `is_full` whoever takes
    none at present. `home`, `position` and `located` are as in `Columns`. `answered` are two
    arrays of rows: who answered, and about whom.
    """

    ids: Array
    rows: Array
    points: Array
    open_counts: Array
    is_full: Array
    home: Array
    position: Array
    located: Array
    answered: tuple[Array, Array]


@dataclass(frozen=True, slots=True)
class Places:
    """Whom everyone shows, one row each: rows of organisations in order, `NOBODY` beyond `counts`.

    The last `reserved` of each are places for the unseen.
    """

    rows: Array
    points: Array
    counts: Array
    reserved: Array

    def exposure(self) -> Array:
        """On how many pages each organisation is."""
        exposure = np.zeros(len(self.rows), np.int64)
        for start in range(0, len(self.rows), BLOCK):
            part = self.rows[start : start + BLOCK]
            exposure += np.bincount(part[part != NOBODY], minlength=len(self.rows))
        return exposure


def share_places(everyone: Candidates, rule: Sharing) -> Places:
    """The places of everyone, as `rules.places.share_places` gives them."""
    count, _width = everyone.rows.shape
    keys = _keys(everyone, rule.load_penalty)
    taken = np.zeros(keys.shape, np.int8)
    room = np.full(count, rule.places - rule.reserved, np.int16)
    exposure = np.zeros(count, np.int32)
    cap = rule.cap or np.iinfo(np.int32).max
    for order in _falling(keys):
        _take(order, everyone.rows, room, exposure, cap, taken)
    given = _offer_the_unseen(everyone, rule, exposure, taken)
    room += rule.reserved - (given.rows != NOBODY).sum(axis=1, dtype=np.int16)
    keys[taken > 0] = -1
    keys[room == 0] = -1
    for order in _falling(keys):
        _take(order, everyone.rows, room, exposure, cap, taken)
    return _composed(everyone, taken, given, rule.places)


def heads_of_lists(everyone: Candidates, places: int) -> Places:
    """What would be shown if everyone saw the head of its list: no cap, no place reserved."""
    eligible = _keys(everyone, 0) >= 0
    taken = eligible & (np.cumsum(eligible, axis=1, dtype=np.int8) <= places)
    nothing = _no_places(len(everyone.ids), 0)
    return _composed(everyone, taken.astype(np.int8), nothing, places)


def _keys(everyone: Candidates, load_penalty: int) -> Array:
    """What each entry is sorted by, from 0 to 10,000; -1 where it must not be shown."""
    keys = np.full(everyone.rows.shape, -1, np.int16)
    penalty = np.minimum(everyone.open_counts.astype(np.int32) * load_penalty, 20_000)
    for start in range(0, len(keys), BLOCK):
        part = slice(start, start + BLOCK)
        rows = everyone.rows[part]
        values = np.maximum(everyone.points[part].astype(np.int32) - penalty[rows], 0)
        keys[part] = np.where((rows == NOBODY) | everyone.is_full[rows], -1, values)
    for row, column in _entries_between(everyone, *everyone.answered):
        keys[row, column] = -1
    return keys


def _falling(keys: Array) -> Iterator[Array]:
    """The places of all keys that are not negative, larger keys first, else in their order."""
    counts = np.zeros(10_001, np.int64)
    for start in range(0, len(keys), BLOCK):
        part = keys[start : start + BLOCK]
        counts += np.bincount(part[part >= 0], minlength=len(counts))
    flat, low = keys.reshape(-1), len(counts)
    while low:
        high, inside = low, 0
        while low and (high == low or inside + counts[low - 1] <= BAND):
            low -= 1
            inside += counts[low]
        if inside:
            band = np.flatnonzero((flat >= low) & (flat < high))
            yield band[np.argsort(-flat[band], kind="stable")]  # counts, as they are 16 bits wide


@compiled
def _take(  # noqa: PLR0917  # compiled loops take arrays one by one
    order: Array, rows: Array, room: Array, exposure: Array, cap: int, taken: Array
) -> None:
    """Go through the entries in order and take what fits."""
    width = rows.shape[1]
    for entry in order:
        host, column = entry // width, entry % width
        other = rows[host, column]
        if room[host] > 0 and exposure[other] < cap:
            taken[host, column] = 1
            room[host] -= 1
            exposure[other] += 1


def _offer_the_unseen(everyone: Candidates, rule: Sharing, exposure: Array, taken: Array) -> Places:
    """Give the reserved places, and mark in `taken` the entries of lists that this shows."""
    given = _no_places(len(everyone.ids), rule.reserved)
    offers = _offers_of(everyone, (exposure == 0) & ~everyone.is_full)
    most = min(SHOWN_BY, rule.cap or SHOWN_BY)
    _give(
        offers, most, everyone.rows, everyone.points, exposure, taken,
        given.rows, given.points, given.counts,
    )  # fmt: skip
    return given


def _offers_of(everyone: Candidates, unseen: Array) -> Array:
    """The entries of the lists of the unseen: nearest first, then by points, then as they are."""
    wanted = np.zeros(everyone.rows.shape, np.bool_)
    for start in range(0, len(wanted), BLOCK):
        part = slice(start, start + BLOCK)
        wanted[part] = (everyone.rows[part] != NOBODY) & unseen[part, None]
    by, about = everyone.answered
    for row, column in _entries_between(everyone, about, by):
        wanted[row, column] = False
    offers = np.flatnonzero(wanted)
    del wanted
    near = np.empty(len(offers), np.int16)
    _measure(
        offers, everyone.rows, everyone.home, everyone.position, everyone.located,
        NEARNESS_TABLE, BY_COMMON_LEVEL, near,
    )  # fmt: skip
    order = np.argsort(-everyone.points.reshape(-1)[offers], kind="stable")
    offers, near = offers[order], near[order]
    del order
    return offers[np.argsort(-near, kind="stable")]


def _entries_between(
    everyone: Candidates, ones: Array, others: Array
) -> Iterator[tuple[Array, Array]]:
    """Where the list of each of `ones` names the other beside it: rows and columns, by blocks."""
    for start in range(0, len(ones), BLOCK):
        row, other = ones[start : start + BLOCK], others[start : start + BLOCK]
        pair, column = np.nonzero(everyone.rows[row] == other[:, None])
        yield row[pair], column


@compiled
def _measure(  # noqa: PLR0917  # compiled loops take arrays one by one
    entries: Array,
    rows: Array,
    home: Array,
    position: Array,
    located: Array,
    table: Array,
    by_level: Array,
    near: Array,
) -> None:
    """`rules.nearness` between the organisation of each entry and its candidate."""
    width, farthest = rows.shape[1], len(table) - 1
    for k in range(len(entries)):
        one = entries[k] // width
        other = rows[one, entries[k] % width]
        level = 0
        while level < 4 and (home[one, level] == 0 or home[one, level] != home[other, level]):
            level += 1
        if not (located[one] and located[other]):
            near[k] = by_level[level]
            continue
        squared = 0
        for axis in range(3):
            squared += (int(position[one, axis]) - int(position[other, axis])) ** 2
        distance = int(squared**0.5)  # rounded down: a float64 root is exact enough
        if level < 2:
            distance = min(distance, SAME_INTERMUNICIPALITY_AT_MOST)
        near[k] = table[min(distance, farthest)]


@compiled
def _give(  # noqa: PLR0917  # compiled loops take arrays one by one
    offers: Array,
    most: int,
    rows: Array,
    points: Array,
    exposure: Array,
    taken: Array,
    given_rows: Array,
    given_points: Array,
    given_counts: Array,
) -> None:
    """Put each unseen one on one page, then each on a second, up to `most`."""
    width = rows.shape[1]
    done = np.zeros(len(offers), np.bool_)
    for turn in range(1, most + 1):
        for k in range(len(offers)):
            unseen = offers[k] // width
            if done[k] or exposure[unseen] >= turn:
                continue
            done[k] = True  # whichever way it ends
            column = offers[k] % width
            host = rows[unseen, column]
            count = given_counts[host]
            if count == given_rows.shape[1]:
                continue
            given_rows[host, count] = unseen
            given_points[host, count] = points[unseen, column]
            given_counts[host] += 1
            exposure[unseen] += 1
            for column in range(width):
                if rows[host, column] == unseen:
                    taken[host, column] = 2


def _no_places(count: int, places: int) -> Places:
    rows = np.full((count, places), NOBODY, np.int32)
    points = np.zeros((count, places), np.int16)
    return Places(rows, points, *np.zeros((2, count), np.int16))


def _composed(everyone: Candidates, taken: Array, given: Places, places: int) -> Places:
    """The ordinary places in the order of the list, then those that were given."""
    shown = _no_places(len(everyone.ids), places)
    shown.reserved[:] = given.counts
    _compose(
        taken, everyone.rows, everyone.points, given.rows, given.points, given.counts,
        shown.rows, shown.points, shown.counts,
    )  # fmt: skip
    return shown


@compiled
def _compose(  # noqa: PLR0917  # compiled loops take arrays one by one
    taken: Array,
    rows: Array,
    points: Array,
    given_rows: Array,
    given_points: Array,
    given_counts: Array,
    shown_rows: Array,
    shown_points: Array,
    shown_counts: Array,
) -> None:
    for host in range(len(rows)):
        count = 0
        for column in range(rows.shape[1]):
            if taken[host, column] == 1:
                shown_rows[host, count] = rows[host, column]
                shown_points[host, count] = points[host, column]
                count += 1
        for place in range(given_counts[host]):
            shown_rows[host, count] = given_rows[host, place]
            shown_points[host, count] = given_points[host, place]
            count += 1
        shown_counts[host] = count
