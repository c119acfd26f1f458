"""Records laid along one axis of a block of pairs, for arithmetic over the whole block."""

from dataclasses import dataclass

import numpy as np

from partnerships.matching.engine import records as at
from partnerships.matching.engine.columns import DOMAINS, Array
from partnerships.matching.rules.worlds import KINDS


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Of some organisations, in points. `wants[i] @ gives[j]` is all of j's worth that adds up.

    That is the coverage of i's domains and the meeting of worlds; beside it stand the points of
    the first domain that fits (`first_sought`, `first_shared`), and the most that resources,
    modes and proximity can give. The products are float32 for speed: whole numbers up to 10,000,
    which it holds exactly.
    """

    wants: Array
    gives: Array
    sought: Array
    acted: Array
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


def along(records: Array, chosen: Array, shape: tuple[int, int]) -> Coefficients:
    """The coefficients of the chosen records, each column in this shape."""
    some = records[chosen]

    def number(place: int) -> Array:
        return some[:, place].astype(np.int32).reshape(shape)

    def bits(place: int, width: int = 1) -> Array:
        halves = some[:, place : place + width].view(np.uint16).astype(np.uint32)
        return sum(halves[:, k] << 16 * k for k in range(width)).reshape(shape)  # type: ignore[union-attr]

    acts = some[:, at.ACTED].view(np.uint16)[:, None] >> np.arange(DOMAINS, dtype=np.uint16) & 1
    needs, modes = bits(at.NEEDS, 2), bits(at.MODES)
    return Coefficients(
        wants=some[:, : at.FIRST_SOUGHT].astype(np.float32),
        gives=np.hstack([acts, np.eye(len(KINDS))[some[:, at.KIND]]]).astype(np.float32),
        sought=bits(at.SOUGHT),
        acted=bits(at.ACTED),
        first_sought=number(at.FIRST_SOUGHT),
        first_shared=number(at.FIRST_SHARED),
        needs=needs,
        offers=bits(at.OFFERS, 2),
        needs_count=_count(needs),
        most_resources=number(at.MOST_RESOURCES),
        modes=modes,
        modes_count=_count(modes),
        most_modes=number(at.MOST_MODES),
        most_proximity=number(at.MOST_PROXIMITY),
    )


def _count(bits: Array) -> Array:
    """How many bits are set, at least one: it divides."""
    return np.maximum(np.bitwise_count(bits), 1).astype(np.float32)
