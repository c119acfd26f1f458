"""What happens within a stage: checklist points, notes, and what the evaluation tells."""

from django.db import transaction
from django.utils import timezone

from partnerships.lifecycle import rules
from partnerships.lifecycle.enums import EventKind, PointState
from partnerships.lifecycle.models import CheckPoint, Partnership, PartnershipEvent, PointAnswer
from partnerships.lifecycle.services._steps import (
    locked,
    locked_running,
    named,
    raise_if,
    refuse,
    tell,
)
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.trace.services import leave_trace


@transaction.atomic
def set_point(
    partnership: Partnership, *, code: str, state: str, by: User, evidence: str = ""
) -> PointAnswer:
    """Say where a checklist point stands, with what shows it; the same again changes nothing.

    Raises Refusal: `unknown_point` and the rules of `rules.refusal_to_set`.
    """
    present = locked(partnership)
    point = CheckPoint.objects.filter(pk=code).first()
    if point is None:
        raise refuse("unknown_point")
    raise_if(rules.refusal_to_set(present.stage, code, point.stage, state=state, evidence=evidence))
    return _write_point(present, code, state=PointState(state), evidence=evidence.strip(), by=by)


@transaction.atomic
def settle_by_evaluation(partnership: Partnership, *, by: User | None) -> None:
    """Settle the points that the questionnaire settles (EV06, EV07): every partner has answered.

    Raises Refusal (`finished`).
    """
    present = locked_running(partnership)
    for code in rules.SETTLED_BY_EVALUATION:
        _write_point(present, code, state=PointState.DONE, evidence=rules.BY_EVALUATION, by=by)
    tell(present, kind=EventKind.EVALUATION, by=by, what="complete")


@transaction.atomic
def record_evaluation(
    partnership: Partnership,
    *,
    what: str,
    by: User | None,
    organisation: Organisation | None = None,
) -> PartnershipEvent:
    """Tell on the timeline that an evaluation was `opened`, or `answered` by a partner."""
    who = named(organisation) if organisation else {}
    return tell(
        partnership, kind=EventKind.EVALUATION, by=by, on_behalf_of=organisation, what=what, **who
    )


@transaction.atomic
def add_note(partnership: Partnership, *, text: str, by: User) -> PartnershipEvent:
    """Add a note of at most 2,000 signs to the timeline, also once the partnership is finished.

    Raises Refusal (`note_empty`).
    """
    if not text.strip():
        raise refuse("note_empty")
    note = tell(partnership, kind=EventKind.NOTE, by=by, text=text.strip()[:2000])
    leave_trace("lifecycle.add_note", partnership, by=by)
    return note


def _write_point(
    present: Partnership, code: str, *, state: PointState, evidence: str, by: User | None
) -> PointAnswer:
    answer = PointAnswer.objects.filter(partnership=present, point=code).first()
    if answer and (answer.state, answer.evidence) == (state, evidence):
        return answer
    answer = answer or PointAnswer(partnership=present, point_id=code)
    answer.state, answer.evidence, answer.changed_by = state, evidence, by
    answer.changed_at = timezone.now()
    answer.save()
    tell(present, kind=EventKind.POINT_CHANGED, by=by, point=code, state=state)
    leave_trace("lifecycle.set_point", present, by=by, point=code, state=state)
    return answer
