"""Compiling ahead, so that nobody waits for it in front of a page."""

import numpy as np

from partnerships.matching.engine.columns import columns_of
from partnerships.matching.engine.compiled import COMPILED, kept_in
from partnerships.matching.engine.lists import Engine
from partnerships.matching.engine.naming import Naming
from partnerships.matching.engine.resident import Resident
from partnerships.matching.rules import Profile, Weights


def warm_up() -> bool:
    """Compile every loop of the engine; False where numba is missing or it is done already.

    Half a minute at most, once for each version of the sources. Quick where nothing is to do.
    """
    folder = kept_in()
    done = folder / "done" if folder else None
    if not COMPILED or (done and done.exists()):
        return False
    pair = [
        Profile(pk, "association", acts={1: 1}, seeks={2: 1}, areas=frozenset({1})) for pk in (1, 2)
    ]
    engine = Engine(columns_of(pair), Weights())
    lists = engine.lists(2)
    engine.lists(2, before=lists)
    engine.lists(2, rows=np.array([0]))
    everyone = Resident(engine.columns, Weights())
    everyone.points_of(0, [])
    everyone.best(0, [], 2)
    Naming(lists.organisations, lists.ids)
    if done:
        done.parent.mkdir(parents=True, exist_ok=True)
        done.touch()
    return True
