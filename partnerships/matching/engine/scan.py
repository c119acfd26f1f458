"""Everyone's lists with the compiled kernel, on all cores."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise, repeat
from queue import SimpleQueue
from threading import Condition

import numpy as np

from partnerships.matching.engine import kernel
from partnerships.matching.engine.columns import Array, Columns, Ragged, rows_in
from partnerships.matching.engine.found import Lists, Progress
from partnerships.matching.engine.kernel import Found
from partnerships.matching.engine.records import AT_A_TIME, EMPTY, TILE, records_of
from partnerships.matching.engine.tiles import lay_out
from partnerships.matching.rules import Weights

THREADS = os.cpu_count() or 1
SHARES = 16  # stretches of tiles with about as many candidates each
ROWS_AT_A_TIME = 4 * TILE
SOME_LISTS = 1 << 13

Block = tuple[int, int]


class Scan:
    """The score of a policy over all organisations; building it lays them out."""

    def __init__(self, columns: Columns, weights: Weights) -> None:
        self.columns, self.weights = columns, weights
        self.people, self.tiles = lay_out(columns, records_of(columns, weights))
        self.counted = np.zeros(2, np.int64)  # pairs tested, and scored, by the last `lists`

    @property
    def pairs(self) -> int:
        """How many pairs the last lists have looked at."""
        return int(self.counted[0])

    def lists(self, length: int, rows: Array, before: Iterable[Lists], progress: Progress) -> Lists:
        """The `length` best partners of each of the `rows`."""
        further = self.people.slots.max(initial=-1) + 1
        shape = (max(len(self.columns), int(further)), length)
        found = Found(
            np.full(shape, EMPTY, np.int16),
            np.full(shape, -1, np.int32),
            np.full((len(self.tiles.lines), TILE), kernel.NEVER, np.int16),
        )
        self.counted[:] = 0
        self._begin_with(before, found)
        if len(rows) == len(self.columns):
            self._everyone(found, progress)
        else:
            self._some(rows, found, progress)
        kernel.gather(self.people, found)
        return self._lists(rows, found)

    def _everyone(self, found: Found, progress: Progress) -> None:
        """Each pair once, for both lists.

        Two threads never touch the same list: a pair of blocks is taken only while nobody works
        on either of the two.
        """
        posts = len(self.people.order)
        mains = np.concatenate([[0], np.cumsum(self.people.slots == self.people.order)])
        blocks = _shares(self._candidates(), SHARES)
        done = np.zeros(len(blocks), np.int64)

        def work(one: int, other: int) -> int:
            first, last = blocks[one]
            rows = np.arange(first * TILE, min(last * TILE, posts), dtype=np.int64)
            self._scan(rows, blocks[other], found, both=True)
            finished = 0
            for block in {one, other}:
                done[block] += 1
                if done[block] == len(blocks):
                    first, last = blocks[block]
                    finished += mains[min(last * TILE, posts)] - mains[first * TILE]
            return int(finished)

        progress(len(self.columns) - int(mains[-1]))  # those without any area
        # Each block with itself first, then its neighbours: those nearby fill the lists, and the
        # higher their last places, the fewer pairs of the rest must be scored.
        pairs = [(b - d, b) for d in range(len(blocks)) for b in range(d, len(blocks))]
        _share_out(pairs, work, progress)

    def _some(self, rows: Array, found: Found, progress: Progress) -> None:
        """All pairs of these rows, for their lists only."""

        def work(some: Array) -> int:
            self._scan(some, (0, len(self.tiles.lines)), found, both=False)
            return int((self.people.slots[some] == self.people.order[some]).sum())

        at = self.people.post_at
        posts, _owner = Ragged(at, self.people.posts).rows(np.asarray(rows))
        posts = np.sort(posts).astype(np.int64)
        progress(int((at[rows] == at[rows + 1]).sum()))  # those without any area
        chunks = [posts[k : k + ROWS_AT_A_TIME] for k in range(0, len(posts), ROWS_AT_A_TIME)]
        with ThreadPoolExecutor(THREADS) as threads:
            for done in threads.map(work, chunks):
                progress(done)

    def _scan(self, rows: Array, columns: Block, found: Found, *, both: bool) -> None:
        counted = np.zeros(2, np.int64)
        floor = self.weights.floor
        if both:
            kernel.renew_limits(columns, self.people, found, floor)
        kernel.scan(rows, columns, self.people, self.tiles, found, floor, both, counted)
        self.counted += counted

    def _begin_with(self, before: Iterable[Lists], found: Found) -> None:
        """Enter the partners of earlier lists that are still there, as they score today."""
        ids, floor = self.columns.ids, self.weights.floor

        def work(lists: Lists, first: int) -> None:
            part = slice(first, first + SOME_LISTS)
            rows, known = rows_in(ids, lists.organisations[part])
            old, there = rows_in(ids, lists.ids[part, : found.who.shape[1]])
            old = np.where(there, old, -1).astype(np.int32)
            kernel.rescore(old[known], rows[known], self.people, found, floor)

        with ThreadPoolExecutor(THREADS) as threads:
            for lists in before:
                parts = range(0, len(lists.organisations), SOME_LISTS)
                list(threads.map(work, repeat(lists), parts))

    def _candidates(self) -> Array:
        """About how many organisations each tile's may be matched with."""
        p, count = self.people, len(self.tiles.lines)
        here = np.bincount(p.areas, minlength=len(p.with_area_at) - 1)
        inside = here + np.bincount(p.around, minlength=len(here))
        tile = np.arange(len(p.order), dtype=np.int32) // TILE
        weights = np.bincount(tile, weights=inside[p.areas], minlength=count)
        tile = np.repeat(tile, np.diff(p.around_at))
        return weights + np.bincount(tile, weights=here[p.around], minlength=count)

    def _lists(self, rows: Array, found: Found) -> Lists:
        """Lists out of what was found; of everyone, in the same memory if the ids allow it."""
        ids = self.columns.ids
        everyone = len(rows) == len(ids)
        points = found.points[: len(ids)] if everyone else found.points[rows]
        who = found.who[: len(ids)] if everyone else found.who[rows]
        lists = Lists(ids[rows], who, points, np.empty(len(rows), np.int32))
        if ids.max(initial=0) > np.iinfo(np.int32).max:
            lists = replace(lists, ids=np.empty(who.shape, np.int64))
        for start in range(0, len(rows), AT_A_TIME):
            part = slice(start, start + AT_A_TIME)
            there = points[part] != EMPTY
            lists.ids[part] = np.where(there, ids[who[part]], 0)
            lists.points[part] = np.where(there, points[part], 0)
            lists.counts[part] = there.sum(axis=1)
        return lists


def _shares(weights: Array, count: int) -> list[Block]:
    """Cut a line of weights into at most `count` stretches that weigh about the same."""
    total = np.cumsum(weights + 1.0)
    cuts = np.searchsorted(total, np.linspace(0, total[-1:].sum(), count + 1)[1:-1])
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
