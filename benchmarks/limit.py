"""The limit kernel (`limit.c`): compiled here and fed with the same organisations."""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.worth import MEETINGS, worth_of
from partnerships.matching.engine import Columns
from partnerships.matching.engine.columns import Array
from partnerships.matching.rules import Weights
from partnerships.matching.rules.proximity import NEARNESS

SOURCE = Path(__file__).with_name("limit.c")
TILE, TILE_ROWS, ROW_SIZE, LISTS = 256, 53, 69, 21  # as in limit.c
MOST_TILES, MOST_ROWS = 400, 2_000
NEAR, MEETING = 63, 8  # proximity and meetings are cut into so many steps: products fit 16 bits


class Limit:
    """The kernel over a part of the organisations, home by home. None without a compiler."""

    @classmethod
    def of(cls, columns: Columns, weights: Weights, last_points: Array) -> "Limit | None":
        """`last_points` are the points of the last place of every list."""
        compiler = shutil.which("gcc") or shutil.which("cc")
        return cls(compiler, columns, weights, last_points) if compiler else None

    def __init__(
        self, compiler: str, columns: Columns, weights: Weights, last_points: Array
    ) -> None:
        self._kernel = _compiled(compiler)
        order = np.lexsort((columns.home[:, 0], columns.home[:, 1], columns.home[:, 2]))
        count = min(MOST_TILES, -(-len(columns) // TILE))
        # Runs of neighbours from all over the country, for rows and for columns.
        starts = np.linspace(0, max(0, len(order) - TILE), count).astype(int)
        facts = _facts(columns, weights, last_points)
        at = np.minimum(starts[:, None] + np.arange(TILE), len(order) - 1)
        self._tiles = _aligned(facts[:, order[at]].transpose(1, 0, 2))
        runs = np.linspace(0, max(0, len(order) - 100), MOST_ROWS // 100).astype(int)
        rows = order[np.minimum(runs[:, None] + np.arange(100), len(order) - 1).ravel()]
        self._rows = _rows(columns, facts[:, rows], rows)
        self.sides = rows, order[at].ravel()  # who meets whom
        table = np.ceil(np.array([*NEARNESS, 0]) * NEAR / 2000).astype(np.int16)
        self._table = np.ascontiguousarray(table)

    @property
    def pairs(self) -> int:
        """How many pairs one call works out."""
        return len(self._tiles) * TILE * len(self._rows)

    def __call__(self) -> int:
        """Once over all pairs; how many passed their threshold."""
        return int(
            self._kernel(
                self._tiles.ctypes.data, len(self._tiles), self._rows.ctypes.data,
                len(self._rows), self._table.ctypes.data, len(NEARNESS),
            )
        )  # fmt: skip


def _compiled(compiler: str) -> Callable[..., int]:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "limit.so"
        options = ["-O3", "-march=native", "-shared", "-fPIC", "-ffast-math", "-Wno-psabi"]
        subprocess.run([compiler, *options, "-o", str(library), str(SOURCE)], check=True)
        kernel = ctypes.CDLL(str(library)).limit
    kernel.restype = ctypes.c_long
    kernel.argtypes = [ctypes.c_void_p, ctypes.c_int] * 3
    return kernel


def _facts(columns: Columns, weights: Weights, last_points: Array) -> Array:
    """The rows of a tile (see limit.c) for every organisation; shares are rounded up."""
    own = worth_of(columns, weights)
    facts = [
        own.wants.T,
        np.where(columns.acts.T > 0, -1, 0),
        np.ceil(MEETINGS * MEETING / 400)[:, columns.kind],
        [own.acted, own.sought],
        [own.offers & 0xFFFF, own.offers >> 16, own.needs & 0xFFFF, own.needs >> 16],
        [own.modes, own.first_sought, own.first_shared],
        [np.ceil(own.most_resources / own.needs_count), np.ceil(own.most_modes / own.modes_count)],
        [np.ceil(own.most_proximity / NEAR), np.ceil(own.most_worlds / MEETING)],
        [2 * last_points, *columns.position.T],
    ]
    stacked = [np.asarray(part).astype(np.int64).astype(np.uint16) for part in facts]
    return np.concatenate(stacked).view(np.int16)


def _rows(columns: Columns, facts: Array, chosen: Array) -> Array:
    rows = np.zeros((len(chosen), ROW_SIZE), np.int16)
    rows[:, 0] = columns.kind[chosen]
    # The row names its facts in another order than the tile.
    for place, fact in enumerate([36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49,
                                  50, 51, 52], start=1):  # fmt: skip
        rows[:, place] = facts[fact]
    rows[:, 18] = np.unique(columns.home[chosen, 0], return_inverse=True)[1].reshape(-1)
    for k in range(len(chosen)):
        wanted, acting = np.flatnonzero(facts[:16, k]), np.flatnonzero(facts[16:32, k])
        rows[k, 19], rows[k, 20] = len(wanted), len(acting)
        rows[k, LISTS : LISTS + len(wanted)] = wanted
        rows[k, LISTS + 16 : LISTS + 16 + len(wanted)] = facts[wanted, k]
        rows[k, LISTS + 32 : LISTS + 32 + len(acting)] = acting
    return rows


def _aligned(tiles: Array) -> Array:
    """A copy that begins at a multiple of 64 bytes: vectors are loaded whole."""
    room = np.zeros(tiles.size + 32, np.int16)
    start = (-room.ctypes.data % 64) // 2
    whole = room[start : start + tiles.size].reshape(tiles.shape)
    whole[:] = tiles
    return whole
