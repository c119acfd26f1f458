"""A partner's answers: saved as a draft as often as one likes, sent once."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.evaluation import rules
from partnerships.evaluation.enums import EvaluationState
from partnerships.evaluation.models import (
    AnswerSheet,
    Evaluation,
    Question,
    QuestionnaireAnswer,
)
from partnerships.evaluation.rules import Given
from partnerships.evaluation.services.evaluations import complete_evaluation
from partnerships.lifecycle.enums import Stage
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.lifecycle.services import record_evaluation
from partnerships.organisations.models import Organisation
from phare_platform.accounts.models import User
from phare_platform.lib.errors import Conflict, Refusal
from phare_platform.trace.services import leave_trace


@transaction.atomic
def save_answers(
    evaluation: Evaluation,
    *,
    organisation: Organisation,
    answers: Mapping[str, Given],
    by: User,
) -> AnswerSheet:
    """Keep a partner's answers as a draft; questions that are not given keep their answer.

    Raises Refusal: `evaluation_over`, `not_a_partner`, `unknown_question`, `answer_refused`
    (see `rules.fault`), and Conflict (`answers_sent`): what was sent is fixed.
    """
    sheet = _open_sheet(evaluation, organisation)
    _write(sheet, answers)
    sheet.respondent, sheet.saved_at = by, timezone.now()
    sheet.save(update_fields=["respondent", "saved_at"])
    leave_trace("evaluation.save_answers", evaluation, by=by, organisation=organisation.pk)
    return sheet


@transaction.atomic
def submit_answers(
    evaluation: Evaluation,
    *,
    organisation: Organisation,
    answers: Mapping[str, Given],
    by: User,
) -> AnswerSheet:
    """Send a partner's answers; they are fixed from then on. The last one completes all.

    Raises what `save_answers` raises, and Refusal (`answers_missing`) while an item of the three
    impacts has no answer; “not relevant” is one.
    """
    sheet = save_answers(evaluation, organisation=organisation, answers=answers, by=by)
    missing = rules.unanswered(
        {a.question_id: _given(a) for a in QuestionnaireAnswer.objects.filter(sheet=sheet)}
    )
    if missing:
        text = _("Still to answer: %(questions)s.") % {"questions": ", ".join(missing)}
        raise Refusal(text, code="answers_missing")
    sheet.submitted_at = timezone.now()
    sheet.save(update_fields=["submitted_at"])
    record_evaluation(evaluation.partnership, what="answered", organisation=organisation, by=by)
    leave_trace("evaluation.submit_answers", evaluation, by=by, organisation=organisation.pk)
    complete_evaluation(evaluation, by=by)
    return sheet


def _open_sheet(evaluation: Evaluation, organisation: Organisation) -> AnswerSheet:
    """The partner's sheet, ready to be written; the partnership is kept from other writers."""
    partnership = Partnership.objects.select_for_update(of=("self",)).get(
        pk=evaluation.partnership_id
    )
    state = Evaluation.objects.values_list("state", flat=True).get(pk=evaluation.pk)
    if partnership.stage != Stage.EVALUATE:
        raise Refusal(_("This evaluation is over."), code="evaluation_over")
    partners = Partner.objects.filter(partnership=partnership, left_at=None)
    if not partners.filter(organisation=organisation).exclude(agreed_at=None).exists():
        raise Refusal(_("This organisation is not a partner."), code="not_a_partner")
    sheet, _is_new = AnswerSheet.objects.get_or_create(
        evaluation=evaluation, organisation=organisation
    )
    if sheet.submitted_at is not None or state != EvaluationState.OPEN:
        text = _("The answers of %(name)s are sent: they can no longer be changed.")
        raise Conflict(text % {"name": organisation.name}, code="answers_sent")
    return sheet


def _write(sheet: AnswerSheet, answers: Mapping[str, Given]) -> None:
    questions = Question.objects.in_bulk(answers)
    rows = []
    for code, given in answers.items():
        if code not in questions:
            text = _("There is no question %(code)s.") % {"code": code}
            raise Refusal(text, code="unknown_question")
        kept = _checked(questions[code], given)
        rows.append(
            QuestionnaireAnswer(
                sheet=sheet,
                question=questions[code],
                value=kept.value,
                not_applicable=kept.not_applicable,
                number=kept.number,
                codes=list(kept.codes),
                text=kept.text,
                evidence=kept.evidence,
            )
        )
    QuestionnaireAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["sheet", "question"],
        update_fields=["value", "not_applicable", "number", "codes", "text", "evidence"],
    )


def _checked(question: Question, given: Given) -> Given:
    kept = rules.only_what_counts(question.kind, given)
    rule = rules.fault(question.kind, kept, [code for code, *_labels in question.choices])
    if rule:
        text = _("The answer to question %(code)s is not one of those possible.")
        raise Refusal(text % {"code": question.code}, code="answer_refused")
    return kept


def _given(answer: QuestionnaireAnswer) -> Given:
    return Given(
        value=answer.value,
        not_applicable=answer.not_applicable,
        number=answer.number,
        codes=tuple(answer.codes),
        text=answer.text,
        evidence=answer.evidence,
    )
