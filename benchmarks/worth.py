"""What each organisation pays for what it is brought, in points: the yardsticks' own arithmetic.

The score written out once more over whole columns, so that no yardstick leans on the engine that
it measures.
"""

from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine import Columns
from partnerships.matching.engine.columns import DOMAINS, Array
from partnerships.matching.rules import Weights, maxima
from partnerships.matching.rules.worlds import KINDS, WORLDS

MEETINGS = np.array([[WORLDS[one, other] for other in KINDS] for one in KINDS])


@dataclass(frozen=True)
class Worth:
    """One row per organisation.

    `wants` are the points of each domain that a partner acts on, `meets` those of a partner of
    each kind. The first domain that fits gives `first_sought` or `first_shared`. Of
    `most_resources` a partner brings the share of `needs` that it offers; so for the modes.
    """

    wants: Array
    meets: Array
    acted: Array
    sought: Array
    first_sought: Array
    first_shared: Array
    needs: Array
    offers: Array
    needs_count: Array
    most_resources: Array
    modes: Array
    modes_count: Array
    most_modes: Array
    most_proximity: Array
    most_worlds: Array

    def numbers(self) -> dict[str, Array]:
        """Everything but `wants` and `meets`, by name, as integers."""
        return {
            name: getattr(self, name).astype(np.int32)
            for name in self.__dataclass_fields__
            if name not in ("wants", "meets")
        }


def worth_of(columns: Columns, weights: Weights) -> Worth:
    """Work it out under a policy."""
    acts, seeks = columns.acts > 0, columns.seeks > 0
    code = seeks.any(axis=1) + 2 * acts.any(axis=1) + 4 * (columns.needs > 0)
    code = code + 8 * (columns.modes > 0)
    answers = [[bool(number >> place & 1) for place in range(4)] for number in range(16)]
    table = [maxima((s, a, n, True, True, m), weights) for s, a, n, m in answers]
    most = np.array(table, np.int64)[code]
    territory = np.where(columns.ranks > 0, 27 - columns.ranks.astype(np.int64), 10)
    wants = _shared_out(most[:, 0] // 2, columns.seeks * territory)
    wants += _shared_out(most[:, 1] // 2, columns.acts * territory)
    bits = 1 << np.arange(DOMAINS)
    return Worth(
        wants=wants.astype(np.int16),
        meets=(most[:, 4, None] * MEETINGS[columns.kind] // 400).astype(np.int16),
        acted=acts @ bits,
        sought=seeks @ bits,
        first_sought=most[:, 0] - most[:, 0] // 2,
        first_shared=most[:, 1] - most[:, 1] // 2,
        needs=columns.needs,
        offers=columns.offers,
        needs_count=np.maximum(np.bitwise_count(columns.needs), 1),
        most_resources=most[:, 2],
        modes=columns.modes,
        modes_count=np.maximum(np.bitwise_count(columns.modes), 1),
        most_modes=most[:, 5],
        most_proximity=most[:, 3],
        most_worlds=most[:, 4],
    )


def _shared_out(points: Array, weights: Array) -> Array:
    """Whole shares of each row's points; what is left goes to the largest remainders."""
    whole = np.maximum(weights.sum(axis=1), 1)
    shares = points[:, None] * weights // whole[:, None]
    rest = points[:, None] * weights % whole[:, None]
    left = np.where(weights.any(axis=1), points - shares.sum(axis=1), 0)
    everyone = np.arange(len(points))
    for turn in range(int(left.max(initial=0))):
        best = rest.argmax(axis=1)
        shares[everyone, best] += left > turn
        rest[everyone, best] = -1
    return np.asarray(shares)
