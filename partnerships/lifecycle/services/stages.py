"""From stage to stage: one conditional UPDATE per step, so that one of two people wins."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from partnerships.lifecycle import emails, rules
from partnerships.lifecycle.enums import EventKind, Stage
from partnerships.lifecycle.models import Partner, Partnership, PointAnswer
from partnerships.lifecycle.services._steps import moved_meanwhile, raise_if, tell
from partnerships.lifecycle.signals import stage_changed
from phare_platform.accounts.models import User
from phare_platform.trace.services import leave_trace

STAMPS: dict[str, str] = {
    Stage.ACCOMPANY: "accompany_at",
    Stage.EVALUATE: "evaluate_at",
    Stage.CLOSED: "finished_at",
    Stage.ENDED: "finished_at",
}


@transaction.atomic
def move_to_stage(
    partnership: Partnership,
    *,
    to: str,
    by: User | None,
    expected_version: int,
    decision: str = "",
) -> Partnership:
    """Lead a partnership to its next stage; `decision` is needed to close it, and only then.

    `expected_version` is the one the person was looking at. Raises Conflict naming the present
    stage when somebody was faster, and Refusal: `finished`, `stage_jump`, `end_needs_reason`,
    `decision_missing`, `decision_early`, `partners_waiting`, `points_missing`.
    """
    present = Partnership.objects.get(pk=partnership.pk)
    if present.version != expected_version:
        raise moved_meanwhile(present.pk)
    raise_if(rules.refusal_to_move(present.stage, to, decision))
    before = present.stage
    present = _step(present, to=to, decision=decision)
    # The row is ours until the commit: no point and no partner changes between check and step.
    raise_if(_missing(present, before))
    tell(present, kind=EventKind.STAGE_CHANGED, by=by, before=before, to=to, decision=decision)
    leave_trace("lifecycle.move_to_stage", present, by=by, before=before, to=to)
    emails.send_moved(present, by=by)
    stage_changed.send(Partnership, partnership=present, before=before, by=by)
    return present


@transaction.atomic
def end_partnership(
    partnership: Partnership, *, reason: str, by: User | None, expected_version: int, note: str = ""
) -> Partnership:
    """End a running partnership before its evaluation is over, saying why.

    Raises Conflict when somebody changed it meanwhile, and Refusal (`finished`,
    `reason_missing`).
    """
    present = Partnership.objects.get(pk=partnership.pk)
    if present.version != expected_version:
        raise moved_meanwhile(present.pk)
    raise_if(rules.refusal_to_end(present.stage, reason))
    before = present.stage
    present = _step(present, to=Stage.ENDED, end_reason=reason, end_note=note.strip())
    tell(
        present,
        kind=EventKind.STAGE_CHANGED,
        by=by,
        before=before,
        to=present.stage,
        reason=reason,
        note=present.end_note,
    )
    leave_trace("lifecycle.end_partnership", present, by=by, before=before, reason=reason)
    emails.send_moved(present, by=by)
    stage_changed.send(Partnership, partnership=present, before=before, by=by)
    return present


def _step(present: Partnership, *, to: str, **changes: Any) -> Partnership:
    now = timezone.now()
    changed = Partnership.objects.filter(
        pk=present.pk, stage=present.stage, version=present.version
    ).update(stage=to, stage_since=now, version=F("version") + 1, **{STAMPS[to]: now}, **changes)
    if not changed:
        raise moved_meanwhile(present.pk)
    return Partnership.objects.get(pk=present.pk)


def _missing(present: Partnership, stage: str) -> rules.Refused | None:
    points = dict(PointAnswer.objects.filter(partnership=present).values_list("point", "state"))
    waiting = Partner.objects.filter(partnership=present, left_at=None, agreed_at=None).count()
    return rules.refusal_to_leave(stage, points, waiting=waiting)
