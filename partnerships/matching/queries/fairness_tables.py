"""The measures of fairness as the public page tells them: rows, with labels in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from partnerships.matching.models import Policy
from partnerships.matching.queries.fairness import OUTCOMES, Published
from partnerships.matching.queries.showing import UNSTATED
from partnerships.organisations.enums import Kind


class Measure(NamedTuple):
    """One measure before and after, and what it means; `unit` is "share", "count" or "index"."""

    label: str
    before: float | None
    after: float | None
    unit: str
    meaning: str


class Outcome(NamedTuple):
    """A share of so many; both None where there were too few."""

    share: float | None
    n: int | None


@dataclass(frozen=True)
class Group:
    """The measures of some organisations; None where there are too few."""

    label: str
    organisations: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    outcomes: list[Outcome]


@dataclass(frozen=True)
class FairnessTables:
    """What the page shows: the policy, the day, everyone, then by kind and by size."""

    policy: Policy
    measured_at: datetime | None
    organisations: int | None
    exposure_cap: int
    places: int
    reserved_places: int
    load_penalty: int
    measures: list[Measure]
    by_kind: list[Group]
    by_size: list[Group]
    outcomes: list[Group]


def tables_of(published: Published) -> FairnessTables:
    """The tables of the published measures."""
    told = published.fairness
    groups = list(_groups(told["groups"]))
    everyone = groups[0][1]
    return FairnessTables(
        policy=published.refresh.policy,
        measured_at=parse_datetime(told["measured_at"]),
        organisations=everyone.organisations,
        exposure_cap=told["exposure_cap"],
        places=told["places"],
        reserved_places=told["reserved_places"],
        load_penalty=told["load_penalty"],
        measures=_measures(everyone),
        by_kind=[group for by, group in groups if by == "kind"],
        by_size=[group for by, group in groups if by == "size"],
        outcomes=[group for _by, group in groups],
    )


def _groups(groups: list[dict[str, Any]]) -> Iterator[tuple[str, Group]]:
    labels = {"all": _("All organisations"), **dict(Kind.choices), **_sizes()}
    for group in groups:
        yield (
            group["by"],
            Group(
                label=str(labels[group["group"]]),
                organisations=group["organisations"],
                before=group["before"] or {},
                after=group["after"] or {},
                outcomes=[Outcome(**group[name]) for name in OUTCOMES],
            ),
        )


def _sizes() -> dict[str, str]:
    return {
        "under_10": _("Fewer than 10 people"),
        "10_to_49": _("10 to 49 people"),
        "50_to_249": _("50 to 249 people"),
        "from_250": _("250 people or more"),
        UNSTATED: _("Size not stated"),
    }


def _measures(everyone: Group) -> list[Measure]:
    told = [
        (
            "most_shown",
            _("Pages on which the most shown organisation is"),
            "count",
            _("The fewer, the less one organisation is flooded."),
        ),
        (
            "never_shown",
            _("Organisations shown to nobody"),
            "share",
            _("Of those that can take an introduction at present."),
        ),
        (
            "gini",
            _("Inequality of exposure (Gini index)"),
            "index",
            _("0: all are shown equally often; 1: one is shown everywhere and the others nowhere."),
        ),
        (
            "places_filled",
            _("Places filled"),
            "share",
            _("Of the places that would be filled without sharing."),
        ),
        (
            "score_kept",
            _("Points kept"),
            "share",
            _("What the fairness costs: the points of all suggestions shown, compared."),
        ),
    ]
    known_before = {"places_filled": 1.0, "score_kept": 1.0, **everyone.before}
    return [
        Measure(label, known_before.get(name), everyone.after.get(name), unit, meaning)
        for name, label, unit, meaning in told
    ]
