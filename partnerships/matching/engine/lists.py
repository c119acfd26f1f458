"""The engine: every organisation's best partners under a policy."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from partnerships.matching.engine.blocks import Blocks
from partnerships.matching.engine.columns import Array, Columns
from partnerships.matching.engine.compiled import COMPILED
from partnerships.matching.engine.found import Lists
from partnerships.matching.engine.records import records_of
from partnerships.matching.rules import Weights

if TYPE_CHECKING:
    from partnerships.matching.engine.scan import Scan


class Engine:
    """The score of a policy over all organisations.

    `compiled` chooses the kernel (True), NumPy alone (False), or whichever there is (None); both
    give the same lists.
    """

    def __init__(self, columns: Columns, weights: Weights, *, compiled: bool | None = None) -> None:
        self.columns, self.weights = columns, weights
        self.compiled = COMPILED if compiled is None else compiled

    @cached_property
    def blocks(self) -> Blocks:
        """The engine without a kernel."""
        return Blocks(self.columns, records_of(self.columns, self.weights), self.weights)

    @cached_property
    def scan(self) -> "Scan":
        """The engine with the kernel."""
        from partnerships.matching.engine.scan import Scan  # noqa: PLC0415  # numba is optional

        return Scan(self.columns, self.weights)

    @property
    def pairs(self) -> int:
        """How many pairs the last lists have looked at; a few may have no area in common."""
        return self.scan.pairs if self.compiled else self.blocks.pairs

    def lists(
        self,
        length: int,
        *,
        rows: Array | None = None,
        before: Lists | Iterable[Lists] = (),
        progress: Callable[[int], object] | None = None,
    ) -> Lists:
        """The `length` best partners of each organisation, or of the given `rows` only.

        `before` are earlier lists, of whichever data and policy: with them the work is less, and
        the outcome the same. They may come some at a time, each organisation once; their points
        are not looked at. `progress` is told how many more organisations are done.
        """
        chosen = np.arange(len(self.columns)) if rows is None else np.asarray(rows, np.int64)
        tell = progress or _unheard
        if not self.compiled:
            return self.blocks.lists(length, chosen, tell)
        earlier = [before] if isinstance(before, Lists) else before
        return self.scan.lists(length, chosen, earlier, tell)


def _unheard(_done: int) -> None:
    pass
