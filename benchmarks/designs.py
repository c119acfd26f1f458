"""The designs that compute everyone's list, side by side."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from partnerships.matching.engine import Columns, Engine, Lists
from partnerships.matching.rules import Weights

Design = Callable[[Columns, Weights, int, Lists | None], tuple[Lists, int]]
ACCEPTED = inspect.signature(Engine.lists).parameters


def _run(engine: Engine, length: int, **options: Any) -> tuple[Lists, int]:
    known = {name: value for name, value in options.items() if name in ACCEPTED}
    return engine.lists(length, **known), engine.pairs


def cold(columns: Columns, weights: Weights, length: int, _: Lists | None) -> tuple[Lists, int]:
    """The engine, from nothing."""
    return _run(Engine(columns, weights), length)


def warm(
    columns: Columns, weights: Weights, length: int, yesterday: Lists | None
) -> tuple[Lists, int]:
    """The engine, told of yesterday's lists."""
    return _run(Engine(columns, weights), length, warm=yesterday)


DESIGNS: Mapping[str, Design] = {"engine, cold": cold, "engine, warm": warm}


def yesterday_of(columns: Columns, weights: Weights, length: int) -> Lists:
    """Lists as they were before one organisation in a hundred changed what it acts on."""
    dice = np.random.default_rng(7)
    changed = dice.choice(len(columns), max(1, len(columns) // 100), replace=False)
    acts = columns.acts.copy()
    acts[changed] = acts[np.roll(changed, 1)]
    return cold(replace(columns, acts=acts), weights, length, None)[0]


def differences(some: Lists, others: Lists) -> int:
    """How many lists of two results differ in anything."""
    differs = np.zeros(len(some.organisations), np.bool_)
    for name in ("organisations", "ids", "points", "brings", "receives", "counts"):
        one, other = getattr(some, name), getattr(others, name)
        unequal = one != other
        differs |= unequal if unequal.ndim == 1 else unequal.any(axis=1)
    return int(differs.sum())
