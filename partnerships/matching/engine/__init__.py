"""Everyone's list of partners at once: the score of `rules` over millions of pairs.

Plain arrays in (`Columns`), lists out (`Lists`), identical with `rules.match` for every pair, to
the point and to the tie: compiled where numba is there, with NumPy alone where it is not.
docs/matching.md tells how.
"""

from partnerships.matching.engine.columns import Columns, Ragged, columns_of
from partnerships.matching.engine.found import Lists
from partnerships.matching.engine.lists import Engine
from partnerships.matching.engine.warming import warm_up

__all__ = ["Columns", "Engine", "Lists", "Ragged", "columns_of", "warm_up"]
