"""The designs that compute everyone's list, side by side."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from partnerships.matching.engine import Columns, Engine, Lists
from partnerships.matching.rules import Weights

Design = Callable[[Columns, Weights, int, Lists | None], Lists]


def cold(columns: Columns, weights: Weights, length: int, _: Lists | None) -> Lists:
    """The engine, from nothing."""
    return Engine(columns, weights).lists(length)


def numpy_alone(columns: Columns, weights: Weights, length: int, _: Lists | None) -> Lists:
    """The engine without its kernel: block after block with NumPy."""
    return Engine(columns, weights, compiled=False).lists(length)


def warm(columns: Columns, weights: Weights, length: int, yesterday: Lists | None) -> Lists:
    """The engine, told of yesterday's lists."""
    return Engine(columns, weights).lists(length, before=yesterday or ())


DESIGNS: Mapping[str, Design] = {"NumPy": numpy_alone, "engine, cold": cold, "engine, warm": warm}


def yesterday_of(columns: Columns, weights: Weights, length: int) -> Lists:
    """Lists as they were before one organisation in a hundred changed what it acts on."""
    dice = np.random.default_rng(7)
    changed = dice.choice(len(columns), max(1, len(columns) // 100), replace=False)
    acts = columns.acts.copy()
    acts[changed] = acts[np.roll(changed, 1)]
    return cold(replace(columns, acts=acts), weights, length, None)


def differences(some: Lists, others: Lists) -> int:
    """How many lists of two results differ in anything."""
    differs = np.zeros(len(some.organisations), np.bool_)
    for name in ("organisations", "ids", "points", "counts"):
        one, other = getattr(some, name), getattr(others, name)
        unequal = one != other
        differs |= unequal if unequal.ndim == 1 else unequal.any(axis=1)
    return int(differs.sum())
