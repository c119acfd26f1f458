"""Comparisons of policies: what is measured against, and what a page shows of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, NamedTuple

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from partnerships.lifecycle.models import Partner
from partnerships.matching.enums import AnswerKind, ComparisonState, IntroductionState
from partnerships.matching.models import Introduction, PolicyComparison, SuggestionAnswer
from partnerships.matching.queries.exclusions import Pair
from partnerships.matching.rules.comparing import GROUPS, MEASURES, Measure, tally, verdict
from phare_platform.lib.formats import decimal, percent

NEWEST = 50


class Yeses(NamedTuple):
    """Who said yes to whom: partners by organisation, and the pairs, the smaller id first."""

    wanted: Mapping[int, set[int]]
    pairs: set[Pair]


def said_yes() -> Yeses:
    """Everyone who was interested in another, accepted an introduction, or became a partner.

    An interest counts for who said it; the rest counts for both. Three queries.
    """
    wanted: dict[int, set[int]] = defaultdict(set)
    interested = SuggestionAnswer.objects.filter(kind=AnswerKind.INTERESTED)
    for one, other in interested.values_list("organisation_id", "other_id"):
        wanted[one].add(other)
    accepted = Introduction.objects.filter(state=IntroductionState.ACCEPTED)
    for one, other in accepted.values_list("first_id", "second_id"):
        wanted[one].add(other)
        wanted[other].add(one)
    members: dict[int, list[int]] = defaultdict(list)
    agreed = Partner.objects.filter(agreed_at__isnull=False)
    for partnership, pk in agreed.values_list("partnership_id", "organisation_id"):
        members[partnership].append(pk)
    for together in members.values():
        for one, other in permutations(set(together), 2):
            wanted[one].add(other)
    pairs = {(min(one, other), max(one, other)) for one in wanted for other in wanted[one]}
    return Yeses(wanted, pairs)


WORDS: Mapping[str, tuple[Any, Any]] = {
    "mean_points": (
        gettext_lazy("Mean score"),
        gettext_lazy(
            "of the first ten, out of 100. Each policy counts its own points: compare it with"
            " itself over time rather than with the other."
        ),
    ),
    "mutual_share": (
        gettext_lazy("Seen by both"),
        gettext_lazy("suggestions that the other side sees too among its first ten."),
    ),
    "fragility_share": (
        gettext_lazy("With a fragility in common"),
        gettext_lazy(
            "suggestions in which a domain fits in one direction at least; must be all of them."
        ),
    ),
    "median_km": (
        gettext_lazy("Distance"),
        gettext_lazy("between the two homes; half of the suggestions are nearer."),
    ),
    "served_share": (
        gettext_lazy("Organisations served"),
        gettext_lazy("those with at least one suggestion."),
    ),
    "other_worlds_share": (
        gettext_lazy("Between different worlds"),
        gettext_lazy("suggestions that bring two kinds of organisation together."),
    ),
    "precision": (
        gettext_lazy("Precision at 10"),
        gettext_lazy("how much of the first ten had been said yes to."),
    ),
    "recall": (
        gettext_lazy("Recall at 10"),
        gettext_lazy("how much of what had been said yes to is among the first ten."),
    ),
    "ndcg": (
        gettext_lazy("Rank at 10 (nDCG)"),
        gettext_lazy("the same, the first places counting more; 100% when all come first."),
    ),
    "gini": (
        gettext_lazy("Inequality (Gini)"),
        gettext_lazy(
            "of how often organisations are shown: 0 when all are shown alike, 1 when one takes"
            " everything."
        ),
    ),
    "most_shown": (
        gettext_lazy("Most shown"),
        gettext_lazy("in how many lists the most shown organisation is."),
    ),
    "never_shown": (
        gettext_lazy("Never shown"),
        gettext_lazy("organisations that nobody is shown."),
    ),
    "places_filled": (
        gettext_lazy("Places filled"),
        gettext_lazy("out of those that the heads of all lists would fill."),
    ),
    "score_kept": (
        gettext_lazy("Points kept"),
        gettext_lazy("out of those that the heads of all lists would sum to."),
    ),
    "cpu_seconds": (
        gettext_lazy("Processor time"),
        gettext_lazy("to compute these lists, in seconds."),
    ),
    "pairs": (
        gettext_lazy("Pairs"),
        gettext_lazy("of organisations whose areas of action meet; the same for both."),
    ),
}
TITLES: Mapping[str, tuple[Any, Any]] = {
    "quality": (
        gettext_lazy("Quality"),
        gettext_lazy("What people read in their first ten suggestions."),
    ),
    "answers": (
        gettext_lazy("Past answers"),
        gettext_lazy(
            "How well each policy finds the pairs that have said yes, as if they had not met yet."
            " People could only answer what they were shown, which favours the policy of then."
        ),
    ),
    "fairness": (
        gettext_lazy("Fairness"),
        gettext_lazy("How evenly organisations are shown, in the places that each list may show."),
    ),
    "cost": (gettext_lazy("Cost"), gettext_lazy("What computing the lists takes.")),
}


@dataclass(frozen=True)
class Line:
    """A measure of both policies in the reader's words; `better` is first, second, same or ""."""

    label: str
    meaning: str
    first: str
    second: str
    difference: str
    better: str


