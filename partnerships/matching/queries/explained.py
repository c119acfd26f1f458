"""Suggestions with everything a card, a message or the API says about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from partnerships.matching.enums import Component
from partnerships.matching.models import Policy
from partnerships.matching.queries import phrases, reasons
from partnerships.matching.queries.close_ups import CloseUp, close_ups
from partnerships.matching.queries.policies import weights_of
from partnerships.matching.rules import Explanation, Part, Profile, Weights, apportion, explain
from partnerships.organisations.models import Organisation
from phare_platform.lib.domains import face_of

HUNDRED = 100
HIGHEST_LEVEL = 3


class Line(NamedTuple):
    """One component in points out of a hundred; `points` is None where nothing was declared."""

    component: Component
    label: str
    points: int | None
    maximum: int
    axis: str
    fact: str


@dataclass(frozen=True)
class Direction:
    """What one side brings to the other: six lines that sum to `total`, out of a hundred."""

    explanation: Explanation
    lines: list[Line]
    total: int

    @property
    def rows(self) -> list[tuple[str, int | None, int, str]]:
        """The lines as the points table takes them."""
        return [(line.label, line.points, line.maximum, line.axis) for line in self.lines]


@dataclass(frozen=True)
class Suggestion:
    """Another organisation as it is shown to `organisation`, with the reasons of both sides."""

    organisation: Organisation
    other: Organisation
    pair: reasons.Pair
    ours: Profile
    theirs: Profile
    is_rarely_shown: bool = False  # here in a place kept for those that would be shown nowhere

    @property
    def points(self) -> int:
        """The match in both directions, out of 10,000."""
        return self.pair.brings.points

    @property
    def score(self) -> int:
        """The same out of a hundred, rounded."""
        return _hundredth(self.points)

    @property
    def brings(self) -> Direction:
        """What they bring to us."""
        return _direction(self.pair.brings)

    @property
    def gives(self) -> Direction:
        """What we bring to them."""
        return _direction(self.pair.gives)

    @property
    def reason(self) -> reasons.Sentence:
        """Why, in a sentence."""
        return reasons.reason_of(self.pair)

    @property
    def headline(self) -> str:
        """Why, in a few words that name them."""
        return reasons.headline_of(self.other.name, self.pair)

    @property
    def nearness(self) -> str:
        """How far they are, in words."""
        return reasons.nearness_of(self.pair.brings.part(Component.PROXIMITY))

    @property
    def raises(self) -> list[str]:
        """What would raise this match, our own steps first: no more than a card can hold."""
        ours, theirs = self.raised_by
        return [*ours, *theirs][: reasons.MOST_RAISES]

    @property
    def raised_by(self) -> reasons.Raises:
        """What would raise this match, on either side: all of it."""
        return reasons.raises_of(self.pair)

    @property
    def their_rays(self) -> dict[int, float]:
        """Their rose: each domain they act on or seek help on, by level."""
        return _rays(self.theirs)

    @property
    def our_strokes(self) -> dict[int, float]:
        """Our rose, drawn as strokes over theirs."""
        return _rays(self.ours)

    @property
    def meeting(self) -> list[int]:
        """The domains on which the two answer each other."""
        fitting = {
            fact.domain
            for explanation in (self.pair.brings, self.pair.gives)
            for component in (Component.COMPLEMENTARY, Component.SHARED)
            for fact in explanation.part(component).fitting
        }
        return sorted(fitting)


def explained(
    organisation: Organisation,
    others: Sequence[Organisation],
    *,
    policy: Policy,
    rarely_shown: Collection[int] = (),
) -> list[Suggestion]:
    """These organisations as suggestions to `organisation`, in the same order.

    One query however many there are.
    """
    if not others:
        return []
    known = close_ups([organisation.pk, *(other.pk for other in others)])
    return explained_from(
        known, organisation, others, weights=weights_of(policy), rarely_shown=rarely_shown
    )


def explained_from(
    known: Mapping[int, CloseUp],
    organisation: Organisation,
    others: Sequence[Organisation],
    *,
    weights: Weights,
    rarely_shown: Collection[int] = (),
) -> list[Suggestion]:
    """The same for who has read the close-ups of many organisations at once. No query."""
    places = {
        one.priority_place.pk: one.priority_place
        for one in (known[organisation.pk], *(known[other.pk] for other in others))
        if one.priority_place
    }
    ours = known[organisation.pk].profile
    return [
        Suggestion(
            organisation=organisation,
            other=other,
            pair=reasons.Pair(
                brings=explain(ours, known[other.pk].profile, weights),
                gives=explain(known[other.pk].profile, ours, weights),
                notes=known[other.pk].notes,
                places=places,
            ),
            ours=ours,
            theirs=known[other.pk].profile,
            is_rarely_shown=other.pk in rarely_shown,
        )
        for other in others
    ]


def _rays(profile: Profile) -> dict[int, float]:
    numbers = profile.acts.keys() | profile.seeks.keys()
    return {
        number: max(profile.acts.get(number, 0), profile.seeks.get(number, 0)) / HIGHEST_LEVEL
        for number in numbers
    }


def _hundredth(points: int) -> int:
    return (points + HUNDRED // 2) // HUNDRED


def _direction(explanation: Explanation) -> Direction:
    """Whole points out of a hundred that still add up: rounded together, not one by one."""
    total = _hundredth(explanation.total)
    points = apportion(total, [part.points for part in explanation.parts])
    maxima = apportion(HUNDRED, [part.maximum for part in explanation.parts])
    lines = [
        Line(
            component=part.component,
            label=phrases.component(part.component),
            points=mine if part.is_answered else None,
            maximum=max(most, mine),
            axis=_axis(part),
            fact=reasons.fact_of(part),
        )
        for part, mine, most in zip(explanation.parts, points, maxima, strict=True)
    ]
    return Direction(explanation=explanation, lines=lines, total=total)


def _axis(part: Part) -> str:
    return face_of(part.fitting[0].domain).axis if part.fitting else ""
