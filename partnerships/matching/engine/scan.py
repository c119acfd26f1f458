"""Everyone's lists with the compiled kernel, on all cores."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from queue import SimpleQueue
from threading import Condition

import numpy as np

from partnerships.matching.engine import kernel
from partnerships.matching.engine.columns import Array, Columns
from partnerships.matching.engine.found import Lists, Progress
from partnerships.matching.engine.kernel import Found
from partnerships.matching.engine.records import AT_A_TIME, EMPTY, TILE
from partnerships.matching.engine.tiles import lay_out
from partnerships.matching.rules import Match, Weights

THREADS = os.cpu_count() or 1
SHARES = 16  # stretches of tiles with about as many candidates each
ROWS_AT_A_TIME = 4 * TILE

Block = tuple[int, int]


class Scan:
    """The score of a policy over all organisations; building it lays them out."""

    def __init__(self, columns: Columns, records: Array, weights: Weights) -> None:
        self.columns, self.weights = columns, weights
        self.people, self.tiles = lay_out(columns, records)
        self.place_of = np.empty(len(columns), np.int32)
        self.place_of[self.people.order] = np.arange(len(columns), dtype=np.int32)
        self.counted = np.zeros(2, np.int64)  # pairs tested, pairs scored; of the last `lists`

    @property
    def pairs(self) -> int:
        """How many pairs the last lists have looked at."""
        return int(self.counted[0])

    def lists(self, length: int, rows: Array, before: Lists | None, progress: Progress) -> Lists:
        """The `length` best partners of each of the `rows`."""
        shape = (len(self.columns), length)
        found = Found(
            np.full(shape, EMPTY, np.int16),
            np.full(shape, -1, np.int32),
            np.full((len(self.tiles.lines), TILE), kernel.NEVER, np.int16),
        )
        self.counted[:] = 0
        if len(rows) == 0:
            return self._lists(rows, found)
        if before is not None:
            self._begin_with(before, found)
        if len(rows) == len(self.columns):
            self._everyone(found, progress)
        else:
            self._some(np.sort(self.place_of[rows]).astype(np.int64), found, progress)
        return self._lists(rows, found)

    def one(self, row: int) -> list[Match]:
        """Every eligible match of a row, best first."""
        points = np.empty(len(self.columns), np.int16)
        kernel.every(self.place_of[row], self.people, self.weights.floor, points)
        found = np.flatnonzero(points >= 0)
        ids, points = self.columns.ids[self.people.order[found]], points[found]
        best = np.lexsort((ids, -points.astype(np.int32)))
        return [
            Match(*pair) for pair in zip(ids[best].tolist(), points[best].tolist(), strict=True)
        ]

    def _everyone(self, found: Found, progress: Progress) -> None:
        """Each pair once, for both lists.

        Two threads never touch the same list: a pair of blocks is taken only while nobody works
        on either of the two.
        """
        people = len(self.columns)
        lowest = 2 * np.maximum(found.points[:, -1], self.weights.floor)
        found.limits.reshape(-1)[:people] = lowest
        blocks = _shares(self._candidates(), SHARES)
        done = np.zeros(len(blocks), np.int64)

        def work(one: int, other: int) -> int:
            first, last = blocks[one]
            rows = np.arange(first * TILE, min(last * TILE, people), dtype=np.int64)
            self._scan(rows, blocks[other], found, both=True)
            finished = 0
            for block in {one, other}:
                done[block] += 1
                if done[block] == len(blocks):
                    first, last = blocks[block]
                    finished += min(last * TILE, people) - first * TILE
            return finished

        pairs = [(a, b) for b in reversed(range(len(blocks))) for a in range(b + 1)]
        _share_out(pairs, work, progress)

    def _some(self, rows: Array, found: Found, progress: Progress) -> None:
        """All pairs of these rows, for their lists only."""

        def work(some: Array) -> int:
            self._scan(some, (0, len(self.tiles.lines)), found, both=False)
            return len(some)

        chunks = [rows[k : k + ROWS_AT_A_TIME] for k in range(0, len(rows), ROWS_AT_A_TIME)]
        with ThreadPoolExecutor(THREADS) as threads:
            for done in threads.map(work, chunks):
                progress(done)

    def _scan(self, rows: Array, columns: Block, found: Found, *, both: bool) -> None:
        counted = np.zeros(2, np.int64)
        floor = self.weights.floor
        kernel.scan(rows, columns, self.people, self.tiles, found, floor, both, counted)
        self.counted += counted

    def _begin_with(self, before: Lists, found: Found) -> None:
        """Enter the partners of earlier lists that are still there, as they score today."""
        ids, width = self.columns.ids, min(before.ids.shape[1], found.who.shape[1])
        old = np.full((len(ids), width), -1, np.int32)
        owner = np.searchsorted(ids, before.organisations)
        known = owner < len(ids)
        known[known] = ids[owner[known]] == before.organisations[known]
        for start in range(0, len(owner), AT_A_TIME):
            part = slice(start, start + AT_A_TIME)
            partner = np.searchsorted(ids, before.ids[part, :width])
            partner[partner == len(ids)] = 0
            there = ids[partner] == before.ids[part, :width]
            partner = np.where(there, partner, -1)[known[part]]
            # Those that are gone leave gaps; the kernel reads up to the first.
            old[owner[part][known[part]]] = -np.sort(-partner, axis=1)

        def work(first: int) -> None:
            last = min(first + AT_A_TIME, len(ids))
            floor = self.weights.floor
            kernel.rescore(old, self.place_of, self.people, found, floor, first, last)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(work, range(0, len(ids), AT_A_TIME)))

    def _candidates(self) -> Array:
        """About how many organisations each tile's may be matched with."""
        p, count = self.people, len(self.tiles.lines)
        here = np.bincount(p.areas, minlength=len(p.with_area_at) - 1)
        inside = here + np.bincount(p.around, minlength=len(here))
        weights = np.zeros(count)
        for places, at, others in ((p.areas, p.area_at, inside), (p.around, p.around_at, here)):
            tile = np.repeat(np.arange(len(p.order), dtype=np.int32) // TILE, np.diff(at))
            weights += np.bincount(tile, weights=others[places], minlength=count)
        return weights

    def _lists(self, rows: Array, found: Found) -> Lists:
        ids, places = self.columns.ids, self.place_of[rows]
        lists = Lists.empty(ids[rows], found.points.shape[1])
        for start in range(0, len(rows), AT_A_TIME):
            part = slice(start, start + AT_A_TIME)
            points, partners = found.points[places[part]], found.who[places[part]]
            there = points != EMPTY
            lists.points[part] = np.where(there, points, 0)
            lists.ids[part] = np.where(there, ids[partners], 0)
            lists.counts[part] = there.sum(axis=1)
        return lists


def _shares(weights: Array, count: int) -> list[Block]:
    """Cut a line of weights into at most `count` stretches that weigh about the same."""
    total = np.cumsum(weights + 1.0)
    cuts = np.searchsorted(total, np.linspace(0, total[-1], count + 1)[1:-1])
    edges = np.unique([0, *cuts, len(weights)]).tolist()
    return list(pairwise(edges))


class _Turns:
    """Pairs of numbers handed out to several threads, never two at once that share a number."""

    def __init__(self, pairs: list[Block]) -> None:
        self.waiting, self.busy, self.free = list(pairs), set[int](), Condition()

    def __iter__(self) -> Iterator[Block]:
        while (pair := self._take()) is not None:
            try:
                yield pair
            finally:
                with self.free:
                    self.busy.difference_update(pair)
                    self.free.notify_all()

    def _take(self) -> Block | None:
        with self.free:
            while self.waiting:
                for pair in self.waiting:
                    if self.busy.isdisjoint(pair):
                        self.waiting.remove(pair)
                        self.busy.update(pair)
                        return pair
                self.free.wait()
            return None

    def end(self) -> None:
        """Hand out no more."""
        with self.free:
            self.waiting.clear()
            self.free.notify_all()


def _share_out(pairs: list[Block], work: Callable[[int, int], int], progress: Progress) -> None:
    """Do all pairs of numbers, on all cores.

    `progress` is told what each gives, in the thread that called us: what it does may be bound
    to that one, as a connection to the database is.
    """
    turns = _Turns(pairs)
    given: SimpleQueue[int | None] = SimpleQueue()

    def worker() -> None:
        try:
            for one, other in turns:
                given.put(work(one, other))
        finally:
            turns.end()  # there is nothing left, or something is wrong
            given.put(None)

    with ThreadPoolExecutor(THREADS) as threads:
        outcomes = [threads.submit(worker) for _ in range(THREADS)]
        try:
            for _worker in outcomes:
                while (done := given.get()) is not None:
                    progress(done)
        finally:
            turns.end()
    for outcome in outcomes:
        outcome.result()