@dataclass(frozen=True)
class Table:
    """The measures of one subject."""

    name: str
    title: str
    meaning: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Compared:
    """A finished comparison in the reader's words."""

    tables: Sequence[Table]
    first_wins: int
    second_wins: int
    overlap: str
    unchanged: str
    answers_count: int


def comparisons() -> Any:
    """The newest comparisons, with both policies and who asked."""
    found = PolicyComparison.objects.select_related("first", "second", "created_by")
    return found.order_by("-created_at", "-pk")


def compared(comparison: PolicyComparison) -> Compared | None:
    """What a comparison found, in words; None until it is done."""
    if comparison.state != ComparisonState.DONE:
        return None
    one, other = comparison.result["first"], comparison.result["second"]
    agreement = comparison.result["agreement"]
    tables = [
        Table(
            group,
            str(TITLES[group][0]),
            str(TITLES[group][1]),
            [_line(m, one.get(m.name), other.get(m.name)) for m in MEASURES if m.group == group],
        )
        for group in GROUPS
        if any(one.get(m.name) is not None for m in MEASURES if m.group == group)
    ]
    first_wins, second_wins = tally(one, other)
    return Compared(
        tables=tables,
        first_wins=first_wins,
        second_wins=second_wins,
        overlap=_share(agreement["overlap"]),
        unchanged=_share(agreement["unchanged_share"]),
        answers_count=one.get("answers_count", 0),
    )


def _line(measure: Measure, one: float | None, other: float | None) -> Line:
    label, meaning = WORDS[measure.name]
    return Line(
        label=str(label),
        meaning=str(meaning),
        first=_told(measure, one),
        second=_told(measure, other),
        difference=_difference(measure, one, other),
        better=verdict(measure, one, other),
    )


def _told(measure: Measure, value: float | None) -> str:
    language = get_language() or "fr"
    if measure.unit == "share":
        return _share(value)
    if value is not None and measure.unit == "points":
        return decimal(value / 100, language=language, places=1)
    if value is not None and measure.unit == "km":
        return _("%(km)s km") % {"km": decimal(value, language=language, places=1)}
    places = {"count": 0, "number": 3, "seconds": 2}.get(measure.unit, 0)
    return decimal(value, language=language, places=places)


def _difference(measure: Measure, one: float | None, other: float | None) -> str:
    """The second less the first, with its sign; shares in points of a hundred."""
    if one is None or other is None:
        return _told(measure, None)
    gained = other - one
    if measure.unit == "share":
        number = decimal(abs(gained) * 100, language=get_language() or "fr", places=1)
        text = pgettext("difference of two percentages", "%(n)s pt") % {"n": number}
    else:
        text = _told(measure, abs(gained))
    if not any(digit in text for digit in "123456789"):
        return "="
    return ("+" if gained > 0 else "−") + text


def _share(value: float | None) -> str:
    whole = None if value is None else value * 100
    return percent(whole, language=get_language() or "fr", places=1)
