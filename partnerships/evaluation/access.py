"""Who may see evaluations and answer them.

Partners, their facilitator and the platform team see an evaluation; only the owners and editors
of a partner answer, each for their own organisation. What a partner answered is seen by the
others, facilitator and team included, once all have answered.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from partnerships.evaluation.enums import EvaluationState
from partnerships.evaluation.models import AnswerSheet, Evaluation
from partnerships.lifecycle import access as lifecycle
from partnerships.lifecycle.enums import Stage
from partnerships.organisations.models import Organisation, OrganisationQuerySet


def visible_to(user: Any) -> QuerySet[Evaluation]:
    """The evaluations of the partnerships that this person may read."""
    return Evaluation.objects.filter(partnership__in=lifecycle.visible_to(user))


def get_evaluation(user: Any, partnership: int) -> Evaluation:
    """The latest evaluation of a partnership this person may read. Raises Http404."""
    found = (
        visible_to(user)
        .filter(partnership=partnership)
        .select_related("partnership", "partnership__facilitator", "partnership__place")
        .order_by("-opened_at", "-pk")
        .first()
    )
    if found is None:
        raise Http404
    return found


def is_open(evaluation: Evaluation) -> bool:
    """True while partners may answer."""
    running = evaluation.partnership.stage == Stage.EVALUATE
    return running and evaluation.state == EvaluationState.OPEN


def voices(user: Any, evaluation: Evaluation) -> OrganisationQuerySet:
    """The partners for which this person speaks, whether anything is left to answer or not."""
    return lifecycle.voices_of(user, evaluation.partnership)


def answering(user: Any, evaluation: Evaluation) -> OrganisationQuerySet:
    """The partners for which this person may answer; none once the evaluation is over."""
    mine = voices(user, evaluation)
    return mine if is_open(evaluation) else mine.none()


def get_answering(user: Any, evaluation: Evaluation, organisation: int | None) -> Organisation:
    """The partner for which this person answers: the one named, else the first still silent.

    Raises PermissionDenied for those who read but speak for no partner, Http404 for a partner
    that is not theirs.
    """
    mine = answering(user, evaluation).order_by("pk")
    if not mine.exists():
        raise PermissionDenied
    if organisation is not None:
        mine = mine.filter(pk=organisation)
    sent = AnswerSheet.objects.filter(evaluation=evaluation).exclude(submitted_at=None)
    found = mine.exclude(pk__in=sent.values("organisation")).first() or mine.first()
    if found is None:
        raise Http404
    return found


def readable_sheets(user: Any, evaluation: Evaluation) -> QuerySet[AnswerSheet]:
    """The sheets this person may read: their own partner's, and all of them once complete."""
    sheets = AnswerSheet.objects.filter(evaluation=evaluation)
    if evaluation.state == EvaluationState.COMPLETE:
        return sheets.exclude(submitted_at=None)
    return sheets.filter(organisation__in=voices(user, evaluation))
