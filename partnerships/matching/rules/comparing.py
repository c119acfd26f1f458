"""Which of two policies does better, measure by measure, where that is clear."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of a policy: what group it is of, how it is written, which way is better.

    `better` is 1 where more is better, -1 where less is, 0 where it depends. `matters` is the
    least difference that is told as one: smaller ones are noise or of no use to anybody.
    """

    name: str
    group: str
    unit: str
    better: int
    matters: float


MEASURES = (
    Measure("mean_points", "quality", "points", 0, 100),
    Measure("mutual_share", "quality", "share", 1, 0.01),
    Measure("fragility_share", "quality", "share", 1, 0.0001),
    Measure("median_km", "quality", "km", -1, 1),
    Measure("served_share", "quality", "share", 1, 0.002),
    Measure("other_worlds_share", "quality", "share", 1, 0.01),
    Measure("precision", "answers", "share", 1, 0.005),
    Measure("recall", "answers", "share", 1, 0.01),
    Measure("ndcg", "answers", "share", 1, 0.01),
    Measure("gini", "fairness", "number", -1, 0.01),
    Measure("most_shown", "fairness", "count", -1, 5),
    Measure("never_shown", "fairness", "share", -1, 0.005),
    Measure("places_filled", "fairness", "share", 1, 0.005),
    Measure("score_kept", "fairness", "share", 1, 0.005),
    Measure("cpu_seconds", "cost", "seconds", -1, 1),
    Measure("pairs", "cost", "count", 0, 1),
)
GROUPS = ("quality", "answers", "fairness", "cost")


def verdict(measure: Measure, one: float | None, other: float | None) -> str:
    """Who does better on a measure: "first", "second", "same", or "" where it cannot be said."""
    if one is None or other is None:
        return ""
    gained = other - one
    if abs(gained) < measure.matters:
        return "same"
    if measure.better == 0:
        return ""
    return "second" if gained * measure.better > 0 else "first"


def tally(one: Mapping[str, float | None], other: Mapping[str, float | None]) -> tuple[int, int]:
    """On how many measures the first and the second do better."""
    verdicts = [verdict(m, one.get(m.name), other.get(m.name)) for m in MEASURES]
    return verdicts.count("first"), verdicts.count("second")
