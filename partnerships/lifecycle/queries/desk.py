"""What a facilitator finds in the morning: what waits today, the numbers, the board."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.lifecycle import rules
from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import CheckPoint, PartnershipQuerySet
from partnerships.lifecycle.queries.lists import (
    Column,
    Row,
    board,
    partnerships_for,
    partnerships_to_take,
    row_of,
)
from phare_platform.accounts.models import User

SHOWN_TODAY = 12


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something that waits for the facilitator: a short state, a partnership, what to do there."""

    badge: str
    kind: str
    row: Row
    text: str
    action: str
    rank: tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The facilitator's desk. Counts are of the partnerships that they accompany."""

    today: list[Item]
    waiting_count: int
    running_count: int
    late_count: int
    evaluating_count: int
    ready_count: int
    columns: list[Column]
    to_take: list[Row]
    to_take_count: int


def desk_of(user: User, *, now: datetime, to_take_shown: int = 6) -> Desk:
    """The desk of a facilitator at an instant."""
    mine: PartnershipQuerySet = partnerships_for(user).filter(facilitator=user)
    points = CheckPoint.objects.in_bulk()
    rows = [row_of(p, points, now=now) for p in mine.running().order_by("stage_since", "pk")]
    items = sorted((item for row in rows if (item := _item(row, now))), key=lambda item: item.rank)
    free = partnerships_to_take(user)
    return Desk(
        today=items[:SHOWN_TODAY],
        waiting_count=len(items),
        running_count=len(rows),
        late_count=sum(row.days_late > 0 for row in rows),
        evaluating_count=sum(row.partnership.stage == Stage.EVALUATE for row in rows),
        ready_count=sum(row.is_ready for row in rows),
        columns=board(mine, now=now, finished_since=now.replace(month=1, day=1, hour=0, minute=0)),
        to_take=[row_of(p, points, now=now) for p in free[:to_take_shown]],
        to_take_count=free.count(),
    )


def _item(row: Row, now: datetime) -> Item | None:
    """What this partnership asks for today, the most pressing thing only."""
    if row.days_late:
        text = ngettext("%(n)d day late", "%(n)d days late", row.days_late)
        return Item(
            badge=text % {"n": row.days_late},
            kind="bad",
            row=row,
            text=_with_turn(row),
            action=_("Follow up"),
            rank=(0, -row.days_late),
        )
    waited = now - row.partnership.stage_since
    if row.turn and waited > rules.ANSWER_PATIENCE:
        return Item(
            badge=_("waiting"),
            kind="warn",
            row=row,
            text=_with_turn(row),
            action=_("Follow up"),
            rank=(1, -waited.days),
        )
    if row.is_ready:
        return Item(
            badge=_("ready"),
            kind="good",
            row=row,
            text=_("all that the next stage needs is settled"),
            action=_("Move on"),
            rank=(2, -waited.days),
        )
    return None


def _with_turn(row: Row) -> str:
    if not row.turn:
        return row.step
    return _("%(step)s: %(names)s") % {"step": row.step, "names": ", ".join(row.turn)}
