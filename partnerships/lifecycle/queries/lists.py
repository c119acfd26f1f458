"""Partnerships as lines of a list and cards of a board, each with its next step in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from partnerships.lifecycle import rules
from partnerships.lifecycle.access import to_take, visible_to
from partnerships.lifecycle.enums import EventKind, Stage
from partnerships.lifecycle.models import (
    CheckPoint,
    Partner,
    Partnership,
    PartnershipEvent,
    PartnershipQuerySet,
)
from partnerships.organisations.models import Organisation

CARDS_PER_COLUMN = 25


@dataclass(frozen=True, kw_only=True)
class Row:
    """A partnership as a list shows it. `days_late` is 0 when nothing is late."""

    partnership: Partnership
    partners: list[Organisation]
    settled: int
    key_count: int
    days_late: int
    is_ready: bool
    step: str
    turn: list[str]
    answered: int

    @property
    def names(self) -> str:
        """The partners' names in one line."""
        return " · ".join(o.name for o in self.partners)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A stage of the board: how many partnerships are there, and the first of them."""

    stage: Stage
    label: str
    count: int
    rows: list[Row]

    @property
    def hidden_count(self) -> int:
        """How many more there are than shown."""
        return self.count - len(self.rows)


def partnerships_for(user: Any) -> PartnershipQuerySet:
    """The partnerships this person may read, with all that a line of a list tells."""
    return _with_lines(visible_to(user))


def partnerships_to_take(user: Any) -> PartnershipQuerySet:
    """The running partnerships without facilitator, for facilitators; the oldest first."""
    return _with_lines(to_take(user)).order_by("opened_at", "pk")


def _with_lines(partnerships: PartnershipQuerySet) -> PartnershipQuerySet:
    today = Partner.objects.filter(left_at=None).select_related("organisation").order_by("pk")
    told = PartnershipEvent.objects.filter(kind=EventKind.EVALUATION)
    return (
        partnerships.with_last_event()
        .select_related("place", "facilitator")
        .prefetch_related(
            "domains",
            "points",
            Prefetch("partners", queryset=today, to_attr="today"),
            Prefetch("events", queryset=told, to_attr="evaluation_events"),
        )
    )


def rows_of(partnerships: Iterable[Partnership], *, now: datetime) -> list[Row]:
    """The lines of partnerships that came from `partnerships_for` or `partnerships_to_take`."""
    return list(each_row(partnerships, now=now))


def each_row(partnerships: Iterable[Partnership], *, now: datetime) -> Iterator[Row]:
    """The same, one by one, for long lists."""
    points = CheckPoint.objects.in_bulk()
    for partnership in partnerships:
        yield row_of(partnership, points, now=now)


def row_of(partnership: Any, points: dict[str, CheckPoint], *, now: datetime) -> Row:
    """One line, `points` being the whole register of checklists."""
    states = {answer.point_id: answer.state for answer in partnership.points.all()}
    settled, key_count = rules.settled_count(partnership.stage, states)
    waiting = [p.organisation.name for p in partnership.today if p.agreed_at is None]
    missing = rules.refusal_to_leave(partnership.stage, states, waiting=len(waiting))
    answered = {
        event.data.get("organisation")
        for event in partnership.evaluation_events
        if event.data.get("what") == "answered"
    }
    silent = [p.organisation for p in partnership.today if p.organisation_id not in answered]
    step, turn = _next_step(partnership.stage, states, points, waiting=waiting, silent=silent)
    return Row(
        partnership=partnership,
        partners=[p.organisation for p in partnership.today],
        settled=settled,
        key_count=key_count,
        days_late=rules.days_late(
            partnership.stage,
            since=partnership.stage_since,
            last_event_at=partnership.last_event_at,
            now=now,
        ),
        is_ready=partnership.is_running and missing is None,
        step=step,
        turn=turn,
        answered=len(partnership.today) - len(silent),
    )


def _next_step(
    stage: str,
    states: dict[str, str],
    points: dict[str, CheckPoint],
    *,
    waiting: list[str],
    silent: list[Organisation],
) -> tuple[str, list[str]]:
    """What comes next in words, and whose turn it is (empty: the partners together)."""
    if stage not in rules.RUNNING:
        return "", []
    if waiting:
        return _("Answer the invitation"), waiting
    if stage == Stage.EVALUATE and silent and not rules.is_settled("EV06", states.get("EV06")):
        return _("Fill in the questionnaire"), [o.name for o in silent]
    code = rules.next_point(stage, states)
    if code in points:
        return points[code].label, []
    if stage == Stage.EVALUATE:
        return _("Close the partnership with a decision"), []
    return _("Move on to the next stage"), []


def row_for(user: Any, partnership: Partnership, *, now: datetime) -> Row:
    """The line of one partnership that this person may read."""
    return rows_of(partnerships_for(user).filter(pk=partnership.pk), now=now)[0]


def board(
    partnerships: PartnershipQuerySet, *, now: datetime, finished_since: datetime | None = None
) -> list[Column]:
    """The running stages and the closed partnerships as columns, the longest waiting first.

    With `finished_since` (the start of this year), closed ones count only from then on. Each
    column shows 25 cards.
    """
    points = CheckPoint.objects.in_bulk()
    columns = []
    for stage in rules.PATH:
        here = partnerships.filter(stage=stage)
        this_year = stage == Stage.CLOSED and finished_since is not None
        if this_year:
            here = here.filter(finished_at__gte=finished_since)
        cards = list(here.order_by("stage_since", "pk")[: CARDS_PER_COLUMN + 1])
        full = len(cards) > CARDS_PER_COLUMN
        columns.append(
            Column(
                stage=stage,
                label=_("Closed this year") if this_year else str(stage.label),
                count=here.count() if full else len(cards),
                rows=[row_of(card, points, now=now) for card in cards[:CARDS_PER_COLUMN]],
            )
        )
    return columns
