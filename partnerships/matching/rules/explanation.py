"""The reasons of a score as data, for a template to put into words in any language."""

from dataclasses import dataclass

from partnerships.matching.enums import Component
from partnerships.matching.rules import proximity
from partnerships.matching.rules.profiles import Components, Profile, Weights
from partnerships.matching.rules.score import areas_nest, directed, harmonic
from partnerships.matching.rules.shares import answered, domain_points, maxima


@dataclass(frozen=True, slots=True)
class DomainFact:
    """A domain that `one` declared: does the other act on it, and what is it worth.

    `level` is one's own (1 to 3), `other_level` the other's on "acts on" (None: it does not act);
    `rank` the domain's place among the priorities of one's territory (None: not named);
    `points` what coverage of this domain is worth to one, whether reached or not.
    """

    domain: int
    level: int
    other_level: int | None
    rank: int | None
    points: int

    @property
    def fits(self) -> bool:
        """True when the other acts on it."""
        return self.other_level is not None


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a directed score: points, out of what, and the facts behind them.

    `maximum` is after the points of unanswered components have been shared out, `weight` is the
    policy's. Only the facts of the component are filled: `domains` (complementary, shared),
    `matched` and `missing` (codes of resources or modes), `distance_km` and `level`
    (proximity: the smallest common territory, None when they share none), `kinds` (worlds).
    """

    component: Component
    points: int
    maximum: int
    weight: int
    is_answered: bool
    domains: tuple[DomainFact, ...] = ()
    matched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    distance_km: float | None = None
    level: str | None = None
    kinds: tuple[str, str] | None = None

    @property
    def fitting(self) -> tuple[DomainFact, ...]:
        """The domains that fit, the weightiest first."""
        found = [fact for fact in self.domains if fact.fits]
        return tuple(sorted(found, key=lambda fact: (-fact.points, fact.domain)))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something not declared that could raise this match.

    `who` is "one" or "other" (the side that has not declared it), `what` one of "acts", "seeks",
    "offers", "needs", "modes"; `points` how many points of the two directed scores together
    depend on it.
    """

    who: str
    what: str
    points: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why `other` is suggested to `one`.

    `parts` are the six components of what the other brings, `total` their sum, `receives` the
    directed score of the other way round, `points` the harmonic mean of the two; `unknowns` what
    would raise the match, the most points first.
    """

    one: int
    other: int
    parts: tuple[Part, ...]
    total: int
    receives: int
    points: int
    unknowns: tuple[Unknown, ...]
    areas_nest: bool
    priority_place: int | None

    def part(self, component: Component) -> Part:
        """The part of one component."""
        return next(part for part in self.parts if part.component == component)


def explain(one: Profile, other: Profile, weights: Weights) -> Explanation:
    """The reasons of what `other` brings to `one`; call it the other way for the other side.

    Works for any two organisations, whether eligible or not. The points of the parts sum to
    `total` exactly.
    """
    brings, receives = directed(one, other, weights), directed(other, one, weights)
    return Explanation(
        one=one.id,
        other=other.id,
        parts=_parts(one, other, weights, brings),
        total=brings.total,
        receives=receives.total,
        points=harmonic(brings.total, receives.total),
        unknowns=_unknowns(one, other, weights),
        areas_nest=areas_nest(one, other),
        priority_place=one.priority_place,
    )


def _parts(one: Profile, other: Profile, weights: Weights, points: Components) -> tuple[Part, ...]:
    most = maxima(answered(one), weights)
    facts: dict[Component, dict[str, object]] = {
        Component.COMPLEMENTARY: {"domains": _domains(one, other, "seeks", most.complementary)},
        Component.SHARED: {"domains": _domains(one, other, "acts", most.shared)},
        Component.RESOURCES: _given(one.needs, other.offers),
        Component.PROXIMITY: {
            "distance_km": proximity.distance_km(one.home, other.home),
            "level": proximity.common_level(one.home, other.home),
        },
        Component.WORLDS: {"kinds": (one.kind, other.kind)},
        Component.MODES: _given(one.modes, other.modes),
    }
    columns = zip(Component, points, most, weights.points, answered(one), strict=True)
    return tuple(Part(*column, **facts[column[0]]) for column in columns)  # type: ignore[arg-type]


def _domains(one: Profile, other: Profile, side: str, maximum: int) -> tuple[DomainFact, ...]:
    declared = one.seeks if side == "seeks" else one.acts
    _first, each = domain_points(maximum, declared, one.priorities)
    return tuple(
        DomainFact(d, declared[d], other.acts.get(d), one.priorities.get(d), each[d])
        for d in sorted(declared)
    )


def _given(wanted: frozenset[str], given: frozenset[str]) -> dict[str, object]:
    return {"matched": tuple(sorted(wanted & given)), "missing": tuple(sorted(wanted - given))}


def _unknowns(one: Profile, other: Profile, weights: Weights) -> tuple[Unknown, ...]:
    found = [
        Unknown(who, what, points)
        for who, mine, theirs in (("one", one, other), ("other", other, one))
        for what, points in _undeclared(mine, theirs, weights)
        if points
    ]
    return tuple(sorted(found, key=lambda unknown: -unknown.points))


def _undeclared(mine: Profile, theirs: Profile, weights: Weights) -> list[tuple[str, int]]:
    """What `mine` has not declared, with the points that wait for it in both directions."""
    asked = maxima(answered(theirs), weights)  # zero where they ask nothing
    waiting = {
        "acts": weights.shared + asked.complementary + asked.shared,
        "seeks": weights.complementary,
        "offers": asked.resources,
        "needs": weights.resources,
        "modes": weights.modes + asked.modes,
    }
    return [(what, points) for what, points in waiting.items() if not getattr(mine, what)]
