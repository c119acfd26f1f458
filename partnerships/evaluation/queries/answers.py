"""The questionnaire, who has answered it, and what one partner has written so far."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from partnerships.evaluation.enums import Block
from partnerships.evaluation.models import AnswerSheet, Evaluation, Question, QuestionnaireAnswer
from partnerships.evaluation.rules import Given
from partnerships.lifecycle.models import Partner, Partnership
from partnerships.organisations.enums import Kind
from partnerships.organisations.models import Organisation

DAYS_PER_MONTH = Decimal("30.44")
ACTOR_OF_KIND = {
    Kind.ASSOCIATION: "association",
    Kind.COMPANY: "company",
    Kind.MUNICIPALITY: "public_authority",
    Kind.UNIVERSITY: "university",
}


@dataclass(frozen=True)
class QuestionBlock:
    """A part of the questionnaire with its questions, in order."""

    code: str
    label: str
    questions: list[Question]


@dataclass(frozen=True)
class Answerer:
    """A partner and when it sent its answers; nothing of what it answered."""

    organisation: Organisation
    submitted_at: datetime | None


def questionnaire() -> list[QuestionBlock]:
    """The questions by block; in a block, the scale first and free text last."""
    questions = list(Question.objects.order_by("order"))
    return [
        QuestionBlock(block.value, str(block.label), [q for q in questions if q.block == block])
        for block in Block
    ]


def answerers_of(evaluation: Evaluation) -> list[Answerer]:
    """Today's partners and who of them has answered."""
    sent = dict(
        AnswerSheet.objects.filter(evaluation=evaluation).values_list(
            "organisation", "submitted_at"
        )
    )
    partners = (
        Partner.objects.filter(partnership=evaluation.partnership_id, left_at=None)
        .select_related("organisation")
        .order_by("pk")
    )
    return [Answerer(p.organisation, sent.get(p.organisation_id)) for p in partners]


def has_answered(evaluation: Evaluation, organisation: Organisation) -> bool:
    """True once a partner has sent its answers."""
    sheets = AnswerSheet.objects.filter(evaluation=evaluation, organisation=organisation)
    return sheets.exclude(submitted_at=None).exists()


def given_in(evaluation: Evaluation, organisation: Organisation) -> dict[str, Given]:
    """What a partner has answered so far, by question; empty before the first draft."""
    answers = QuestionnaireAnswer.objects.filter(
        sheet__evaluation=evaluation, sheet__organisation=organisation
    )
    return {
        a.question_id: Given(
            value=a.value,
            not_applicable=a.not_applicable,
            number=a.number,
            codes=tuple(a.codes),
            text=a.text,
            evidence=a.evidence,
        )
        for a in answers
    }


def start_for(
    partnership: Partnership, organisation: Organisation, *, now: datetime
) -> dict[str, Given]:
    """What the platform knows already of the context, proposed on an empty questionnaire."""
    months = int(Decimal((now - partnership.opened_at).days) / DAYS_PER_MONTH)
    domains = tuple(domain.identifier for domain in partnership.domains.order_by("number"))
    start = {
        "C1": Given(codes=(ACTOR_OF_KIND[Kind(organisation.kind)],)),
        "C3": Given(number=Decimal(months)),
        "C4": Given(codes=domains),
    }
    if partnership.modes:
        start["C2"] = Given(codes=(partnership.modes[0],))
    return start
