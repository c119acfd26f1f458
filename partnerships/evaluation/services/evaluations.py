"""The questionnaire of the register; opening an evaluation and computing its scores."""

import csv
from fractions import Fraction
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from partnerships.evaluation import emails, rules
from partnerships.evaluation.enums import EvaluationState
from partnerships.evaluation.models import AnswerSheet, Evaluation, Question, Score
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.lifecycle.services import record_evaluation, settle_by_evaluation
from phare_platform.accounts.models import User
from phare_platform.trace.services import leave_trace

QUESTIONNAIRE = Path(__file__).parents[2] / "data" / "questionnaire.csv"
REGISTER_FIELDS = ["block", "order", "kind", "text_fr", "text_en", "evidence_fr", "evidence_en"]


@transaction.atomic
def load_questionnaire(*, path: Path = QUESTIONNAIRE) -> int:
    """Write the register's questions into the table; again changes nothing. Returns how many."""
    with path.open(encoding="utf-8", newline="") as lines:
        questions = [_question(row) for row in csv.DictReader(lines)]
    Question.objects.bulk_create(
        questions,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=[*REGISTER_FIELDS, "choices"],
    )
    return len(questions)


def _question(row: dict[str, str]) -> Question:
    columns = [row[name].split("|") for name in ("choices", "choices_fr", "choices_en")]
    choices = [list(choice) for choice in zip(*columns, strict=True)] if row["choices"] else []
    fields = {field: row[field] for field in REGISTER_FIELDS}
    return Question(code=row["id"], choices=choices, **fields)


@transaction.atomic
def open_evaluation(partnership: Partnership, *, by: User | None) -> Evaluation:
    """Open the evaluation of a partnership and ask each partner to answer.

    One that is open already is returned as it is, and nobody is told twice.
    """
    Partnership.objects.select_for_update(of=("self",)).get(pk=partnership.pk)
    evaluation, is_new = Evaluation.objects.get_or_create(
        partnership=partnership, state=EvaluationState.OPEN, defaults={"opened_by": by}
    )
    if is_new:
        record_evaluation(partnership, what="opened", by=by)
        leave_trace("evaluation.open_evaluation", evaluation, by=by)
        emails.send_opened(evaluation)
    return evaluation


@transaction.atomic
def complete_evaluation(evaluation: Evaluation, *, by: User | None) -> bool:
    """Compute and store the scores once every partner of today has sent its answers.

    Settles the checklist points EV06 and EV07, tells the timeline and the partners. Returns False
    and changes nothing when somebody has not answered yet, or when it was complete already.
    """
    Partnership.objects.select_for_update(of=("self",)).get(pk=evaluation.partnership_id)
    evaluation = Evaluation.objects.select_related("partnership").get(pk=evaluation.pk)
    partners = set(
        Partner.objects.filter(partnership=evaluation.partnership, left_at=None).values_list(
            "organisation", flat=True
        )
    )
    sheets = list(
        AnswerSheet.objects.filter(evaluation=evaluation, organisation__in=partners)
        .exclude(submitted_at=None)
        .prefetch_related("answers")
        .order_by("pk")
    )
    if evaluation.state == EvaluationState.COMPLETE or len(sheets) < len(partners):
        return False
    Score.objects.bulk_create(_scores(evaluation, sheets))
    evaluation.state, evaluation.completed_at = EvaluationState.COMPLETE, timezone.now()
    evaluation.save(update_fields=["state", "completed_at"])
    settle_by_evaluation(evaluation.partnership, by=by)
    leave_trace("evaluation.complete_evaluation", evaluation, by=by)
    emails.send_complete(evaluation, by=by)
    return True


def _scores(evaluation: Evaluation, sheets: list[AnswerSheet]) -> list[Score]:
    scores = []
    for impact, items in rules.ITEMS.items():
        values: list[Fraction | None] = []
        answered = 0
        for sheet in sheets:
            given = {a.question_id: a.value for a in sheet.answers.all()}
            score = rules.partner_score(given.get(item) for item in items)
            values.append(score.value)
            answered += score.answered
            scores.append(
                Score(
                    evaluation=evaluation,
                    organisation_id=sheet.organisation_id,
                    impact=impact,
                    value=rules.as_stored(score.value),
                    answered_count=score.answered,
                )
            )
        scores.append(
            Score(
                evaluation=evaluation,
                impact=impact,
                value=rules.as_stored(rules.mean_score(values)),
                answered_count=answered,
                gap=rules.as_stored(rules.gap_between(values)),
            )
        )
    return scores
