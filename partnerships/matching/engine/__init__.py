"""Everyone's list of partners at once, with NumPy: the score of `rules` over whole blocks of pairs.

Plain arrays in (`Columns`), lists out (`Lists`), identical with `rules.match` for every pair, to
the point and to the tie. A faster kernel may take the place of `scoring` without anybody noticing:
the arithmetic is sums of small integers over columns, on purpose.
"""

from partnerships.matching.engine.columns import Columns, Ragged, columns_of
from partnerships.matching.engine.found import Lists
from partnerships.matching.engine.lists import Engine

__all__ = ["Columns", "Engine", "Lists", "Ragged", "columns_of"]
